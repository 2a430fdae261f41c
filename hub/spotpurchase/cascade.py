"""Whom to ask next, and by when are they to answer: from who is left and the time left. Pure: it reads and writes nothing.

Until the hour at which the placing authority decides itself, providers are asked a few at a time, each with a share of the time
left until the 72nd hour; when there is too little time for everybody in turn, more are asked together, and nobody is given longer
than until that hour. After it, whoever has not been asked is asked at once, while the placing authority decides.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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


def respond_by(hours: Hours, terms: Asking, *, now: datetime) -> datetime:
    """By when whoever took it on at *now* must have booked or attempted it, or be thought to have vanished."""
    share = (hours.latest_at - now) * terms.respond_percent / 100
    return now + min(max(share, terms.respond_least), terms.respond_most)


def _share(hours: Hours, terms: Asking, most: timedelta, now: datetime) -> timedelta:
    return min((hours.latest_at - now) * terms.reply_percent / 100, most)


def _together(left: int, window: timedelta, terms: Asking) -> int:
    """How many to ask together, so that everybody's turn comes and nobody has less than the least."""
    turns = max(window // terms.least, 1)
    return max(terms.at_once, _ceil(left, turns))


def _ceil(number: int, divided_by: int) -> int:
    return -(-number // divided_by)
