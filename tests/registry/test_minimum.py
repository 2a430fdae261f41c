"""The statutory minimum of each kind of notice: take one thing away, and its field is named with the law that asks for it."""

import pytest

from hub.core.errors import Invalid
from hub.registry import drafts
from hub.registry.minimum import faults_of, to_follow
from hub.registry.schemas import NoticeIn
from tests.registry.papers import EMERGENCY, MAIDSTONE, admission, child, consultation, emergency_start, start

PLACEMENT = "pla_" + "0" * 26
CHANGE = {"kind": "placement_change", "placement": PLACEMENT, "changed_on": "2026-11-18", "changes": "Invented."}
END = {"kind": "placement_end", "placement": PLACEMENT, "ends_at": "2026-11-20T10:00:00Z", "end_reason": "planned_move"}
MOVE = {
    "kind": "placement_move",
    "placement": PLACEMENT,
    "starts_at": "2026-11-20T10:00:00Z",
    "address": MAIDSTONE,
    "needs_assessment": "Invented.",
    "suitability_reasons": "Invented.",
    "care_plan": {"not_given_reason": "Invented."},
}
LEAVING = {"kind": "home_discharge", "placement": PLACEMENT, "ends_at": "2026-11-18T09:00:00Z"}
FOSTERED = {
    "kind": "fostering_arrival",
    "child": child(),
    "placing_authority": "E08000035",
    "starts_at": "2026-11-18T09:00:00Z",
    "address": MAIDSTONE,
}
WHOLE = {
    "consultation": consultation(),
    "placement_start": start(),
    "placement_change": CHANGE,
    "placement_move": MOVE,
    "placement_end": END,
    "home_admission": admission(),
    "home_discharge": LEAVING,
    "supported_admission": admission(kind="supported_admission"),
    "supported_discharge": {**LEAVING, "kind": "supported_discharge"},
    "fostering_arrival": FOSTERED,
    "fostering_leaving": {**LEAVING, "kind": "fostering_leaving"},
}
ASKED = [
    ("consultation", "care_plan", "care_plan", "reg 11"),
    ("consultation", "address", "address.lines", "reg 13"),
    ("placement_start", "child", "child.family_name", "reg 13"),
    ("placement_start", "address", "address.postcode", "reg 13"),
    ("placement_start", "setting", "setting", "reg 13"),
    ("placement_start", "legal_status", "legal_status", "reg 13"),
    ("placement_start", "starts_at", "starts_on", "reg 13"),
    ("placement_start", "needs_assessment", "needs_assessment", "reg 13"),
    ("placement_start", "suitability_reasons", "suitability_reasons", "reg 13"),
    ("placement_start", "care_plan", "care_plan", "reg 13"),
    ("placement_change", "placement", "placement", "notice"),
    ("placement_change", "changed_on", "changed_on", "notice"),
    ("placement_change", "changes", "changes", "notice"),
    ("placement_move", "placement", "placement", "notice"),
    ("placement_move", "address", "address.lines", "reg 13"),
    ("placement_move", "needs_assessment", "needs_assessment", "reg 13"),
    ("placement_end", "ends_at", "ends_on", "reg 14"),
    ("placement_end", "end_reason", "end_reason", "host's register"),
    ("home_admission", "child", "child.born_on", "reg 41"),
    ("home_admission", "starts_at", "starts_at", "reg 41"),
    ("home_admission", "placing_authority", "placing_authority", "reg 41"),
    ("home_admission", "s20_or_s21", "s20_or_s21", "reg 41"),
    ("home_admission", "s31", "s31", "reg 41"),
    ("home_admission", "iro", "iro", "reg 41"),
    ("home_admission", "ehc_plan", "ehc_plan.has", "reg 41"),
    ("home_discharge", "ends_at", "ends_at", "reg 41"),
    ("home_discharge", "placement", "child.family_name", "reg 41"),
    ("supported_admission", "iro", "iro", "reg 28, from memory"),
    ("supported_admission", "starts_at", "starts_at", "reg 28, from memory"),
    ("supported_admission", "placing_authority", "placing_authority", "reg 28, from memory"),
    ("supported_discharge", "ends_at", "ends_at", "reg 28, from memory"),
    ("fostering_arrival", "address", "address", "voluntary"),
    ("fostering_arrival", "placing_authority", "placing_authority", "voluntary"),
    ("fostering_arrival", "starts_at", "starts_at", "voluntary"),
    ("fostering_leaving", "ends_at", "ends_at", "voluntary"),
]


def content(paper):
    return NoticeIn().load(paper)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_complete_notice_has_no_fault(kind) -> None:
    assert faults_of(content(WHOLE[kind])) == []


@pytest.mark.parametrize(("kind", "without", "field", "law"), ASKED)
def test_what_is_missing_is_named_with_the_law_that_asks(kind, without, field, law) -> None:
    paper = {name: value for name, value in WHOLE[kind].items() if name != without}
    fault = next(each for each in faults_of(content(paper)) if each.field == field)
    assert law in fault.source
    assert fault.sentence.endswith(".")


def test_an_emergency_asks_for_its_hour_and_not_for_what_cannot_be_written_yet() -> None:
    bare = content(emergency_start("needs_assessment", "suitability_reasons", "care_plan"))
    assert faults_of(bare) == []
    assert to_follow(bare) == ["needs_assessment", "suitability_reasons", "care_plan"]
    dated = content(start("starts_at", starts_on="2026-11-18", emergency=EMERGENCY))
    assert [fault.field for fault in faults_of(dated)] == ["starts_at"]


def test_iro_and_ehc_plan_may_be_none_or_unknown_with_a_reason() -> None:
    paper = admission(iro={"none_reason": "Not known yet."}, ehc_plan={"has": "not_known", "reason": "Not known yet."})
    assert faults_of(content(paper)) == []
    assert [fault.field for fault in faults_of(content(admission(ehc_plan={"has": "not_known"})))] == [
        "ehc_plan.reason"
    ]
    assert [fault.field for fault in faults_of(content(admission(ehc_plan={"has": "yes"})))] == ["ehc_plan.authority"]


def test_a_home_may_name_somebody_who_is_no_council() -> None:
    body = {"name": "A parent", "phone": "01632 960300"}
    assert faults_of(content(admission("placing_authority", placing_body=body))) == []


def test_a_new_address_is_not_a_change() -> None:
    assert "placement_move" in faults_of(content({**CHANGE, "address": MAIDSTONE}))[0].sentence


def test_outside_england_and_wales_the_body_that_receives_the_child_is_asked_for() -> None:
    fields = [fault.field for fault in faults_of(content(start("address", country="Scotland")))]
    assert fields == ["receiving_body.name", "receiving_body.email"]


def test_no_law_of_placements_asks_how_a_body_abroad_is_reached() -> None:
    sources = {fault.source for fault in faults_of(content(start("address", country="Scotland")))}
    assert not [source for source in sources if "reg" in source.split()]


@pytest.mark.parametrize("kind", WHOLE)
def test_of_a_sender_in_wales_nothing_is_asked_by_the_law_of_england(kind) -> None:
    bare = faults_of(content({"kind": kind}), nation="Wales")
    assert bare
    assert not [fault.source for fault in bare if fault.source.startswith("SI ")]


@pytest.mark.parametrize(
    ("kind", "asks"),
    [
        ("consultation", "WSI 2015/1818 reg 12, from memory"),
        ("placement_start", "WSI 2015/1818 reg 14, from memory"),
        ("placement_end", "WSI 2015/1818 reg 15, from memory"),
        ("home_admission", "voluntary notice"),
        ("supported_admission", "voluntary notice"),
    ],
)
def test_in_wales_the_welsh_regulations_ask_councils_and_no_law_asks_homes(kind, asks) -> None:
    assert asks in {fault.source for fault in faults_of(content({"kind": kind}), nation="Wales")}


def test_a_welsh_council_s_draft_and_refusal_name_the_welsh_regulations(desk) -> None:
    cardiff = desk("cardiff")
    unfinished = start("needs_assessment", setting="foster_own")
    drafted = cardiff.does_in_area(drafts.add_draft, content(unfinished))
    assert [fault.source for fault in drafted.missing] == ["WSI 2015/1818 reg 14, from memory"]
    with pytest.raises(Invalid) as refusal:
        cardiff.registers(unfinished)
    assert "SI 2010/959" not in str(refusal.value.fields)
