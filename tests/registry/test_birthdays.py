"""Before a child comes of age the placing authority is asked, once, what becomes of the placement; and no row tells the day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.db import Database
from hub.duties.policy import Policy
from hub.duties.reading import LawError
from hub.duties.rulebook import Rulebook
from hub.duties.tolerance import Length
from hub.notify.decisions import done_elsewhere
from hub.notify.sweep import sweep_once
from hub.registry.birthdays import (
    BATCH,
    BECAUSE,
    DUTY,
    ask_once,
    birthdays_asked_about,
    births,
    days_ahead,
    due_on,
    strike_out_once,
)
from hub.registry.corrections import correct_notice
from hub.registry.withdrawals import withdraw_notice
from tests.conftest import NOW
from tests.registry.papers import CHILD, LATER, admission, child, read, start

AHEAD = 28
TODAY = date(2026, 11, 18)
"""London's day of NOW."""
IN_JANUARY = "2009-01-20"
"""Of age on 20 January 2027: due on 1 December 2026, asked from 1 November."""


ENDS_AT = "2026-12-20T10:00:00Z"


@pytest.fixture
def ask(database: Database, rules: Rulebook) -> Callable[..., int]:
    return lambda now=NOW, **more: ask_once(database, rules, now=now, **more)


def end(placement: str) -> dict[str, object]:
    return {"kind": "placement_end", "placement": placement, "ends_at": ENDS_AT, "end_reason": "planned_move"}


def born(day: str, **more: object) -> dict[str, object]:
    return start(child=child(born_on=day), **more)


# --- which days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birthday", "due", "because"),
    [
        ("2027-01-28", "2026-12-01", "28 days before is 31 December"),
        ("2027-01-29", "2027-01-01", "28 days before is 1 January"),
        ("2027-01-01", "2026-12-01", "28 days before is 4 December"),
        ("2027-03-01", "2027-02-01", "28 days before is 1 February"),
    ],
)
def test_the_answer_is_due_on_the_first_of_a_month(birthday: str, due: str, because: str) -> None:
    assert due_on(date.fromisoformat(birthday), AHEAD) == date.fromisoformat(due), because


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_the_council_has_from_four_to_nine_weeks_left_when_it_is_due(birthday: date) -> None:
    assert timedelta(days=28) <= birthday - due_on(birthday, AHEAD) <= timedelta(days=58)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_a_due_day_fits_a_whole_month_of_birthdays(birthday: date) -> None:
    due = due_on(birthday, AHEAD)
    fitting = [due + timedelta(days=n) for n in range(120) if due_on(due + timedelta(days=n), AHEAD) == due]
    assert 28 <= len(fitting) <= 31


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_everybody_is_asked_about_from_a_month_before_it_is_due(birthday: date) -> None:
    due = due_on(birthday, AHEAD)
    month_before = (due - timedelta(days=1)).replace(day=1)
    assert birthday in birthdays_asked_about(month_before, AHEAD)
    assert birthday not in birthdays_asked_about(month_before - timedelta(days=1), AHEAD)
    assert birthday in birthdays_asked_about(birthday, AHEAD)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_all_through_a_month_the_same_days_are_asked_about(day: date) -> None:
    assert birthdays_asked_about(day, AHEAD) == birthdays_asked_about(day.replace(day=1), AHEAD)


@pytest.mark.parametrize(
    ("birthday", "born_on"),
    [
        ("2026-11-30", ["2008-11-30"]),
        ("2026-03-01", ["2008-03-01", "2008-02-29"]),
        ("2028-02-29", []),
        ("2028-03-01", ["2010-03-01"]),
    ],
)
def test_who_was_born_on_29_february_comes_of_age_on_1_march(birthday: str, born_on: list[str]) -> None:
    assert [each.isoformat() for each in births(date.fromisoformat(birthday))] == born_on


@given(st.dates(date(1995, 1, 1), date(2045, 1, 1)))
def test_every_day_of_birth_leads_to_exactly_one_birthday(day: date) -> None:
    around = [date(day.year + 18, 2, 1) + timedelta(days=n) for n in range(-40, 340)]
    assert [each for each in around if day in births(each)] == [_eighteenth(day)]


def _eighteenth(day: date) -> date:
    try:
        return day.replace(year=day.year + 18)
    except ValueError:
        return date(day.year + 18, 3, 1)


def test_the_days_ahead_are_local_policy(rules: Rulebook, policy_of: Callable[..., Rulebook]) -> None:
    assert days_ahead(rules) == AHEAD
    with pytest.raises(LawError, match=r"row eighteenth_birthday: give calendar days"):
        days_ahead(policy_of(Length("working_days", 5)))


@pytest.fixture
def policy_of(rules: Rulebook) -> Callable[..., Rulebook]:
    def changed(length: Length) -> Rulebook:
        policy: Policy = replace(rules.policy, lengths={**rules.policy.lengths, "eighteenth_birthday": length})
        return replace(rules, policy=policy)

    return changed


# --- asking -----------------------------------------------------------------------------------------------------------


def test_the_placing_authority_is_asked(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    assert ask() == 1
    asked = books.owed(placement, DUTY)
    assert (asked.state, asked.basis, asked.because) == ("open", "policy", BECAUSE)
    assert (str(asked.due_on), asked.owed_by_role) == ("2026-12-01", "placing_authority")


def test_it_is_asked_once_however_often_the_job_runs(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    assert [ask(), ask(), ask(NOW + timedelta(days=20))] == [1, 0, 0]
    assert len(books.all("SELECT * FROM obligation WHERE subject_ref = :s AND duty_code = 'E18'", s=placement)) == 1


def test_a_full_round_is_followed_by_another_until_everybody_was_asked_about(desk, books, ask) -> None:
    for family in ("Firstly", "Secondly", "Thirdly"):
        other = {"born_on": IN_JANUARY, "family_name": family, "identifiers": {"local_id": family}}
        desk("leeds").registers(start(child=child(**other)))
    assert [ask(limit=2), ask(limit=2), ask(limit=2)] == [2, 1, 0]
    assert BATCH > 2


@pytest.mark.parametrize(
    ("born_on", "because"),
    [
        ("2012-03-14", "the child is fourteen"),
        ("2009-02-26", "the birthday is two months and more away from the month that is asked about"),
        ("2008-10-31", "the child came of age in the month before"),
    ],
)
def test_nobody_else_is_asked_about(desk, ask, born_on: str, because: str) -> None:
    desk("leeds").registers(born(born_on))
    assert ask() == 0, because


def test_a_placement_that_came_to_be_known_late_is_asked_about_up_to_the_month_of_the_birthday(
    desk, books, ask
) -> None:
    placement = desk("leeds").registers(born("2008-11-05")).placement
    assert ask() == 1
    assert str(books.owed(placement, DUTY).due_on) == "2026-10-01"


def test_a_homes_own_notice_has_its_placing_authority_asked(desk, books, ask) -> None:
    receipt = desk("willow_house").registers(admission(child=child(born_on=IN_JANUARY)))
    assert ask() == 1
    assert books.owed(receipt.placement, DUTY).state == "open"


def test_a_placement_that_has_ended_or_is_to_end_is_not_asked_about(desk, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    desk("leeds").registers(end(placement))
    assert ask() == 0


def test_a_draft_or_a_withdrawn_start_is_not_asked_about(desk, ask) -> None:
    receipt = desk("leeds").registers(born(IN_JANUARY))
    desk("leeds").does_in_area(withdraw_notice, receipt.notice, reason="Invented.", now=LATER)
    assert ask() == 0


# --- chasing and answering --------------------------------------------------------------------------------------------


def test_the_councils_own_desks_are_told_and_reminded(desk, books, ask, database, rules) -> None:
    desk("leeds").registers(born(IN_JANUARY))
    ask()
    sweep_once(database, rules, now=datetime(2026, 11, 26, 9, tzinfo=UTC))
    told = books.all(
        "SELECT alert.role, organisation.name FROM alert JOIN obligation ON obligation.id = alert.obligation_id "
        "JOIN organisation ON organisation.id = alert.organisation_id WHERE obligation.duty_code = 'E18' "
        "AND alert.kind = 'obligation.due_soon'"
    )
    assert {(each.role, each.name) for each in told} >= {("social_worker", "Leeds City Council")}


def test_the_notice_of_the_end_answers_it(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    ask()
    ended = desk("leeds").registers(end(placement), now=LATER)
    asked = books.owed(placement, DUTY)
    assert (asked.state, asked.fulfilled_by) == ("met", ended.notice)


def test_a_withdrawn_end_asks_again(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    ask()
    ended = desk("leeds").registers(end(placement), now=LATER)
    desk("leeds").does_in_area(withdraw_notice, ended.notice, reason="Invented.", now=LATER)
    assert books.owed(placement, DUTY).state == "open"


def test_the_council_records_that_the_placement_carries_on(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    ask()
    ref = books.owed(placement, DUTY).ref
    desk("leeds").does(done_elsewhere, ref, method="meeting", done_at=LATER, by="P. Rao, social worker", now=LATER)
    assert books.owed(placement, DUTY).state == "met"
    assert ask(LATER) == 0


# --- a corrected date of birth ----------------------------------------------------------------------------------------


def test_a_corrected_date_of_birth_strikes_the_question_out_and_it_is_asked_in_its_own_time(
    desk, books, ask, database, rules
) -> None:
    receipt = desk("leeds").registers(born(IN_JANUARY))
    ask()
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(born("2009-04-20")), now=LATER)
    assert strike_out_once(database, rules, now=LATER) == 1
    assert books.owed(receipt.placement, DUTY) is None
    assert (ask(LATER), strike_out_once(database, rules, now=LATER)) == (0, 0)
    assert ask(datetime(2027, 2, 1, 9, tzinfo=UTC)) == 1
    assert str(books.owed(second.placement, DUTY).due_on) == "2027-03-01"


def test_a_question_that_stands_is_not_struck_out(desk, books, ask, database, rules) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    ask()
    assert strike_out_once(database, rules, now=datetime(2027, 1, 20, 9, tzinfo=UTC)) == 0
    assert books.owed(placement, DUTY).state == "open"


# --- what it tells ----------------------------------------------------------------------------------------------------


def test_children_of_one_month_leave_rows_that_cannot_be_told_apart(desk, books, ask) -> None:
    for day, family in (("2009-01-01", "Firstly"), ("2009-01-28", "Lastly")):
        desk("leeds").registers(start(child=child(born_on=day, family_name=family)))
    assert ask() == 2
    rows = books.all(
        "SELECT event_at, opened_at, due_at, due_on, because, next_step_at, next_rung FROM obligation WHERE duty_code = 'E18'"
    )
    assert len({tuple(row) for row in rows}) == 1


def test_nobody_but_the_placing_authority_is_a_party(desk, books, ask) -> None:
    placement = desk("leeds").registers(born(IN_JANUARY)).placement
    ask()
    asked = books.owed(placement, DUTY)
    assert asked.owed_by_id == asked.owed_to_id
    assert CHILD["born_on"] not in str(asked)


def test_the_evidence_of_a_notice_says_nothing_of_it(desk, ask, client_for) -> None:
    receipt = desk("leeds").registers(born(IN_JANUARY))
    ask()
    said = client_for("leeds").get(f"/api/v1/notices/{receipt.notice}/evidence").text
    assert "E13A" in said
    assert DUTY not in said
