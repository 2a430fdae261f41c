"""The child is offered an interview: the first offer fulfils the duty, a no ends the search, a later yes sets it going again."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase.interviews import service
from tests.conftest import NOW
from tests.spotpurchase.interviewing import BACK, BY, DAY, HOUR, LATEST, Interviewing


def test_the_first_offer_fulfils_the_duty_to_offer_at_its_own_instant(
    interviewing: Interviewing, episode: str, sought: str
) -> None:
    interviewing.offers("leeds", sought, "no_response", NOW - HOUR, how="phone")
    interviewing.offers("leeds", sought, "accepted", NOW)
    owed = interviewing.owed(episode, "ERHO")
    assert owed.state == "met"
    assert owed.fulfilled_at == NOW - HOUR
    assert interviewing.owed(episode, "ERHI").state == "open"


def test_an_offer_after_the_day_that_policy_gives_is_late(
    interviewing: Interviewing, episode: str, sought: str
) -> None:
    interviewing.offers("leeds", sought, at=BACK + timedelta(hours=24, minutes=1))
    assert interviewing.owed(episode, "ERHO").state == "met_late"


def test_where_the_child_could_not_be_asked_nothing_was_offered(
    interviewing: Interviewing, episode: str, sought: str
) -> None:
    interviewing.offers("leeds", sought, "not_possible")
    assert interviewing.owed(episode, "ERHO").state == "open"


def test_a_child_who_declines_ends_the_search_and_excuses_the_interview(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    made = interviewing.offers("beacon", bought, "declined", reason="Invented: does not want to talk.")
    assert interviewing.state(bought) == "declined_by_child"
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.state, owed.close_reason) == ("excused", "child_declined")
    assert interviewing.owed(episode, "ERHO").state == "met"
    assert interviewing.commission(bought).end_reason == "child_declined"
    assert interviewing.told(bought, "interview.child_declined") == {"Leeds City Council"}
    assert "Kent County Council" in interviewing.fed(bought, "interview.child_declined")
    [offer] = interviewing.course("leeds", bought).offers
    assert (offer["ref"], offer["said"], offer["by"]) == (made.ref, "declined", BY)


def test_who_declined_and_says_yes_after_all_is_sought_an_interview_for_at_the_same_hour(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    due = interviewing.owed(episode, "ERHI").due_at
    interviewing.offers("beacon", bought, "declined")
    interviewing.offers("leeds", bought, "no_response", NOW + HOUR)
    assert interviewing.owed(episode, "ERHI").state == "excused"
    interviewing.offers("leeds", bought, "accepted", NOW + 2 * HOUR)
    assert interviewing.state(bought) == "requested"
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.state, owed.due_at) == ("open", due)
    assert interviewing.owed(episode, "ERHO").state == "met"


def test_a_time_that_was_booked_for_a_child_who_declines_is_charged_by_the_card(
    interviewing: Interviewing, bought: str
) -> None:
    appointment = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.offers("leeds", bought, "declined")
    assert interviewing.charged(appointment.ref) == 9_250
    [shown] = interviewing.course("leeds", bought).appointments
    assert (shown["state"], shown["sequence"]) == ("cancelled", 1)


def test_a_parent_or_carer_is_asked_instead_once(interviewing: Interviewing, sought: str) -> None:
    made = interviewing.offers("leeds", sought, "declined")
    given = {"offered_at": NOW + HOUR, "by": BY, "note": "Invented: will write.", "now": NOW + HOUR}
    asked = interviewing.does("leeds", service.offer_to_carer, made.ref, **given)
    assert asked.carer_offered_at == NOW + HOUR
    with pytest.raises(StateConflict, match="recorded already"):
        interviewing.does("leeds", service.offer_to_carer, made.ref, **given)


def test_when_a_parent_or_carer_was_asked_cannot_be_before_the_child_said_no(
    interviewing: Interviewing, sought: str
) -> None:
    made = interviewing.offers("leeds", sought, "declined")
    with pytest.raises(Invalid) as refused:
        interviewing.does("leeds", service.offer_to_carer, made.ref, offered_at=NOW - HOUR, by=BY)
    assert set(refused.value.fields) == {"offered_at"}


def test_a_parent_or_carer_is_not_asked_before_the_child_said_no(interviewing: Interviewing, sought: str) -> None:
    with pytest.raises(Invalid) as refused:
        interviewing.offers("leeds", sought, "declined", carer_offered_at=NOW - HOUR)
    assert "carer_offered_at" in refused.value.fields
    made = interviewing.offers("leeds", sought, "accepted")
    with pytest.raises(StateConflict):
        interviewing.does("leeds", service.offer_to_carer, made.ref, offered_at=NOW, by=BY)


@pytest.mark.parametrize(("at", "word"), [(BACK - 4 * HOUR, "found"), (NOW + HOUR, "future")])
def test_an_offer_in_the_future_or_before_the_child_was_found_is_refused(
    interviewing: Interviewing, sought: str, at: object, word: str
) -> None:
    with pytest.raises(Invalid, match=word) as refused:
        interviewing.offers("leeds", sought, at=at, now=NOW)
    assert "offered_at" in refused.value.fields
    assert interviewing.course("leeds", sought).offers == []


def test_an_offer_while_the_child_was_found_and_not_yet_back_counts(interviewing: Interviewing, placement: str) -> None:
    ref = interviewing.watch.reports("kent_police", placement, missing_from_at=NOW - 9 * HOUR).episode
    interviewing.watch.locates("kent_police", ref, NOW - 4 * HOUR)
    interviewing.watch.returns("willow_house", ref, BACK)
    sought = interviewing.asks_for(ref)
    interviewing.offers("leeds", sought, at=NOW - 3 * HOUR)
    assert interviewing.owed(ref, "ERHO").state == "met"


def test_a_child_does_not_decline_an_interview_that_was_held(interviewing: Interviewing, bought: str) -> None:
    appointment = interviewing.books_time(bought)
    interviewing.holds(appointment.ref)
    with pytest.raises(StateConflict, match="was held"):
        interviewing.offers("leeds", bought, "declined", NOW + 2 * DAY)


def test_neither_the_host_nor_a_provider_that_was_only_asked_offers_it(interviewing: Interviewing, sought: str) -> None:
    for member in ("kent", "kent_returns", "cornwall", "beacon"):
        with pytest.raises(NotFound):
            interviewing.offers(member, sought)


def test_an_offer_recorded_in_error_is_taken_back_by_who_recorded_it(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    made = interviewing.offers("leeds", bought)
    with pytest.raises(NotFound):
        interviewing.does("beacon", service.take_back_offer, made.ref, reason="wrong_child")
    interviewing.does("leeds", service.take_back_offer, made.ref, reason="wrong_child")
    assert interviewing.owed(episode, "ERHO").state == "open"
    with pytest.raises(StateConflict):
        interviewing.does("leeds", service.take_back_offer, made.ref, reason="wrong_child")
    assert interviewing.told(bought, "interview.corrected") == {"Kent County Council", "Beacon Return Interviews"}


def test_a_no_that_was_recorded_in_error_gives_the_interview_back_to_who_had_it(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    appointment = interviewing.books_time(bought, NOW + 5 * HOUR)
    made = interviewing.offers("beacon", bought, "declined")
    interviewing.does("beacon", service.take_back_offer, made.ref, reason="wrong_child")
    assert interviewing.state(bought) == "commissioned"
    assert interviewing.commission(bought).state == "standing"
    assert interviewing.charged(appointment.ref) == 0
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.state, owed.due_at) == ("open", LATEST)
    interviewing.books_time(bought, NOW + 6 * HOUR)


def test_a_no_in_error_while_nobody_had_it_seeks_it_again(interviewing: Interviewing, sought: str) -> None:
    made = interviewing.offers("leeds", sought, "declined")
    interviewing.does("leeds", service.take_back_offer, made.ref, reason="entered_in_error")
    assert interviewing.state(sought) in ("requested", "unplaced")


def test_an_offer_recorded_after_a_cancellation_still_counts(
    interviewing: Interviewing, episode: str, sought: str
) -> None:
    interviewing.cancels_request(sought)
    interviewing.offers("leeds", sought, "declined")
    assert interviewing.state(sought) == "cancelled"
    assert interviewing.owed(episode, "ERHO").state == "met"
    assert interviewing.owed(episode, "ERHI").state == "excused"
