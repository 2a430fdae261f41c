"""SI 2010/959 regs 11, 13 and 14: what an English council owes when a placement starts, changes or ends."""

from dataclasses import replace

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import AT_START, CWMTEG, NORTHMOOR, Case, case, check, checklist, due_words, everything_owed

ADJOINING = {"relation": "adjoining"}
IN_AREA = {"relation": "in_area", "host": NORTHMOOR}
EMERGENCY = {"emergency": True}
PLANNED = checklist(AT_START) | {"E13A": AT_START, "EPOL": AT_START}
WEEK = "by 2026-03-09"
URGENT = checklist(WEEK) | {"E13E": WEEK, "EPOL": WEEK}


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "a planned placement with another council's carer, adjoining, not yet approved: notice before the start",
            PLANNED | {"E11N": AT_START},
            setting="foster_other_la",
            **ADJOINING,
        ),
        case(
            "the approver of an adjoining placement must know the host was told, so approval on Friday brings the notice "
            "forward from Monday",
            PLANNED | {"E11N": AT_START, "E13A": "2026-02-27 10:00", "EPOL": "2026-02-27 10:00"},
            setting="foster_other_la",
            approved_at="2026-02-27 10:00",
            **ADJOINING,
        ),
        case(
            "approval after the start does not give the notice more time",
            PLANNED | {"E11N": AT_START},
            setting="foster_other_la",
            approved_at="2026-03-05 10:00",
            **ADJOINING,
        ),
        case(
            "a distant placement needs the director's approval, and the consultation by the approval; the notice by the "
            "start",
            PLANNED | {"E11D": AT_START, "E11C": "2026-02-27 10:00"},
            setting="independent",
            age=17,
            approved_at="2026-02-27 10:00",
        ),
        case(
            "a distant placement not yet approved shows the consultation at the start",
            PLANNED | {"E11D": AT_START, "E11C": AT_START},
            setting="other",
        ),
        case(
            "a connected person is exempt from the approval and not from the notice",
            PLANNED,
            setting="connected_person",
            approved_at="2026-02-27 10:00",
            **ADJOINING,
        ),
        case(
            "the council's own foster carer who lives in another area is exempt from the approval and not from the notice",
            PLANNED,
            setting="foster_own",
        ),
        case(
            "a parent out of area: the notice is owed and, by local policy, the gate is not", PLANNED, setting="parent"
        ),
        case(
            "an ordinary emergency: five working days from the start, five from the approval for the rest",
            URGENT | {"E11D": AT_START, "E11X": "by 2026-03-10"},
            setting="other",
            approved_at="2026-03-03 09:00",
            **EMERGENCY,
        ),
        case(
            "an emergency at a distance is not consulted on beforehand, and its approval is not yet known",
            URGENT | {"E11D": AT_START, "E11X": "no date"},
            setting="other",
            **EMERGENCY,
        ),
        case(
            "an emergency with an exempt carer owes the notice and no step after an approval",
            URGENT,
            setting="connected_person",
            **EMERGENCY,
        ),
        case(
            "an emergency on Saturday: Monday is the first day",
            checklist("by 2026-03-13") | {"E13E": "by 2026-03-13", "EPOL": "by 2026-03-13"},
            setting="foster_own",
            starts_at="2026-03-07 11:00",
            **EMERGENCY,
        ),
        case(
            "an emergency on Friday 22 December 2023 is due by the end of 3 January 2024",
            checklist("by 2024-01-03") | {"E13E": "by 2024-01-03", "EPOL": "by 2024-01-03"},
            setting="foster_own",
            starts_at="2023-12-22 16:00",
            **EMERGENCY,
        ),
        case(
            "an emergency on Thursday 2 April 2026 is due by the end of 13 April: Good Friday and Easter Monday do not count",
            checklist("by 2026-04-13") | {"E13E": "by 2026-04-13", "EPOL": "by 2026-04-13"},
            setting="foster_own",
            starts_at="2026-04-02 16:00",
            **EMERGENCY,
        ),
        case(
            "an emergency at half past midnight in summer belongs to the day in London, not in UTC",
            checklist("by 2026-06-15") | {"E13E": "by 2026-06-15", "EPOL": "by 2026-06-15"},
            setting="foster_own",
            starts_at="2026-06-08 00:30",
            **EMERGENCY,
        ),
        case(
            "the one-off holiday of 19 September 2022 does not count",
            checklist("by 2022-09-22") | {"E13E": "by 2022-09-22", "EPOL": "by 2022-09-22"},
            setting="foster_own",
            starts_at="2022-09-14 12:00",
            **EMERGENCY,
        ),
        case(
            "the holiday of the coronation, 8 May 2023, does not count",
            checklist("by 2023-05-12") | {"E13E": "by 2023-05-12", "EPOL": "by 2023-05-12"},
            setting="foster_own",
            starts_at="2023-05-04 12:00",
            **EMERGENCY,
        ),
        case(
            "2 January is a working day here, though not in Scotland",
            checklist("by 2026-01-07") | {"E13E": "by 2026-01-07", "EPOL": "by 2026-01-07"},
            setting="foster_own",
            starts_at="2025-12-30 12:00",
            **EMERGENCY,
        ),
        case(
            "past the last official bank holidays no date is given",
            checklist("no date") | {"E13E": "no date", "EPOL": "no date"},
            setting="foster_own",
            starts_at="2027-12-29 12:00",
            **EMERGENCY,
        ),
        case("in area: nobody owes the council itself a notice, the others are told", checklist(AT_START), **IN_AREA),
        case("in area in an emergency: the others within five working days", checklist(WEEK), **IN_AREA, **EMERGENCY),
        case(
            "an English council placing in Wales owes its own English notice, and an English home's duty does not run there",
            PLANNED | {"E11D": AT_START, "E11C": AT_START},
            host=CWMTEG,
            setting="childrens_home",
        ),
        case(
            "across the border the areas may adjoin",
            PLANNED | {"E11N": AT_START},
            host=CWMTEG,
            setting="foster_other_la",
            **ADJOINING,
        ),
        case(
            "in Scotland there is no gate of reg 11; the notices owed are still shown",
            PLANNED,
            host=None,
            host_country="Scotland",
            relation="outside_england_and_wales",
            setting="foster_other_la",
        ),
        case(
            "an interim care order is a placement like any other",
            PLANNED,
            setting="foster_own",
            legal_status="S38",
        ),
        case(
            "an emergency protection order: the clock runs by the placement",
            URGENT,
            setting="foster_own",
            legal_status="S44",
            **EMERGENCY,
        ),
        case(
            "police protection: the clock runs by the placement",
            URGENT,
            setting="foster_own",
            legal_status="S46",
            **EMERGENCY,
        ),
        case(
            "a transfer from custody under PACE: looked after while accommodated",
            URGENT,
            setting="foster_own",
            legal_status="PACE",
            **EMERGENCY,
        ),
        case(
            "a remand to local authority accommodation elsewhere is an ordinary placement",
            PLANNED,
            setting="foster_own",
            legal_status="RLAA",
        ),
        case(
            "a supervision order alone does not make the child looked after: nothing of these is owed",
            {},
            setting="foster_own",
            legal_status="S31S",
        ),
        case("a young adult of 18 is not owed a placement's notices", {}, setting="foster_own", age=18),
        case("placed for adoption: the care planning regulations do not run", {}, setting="adoption"),
        case("placed for adoption in an emergency: they still do not run", {}, setting="adoption", **EMERGENCY),
        case(
            "before 27 January 2014 the notice to the host was not in force, those to the others were",
            checklist("2013-06-03 12:00") | {"EPOL": "2013-06-03 12:00"},
            setting="foster_own",
            starts_at="2013-06-03 12:00",
        ),
        case(
            "from 27 January 2014 it was",
            checklist("2014-01-27 00:00") | {"E13A": "2014-01-27 00:00", "EPOL": "2014-01-27 00:00"},
            setting="foster_own",
            starts_at="2014-01-27 00:00",
        ),
    ],
)
def test_a_placement_starts(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation)


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "a planned end: written notice of the intention before it",
            {"E14B": "2026-05-01 10:00"},
            setting="foster_own",
        ),
        case(
            "ended at once: within ten working days, over the bank holiday of 4 May",
            {"E14L": "by 2026-05-18"},
            setting="foster_own",
            emergency=True,
        ),
        case(
            "an end in area is told to those who were told of the start",
            {"E14B": "2026-05-01 10:00"},
            setting="foster_own",
            **IN_AREA,
        ),
        case("a placement for adoption ends without a notice of these regulations", {}, setting="adoption"),
        case(
            "the end of a stay of a child who is not looked after owes no notice of these regulations",
            {},
            setting="foster_own",
            legal_status="NONE",
        ),
        case(
            "ended at once on Friday 18 December 2026: ten working days over Christmas and New Year",
            {"E14L": "by 2027-01-06"},
            setting="foster_own",
            emergency=True,
            ends_at="2026-12-18 10:00",
        ),
        case(
            "ended at once too late in the last official year: no date",
            {"E14L": "no date"},
            setting="foster_own",
            emergency=True,
            ends_at="2027-12-20 10:00",
        ),
    ],
)
def test_a_placement_ends(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="placement_end", ends_at="2026-05-01 10:00")


@pytest.mark.parametrize(
    "situation",
    [
        case("details change: five working days, which are policy", {"E13C": "by 2026-06-10"}),
        case("details change within the council's own area: nobody else to tell", {}, **IN_AREA),
        case("details of an adoption change: nothing here", {}, setting="adoption"),
    ],
)
def test_details_of_a_running_placement_change(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="placement_change", reported_at="2026-06-03 09:00")


def test_a_change_notice_is_policy_and_never_called_law(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, event="placement_change")["E13C"]
    assert (owed.basis, owed.due_is_policy, owed.owed_by, owed.owed_to) == (
        "policy",
        True,
        "placing_authority",
        "host_authority",
    )


def test_in_area_the_end_is_owed_to_those_told_of_the_start_and_not_to_the_council_itself(
    law: Law, calendar: Calendar
) -> None:
    end = {"event": "placement_end", "ends_at": "2026-05-01 10:00"}
    here = everything_owed(law, calendar, **end, **IN_AREA)["E14B"]
    elsewhere = everything_owed(law, calendar, **end)["E14B"]
    assert (here.owed_to, here.also_to) == ("notified_at_start", ("carer",))
    assert (elsewhere.owed_to, elsewhere.also_to) == ("host_authority", ("notified_at_start", "carer"))


def test_a_deployment_may_gate_placements_with_parents(law: Law, calendar: Calendar) -> None:
    stricter = replace(law, tolerance=replace(law.tolerance, gate_also_applies_to=frozenset({"parent"})))
    assert "E11D" not in everything_owed(law, calendar, setting="parent")
    assert "E11D" in everything_owed(stricter, calendar, setting="parent")


def test_a_row_that_a_lawyer_doubts_can_be_switched_off(law: Law, calendar: Calendar) -> None:
    assert "EPOL" in everything_owed(law, calendar)
    assert "EPOL" not in everything_owed(law.switched_off("EPOL"), calendar)


def test_the_statutory_clock_is_not_called_policy(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, emergency=True)
    assert [owed[code].due_is_policy for code in ("E13E", "E13H", "E11X")] == [False, False, False]


def test_an_emergency_shows_that_its_approval_rule_is_from_memory(law: Law, calendar: Calendar) -> None:
    assert everything_owed(law, calendar)["E11D"].confidence == "verified"
    assert everything_owed(law, calendar, emergency=True)["E11D"].confidence == "from memory"


def test_a_start_of_which_only_the_day_is_known_is_due_at_midnight_in_london(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, starts_at="2026-07-01 00:00", date_only=frozenset({"starts_at"}))["E13A"]
    assert due_words(owed) == "2026-07-01 00:00"
    assert owed.due_at
    assert owed.due_at.isoformat() == "2026-06-30T23:00:00+00:00"
    assert "1 July 2026:" in owed.because


def test_the_care_plan_and_the_reasons_belong_to_the_notice(law: Law) -> None:
    wanted = ("needs_assessment", "suitability_reasons", "care_plan")
    assert law.duty("E13A").must_include == law.duty("E13E").must_include == wanted
    assert law.duty("E13A").excusable == "not reasonably practicable"
