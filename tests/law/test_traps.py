"""What naive software gets wrong (the traps of the law sheet that concern duties and clocks), each with its number there."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.policy import Policy
from hub.duties.table import Law
from hub.duties.words import LEGAL_STATUSES
from tests.law.cases import CHECKLIST, CWMTEG, EASTVALE, GLANAFON, NORTHMOOR, due_words, everything_owed


def codes(law: Law, calendar: Calendar, **facts: object) -> set[str]:
    return set(everything_owed(law, calendar, **facts))


def test_1_five_working_days_are_for_emergencies_only(law: Law, calendar: Calendar) -> None:
    assert due_words(everything_owed(law, calendar)["E13A"]) == "2026-03-02 14:00"
    assert "E13E" not in codes(law, calendar)


@pytest.mark.parametrize("setting", ["connected_person", "foster_own"])
def test_2_exempt_carers_are_exempt_from_approval_and_not_from_the_notice(
    law: Law, calendar: Calendar, setting: str
) -> None:
    found = codes(law, calendar, setting=setting, relation="adjoining")
    assert "E13A" in found
    assert not {"E11N", "E11D", "E11C", "E11X"} & found


def test_3_the_home_s_notice_and_the_council_s_are_two(law: Law, calendar: Calendar) -> None:
    assert {"E13A", "E41A"} <= codes(law, calendar, setting="childrens_home")


def test_4_distance_is_not_adjoining_and_never_miles(law: Law, calendar: Calendar) -> None:
    assert "E11D" in codes(law, calendar, setting="other", relation="distant")
    assert "E11N" in codes(law, calendar, setting="other", relation="adjoining")
    rule = next(rule for rule in law.rules.rows if rule.name == "at-a-distance")
    assert "no miles" in rule.says


def test_5_scotland_s_holidays_do_not_count_and_one_off_ones_do(law: Law, calendar: Calendar) -> None:
    new_year = everything_owed(law, calendar, emergency=True, starts_at="2025-12-31 12:00")["E13E"]
    funeral = everything_owed(law, calendar, emergency=True, starts_at="2022-09-16 12:00")["E13E"]
    assert (due_words(new_year), due_words(funeral)) == ("by 2026-01-08", "by 2022-09-26")


def test_6_each_clock_runs_from_its_own_instant(law: Law, calendar: Calendar) -> None:
    start = everything_owed(
        law, calendar, setting="other", emergency=True, approved_at="2026-03-04 09:00", reported_at="2026-03-06 09:00"
    )
    end = everything_owed(law, calendar, event="placement_end", emergency=True, ends_at="2026-05-01 10:00")
    assert due_words(start["E13E"]) == "by 2026-03-09", "from the start"
    assert due_words(start["E11X"]) == "by 2026-03-11", "from the approval"
    assert due_words(end["E14L"]) == "by 2026-05-18", "from the end"


def test_7_72_hours_are_not_working_time(law: Law, calendar: Calendar) -> None:
    friday = everything_owed(law, calendar, event="return", returned_at="2026-04-03 18:00")["ERHI"]
    assert due_words(friday) == "2026-04-06 18:00"


def test_8_withholding_is_for_the_family_and_never_for_the_professionals(law: Law) -> None:
    assert "withheld" in (law.duty("E13P").excusable or "")
    for code in ("E13A", "E13E", "E13H", "E13G", "E13S", "E13I"):
        assert "withheld" not in (law.duty(code).excusable or "")


def test_9_the_hub_never_writes_to_the_family_by_itself(law: Law) -> None:
    assert not law.duty("E13P").hub_sends


def test_10_police_notice_is_no_statute(law: Law, calendar: Calendar) -> None:
    assert everything_owed(law, calendar, markers={"cse"})["EPOL"].basis == "recommendation"


def test_11_an_agency_owes_nothing_it_could_be_late_with(law: Law, calendar: Calendar) -> None:
    owed = [each for each in everything_owed(law, calendar, setting="foster_ifa").values()
            if each.owed_by == "fostering_agency"]  # fmt: skip
    assert [(each.code, each.basis) for each in owed] == [("EFV", "recommendation")]


def test_12_homes_count_18_year_olds_and_only_english_homes_tell_of_arrivals(law: Law, calendar: Calendar) -> None:
    assert codes(law, calendar, event="admission", setting="childrens_home", age=19) == {"E41A"}
    assert codes(law, calendar, event="admission", setting="childrens_home", host=GLANAFON) == set()


def test_13_a_short_break_switches_off_the_council_s_notice_and_not_the_home_s(law: Law, calendar: Calendar) -> None:
    found = codes(law, calendar, setting="childrens_home", legal_status="S20SB", short_break=(17, 75))
    assert "E41A" in found
    assert not {"E13A", "E13E", *CHECKLIST} & found


@pytest.mark.parametrize("status", LEGAL_STATUSES)
def test_14_every_legal_status_is_understood(law: Law, calendar: Calendar, status: str) -> None:
    found = codes(law, calendar, legal_status=status, setting="childrens_home")
    looked_after = status not in {"S31S", "23B8B", "NONE", "YDA"}
    assert ("E13A" in found) is looked_after
    assert "E41A" in found


def test_15_sections_85_and_86_are_no_notices_of_reg_13_and_address_two_councils(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, setting="health", legal_status="NONE")
    assert {code: owed.owed_to for code, owed in found.items()} == {
        "E85": "responsible_authority",
        "E86": "host_authority",
    }


def test_16_after_a_transfer_the_receiving_council_is_in_its_own_area(law: Law, calendar: Calendar) -> None:
    found = codes(law, calendar, placing=EASTVALE, relation="in_area", markers={"uasc"})
    assert found == set(CHECKLIST)


def test_17_on_remand_the_designated_council_is_the_placing_authority(law: Law, calendar: Calendar) -> None:
    designated = everything_owed(law, calendar, placing=NORTHMOOR, legal_status="RLAA")
    assert designated["E13A"].owed_by == "placing_authority"
    assert "court designated" in next(r for r in law.rules.rows if r.name == "youth-detention").says


def test_18_an_adoption_placement_is_not_a_foster_placement(law: Law, calendar: Calendar) -> None:
    assert codes(law, calendar, setting="adoption") == set()


def test_19_missing_and_away_differ(law: Law, calendar: Calendar) -> None:
    back = {"event": "return", "returned_at": "2026-03-02 14:00"}
    assert codes(law, calendar, **back, category="missing") == {"EFND", "EPRV", "ERHO", "ERHI"}
    assert codes(law, calendar, **back, category="away") == {"ERHO", "ERHI"}


def test_21_the_interview_asks_for_somebody_independent(law: Law) -> None:
    assert "independent" in law.duty("ERHO").says


def test_23_an_end_is_always_told_even_at_eighteen(law: Law) -> None:
    assert law.duty("E18").opened_by == "workflow"
    assert law.duty("E18").owed_to == "placing_authority"


def test_27_an_unlawful_placement_is_flagged_and_its_notices_still_owed(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, setting="supported_accommodation", age=15)
    assert any("unlawful" in warning for warning in found["E13A"].warnings)
    assert "E28A" not in found


def test_32_the_host_has_no_veto_and_its_reply_is_policy(law: Law) -> None:
    assert law.duty("E11R").basis == "policy"
    assert "no veto" in law.duty("E11C").note


def test_33_no_dead_body_is_named_in_the_law(law: Law) -> None:
    said = " ".join(f"{duty.says} {duty.note}" for duty in law.duties.values())
    assert not [dead for dead in ("LSCB", "CCG", "PCT", "GCSX", "pnn", "primary care trust") if dead in said]


def test_34_each_row_follows_the_nation_of_whoever_owes_it(law: Law, calendar: Calendar) -> None:
    english_in_wales = codes(law, calendar, host=CWMTEG, setting="childrens_home")
    welsh_in_england = codes(law, calendar, placing=CWMTEG, setting="childrens_home")
    assert {"E13A", "E11D"} <= english_in_wales
    assert "E41A" not in english_in_wales
    assert welsh_in_england == {"W12P", "W14A", "E41A", "EPOL"}


def test_34_scotland_has_another_regime_and_the_page_says_so(law: Law, calendar: Calendar) -> None:
    abroad = {"host": None, "host_country": "Scotland", "relation": "outside_england_and_wales", "setting": "other"}
    found = everything_owed(law, calendar, **abroad)
    assert "E13A" in found
    assert not {"E11N", "E11D", "E11C"} & set(found)
    assert any("rules of Scotland are not modelled" in warning for warning in found["E13A"].warnings)


def test_36_without_delay_has_no_number_so_the_hours_are_policy(law: Law, calendar: Calendar) -> None:
    for setting, code in (("childrens_home", "E41A"), ("supported_accommodation", "E28A")):
        owed = everything_owed(law, calendar, event="admission", setting=setting, age=16)[code]
        assert (owed.due_is_policy, owed.basis) == (True, "statute")


def test_40_hours_survive_the_change_of_the_clocks(law: Law, calendar: Calendar) -> None:
    autumn = everything_owed(law, calendar, event="return", returned_at="2026-10-24 20:00")["ERHI"]
    assert autumn.due_at
    assert autumn.due_at.isoformat() == "2026-10-27T19:00:00+00:00"


def test_41_offered_and_carried_out_are_two_obligations(law: Law, calendar: Calendar) -> None:
    assert {"ERHO", "ERHI"} <= codes(law, calendar, event="return", returned_at="2026-03-02 14:00")


def test_42_an_adjoining_host_is_told_before_the_approval_and_not_only_before_the_start(
    law: Law, calendar: Calendar
) -> None:
    gated = {"setting": "other", "approved_at": "2026-02-20 10:00"}
    adjoining = everything_owed(law, calendar, **gated, relation="adjoining")
    distant = everything_owed(law, calendar, **gated, relation="distant")
    assert due_words(adjoining["E13A"]) == "2026-02-20 10:00"
    assert due_words(distant["E13A"]) == "2026-03-02 14:00"
    assert due_words(distant["E11C"]) == "2026-02-20 10:00"


def test_43_a_child_under_a_supervision_order_is_told_of_by_the_home_alone(law: Law, calendar: Calendar) -> None:
    assert codes(law, calendar, setting="childrens_home", legal_status="S31S") == {"E41A"}


def test_44_the_care_plan_is_part_of_the_consultation_and_of_the_notice(law: Law) -> None:
    assert "care_plan" in law.duty("E11C").must_include
    assert "care_plan" in law.duty("E13A").must_include


def test_45_an_emergency_never_waits_for_a_consultation(law: Law, calendar: Calendar) -> None:
    assert "E11C" not in codes(law, calendar, setting="other", emergency=True)


def test_22_a_ladder_climbs_over_lateness_and_never_over_a_recommendation_as_law(policy: Policy) -> None:
    roles = {role for rung in policy.ladder_for("EPOL", basis="recommendation").rungs for role in rung.roles}
    assert not roles & {"head_of_service", "nominated_officer", "dcs", "chief_executive"}
