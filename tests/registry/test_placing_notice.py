"""A council registers a placement out of its area: who is told, what is met, what stays open."""

from datetime import UTC, datetime

import pytest

from hub.core.errors import Invalid, NotPermitted
from hub.notify.obligations import done_elsewhere
from hub.registry import placement_queries as queries
from tests.conftest import NOW
from tests.registry.conftest import line
from tests.registry.papers import (
    BRADFORD_CENTRE,
    CHATHAM,
    LATER,
    LEEDS_CENTRE,
    NORWICH,
    change_of,
    child,
    consultation,
    emergency_start,
    start,
)


def test_a_planned_notice_before_the_start_meets_the_duty_to_the_host(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    assert line(receipt, "E13A").state == "met"
    assert books.placement(receipt.placement).state == "confirmed"
    assert receipt.area["relation"] == "distant"
    assert receipt.area["host_authority"]["gss_code"] == "E10000016"


def test_host_and_force_are_told_and_reached_by_the_commit_itself(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    assert [(each["capacity"], each["standing"]) for each in receipt.recipients] == [
        ("host_authority", "reached"),
        ("police_force", "reached"),
    ]
    assert [kind for kind, _ in books.alerts(receipt.notice)] == ["notice.registered", "notice.registered"]


def test_the_police_notice_is_a_recommendation_and_is_met_by_the_same_notice(desk) -> None:
    notice = line(desk("leeds").registers(start()), "EPOL")
    assert (notice.basis, notice.state) == ("recommendation", "met")


def test_the_rest_of_the_list_stays_open_to_be_done_elsewhere(desk) -> None:
    receipt = desk("leeds").registers(start())
    assert {code: line(receipt, code).state for code in ("E13H", "E13G", "E13S", "E13I", "E13P")} == dict.fromkeys(
        ("E13H", "E13G", "E13S", "E13I", "E13P"), "open"
    )


def test_a_distant_placement_without_consultation_or_approval_leaves_both_open(desk) -> None:
    receipt = desk("leeds").registers(start())
    assert line(receipt, "E11C").state == "open"
    assert line(receipt, "E11D").state == "open"


def test_an_approval_in_the_notice_is_recorded_and_meets_the_gate(desk, books) -> None:
    approval = {"name": "D. Fictitious", "role": "Director", "approved_at": "2026-11-17T12:00:00Z"}
    receipt = desk("leeds").registers(start(approval=approval))
    assert line(receipt, "E11D").state == "met"
    assert books.count("approval") == 1


def test_a_planned_notice_on_the_second_day_is_late_for_ever(desk) -> None:
    receipt = desk("leeds").registers(start(starts_at="2026-11-16T10:00:00Z"))
    assert line(receipt, "E13A").state == "met_late"


def test_an_emergency_notice_has_five_working_days_from_the_start(desk) -> None:
    notice = line(desk("leeds").registers(emergency_start()), "E13E")
    assert notice.state == "met"
    assert str(notice.due_on) == "2026-11-25"


def test_in_an_emergency_what_cannot_be_written_yet_follows_with_an_obligation_of_its_own(desk, books) -> None:
    paper = emergency_start("needs_assessment", "suitability_reasons", "care_plan")
    receipt = desk("leeds").registers(paper)
    assert line(receipt, "E13E").state == "met"
    assert receipt.to_follow == ["needs_assessment", "suitability_reasons", "care_plan"]
    assert line(receipt, "ECPF").state == "open"
    assert books.owed(receipt.placement, "ECPF").because == (
        "The notice was registered without the assessment of needs, the reasons why the placement suits and the care plan: "
        "that is still to follow."
    )


def test_a_stay_longer_than_all_stays_of_its_series_is_a_slip_that_would_switch_the_notice_off(desk) -> None:
    with pytest.raises(Invalid) as refusal:
        desk("leeds").registers(start(legal_status="S20SB", short_break={"days": 16, "days_in_12_months": 6}))
    assert list(refusal.value.fields) == ["short_break.days"]


def test_an_adjoining_placement_needs_the_nominated_officer_and_no_consultation(desk) -> None:
    receipt = desk("leeds").registers(start(address=BRADFORD_CENTRE))
    codes = {each.code for each in receipt.obligations}
    assert "E11N" in codes
    assert not {"E11D", "E11C"} & codes


def test_a_host_that_has_not_joined_is_told_and_not_yet_reached(desk) -> None:
    receipt = desk("leeds").registers(start(address=NORWICH))
    assert line(receipt, "E13A").state == "registered_not_reached"
    assert receipt.recipients[0]["standing"] == "sent"


def test_within_its_own_area_a_council_owes_no_host_a_notice(desk) -> None:
    receipt = desk("leeds").registers(start(address=LEEDS_CENTRE))
    assert "E13A" not in {each.code for each in receipt.obligations}
    assert receipt.recipients == []


def test_the_host_owes_an_acknowledgement_its_register_and_passing_on(desk, books) -> None:
    receipt = desk("leeds").registers(start())
    assert books.owed(receipt.notice, "EACK").state == "open"
    assert {"EREG", "EFAN"} <= books.codes(receipt.placement)


def test_a_host_that_has_not_joined_owes_what_it_can_do_as_a_guest_and_no_more(desk, books) -> None:
    receipt = desk("leeds").registers(start(address=NORWICH))
    assert books.owed(receipt.notice, "EACK").state == "open"
    consulted = desk("leeds").registers(consultation(address=NORWICH, child=child(given_names="Fern")))
    assert not {"EREG", "EFAN", "E11R"} & {*books.codes(receipt.placement), *books.codes(consulted.placement)}


def test_after_an_approval_in_an_emergency_the_rest_is_done_by_people_who_record_it(desk, books) -> None:
    approval = {"name": "D. Invented", "role": "Director", "approved_at": "2026-11-18T09:00:00Z"}
    receipt = desk("leeds").registers(emergency_start(approval=approval))
    after = line(receipt, "E11X")
    assert (after.state, str(after.due_on)) == ("open", "2026-11-25")
    desk("leeds").does(done_elsewhere, after.ref, method="meeting", done_at=NOW, now=LATER)
    assert books.owed(receipt.placement, "E11X").state == "met"


def test_an_unknown_postcode_asks_for_the_council_and_then_never_blocks(desk, books) -> None:
    nowhere = {"lines": ["6 Fictitious End"], "postcode": "ZZ99 9ZZ"}
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(address=nowhere))
    assert "area.host_authority" in refused.value.fields
    receipt = desk("leeds").registers(start(address=nowhere, area={"host_authority": "E10000016"}))
    assert receipt.area["is_confirmed"] is False
    assert not books.placement(receipt.placement).area_confirmed


def test_naming_another_council_than_the_postcodes_needs_a_reason(desk) -> None:
    elsewhere = {"host_authority": "E06000035"}
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(area=elsewhere))
    assert "area.reason" in refused.value.fields
    receipt = desk("leeds").registers(start(area={**elsewhere, "reason": "The farm track is on the other side."}))
    assert receipt.area["host_authority"]["gss_code"] == "E06000035"


def test_a_placement_in_scotland_is_routed_to_the_body_that_the_sender_names(desk, books) -> None:
    paper = start(
        "address", country="Scotland", receiving_body={"name": "A Scottish council", "email": "desk@body.example"}
    )
    receipt = desk("leeds").registers(paper)
    assert line(receipt, "E13A").state == "registered_not_reached"
    assert "not modelled" in receipt.warnings[0]
    assert books.placement(receipt.placement).country == "Scotland"
    again = desk("leeds").registers(
        {**paper, "child": {"family_name": "Other", "given_names": "Ash", "born_on": "2011-01-02"}}
    )
    assert again.recipients[0]["organisation"] == receipt.recipients[0]["organisation"]


def test_a_scottish_postcode_asks_for_the_country(desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(address={"lines": ["7 Fictitious Wynd"], "postcode": "EH1 1YZ"}))
    assert "country" in refused.value.fields


def test_the_providers_duty_is_opened_when_the_directory_knows_it(desk, books) -> None:
    receipt = desk("leeds").registers(start(setting="childrens_home", provider={"urn": "SC900001"}))
    assert books.owed(receipt.placement, "E41A").state == "open"


def test_a_provider_whose_number_nobody_knows_is_no_obstacle(desk) -> None:
    receipt = desk("leeds").registers(start(setting="childrens_home", provider={"urn": "SC999999"}))
    assert any("directory" in each for each in receipt.warnings)


def test_only_a_council_sends_a_placing_notice(desk) -> None:
    with pytest.raises(NotPermitted):
        desk("willow_house").registers(start())


def test_a_council_registers_its_own_placements_only(desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(placing_authority="E10000016"))
    assert "placing_authority" in refused.value.fields


def test_a_welsh_council_meets_its_own_countrys_duty(desk) -> None:
    receipt = desk("cardiff").registers(start(legal_status="WS76"))
    assert line(receipt, "W14A").state == "met"


def test_sent_twice_it_is_a_new_version_and_nothing_is_opened_twice(desk, books) -> None:
    first = desk("leeds").registers(start())
    before = books.count("obligation")
    second = desk("leeds").registers(
        start(suitability_reasons="Invented: said better."), now=datetime(2026, 11, 18, 11, tzinfo=UTC)
    )
    assert (second.placement, second.revision) == (first.placement, 2)
    assert books.count("obligation") == before
    assert books.owed(first.placement, "E13A").fulfilled_by == first.notice


def test_a_receipt_names_the_law_and_never_the_child(desk) -> None:
    receipt = desk("leeds").registers(start())
    assert "reg 13(4)" in line(receipt, "E13A").source[0]["cite"]
    assert "Fictitious" not in repr(receipt)
    assert receipt.registered_at == NOW


def test_the_postcode_next_door_is_another_council(desk) -> None:
    assert desk("leeds").registers(start(address=CHATHAM)).area["host_authority"]["gss_code"] == "E06000035"


def test_a_postcode_of_ours_under_another_countrys_name_leaves_no_council_untold(desk) -> None:
    body = {"name": "A Scottish council", "email": "desk@body.example"}
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(country="Scotland", receiving_body=body))
    assert refused.value.fields["country"] == [
        "The postcode lies in Kent, in England. Correct it, or leave the country out."
    ]


@pytest.mark.parametrize(("country", "spoken"), [
    ("outside_uk", "a country outside the United Kingdom"), ("Isle of Man", "the Isle of Man"), ("Scotland", "Scotland"),
])  # fmt: skip
def test_a_country_stands_in_a_sentence_as_it_is_spoken_of(desk, country: str, spoken: str) -> None:
    body = {"name": "A body", "email": "desk@body.example"}
    receipt = desk("leeds").registers(start("address", country=country, receiving_body=body))
    assert receipt.warnings == [f"The rules of {spoken} are not modelled here; a person must check what else is owed."]
    with desk("leeds").reads() as session:
        because = [row.because for row in queries.standing(session, [receipt.placement])]
    assert not [each for each in because if "outside_uk" in each]


def test_a_child_whose_birth_nobody_knows_is_told_of_in_an_emergency_and_the_date_follows(desk, books) -> None:
    unknown = {name: value for name, value in child().items() if name != "born_on"}
    receipt = desk("leeds").registers(
        emergency_start(child=unknown, care_plan={"not_given_reason": "There is none yet."})
    )
    assert receipt.to_follow == ["date_of_birth"]
    assert line(receipt, "E13E").state == "met"
    assert "date of birth" in books.owed(receipt.placement, "ECPF").because
    desk("leeds").registers(change_of(receipt, child={"born_on": "2011-04-05"}), now=LATER)
    assert books.owed(receipt.placement, "ECPF").state == "met"


def test_a_planned_notice_waits_for_the_date_of_birth(desk) -> None:
    unknown = {name: value for name, value in child().items() if name != "born_on"}
    with pytest.raises(Invalid) as refused:
        desk("leeds").registers(start(child=unknown))
    assert list(refused.value.fields) == ["child.born_on"]
