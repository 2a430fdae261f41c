"""What cannot be true, whatever the law asks: children born tomorrow, placements that end before they begin."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from hub.core.clock import london_date
from hub.core.errors import Invalid
from hub.core.sentences import worded
from hub.registry.content import Content, at_of

FURTHEST_START: Final = timedelta(days=366)
"""A placement planned further ahead than this is taken for a slip of the hand."""
OLDEST_YEARS: Final = 30
"""Homes also house young adults (SI 2015/541 reg 1), but nobody older than this."""
EARLIEST_EVENT: Final = date(1990, 1, 1)
_EVENTS: Final = (("starts", worded("start")), ("ends", worded("end")), ("changed", worded("change")))

Fault = tuple[str, str]


def refuse_implausible(content: Content, *, now: datetime) -> None:
    """Raise ``Invalid`` naming every field that cannot be true at *now*."""
    faults: dict[str, list[str]] = {}
    for field, sentence in (*_birth(content, now), *_times(content, now), *_stay(content), *_paper(content, now)):
        faults.setdefault(field, []).append(sentence)
    if faults:
        raise Invalid(
            worded("Some of what was sent cannot be right: see the fields."), code="implausible", fields=faults
        )


def _birth(content: Content, now: datetime) -> Iterator[Fault]:
    born_on = content.get("child", {}).get("born_on")
    if born_on is None:
        return
    if born_on > london_date(now):
        yield "child.born_on", worded("The date of birth is in the future.")
    elif born_on.year < london_date(now).year - OLDEST_YEARS:
        yield (
            "child.born_on",
            worded("The date of birth is more than {oldest_years} years ago.", oldest_years=OLDEST_YEARS),
        )
    starts = at_of(content, "starts")
    if starts and london_date(starts) < born_on:
        yield _named(content, "starts"), worded("The start is before the date of birth.")


def _times(content: Content, now: datetime) -> Iterator[Fault]:
    for stem, word in _EVENTS:
        at = at_of(content, stem)
        if at and at > now + FURTHEST_START and stem != "ends":
            yield _named(content, stem), worded("The {word} is more than a year away.", word=word)
        if at and london_date(at) < EARLIEST_EVENT:
            yield _named(content, stem), worded("The {word} is before {year}.", word=word, year=EARLIEST_EVENT.year)
    starts, ends = at_of(content, "starts"), at_of(content, "ends")
    if starts and ends and ends < starts and content["kind"] != "placement_move":
        yield _named(content, "ends"), worded("The end is before the start.")
    changed = at_of(content, "changed")
    if changed and changed > now + timedelta(days=31):
        yield (
            _named(content, "changed"),
            worded("The change is more than a month away: send it as a move or a new start."),
        )


def _stay(content: Content) -> Iterator[Fault]:
    stay = content.get("short_break")
    if stay and stay["days"] > stay["days_in_12_months"]:
        yield (
            "short_break.days",
            worded("This stay is one of those counted in 12 months: it cannot be longer than them all."),
        )


def _paper(content: Content, now: datetime) -> Iterator[Fault]:
    approved_at = content.get("approval", {}).get("approved_at")
    if approved_at and approved_at > now + timedelta(minutes=5):
        yield "approval.approved_at", worded("An approval that has not been given yet cannot be recorded.")
    supplied_on = content.get("care_plan", {}).get("supplied_on")
    if supplied_on and supplied_on > london_date(now):
        yield "care_plan.supplied_on", worded("The day on which it was supplied is in the future.")
    for number, marker in enumerate(content.get("markers", ())):
        noted_on = marker.get("noted_on")
        if noted_on and noted_on > london_date(now):
            yield f"markers.{number}.noted_on", worded("The day on which it was noted is in the future.")


def _named(content: Content, stem: str) -> str:
    """The field in which the sender gave this time."""
    return f"{stem}_on" if f"{stem}_on" in content else f"{stem}_at"
