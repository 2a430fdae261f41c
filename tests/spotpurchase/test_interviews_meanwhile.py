"""What happens before an interview: the child is missing again, or moves. Told at once; the council decides; no clock moves."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase.interviews import queries, service
from hub.spotpurchase.interviews.models import InterviewNews
from hub.spotpurchase.models import IS_UNDER_WAY, InterviewEpisode, InterviewRequest
from hub.spotpurchase.requesting import add_episode
from tests.conftest import NOW
from tests.notify.owing import plans_of
from tests.registry.papers import NORWICH
from tests.spotpurchase.interviewing import BACK, DAY, HOUR, LATEST, Interviewing

TOLD = {"Leeds City Council", "Beacon Return Interviews"}


def news_of(interviewing: Interviewing, ref: str, member: str = "leeds") -> list[dict[str, Any]]:
    return interviewing.course(member, ref).news


def decides(interviewing: Interviewing, ref: str, answer: str, *, now: Any = NOW + DAY, **told: Any) -> Any:
    return interviewing.does("leeds", service.answer_news, ref, answer=answer, now=now, **told)


@pytest.fixture
def again(interviewing: Interviewing, placement: str, bought: str) -> str:
    """The episode of a child who went missing again before the interview, and came back."""
    ref = interviewing.comes_back(placement, NOW + 8 * HOUR, gone=NOW + 4 * HOUR)
    interviewing.follows(NOW + 9 * HOUR)
    return ref


# --- missing again ----------------------------------------------------------------------------------------------------


def test_whoever_holds_it_is_told_while_the_child_is_still_missing(
    interviewing: Interviewing, placement: str, bought: str
) -> None:
    interviewing.watch.reports("kent_police", placement, missing_from_at=NOW + HOUR, now=NOW + 2 * HOUR)
    assert interviewing.follows(NOW + 2 * HOUR) == 1
    assert interviewing.told(bought, "interview.meanwhile") == TOLD
    assert interviewing.follows(NOW + 3 * HOUR) == 0
    [news] = news_of(interviewing, bought)
    assert (news["kind"], news["answer"], news["answers"]) == (
        "missing_again", None, ["one_interview", "own_interview"]
    )  # fmt: skip


def test_which_episode_it_was_is_for_the_placing_authority(interviewing: Interviewing, bought: str, again: str) -> None:
    assert news_of(interviewing, bought)[0]["episode"] == again
    [seen] = news_of(interviewing, bought, "beacon")
    assert (seen["kind"], seen["episode"], seen["answers"]) == ("missing_again", None, [])


def test_one_interview_serves_both_and_each_episode_keeps_its_own_clock(
    interviewing: Interviewing, episode: str, bought: str, again: str
) -> None:
    [news] = news_of(interviewing, bought)
    decides(interviewing, news["ref"], "one_interview", reason="close_together")
    with interviewing.books.database.read() as session:
        rows = session.scalars(select(InterviewEpisode).order_by(InterviewEpisode.id)).all()
    assert [(row.returned_at, row.latest_at, row.reason) for row in rows] == [
        (BACK, LATEST, None),
        (NOW + 8 * HOUR, NOW + 80 * HOUR, "close_together"),
    ]
    booked = interviewing.books_time(bought, LATEST + HOUR, now=NOW + DAY)
    interviewing.holds(booked.ref, LATEST + HOUR)
    first, second = interviewing.owed(episode, "ERHI"), interviewing.owed(again, "ERHI")
    assert (first.state, first.due_at) == ("met_late", LATEST)
    assert (second.state, second.due_at) == ("met", NOW + 80 * HOUR)


def test_an_offer_made_before_the_second_return_does_not_count_for_it(
    interviewing: Interviewing, episode: str, bought: str, again: str
) -> None:
    interviewing.offers("leeds", bought, at=NOW + HOUR, now=NOW + DAY)
    [news] = news_of(interviewing, bought)
    decides(interviewing, news["ref"], "one_interview")
    interviewing.offers("leeds", bought, "no_response", NOW + DAY)
    assert interviewing.owed(episode, "ERHO").fulfilled_at == NOW + HOUR
    assert interviewing.owed(again, "ERHO").fulfilled_at == NOW + DAY


def test_an_interview_of_its_own_leaves_the_first_as_it_is(interviewing: Interviewing, bought: str, again: str) -> None:
    [news] = news_of(interviewing, bought)
    decides(interviewing, news["ref"], "own_interview")
    other = interviewing.asks_for(again, now=NOW + DAY)
    assert other != bought
    booked = interviewing.books_time(bought, NOW + 2 * DAY, now=NOW + DAY)
    interviewing.holds(booked.ref, NOW + 2 * DAY)
    assert interviewing.owed(again, "ERHI").state == "open"


def test_a_child_who_is_not_back_has_no_interview_to_be_combined(
    interviewing: Interviewing, placement: str, bought: str
) -> None:
    interviewing.watch.reports("kent_police", placement, missing_from_at=NOW + HOUR, now=NOW + 2 * HOUR)
    interviewing.follows(NOW + 2 * HOUR)
    [news] = news_of(interviewing, bought)
    with pytest.raises(Invalid, match="not back"):
        decides(interviewing, news["ref"], "one_interview", now=NOW + 3 * HOUR)
    assert news_of(interviewing, bought)[0]["answer"] is None


def test_it_is_decided_once_and_by_the_placing_authority(interviewing: Interviewing, bought: str, again: str) -> None:
    [news] = news_of(interviewing, bought)
    for member in ("kent", "beacon", "cornwall"):
        with pytest.raises(NotFound):
            interviewing.does(member, service.answer_news, news["ref"], answer="own_interview")
    with pytest.raises(Invalid) as refused:
        decides(interviewing, news["ref"], "keep")
    assert "answer" in refused.value.fields
    decides(interviewing, news["ref"], "own_interview")
    with pytest.raises(StateConflict):
        decides(interviewing, news["ref"], "one_interview")


def test_an_episode_added_by_hand_or_withdrawn_waits_for_no_decision(
    interviewing: Interviewing, placement: str, bought: str, again: str
) -> None:
    interviewing.does("leeds", add_episode, bought, episode=again, reason="close_together", now=NOW + DAY)
    third = interviewing.watch.reports(
        "willow_house", placement, missing_from_at=NOW + 30 * HOUR, now=NOW + 31 * HOUR
    ).episode
    interviewing.follows(NOW + 32 * HOUR)
    interviewing.watch.undoes("willow_house", third, "report", now=NOW + 33 * HOUR)
    interviewing.follows(NOW + 34 * HOUR)
    assert [each["answer"] for each in news_of(interviewing, bought)] == ["one_interview", "withdrawn"]


def test_once_it_was_held_nothing_waits_for_a_decision(interviewing: Interviewing, bought: str, again: str) -> None:
    booked = interviewing.books_time(bought, NOW + 2 * DAY, now=NOW + DAY)
    interviewing.holds(booked.ref, NOW + 2 * DAY)
    [news] = news_of(interviewing, bought)
    assert news["answer"] == "overtaken"


# --- moved ------------------------------------------------------------------------------------------------------------


def moves(interviewing: Interviewing, **changed: Any) -> str:
    """Leeds places the child elsewhere from now on."""
    return interviewing.watch.placed(starts_at="2026-11-18T10:00:00Z", **changed)


def test_a_child_who_moves_to_another_council_is_decided_about(
    interviewing: Interviewing, episode: str, bought: str
) -> None:
    elsewhere = moves(interviewing, address=NORWICH, provider={"name": "Invented House"})
    interviewing.follows(NOW + HOUR)
    assert interviewing.told(bought, "interview.meanwhile") == TOLD
    [news] = news_of(interviewing, bought)
    assert (news["kind"], news["answers"]) == ("moved", ["keep", "ask_again"])
    decides(interviewing, news["ref"], "keep", now=NOW + 2 * HOUR)
    request = interviewing.request(bought)
    [there] = interviewing.books.all("SELECT id FROM placement WHERE ref = :r", r=elsewhere)
    assert (request.placement_id, request.area_gss, request.state) == (there.id, "E10000020", "commissioned")
    assert interviewing.owed(episode, "ERHI").due_at == LATEST
    interviewing.books_time(bought)


def test_asked_again_whoever_held_it_no_longer_does(interviewing: Interviewing, bought: str) -> None:
    moves(interviewing, address=NORWICH, provider={"name": "Invented House"})
    interviewing.follows(NOW + HOUR)
    [news] = news_of(interviewing, bought)
    decides(interviewing, news["ref"], "ask_again", now=NOW + 2 * HOUR)
    assert interviewing.commission(bought).end_reason == "child_moved"
    assert interviewing.request(bought).area_gss == "E10000020"
    with pytest.raises(NotFound):
        interviewing.books_time(bought)


def test_what_was_booked_is_charged_by_the_card_where_the_council_asks_again(
    interviewing: Interviewing, bought: str
) -> None:
    booked = interviewing.books_time(bought, NOW + 5 * HOUR)
    moves(interviewing, address=NORWICH, provider={"name": "Invented House"})
    interviewing.follows(NOW + HOUR)
    [news] = news_of(interviewing, bought)
    decides(interviewing, news["ref"], "ask_again", now=NOW + 2 * HOUR)
    assert interviewing.charged(booked.ref) == 9_250, "whoever held it could have come"


def test_within_the_same_council_whoever_holds_it_is_told_and_nobody_need_decide(
    interviewing: Interviewing, bought: str
) -> None:
    elsewhere = moves(interviewing)
    interviewing.follows(NOW + HOUR)
    assert interviewing.told(bought, "interview.meanwhile") == TOLD
    [news] = news_of(interviewing, bought)
    [there] = interviewing.books.all("SELECT id FROM placement WHERE ref = :r", r=elsewhere)
    assert (news["answer"], interviewing.request(bought).placement_id) == ("same_council", there.id)
    assert interviewing.follows(NOW + 2 * HOUR) == 0


# --- what it costs to look --------------------------------------------------------------------------------------------


def test_the_job_looks_only_at_what_is_under_way_and_at_what_waits_for_an_answer(database: Database) -> None:
    asked = (
        (select(InterviewRequest.child_id).where(IS_UNDER_WAY), "ix_interview_request_under_way"),
        (select(InterviewNews.id).where(InterviewNews.answered_at.is_(None)), "ix_interview_news_unanswered"),
    )
    for wanted, index in asked:
        with database.read() as session:
            [plan] = plans_of(session, partial(session.execute, wanted))
        assert index in plan


def test_whoever_went_missing_again_moved_or_was_back_otherwise_is_looked_up_from_what_is_under_way(
    database: Database,
) -> None:
    asked: tuple[Callable[[Session], object], ...] = (
        partial(queries.missing_again, at_most=9),
        partial(queries.moved, now=NOW, at_most=9),
        partial(queries.restated, at_most=9),
    )
    for ask in asked:
        with database.read() as session:
            [plan] = plans_of(session, partial(ask, session))
        assert not re.search(r"SCAN (child|missing_episode|placement)", plan)
