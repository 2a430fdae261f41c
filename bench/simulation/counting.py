"""What a simulated year came to, as figures: each a share of the requests, a number, or money in whole pence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from bench.simulation.story import Fate
from hub.spotpurchase.reasons import DECLINES


@dataclass(frozen=True)
class Year:
    """The figures of one way of doing it. ``declines``: reason → how many."""

    requests: int
    offered: int
    child_declined: int
    done: int
    done_in_time: int
    done_not_independent: int
    held_by: Mapping[str, int]
    neither: int
    """Neither held nor declined by the child."""
    hours_to_interview: float
    """From the return, the median of those that were held."""
    asked: int
    asked_shut: int
    offers: int
    declines: Mapping[str, int]
    too_late: int
    vanished: int
    given_back: int
    visits_in_vain: int
    left: int
    spent_pence: int
    bought: int
    """Requests for which anything was charged."""

    def share(self, name: str) -> float:
        """A figure as a part of the requests."""
        return float(getattr(self, name)) / self.requests if self.requests else 0.0

    @property
    def unanswered(self) -> int:
        """Asks to which nothing was said while anybody waited for it."""
        return self.asked - self.offers - sum(self.declines.values())


def counted(fates: Sequence[Fate], spent: Mapping[int, int]) -> Year:
    """The figures of *fates*; *spent*: pence by number of episode."""
    held = [fate for fate in fates if fate.held_at is not None]
    hours = [(fate.held_at - fate.episode.returned_at) / timedelta(hours=1) for fate in held if fate.held_at]
    declines: Counter[str] = Counter()
    for fate in fates:
        declines.update(fate.declines)
    return Year(
        requests=len(fates),
        offered=_how_many(fate.offered_at is not None for fate in fates),
        child_declined=_how_many(fate.child_declined for fate in fates),
        done=len(held),
        done_in_time=_how_many(fate.is_in_time for fate in fates),
        done_not_independent=_how_many(fate.held_by == "social_worker" for fate in held),
        held_by=dict(sorted(Counter(fate.held_by for fate in held).items())),
        neither=_how_many(fate.held_at is None and not fate.child_declined for fate in fates),
        hours_to_interview=round(median(hours), 1) if hours else 0.0,
        declines={code: declines[code] for code in DECLINES if declines[code]},
        spent_pence=sum(spent.values()),
        bought=_how_many(pence > 0 for pence in spent.values()),
        **_sums(fates),
    )


def _sums(fates: Sequence[Fate]) -> dict[str, Any]:
    names = ("asked", "asked_shut", "offers", "too_late", "vanished", "given_back", "visits_in_vain", "left")
    return {name: sum(getattr(fate, name) for fate in fates) for name in names}


def _how_many(holds: Iterable[bool]) -> int:
    return sum(1 for each in holds if each)
