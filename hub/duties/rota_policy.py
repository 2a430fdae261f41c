"""How long may one person override a desk, and how far ahead are gaps looked for? ``config/policy/rota.toml``."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from hub.duties.reading import TOP, Row, read_toml

ROTA_FILE: Final = "rota.toml"


@dataclass(frozen=True, kw_only=True)
class RotaPolicy:
    """All of ``rota.toml``, in days."""

    override_days: int
    ahead_days: int
    gap_days: int
    repeat_days: int
    feed_days: int

    @property
    def longest_override(self) -> timedelta:
        return timedelta(days=self.override_days)

    @property
    def furthest_ahead(self) -> timedelta:
        """How long before it begins an override may be entered."""
        return timedelta(days=self.ahead_days)

    @property
    def gaps_within(self) -> timedelta:
        return timedelta(days=self.gap_days)

    @property
    def told_again_after(self) -> timedelta:
        return timedelta(days=self.repeat_days)

    @property
    def feed(self) -> timedelta:
        """How far ahead the calendar feed reaches."""
        return timedelta(days=self.feed_days)


def load_rota_policy(config_dir: Path) -> RotaPolicy:
    """Read ``policy/rota.toml``. Raises LawError naming what is missing, unknown or less than one."""
    top = Row(read_toml(config_dir / "policy" / ROTA_FILE), file=ROTA_FILE, name=TOP)
    top.take("dated", date)
    policy = RotaPolicy(**{each.name: top.count(each.name) for each in fields(RotaPolicy)})
    top.finish()
    return policy
