"""Which markers protect a child from the lowest grade, and when is each looked at again? ``config/policy/markers.toml``."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from hub.duties.reading import TOP, Row, read_toml
from hub.duties.words import MARKERS

MARKERS_FILE: Final = "markers.toml"


@dataclass(frozen=True, kw_only=True)
class MarkerPolicy:
    """All of ``markers.toml``. ``protecting``: in the order in which they are named."""

    dated: date
    protecting: tuple[str, ...]
    out_of_area: bool
    review_days: int
    remind_days: int

    def review_on(self, noted_on: date) -> date:
        """When a marker noted on that day is to be looked at again, where nobody said."""
        return noted_on + timedelta(days=self.review_days)


def load_marker_policy(config_dir: Path) -> MarkerPolicy:
    """Read ``policy/markers.toml``. Raises LawError naming what is missing, unknown or less than one."""
    top = Row(read_toml(config_dir / "policy" / MARKERS_FILE), file=MARKERS_FILE, name=TOP)
    policy = MarkerPolicy(
        dated=top.take("dated", date),
        protecting=top.words("protecting", MARKERS, needed=True),
        out_of_area=top.take("out_of_area", bool),
        review_days=top.count("review_days"),
        remind_days=top.count("remind_days"),
    )
    top.finish()
    return policy
