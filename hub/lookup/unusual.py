"""Which look-ups is a privacy lead to judge first? Pure: each reason of the policy is a question to the look-ups of some days.

Nothing here says that a look-up was wrong. Forces work at night, and a child is asked about again; the weights put in front what
is rare and best explained by its asker.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from hub.core.clock import LONDON
from hub.lookup.policy import ReviewPolicy, Unusual

_NIGHT: Final = range(5)
"""Hours in London."""
_SELDOM: Final = 10
"""One in so many of somebody's look-ups: at an hour at which they hardly ever ask."""


@dataclass(frozen=True)
class Facts:
    """What is told of one look-up: who, when, whom they were shown, by codes and ids; folded words of names to compare."""

    ref: str
    actor: str
    asked_at: datetime
    confirmed: frozenset[int] = frozenset()
    """Ids of the children who were confirmed."""
    is_outside: bool = False
    """A child was confirmed who is placed in another force's or council's area."""
    is_weak: bool = False
    """A child was confirmed who is only weakly alike."""
    broke_glass: bool = False
    asked_names: frozenset[str] = field(default=frozenset(), repr=False)
    own_names: frozenset[str] = field(default=frozenset(), repr=False)
    """The asker's own family name."""

    @property
    def day(self) -> date:
        return self.asked_at.astimezone(LONDON).date()

    @property
    def is_at_night(self) -> bool:
        return self.asked_at.astimezone(LONDON).hour in _NIGHT


@dataclass(frozen=True)
class Ranked:
    """A look-up, why it is unusual, and how heavy the reasons weigh together."""

    ref: str
    weight: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Counts:
    """What is counted over all look-ups."""

    of_day: Mapping[tuple[str, date], int]
    in_vain: Mapping[tuple[str, date], int]
    of_child: Mapping[tuple[str, int], int]
    of_actor: Mapping[str, int]
    at_night: Mapping[str, int]


def ranked(all_facts: Sequence[Facts], policy: ReviewPolicy) -> list[Ranked]:
    """Every look-up, the most unusual first; equally unusual ones in the order given."""
    counts = _counted(all_facts)
    found = [_ranked(facts, counts, policy.unusual) for facts in all_facts]
    return sorted(found, key=lambda each: -each.weight)


def sample(found: Sequence[Ranked], policy: ReviewPolicy, *, seed: str) -> list[Ranked]:
    """So many of *found* (ranked): three quarters the most unusual, the rest any, so that nobody knows theirs is not looked at.

    The same *seed* (a day, an organisation) draws the same.
    """
    heavy = [each for each in found if each.weight][: max(1, policy.sample * 3 // 4)]
    rest = [each for each in found if each not in heavy]
    drawn = sorted(rest, key=lambda each: hashlib.sha256(f"{seed} {each.ref}".encode()).digest())
    return [*heavy, *drawn[: policy.sample - len(heavy)]]


def _counted(all_facts: Sequence[Facts]) -> _Counts:
    return _Counts(
        of_day=Counter((each.actor, each.day) for each in all_facts),
        in_vain=Counter((each.actor, each.day) for each in all_facts if not each.confirmed),
        of_child=Counter((each.actor, child) for each in all_facts for child in each.confirmed),
        of_actor=Counter(each.actor for each in all_facts),
        at_night=Counter(each.actor for each in all_facts if each.is_at_night),
    )


def _ranked(facts: Facts, counts: _Counts, unusual: Mapping[str, Unusual]) -> Ranked:
    reasons = tuple(
        reason
        for reason, count in _COUNTS.items()
        if reason in unusual and count(facts, counts) >= unusual[reason].starts
    )
    return Ranked(facts.ref, sum(unusual[reason].weight for reason in reasons), reasons)


def _odd_hour(facts: Facts, counts: _Counts) -> int:
    """How many look-ups somebody has, where this one is among the few that they made at night."""
    is_odd = facts.is_at_night and counts.at_night[facts.actor] * _SELDOM <= counts.of_actor[facts.actor]
    return counts.of_actor[facts.actor] if is_odd else 0


_COUNTS: Final[Mapping[str, Callable[[Facts, _Counts], int]]] = {
    "broke_glass": lambda facts, _: int(facts.broke_glass),
    "own_name": lambda facts, _: len(facts.asked_names & facts.own_names),
    "same_child": lambda facts, counts: max(
        (counts.of_child[facts.actor, each] for each in facts.confirmed), default=0
    ),
    "many_a_day": lambda facts, counts: counts.of_day[facts.actor, facts.day],
    "shown_nothing": lambda facts, counts: 0 if facts.confirmed else counts.in_vain[facts.actor, facts.day],
    "weak_confirmed": lambda facts, _: int(facts.is_weak),
    "odd_hour": _odd_hour,
    "outside_area": lambda facts, _: int(facts.is_outside),
}
"""Reason → what is counted for it; from the policy's number on it is one."""
