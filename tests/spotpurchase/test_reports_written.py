"""A report is written as it comes, saves itself, and is judged when sent: whole, of the right child, after the interview."""

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.spotpurchase import commissioning
from hub.spotpurchase.interviews.holding import LATE_REASONS
from hub.spotpurchase.reports import record, service
from hub.spotpurchase.reports.drafts import StaleDraft
from tests.conftest import NOW
from tests.spotpurchase.reporting import (
    BY,
    HELD,
    HOUR,
    NARRATIVE,
    RECORD,
    WRITTEN,
    Interviewing,
    Reporting,
    changed,
    without,
)

# --- the draft --------------------------------------------------------------------------------------------------------


def test_a_draft_takes_whatever_there_is_and_gives_it_back(reporting: Reporting, held: str) -> None:
    saved = reporting.saves(held, {"child": {"words": "Invented: I was"}}, None)
    assert (saved.version, saved.state, saved.number) == (1, "draft", 1)
    read = reporting.reads_draft(held)
    assert (read.record, read.narrative) == ({"child": {"words": "Invented: I was"}}, None)


def test_before_anything_is_saved_the_draft_is_empty_and_has_no_version(reporting: Reporting, held: str) -> None:
    read = reporting.reads_draft(held)
    assert (read.ref, read.version, read.record) == (None, 0, {})


def test_notes_can_be_taken_before_the_interview_is_recorded_as_held(reporting: Reporting, bought: str) -> None:
    assert reporting.saves(bought, {}, "Invented: notes.").version == 1


def test_a_page_that_saves_over_what_it_has_not_read_is_shown_what_stands(reporting: Reporting, held: str) -> None:
    first = reporting.saves(held, {"child": {"words": "Invented: one."}}, None)
    reporting.saves(held, {"child": {"words": "Invented: two."}}, None, version=first.version)
    with pytest.raises(StaleDraft, match="saved elsewhere") as refused:
        reporting.saves(held, {"child": {"words": "Invented: three."}}, None, version=first.version)
    assert refused.value.stands.record == {"child": {"words": "Invented: two."}}
    assert "Invented" not in str(refused.value)
    assert reporting.reads_draft(held).record == {"child": {"words": "Invented: two."}}


def test_of_two_pages_that_both_begin_one_reads_again(reporting: Reporting, held: str) -> None:
    reporting.saves(held, {}, "Invented: one.")
    with pytest.raises(StaleDraft):
        reporting.saves(held, {}, "Invented: two.")


def test_a_page_whose_line_broke_may_save_the_same_again(reporting: Reporting, held: str) -> None:
    first = reporting.saves(held, {}, "Invented: one.")
    again = reporting.saves(held, {}, "Invented: one.")
    assert again.version == first.version
    assert reporting.recorded(first.ref or "").count("interview_report.saved") == 1


def test_nobody_but_who_holds_the_interview_writes_its_report(reporting: Reporting, held: str) -> None:
    for member in ("leeds", "kent", "northstar", "kent_returns", "bradford"):
        with pytest.raises(NotFound):
            reporting.saves(held, member=member)
        with pytest.raises(NotFound):
            reporting.reads_draft(held, member)


def test_what_a_performer_wrote_that_lost_the_interview_is_not_for_the_next_one(
    reporting: Reporting, interviewing: Interviewing, bought: str
) -> None:
    reporting.saves(bought, {}, "Invented: what Beacon knew.", now=WRITTEN - 30 * HOUR)
    interviewing.does("leeds", commissioning.take_back, bought, now=NOW + HOUR)
    interviewing.buys(bought, "northstar", now=NOW + HOUR)
    assert reporting.reads_draft(bought, "northstar").version == 0
    with pytest.raises(NotFound):
        reporting.reads_draft(bought, "beacon")
    assert reporting.saves(bought, {}, "Invented: what Northstar knows.", member="northstar").number == 2


def test_what_is_written_is_sealed(reporting: Reporting, held: str) -> None:
    draft = reporting.saves(held)
    row = reporting.books.all("SELECT * FROM interview_report WHERE ref = :r", r=draft.ref)[0]
    assert b"Invented" not in bytes(row.sealed)
    assert reporting.sealed("interview_report", draft.ref or "")["narrative"] == NARRATIVE


# --- sent -------------------------------------------------------------------------------------------------------------


def test_a_report_that_is_sent_stands_and_moves_the_request(
    reporting: Reporting, interviewing: Interviewing, held: str
) -> None:
    report = reporting.sends(held)
    assert reporting.state(report) == "submitted"
    assert interviewing.state(held) == "reported"
    seen = reporting.reads(report)
    assert (seen.part, seen.submitted_by, seen.content["narrative"]) == ("placing_authority", BY, NARRATIVE)
    assert seen.content["interview.in_time"] is True
    assert seen.content["interview.mode"] == "in_person"
    assert seen.content["people"][0]["name"] == "Jasper Fictitious"
    assert [each["in_time"] for each in seen.episodes] == [True]


def test_a_report_before_the_interview_was_held_is_refused(reporting: Reporting, bought: str) -> None:
    draft = reporting.saves(bought)
    with pytest.raises(StateConflict, match="not recorded as held"):
        reporting.submits(bought, draft.version)
    assert reporting.reads_draft(bought).state == "draft"


def test_a_report_of_another_child_is_refused(reporting: Reporting, held: str) -> None:
    draft = reporting.saves(held, changed(about={"born_on": "2010-01-01"}))
    with pytest.raises(Invalid) as refused:
        reporting.submits(held, draft.version)
    assert list(refused.value.fields) == ["record.about.born_on"]
    assert "another child" in refused.value.fields["record.about.born_on"][0]


def test_a_report_of_an_episode_that_the_interview_was_not_for_is_refused(reporting: Reporting, held: str) -> None:
    draft = reporting.saves(held, changed(about={"episodes": ["mis_" + "0" * 26]}))
    with pytest.raises(Invalid) as refused:
        reporting.submits(held, draft.version)
    assert list(refused.value.fields) == ["record.about.episodes"]


def test_what_was_saved_elsewhere_meanwhile_is_not_sent_unread(reporting: Reporting, held: str) -> None:
    first = reporting.saves(held)
    reporting.saves(held, changed(after={"afraid": False}), version=first.version)
    with pytest.raises(StaleDraft):
        reporting.submits(held, first.version)


def test_nothing_written_is_not_sent(reporting: Reporting, held: str) -> None:
    with pytest.raises(StateConflict, match="Nothing is written"):
        reporting.submits(held, 0)


def test_a_report_that_was_sent_is_neither_saved_nor_sent_again(reporting: Reporting, held: str, sent: str) -> None:
    with pytest.raises(StateConflict, match="begin a correction"):
        reporting.saves(held, changed(after={"afraid": False}), version=1)
    with pytest.raises(StateConflict, match="begin a correction"):
        reporting.submits(held, 2)


_INCOMPLETE = [
    (without("interview", "interviewer"), "interview.interviewer"),
    (without("interview", "role_of_interviewer"), "interview.role_of_interviewer"),
    (without("interview", "place"), "interview.place"),
    (without("interview", "present"), "interview.present"),
    (without("interview", "independence"), "interview.independence"),
    (changed(interview={"present": ["nobody", "carer"]}), "interview.present"),
    (without("after", "returned"), "after.returned"),
    (without("child", "words"), "child.words"),
    (without("child", "told_who_sees_it"), "child.told_who_sees_it"),
    (without("wishes", "host_authority"), "wishes.host_authority"),
    (without("wishes", "police_force"), "wishes.police_force"),
    (changed(reasons=None), "reasons.push"),
    (changed(harms=None), "harms"),
    (changed(no_harm=True), "no_harm"),
    (changed(risks=None), "risks"),
    (changed(no_risk=True), "no_risk"),
    (changed(harms=[{"words": "Invented."}]), "harms.0.kind"),
    (changed(recommendations=[{"to": "placing_authority"}]), "recommendations.0.text"),
    (changed(recommendations=[{"text": "Invented."}]), "recommendations.0.to"),
    (changed(referrals=[{"kind": "police", "to_whom": "Invented."}]), "referrals.0.what"),
    (
        changed(referrals=[{"kind": "police", "what": "x", "to_whom": "x", "made_at": "2027-01-01T09:00:00Z"}]),
        "referrals.0.made_at",
    ),
    (changed(people=[{"name": "Kim Made-Up"}]), "people.0.role"),
    (changed(people=[{"role": "friend"}]), "people.0.name"),
    (without("intelligence", "for_police"), "intelligence.for_police"),
    (changed(intelligence={"for_police": False}), "intelligence.for_police"),
    (changed(intelligence={"kinds": [], "words": "x"}), None),
]


@pytest.mark.parametrize(("written", "field"), _INCOMPLETE)
def test_what_must_be_there_is_asked_for_at_its_field(
    reporting: Reporting, held: str, written: dict[str, object], field: str | None
) -> None:
    draft = reporting.saves(held, written)
    if field is None:
        reporting.submits(held, draft.version)
        return
    with pytest.raises(Invalid) as refused:
        reporting.submits(held, draft.version)
    assert list(refused.value.fields) == [f"record.{field}"]
    assert reporting.reads_draft(held).state == "draft"


def test_a_report_without_an_account_is_refused(reporting: Reporting, held: str) -> None:
    draft = reporting.saves(held, narrative=None)
    with pytest.raises(Invalid) as refused:
        reporting.submits(held, draft.version)
    assert list(refused.value.fields) == ["narrative"]


def test_why_an_interview_came_late_is_taken_from_when_it_was_recorded_or_asked_for(
    reporting: Reporting, interviewing: Interviewing, bought: str
) -> None:
    late = HELD + 60 * HOUR
    booked = interviewing.books_time(bought, late)
    interviewing.holds(booked.ref, late)
    draft = reporting.saves(bought, now=late + 3 * HOUR)
    with pytest.raises(Invalid) as refused:
        reporting.submits(bought, draft.version, now=late + 3 * HOUR)
    assert list(refused.value.fields) == ["record.interview.late_because"]
    said = changed(interview={"late_because": "child_asked_for_later"})
    again = reporting.saves(bought, said, version=draft.version, now=late + 3 * HOUR)
    report = reporting.submits(bought, again.version, now=late + 3 * HOUR)
    assert reporting.reads(report).content["interview.in_time"] is False
    assert set(record.LATE) == set(LATE_REASONS)


# --- corrected --------------------------------------------------------------------------------------------------------


def test_a_correction_is_the_next_version_and_the_one_before_stays_to_be_read(
    reporting: Reporting, held: str, sent: str
) -> None:
    second = reporting.corrects(held, changed(after={"afraid": False}))
    assert (reporting.state(sent), reporting.state(second)) == ("superseded", "submitted")
    assert reporting.reads(sent).newest == second
    assert reporting.reads(sent).content["after.afraid"] is True
    assert reporting.reads(second).content["after.afraid"] is False
    assert reporting.reads(second).correction == "mistake"


def test_until_the_correction_is_sent_what_was_sent_stands(reporting: Reporting, held: str, sent: str) -> None:
    own = reporting.desk("beacon")
    with own.database.write() as session:
        begun = service.begin_correction(session, own.actor, held, reason="mistake", now=WRITTEN + HOUR)
    assert (begun.number, begun.record["child"]) == (2, RECORD["child"])
    assert reporting.state(sent) == "submitted"
    assert reporting.reads(sent).newest == sent
    with own.database.write() as session, pytest.raises(StateConflict, match="being written already"):
        service.begin_correction(session, own.actor, held, reason="mistake", now=WRITTEN + HOUR)


def test_there_is_nothing_to_correct_before_something_was_sent(reporting: Reporting, held: str) -> None:
    own = reporting.desk("beacon")
    with own.database.write() as session, pytest.raises(StateConflict, match="none to correct"):
        service.begin_correction(session, own.actor, held, reason="mistake", now=WRITTEN)


def test_everybody_but_the_two_who_read_the_whole_finds_no_report(reporting: Reporting, sent: str) -> None:
    assert reporting.reads(sent, "beacon").part == "performer"
    for member in ("kent", "kent_police", "northstar", "kent_returns", "bradford", "willow_house"):
        with pytest.raises(NotFound):
            reporting.reads(sent, member)


def test_each_reading_is_recorded(reporting: Reporting, sent: str) -> None:
    before = reporting.recorded(sent).count("interview_report.read")
    reporting.reads(sent)
    reporting.reads(sent, "beacon")
    assert reporting.recorded(sent).count("interview_report.read") == before + 2
