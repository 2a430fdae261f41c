"""What police and host were given of a report: listed, found, read as given, acknowledged, asked about once, answered."""

import pytest

from tests.spotpurchase.reporting import BY
from tests.web.interviews.desk import fill
from tests.web.reading import words_of


@pytest.fixture
def extract(reporting, sent, now) -> str:
    """What Kent Police were given."""
    told = {"wishes": "objects", "override": "Invented: danger.", "necessity": ["prevent_crime"]}
    return reporting.gives(sent, "kent_police", "intelligence", now=now, **told)


def test_an_empty_list_says_how_something_comes_there(at) -> None:
    said = words_of(at("kent_police", "call_handler").get("/extracts"))
    assert "Nothing was given to you yet." in said
    assert "Extracts of interview reports" in said


def test_the_list_is_found_by_reference_and_narrowed_by_how_it_stands(at, extract, reporting) -> None:
    tab = at("kent_police", "call_handler")
    said = words_of(tab.get("/extracts"))
    assert "Leeds City Council" in said
    assert "To acknowledge" in said
    assert tab.get(f"/extracts?ref={extract}").location == f"/extracts/{extract}"
    episode = reporting.reads_share(extract, "kent_police").episodes[0]
    assert extract in tab.get(f"/extracts?ref={episode}").text
    assert extract not in tab.get("/extracts?ref=mis_" + "0" * 26).text
    assert extract not in tab.get("/extracts?show=acknowledged").text
    wrong = tab.get("/extracts?ref=Rowan")
    assert (wrong.status_code, "Enter a reference" in words_of(wrong)) == (422, True)


def test_the_page_of_the_episode_leads_to_it(at, extract, reporting) -> None:
    episode = reporting.reads_share(extract, "kent_police").episodes[0]
    assert f"/extracts?ref={episode}" in at("kent_police", "call_handler").get(f"/missing/{episode}").text
    assert f"/extracts?ref={episode}" not in at("kent", "duty_desk").get(f"/missing/{episode}").text


def test_it_is_read_as_given_and_acknowledged(at, extract) -> None:
    tab, path = at("kent_police", "call_handler"), f"/extracts/{extract}"
    said = words_of(tab.get(path))
    assert "Invented: Kim gives bags to [friend] to carry." in said
    for words in ("Jasper", "Invented: danger.", "Invented: I only wanted", "Take it back"):
        assert words not in said, words
    assert "Enter your name and role." in words_of(fill(tab, f"{path}/acknowledge", {"by": ""}, page=path))
    assert fill(tab, f"{path}/acknowledge", {"by": BY}, page=path).location == f"{path}?done=read"
    assert "The council that gave it sees that it was read." in words_of(tab.get(f"{path}?done=read"))
    assert "Acknowledged" in words_of(tab.get("/extracts"))


def test_one_question_is_asked_and_answered_by_whoever_held_the_interview(at, extract, sent) -> None:
    police, path = at("kent_police", "call_handler"), f"/extracts/{extract}"
    assert "Write what you ask." in words_of(fill(police, f"{path}/question", {"by": BY}))
    assert fill(police, f"{path}/question", {"text": "Invented: when?", "by": BY}).location == f"{path}?done=asked"
    again = fill(police, f"{path}/question", {"text": "Invented: and where?", "by": BY})
    assert (again.status_code, "You have asked already" in words_of(again)) == (409, True)
    report = f"/interview-reports/{sent}"
    for member, role in (("leeds", "missing_coordinator"), ("beacon", "interviewer")):
        assert "Answer the question of Kent Police" in words_of(at(member, role).get(report))
    held = at("beacon", "interviewer")
    seen = words_of(held.get(path))
    assert "You see how it stands, and what was asked." in seen
    assert "bags" not in seen
    assert fill(held, f"{path}/answer", {"text": "Invented: in the evening.", "by": BY}).status_code == 303
    said = words_of(police.get(path))
    assert "Invented: in the evening." in said
    assert "Ask a question" not in said


def test_only_a_recipient_asks_and_only_the_others_answer(at, extract) -> None:
    assert at("leeds", "missing_coordinator").get(f"/extracts/{extract}/question").status_code == 404
    assert at("kent_police", "call_handler").get(f"/extracts/{extract}/answer").status_code == 403
    assert at("kent", "duty_desk").get(f"/extracts/{extract}").status_code == 404


def test_of_what_was_taken_back_nothing_is_shown(at, extract, reporting, now) -> None:
    reporting.recalls(extract, now=now)
    said = words_of(at("kent_police", "call_handler").get(f"/extracts/{extract}"))
    assert "It was taken back: it was given by mistake." in said
    assert "bags" not in said
    assert "I have read it" not in said


def test_the_host_answers_what_was_passed_on_to_it(at, reporting, sent, now) -> None:
    share = reporting.gives(sent, now=now)
    tab, path = at("kent", "duty_desk"), f"/extracts/{share}"
    assert "Recommendations to you" in words_of(tab.get(path))
    rec = reporting.reads(sent).recommendations[1].ref
    answered = fill(tab, f"{path}/recommendations/{rec}", {"answer": "accepted", "by": BY})
    assert answered.location == f"{path}?done=answered#{rec}"
    assert "Accepted" in words_of(at("leeds", "missing_coordinator").get(f"/interview-reports/{sent}"))


def test_a_clerk_who_only_reads_is_offered_no_act(at, extract) -> None:
    tab = at("kent_police", "administrator")
    assert tab.get(f"/extracts/{extract}").status_code == 403


def test_a_name_is_covered_in_what_is_put_to_the_host(at, reporting, sent, now) -> None:
    share = reporting.gives(sent, now=now)
    said = words_of(at("kent", "duty_desk").get(f"/extracts/{share}"))
    assert "Invented: look at the flat that [adult of concern] uses." in said
    assert "Kim" not in said
