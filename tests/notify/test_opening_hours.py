"""When a desk is open, when it opens next, and when its digest goes out."""

from datetime import UTC, date, datetime, time

import pytest

from hub.directory.opening_hours import is_open, next_digest, next_opening
from hub.duties.calendar import Calendar

CALENDAR = Calendar(
    frozenset({date(2026, 12, 25), date(2026, 12, 28)}), first=date(2026, 1, 1), horizon=date(2026, 12, 31)
)
WEEKDAYS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {day: ["22:00", "06:00"] for day in ("fri", "sat")}


def london(text: str) -> datetime:
    """An instant given in winter, when London's clocks show UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "open_then", "because"),
    [
        ("2026-11-18T09:00", True, "it opens at nine"),
        ("2026-11-18T16:59", True, "it closes at five"),
        ("2026-11-18T17:00", False, "at five it is closed"),
        ("2026-11-21T12:00", False, "Saturday is not named"),
        ("2026-12-25T12:00", False, "a bank holiday, on which it does not open"),
    ],
)
def test_a_desk_is_open_in_its_hours(at: str, open_then: bool, because: str) -> None:
    assert is_open(WEEKDAYS, london(at), calendar=CALENDAR) is open_then, because


def test_a_desk_without_hours_is_always_open() -> None:
    assert is_open(None, london("2026-12-25T03:00"), calendar=CALENDAR)


def test_a_desk_may_be_open_on_bank_holidays() -> None:
    assert is_open({**WEEKDAYS, "bank_holidays": True}, london("2026-12-25T12:00"), calendar=CALENDAR)


def test_hours_that_end_before_they_begin_run_into_the_next_morning() -> None:
    saturday_morning, sunday_evening = london("2026-11-21T05:59"), london("2026-11-22T23:00")
    assert is_open(NIGHTS, saturday_morning, calendar=CALENDAR)
    assert not is_open(NIGHTS, sunday_evening, calendar=CALENDAR)


def test_midnight_can_be_written_as_twenty_four_hours() -> None:
    late = {"wed": ["18:00", "24:00"]}
    assert is_open(late, london("2026-11-18T23:59"), calendar=CALENDAR)
    assert not is_open(late, london("2026-11-19T00:00"), calendar=CALENDAR)


@pytest.mark.parametrize(
    ("at", "opens", "because"),
    [
        ("2026-11-18T10:00", "2026-11-18T10:00", "it is open now"),
        ("2026-11-18T07:00", "2026-11-18T09:00", "later the same day"),
        ("2026-11-20T18:00", "2026-11-23T09:00", "over the weekend"),
        ("2026-12-24T18:00", "2026-12-29T09:00", "over Christmas and its substitute day"),
    ],
)
def test_a_closed_desk_opens_next(at: str, opens: str, because: str) -> None:
    assert next_opening(WEEKDAYS, london(at), calendar=CALENDAR) == london(opens), because


def test_in_summer_nine_in_london_is_eight_in_utc() -> None:
    assert next_opening(WEEKDAYS, london("2026-07-15T03:00"), calendar=CALENDAR) == london("2026-07-15T08:00")


def test_the_clock_change_moves_the_opening_with_londons_clocks() -> None:
    friday_before_winter_time = london("2026-10-23T18:00")
    assert next_opening(WEEKDAYS, friday_before_winter_time, calendar=CALENDAR) == london("2026-10-26T09:00")


def test_what_waits_for_a_desk_that_never_opens_does_not_wait_for_ever() -> None:
    at = london("2026-11-18T10:00")
    assert next_opening({"bank_holidays": False}, at, calendar=CALENDAR) == at


@pytest.mark.parametrize(
    ("at", "goes_out", "because"),
    [
        ("2026-11-18T07:59", "2026-11-18T08:00", "this morning"),
        ("2026-11-18T08:00", "2026-11-19T08:00", "this morning's has gone"),
        ("2026-11-20T12:00", "2026-11-23T08:00", "Monday after a weekend"),
        ("2026-12-24T12:00", "2026-12-29T08:00", "after Christmas"),
        ("2027-01-01T12:00", "2027-01-04T08:00", "beyond the loaded years weekdays are enough"),
    ],
)
def test_the_digest_goes_out_on_the_next_working_morning(at: str, goes_out: str, because: str) -> None:
    assert next_digest(london(at), time(8), calendar=CALENDAR) == london(goes_out), because
