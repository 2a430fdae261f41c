"""What is local policy of missing episodes? ``config/policy/missing.toml``, read once for each folder of settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.core.settings import REPOSITORY
from hub.duties.reading import TOP, LawError, Row, read_toml
from hub.missing.sameness import Nearness

MISSING: Final = "missing.toml"
KINDS: Final = ("count", "hours", "together")
DUTIES: Final = ("EREP", "EREV")
MOST: Final = 10
"""Thresholds that one organisation may have."""
_LONGEST: Final = 1000
"""The most hours, days or episodes that a number of the policy may mean."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """When a child's episodes set off a meeting (``EREP``) or a review (``EREV``)."""

    kind: str
    duty: str
    count: int = 0
    window_days: int = 0
    hours: int = 0
    also_away: bool = False

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)

    def as_rule(self) -> dict[str, Any]:
        """As it is stored and shown: what it is about, and nothing else."""
        said = {name: getattr(self, name) for name in _NUMBERS[self.kind]}
        return {"kind": self.kind, "duty": self.duty, **said, "also_away": self.also_away}


_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "count": ("count", "window_days"),
    "hours": ("hours",),
    "together": ("count",),
}


@dataclass(frozen=True, kw_only=True)
class MissingPolicy:
    """All of ``missing.toml``."""

    nearness: Nearness
    thresholds: tuple[Threshold, ...]


@lru_cache(maxsize=4)
def load_missing_policy(config_dir: Path = REPOSITORY / "config") -> MissingPolicy:
    """``policy/missing.toml``. Raises LawError naming what is missing, unknown or less than one."""
    top = Row(read_toml(config_dir / "policy" / MISSING), file=MISSING, name=TOP)
    top.take("dated", date)
    near, unsure = top.count("near_hours", most=_LONGEST), top.count("unsure_days", most=_LONGEST)
    thresholds = tuple(_threshold(each) for each in top.take("threshold", list))
    top.finish()
    return MissingPolicy(nearness=Nearness(timedelta(hours=near), timedelta(days=unsure)), thresholds=thresholds)


def thresholds_of(rules: Sequence[Any]) -> tuple[Threshold, ...]:
    """Thresholds that an organisation wants. Raises ``Invalid`` with a sentence for the first that cannot stand."""
    if len(rules) > MOST:
        raise _refused(worded("Give at most {most} thresholds.", most=MOST))
    try:
        return tuple(_threshold(each) for each in rules)
    except LawError as fault:
        raise _refused(str(fault).partition(": ")[2]) from None


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"thresholds": [sentence]})


def _threshold(given: Any) -> Threshold:
    row = Row(given, file=MISSING, name="threshold")
    kind, duty = row.word("kind", KINDS), row.word("duty", DUTIES)
    numbers = {name: row.count(name, most=_LONGEST) for name in _NUMBERS[kind]}
    made = Threshold(kind=kind, duty=duty, also_away=row.maybe("also_away", bool, False), **numbers)
    row.finish()
    if kind != "hours" and made.count < 2:
        raise row.fault("count is 1, which every episode reaches; it must be at least 2")
    return made
