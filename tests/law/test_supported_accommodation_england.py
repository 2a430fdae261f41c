"""SI 2023/416 reg 28: supported accommodation for 16 and 17 year olds tells the host of admissions and discharges."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import AT_START, EASTVALE, GLANAFON, Case, case, check, checklist, everything_owed

NEXT_DAY = "2026-03-03 14:00"
BY_THE_COUNCIL = checklist(AT_START) | {"E11D": AT_START, "E11C": AT_START, "E13A": AT_START, "EPOL": AT_START}


@pytest.mark.parametrize(
    "situation",
    [
        case("a child of 16 is admitted", {"E28A": NEXT_DAY}, age=16),
        case("a child of 17 is admitted", {"E28A": NEXT_DAY}, age=17),
        case("a care leaver of 17, not looked after", {"E28A": NEXT_DAY}, age=17, legal_status="23B8B"),
        case("a child of 15: the duty does not run, the setting is a warning elsewhere", {}, age=15),
        case("a young adult of 18", {}, age=18),
        case("no age given: taken to be 16 or 17", {"E28A": NEXT_DAY}),
        case("the host is itself the accommodating authority", {}, age=16, placing=EASTVALE, relation="in_area"),
        case("in Wales", {}, age=16, host=GLANAFON),
        case("before registration was compulsory", {}, age=16, starts_at="2023-10-27 12:00"),
        case(
            "on the day registration became compulsory",
            {"E28A": "2023-10-29 11:00"},
            age=16,
            starts_at="2023-10-28 12:00",
        ),
        case("a discharge", {"E28D": NEXT_DAY}, age=17, event="discharge", ends_at="2026-03-02 14:00"),
        case(
            "a council places a child of 17: both sides owe",
            BY_THE_COUNCIL | {"E28A": NEXT_DAY},
            age=17,
            event="placement_start",
        ),
        case(
            "a care leaver's move owes no council's notice",
            {"E28A": NEXT_DAY},
            age=17,
            legal_status="23B8B",
            event="placement_start",
        ),
        case(
            "a placement ends",
            {"E14B": AT_START, "E28D": NEXT_DAY},
            age=17,
            event="placement_end",
            ends_at="2026-03-02 14:00",
        ),
    ],
)
def test_supported_accommodation(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="admission", setting="supported_accommodation")


def test_the_rows_say_they_are_from_memory_and_their_hours_policy(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, event="admission", setting="supported_accommodation", age=16)["E28A"]
    assert (owed.confidence, owed.due_is_policy, owed.basis) == ("from memory", True, "statute")
    assert owed.owed_by == "supported_accommodation_provider"


@pytest.mark.parametrize("setting", ["supported_accommodation", "independent"])
def test_a_child_under_16_there_is_flagged_and_never_refused(law: Law, calendar: Calendar, setting: str) -> None:
    owed = everything_owed(law, calendar, setting=setting, age=14)["E13A"]
    assert any("unlawful placement" in warning for warning in owed.warnings)
    older = everything_owed(law, calendar, setting=setting, age=16)["E13A"]
    assert not any("unlawful" in warning for warning in older.warnings)
