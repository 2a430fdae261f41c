"""Where an episode stands, made from everything that was said of it and not taken back. Pure.

What is said later never overwrites: of several instants given for the same thing the first that was told counts, as a second
notice never replaces the first one's instant; only the beginning moves back to the earliest that anybody who reported it gave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class _Said(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def taken_back_at(self) -> datetime | None: ...


class Report(_Said, Protocol):
    """What counts here of ``EpisodeReport``."""

    @property
    def category(self) -> str: ...
    @property
    def missing_from_at(self) -> datetime: ...
    @property
    def reported_at(self) -> datetime: ...


class Grade(_Said, Protocol):
    """What counts here of ``EpisodeGrade``."""

    @property
    def grade(self) -> str: ...
    @property
    def graded_at(self) -> datetime: ...


class Step(_Said, Protocol):
    """What counts here of ``EpisodeStep``."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Account:
    """The columns of an episode that follow from what was said. ``None``: not said."""

    state: str
    category: str
    missing_from_at: datetime
    reported_at: datetime
    located_at: datetime | None
    returned_at: datetime | None
    interviewed_at: datetime | None
    grade: str | None
    graded_at: datetime | None


def account_of(reports: Sequence[Report], grades: Sequence[Grade], steps: Sequence[Step]) -> Account:
    """Where the episode stands. *reports* holds at least one; where all were taken back the episode is withdrawn."""
    standing = [each for each in reports if each.taken_back_at is None]
    told = standing or list(reports)
    first = {kind: _first(steps, kind) for kind in ("located", "returned", "interviewed")}
    graded = [each for each in grades if each.taken_back_at is None]
    latest = max(graded, key=lambda each: (each.graded_at, each.id), default=None)
    return Account(
        state=_state(bool(standing), first),
        category="missing" if any(each.category == "missing" for each in told) else "away",
        missing_from_at=min(each.missing_from_at for each in told),
        reported_at=min(each.reported_at for each in told),
        located_at=first["located"],
        returned_at=first["returned"],
        interviewed_at=first["interviewed"],
        grade=latest.grade if latest else None,
        graded_at=latest.graded_at if latest else None,
    )


def _first(steps: Sequence[Step], kind: str) -> datetime | None:
    of_kind = [each for each in steps if each.kind == kind and each.taken_back_at is None]
    return min(of_kind, key=lambda each: each.id).at if of_kind else None


def _state(is_reported: bool, first: dict[str, datetime | None]) -> str:
    if not is_reported:
        return "withdrawn"
    return "returned" if first["returned"] else "located" if first["located"] else "reported"
