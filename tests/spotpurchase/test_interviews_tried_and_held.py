"""Attempts that came to nothing, and the interview itself: priced, told, and counted against the 72 hours of each return."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase.interviews import service
from tests.conftest import NOW
from tests.spotpurchase.interviewing import BACK, BY, DAY, HOUR, LATEST, MINUTE, Interviewing

# --- tried ------------------------------------------------------------------------------------------------------------


def test_a_visit_in_vain_is_charged_by_the_card_and_told_at_once(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.tries(bought, miles=30)
    assert interviewing.charged(made.ref) == 18_500
    assert interviewing.told(bought, "interview.attempted") == {"Leeds City Council"}
    course = interviewing.course("leeds", bought)
    assert (course.first_tried_at, course.tries_left) == (NOW + HOUR, 2)
    assert course.attempts[0]["miles"] == 30


def test_a_call_in_vain_costs_nothing(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.tries(bought, "no_contact", how="phone")
    assert interviewing.charged(made.ref) == 0


def test_a_visit_at_a_booked_time_misses_it_and_another_is_booked(interviewing: Interviewing, bought: str) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.tries(bought, at=NOW + 5 * HOUR)
    assert interviewing.course("leeds", bought).appointments[0]["state"] == "missed"
    assert interviewing.state(bought) == "commissioned"
    again = interviewing.books_time(bought, NOW + 9 * HOUR, now=NOW + 6 * HOUR)
    assert again.ref != booked.ref


def test_a_call_before_a_booked_time_leaves_it_booked(interviewing: Interviewing, bought: str) -> None:
    interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.tries(bought, "no_contact", how="phone")
    assert interviewing.state(bought) == "scheduled"


def test_after_the_attempts_that_were_agreed_the_placing_authority_decides(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    for hours in (1, 2, 3):
        interviewing.tries(bought, at=NOW + hours * HOUR)
    assert interviewing.state(bought) == "unplaced"
    assert interviewing.commission(bought).end_reason == "could_not_reach_child"
    assert interviewing.told(bought, "interview.unplaced") == {"Leeds City Council"}
    assert interviewing.owed(bought, "ERFB").state == "open"
    assert interviewing.owed(episode, "ERHI").state == "open"
    with pytest.raises(NotFound):
        interviewing.tries(bought, at=NOW + 4 * HOUR)


def test_rearranging_at_the_door_is_not_counted_as_a_failed_attempt(interviewing: Interviewing, bought: str) -> None:
    interviewing.tries(bought, "rearranged")
    assert interviewing.course("leeds", bought).tries_left == 3


def test_a_child_who_declines_at_the_door_was_offered_it_and_the_visit_is_charged(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    made = interviewing.tries(bought, "child_declined")
    assert interviewing.charged(made.ref) == 18_500
    assert interviewing.state(bought) == "declined_by_child"
    assert interviewing.owed(episode, "ERHO").state == "met"
    assert interviewing.owed(episode, "ERHI").state == "excused"
    [offer] = interviewing.course("leeds", bought).offers
    assert (offer["said"], offer["offered_at"]) == ("declined", NOW + HOUR)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"at": NOW + HOUR, "now": NOW}, "at"),
        ({"at": NOW - MINUTE}, "at"),
        ({"outcome": "held"}, "outcome"),
        ({"how": "phone", "miles": 5}, "miles"),
    ],
)
def test_what_cannot_have_been_tried_is_refused(
    interviewing: Interviewing, bought: str, told: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        interviewing.tries(bought, **told)
    assert field in refused.value.fields
    assert interviewing.course("leeds", bought).attempts == []


def test_an_attempt_in_error_is_taken_back_and_costs_nothing(interviewing: Interviewing, bought: str) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    made = interviewing.tries(bought, at=NOW + 5 * HOUR)
    later = NOW + 6 * HOUR
    interviewing.does("beacon", service.take_back_attempt, made.ref, reason="wrong_child", now=later)
    assert interviewing.charged(made.ref) == 0
    course = interviewing.course("leeds", bought)
    assert (course.tries_left, course.first_tried_at) == (3, None)
    assert [each["state"] for each in course.appointments if each["ref"] == booked.ref] == ["taken_back"]
    with pytest.raises(StateConflict):
        interviewing.does("beacon", service.take_back_attempt, made.ref, reason="wrong_child", now=later)
    with pytest.raises(NotFound):
        interviewing.does("leeds", service.take_back_attempt, made.ref, reason="wrong_child", now=later)


def test_a_visit_that_was_taken_back_uses_up_neither_an_attempt_nor_a_visit_that_is_paid(
    interviewing: Interviewing, bought: str
) -> None:
    """Three attempts are agreed, and no more visits are charged: of four, one was recorded in error."""
    made = [interviewing.tries(bought, at=NOW + hours * HOUR).ref for hours in (1, 2)]
    interviewing.does("beacon", service.take_back_attempt, made[1], reason="wrong_time", now=NOW + 2 * HOUR)
    made.append(interviewing.tries(bought, at=NOW + 3 * HOUR).ref)
    assert interviewing.course("leeds", bought).tries_left == 1
    assert interviewing.state(bought) == "commissioned"
    made.append(interviewing.tries(bought, at=NOW + 4 * HOUR).ref)
    assert interviewing.state(bought) == "unplaced", "the third that counts was the last"
    assert [interviewing.charged(each) for each in made] == [18_500, 0, 18_500, 18_500]


# --- held -------------------------------------------------------------------------------------------------------------


def test_an_interview_that_was_held_meets_what_was_owed_and_makes_its_report_owed(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    booked = interviewing.books_time(bought)
    held = interviewing.holds(booked.ref, NOW + DAY, miles=20)
    assert (held.state, held.held_at, held.held_until) == ("held", NOW + DAY, NOW + DAY + HOUR)
    assert interviewing.state(bought) == "completed"
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.state, owed.fulfilled_at, owed.fulfilled_by) == ("met", NOW + DAY, booked.ref)
    assert interviewing.owed(bought, "ERRP").state == "open"
    assert interviewing.charged(booked.ref) == 18_500
    assert interviewing.told(bought, "interview.held") == {"Leeds City Council", "Kent County Council"}
    course = interviewing.course("leeds", bought)
    assert (course.carried_out_at, course.is_within_72_hours, course.first_tried_at) == (NOW + DAY, True, NOW + DAY)


@pytest.mark.parametrize(("at", "state"), [(LATEST, "met"), (LATEST + MINUTE, "met_late")])
def test_the_72nd_hour_itself_is_in_time_and_a_minute_later_is_late(
    interviewing: Interviewing, episode: str, bought: str, at: datetime, state: str
) -> None:
    booked = interviewing.books_time(bought, at)
    interviewing.holds(booked.ref, at, late_reason="child_not_ready")
    assert interviewing.owed(episode, "ERHI").state == state
    course = interviewing.course("leeds", bought)
    assert course.is_within_72_hours is (state == "met")
    assert course.appointments[0]["late_reason"] == "child_not_ready"


def test_an_interview_without_a_booked_time_is_recorded_as_well(interviewing: Interviewing, bought: str) -> None:
    given = {"held_at": NOW + HOUR, "minutes": 45, "mode": "video", "by": BY, "now": NOW + 2 * HOUR}
    held = interviewing.does("beacon", service.hold_unbooked, bought, **given)
    assert (held.state, held.mode, held.held_until) == ("held", "video", NOW + HOUR + timedelta(minutes=45))
    assert interviewing.state(bought) == "completed"


def test_with_a_booked_time_that_one_is_closed(interviewing: Interviewing, bought: str) -> None:
    interviewing.books_time(bought)
    given = {"held_at": NOW + HOUR, "minutes": 45, "mode": "video", "by": BY, "now": NOW + 2 * HOUR}
    with pytest.raises(StateConflict, match="booked"):
        interviewing.does("beacon", service.hold_unbooked, bought, **given)


@pytest.mark.parametrize(
    ("at", "now", "field", "word"),
    [
        (NOW + DAY, NOW + 2 * HOUR, "held_at", "future"),
        (NOW + HOUR, NOW + HOUR + MINUTE, "minutes", "not over"),
        (BACK - MINUTE, NOW + DAY, "held_at", "back on"),
        (NOW - MINUTE, NOW + DAY, "held_at", "commissioned on"),
    ],
)
def test_an_interview_in_the_future_before_the_return_or_before_the_commission_is_refused(
    interviewing: Interviewing, bought: str, at: datetime, now: datetime, field: str, word: str
) -> None:
    booked = interviewing.books_time(bought)
    with pytest.raises(Invalid, match=word) as refused:
        interviewing.holds(booked.ref, at, now=now)
    assert field in refused.value.fields
    assert interviewing.state(bought) == "scheduled"


def test_a_child_who_was_missing_then_was_not_interviewed(
    interviewing: Interviewing, placement: str, bought: str
) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.watch.reports("kent_police", placement, missing_from_at=NOW + HOUR, now=NOW + 2 * HOUR)
    with pytest.raises(Invalid, match="missing then"):
        interviewing.holds(booked.ref, NOW + 5 * HOUR)


def test_an_interview_is_held_once(interviewing: Interviewing, bought: str) -> None:
    booked = interviewing.books_time(bought)
    interviewing.holds(booked.ref)
    with pytest.raises(StateConflict):
        interviewing.holds(booked.ref)
    assert interviewing.charged(booked.ref) == 18_500


def test_an_interview_recorded_in_error_is_owed_again_at_the_hour_it_always_was(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.holds(booked.ref, NOW + 5 * HOUR)
    later = NOW + 8 * HOUR
    interviewing.does("beacon", service.take_back_interview, booked.ref, reason="wrong_child", now=later)
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.state, owed.due_at, owed.fulfilled_at) == ("open", LATEST, None)
    assert interviewing.watch.owed(bought, "ERRP") == []
    assert interviewing.charged(booked.ref) == 0
    assert interviewing.state(bought) == "commissioned"
    assert interviewing.commission(bought).state == "standing"
    again = interviewing.books_time(bought, NOW + 9 * HOUR, now=later)
    interviewing.holds(again.ref, NOW + 9 * HOUR)
    assert interviewing.owed(episode, "ERHI").state == "met"
    assert interviewing.owed(bought, "ERRP").state == "open"
    assert interviewing.charged(again.ref) == 18_500


def test_what_was_taken_back_is_not_charged_for_by_way_of_a_correction(interviewing: Interviewing, bought: str) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    visit = interviewing.tries(bought, at=NOW + 3 * HOUR)
    interviewing.holds(booked.ref, NOW + 5 * HOUR)
    later = NOW + 8 * HOUR
    interviewing.does("beacon", service.take_back_interview, booked.ref, reason="wrong_child", now=later)
    interviewing.does("beacon", service.take_back_attempt, visit.ref, reason="wrong_child", now=later)
    for event in (booked.ref, visit.ref):
        with pytest.raises(StateConflict, match="was taken back, so it costs nothing"):
            interviewing.puts_right(event, 18_500, now=later)
        assert interviewing.charged(event) == 0


def test_only_what_was_held_is_taken_back_and_only_by_who_held_it(interviewing: Interviewing, bought: str) -> None:
    booked = interviewing.books_time(bought)
    with pytest.raises(StateConflict):
        interviewing.does("beacon", service.take_back_interview, booked.ref, reason="wrong_child")
    interviewing.holds(booked.ref)
    with pytest.raises(NotFound):
        interviewing.does("leeds", service.take_back_interview, booked.ref, reason="wrong_child", now=NOW + 3 * DAY)


# --- the clock's changes ----------------------------------------------------------------------------------------------

CHANGES = {
    "the spring": datetime(2027, 3, 26, 20, 0, tzinfo=UTC),
    "the autumn": datetime(2027, 10, 29, 19, 0, tzinfo=UTC),
}


@pytest.mark.parametrize("back", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(("minutes", "state"), [(0, "met"), (1, "met_late")])
def test_seventy_two_elapsed_hours_run_across_a_change_of_the_clock(
    interviewing: Interviewing, placement: str, back: datetime, minutes: int, state: str
) -> None:
    ref = interviewing.comes_back(placement, back)
    bought = interviewing.buys(interviewing.asks_for(ref, now=back + MINUTE), now=back + 2 * MINUTE)
    at = back + timedelta(hours=72, minutes=minutes)
    booked = interviewing.books_time(bought, at, now=back + HOUR)
    interviewing.holds(booked.ref, at)
    owed = interviewing.owed(ref, "ERHI")
    assert (owed.due_at, owed.state) == (back + timedelta(hours=72), state)
