"""What follows a start: changes, what was to follow, ends and moves."""

from datetime import UTC, datetime

import pytest

from hub.core.errors import Invalid, NotFound
from hub.registry.endings import close_ended_once
from hub.registry.views import read_placement
from hub.registry.withdrawals import withdraw_notice
from tests.conftest import NOW
from tests.registry.conftest import line, seen_by
from tests.registry.papers import CHATHAM, LATER, change_of, start


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
