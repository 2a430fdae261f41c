"""Do two reports about one child tell of one episode? Pure: instants only, no child.

Two periods of one child cannot overlap, so overlapping ones are the same. What lies close together without overlapping is
doubtful where the earlier one might have ended unrecorded: a person decides, and whatever is decided can be undone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Verdict = Literal["same", "doubtful", "other"]


@dataclass(frozen=True)
class Span:
    """An episode already known: from when, found when, back when (``None``: not yet)."""

    missing_from_at: datetime
    located_at: datetime | None
    returned_at: datetime | None


@dataclass(frozen=True)
class Nearness:
    """``near``: two beginnings this close are one. ``unsure``: one that has run longer may have ended with nobody saying so."""

    near: timedelta
    unsure: timedelta


def one_episode(known: Span, missing_from_at: datetime, nearness: Nearness) -> Verdict:
    """Whether a report that the child is missing since *missing_from_at* tells of the episode *known*."""
    apart = missing_from_at - known.missing_from_at
    if known.returned_at is not None:
        return _with_ended(apart, missing_from_at, known.returned_at, nearness)
    if known.located_at is not None and missing_from_at > known.located_at:
        return "doubtful"  # found, and missing again before anybody recorded a return
    return "same" if abs(apart) <= nearness.unsure else "doubtful"


def _with_ended(apart: timedelta, missing_from_at: datetime, returned_at: datetime, nearness: Nearness) -> Verdict:
    if missing_from_at >= returned_at:
        return "other"
    if apart >= -nearness.near:
        return "same"  # somebody tells later of what is over
    return "doubtful" if apart >= -nearness.unsure else "other"
