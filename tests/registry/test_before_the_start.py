"""What comes before a placement starts: consultation, approval, and drafts."""

from datetime import timedelta

import pytest

from hub.core.errors import Invalid, NotFound
from hub.registry.casework.approvals import record_approval
from hub.registry.drafts import add_draft, change_draft, discard_draft, register_draft
from hub.registry.views import read_placement
from tests.conftest import NOW
from tests.registry.conftest import line
from tests.registry.papers import (
    BRADFORD_CENTRE,
    LATER,
    consultation,
    read,
    start,
)

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
