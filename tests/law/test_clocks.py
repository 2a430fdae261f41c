"""What holds for every duty and every instant: never due before it starts, never earlier for more days, never invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.clock import london_date
from hub.duties.calendar import Calendar, load_calendar
from hub.duties.clocks import due_from
from hub.duties.explain import explain
from hub.duties.facts import Facts
from hub.duties.table import Duty, Law, load_law
from hub.duties.words import LEGAL_STATUSES, SETTINGS
from tests.law.cases import CWMTEG, EASTVALE, GLANAFON, NORTHMOOR, START, everything_owed
from tests.law.conftest import CONFIG

LAW, CALENDAR = load_law(CONFIG), load_calendar(CONFIG)
LOADED_DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))
ANY_INSTANT = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
COUNTED_FORWARD = [duty for duty in LAW.duties.values() if duty.clock.unit != "before" and duty.clock.number > 0]


@given(ANY_INSTANT, st.sampled_from(COUNTED_FORWARD))
def test_nothing_is_due_before_it_starts(start: datetime, duty: Duty) -> None:
    due = due_from(duty, start, calendar=CALENDAR)
    assert due.at is None or due.at > start


@given(LOADED_DAYS, st.integers(1, 30))
def test_one_more_working_day_is_never_earlier(day: date, number: int) -> None:
    less, more = CALENDAR.add_working_days(day, number).due_on, CALENDAR.add_working_days(day, number + 1).due_on
    assert more is None or (less is not None and less < more)


@given(LOADED_DAYS, st.integers(1, 30))
def test_a_later_start_is_never_due_earlier(day: date, number: int) -> None:
    here = CALENDAR.add_working_days(day, number).due_on
    later = CALENDAR.add_working_days(day + timedelta(days=1), number).due_on
    assert here is None or later is None or here <= later


@given(LOADED_DAYS, st.integers(1, 30))
def test_it_is_the_same_as_counting_day_by_day(day: date, number: int) -> None:
    found = CALENDAR.add_working_days(day, number).due_on
    counted, at = 0, day
    while counted < number and at < CALENDAR.horizon:
        at += timedelta(days=1)
        counted += CALENDAR.is_working_day(at)
    assert found == (at if counted == number else None)


@given(st.dates(date(2028, 1, 1), date(2199, 1, 1)), st.integers(1, 30))
def test_beyond_the_horizon_there_is_never_a_date(day: date, number: int) -> None:
    found = CALENDAR.add_working_days(day, number)
    assert found.due_on is None
    assert found.warning


@given(ANY_INSTANT, st.integers(1, 240))
def test_hours_are_elapsed_hours_whatever_the_clocks_on_the_wall_do(start: datetime, hours: int) -> None:
    duty = replace(LAW.duty("ERHI"), clock=replace(LAW.duty("ERHI").clock, number=hours))
    due = due_from(duty, start, calendar=CALENDAR)
    assert due.at == start + timedelta(hours=hours)


@given(
    start=ANY_INSTANT,
    setting=st.sampled_from(SETTINGS),
    status=st.sampled_from(LEGAL_STATUSES),
    age=st.none() | st.integers(0, 21),
    placing=st.sampled_from((NORTHMOOR, CWMTEG)),
    host=st.sampled_from((EASTVALE, GLANAFON)),
    relation=st.sampled_from(("adjoining", "distant")),
    emergency=st.booleans(),
)
def test_whatever_the_facts_every_obligation_stands_to_reason(start: datetime, **given_facts: object) -> None:
    status = given_facts.pop("status")
    facts = Facts(event="placement_start", starts_at=start, legal_status=status, **given_facts)  # type: ignore[arg-type]
    for owed in explain(LAW, CALENDAR, facts):
        assert owed.due_at is None or owed.due_at >= start
        assert owed.due_at is not None or owed.warnings
        assert owed.due_on is None or london_date(start) < owed.due_on
        assert owed.because.count(".") == 1
        assert owed.because.endswith(".")
        assert LAW.duty(owed.code).jurisdiction in ("England and Wales", _nation_of_ower(owed.owed_by, facts))


def _nation_of_ower(owed_by: str, facts: Facts) -> str:
    council = facts.placing if owed_by == "placing_authority" else facts.host
    return council.nation if council else ""


@pytest.mark.parametrize(("placed", "due"), [(-1, "2026-03-01"), (0, "2026-03-02")])
def test_an_approval_never_moves_a_planned_notice_later(law: Law, calendar: Calendar, placed: int, due: str) -> None:
    approved = START + timedelta(days=placed)
    owed = everything_owed(law, calendar, relation="adjoining", setting="other", approved_at=approved)["E13A"]
    assert owed.due_at
    assert str(london_date(owed.due_at)) == due
