"""What does the operator allow of spreadsheets? ``config/policy/uploads.toml``, read once for each folder of settings."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from hub.duties.reading import TOP, Row, read_toml

UPLOADS: Final = "uploads.toml"


@dataclass(frozen=True, kw_only=True)
class UploadPolicy:
    """All of ``uploads.toml``."""

    kept_days: int
    unfinished_days: int
    most_waiting: int
    urgent_alone: int
    urgent_minutes: int
    gather_minutes: int

    @property
    def kept(self) -> timedelta:
        """How long what was sent is kept after the upload is finished."""
        return timedelta(days=self.kept_days)

    @property
    def unfinished(self) -> timedelta:
        """How long somebody may go on with an upload that was left."""
        return timedelta(days=self.unfinished_days)


@lru_cache(maxsize=4)
def load_upload_policy(config_dir: Path) -> UploadPolicy:
    """``policy/uploads.toml``. Raises LawError naming what is missing, unknown or less than one."""
    top = Row(read_toml(config_dir / "policy" / UPLOADS), file=UPLOADS, name=TOP)
    top.take("dated", date)
    policy = UploadPolicy(**{each.name: top.count(each.name) for each in fields(UploadPolicy)})
    top.finish()
    return policy
