"""An episode is combined with another, parted, or its return corrected: what is owed of its interview follows at once."""

import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.core.errors import StateConflict
from hub.core.settings import REPOSITORY
from tests.conftest import NOW
from tests.spotpurchase.interviewing import BACK, DAY, HOUR, MINUTE, Interviewing

LATER = NOW + 10 * HOUR
DAYS_3 = timedelta(hours=72)


def stands(interviewing: Interviewing, episode: str) -> tuple[str, str]:
    """How the offer and the interview that are owed of an episode stand."""
    return interviewing.owed(episode, "ERHO").state, interviewing.owed(episode, "ERHI").state


@pytest.fixture
def held(interviewing: Interviewing, bought: str) -> str:
    """The appointment of an interview that was offered at once and held five hours later."""
    interviewing.offers("beacon", bought)
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    interviewing.holds(booked.ref, NOW + 5 * HOUR)
    return str(booked.ref)


def corrects(interviewing: Interviewing, episode: str, at: object) -> None:
    """The home says that the child was back at another time."""
    interviewing.watch.undoes("willow_house", episode, "return", now=LATER)
    interviewing.watch.returns("willow_house", episode, at, now=LATER)  # type: ignore[arg-type]


# --- a return that is corrected ---------------------------------------------------------------------------------------


def test_what_was_done_after_the_return_as_it_is_now_counts_at_once(
    interviewing: Interviewing, episode: str, held: str
) -> None:
    corrects(interviewing, episode, BACK + HOUR)
    assert stands(interviewing, episode) == ("met", "met")
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.fulfilled_by, owed.fulfilled_at) == (held, NOW + 5 * HOUR)
    assert owed.due_at == BACK + HOUR + DAYS_3


def test_what_was_done_before_the_return_as_it_is_now_is_owed_again_at_once(
    interviewing: Interviewing, episode: str, held: str
) -> None:
    corrects(interviewing, episode, NOW + 7 * HOUR)
    assert stands(interviewing, episode) == ("open", "open")
    assert interviewing.owed(episode, "ERHI").due_at == NOW + 7 * HOUR + DAYS_3


def test_a_childs_no_before_the_return_as_it_is_now_excuses_nothing_and_the_clock_is_that_of_the_return(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    interviewing.watch.returns("kent_police", episode, NOW + 3 * HOUR, now=NOW + 3 * HOUR)
    interviewing.offers("beacon", bought, "declined", NOW + HOUR, now=NOW + 4 * HOUR)
    assert stands(interviewing, episode) == ("met", "excused")
    interviewing.watch.undoes("willow_house", episode, "return", now=LATER)
    assert stands(interviewing, episode) == ("open", "open"), "what the police told of the return counts now"
    owed = interviewing.owed(episode, "ERHI")
    assert (owed.event_at, owed.due_at) == (NOW + 3 * HOUR, NOW + 3 * HOUR + DAYS_3)


COUNCIL_AND_HOLDER = {"Leeds City Council", "Beacon Return Interviews"}


def test_an_interview_that_is_still_to_be_held_runs_from_the_return_as_it_is_now(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    corrects(interviewing, episode, BACK + HOUR)
    assert interviewing.request(bought).latest_at == BACK + DAYS_3, "until the job has looked"
    assert interviewing.follows(LATER) == 1
    request = interviewing.request(bought)
    assert (request.returned_at, request.latest_at) == (BACK + HOUR, BACK + HOUR + DAYS_3)
    assert interviewing.course("beacon", bought).latest_at == interviewing.owed(episode, "ERHI").due_at
    assert interviewing.told(bought, "interview.meanwhile") == COUNCIL_AND_HOLDER
    assert interviewing.follows(LATER + HOUR) == 0


def test_the_council_decides_by_the_hour_that_is_counted_from_the_return_as_it_is_now(
    interviewing: Interviewing, episode: str
) -> None:
    request = interviewing.asks_for(episode, needs={"languages": ["xx"]})
    before = interviewing.owed(request, "ERFB").due_at
    assert before == BACK + 36 * HOUR
    corrects(interviewing, episode, BACK - HOUR)
    interviewing.follows(LATER)
    owed = interviewing.owed(request, "ERFB")
    assert (owed.state, owed.event_at, owed.due_at) == ("open", BACK - HOUR, before - HOUR)


def test_who_is_asked_finds_the_new_hour_in_its_feed(interviewing: Interviewing, episode: str, sought: str) -> None:
    corrects(interviewing, episode, BACK + HOUR)
    interviewing.follows(LATER)
    assert "Kent Return Interviews" in interviewing.fed(sought, "interview.changed")


def test_an_interview_that_was_held_keeps_the_hour_by_which_it_was_held(
    interviewing: Interviewing, episode: str, bought: str, held: str
) -> None:
    corrects(interviewing, episode, BACK + HOUR)
    assert interviewing.follows(LATER) == 0
    assert interviewing.request(bought).latest_at == BACK + DAYS_3


# --- combined and parted ----------------------------------------------------------------------------------------------


@pytest.fixture
def two(interviewing: Interviewing, placement: str) -> tuple[str, str]:
    """Two reports, days apart, of what may be one episode, with a return each; that of the second is told later.

    An interview is asked for after the second; the child said no to it, after the one return and before the other.
    """
    watch = interviewing.watch
    first = watch.reports("kent_police", placement, missing_from_at=NOW - 9 * DAY).episode
    second = watch.reports("willow_house", placement).episode
    watch.returns("kent_police", first, NOW + 7 * HOUR, now=NOW + 7 * HOUR)
    watch.returns("willow_house", second, NOW - HOUR, now=NOW + 7 * HOUR + MINUTE)
    request = interviewing.asks_for(second, now=NOW + 8 * HOUR)
    interviewing.offers("leeds", request, "declined", NOW + 5 * HOUR, now=NOW + 8 * HOUR)
    return first, second


def test_when_two_episodes_become_one_what_was_done_counts_by_the_return_of_the_one(
    interviewing: Interviewing, two: tuple[str, str]
) -> None:
    first, second = two
    assert stands(interviewing, second) == ("met", "excused")
    interviewing.watch.merges("leeds", second, first, now=NOW + 9 * HOUR)
    assert stands(interviewing, first) == ("open", "open"), "of the returns that were told the first counts"
    owed = interviewing.owed(first, "ERHI")
    assert (owed.event_at, owed.due_at) == (NOW + 7 * HOUR, NOW + 7 * HOUR + DAYS_3)


def test_one_absence_that_was_two_reports_has_one_interview(interviewing: Interviewing, two: tuple[str, str]) -> None:
    first, second = two
    there = interviewing.watch.desk("leeds")
    with there.database.read() as session:
        [row] = session.execute(text("SELECT ref FROM interview_request")).all()
    interviewing.offers("leeds", row.ref, at=NOW + 8 * HOUR, now=NOW + 8 * HOUR)
    assert interviewing.state(row.ref) == "requested", "the child says yes after all"
    interviewing.watch.merges("leeds", second, first, now=NOW + 9 * HOUR)
    with pytest.raises(StateConflict, match=row.ref):
        interviewing.asks_for(first, now=LATER)


def test_parted_again_each_stands_as_what_was_done_for_it_says(
    interviewing: Interviewing, two: tuple[str, str]
) -> None:
    first, second = two
    before = [stands(interviewing, each) for each in two]
    assert before == [("open", "open"), ("met", "excused")]
    interviewing.watch.merges("leeds", second, first, now=NOW + 9 * HOUR)
    interviewing.watch.undoes("leeds", first, "merge", now=LATER)
    assert [stands(interviewing, each) for each in two] == before


# --- whoever settles an episode ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("process", ["hub.app", "hub.jobs"])
def test_no_process_settles_episodes_without_their_interviews(process: str) -> None:
    said = f"import {process}; from hub.missing.standing import FOLLOWERS; assert FOLLOWERS"
    subprocess.run([sys.executable, "-c", said], cwd=REPOSITORY, check=True, timeout=60)
