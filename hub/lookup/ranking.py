"""Of the children who could be meant, which is the likeliest, and is it sure enough to tell? Pure: no database, no clock.

Two numbers. The *cost* orders: how unlikely it is that somebody who means this child asks in this way (``likeness``). The *score*
weighs that against chance: how many children elsewhere have such a name, that date, that address, and could be meant instead. A
namesake of the right age is likely and not sure; a rare name with a slip in it and the right date is both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import log2
from typing import Final

from hub.core.errors import Invalid
from hub.lookup.likeness import (
    DIFFERS,
    Cost,
    Words,
    age_cost,
    born_cost,
    family_cost,
    given_cost,
    number_cost,
    part_cost,
    place_cost,
)

DISCLOSURE_THRESHOLD: Final = 0.75
"""From this score on a child counts as the one meant; below it, as one who may be."""
FLOOR: Final = 0.5
"""What is offered at all scores more."""
MOST: Final = 5
COSTLIEST: Final = 33.0
"""Bits. Dearer ones are not offered: it takes more than two errors, or another name altogether."""
_WITHIN: Final = 22.0
"""Bits. Nor are those who are so much less likely than the likeliest."""
_SURE: Final = 5.0
"""Bits by which a child must be likelier to be meant than a stranger to score the threshold."""
FITS_AT_MOST: Final = 20
"""Children who fit a question equally well: more of them make a list, and a list is not given."""

_SWAPPED, _ALIAS = 5.0, 3.0


@dataclass(frozen=True)
class Asked:
    """What somebody knows of the child they look for; whatever is not known is empty or ``None``."""

    family_name: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    born_on: date | None = field(default=None, repr=False)
    born_year: int | None = field(default=None, repr=False)
    """With or without ``born_month``, where the whole date is not known."""
    born_month: int | None = field(default=None, repr=False)
    age: int | None = field(default=None, repr=False)
    """Whole years, today."""
    postcode: str = field(default="", repr=False)
    """Of where the child lives, or was placed."""
    home: str = field(default="", repr=False)
    """A home's reference, Ofsted number or name."""
    phone: str = field(default="", repr=False)
    """The carer's or the home's."""
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """``nhs_number``, ``upn``, ``local_id``."""
    placing_authority_id: int | None = None
    """The council whose ``local_id`` it is."""


@dataclass(frozen=True)
class Question:
    """*Asked* in plain form: folded words, plain numbers."""

    family: Words = field(default=(), repr=False)
    given: Words = field(default=(), repr=False)
    born_on: date | None = field(default=None, repr=False)
    born_year: int | None = field(default=None, repr=False)
    born_month: int | None = field(default=None, repr=False)
    age: int | None = field(default=None, repr=False)
    postcode: str = field(default="", repr=False)
    homes: tuple[int, ...] | None = None
    """Ids of the homes that may be meant; ``None``: no home was named."""
    phone: str = field(default="", repr=False)
    numbers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """As they are indexed; a council's own number begins with ``:`` where the council is not known."""
    today: date | None = None

    @property
    def has_place(self) -> bool:
        return bool(self.postcode or self.homes is not None or self.phone)

    @property
    def has_birth(self) -> bool:
        return self.born_on is not None or self.born_year is not None or self.age is not None

    def without_place(self) -> "Question":
        """What is asked of the child alone."""
        return replace(self, postcode="", homes=None, phone="") if self.has_place else self


@dataclass(frozen=True)
class Known:
    """What the hub knows of one child, in the same form."""

    names: Sequence[tuple[Words, Words]] = field(repr=False)
    """(family, given): the name first, then aliases."""
    born_on: date | None = field(default=None, repr=False)
    numbers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class KnownPlaces:
    """Where one child stays or stayed, in the same form."""

    postcodes: frozenset[str] = field(default=frozenset(), repr=False)
    phones: frozenset[str] = field(default=frozenset(), repr=False)
    homes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How likely it is that one child is meant. ``cost`` in bits, less is likelier; ``why``: codes, never a value."""

    cost: float
    why: tuple[str, ...]
    is_anchored: bool = False
    """A number, an address, a home or a telephone agrees."""
    name_cost: float = 0.0
    """As much of the cost as lies in the names."""

    @property
    def is_offered(self) -> bool:
        """Whether a child so like what was asked is offered at all: a number or place that agrees makes up for a name."""
        return self.cost <= COSTLIEST or (self.is_anchored and self.cost <= COSTLIEST + DIFFERS)

    def with_place(self, asked: Question, known: KnownPlaces) -> "Likeness":
        """The same child, where it stays taken into account."""
        return self.and_(_places(asked, known))

    def and_(self, costs: Iterable[Cost]) -> "Likeness":
        """The same child, with what numbers or places cost."""
        listed = list(costs)
        agrees = any(code.endswith("_same") for _, code in listed)
        cost = self.cost + sum(bits for bits, _ in listed)
        return Likeness(cost, (*self.why, *(code for _, code in listed)), self.is_anchored or agrees, self.name_cost)


def likeness(asked: Question, known: Known, *, today: date) -> Likeness:
    """How like *known* is to what was *asked*, wherever it stays."""
    cost, why = _names(asked, known)
    birth = _birth(asked, known, today)
    bits, codes = (cost + birth[0], (*why, birth[1])) if birth else (cost, why)
    found = Likeness(bits, codes, name_cost=cost)
    return found.and_(_numbers(asked, known)) if asked.numbers else found


def _names(asked: Question, known: Known) -> tuple[float, tuple[str, ...]]:
    if not (asked.family or asked.given):
        return 0.0, ()
    cost, how, family, given = min(_name_readings(asked, known))
    return cost, tuple(code for code in (how, family, given) if code)


def _name_readings(asked: Question, known: Known) -> Iterable[tuple[float, str, str, str]]:
    for place, (family, given) in enumerate(known.names):
        extra, how = (_ALIAS, "names_alias") if place else (0.0, "")
        one, other = family_cost(asked.family, family), given_cost(asked.given, given)
        yield one[0] + other[0] + extra, how, one[1], other[1]
        if one[0] + other[0] > _SWAPPED:
            one, other = family_cost(asked.given, family), given_cost(asked.family, given)
            yield one[0] + other[0] + extra + _SWAPPED, "names_swapped", one[1], other[1]
    if not known.names:
        yield DIFFERS, "", "family_differs", "given_differs"


def _birth(asked: Question, known: Known, today: date) -> Cost | None:
    if asked.born_on is not None:
        return born_cost(asked.born_on, known.born_on)
    if asked.age is not None:
        return age_cost(asked.age, known.born_on, today)
    if asked.born_year is not None:
        return part_cost(asked.born_year, asked.born_month, known.born_on)
    return None


def _places(asked: Question, known: KnownPlaces) -> Iterable[Cost]:
    if asked.postcode:
        yield place_cost(asked.postcode, known.postcodes, "postcode")
    if asked.phone:
        yield place_cost(asked.phone, known.phones, "phone")
    if asked.homes is not None:
        theirs = known.homes & set(asked.homes)
        yield (0.0, "home_same") if theirs else (9.0, "home_differs") if known.homes else (6.0, "place_unknown")


def _numbers(asked: Question, known: Known) -> Iterable[Cost]:
    for scheme, number in asked.numbers.items():
        theirs = known.numbers.get(scheme)
        if theirs and number.startswith(":"):
            theirs = theirs[theirs.index(":") :]
        yield number_cost(scheme, number, theirs)


# ── Against chance ────────────────────────────────────────────────────────────────────────────────────────────────────

_DATES, _MONTHS, _YEARS = log2(6570), log2(216), log2(18)
_POSTCODES, _HOMES, _PHONES, _NUMBERS = 12.0, 10.0, 14.0, 22.0


def might_be_asked(namesakes: float, theirs: float, name_cost: float) -> float:
    """How many strangers might be asked for by this name: its *namesakes*, and those of the child found (*theirs*) who are called
    out of it by the same errors."""
    return namesakes + theirs * 2**-name_cost


def chance(asked: Question, namesakes: float) -> float:
    """Bits (a logarithm): how many strangers would be asked for in just these words, of *namesakes* who might be by that name."""
    birth = _DATES if asked.born_on else _MONTHS if asked.born_month else _YEARS if asked.has_birth else 0.0
    place = _POSTCODES * bool(asked.postcode) + _PHONES * bool(asked.phone) + _HOMES * (asked.homes is not None)
    return log2(namesakes) - birth - place - _NUMBERS * len(asked.numbers)


def score(cost: float, by_chance: float) -> float:
    """Above FLOOR, to 1: the disclosure threshold where the child is 2**_SURE times as likely to be meant as a stranger."""
    surplus = max(-60.0, min(60.0, -cost - by_chance - _SURE))
    return FLOOR + (1 - FLOOR) / (1 + 2**-surplus)


def offered(asked: Question, found: Mapping[int, Likeness]) -> list[tuple[int, Likeness]]:
    """The likeliest of *found*, likeliest first: at most MOST, none dearer than what is offered at all.

    Raises ``Invalid`` when more children than FITS_AT_MOST fit equally well; and when more than one fits where a telephone number
    is all that was told: a home's own would list who lives there.
    """
    ordered = sorted((each.cost, number) for number, each in found.items() if each.is_offered)
    if len(ordered) > 1 and not (_has_name(asked) or asked.has_birth or asked.numbers):
        raise several_there()
    most = FITS_AT_MOST if asked.family or asked.given or asked.has_birth else MOST
    if len(ordered) > most and ordered[most][0] == ordered[0][0]:
        raise too_many()
    return [(number, found[number]) for cost, number in ordered[:MOST] if cost <= ordered[0][0] + _WITHIN]


def _has_name(asked: Question) -> bool:
    """Whether a name was told; a letter is none."""
    return any(len(word) > 1 for word in (*asked.family, *asked.given))


def several_there() -> Invalid:
    """The refusal of a telephone number, with or without the place, at which several children live or lived."""
    return Invalid(
        "Several children belong to that telephone number. Add one thing of the child: a name, the date of birth, or the age.",
        code="too_many_fit",
    )


def too_many() -> Invalid:
    """The refusal of a question that fits many children."""
    return Invalid(
        "Too many children fit that to offer any of them. Add what else you know: the whole date of birth, the address, or the "
        "home.",
        code="too_many_fit",
    )
