"""When is a desk open, when does it open next, and when does its digest go out? Pure: no time of its own.

Hours are local, in Europe/London: ``{"mon": ["09:00", "17:00"], …, "bank_holidays": false}``. A day that is not named is closed;
no hours at all means always open. Closing at or before opening means the next morning; ``24:00`` is midnight.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from hub.core.clock import LONDON
from hub.duties.calendar import Calendar

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD_DAYS: Final = 15
"""Longer than any run of closed days round Christmas for a desk that opens once a week."""
_FEASTS: Final = ((1, 1), (12, 25), (12, 26))

Hours = Mapping[str, Any]


def is_open(hours: Hours | None, at: datetime, *, calendar: Calendar) -> bool:
    """Whether a desk with *hours* is open at *at* (aware)."""
    if not hours:
        return True
    yesterday = at.astimezone(LONDON).date() - timedelta(days=1)
    return any(opens <= at < closes for opens, closes in open_spans(hours, yesterday, 2, calendar))


def next_opening(hours: Hours | None, at: datetime, *, calendar: Calendar) -> datetime:
    """The first instant (UTC) from *at* on at which the desk is open; *at* itself when it is, or when it never opens.

    A desk that never opens is somebody's mistake, and what waits for it must not wait for ever.
    """
    if is_open(hours, at, calendar=calendar):
        return at
    today = at.astimezone(LONDON).date()
    spans = open_spans(hours or {}, today, _LOOK_AHEAD_DAYS, calendar)
    return next((opens for opens, _ in spans if opens > at), at)


def next_digest(at: datetime, digest_at: time, *, calendar: Calendar) -> datetime:
    """The next working morning at *digest_at* (London), strictly after *at*, in UTC."""
    day = at.astimezone(LONDON).date()
    while True:
        goes_out = _local(day, digest_at)
        if goes_out > at and _works(day, calendar):
            return goes_out
        day += timedelta(days=1)


def open_spans(hours: Hours, first: date, days: int, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """From when until when (UTC) a desk with *hours* is open, of each opening on *days* days from *first* (London) on."""
    for day in (first + timedelta(days=n) for n in range(days)):
        span = hours.get(_DAYS[day.weekday()])
        if span and (hours.get("bank_holidays", False) or not is_bank_holiday(day, calendar)):
            yield _span(day, span[0], span[1])


def is_bank_holiday(day: date, calendar: Calendar) -> bool:
    """Whether desks that close on bank holidays are closed on *day*.

    On Christmas Day, Boxing Day and New Year's Day they are, whatever day is official in their stead: where those fall on a
    weekend, a weekday follows as the substitute, and a desk that opens on Saturdays does not open on the day itself.
    """
    return day in calendar.holidays or (day.month, day.day) in _FEASTS


def _span(day: date, opens: str, closes: str) -> tuple[datetime, datetime]:
    until = day + timedelta(days=1) if closes == "24:00" or closes <= opens else day
    return _local(day, time.fromisoformat(opens)), _local(until, _clock_time(closes))


def _clock_time(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text)


def _works(day: date, calendar: Calendar) -> bool:
    # Beyond the loaded years a digest goes out on every weekday: one on a bank holiday harms nobody, none would.
    return day.weekday() < 5 and day not in calendar.holidays


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)
