"""The loop is closed: acknowledged, answered, of each referral its outcome said; silence climbs, and the writer sees all."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.notify.sweep import sweep_once
from hub.spotpurchase.reports.reading import RecommendationSeen
from tests.spotpurchase.reporting import DAY, HELD, HOUR, RECORD, WRITTEN, Interviewing, Reporting, changed

LEEDS, KENT, BEACON = "Leeds City Council", "Kent County Council", "Beacon Return Interviews"


def ours(reporting: Reporting, report: str) -> RecommendationSeen:
    """The recommendation that is put to Leeds."""
    return reporting.reads(report, "beacon").recommendations[0]


def theirs(reporting: Reporting, report: str) -> RecommendationSeen:
    """The recommendation that is put to Kent."""
    return reporting.reads(report, "beacon").recommendations[1]


# --- the report itself ------------------------------------------------------------------------------------------------


def test_the_report_is_owed_from_the_interview_and_met_by_sending_it(reporting: Reporting, held: str) -> None:
    assert reporting.owes(held, "ERRP") == {BEACON: "open"}
    reporting.sends(held)
    assert reporting.owes(held, "ERRP") == {BEACON: "met"}


def test_a_report_is_due_when_the_commission_says(reporting: Reporting, held: str) -> None:
    [row] = reporting.books.all("SELECT due_on FROM obligation WHERE subject_ref = :r AND duty_code = 'ERRP'", r=held)
    assert str(row.due_on) == "2026-11-23"  # held on a Thursday; the card says two working days


def test_a_report_that_comes_late_was_late(reporting: Reporting, held: str) -> None:
    reporting.sends(held, now=HELD + timedelta(days=9))
    assert reporting.owes(held, "ERRP") == {BEACON: "met_late"}


def test_a_report_that_comes_tells_the_placing_authority_and_not_the_host_what_it_says(
    reporting: Reporting, interviewing: Interviewing, held: str
) -> None:
    report = reporting.sends(held)
    assert reporting.books.alerts(report) == [("interview.report_sent", LEEDS)]
    assert interviewing.fed(held, "interview.report_sent") == {KENT}
    assert interviewing.fed(report, "interview.report_sent") == {LEEDS, BEACON}


# --- acknowledged -----------------------------------------------------------------------------------------------------


def test_an_acknowledgement_is_owed_and_the_writer_sees_it(reporting: Reporting, sent: str) -> None:
    assert reporting.owes(sent, "ERAK") == {LEEDS: "open"}
    reporting.acknowledges(sent)
    reporting.acknowledges(sent, now=WRITTEN + 2 * HOUR)
    assert reporting.owes(sent, "ERAK") == {LEEDS: "met"}
    assert reporting.reads(sent, "beacon").acknowledged_at == WRITTEN + HOUR
    assert ("interview.report_answered", BEACON) in reporting.books.alerts(sent)
    assert reporting.recorded(sent).count("interview_report.acknowledged") == 1


@pytest.mark.parametrize("member", ["beacon", "kent", "kent_police", "bradford"])
def test_nobody_but_the_placing_authority_acknowledges_it(reporting: Reporting, sent: str, member: str) -> None:
    with pytest.raises(NotFound):
        reporting.acknowledges(sent, member)


def test_a_corrected_report_is_acknowledged_in_place_of_the_one_before(
    reporting: Reporting, held: str, sent: str
) -> None:
    second = reporting.corrects(held, changed(after={"afraid": False}))
    assert reporting.owed(sent, "ERAK") == []
    assert reporting.owed(second, "ERAK") == ["open"]
    with pytest.raises(StateConflict, match="corrected report"):
        reporting.acknowledges(sent, now=WRITTEN + 2 * HOUR)


# --- recommendations --------------------------------------------------------------------------------------------------


def test_each_recommendation_is_owed_an_answer_which_its_writer_sees(reporting: Reporting, sent: str) -> None:
    rec = ours(reporting, sent)
    assert reporting.owes(rec.ref, "ERRA") == {LEEDS: "open"}
    reporting.answers(rec.ref, "accepted", done_by="M. Fictitious", on="2026-12-01")
    assert reporting.owes(rec.ref, "ERRA") == {LEEDS: "met"}
    seen = ours(reporting, sent)
    assert (seen.state, seen.answers[-1]["done_by"], seen.answers[-1]["on"]) == (
        "accepted",
        "M. Fictitious",
        "2026-12-01",
    )
    reporting.answers(rec.ref, "done", done_by="M. Fictitious", on="2026-11-19")
    assert [each["answer"] for each in ours(reporting, sent).answers] == ["accepted", "done"]


@pytest.mark.parametrize(
    ("answer", "said", "fields"),
    [
        ("declined", {}, ["reason"]),
        ("open", {}, ["reason"]),
        ("done", {}, ["done_by", "on"]),
        ("done", {"done_by": "M. Fictitious", "on": "2026-12-24"}, ["on"]),
    ],
)
def test_an_answer_without_what_belongs_to_it_is_refused(
    reporting: Reporting, sent: str, answer: str, said: dict[str, str], fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        reporting.answers(ours(reporting, sent).ref, answer, **said)
    assert sorted(refused.value.fields) == fields


def test_answered_anew_it_is_owed_anew(reporting: Reporting, sent: str) -> None:
    ref = ours(reporting, sent).ref
    reporting.answers(ref, "declined", reason="Invented: it is done already.")
    with pytest.raises(StateConflict):
        reporting.answers(ref, "declined", reason="Invented.")
    reporting.answers(ref, "open", reason="Invented: that was another child.")
    assert reporting.owes(ref, "ERRA") == {LEEDS: "open"}
    reporting.answers(ref, "accepted", now=WRITTEN + 3 * HOUR)
    assert reporting.owes(ref, "ERRA") == {LEEDS: "met"}


def test_what_is_put_to_the_host_is_the_hosts_once_it_was_given_it(reporting: Reporting, sent: str) -> None:
    ref = theirs(reporting, sent).ref
    assert reporting.owes(ref, "ERRA") == {LEEDS: "open"}
    with pytest.raises(NotFound):
        reporting.answers(ref, "accepted", "kent")
    share = reporting.gives(sent)
    assert reporting.owes(ref, "ERRA") == {LEEDS: "met", KENT: "open"}
    [shown] = reporting.reads_share(share).recommendations
    assert (shown.ref, shown.is_ours) == (ref, True)
    with pytest.raises(NotFound):
        reporting.answers(ref, "accepted", "leeds", now=WRITTEN + 2 * HOUR)
    reporting.answers(ref, "accepted", "kent", now=WRITTEN + 2 * HOUR)
    assert reporting.owes(ref, "ERRA") == {LEEDS: "met", KENT: "met"}
    assert theirs(reporting, sent).state == "accepted"
    assert {("interview.report_answered", BEACON), ("interview.report_answered", LEEDS)} <= set(
        reporting.books.alerts(sent)
    )


def test_recalled_from_the_host_it_is_the_placing_authoritys_again(reporting: Reporting, sent: str) -> None:
    ref = theirs(reporting, sent).ref
    share = reporting.gives(sent)
    reporting.recalls(share)
    assert reporting.owes(ref, "ERRA") == {LEEDS: "open"}
    with pytest.raises(NotFound):
        reporting.answers(ref, "accepted", "kent", now=WRITTEN + 3 * HOUR)
    reporting.gives(sent, now=WRITTEN + 3 * HOUR)
    assert reporting.owes(ref, "ERRA") == {LEEDS: "met", KENT: "open"}


def test_a_placing_authority_that_does_not_pass_it_on_answers_itself(reporting: Reporting, sent: str) -> None:
    ref = theirs(reporting, sent).ref
    reporting.answers(ref, "declined", reason="Invented: the flat is known to Kent already.")
    assert reporting.owes(ref, "ERRA") == {LEEDS: "met"}


def test_a_view_without_it_passes_no_recommendation_on(reporting: Reporting, sent: str) -> None:
    share = reporting.gives(sent, leave_out=["recommendations.host_authority"])
    assert reporting.reads_share(share).recommendations == []
    assert reporting.owes(theirs(reporting, sent).ref, "ERRA") == {LEEDS: "open"}


def test_nobody_else_answers(reporting: Reporting, sent: str) -> None:
    for member in ("beacon", "bradford", "northstar"):
        with pytest.raises(NotFound):
            reporting.answers(ours(reporting, sent).ref, "accepted", member)


# --- referrals --------------------------------------------------------------------------------------------------------


def test_of_each_referral_it_is_owed_what_became_of_it(reporting: Reporting, sent: str) -> None:
    [referral] = reporting.reads(sent, "beacon").referrals
    assert reporting.owes(referral.ref, "ERSO") == {LEEDS: "open"}
    reporting.tells_of(referral.ref, "assessment")
    assert reporting.owes(referral.ref, "ERSO") == {LEEDS: "met"}
    [seen] = reporting.reads(sent, "beacon").referrals
    assert (seen.outcome, seen.made_at) == ("assessment", None)
    with pytest.raises(StateConflict):
        reporting.tells_of(referral.ref, "enquiry")
    reporting.tells_of(referral.ref, "open", words="Invented: that was another referral.")
    assert reporting.owes(referral.ref, "ERSO") == {LEEDS: "open"}


def test_that_nothing_came_of_a_referral_is_explained(reporting: Reporting, sent: str) -> None:
    [referral] = reporting.reads(sent).referrals
    with pytest.raises(Invalid) as refused:
        reporting.tells_of(referral.ref, "no_further_action")
    assert list(refused.value.fields) == ["words"]
    for member in ("kent", "beacon", "bradford"):
        with pytest.raises(NotFound):
            reporting.tells_of(referral.ref, "assessment", member)


# --- corrected --------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_what_was_answered_and_asks_only_for_what_is_new(
    reporting: Reporting, held: str, sent: str
) -> None:
    kept, dropped = ours(reporting, sent).ref, theirs(reporting, sent).ref
    reporting.answers(kept, "accepted")
    said = [RECORD["recommendations"][0], {"to": "placing_authority", "text": "Invented: ring on Fridays."}]
    second = reporting.corrects(held, changed(recommendations=said))
    first, fresh = reporting.reads(second).recommendations
    assert (first.ref, first.state, fresh.state) == (kept, "accepted", "open")
    assert reporting.owed(kept, "ERRA") == ["met"]
    assert reporting.owed(fresh.ref, "ERRA") == ["open"]
    assert reporting.owed(dropped, "ERRA") == []
    with pytest.raises(StateConflict, match="does not say this any more"):
        reporting.answers(dropped, "accepted", now=WRITTEN + 2 * HOUR)
    [referral] = reporting.reads(second).referrals
    assert reporting.owed(referral.ref, "ERSO") == ["open"]


# --- silence ------------------------------------------------------------------------------------------------------------


def test_silence_climbs_the_ladder_for_each_thing_that_is_owed(reporting: Reporting, held: str, sent: str) -> None:
    own = reporting.desk("leeds")
    for day in range(21):
        while sweep_once(own.database, own.rules, now=WRITTEN + day * DAY):
            pass
    rungs = reporting.books.all(
        "SELECT o.duty_code AS code, count(*) AS n FROM escalation JOIN obligation o ON o.id = obligation_id "
        "WHERE o.duty_code IN ('ERAK', 'ERIN', 'ERRA', 'ERSO', 'ERRP') GROUP BY o.duty_code"
    )
    climbed = {row.code: row.n for row in rungs}
    assert set(climbed) == {"ERAK", "ERIN", "ERRA", "ERSO"}
    assert all(number >= 2 for number in climbed.values())
    reporting.acknowledges(sent, now=WRITTEN + 21 * DAY)
    assert reporting.owed(sent, "ERAK") == ["met_late"]


def test_a_council_that_holds_the_interview_itself_owes_itself_the_answers(
    reporting: Reporting, interviewing: Interviewing, sought: str
) -> None:
    interviewing.does_it_itself(sought)
    booked = interviewing.books_time(sought, HELD, "leeds")
    interviewing.holds(booked.ref, HELD, "leeds")
    report = reporting.sends(sought, changed(interview={"independence": "not_independent"}), member="leeds")
    reporting.acknowledges(report)
    assert reporting.owes(report, "ERAK") == {LEEDS: "met"}
    assert reporting.books.alerts(report) == []
