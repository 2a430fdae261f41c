"""What becomes of a registered notice: acknowledged, seen by those it concerns, passed on to the right council."""

import io
from datetime import date

import pytest

from hub.core.errors import Conflict, NotFound, StateConflict
from hub.registry.acknowledging import accept_area, acknowledge_notice
from hub.registry.redirects import redirect_notice
from hub.registry.register.queries import RegisterFilter
from hub.registry.register.service import read_register
from hub.registry.views import read_placement
from tests.conftest import NOW
from tests.registry.conftest import seen_by
from tests.registry.papers import (
    HOME,
    KENT,
    LATER,
    LEEDS,
    MEDWAY,
    admission,
    child,
    consultation,
    start,
)
from tests.registry.sample_files import pdf

NOT_OURS = {"reason": "The address lies over the river.", "by": "M. Sample, duty desk"}
OVERRIDE = {"host_authority": MEDWAY, "reason": "Entered by mistake."}


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
        rows = read_register(session, desk("kent").actor, RegisterFilter(), at_most=10, now=NOW).entries
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


def test_a_consultation_that_is_passed_on_asks_the_right_host_for_its_reply_and_counts_as_made(
    desk, books, client_for
) -> None:
    plan = client_for("leeds").post("/api/v1/files", data={"file": (io.BytesIO(pdf()), "plan.pdf")}).json["ref"]
    receipt = desk("leeds").registers(consultation(area=OVERRIDE, care_plan={"file": plan}))
    assert books.owed(receipt.placement, "E11C").state == "met"
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    kent = desk("kent").actor.organisation
    asked, replies = books.owed(receipt.placement, "E11C"), books.owed(receipt.placement, "E11R")
    assert (asked.state, asked.owed_to_id, asked.fulfilled_by) == ("met", kent, receipt.notice)
    assert (replies.state, replies.owed_by_id) == ("open", kent)
    assert not {"EREG", "EFAN"} & books.codes(receipt.placement), "no child is there yet"


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
    assert desk("medway").does_in_area(accept_area, receipt.notice, by="M. Sample") is True
    assert desk("medway").does_in_area(accept_area, receipt.notice, by="M. Sample") is False
    placement = books.placement(receipt.placement)
    assert (placement.area_confirmed, placement.area_accepted_by) == (True, "M. Sample")


def test_another_host_starts_unconfirmed_whoever_accepted_the_area_before(desk, books) -> None:
    receipt = desk("leeds").registers(start(area=OVERRIDE))
    desk("medway").does_in_area(accept_area, receipt.notice, by="M. Sample")
    desk("medway").does_in_area(redirect_notice, receipt.notice, host_authority=KENT, now=LATER, **NOT_OURS)
    placement = books.placement(receipt.placement)
    assert (placement.area_confirmed, placement.area_accepted_by) == (False, None)
