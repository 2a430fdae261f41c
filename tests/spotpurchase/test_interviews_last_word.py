"""What the child said last counts, whatever was said before it and taken back after it; and an offer counts for each return."""

from datetime import timedelta

from hub.spotpurchase import requesting
from hub.spotpurchase.interviews import service
from tests.conftest import NOW
from tests.spotpurchase.interviewing import HOUR, Interviewing


def test_an_offer_made_after_both_returns_counts_for_the_episode_that_is_added_later(
    interviewing: Interviewing, placement: str, bought: str
) -> None:
    second = interviewing.comes_back(placement, NOW + 5 * HOUR, gone=NOW + 2 * HOUR)
    interviewing.offers("beacon", bought, at=NOW + 6 * HOUR)
    given = {"episode": second, "reason": "close_together"}
    interviewing.does("leeds", requesting.add_episode, bought, now=NOW + 7 * HOUR, **given)
    owed = interviewing.owed(second, "ERHO")
    assert (owed.state, owed.fulfilled_at) == ("met", NOW + 6 * HOUR)


def test_a_no_that_is_taken_back_leaves_the_yes_before_it_and_the_interview_is_sought_again(
    interviewing: Interviewing, sought: str
) -> None:
    said = [
        interviewing.offers("leeds", sought, word, at=NOW + number * HOUR)
        for number, word in enumerate(("declined", "accepted", "declined"))
    ]
    assert interviewing.state(sought) == "declined_by_child"
    interviewing.does("leeds", service.take_back_offer, said[-1].ref, reason="wrong_child", now=NOW + 4 * HOUR)
    assert interviewing.state(sought) in ("requested", "unplaced")


def test_whoever_held_it_before_the_child_said_yes_again_does_not_get_it_back_by_a_later_no_in_error(
    interviewing: Interviewing, bought: str
) -> None:
    interviewing.offers("leeds", bought, "declined")
    interviewing.offers("leeds", bought, "accepted", at=NOW + HOUR)
    assert interviewing.state(bought) in ("requested", "unplaced")
    mistaken = interviewing.offers("leeds", bought, "declined", at=NOW + 2 * HOUR)
    later = NOW + 2 * HOUR + timedelta(minutes=5)
    interviewing.does("leeds", service.take_back_offer, mistaken.ref, reason="wrong_child", now=later)
    assert interviewing.state(bought) in ("requested", "unplaced")
    assert interviewing.commission(bought).state == "ended"


def test_a_no_that_was_said_before_the_yes_and_is_recorded_after_it_ends_nothing(
    interviewing: Interviewing, bought: str
) -> None:
    interviewing.offers("beacon", bought, "accepted", at=NOW + 2 * HOUR)
    interviewing.offers("leeds", bought, "declined", at=NOW + HOUR, now=NOW + 3 * HOUR)
    assert interviewing.state(bought) == "commissioned"


def test_a_yes_that_was_said_before_the_no_does_not_set_it_going_again(interviewing: Interviewing, bought: str) -> None:
    interviewing.offers("beacon", bought, "declined", at=NOW + 2 * HOUR)
    interviewing.offers("leeds", bought, "accepted", at=NOW + HOUR, now=NOW + 3 * HOUR)
    assert interviewing.state(bought) == "declined_by_child"
