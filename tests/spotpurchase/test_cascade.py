"""Whom to ask next and by when, from who is left and the time left: nobody is forgotten, nobody is given too long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.directory.opening_hours import is_open
from hub.duties.rulebook import load_rulebook
from hub.spotpurchase.cascade import Hours, next_step, own_reply_by, reply_by, respond_by
from hub.spotpurchase.matching import Match
from hub.spotpurchase.policy import Asking
from tests.conftest import CONFIG, NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOURS = Hours(fallback_at=NOW + 36 * HOUR, latest_at=NOW + 72 * HOUR)
MOST = 4 * HOUR
TERMS = Asking(
    reply_percent=6,
    least=HOUR,
    open_least=2 * HOUR,
    at_once=1,
    respond_percent=25,
    respond_least=2 * HOUR,
    respond_most=12 * HOUR,
    most_messages=40,
)
people = some.integers(0, 30).map(lambda number: [Match(each, "provider", ()) for each in range(number)])
minutes = some.integers(-60, 100 * 60).map(lambda number: NOW + number * MINUTE)


@given(matches=people, spent=some.sets(some.integers(0, 30)), now=minutes)
def test_nobody_is_asked_twice_and_somebody_is_asked_while_anybody_is_left(
    matches: list[Match], spent: set[int], now: datetime
) -> None:
    step = next_step(matches, spent, HOURS, TERMS, most=MOST, now=now)
    left = [each for each in matches if each.organisation_id not in spent]
    if step is None:
        assert left == []
    else:
        assert list(step.matches) == left[: len(step.matches)], "in their order"
        assert len(step.matches) >= 1


@given(matches=people.filter(bool), now=minutes)
def test_before_the_hour_of_decision_nobody_has_longer_than_until_then_nor_than_policy_gives(
    matches: list[Match], now: datetime
) -> None:
    step = next_step(matches, (), HOURS, TERMS, most=MOST, now=now)
    assert step is not None
    assert now < step.reply_by <= now + MOST
    if now < HOURS.fallback_at:
        assert step.reply_by <= HOURS.fallback_at
    else:
        assert list(step.matches) == matches, "too late to ask in turn"


@given(number=some.integers(1, 30), begins=some.integers(0, 35 * 60))
def test_everybodys_turn_comes_before_the_hour_of_decision_though_all_stay_silent(number: int, begins: int) -> None:
    matches = [Match(each, "provider", ()) for each in range(number)]
    spent: set[int] = set()
    now = NOW + begins * MINUTE
    while step := next_step(matches, spent, HOURS, TERMS, most=MOST, now=now):
        assert now < HOURS.fallback_at, "somebody was left when the council decides"
        spent |= {each.organisation_id for each in step.matches}
        now = step.reply_by
    assert spent == set(range(number))
    assert now <= HOURS.fallback_at


def test_time_is_given_while_there_is_time_and_less_as_it_runs_out() -> None:
    one = [Match(1, "host_team", ())]
    given_at = [next_step(one, (), HOURS, TERMS, most=MOST, now=NOW + hours * HOUR) for hours in (0, 20, 35)]
    waits = [step.reply_by - (NOW + hours * HOUR) for step, hours in zip(given_at, (0, 20, 35), strict=True) if step]
    assert waits == [4 * HOUR, timedelta(hours=3.12), HOUR]


@given(now=minutes)
def test_who_is_asked_by_hand_has_the_least_at_least_until_the_hour_of_decision(now: datetime) -> None:
    by = reply_by(HOURS, TERMS, most=MOST, now=now)
    assert by > now
    if now < HOURS.fallback_at - HOUR or now >= HOURS.fallback_at:
        assert by - now >= HOUR
    if now < HOURS.fallback_at:
        assert by <= HOURS.fallback_at


@given(now=minutes)
def test_whoever_accepted_is_heard_of_within_a_share_of_the_time_left(now: datetime) -> None:
    waits = respond_by(HOURS, TERMS, now=now) - now
    assert 2 * HOUR <= waits <= 12 * HOUR


# --- whoever is closed ------------------------------------------------------------------------------------------------

CALENDAR = load_rulebook(CONFIG).calendar
QUARTER = timedelta(minutes=15)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: ["09:00", "17:00"] for day in WEEK[:5]}
OPENING = some.sampled_from(
    (
        None,
        OFFICE,
        {day: ["20:00", "06:00"] for day in WEEK},
        {day: ["08:00", "09:00"] for day in WEEK},
        {"thu": ["00:00", "24:00"]},
        {"mon": ["09:00", "17:00"]},
    )
)
quarters = some.integers(0, 71 * 4).map(lambda number: NOW + number * QUARTER)


def own(step_by: datetime, opening: dict[str, Any] | None, now: datetime) -> datetime:
    return own_reply_by(step_by, opening, HOURS, TERMS, calendar=CALENDAR, now=now)


def there(opening: dict[str, Any] | None, since: datetime, until: datetime) -> timedelta:
    """For how long somebody is there, counted by the quarter."""
    quarters = range(max((until - since) // QUARTER, 0))
    return QUARTER * sum(is_open(opening, since + number * QUARTER, calendar=CALENDAR) for number in quarters)


@given(opening=OPENING, now=quarters, length=some.integers(4, 16).map(lambda number: number * QUARTER))
def test_nobodys_time_is_over_before_somebody_was_there_for_a_while_or_the_council_decides(
    opening: dict[str, Any] | None, now: datetime, length: timedelta
) -> None:
    by, ends = own(now + length, opening, now), HOURS.fallback_at if now < HOURS.fallback_at else HOURS.latest_at
    assert now + length <= by <= max(now + length, ends), "never less than the step, never past the hour of decision"
    assert there(opening, now, by) >= min(length, TERMS.open_least, there(opening, now, ends))
    if by > now + length:
        assert is_open(opening, by - QUARTER, calendar=CALENDAR), "no longer than it is of use"
        assert there(opening, now, by) <= min(length, TERMS.open_least)


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("2026-11-18 10:00", "2026-11-18 14:00"),  # there for all of it
        ("2026-11-18 15:30", "2026-11-19 09:30"),  # an hour and a half is left of the day
        ("2026-11-18 18:00", "2026-11-19 11:00"),
        ("2026-11-19 20:30", "2026-11-20 00:30"),  # it opens again after the hour of decision only
    ],
)
def test_a_provider_of_office_hours_has_two_hours_of_them(asked: str, by: str) -> None:
    now, wanted = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (asked, by))
    assert own(now + 4 * HOUR, OFFICE, now) == wanted
