"""What a provider is asked, without a browser: what it may see, and each answer that it can give."""

import re

import pytest

from hub.spotpurchase import answering
from tests.registry.papers import CHILD
from tests.web.interviews.desk import fill
from tests.web.reading import hidden_in, title_of, words_of

KNOWN_BY = (CHILD["given_names"], CHILD["born_on"], "14 March 2012", "Maidstone", "ME14", "mis_", "01632 960007")


@pytest.fixture
def ask(interviewing, asked) -> str:
    """The path of what the host's own team, which is asked first, is asked."""
    said = "SELECT a.ref FROM interview_ask a JOIN interview_request r ON r.id = a.request_id WHERE r.ref = :r"
    return f"/providing/asks/{interviewing.books.all(said, r=asked)[0].ref}"


def quick_of(page) -> str:
    """The first time that can be offered in one press."""
    return str(page.text.split('name="quick" value="')[1].split('"')[0])


def test_the_inbox_says_what_is_asked_until_when_and_what_it_pays(at, ask) -> None:
    shown = at("kent_returns").get("/providing")
    said = words_of(shown)
    for words in (
        "Kent County Council: a child",
        "Your turn: answer",
        "70 hours left",
        "or another is asked",
        "£140.00",
        "Leeds",
    ):
        assert words in said, words
    assert title_of(shown).startswith("(1) Interviews to hold")
    assert f'href="{ask}"' in shown.text


def test_before_a_commission_no_page_shows_by_what_the_child_could_be_known(at, ask, placement) -> None:
    pages = [at("kent_returns").get(path).text for path in ("/providing", ask, f"{ask}/decline", f"{ask}/question")]
    for page in pages:
        for secret in (*KNOWN_BY, placement):
            assert secret not in page, secret


def test_an_offer_takes_one_press_and_is_won_at_once_where_it_fits(at, ask, asked) -> None:
    tab = at("kent_returns")
    page = tab.get(ask)
    assert "£140.00" in words_of(page)
    answered = fill(tab, f"{ask}/offer", {"quick": quick_of(page)}, page=ask)
    assert answered.location == f"/providing/interviews/{asked}?done=won"
    assert "The interview is yours" in words_of(tab.get(answered.location))
    assert tab.get(ask).location == f"/providing/interviews/{asked}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"time": "", "mode": "in_person"}, "Enter the time, such as 14:30 or 2.30pm."),
        ({"time": "25:00", "mode": "in_person"}, "Enter a time that the clocks will show"),
        ({"time": "00:01", "mode": "in_person"}, "That is in the past."),
        ({"time": "23:50", "mode": ""}, "Say how you would hold it."),
        ({"time": "23:50", "mode": "in_person", "by": ""}, "Enter your name and role."),
    ],
)
def test_an_offer_that_cannot_be_is_told_at_its_control(at, ask, now, typed, sentence) -> None:
    answers = {"day": f"{now:%Y-%m-%d}", "by": "P. Fictitious", "note": "Kept words.", **typed}
    answered = fill(at("kent_returns"), f"{ask}/offer", answers, page=ask)
    assert answered.status_code == 422
    assert sentence in words_of(answered)
    assert "Kept words." in answered.text


def test_an_offer_after_the_award_is_refused_with_what_became_of_it(at, ask, asked, interviewing, now) -> None:
    tab = at("kent_returns")
    page = tab.get(ask)
    form = {**hidden_in(page, f"{ask}/offer"), "quick": quick_of(page), "by": "P. Fictitious", "mode": "in_person"}
    interviewing.does_it_itself(asked, now=now)
    answered = tab.send("POST", f"{ask}/offer", data=form)
    assert answered.status_code == 409
    assert "Somebody has been commissioned to hold this interview." in words_of(answered)


def test_a_no_has_a_coded_reason_and_stands_there_afterwards(at, ask) -> None:
    tab, path = at("kent_returns"), f"{ask}/decline"
    assert fill(tab, path, {"by": "P. Fictitious"}).status_code == 422
    answered = fill(tab, path, {"code": "no_capacity", "by": "P. Fictitious"})
    assert answered.location == f"{ask}?done=declined"
    assert "You declined: We have nobody free." in words_of(tab.get(ask))
    assert "You declined" in words_of(tab.get("/providing/before"))
    assert "Nothing waits for your answer." in words_of(tab.get("/providing"))


def test_another_provider_can_be_named_who_is_then_asked(at, ask, cast) -> None:
    answered = fill(at("kent_returns"), f"{ask}/refer", {"to": cast.refs["beacon"], "by": "P. Fictitious"})
    assert answered.location == f"{ask}?done=referred"
    assert "You named Beacon Return Interviews." in words_of(at("kent_returns").get(ask))
    assert "Your turn: answer" in words_of(at("beacon").get("/providing"))


def test_a_question_goes_to_the_council_and_stands_below(at, ask) -> None:
    tab = at("kent_returns")
    answered = fill(tab, f"{ask}/question", {"text": "Is a car needed?", "by": "P. Fictitious"})
    assert answered.location == f"{ask}?done=asked"
    assert "Is a car needed?" in words_of(tab.get(ask))


def test_what_another_was_asked_is_nobody_elses(at, ask) -> None:
    assert at("northstar").get(ask).status_code == 404
    assert at("leeds", "missing_coordinator").get(ask).status_code == 404


def test_an_interviewer_sees_what_is_asked_and_a_coordinator_answers(at, ask) -> None:
    page = at("kent_returns", "interviewer").get(ask)
    assert "Make this offer" not in page.text
    assert at("kent_returns", "interviewer").get(f"{ask}/decline").status_code == 403


def test_what_the_council_answered_is_read_where_the_interview_is_held(at, asked, held, interviewing, now) -> None:
    """Also what either writes later: the message about it leads there."""
    beacon, leeds = at("beacon"), interviewing.watch.desk("leeds")
    [ask] = re.findall(r"/providing/asks/ask_\w+", beacon.get(f"/providing/interviews/{held}").text)
    leeds.does(
        answering.converse, ask.split("/")[-1], text="Invented: ring the side door.", by="P. Fictitious", now=now
    )
    said = words_of(beacon.get(beacon.get(ask).location))
    assert "Questions and answers" in said
    assert "Invented: ring the side door." in said
    sent = fill(beacon, f"{ask}/question", {"text": "Invented: thank you.", "by": "P. Fictitious"})
    said = words_of(beacon.get(beacon.get(sent.location).location))
    assert "What you wrote is with the council." in said
    assert "Invented: thank you." in said
