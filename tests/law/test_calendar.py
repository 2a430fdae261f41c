"""Working days of England and Wales, against two independent packages, and nothing beyond what is official."""

import json
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from hub.core.clock import end_of_day
from hub.duties.calendar import Calendar
from hub.duties.reading import LawError
from tests.law.conftest import CONFIG

YEARS = range(2018, 2028)


def test_it_covers_2018_to_the_last_official_year(calendar: Calendar) -> None:
    assert (calendar.first, calendar.horizon) == (date(2018, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("year", YEARS)
def test_every_bank_holiday_agrees_with_the_official_feed_s_package(calendar: Calendar, year: int) -> None:
    feed = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales", year=year)
    assert {day for day in calendar.holidays if day.year == year} == {event["date"] for event in feed}


@pytest.mark.parametrize("year", YEARS)
def test_every_working_day_agrees_with_a_second_package(calendar: Calendar, year: int) -> None:
    other = holidays.country_holidays("GB", subdiv="ENG", years=year)
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    differ = [
        day
        for day in days
        if day.year == year and calendar.is_working_day(day) != (day.weekday() < 5 and day not in other)
    ]
    assert differ == []


def test_wales_shares_the_list(calendar: Calendar) -> None:
    welsh = holidays.country_holidays("GB", subdiv="WLS", years=list(YEARS))
    assert {day for day in welsh if day.weekday() < 5} == {day for day in calendar.holidays if day.weekday() < 5}


@pytest.mark.parametrize(
    ("day", "works", "says"),
    [
        ("2026-01-02", True, "2 January is a holiday in Scotland only"),
        ("2026-03-17", True, "St Patrick's Day is a holiday in Northern Ireland only"),
        ("2022-06-03", False, "the Platinum Jubilee"),
        ("2022-06-02", False, "the spring holiday moved to meet it"),
        ("2022-05-30", True, "the Monday it was moved from"),
        ("2022-09-19", False, "the State Funeral"),
        ("2023-05-08", False, "the coronation"),
        ("2020-05-08", False, "the early May holiday moved for VE Day"),
        ("2020-05-04", True, "the Monday it was moved from"),
        ("2021-12-27", False, "Christmas Day's substitute"),
        ("2021-12-25", False, "Christmas Day on a Saturday"),
        ("2026-04-03", False, "Good Friday"),
        ("2026-04-04", False, "a Saturday"),
    ],
)
def test_days_that_people_forget(calendar: Calendar, day: str, works: bool, says: str) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works, says


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-08", 1, "2026-03-09"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2023-12-22", 1, "2023-12-27"),
        ("2023-12-22", 5, "2024-01-03"),
        ("2026-04-02", 5, "2026-04-13"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2027-12-24", 3, "2027-12-31"),
    ],
)
def test_counting_leaves_out_the_first_day(calendar: Calendar, day: str, number: int, due: str) -> None:
    assert calendar.add_working_days(date.fromisoformat(day), number).due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "number"), [("2027-12-31", 1), ("2027-12-24", 5), ("2028-02-01", 1), ("2017-12-29", 5)]
)
def test_beyond_what_is_loaded_there_is_a_warning_and_no_date(calendar: Calendar, day: str, number: int) -> None:
    found = calendar.add_working_days(date.fromisoformat(day), number)
    assert found.due_on is None
    assert found.warning
    assert "1 January 2018 to 31 December 2027" in found.warning


def test_asking_about_a_day_beyond_is_refused(calendar: Calendar) -> None:
    with pytest.raises(LawError, match="No date is given for 3 January 2028"):
        calendar.is_working_day(date(2028, 1, 3))


def test_counting_no_days_at_all_is_a_mistake(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        calendar.add_working_days(date(2026, 3, 2), 0)


def test_computed_holidays_are_marked_and_never_counted_with(calendar: Calendar) -> None:
    events = json.loads((CONFIG / "reference" / "bank_holidays.json").read_text())["england-and-wales"]["events"]
    computed = [event for event in events if not event["official"]]
    assert {event["date"][:4] for event in computed} == {"2028"}
    assert all("computed" in event["source"] for event in computed)
    assert not {date.fromisoformat(event["date"]) for event in computed} & calendar.holidays


def test_a_working_day_ends_at_midnight_in_london_in_summer_and_in_winter() -> None:
    assert end_of_day(date(2026, 6, 8)) == datetime(2026, 6, 8, 23, tzinfo=UTC)
    assert end_of_day(date(2026, 12, 8)) == datetime(2026, 12, 9, 0, tzinfo=UTC)
