"""Who is on duty at an instant: one answer or none, through nights, bank holidays and both clock changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.clock import LONDON
from hub.directory.duty.rota import Desk, OnDuty, Override, Shift, changes, gaps, right_now
from hub.directory.opening_hours import is_open
from hub.duties.calendar import Calendar, load_calendar
from tests.conftest import CONFIG

CALENDAR: Calendar = load_calendar(CONFIG)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE: dict[str, Any] = {day: ["09:00", "17:00"] for day in WEEK[:5]} | {"bank_holidays": False}
NIGHTS: dict[str, Any] = {
    **{day: ["17:00", "09:00"] for day in WEEK[:5]},
    **{day: ["09:00", "09:00"] for day in WEEK[5:]},
    "bank_holidays": True,
}
LONG_AGO = date(2020, 1, 1)


def desk(role: str = "duty_desk", hours: dict[str, Any] | None = None, **other: Any) -> Desk:
    name = {"duty_desk": "Duty team", "out_of_hours": "Emergency duty team"}[role]
    return Desk(f"con_{role}", role, name, f"01632 96000{len(role) % 10}", hours, **{"valid_from": LONG_AGO, **other})


DUTY, EDT = desk(hours=OFFICE), desk("out_of_hours", None)
BOTH = [DUTY, EDT]


def london(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


def answers(at: datetime, desks: list[Desk], *overrides: Override) -> OnDuty | None:
    return right_now(desks, overrides, at, calendar=CALENDAR)


def kind_at(text: str, desks: list[Desk], *overrides: Override, fold: int = 0) -> str:
    who = answers(london(text, fold), desks, *overrides)
    return who.kind if who else "nobody"


def override(from_at: str, until: str, ref: str = "dty_1", entered: str = "2026-01-01T00:00") -> Override:
    return Override(ref, "Storm desk", "01632 960999", london(from_at), london(until), london(entered))


@pytest.mark.parametrize(
    ("at", "kind", "because"),
    [
        ("2026-11-18T10:00", "desk", "a Wednesday morning"),
        ("2026-11-18T08:59", "out_of_hours", "a minute before the desk opens"),
        ("2026-11-18T09:00", "desk", "the minute at which it opens"),
        ("2026-11-18T17:00", "out_of_hours", "the minute at which it closes"),
        ("2026-11-19T02:00", "out_of_hours", "two in the morning"),
        ("2026-11-21T12:00", "out_of_hours", "a Saturday"),
        ("2026-12-24T16:59", "desk", "Christmas Eve is a working day"),
        ("2026-12-25T12:00", "out_of_hours", "Christmas Day, a Friday"),
        ("2026-12-28T12:00", "out_of_hours", "the Monday in Boxing Day's stead"),
        ("2026-12-29T12:00", "desk", "the day after it"),
        ("2027-01-01T12:00", "out_of_hours", "New Year's Day"),
        ("2027-12-27T12:00", "out_of_hours", "the Monday in Christmas Day's stead"),
        ("2027-12-28T12:00", "out_of_hours", "the Tuesday in Boxing Day's stead"),
        ("2027-12-29T12:00", "desk", "the day after both"),
    ],
)
def test_the_desk_answers_while_it_is_open_and_the_out_of_hours_team_otherwise(
    at: str, kind: str, because: str
) -> None:
    assert kind_at(at, BOTH) == kind, because


@pytest.mark.parametrize("day", ["2026-12-26", "2027-12-25"])
def test_a_desk_that_opens_on_saturdays_is_closed_on_a_feast_that_falls_on_one(day: str) -> None:
    saturdays = desk(hours=OFFICE | {"sat": ["09:00", "13:00"]})
    assert kind_at(f"{day}T10:00", [saturdays, EDT]) == "out_of_hours"
    assert kind_at("2026-12-19T10:00", [saturdays, EDT]) == "desk"


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        ("2026-03-28T12:00", "2026-03-30T12:00", "2026-03-30T08:00+00:00"),
        ("2026-10-24T12:00", "2026-10-26T12:00", "2026-10-26T09:00+00:00"),
    ],
)
def test_after_the_clock_change_the_desk_opens_at_nine_of_the_new_time(before: str, after: str, first: str) -> None:
    shifts = changes(BOTH, [], london(before), london(after), calendar=CALENDAR)
    assert [(each.who.kind if each.who else None, each.until) for each in shifts[:1]] == [
        ("out_of_hours", datetime.fromisoformat(first))
    ]


def test_in_the_night_of_march_a_shift_over_the_skipped_hour_is_an_hour_shorter() -> None:
    night = desk("out_of_hours", {"sat": ["22:00", "06:00"], "bank_holidays": True})
    shifts = changes([night], [], london("2026-03-28T21:00"), london("2026-03-29T09:00"), calendar=CALENDAR)
    assert [(s.is_gap, s.until - s.from_at) for s in shifts] == [
        (True, timedelta(hours=1)),
        (False, timedelta(hours=7)),
        (True, timedelta(hours=3)),
    ]


def test_in_the_night_of_october_a_shift_over_the_repeated_hour_is_an_hour_longer() -> None:
    night = desk("out_of_hours", {"sat": ["22:00", "06:00"], "bank_holidays": True})
    shifts = changes([night], [], london("2026-10-24T22:00"), london("2026-10-25T06:00"), calendar=CALENDAR)
    assert [s.until - s.from_at for s in shifts] == [timedelta(hours=9)]
    assert (
        kind_at("2026-10-25T01:30", [night], fold=0) == kind_at("2026-10-25T01:30", [night], fold=1) == "out_of_hours"
    )


def test_desks_that_change_over_within_the_repeated_hour_leave_neither_hole_nor_overlap() -> None:
    late = desk(hours={"sun": ["00:00", "01:30"], "bank_holidays": True})
    early = desk("out_of_hours", {"sun": ["01:30", "09:00"], "bank_holidays": True})
    shifts = changes([late, early], [], london("2026-10-25T00:00"), london("2026-10-25T09:00"), calendar=CALENDAR)
    assert [s.who.kind for s in shifts if s.who] == ["desk", "out_of_hours"]


def test_a_desk_that_spans_midnight_is_still_open_the_next_morning() -> None:
    rota = [DUTY, desk("out_of_hours", NIGHTS)]
    assert kind_at("2026-11-19T03:00", rota) == "out_of_hours"
    assert not gaps(changes(rota, [], london("2026-11-16T00:00"), london("2026-11-23T00:00"), calendar=CALENDAR))


def test_nights_that_forget_the_day_of_a_bank_holiday_leave_a_gap_which_is_said_with_the_number_to_try() -> None:
    rota = [DUTY, desk("out_of_hours", NIGHTS)]
    who = answers(london("2026-12-25T12:00"), rota)
    assert who is not None
    assert (who.kind, who.name, who.until) == ("fallback", "Emergency duty team", london("2026-12-25T17:00"))
    christmas = changes(rota, [], london("2026-12-24T00:00"), london("2027-01-04T00:00"), calendar=CALENDAR)
    assert [(g.from_at, g.until) for g in gaps(christmas)] == [
        (london("2026-12-25T09:00"), london("2026-12-25T17:00")),
        (london("2026-12-28T09:00"), london("2026-12-28T17:00")),
        (london("2027-01-01T09:00"), london("2027-01-01T17:00")),
    ]


def test_without_an_out_of_hours_team_the_desks_own_number_is_tried() -> None:
    who = answers(london("2026-11-21T12:00"), [DUTY])
    assert who is not None
    assert (who.kind, who.phone, who.is_gap) == ("fallback", DUTY.phone, True)


def test_an_organisation_without_a_telephone_answers_nobody() -> None:
    assert answers(london("2026-11-18T10:00"), []) is None
    assert gaps(changes([], [], london("2026-11-18T10:00"), london("2026-11-19T10:00"), calendar=CALENDAR)) == [
        Shift(london("2026-11-18T10:00"), london("2026-11-19T10:00"), None)
    ]


def test_an_override_comes_before_every_desk_for_as_long_as_it_lasts() -> None:
    storm = override("2026-11-18T12:00", "2026-11-18T20:00")
    assert [kind_at(f"2026-11-18T{at}", BOTH, storm) for at in ("11:59", "12:00", "19:59", "20:00")] == [
        *("desk", "override", "override", "out_of_hours")
    ]


def test_of_two_overrides_the_one_that_was_entered_last_counts() -> None:
    first = override("2026-11-18T12:00", "2026-11-18T20:00")
    second = override("2026-11-18T14:00", "2026-11-18T16:00", "dty_2", "2026-11-02T00:00")
    who = answers(london("2026-11-18T15:00"), BOTH, second, first)
    assert who is not None
    assert (who.ref, who.until, who.then and who.then.ref) == ("dty_2", london("2026-11-18T16:00"), "dty_1")


def test_an_override_may_fill_a_gap_in_part() -> None:
    storm = override("2026-11-21T12:00", "2026-11-21T14:00")
    week = changes([DUTY], [storm], london("2026-11-20T17:00"), london("2026-11-23T09:00"), calendar=CALENDAR)
    assert [(s.is_gap, s.from_at) for s in week] == [
        (True, london("2026-11-20T17:00")),
        (False, london("2026-11-21T12:00")),
        (True, london("2026-11-21T14:00")),
    ]


def test_a_telephone_counts_from_the_day_it_is_in_force_until_the_day_it_ends() -> None:
    old = desk("out_of_hours", None, valid_to=date(2026, 11, 20))
    new = Desk("con_new", "out_of_hours", "New team", "01632 960555", None, date(2026, 11, 20))
    shifts = changes([old, new], [], london("2026-11-19T12:00"), london("2026-11-20T12:00"), calendar=CALENDAR)
    assert [(s.who.name if s.who else None, s.until) for s in shifts] == [
        ("Emergency duty team", london("2026-11-20T00:00")),
        ("New team", london("2026-11-20T12:00")),
    ]


def test_who_answers_next_is_said_with_when() -> None:
    who = answers(london("2026-11-20T16:00"), BOTH)
    assert who is not None
    assert who.then is not None
    assert (who.until, who.then.kind, who.then.until) == (
        london("2026-11-20T17:00"),
        "out_of_hours",
        london("2026-11-23T09:00"),
    )


# --- at every instant exactly one answer, or a stated gap ---------------------------------------------------------------

_TIMES = st.sampled_from([f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)])
_SPANS = st.tuples(_TIMES, _TIMES | st.just("24:00")).map(list)
_HOURS = st.none() | st.builds(
    lambda days, holidays: {**days, "bank_holidays": holidays},
    st.dictionaries(st.sampled_from(WEEK), _SPANS, min_size=1),
    st.booleans(),
)
_DESKS = st.lists(
    st.builds(
        lambda number, role, hours: Desk(f"con_{number}", role, f"Desk {number}", "01632 960000", hours, LONG_AGO),
        st.integers(0, 9),
        st.sampled_from(["duty_desk", "out_of_hours"]),
        _HOURS,
    ),
    max_size=4,
    unique_by=lambda each: each.ref,
)
_BEGINS = st.sampled_from(
    [
        london(day)
        for day in ("2026-03-27T00:00", "2026-10-23T00:00", "2026-12-23T00:00", "2027-12-24T00:00", "2026-06-01T00:00")
    ]
)


@st.composite
def _rotas(draw: st.DrawFn) -> tuple[list[Desk], list[Override], datetime]:
    begins = draw(_BEGINS)
    hours = draw(st.lists(st.tuples(st.integers(0, 150), st.integers(1, 48)), max_size=3))
    stands = [
        Override(
            f"dty_{n}",
            f"Override {n}",
            "01632 960001",
            begins + timedelta(hours=a),
            begins + timedelta(hours=a + b),
            begins,
        )
        for n, (a, b) in enumerate(hours)
    ]
    return draw(_DESKS), stands, begins


@given(_rotas(), st.lists(st.integers(0, 7 * 24 * 60 - 1), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_at_every_instant_there_is_exactly_one_answer_or_a_stated_gap(
    rota: tuple[list[Desk], list[Override], datetime], minutes: list[int]
) -> None:
    desks, stands, begins = rota
    ends = begins + timedelta(days=7)
    shifts = changes(desks, stands, begins, ends, calendar=CALENDAR)
    assert [shifts[0].from_at, *(each.until for each in shifts)] == [*(each.from_at for each in shifts), ends]
    assert all(each.from_at < each.until for each in shifts)
    for minute in minutes:
        at = begins + timedelta(minutes=minute)
        [holds] = [each for each in shifts if each.from_at <= at < each.until]
        said = answers(at, desks, *stands)
        assert (said is None) == (holds.who is None)
        if said is not None and holds.who is not None:
            assert (said.kind, said.ref) == (holds.who.kind, holds.who.ref)
        is_there = [is_open(each.hours, at, calendar=CALENDAR) and each.is_in_force(at) for each in desks]
        assert holds.is_gap == (not any(is_there) and not any(each.is_on(at) for each in stands))
