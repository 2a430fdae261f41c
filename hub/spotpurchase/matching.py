"""Who should be asked to hold an interview, in which order, and why not the others. Pure: it reads and writes nothing.

The host council's own team is asked first, for it is near and knows the place; then the others that cover the area: who answers
now before who does not, the lower price first, then who has more room; the directory's own order decides between equals. Nobody
is left out silently: each provider that is not asked has the reasons, as codes.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from hub.core.sentences import worded
from hub.directory.opening_hours import is_open
from hub.duties.calendar import Calendar
from hub.spotpurchase.money.pricing import Card, quoted

Step = Literal["host_team", "provider"]

WHY: Final = {
    "host_team": worded("It is the host council's own team."),
    "covers_area": worded("It covers the area."),
    "covers_everywhere": worded("It covers all of England and Wales."),
    "open_now": worded("Its coordinators answer now."),
    "closed_now": worded("Its coordinators do not answer before they open next."),
    "within_price_cap": worded("Its price is within the cap."),
    "price_unknown": worded("It has published no rate card."),
    "speaks_language": worded("It has an interviewer who speaks a language that was asked for."),
    "has_gender": worded("It has an interviewer of the gender that was asked for."),
}
BECAUSE: Final = {
    "placing_own_team": worded("It is the placing authority's own team, which is the fallback."),
    "area_not_covered": worded("It does not cover the area."),
    "not_taking": worded("It takes on nothing at present."),
    "no_capacity": worded("It has no room for another interview."),
    "not_independent": worded("It is not independent of the child's care."),
    "age_not_seen": worded("It does not see children of this age."),
    "language_not_spoken": worded("It has nobody who speaks a language that was asked for."),
    "gender_not_available": worded("It has no interviewer of the gender that was asked for."),
    "mode_not_offered": worded("It does not hold interviews in a way that was asked for."),
    "no_rate_card": worded("It has published no rate card, so nobody can say what it would cost."),
    "over_price_cap": worded("Its price is over the cap."),
}


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, nothing by which the child could be known.

    *age* in years, ``None`` where not known. Of *languages* (ISO 639-1) and *modes* any one will do; none named: any.
    *gender*: of the interviewer; ``None`` or ``any``: either. *price_cap_pence* is ``None`` where there is none, or where the
    placing authority does not pay.
    """

    area_gss: str
    age: int | None
    languages: tuple[str, ...]
    gender: str | None
    modes: tuple[str, ...]
    price_cap_pence: int | None
    host_id: int | None
    placing_id: int


@dataclass(frozen=True)
class Standing:
    """One provider as the directory has it on the day. *capacity*: how many more it could take on now."""

    organisation_id: int
    run_by_id: int | None
    covers_everywhere: bool
    areas: frozenset[str]
    is_taking: bool
    capacity: int
    is_independent: bool
    languages: frozenset[str]
    genders: frozenset[str]
    modes: frozenset[str]
    ages: tuple[int, int]
    opening_hours: Mapping[str, Any] | None
    card: Card | None


@dataclass(frozen=True)
class Match:
    """A provider to ask, as which step of the cascade, and why (codes of ``WHY``)."""

    organisation_id: int
    step: Step
    why: tuple[str, ...]


@dataclass(frozen=True)
class RuledOut:
    """A provider that is not to be asked: every reason (codes of ``BECAUSE``), never none."""

    organisation_id: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """Whom to ask, in order; and everybody else, with the reasons."""

    asked: tuple[Match, ...]
    ruled_out: tuple[RuledOut, ...]


def ranked(wanted: Wanted, standings: Collection[Standing], *, at: datetime, calendar: Calendar) -> Matching:
    """Everybody in *standings* once, asked or ruled out. *at* (aware): now, for who is open.

    The order does not depend on that of *standings*.
    """
    reasons = {each.organisation_id: tuple(_because(wanted, each)) for each in standings}
    able = sorted(
        (each for each in standings if not reasons[each.organisation_id]),
        key=lambda each: _rank(wanted, each, at, calendar),
    )
    return Matching(
        tuple(Match(each.organisation_id, _step(wanted, each), _why(wanted, each, at, calendar)) for each in able),
        tuple(RuledOut(number, reasons[number]) for number in sorted(reasons) if reasons[number]),
    )


def price_of(card: Card) -> int:
    """What *card* comes to as prices are compared: an interview of usual length in hours, no travel, VAT included; pence."""
    return quoted(card).total_pence


def _step(wanted: Wanted, each: Standing) -> Step:
    return "host_team" if wanted.host_id is not None and each.run_by_id == wanted.host_id else "provider"


def _because(wanted: Wanted, each: Standing) -> Iterator[str]:
    """Why *each* is not to be asked: nothing at all where it is."""
    if wanted.placing_id in (each.run_by_id, each.organisation_id):
        yield "placing_own_team"
    if not each.covers_everywhere and wanted.area_gss not in each.areas:
        yield "area_not_covered"
    yield from _unable(each)
    yield from _unsuited(wanted, each)
    yield from _unaffordable(wanted, each)


def _unable(each: Standing) -> Iterator[str]:
    if not each.is_taking:
        yield "not_taking"
    elif each.capacity < 1:
        yield "no_capacity"
    if not each.is_independent:
        yield "not_independent"


def _unsuited(wanted: Wanted, each: Standing) -> Iterator[str]:
    youngest, oldest = each.ages
    if wanted.age is not None and not youngest <= wanted.age <= oldest:
        yield "age_not_seen"
    if wanted.languages and each.languages.isdisjoint(wanted.languages):
        yield "language_not_spoken"
    if _asks_gender(wanted) and wanted.gender not in each.genders:
        yield "gender_not_available"
    if wanted.modes and each.modes.isdisjoint(wanted.modes):
        yield "mode_not_offered"


def _unaffordable(wanted: Wanted, each: Standing) -> Iterator[str]:
    # The host's own team may be one that charges nobody; of anybody else the price must be known before it is asked.
    if each.card is None:
        if _step(wanted, each) == "provider":
            yield "no_rate_card"
    elif wanted.price_cap_pence is not None and price_of(each.card) > wanted.price_cap_pence:
        yield "over_price_cap"


def _rank(wanted: Wanted, each: Standing, at: datetime, calendar: Calendar) -> tuple[bool, bool, int, int, int]:
    is_shut = not is_open(each.opening_hours, at, calendar=calendar)
    price = price_of(each.card) if each.card else 0
    return _step(wanted, each) != "host_team", is_shut, price, -each.capacity, each.organisation_id


def _why(wanted: Wanted, each: Standing, at: datetime, calendar: Calendar) -> tuple[str, ...]:
    said = {
        "host_team": _step(wanted, each) == "host_team",
        "covers_area": not each.covers_everywhere,
        "covers_everywhere": each.covers_everywhere,
        "open_now": is_open(each.opening_hours, at, calendar=calendar),
        "within_price_cap": each.card is not None and wanted.price_cap_pence is not None,
        "price_unknown": each.card is None,
        "speaks_language": bool(wanted.languages),
        "has_gender": _asks_gender(wanted),
    }
    codes = [code for code, holds in said.items() if holds]
    return tuple(codes if said["open_now"] else [*codes, "closed_now"])


def _asks_gender(wanted: Wanted) -> bool:
    return wanted.gender not in (None, "any")
