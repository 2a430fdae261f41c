"""A recipient asks the sender about a notice or disputes it; both sides see the thread, and nobody else does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.core.errors import NotFound, StateConflict
from hub.registry.corrections import correct_notice
from hub.registry.desk import questions
from hub.registry.evidence.pack import evidence_pack
from hub.registry.receipts import Receipt
from hub.registry.redirects import redirect_notice
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk
from tests.registry.papers import CHATHAM, MEDWAY, admission, read, start

SitDown = Callable[[str], Desk]
LATER = NOW + timedelta(hours=2)
ASKS = {
    "kind": "dispute",
    "field": "address",
    "text": "Invented: there is no such lane here.",
    "by": "T. Field, duty desk",
}
ANSWERS = {"text": "Invented: the number was wrong.", "by": "P. Specimen, social worker"}


@pytest.fixture
def sent(desk: SitDown) -> Receipt:
    return desk("leeds").registers(start())


def asked(desk: SitDown, ref: str, member: str = "kent", **other: Any) -> questions.QuestionSeen:
    seen: questions.QuestionSeen = desk(member).does(questions.ask, ref, **{**ASKS, **other})
    return seen


def thread(desk: SitDown, member: str, ref: str) -> list[questions.QuestionSeen]:
    with desk(member).reads() as session:
        return questions.questions_about(session, desk(member).actor, ref, now=LATER)


def test_both_sides_see_what_was_asked_and_answered(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    desk("leeds").does(questions.answer, question.ref, **ANSWERS, now=LATER)
    for member in ("kent", "leeds"):
        (seen,) = thread(desk, member, sent.notice)
        assert [(each.act, each.by, each.text) for each in seen.entries] == [
            ("asked", ASKS["by"], ASKS["text"]),
            ("answered", ANSWERS["by"], ANSWERS["text"]),
        ]
        assert (seen.kind, seen.field, seen.state, seen.turned_at) == ("dispute", "address", "answered", LATER)


def test_another_recipient_sees_nothing_of_it(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    assert thread(desk, "kent_police", sent.notice) == []
    with desk("kent_police").reads() as session, pytest.raises(NotFound):
        questions.read_question(session, desk("kent_police").actor, question.ref, now=LATER)


def test_the_sender_is_told_that_it_is_asked_and_who_asked_that_it_is_answered(
    desk: SitDown, sent: Receipt, books: Books
) -> None:
    question = asked(desk, sent.notice)
    assert books.alerts(question.ref) == [("question.asked", "Leeds City Council")]
    desk("leeds").does(questions.answer, question.ref, **ANSWERS)
    assert books.alerts(question.ref)[-1] == ("question.answered", "Kent County Council")
    cancelled = books.all("SELECT cancelled_at FROM alert WHERE subject_ref = :s ORDER BY id", s=question.ref)
    assert [row.cancelled_at is not None for row in cancelled] == [True, False]


def test_nothing_that_was_written_stands_in_an_alert_or_in_the_audit(
    desk: SitDown, sent: Receipt, books: Books
) -> None:
    question = asked(desk, sent.notice)
    desk("leeds").does(questions.answer, question.ref, **ANSWERS)
    held = str(books.all("SELECT details FROM alert")) + str(books.all("SELECT details FROM audit_entry"))
    assert "lane" not in held
    assert "Specimen" not in held


def test_only_who_was_told_may_ask(desk: SitDown, sent: Receipt) -> None:
    for member in ("medway", "leeds"):
        with pytest.raises(NotFound):
            asked(desk, sent.notice, member)


def test_a_council_that_passed_the_notice_on_asks_no_more(desk: SitDown, sent: Receipt) -> None:
    desk("kent").does_in_area(redirect_notice, sent.notice, host_authority=MEDWAY, reason="Invented.", by="T. Field")
    with pytest.raises(StateConflict):
        asked(desk, sent.notice)


def test_only_the_sender_answers_and_only_who_asked_settles_it(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    with pytest.raises(NotFound):
        desk("kent").does(questions.answer, question.ref, **ANSWERS)
    with desk("leeds").reads() as session, pytest.raises(NotFound):
        questions.close(session, desk("leeds").actor, question.ref, by="P. Specimen", now=LATER)


def test_of_two_who_answer_one_is_told_that_it_was_answered(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    desk("leeds").does(questions.answer, question.ref, **ANSWERS)
    with pytest.raises(StateConflict):
        desk("leeds").does(questions.answer, question.ref, **ANSWERS)


def test_who_is_not_content_asks_again_and_it_is_the_sender_s_turn(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    desk("leeds").does(questions.answer, question.ref, **ANSWERS)
    again = desk("kent").does(
        questions.ask_again, question.ref, text="Invented: which number?", by="T. Field", now=LATER
    )
    assert (again.state, again.turned_at, again.entries[-1].act) == ("open", LATER, "asked_again")


def test_what_is_settled_waits_for_nobody(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    with desk("kent").reads() as session:
        questions.close(session, desk("kent").actor, question.ref, by="T. Field", now=LATER)
    for member in ("kent", "leeds"):
        with desk(member).reads() as session:
            assert questions.counted(session, desk(member).actor) == {"to_answer": 0, "to_settle": 0, "asked": 0}


def test_a_list_puts_our_own_turn_first(desk: SitDown, sent: Receipt) -> None:
    waiting, answered = asked(desk, sent.notice), asked(desk, sent.notice)
    desk("leeds").does(questions.answer, answered.ref, **ANSWERS, now=LATER)
    with desk("kent").reads() as session:
        listed = questions.list_questions(session, desk("kent").actor, at_most=10)
    assert [each.ref for each in listed] == [answered.ref, waiting.ref]
    assert [each.is_our_turn for each in listed] == [True, False]


def test_a_question_about_an_earlier_version_stands_with_the_newer_one(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    newer = desk("leeds").does_in_area(correct_notice, sent.notice, read(start(expected_length="Invented: a year")))
    assert [each.ref for each in thread(desk, "leeds", newer.notice)] == [question.ref]


def test_evidence_says_who_asked_and_answered_and_not_what_they_wrote(desk: SitDown, sent: Receipt) -> None:
    question = asked(desk, sent.notice)
    desk("leeds").does(questions.answer, question.ref, **ANSWERS)
    for member, count in (("leeds", 1), ("kent", 1), ("kent_police", 0)):
        pack = desk(member).does(evidence_pack, sent.notice)
        told = pack["evidence"]["versions"][0]["questions"]
        assert len(told) == count
        assert "no such lane" not in str(pack)
        for each in told:
            assert [said["act"] for said in each["said"]] == ["asked", "answered"]


def test_a_home_is_asked_about_its_own_notice(desk: SitDown) -> None:
    told = desk("willow_house").registers(admission())
    question = asked(desk, told.notice)
    answered = desk("willow_house").does(questions.answer, question.ref, text="Invented: yes.", by="W. Castle")
    assert answered.state == "answered"
    assert answered.asked_of["name"] == "Willow House"


def test_chatham_is_asked_of_the_council_that_sent_it(desk: SitDown) -> None:
    told = desk("leeds").registers(start(address=CHATHAM))
    assert asked(desk, told.notice, "medway").asked_of["name"] == "Leeds City Council"
