"""When a duty is due: before, within hours, within working days, or by the hub's policy where the law has no number."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.core.clock import end_of_day, london_date
from hub.core.sentences import worded
from hub.duties.applies import is_gated
from hub.duties.calendar import Calendar
from hub.duties.facts import Facts
from hub.duties.table import Clock, Duty, Law
from hub.duties.words import UNVERIFIED

NO_INSTANT = worded("The instant from which this is counted is not known; a person must set when it is due.")
NO_APPROVAL = worded(
    "The instant of approval is not known; this is counted from it, and a person must set when it is due."
)
APPROVAL_UNKNOWN = worded(
    "The instant of approval is not known; it is due by then, and is shown at the start until it is."
)
EMERGENCY_UNVERIFIED = worded(
    "How this runs in an emergency is unverified, so no due instant is given; a person must decide."
)
DAY_ONLY = worded("Only the day is known, so the hours are counted from 00:00 in London.")


@dataclass(frozen=True)
class Due:
    """``at`` is the last instant in UTC, ``on`` the civil date of a day clock; either is ``None``, never invented."""

    at: datetime | None
    on: date | None = None
    is_policy: bool = False
    warnings: tuple[str, ...] = ()


def clock_for(duty: Duty, facts: Facts) -> Clock:
    """The clock that runs: the emergency's own where the row has one and the facts are of an emergency."""
    return duty.emergency_clock if facts.emergency and duty.emergency_clock else duty.clock


def due(duty: Duty, facts: Facts, *, law: Law, calendar: Calendar) -> Due:
    """The last instant at which *duty* can be met in time, on *facts*.

    Working days end at 24:00 Europe/London, the day of the event not counted; hours are elapsed hours; "before" is the
    instant of the event itself. Law: SI 2010/959 regs 11, 13, 14; where the law gives no number, policy/tolerance.toml.
    """
    if facts.emergency and duty.confidence_in_emergency == UNVERIFIED:
        return Due(None, warnings=(EMERGENCY_UNVERIFIED,))
    clock = clock_for(duty, facts)
    counted = _counted_from(clock, facts, law)
    if counted.at is None:
        return counted
    return _run(clock, counted.at, calendar, is_policy=_is_policy(duty, clock), warnings=counted.warnings)


def due_from(duty: Duty, trigger_at: datetime, *, calendar: Calendar) -> Due:
    """When a duty of the hub's own workflow is due, counted from the instant that set it off (aware)."""
    return _run(duty.clock, trigger_at, calendar, is_policy=_is_policy(duty, duty.clock), warnings=())


def _is_policy(duty: Duty, clock: Clock) -> bool:
    return clock.is_policy or duty.basis in ("policy", "recommendation")


def _counted_from(clock: Clock, facts: Facts, law: Law) -> Due:
    """The instant the clock runs from, carried in ``at``."""
    at = facts.happened_at
    if clock.count_from == "approval":
        return _from_approval(clock, facts)
    if at is None:
        return Due(None, warnings=(NO_INSTANT,))
    if clock.earlier_of_approval and facts.approved_at and facts.relation == "adjoining" and is_gated(facts, law):
        council = law.decided_by(facts.placing)
        return Due(at if council and council.notice_due_by_start else min(at, facts.approved_at))
    return Due(at)


def _from_approval(clock: Clock, facts: Facts) -> Due:
    if facts.approved_at:
        return Due(facts.approved_at)
    if clock.unit == "before" and facts.happened_at:
        return Due(facts.happened_at, warnings=(APPROVAL_UNKNOWN,))
    return Due(None, warnings=(NO_APPROVAL,))


def _run(clock: Clock, start: datetime, calendar: Calendar, *, is_policy: bool, warnings: tuple[str, ...]) -> Due:
    match clock.unit:
        case "before":
            return Due(start, None, is_policy, warnings)
        case "hours":
            return Due(start + timedelta(hours=clock.number), None, is_policy, warnings)
        case "calendar_days":
            on = london_date(start) + timedelta(days=clock.number)
            return Due(end_of_day(on), on, is_policy, warnings)
        case _:
            return _working_days(clock, start, calendar, is_policy=is_policy, warnings=warnings)


def _working_days(
    clock: Clock, start: datetime, calendar: Calendar, *, is_policy: bool, warnings: tuple[str, ...]
) -> Due:
    found = calendar.add_working_days(london_date(start), clock.number)
    if found.due_on is None:
        return Due(None, None, is_policy, (*warnings, *((found.warning,) if found.warning else ())))
    return Due(end_of_day(found.due_on), found.due_on, is_policy, warnings)
