"""What becomes of a notice: acknowledged, redirected, corrected, withdrawn; changes, ends and moves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.core.errors import Conflict, Invalid, NotFound, StateConflict
from hub.registry.acknowledging import accept_area, acknowledge_notice
from hub.registry.approvals import record_approval
from hub.registry.corrections import correct_notice
from hub.registry.drafts import add_draft, change_draft, discard_draft, register_draft
from hub.registry.endings import close_ended_once
from hub.registry.redirects import redirect_notice
from hub.registry.schemas import NoticeIn
from hub.registry.views import read_notice, read_placement, read_register
from hub.registry.withdrawals import withdraw_notice
from tests.conftest import NOW
from tests.registry.conftest import line
from tests.registry.papers import (
    BRADFORD_CENTRE,
    CHATHAM,
    KENT,
    LEEDS,
    MEDWAY,
    admission,
    child,
    consultation,
    emergency_start,
    start,
)

LATER = NOW + timedelta(hours=1)
HOME = {"setting": "childrens_home", "provider": {"urn": "SC900001"}}
NOT_OURS = {"reason": "The address lies over the river.", "by": "M. Sample, duty desk"}
OVERRIDE = {"host_authority": MEDWAY, "reason": "Entered by mistake."}


def read(paper):
    return NoticeIn().load(paper)


def seen_by(desk, member, ref):
    with desk(member).reads() as session:
        return read_notice(session, desk(member).actor, ref, now=NOW)


# --- acknowledging ----------------------------------------------------------------------------------------------------


def test_one_organisations_acknowledgement_never_silences_anothers(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    desk("kent").does(acknowledge_notice, receipt.notice, by="T. Example, duty desk", now=LATER)
    states = books.all(
        "SELECT owed_by_role, state FROM obligation WHERE duty_code = 'EACK' AND subject_ref = :n", n=receipt.notice
    )
    assert {row.owed_by_role: row.state for row in states} == {"host_authority": "met", "police_force": "open"}


def test_the_sender_learns_of_an_acknowledgement_and_sees_the_promise(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    desk("kent").does(
        acknowledge_notice,
        receipt.notice,
        by="T. Example, duty desk",
        promise="enter_register",
        promise_on=date(2026, 11, 20),
        now=LATER,
    )
    assert ("notice.acknowledged", "Leeds City Council") in books.alerts(receipt.notice)
    (given,) = seen_by(desk, "leeds", receipt.notice).acknowledgements
    assert (given["by"], given["promise"]) == ("T. Example, duty desk", "enter_register")


def test_the_sender_cannot_acknowledge_for_its_recipient(desk) -> None:
    receipt = desk("leeds").registers(start())
    with pytest.raises(NotFound):
        desk("leeds").does(acknowledge_notice, receipt.notice, by="P. Specimen")
    with pytest.raises(NotFound):
        desk("cornwall").does(acknowledge_notice, receipt.notice, by="Somebody else")


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_outsiders_find_nothing_and_readers_are_recorded(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    with pytest.raises(NotFound):
        seen_by(desk, "cornwall", receipt.notice)
    assert seen_by(desk, "kent", receipt.notice).content["child"]["family_name"] == "Fictitious"
    assert books.all("SELECT count(*) AS n FROM audit_entry WHERE event = 'notice.read'")[0].n == 1


def test_the_police_see_who_and_where_and_not_the_assessment(desk) -> None:
    markers = [
        {"marker": "cse", "audience": ["police_force"]},
        {"marker": "mental_health", "audience": ["host_authority"]},
    ]
    receipt = desk("leeds").registers(start(markers=markers))
    force, host = seen_by(desk, "kent_police", receipt.notice), seen_by(desk, "kent", receipt.notice)
    assert "needs_assessment" not in force.content
    assert force.content["address"]["postcode"] == "ME14 1XQ"
    assert [each["marker"] for each in force.content["markers"]] == ["cse"]
    assert [each["marker"] for each in host.content["markers"]] == ["mental_health"]


def test_a_placement_shows_each_party_its_part(desk) -> None:
    receipt = desk("leeds").registers(start(**HOME))
    with desk("willow_house").reads() as session:
        seen = read_placement(session, desk("willow_house").actor, receipt.placement, now=NOW)
    assert (seen.party, seen.notices, seen.approvals) == ("provider", [], [])
    with desk("cornwall").reads() as session, pytest.raises(NotFound):
        read_placement(session, desk("cornwall").actor, receipt.placement, now=NOW)


def test_the_hosts_register_says_how_it_knows(desk) -> None:
    desk("leeds").registers(start())
    other = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "T-9"})
    desk("willow_house").registers(admission(child=other))
    with desk("kent").reads() as session:
        rows = read_register(session, desk("kent").actor, ended=False, after=None, at_most=10, now=NOW)
    assert [row.provenance for row in rows] == ["inferred", "notified"]
    assert rows[1].child["given_names"] == "Rowan"


# --- redirect ---------------------------------------------------------------------------------------------------------


def test_a_redirect_routes_on_without_re_keying_and_the_clock_stands(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    before = books.owed(receipt.placement, "E13A")
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    after = books.owed(receipt.placement, "E13A")
    assert (after.ref, after.state, after.fulfilled_at, after.due_at) == (
        before.ref,
        "met",
        before.fulfilled_at,
        before.due_at,
    )
    assert after.owed_to_id != before.owed_to_id
    assert seen_by(desk, "kent", receipt.notice).content["child"]["given_names"] == "Rowan"


def test_both_councils_and_the_sender_see_that_it_was_passed_on(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    passed = seen_by(desk, "medway", receipt.notice)
    assert (passed.capacity, passed.content) == ("redirected_from", {})
    assert passed.recipients[0]["redirected_to"]["name"] == "Kent County Council"
    assert ("notice.redirected", "Leeds City Council") in books.alerts(receipt.notice)
    assert not books.placement(receipt.placement).area_confirmed


def test_what_the_wrong_host_owed_is_struck_out_and_the_right_one_owes_it(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    rows = books.all(
        "SELECT organisation.name, obligation.state FROM obligation JOIN organisation ON organisation.id = owed_by_id "
        "WHERE duty_code IN ('EACK', 'EREG', 'EFAN') AND owed_by_role = 'host_authority'"
    )
    assert {(row.name, row.state) for row in rows} == {("Medway Council", "void"), ("Kent County Council", "open")}


def test_a_redirect_to_a_council_that_has_not_joined_waits_to_be_reached(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority="E10000020", now=LATER, **NOT_OURS)
    after = books.owed(receipt.placement, "E13A")
    assert (after.state, after.reached_at) == ("open", None)
    assert after.fulfilled_at


def test_a_redirect_into_another_relation_changes_the_gate(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    assert "E11D" in books.codes(receipt.placement)
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority="E08000032", now=LATER, **NOT_OURS)
    codes = books.codes(receipt.placement)
    assert "E11N" in codes
    assert not {"E11D", "E11C"} & codes


def test_a_redirect_back_to_the_sender_leaves_no_notice_owed(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=LEEDS, now=LATER, **NOT_OURS)
    assert "E13A" not in books.codes(receipt.placement)
    assert books.placement(receipt.placement).relation == "in_area"


def test_two_councils_cannot_pass_a_notice_to_and_fro(desk) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    with pytest.raises(Conflict):
        desk("kent").does_in_area(redirect_notice, receipt.notice, host_authority=MEDWAY, now=LATER, **NOT_OURS)
    with pytest.raises(StateConflict):
        desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)


def test_the_host_confirms_its_area_once(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    assert desk("medway").does(accept_area, receipt.notice, by="M. Sample") is True
    assert desk("medway").does(accept_area, receipt.notice, by="M. Sample") is False
    assert books.placement(receipt.placement).area_confirmed


# --- correction -------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_acknowledgements_and_opens_nothing_twice(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    desk("kent").does(acknowledge_notice, receipt.notice, by="T. Example", now=LATER)
    before = books.count("obligation")
    mended = start(child=child(given_names="Rowan Ash"))
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(mended), now=LATER)
    assert (second.revision, books.count("obligation")) == (2, before)
    seen = seen_by(desk, "kent", second.notice)
    assert seen.content["child"]["given_names"] == "Rowan Ash"
    assert seen.acknowledgements[0]["by"] == "T. Example"
    assert ("notice.corrected", "Kent County Council") in books.alerts(second.notice)


def test_a_superseded_notice_cannot_be_corrected_again(desk) -> None:
    receipt = desk("leeds").registers(start())
    desk("leeds").does_in_area(correct_notice, receipt.notice, read(start()), now=LATER)
    with pytest.raises(StateConflict):
        desk("leeds").does_in_area(correct_notice, receipt.notice, read(start()), now=LATER)


def test_correcting_the_start_counts_anew_and_late_stays_late(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    assert books.owed(receipt.placement, "E13A").state == "met"
    late = start(starts_at="2026-11-16T10:00:00Z")
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(late), now=LATER)
    assert line(second, "E13A").state == "met_late"
    third = desk("leeds").does_in_area(correct_notice, second.notice, read(start()), now=LATER)
    assert line(third, "E13A").state == "met_late"


def test_correcting_the_address_into_another_area_tells_the_right_host(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(start(address=CHATHAM)), now=LATER)
    assert line(second, "E13A").state == "met"
    assert second.area["host_authority"]["gss_code"] == MEDWAY
    assert ("notice.withdrawn", "Kent County Council") in books.alerts(receipt.notice)
    assert seen_by(desk, "medway", second.notice).content["child"]
    with pytest.raises(NotFound):
        seen_by(desk, "kent", second.notice)


def test_a_planned_notice_corrected_to_an_emergency_runs_on_its_own_clock(desk, books) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-17T08:00:00Z"))
    assert line(receipt, "E13A").state == "met_late"
    mended = emergency_start(starts_at="2026-11-17T08:00:00Z")
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(mended), now=LATER)
    assert line(second, "E13E").state == "met"
    assert books.owed(receipt.placement, "E13A") is None


def test_a_correction_is_of_the_same_kind_and_ones_own(desk) -> None:
    receipt = desk("leeds").registers(start())
    with pytest.raises(Invalid):
        desk("leeds").does_in_area(correct_notice, receipt.notice, read(consultation()), now=LATER)
    with pytest.raises(NotFound):
        desk("kent").does_in_area(correct_notice, receipt.notice, read(start()), now=LATER)


# --- withdrawal -------------------------------------------------------------------------------------------------------


def test_withdrawing_the_only_notice_voids_what_it_set_off(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    desk("leeds").does_in_area(withdraw_notice, receipt.notice, reason="The placement fell through.", now=LATER)
    assert books.placement(receipt.placement).state == "cancelled"
    assert books.codes(receipt.placement) == set()
    assert ("notice.withdrawn", "Kent County Council") in books.alerts(receipt.notice)
    assert seen_by(desk, "kent", receipt.notice).content == {}
    assert seen_by(desk, "leeds", receipt.notice).notes[0]["reason"] == "The placement fell through."


def test_withdrawing_one_of_two_owes_its_own_part_again(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    sent = desk("leeds").registers(start(starts_at="2026-11-18T09:00:00Z", **HOME))
    desk("leeds").does_in_area(withdraw_notice, sent.notice, reason="Not our child.", now=LATER)
    assert books.placement(told.placement).state == "unconfirmed"
    assert books.owed(told.placement, "E13A").state == "open"
    assert books.owed(told.placement, "E41A").state == "met"


def test_a_withdrawn_notice_is_not_acknowledged_or_withdrawn_again(desk) -> None:
    receipt = desk("leeds").registers(start())
    desk("leeds").does_in_area(withdraw_notice, receipt.notice, reason="Wrong child.", now=LATER)
    with pytest.raises(StateConflict):
        desk("leeds").does_in_area(withdraw_notice, receipt.notice, reason="Again.", now=LATER)
    with pytest.raises(StateConflict):
        desk("kent").does(acknowledge_notice, receipt.notice, by="T. Example", now=LATER)


# --- consultation and approval ----------------------------------------------------------------------------------------


def test_a_consultation_makes_a_proposal_and_asks_the_host_to_reply(desk, books) -> None:
    receipt = desk("leeds").registers(consultation())
    assert books.placement(receipt.placement).state == "proposed"
    assert {"E11C", "E11D", "E11R", "E13A"} <= books.codes(receipt.placement)
    assert [each["capacity"] for each in receipt.recipients] == ["host_authority"]
    assert books.owed(receipt.placement, "E11C").state == "open"  # the care plan is still to follow
    assert ("consultation.asked", "Kent County Council") in books.alerts(receipt.notice)


def test_the_start_takes_up_the_consultation(desk, books) -> None:
    asked = desk("leeds").registers(consultation())
    sent = desk("leeds").registers(start(placement=asked.placement), now=LATER)
    assert sent.placement == asked.placement
    assert books.placement(sent.placement).state == "confirmed"
    assert line(sent, "E13A").state == "met"
    assert books.count("child") == 1


def test_an_approval_meets_the_gate_and_moves_what_hangs_on_it(desk, books) -> None:
    receipt = desk("leeds").registers(start(address=BRADFORD_CENTRE))
    given = {
        "approver_name": "N. Officer",
        "approver_role": "Nominated officer",
        "approved_at": NOW - timedelta(hours=2),
    }
    desk("leeds").does_in_area(record_approval, receipt.placement, given, now=LATER)
    assert books.owed(receipt.placement, "E11N").state == "met"
    # The approver must be satisfied that an adjoining host has been notified: the notice came after the approval.
    assert books.owed(receipt.placement, "E13A").state == "met_late"


def test_only_the_placing_authority_records_an_approval_and_only_one_that_was_given(desk) -> None:
    receipt = desk("leeds").registers(start())
    given = {"approver_name": "N. Officer", "approver_role": "Director", "approved_at": NOW}
    with pytest.raises(NotFound):
        desk("kent").does_in_area(record_approval, receipt.placement, given)
    with pytest.raises(Invalid):
        desk("leeds").does_in_area(
            record_approval, receipt.placement, {**given, "approved_at": NOW + timedelta(days=2)}
        )


# --- changes, ends, moves ---------------------------------------------------------------------------------------------


def change_of(receipt, **said):
    return {"kind": "placement_change", "placement": receipt.placement, "changed_on": "2026-11-18", **said}


def test_each_change_is_told_for_itself(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    for phone in ("01632 960200", "01632 960201"):
        worker = {"name": "Q. Specimen", "phone": phone}
        told = desk("leeds").registers(change_of(receipt, social_worker=worker), now=LATER)
        assert line(told, "E13C").state == "met"
    with desk("kent").reads() as session:
        seen = read_placement(session, desk("kent").actor, receipt.placement, now=NOW)
    assert seen.details["contacts"]["social_worker"]["phone"] == "01632 960201"


def test_what_was_to_follow_closes_its_own_obligation_when_it_comes(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    assert books.owed(receipt.placement, "ECPF").state == "open"
    desk("leeds").registers(change_of(receipt, care_plan={"not_given_reason": "The court has it."}), now=LATER)
    assert books.owed(receipt.placement, "ECPF").state == "met"


def test_a_withdrawn_change_is_undone(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    told = desk("leeds").registers(change_of(receipt, social_worker={"name": "Q. Specimen"}), now=LATER)
    desk("leeds").does_in_area(withdraw_notice, told.notice, reason="Wrong case.", now=LATER)
    with desk("kent").reads() as session:
        seen = read_placement(session, desk("kent").actor, receipt.placement, now=NOW)
    assert seen.details["contacts"]["social_worker"]["name"] == "P. Specimen"
    assert "E13C" not in books.codes(told.notice)


def end_of(receipt, **said):
    return {"kind": "placement_end", "placement": receipt.placement, "end_reason": "planned_move", **said}


def test_a_planned_end_told_before_is_in_time_and_the_placement_runs_until_then(desk, books, database) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-17T10:00:00Z"))
    told = desk("leeds").registers(end_of(receipt, ends_at="2026-11-20T10:00:00Z"))
    assert line(told, "E14B").state == "met"
    assert books.placement(receipt.placement).state == "confirmed"
    assert close_ended_once(database, now=NOW) == 0
    assert close_ended_once(database, now=datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC)) == 1
    assert books.placement(receipt.placement).state == "ended"


def test_an_end_at_once_has_ten_working_days(desk) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-09T10:00:00Z"))
    told = desk("leeds").registers(
        end_of(receipt, ends_at="2026-11-17T22:00:00Z", emergency={"reason": "Invented."}, end_reason="immediate_risk")
    )
    assert (line(told, "E14L").state, str(line(told, "E14L").due_on)) == ("met", "2026-12-01")


def test_a_withdrawn_end_lets_the_placement_run_on(desk, books) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-09T10:00:00Z"))
    told = desk("leeds").registers(end_of(receipt, ends_at="2026-11-17T22:00:00Z"))
    assert books.placement(receipt.placement).state == "ended"
    desk("leeds").does_in_area(withdraw_notice, told.notice, reason="The child stays.", now=LATER)
    assert books.placement(receipt.placement).state == "confirmed"
    assert "E14B" not in books.codes(receipt.placement)


def test_an_end_before_the_start_is_refused(desk) -> None:
    receipt = desk("leeds").registers(start())
    with pytest.raises(Invalid):
        desk("leeds").registers(end_of(receipt, ends_at="2026-11-20T10:00:00Z"))


def test_a_move_is_an_end_and_a_start_and_the_old_host_is_not_told_where_to(desk, books) -> None:
    first = desk("leeds").registers(start(starts_at="2026-11-09T10:00:00Z"))
    moved = desk("leeds").registers(
        {
            "kind": "placement_move",
            "placement": first.placement,
            "starts_at": "2026-11-20T10:00:00Z",
            "address": CHATHAM,
            "needs_assessment": "Invented.",
            "suitability_reasons": "Invented.",
            "care_plan": {"not_given_reason": "Unchanged."},
        }
    )
    (ended,) = moved.also
    assert line(moved, "E13A").state == "met"
    assert line(ended, "E14B").state == "met"
    assert moved.placement != first.placement
    assert books.count("child") == 1
    assert seen_by(desk, "medway", moved.notice).content["child"]["given_names"] == "Rowan"
    with pytest.raises(NotFound):
        seen_by(desk, "kent", moved.notice)
    assert "address" not in seen_by(desk, "kent", ended.notice).content


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_councils_draft_makes_the_placement_known_and_its_clock_runs_from_the_event(desk, books) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start("needs_assessment", starts_at="2026-11-16T10:00:00Z")))
    owed = books.owed(draft.placement, "E13A")
    assert owed.state == "open"
    assert books.placement(draft.placement).state == "proposed"
    assert [fault.field for fault in draft.missing] == ["needs_assessment"]
    with desk("kent").reads() as session, pytest.raises(NotFound):
        read_placement(session, desk("kent").actor, draft.placement, now=NOW)


def test_an_incomplete_draft_is_kept_and_makes_nothing_known(desk, books) -> None:
    draft = desk("leeds").does_in_area(add_draft, read({"kind": "placement_start", "child": {"given_names": "Rowan"}}))
    assert draft.placement is None
    assert books.count("obligation") == 0


def test_a_draft_registered_is_the_notice_and_meets_what_it_opened(desk, books) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start()))
    receipt = desk("leeds").does_in_area(register_draft, draft.ref, now=LATER)
    assert (receipt.notice, receipt.placement) == (draft.ref, draft.placement)
    assert line(receipt, "E13A").state == "met"
    assert books.placement(receipt.placement).state == "confirmed"


def test_a_redrafted_start_is_counted_anew(desk, books) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start()))
    due = books.owed(draft.placement, "E13A").due_at
    again = desk("leeds").does_in_area(
        change_draft, draft.ref, read(start(starts_at="2026-11-27T10:00:00Z")), version=draft.version, now=LATER
    )
    assert books.owed(again.placement, "E13A").due_at != due


def test_a_discarded_draft_is_erased_and_what_it_opened_is_void(desk, books, database) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start()))
    with database.write() as session:
        discard_draft(session, desk("leeds").actor, draft.ref, version=draft.version, now=LATER)
    assert books.codes(draft.placement) == set()
    assert books.placement(draft.placement).state == "cancelled"


def test_a_draft_is_its_senders_alone(desk) -> None:
    draft = desk("leeds").does_in_area(add_draft, read(start()))
    with pytest.raises(NotFound):
        desk("bradford").does_in_area(register_draft, draft.ref)


def test_acknowledging_the_correction_answers_for_what_it_corrects(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    second = desk("leeds").does_in_area(correct_notice, receipt.notice, read(start()), now=LATER)
    desk("kent").does(acknowledge_notice, second.notice, by="T. Example", now=LATER)
    rows = books.all("SELECT owed_by_role, state FROM obligation WHERE duty_code = 'EACK'")
    assert {row.owed_by_role: row.state for row in rows} == {"host_authority": "met", "police_force": "open"}


def test_a_corrected_change_stays_one_duty(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    told = desk("leeds").registers(change_of(receipt, social_worker={"name": "Q. Specimen"}), now=LATER)
    mended = change_of(receipt, social_worker={"name": "R. Specimen"})
    second = desk("leeds").does_in_area(correct_notice, told.notice, read(mended), now=LATER)
    assert line(second, "E13C").state == "met"
    assert books.all("SELECT count(*) AS n FROM obligation WHERE duty_code = 'E13C'")[0].n == 1
