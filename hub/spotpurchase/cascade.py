"""Whom to ask next, and by when are they to answer: from who is left and the time left. Pure: it reads and writes nothing.

Until the hour at which the placing authority decides itself, providers are asked a few at a time, each with a share of the time
left until the 72nd hour; when there is too little time for everybody in turn, more are asked together, and nobody is given longer
than until that hour. After it, whoever has not been asked is asked at once, while the placing authority decides.

When a step is over the hub goes on to the next, whoever is closed. But whoever was closed meanwhile stays asked until its
coordinators have been there for a fair while: nobody loses an interview only because the clock ran while nobody was there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from hub.core.clock import LONDON
from hub.directory.opening_hours import Hours as OpeningHours
from hub.directory.opening_hours import open_spans
from hub.duties.calendar import Calendar
from hub.spotpurchase.matching import Match
from hub.spotpurchase.policy import Asking


@dataclass(frozen=True)
class Hours:
    """The instants that rule the asking, all fixed by the return. ``fallback_at``: the placing authority decides itself."""

    fallback_at: datetime
    latest_at: datetime


@dataclass(frozen=True)
class Step:
    """Providers to ask together, and when the hub looks again."""

    matches: tuple[Match, ...]
    reply_by: datetime


def next_step(
    matches: Sequence[Match],
    spent: Collection[int],
    hours: Hours,
    terms: Asking,
    *,
    most: timedelta,
    now: datetime,
) -> Step | None:
    """The next to ask of *matches* (in their order), none of *spent* (ids); ``None``: nobody is left.

    *most*: what a provider is given at the most.
    """
    left = [each for each in matches if each.organisation_id not in spent]
    if not left:
        return None
    window = hours.fallback_at - now
    if window <= timedelta(0):
        return Step(tuple(left), reply_by(hours, terms, most=most, now=now))
    together = _together(len(left), window, terms)
    steps = _ceil(len(left), together)
    share = max(min(window / steps, _share(hours, terms, most, now)), terms.least)
    return Step(tuple(left[:together]), min(now + share, hours.fallback_at))


def reply_by(hours: Hours, terms: Asking, *, most: timedelta, now: datetime) -> datetime:
    """By when somebody asked outside the cascade is to answer: a share of the time left, the least at least.

    Before the hour at which the placing authority decides, never past it.
    """
    wanted = now + max(_share(hours, terms, most, now), terms.least)
    return min(wanted, hours.fallback_at) if now < hours.fallback_at else wanted


def own_reply_by(
    step_by: datetime,
    opening: OpeningHours | None,
    hours: Hours,
    terms: Asking,
    *,
    calendar: Calendar,
    now: datetime,
) -> datetime:
    """By when one provider is to answer that is asked now, in a step that is over at *step_by*; *opening*: its opening hours.

    Where it is closed in that time: when it has been open for as long as the step, or for the least that policy gives. That is
    never past the hour at which the placing authority decides, nor, after that hour, past the 72nd; and never before *step_by*.
    """
    wanted = min(step_by - now, terms.open_least)
    ends = hours.fallback_at if now < hours.fallback_at else hours.latest_at
    return max(step_by, _open_for(wanted, opening, ends, calendar=calendar, now=now))


def respond_by(hours: Hours, terms: Asking, *, now: datetime) -> datetime:
    """By when whoever took it on at *now* must have booked or attempted it, or be thought to have vanished."""
    share = (hours.latest_at - now) * terms.respond_percent / 100
    return now + min(max(share, terms.respond_least), terms.respond_most)


_LOOK_AHEAD_DAYS: Final = 5
"""From yesterday, whose opening may last into today, past the 72nd hour."""


def _open_for(
    wanted: timedelta, opening: OpeningHours | None, ends: datetime, *, calendar: Calendar, now: datetime
) -> datetime:
    """When it has been open for *wanted* from *now* on, by its opening hours, or closes for the last time before *ends*."""
    since, left = now, wanted
    for opens, closes in open_spans(opening or {}, _yesterday(now), _LOOK_AHEAD_DAYS, calendar):
        begins, until = max(opens, since), min(closes, ends)
        if until - begins >= left:
            return begins + left
        if until > begins:
            since, left = until, left - (until - begins)
    return since


def _yesterday(now: datetime) -> date:
    return now.astimezone(LONDON).date() - timedelta(days=1)


def _share(hours: Hours, terms: Asking, most: timedelta, now: datetime) -> timedelta:
    return min((hours.latest_at - now) * terms.reply_percent / 100, most)


def _together(left: int, window: timedelta, terms: Asking) -> int:
    """How many to ask together, so that everybody's turn comes and nobody has less than the least."""
    turns = max(window // terms.least, 1)
    return max(terms.at_once, _ceil(left, turns))


def _ceil(number: int, divided_by: int) -> int:
    return -(-number // divided_by)
