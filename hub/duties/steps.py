"""When each rung of a ladder is reached, for one obligation: pure arithmetic for the sweep's ``next_step_at``.

Rungs after the due instant count from it, or from the instant the hub learned of the obligation where that is later:
nobody is passed over because news came late. At risk a ladder starts at the head of service, and its working days
become hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.core.clock import LONDON, london_date
from hub.duties.calendar import Calendar
from hub.duties.policy import Ladder, Rung
from hub.duties.words import ROLE_HEIGHT

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Step:
    """One rung and the instant (UTC) at which it is reached."""

    rung_index: int
    at: datetime


def first_index(ladder: Ladder, *, due_at: datetime | None, opened_at: datetime, risk: bool) -> int:
    """The step a ladder begins at: past reminders whose time is gone, and at risk the first rung high enough."""
    if risk:
        return _first_high_rung(ladder)
    for index, rung in enumerate(ladder.rungs):
        if due_at is None or rung.before_hours is None or due_at - timedelta(hours=rung.before_hours) >= opened_at:
            return index
    return len(ladder.rungs) - 1


def step_at(
    ladder: Ladder, index: int, *, due_at: datetime | None, opened_at: datetime, risk: bool, calendar: Calendar
) -> datetime | None:
    """When step *index* is reached, in UTC; indexes past the last rung are its repeats, without end.

    Without a due instant the first step is at once, so that a person sets one, and there is none after it: ``None``.
    """
    if due_at is None:
        begins = first_index(ladder, due_at=None, opened_at=opened_at, risk=risk)
        return opened_at if index == begins else None
    last = len(ladder.rungs) - 1
    at = _reached(ladder, min(index, last), due_at=due_at, opened_at=opened_at, risk=risk, calendar=calendar)
    return _repeated(ladder, at, times=index - last, risk=risk, calendar=calendar) if index > last else at


def steps(
    ladder: Ladder, *, due_at: datetime | None, opened_at: datetime, risk: bool, calendar: Calendar
) -> tuple[Step, ...]:
    """Every step once, in order, from the first that is taken: the dry run that is shown before a ladder is saved."""
    begins = first_index(ladder, due_at=due_at, opened_at=opened_at, risk=risk)
    found = []
    for index in range(begins, len(ladder.rungs)):
        at = step_at(ladder, index, due_at=due_at, opened_at=opened_at, risk=risk, calendar=calendar)
        if at is not None:
            found.append(Step(index, at))
    return tuple(found)


def _first_high_rung(ladder: Ladder) -> int:
    """The first rung as high as risk asks for after the due instant, or the highest there is."""
    after = [(index, rung) for index, rung in enumerate(ladder.rungs) if rung.before_hours is None]
    wanted = min(ROLE_HEIGHT[ladder.risk.starts_at], max(rung.height for _, rung in after))
    return next(index for index, rung in after if rung.height >= wanted)


def _reached(
    ladder: Ladder, index: int, *, due_at: datetime, opened_at: datetime, risk: bool, calendar: Calendar
) -> datetime:
    rung = ladder.rungs[index]
    if rung.before_hours is not None:
        return max(due_at - timedelta(hours=rung.before_hours), opened_at)
    base = max(due_at, opened_at)
    if risk:
        hours = _hours_at_risk(ladder, rung) - _hours_at_risk(ladder, ladder.rungs[_first_high_rung(ladder)])
        return base + timedelta(hours=max(hours, 0))
    if rung.after_hours is not None:
        return base + timedelta(hours=rung.after_hours)
    return working_days_after(base, rung.after_working_days or 0, calendar)


def _hours_at_risk(ladder: Ladder, rung: Rung) -> int:
    if rung.after_working_days is not None:
        return rung.after_working_days * ladder.risk.hours_per_working_day
    return rung.after_hours or 0


def _repeated(ladder: Ladder, at: datetime, *, times: int, risk: bool, calendar: Calendar) -> datetime:
    if risk:
        return at + timedelta(hours=ladder.risk.repeat_every_hours * times)
    every = ladder.rungs[-1].repeat_every_working_days or 1
    return working_days_after(at, every * times, calendar)


def working_days_after(instant: datetime, number: int, calendar: Calendar) -> datetime:
    """The same time of day in London, *number* working days on; 24:00 stays 24:00.

    Past the loaded bank holidays each counts as one plain day: a step of policy may come early, it may not be lost.
    """
    if number == 0:
        return instant
    local = (instant - _TICK).astimezone(LONDON)
    day = calendar.add_working_days(london_date(instant - _TICK), number).due_on
    if day is None:
        return instant + timedelta(days=number)
    return datetime.combine(day, local.time(), LONDON).astimezone(instant.tzinfo) + _TICK
