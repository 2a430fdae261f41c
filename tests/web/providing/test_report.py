"""The write-up without a browser: it keeps what was typed, says what is missing, is sent once, and shows what became of it."""

from datetime import timedelta

import pytest

from hub.spotpurchase.interviews import service as interviews
from hub.spotpurchase.reports import service
from hub.web import autosave
from tests.web.interviews.desk import fill
from tests.web.reading import hidden_in, words_of

BY = "P. Fictitious, interviewer"
WHOLE = {
    "record.interview.interviewer": "P. Fictitious",
    "record.interview.role_of_interviewer": "Interviewer",
    "record.interview.independence": "other_organisation",
    "record.interview.place": "public_place",
    "record.interview.present": "nobody",
    "record.reasons.push": ["bullying", "boredom"],
    "record.after.returned": "police",
    "record.no_harm": "yes",
    "record.risks.0.kind": "gangs",
    "record.risks.0.level": "low",
    "record.child.words": "Invented: leave me be.",
    "record.child.told_who_sees_it": "yes",
    "record.wishes.host_authority": "agrees",
    "record.wishes.police_force": "objects",
    "record.recommendations.0.to": "placing_authority",
    "record.recommendations.0.text": "Invented: talk about the school.",
    "record.intelligence.for_police": "no",
    "narrative": "Invented: what was said.",
    "by": BY,
}


@pytest.fixture
def path(interviewing, asked, now) -> str:
    """The page of the report of an interview that Beacon held just now."""
    ref = interviewing.buys(asked, now=now - timedelta(minutes=100))
    held = {"held_at": now - timedelta(minutes=90), "minutes": 60, "mode": "in_person", "by": BY}
    interviewing.does("beacon", interviews.hold_unbooked, ref, now=now, **held)
    return f"/providing/interviews/{ref}/report"


def draft_of(interviewing, path, now):
    own = interviewing.watch.desk("beacon")
    with own.database.write() as session:
        return service.read_draft(session, own.actor, path.split("/")[3], now=now)


def test_what_is_written_is_kept_and_stands_there_again(at, path) -> None:
    tab = at("beacon", "interviewer")
    assert fill(tab, path, WHOLE).location == f"{path}?done=saved"
    said = tab.get(path).text
    for words in ("Invented: leave me be.", 'value="bullying" checked', 'name="record.risks.1.kind"'):
        assert words in said, words


def test_a_script_keeps_what_is_right_and_says_when(at, path, interviewing, now) -> None:
    tab = at("beacon", "interviewer")
    form = {**hidden_in(tab.get(path), path), "narrative": "Invented: begun.", "record.referrals.0.made-day": "40"}
    answered = tab.send("POST", path, data=form, headers={autosave.HEADER: "1"})
    assert answered.json["said"].startswith("Saved at")
    assert answered.json["controls"] == {"version": "1"}
    assert draft_of(interviewing, path, now).narrative == "Invented: begun."


def test_what_two_people_write_at_once_stands_beside_each_other_and_a_script_keeps_no_more(at, path) -> None:
    tab = at("beacon", "interviewer")
    form = hidden_in(tab.get(path), path)
    fill(tab, path, {**WHOLE, "narrative": "Invented: theirs."})
    meanwhile = tab.send("POST", path, data={**form, "narrative": "Invented: mine."}, headers={autosave.HEADER: "1"})
    assert (meanwhile.status_code, meanwhile.json["is_stale"]) == (409, True)
    answered = tab.send("POST", path, data={**form, "narrative": "Invented: mine."})
    assert answered.status_code == 412
    said = words_of(answered)
    assert "Invented: theirs. Invented: mine." in said
    assert "What drove the child away Bullying Boredom Nothing" in said


def test_what_is_missing_is_said_at_its_control_and_nothing_typed_is_lost(at, path, interviewing, now) -> None:
    answered = fill(at("beacon"), path, {"narrative": "Invented: alone.", "by": BY, "send": "yes"})
    assert answered.status_code == 422
    said = words_of(answered)
    for words in ("Say where the child was seen.", "Add each of the harms, or say that there was none."):
        assert words in said, words
    assert 'href="#record.interview.place"' in answered.text
    assert draft_of(interviewing, path, now).narrative == "Invented: alone."


def test_it_is_sent_once_however_often_the_button_is_pressed(at, path, interviewing, now) -> None:
    tab = at("beacon", "interviewer")
    form = {**hidden_in(tab.get(path), path), **WHOLE, "send": "yes"}
    first, second = (tab.send("POST", path, data=form) for _ in range(2))
    assert first.location == second.location == f"{path}?done=sent"
    assert draft_of(interviewing, path, now).state == "submitted"
    said = words_of(tab.get(path))
    for words in ("Not yet acknowledged", "Invented: talk about the school.", "Waits for an answer", "You made none."):
        assert words in said, words


def test_what_the_council_answers_stands_there(at, path, interviewing, now) -> None:
    tab = at("beacon", "interviewer")
    fill(tab, path, {**WHOLE, "send": "yes"})
    leeds = interviewing.watch.desk("leeds")
    ref = draft_of(interviewing, path, now).ref
    leeds.does(service.acknowledge, ref, by="A. Invented", now=now)
    point = interviewing.books.all("SELECT ref FROM interview_recommendation")[0].ref
    told = {"answer": "accepted", "reason": "Invented: agreed.", "by": "A. Invented"}
    leeds.does(service.answer_recommendation, point, told, now=now)
    said = words_of(tab.get(path))
    for words in ("Acknowledged", "A. Invented", "Accepted", "Invented: agreed."):
        assert words in said, words


def test_a_correction_begins_with_what_was_sent(at, path) -> None:
    tab = at("beacon", "interviewer")
    fill(tab, path, {**WHOLE, "send": "yes"})
    assert fill(tab, f"{path}/correct", {}, page=path).status_code == 422
    assert fill(tab, f"{path}/correct", {"reason": "mistake"}, page=path).location == f"{path}?done=correcting"
    assert "Invented: leave me be." in tab.get(path).text


def test_a_report_is_nobody_elses_to_write(at, path) -> None:
    assert at("northstar").get(path).status_code == 404
    assert at("leeds", "missing_coordinator").get(path).status_code == 404
