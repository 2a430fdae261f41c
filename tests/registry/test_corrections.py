"""What a sender takes back or puts right: corrections and withdrawals; nothing is opened twice, and late stays late."""

import pytest

from hub.core.errors import Invalid, NotFound, StateConflict
from hub.registry.acknowledging import acknowledge_notice
from hub.registry.corrections import correct_notice
from hub.registry.withdrawals import withdraw_notice
from tests.registry.conftest import line, seen_by
from tests.registry.papers import (
    CHATHAM,
    HOME,
    LATER,
    MEDWAY,
    admission,
    change_of,
    child,
    consultation,
    emergency_start,
    read,
    start,
)

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


def test_every_earlier_version_leads_to_the_newest_that_is_for_its_reader(desk) -> None:
    first = desk("leeds").registers(start())
    second = desk("leeds").does_in_area(correct_notice, first.notice, read(start()), now=LATER)
    third = desk("leeds").does_in_area(correct_notice, second.notice, read(start(address=CHATHAM)), now=LATER)
    sent = [seen_by(desk, "leeds", each.notice).superseded_by for each in (first, second, third)]
    assert sent == [third.notice, third.notice, None]
    assert [seen_by(desk, "kent", each.notice).superseded_by for each in (first, second)] == [second.notice, None]


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
