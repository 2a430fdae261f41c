"""SI 2015/541 reg 41: a children's home in England tells the host of every admission and discharge, without delay."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import CWMTEG, EASTVALE, GLANAFON, NORTHMOOR, Case, case, check, everything_owed

NEXT_DAY = "2026-03-03 14:00"


@pytest.mark.parametrize(
    "situation",
    [
        case("a home admits a child: by policy within 24 hours", {"E41A": NEXT_DAY}),
        case("a secure home is a children's home", {"E41A": NEXT_DAY}, setting="secure_home"),
        case("a resident of 18 counts as a child does", {"E41A": NEXT_DAY}, age=18),
        case("a resident of 20 counts as a child does", {"E41A": NEXT_DAY}, age=20),
        case("a short break is not exempt", {"E41A": NEXT_DAY}, legal_status="S20SB", short_break=(3, 10)),
        case(
            "a child under a supervision order alone is not looked after, and the home still tells the host",
            {"E41A": NEXT_DAY},
            legal_status="S31S",
        ),
        case("a child whom no council placed", {"E41A": NEXT_DAY}, placing=None, relation=None, legal_status="NONE"),
        case("a Welsh council's child in an English home", {"E41A": NEXT_DAY}, placing=CWMTEG),
        case("the only exemption: the host placed the child itself", {}, placing=EASTVALE, relation="in_area"),
        case("a home in Wales owes no notice of admission", {}, host=GLANAFON),
        case("a residential school is not a home unless registered as one", {}, setting="residential_school"),
        case("before 1 April 2015 these regulations were not in force", {}, starts_at="2015-03-31 12:00"),
        case("from 1 April 2015 they were", {"E41A": "2015-04-02 12:00"}, starts_at="2015-04-01 12:00"),
        case(
            "a Friday night admission is due on Saturday night: hours, not working days",
            {"E41A": "2026-03-07 23:30"},
            starts_at="2026-03-06 23:30",
        ),
        case(
            "over the night the clocks go forward 24 hours are 24 hours",
            {"E41A": "2026-03-29 15:00"},
            starts_at="2026-03-28 14:00",
        ),
    ],
)
def test_a_home_admits_a_child(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="admission", setting="childrens_home")


@pytest.mark.parametrize(
    "situation",
    [
        case("a home discharges a child", {"E41D": NEXT_DAY}),
        case("a resident of 19 leaves", {"E41D": NEXT_DAY}, age=19),
        case("discharged from a home in the placing authority's own area", {}, placing=EASTVALE, relation="in_area"),
        case("discharged from a home in Wales", {}, host=GLANAFON),
    ],
)
def test_a_home_discharges_a_child(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="discharge", setting="childrens_home", ends_at="2026-03-02 14:00")


def test_a_placement_start_answers_for_the_home_and_the_council_both(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, setting="childrens_home")
    assert {"E13A", "E41A"} <= set(found)
    assert (found["E13A"].owed_by, found["E41A"].owed_by) == ("placing_authority", "registered_person")
    assert found["E13A"].owed_to == found["E41A"].owed_to == "host_authority"


def test_an_admission_answers_for_the_home_alone(law: Law, calendar: Calendar) -> None:
    assert set(everything_owed(law, calendar, event="admission", setting="childrens_home")) == {"E41A"}


def test_a_placement_end_answers_for_the_home_and_the_council_both(law: Law, calendar: Calendar) -> None:
    end = {"event": "placement_end", "setting": "childrens_home", "ends_at": "2026-03-02 14:00"}
    assert set(everything_owed(law, calendar, **end)) == {"E14B", "E41D"}
    assert set(everything_owed(law, calendar, **end, emergency=True)) == {"E14L", "E41D"}


def test_without_delay_is_statute_and_its_hours_are_policy(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, event="admission", setting="childrens_home")["E41A"]
    assert (owed.basis, owed.due_is_policy) == ("statute", True)
    assert law.duty("E41A").clock.law_word == "without delay"


def test_the_seven_things_the_notice_must_say(law: Law) -> None:
    assert len(law.duty("E41A").must_include) == 7
    assert law.duty("E41A").must_include == law.duty("E41D").must_include


def test_the_home_owes_although_the_council_is_the_one_that_placed_next_door(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, placing=NORTHMOOR, relation="adjoining", setting="childrens_home")
    assert "Eastvale is not the council that placed the child" in owed["E41A"].because
