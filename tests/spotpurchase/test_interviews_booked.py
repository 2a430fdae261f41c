"""A time is booked, moved and cancelled: told at once, priced by the card, and whoever holds it is held to it."""

from datetime import datetime, timedelta

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase import stepping
from hub.spotpurchase.interviews import service
from tests.conftest import NOW
from tests.spotpurchase.interviewing import DAY, HOUR, Interviewing

COUNCILS = {"Leeds City Council", "Kent County Council"}
TO_SELLER = {"Beacon Return Interviews"}


def moved(interviewing: Interviewing, ref: str, at: datetime, **told: object) -> object:
    given = {"starts_at": at, "reason": "child_asked", **told}
    return interviewing.does("beacon", service.rearrange, ref, **given)


def test_a_time_is_booked_and_both_councils_are_told(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.books_time(bought, NOW + DAY, place="Invented: the library", interviewer="Y. Invented")
    assert (made.state, made.sequence, made.ends_at) == ("booked", 0, NOW + DAY + HOUR)
    assert interviewing.state(bought) == "scheduled"
    assert interviewing.told(bought, "interview.booked") == COUNCILS
    assert interviewing.fed(bought, "interview.booked") == COUNCILS | TO_SELLER
    [shown] = interviewing.course("beacon", bought).appointments
    assert (shown["place"], shown["interviewer"]) == ("Invented: the library", "Y. Invented")


def test_the_host_sees_when_and_not_what_was_written(interviewing: Interviewing, bought: str) -> None:
    interviewing.books_time(bought, place="Invented: the library", note="Invented: shy.")
    interviewing.offers("beacon", bought, reason="Invented: glad of it.")
    seen = interviewing.course("kent", bought)
    assert seen.appointments[0]["starts_at"] == NOW + DAY
    assert "Invented" not in str([seen.appointments, seen.offers, seen.attempts])


def test_who_was_only_asked_sees_nothing_of_its_course(interviewing: Interviewing, bought: str) -> None:
    interviewing.books_time(bought)
    for member in ("kent_returns", "northstar", "cornwall", "kent_police"):
        with pytest.raises(NotFound):
            interviewing.course(member, bought)


@pytest.mark.parametrize(("at", "word"), [(NOW, "passed"), (NOW - DAY, "passed"), (NOW + 61 * DAY, "60 days")], ids=str)
def test_a_time_that_has_passed_or_is_far_off_is_refused(
    interviewing: Interviewing, bought: str, at: datetime, word: str
) -> None:
    with pytest.raises(Invalid, match=word) as refused:
        interviewing.books_time(bought, at)
    assert "starts_at" in refused.value.fields
    assert interviewing.state(bought) == "commissioned"


def test_a_second_time_is_not_booked_beside_the_first(interviewing: Interviewing, bought: str) -> None:
    interviewing.books_time(bought)
    with pytest.raises(StateConflict, match="booked"):
        interviewing.books_time(bought, NOW + 2 * DAY)


def test_only_whoever_was_commissioned_books(interviewing: Interviewing, bought: str) -> None:
    for member in ("leeds", "kent", "northstar"):
        with pytest.raises(NotFound):
            interviewing.books_time(bought, member=member)


def test_the_placing_authority_books_what_it_holds_itself(interviewing: Interviewing, sought: str) -> None:
    interviewing.does_it_itself(sought)
    made = interviewing.books_time(sought, member="leeds")
    interviewing.holds(made.ref, member="leeds")
    assert interviewing.state(sought) == "completed"
    assert interviewing.charged(made.ref) == 0


def test_a_moved_time_keeps_what_was_not_said_anew_and_counts_how_often(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought, place="Invented: the library", minutes=90)
    moved(interviewing, made.ref, NOW + 2 * DAY)
    again: object = moved(interviewing, made.ref, NOW + 30 * HOUR, mode="video", place="Invented: by link")
    [shown] = interviewing.course("leeds", bought).appointments
    assert (shown["ref"], shown["sequence"], shown["mode"]) == (made.ref, 2, "video")
    assert (shown["starts_at"], shown["ends_at"]) == (NOW + 30 * HOUR, NOW + 30 * HOUR + timedelta(minutes=90))
    assert (shown["place"], shown["by"]) == ("Invented: by link", "P. Fictitious")
    assert again is not made
    assert interviewing.request(bought).next_step_at == NOW + 30 * HOUR + timedelta(minutes=90)


def test_a_moved_time_cannot_lie_in_the_past(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.books_time(bought)
    with pytest.raises(Invalid):
        moved(interviewing, made.ref, NOW - HOUR)


@pytest.mark.parametrize(
    ("member", "reason", "begins", "pence"),
    [
        ("leeds", "placing_asked", 30 * HOUR, 0),
        ("leeds", "placing_asked", 23 * HOUR, 9_250),
        ("beacon", "child_asked", 5 * HOUR, 9_250),
        ("beacon", "interviewer_unavailable", 5 * HOUR, 0),
        ("leeds", "interviewer_unavailable", 5 * HOUR, 9_250),
        ("beacon", "entered_in_error", 5 * HOUR, 0),
    ],
)
def test_what_is_cancelled_late_is_charged_unless_the_seller_could_not(
    interviewing: Interviewing, bought: str, member: str, reason: str, begins: timedelta, pence: int
) -> None:
    made = interviewing.books_time(bought, NOW + begins)
    ended = interviewing.does(member, service.cancel, made.ref, reason=reason)
    assert (ended.state, ended.sequence, ended.cancel_reason) == ("cancelled", 1, reason)
    assert interviewing.state(bought) == "commissioned"
    assert interviewing.charged(made.ref) == pence


def test_the_other_end_is_told_of_a_cancelled_time_and_another_can_be_booked(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought)
    interviewing.does("leeds", service.cancel, made.ref, reason="child_asked")
    assert interviewing.told(bought, "interview.appointment_cancelled") == {"Kent County Council"} | TO_SELLER
    again = interviewing.books_time(bought, NOW + 30 * HOUR)
    assert again.ref != made.ref


def test_a_time_that_has_begun_is_not_cancelled_any_longer(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.books_time(bought)
    with pytest.raises(StateConflict, match="what came of it"):
        interviewing.does("beacon", service.cancel, made.ref, reason="child_asked", now=NOW + DAY)


def test_a_time_is_cancelled_once(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.does("leeds", service.cancel, made.ref, reason="placing_asked")
    with pytest.raises(StateConflict):
        interviewing.does("leeds", service.cancel, made.ref, reason="placing_asked")
    with pytest.raises(StateConflict):
        moved(interviewing, made.ref, NOW + DAY)
    assert interviewing.charged(made.ref) == 9_250


def test_whoever_cancels_and_is_not_heard_of_again_loses_the_interview(interviewing: Interviewing, bought: str) -> None:
    made = interviewing.books_time(bought)
    interviewing.does("beacon", service.cancel, made.ref, reason="interviewer_unavailable")
    own = interviewing.watch.desk("leeds")
    for hours in range(1, 40):
        stepping.step_once(own.database, own.rules, now=NOW + hours * HOUR)
    assert interviewing.commission(bought).end_reason == "not_heard_of"


def test_whoever_gives_the_interview_back_is_not_paid_and_others_are_asked(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.does("beacon", service.give_back, bought, reason="interviewer_unavailable", by="N. Invented")
    assert interviewing.commission(bought).end_reason == "interviewer_unavailable"
    assert interviewing.charged(made.ref) == 0
    assert interviewing.state(bought) == "requested"
    with pytest.raises(NotFound):
        interviewing.books_time(bought)


def test_the_placing_authority_takes_it_back_and_pays_what_the_card_says(
    interviewing: Interviewing, bought: str
) -> None:
    made = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.does("leeds", service.give_back, bought, reason="taken_back", by="P. Invented")
    assert interviewing.charged(made.ref) == 9_250
    with pytest.raises(StateConflict):
        interviewing.does("leeds", service.give_back, bought, reason="taken_back", by="P. Invented")


@pytest.mark.parametrize(("member", "reason"), [("leeds", "no_capacity"), ("beacon", "taken_back")])
def test_each_end_gives_its_own_reasons(interviewing: Interviewing, bought: str, member: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        interviewing.does(member, service.give_back, bought, reason=reason, by="P. Invented")
    assert "reason" in refused.value.fields
