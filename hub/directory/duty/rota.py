"""Who is on duty at an instant, and when does that change? Pure: desks, hours, bank holidays, overrides; no time of its own.

At every instant there is exactly one answer: an override, an open duty desk, an out-of-hours desk, in this order; or nobody,
which is said, with the number that is best tried then. Opening hours are local, in Europe/London; instants are UTC, so that the
hour which the clock skips or repeats is counted once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from hub.core.clock import london_date, start_of_day
from hub.directory.opening_hours import Hours, open_spans
from hub.duties.calendar import Calendar

Kind = Literal["override", "desk", "out_of_hours", "fallback"]
DESK, OUT_OF_HOURS = "duty_desk", "out_of_hours"
ROLES: Final = (DESK, OUT_OF_HOURS)
"""Whose telephones make up the rota; the first that is open is on duty."""
_KIND: Final[dict[str, Kind]] = {DESK: "desk", OUT_OF_HOURS: "out_of_hours"}
LOOKS_AHEAD: Final = timedelta(days=15)
"""How far the next change is looked for."""


@dataclass(frozen=True)
class Desk:
    """A telephone of an organisation that may be used from *valid_from* on, until the day *valid_to* begins."""

    ref: str
    role: str
    name: str
    phone: str
    hours: Hours | None
    valid_from: date
    valid_to: date | None = None

    def is_in_force(self, at: datetime) -> bool:
        day = london_date(at)
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Override:
    """From *from_at* until *until* somebody else answers, whatever the desks' hours say."""

    ref: str
    name: str
    phone: str
    from_at: datetime
    until: datetime
    entered_at: datetime

    def is_on(self, at: datetime) -> bool:
        return self.from_at <= at < self.until


@dataclass(frozen=True)
class OnDuty:
    """Who answers. ``kind`` ``fallback``: nobody is on duty, and this number is best tried.

    ``until``: when that changes, ``None`` where no change is known; ``then``: who answers after it, if anybody.
    """

    kind: Kind
    ref: str
    name: str
    phone: str
    until: datetime | None = None
    then: "OnDuty | None" = field(default=None, compare=False)

    @property
    def is_gap(self) -> bool:
        """Whether in truth nobody is on duty."""
        return self.kind == "fallback"


@dataclass(frozen=True)
class Shift:
    """From *from_at* until *until* one and the same answer holds. ``who``: ``None`` where there is no number at all."""

    from_at: datetime
    until: datetime
    who: OnDuty | None

    @property
    def is_gap(self) -> bool:
        return self.who is None or self.who.is_gap


def right_now(
    desks: Sequence[Desk], overrides: Sequence[Override], now: datetime, *, calendar: Calendar
) -> OnDuty | None:
    """Who is on duty at *now*, until when, and who then; ``None`` where the organisation has no number at all."""
    ahead = changes(desks, overrides, now, now + LOOKS_AHEAD, calendar=calendar)
    who = ahead[0].who
    if who is None or len(ahead) == 1:
        return who
    then = ahead[1].who
    if then is not None and len(ahead) > 2:
        then = replace(then, until=ahead[1].until)
    return replace(who, until=ahead[0].until, then=then)


def changes(
    desks: Sequence[Desk], overrides: Sequence[Override], from_at: datetime, until: datetime, *, calendar: Calendar
) -> list[Shift]:
    """Who answers from *from_at* until *until*, as shifts that follow one another without a hole; at least one."""
    rota = [(desk, _spans(desk, from_at, until, calendar)) for desk in desks]
    edges = sorted({from_at, *(at for at in _edges(rota, overrides) if from_at < at < until)})
    shifts: list[Shift] = []
    for begins, ends in pairwise([*edges, until]):
        who = _who(rota, overrides, begins)
        if shifts and shifts[-1].who == who:
            shifts[-1] = replace(shifts[-1], until=ends)
        else:
            shifts.append(Shift(begins, ends, who))
    return shifts


def gaps(shifts: Iterable[Shift]) -> list[Shift]:
    """The times at which nobody is on duty, each as one, whichever number would be tried."""
    found: list[Shift] = []
    for each in shifts:
        if not each.is_gap:
            continue
        if found and found[-1].until == each.from_at:
            found[-1] = replace(found[-1], until=each.until)
        else:
            found.append(each)
    return found


Spans = Sequence[tuple[datetime, datetime]]
"""From when until when a desk is open; one that always is has none."""
Opened = Sequence[tuple[Desk, Spans]]


def _spans(desk: Desk, from_at: datetime, until: datetime, calendar: Calendar) -> Spans:
    """Worked out once: to ask the calendar anew at each instant is what takes time."""
    first = london_date(from_at) - timedelta(days=1)
    days = (london_date(until) - first).days + 1
    return list(open_spans(desk.hours, first, days, calendar)) if desk.hours else ()


def _is_on(desk: Desk, at: datetime, spans: Spans) -> bool:
    """Whether it is open at *at*, and in force."""
    is_open = not desk.hours or any(opens <= at < closes for opens, closes in spans)
    return is_open and desk.is_in_force(at)


def _who(rota: Opened, overrides: Sequence[Override], at: datetime) -> OnDuty | None:
    in_stead = [each for each in overrides if each.is_on(at)]
    if in_stead:
        newest = max(in_stead, key=lambda each: (each.entered_at, each.ref))
        return OnDuty("override", newest.ref, newest.name, newest.phone)
    for role in ROLES:
        for desk, spans in rota:
            if desk.role == role and _is_on(desk, at, spans):
                return OnDuty(_KIND[role], desk.ref, desk.name, desk.phone)
    return _fallback([desk for desk, _ in rota], at)


def _fallback(desks: Sequence[Desk], at: datetime) -> OnDuty | None:
    """Nobody is on duty: the number for out of hours is best tried, or else the desk's."""
    there = [each for role in reversed(ROLES) for each in desks if each.role == role and each.is_in_force(at)]
    return OnDuty("fallback", there[0].ref, there[0].name, there[0].phone) if there else None


def _edges(rota: Opened, overrides: Sequence[Override]) -> Iterator[datetime]:
    """Every instant at which the answer may change."""
    for desk, spans in rota:
        yield start_of_day(desk.valid_from)
        if desk.valid_to is not None:
            yield start_of_day(desk.valid_to)
        for opens, closes in spans:
            yield from (opens, closes)
    for each in overrides:
        yield from (each.from_at, each.until)
