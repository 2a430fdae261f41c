"""All reports in one list: what waits for somebody first, found by reference, as a file; each organisation sees its own."""

import csv
import io

import pytest

from tests.spotpurchase.reporting import BY
from tests.web.interviews.desk import fill
from tests.web.reading import title_of, words_of

LIST = "/interview-reports"


@pytest.fixture
def leeds(at):
    return at("leeds", "missing_coordinator")


def test_an_empty_list_says_how_something_comes_there(at, leeds) -> None:
    assert "No report was sent to you yet." in words_of(leeds.get(LIST))
    assert "You have written no report yet." in words_of(at("beacon").get(LIST))


def test_it_is_found_from_the_interviews_and_from_the_interviews_to_hold(at, leeds) -> None:
    for tab, page in ((leeds, "/interviews"), (at("beacon"), "/providing")):
        assert tab.get(page).text.count(f'href="{LIST}"') == 1, page


def test_what_is_to_be_acknowledged_stands_first_then_what_is_to_be_answered(leeds, sent) -> None:
    shown = leeds.get(LIST)
    said = words_of(shown)
    assert title_of(shown).startswith("(1) ")
    for words in ("To be read and acknowledged", "Rowan Fictitious", "Beacon", "3 points wait for an answer"):
        assert words in said, words
    fill(leeds, f"{LIST}/{sent}/acknowledge", {"by": BY}, page=f"{LIST}/{sent}")
    said = words_of(leeds.get(LIST))
    assert "To be read and acknowledged" not in said
    assert "With points that wait for an answer" in said


def test_what_was_answered_stands_below(leeds, sent, reporting, now) -> None:
    reporting.acknowledges(sent, now=now)
    seen = reporting.reads(sent, now=now)
    for each in seen.recommendations:
        reporting.answers(each.ref, "accepted", now=now)
    for each in seen.referrals:
        reporting.tells_of(each.ref, "assessment", now=now)
    assert sent in leeds.get(f"{LIST}?show=nothing").text
    assert "There is none." in words_of(leeds.get(f"{LIST}?show=answers"))


def test_whoever_wrote_it_sees_what_it_has_not_sent_and_what_was_not_read(at, sent, asked) -> None:
    beacon = at("beacon", "interviewer")
    assert "Sent, and not acknowledged yet" in words_of(beacon.get(LIST))
    path = f"/providing/interviews/{asked}/report"
    fill(beacon, f"{path}/correct", {"reason": "mistake"}, page=path)
    said = beacon.get(LIST)
    assert "Begun, and not sent yet" in words_of(said)
    assert f'href="{path}"' in said.text


def test_a_reference_leads_to_what_it_is_of_or_narrows_the_list(leeds, sent, asked, reporting) -> None:
    seen = reporting.reads(sent)
    assert leeds.get(f"{LIST}?ref={sent}").location == f"{LIST}/{sent}"
    assert leeds.get(f"{LIST}?ref={asked}").location == f"/interviews/{asked}"
    point = seen.recommendations[0].ref
    assert leeds.get(f"{LIST}?ref={point}").location == f"/interview-points/{point}"
    assert sent in leeds.get(f"{LIST}?ref={seen.episodes[0]['ref']}").text
    assert sent not in leeds.get(f"{LIST}?ref=mis_{'0' * 26}").text
    wrong = leeds.get(f"{LIST}?ref=Rowan")
    assert (wrong.status_code, "Enter a reference" in words_of(wrong)) == (422, True)


def test_a_corrected_report_gives_its_place_to_the_next(leeds, sent, asked, reporting, now) -> None:
    other = reporting.corrects(asked, {**reporting.reads_draft(asked).record, "no_risk": False}, now=now)
    shown = leeds.get(LIST).text
    assert other in shown
    assert f"{LIST}/{sent}" not in shown


def test_a_host_sees_what_was_given_to_it_and_not_the_report(at, sent, reporting, now) -> None:
    kent = at("kent", "duty_desk")
    assert sent not in kent.get(LIST).text
    share = reporting.gives(sent, now=now)
    shown = kent.get(LIST)
    assert "Given to you, to be acknowledged" in words_of(shown)
    assert f'href="/extracts/{share}"' in shown.text
    assert sent not in shown.text
    assert "Rowan" not in shown.text


def test_the_police_have_extracts_alone_and_strangers_nothing(at, sent) -> None:
    assert at("kent_police", "call_handler").get(LIST).location == "/extracts"
    for stranger in (at("bradford", "social_worker"), at("northstar")):
        assert sent not in stranger.get(LIST).text


def test_the_file_names_no_child_and_is_put_on_record(at, leeds, sent, reporting) -> None:
    form = f"{LIST}/export?show=acknowledgement"
    assert form in leeds.get(f"{LIST}?show=acknowledgement").text
    made = fill(leeds, form, {})
    rows = list(csv.DictReader(io.StringIO(made.get_data().decode("utf-8-sig"))))
    assert [(row["report"], row["waits_for"], row["unanswered"]) for row in rows] == [(sent, "acknowledgement", "3")]
    assert "Rowan" not in made.text
    [kept] = reporting.books.all("SELECT details FROM audit_entry WHERE event = 'export.made'")
    assert sent in str(kept.details)
    assert list(csv.DictReader(io.StringIO(fill(at("kent", "duty_desk"), f"{LIST}/export", {}).text))) == []
