"""Council and home tell of the same child, in either order: two duties, one placement, each sender credited."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.errors import Invalid
from tests.conftest import NOW
from tests.registry.conftest import line, seen_by
from tests.registry.papers import EMERGENCY, LEEDS, admission, child, emergency_start, start

HOME = {"setting": "childrens_home", "provider": {"urn": "SC900001"}}
THIS_MORNING = "2026-11-18T09:00:00Z"


def test_a_homes_notice_alone_opens_what_the_council_owes_and_the_chaser(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    assert line(told, "E41A").state == "met"
    assert books.placement(told.placement).state == "unconfirmed"
    assert {"E13A", "EGAP"} <= books.codes(told.placement)
    assert books.owed(told.placement, "E13A").state == "open"


def test_the_homes_own_address_is_meant_where_it_gives_none(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    assert told.area["host_authority"]["gss_code"] == "E10000016"
    with desk("kent").reads() as session:
        from hub.registry.views import read_notice

        seen = read_notice(session, desk("kent").actor, told.notice, now=NOW)
    assert seen.capacity == "host_authority"


def test_host_and_placing_authority_are_both_told_by_a_home(desk) -> None:
    told = desk("willow_house").registers(admission())
    assert [each["capacity"] for each in told.recipients] == ["host_authority", "placing_authority"]


def test_an_emergency_that_only_the_home_told_of_is_counted_from_the_day_the_child_came(desk, books) -> None:
    arrived = (NOW - timedelta(days=9)).isoformat()
    told = desk("willow_house").registers(admission(starts_at=arrived, emergency=EMERGENCY))
    assert line(told, "E41A").state == "met_late"
    owed = books.owed(told.placement, "E13E")
    assert owed.due_on in ("2026-11-16", datetime(2026, 11, 16).date())


def test_the_councils_notice_joins_the_homes_and_closes_the_gap(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    sent = desk("leeds").registers(start(starts_at=THIS_MORNING, **HOME), now=NOW + timedelta(hours=2))
    assert sent.placement == told.placement
    assert books.placement(sent.placement).state == "confirmed"
    assert line(sent, "EGAP").state == "met"
    assert line(sent, "E13A").state == "met_late"
    assert books.owed(sent.placement, "E41A").state == "met"


def test_the_councils_word_that_it_was_an_emergency_changes_which_duty_runs(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    sent = desk("leeds").registers(emergency_start(starts_at=THIS_MORNING, **HOME))
    assert books.owed(told.placement, "E13A") is None
    assert line(sent, "E13E").state == "met"


def test_the_homes_notice_joins_the_councils_and_neither_discharges_the_other(desk, books) -> None:
    sent = desk("leeds").registers(start(starts_at="2026-11-18T11:00:00Z", **HOME))
    assert books.owed(sent.placement, "E41A").state == "open"
    told = desk("willow_house").registers(admission(starts_at="2026-11-18T11:00:00Z"), now=NOW + timedelta(hours=3))
    assert told.placement == sent.placement
    assert line(told, "E41A").state == "met"
    assert books.owed(sent.placement, "EGAP") is None
    assert books.owed(sent.placement, "E13A").fulfilled_by == sent.notice


def test_what_the_two_disagree_on_is_shown_as_a_word_and_overwrites_nothing(desk, books) -> None:
    sent = desk("leeds").registers(start(starts_at="2026-11-18T11:00:00Z", **HOME))
    told = desk("willow_house").registers(
        admission(child=child(given_names="Rowan Ash"), starts_at="2026-11-18T08:00:00Z")
    )
    assert told.matches
    assert told.placement == sent.placement
    assert books.placement(sent.placement).starts_at


def test_another_child_of_the_same_home_is_another_placement(desk) -> None:
    first = desk("willow_house").registers(admission())
    other = child(
        family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "TEST-2"}
    )
    assert desk("willow_house").registers(admission(child=other)).placement != first.placement


def test_a_home_in_the_councils_own_area_owes_the_host_nothing(desk) -> None:
    told = desk("willow_house").registers(admission(placing_authority="E10000016"))
    assert "E41A" not in {each.code for each in told.obligations}


def test_supported_accommodation_and_agencies_tell_of_arrivals_too(desk, books) -> None:
    seventeen = child(born_on="2009-05-05")
    supported = desk("lantern_lodge").registers(admission(kind="supported_admission", child=seventeen))
    assert line(supported, "E28A").state == "met"
    fostered = desk("harbour").registers(
        {
            "kind": "fostering_arrival",
            "child": child(given_names="Hazel", identifiers={"local_id": "TEST-3"}),
            "placing_authority": LEEDS,
            "starts_at": THIS_MORNING,
            "address": {"lines": ["8 Fictitious Way"], "postcode": "ME14 1XQ"},
        }
    )
    assert (line(fostered, "EFV").state, line(fostered, "EFV").basis) == ("met", "recommendation")


def test_a_home_tells_of_a_discharge_and_the_placement_ends(desk, books) -> None:
    told = desk("willow_house").registers(admission())
    left = desk("willow_house").registers(
        {"kind": "home_discharge", "placement": told.placement, "ends_at": "2026-11-18T09:30:00Z"}
    )
    assert line(left, "E41D").state == "met"
    assert books.placement(told.placement).state == "ended"


def test_the_notice_of_a_discharge_says_all_that_regulation_41_asks_as_that_of_the_admission_did(desk) -> None:
    told = desk("willow_house").registers(admission())
    left = desk("willow_house").registers(
        {"kind": "home_discharge", "placement": told.placement, "ends_at": "2026-11-18T09:30:00Z"}
    )
    said = seen_by(desk, "kent", left.notice).content
    asked = ("placing_authority", "s20_or_s21", "s31", "iro", "ehc_plan")
    assert {name: said[name] for name in asked} == {name: admission()[name] for name in asked}


def test_what_the_home_says_anew_at_the_discharge_stands(desk) -> None:
    told = desk("willow_house").registers(admission())
    left = desk("willow_house").registers(
        {"kind": "home_discharge", "placement": told.placement, "ends_at": "2026-11-18T09:30:00Z",
         "iro": {"none_reason": "Invented: not named yet."}}
    )  # fmt: skip
    assert seen_by(desk, "kent", left.notice).content["iro"] == {"none_reason": "Invented: not named yet."}


def test_a_home_s_answer_about_section_31_is_no_care_order(desk, books) -> None:
    """Section 31 is a care order or a supervision order, under which alone a child is not looked after."""
    told = desk("willow_house").registers(admission(s31=True))
    assert books.placement(told.placement).legal_status == "not_said"
    owed = books.owed(told.placement, "E13A")
    assert "taken to be looked after as no legal status is given" in owed.because
    assert "care order" not in owed.because


def test_a_home_that_says_it_is_a_supervision_order_opens_nothing_for_the_council(desk, books) -> None:
    told = desk("willow_house").registers(admission(legal_status="S31S"))
    assert line(told, "E41A").state == "met"
    assert not {"E13A", "EGAP"} & books.codes(told.placement)


def test_a_discharge_can_name_the_child_instead_of_the_reference(desk) -> None:
    told = desk("willow_house").registers(admission())
    left = desk("willow_house").registers(
        {
            "kind": "home_discharge",
            "child": child(),
            "placing_authority": LEEDS,
            "ends_at": "2026-11-18T09:30:00Z",
        }
    )
    assert left.placement == told.placement


def test_a_discharge_of_a_child_nobody_told_of_asks_for_the_admission(desk) -> None:
    with pytest.raises(Invalid):
        desk("willow_house").registers({"kind": "home_discharge", "child": child(), "ends_at": THIS_MORNING})


def test_a_marker_starts_the_chase_higher(desk, books) -> None:
    markers = [{"marker": "cse", "noted_on": "2026-11-01"}]
    told = desk("willow_house").registers(admission(markers=markers), now=datetime(2026, 11, 18, 10, tzinfo=UTC))
    assert books.owed(told.placement, "EGAP").heightened
