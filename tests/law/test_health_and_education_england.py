"""Children Act 1989 ss85 and 86: children who are not looked after, three months and more away from home."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import AT_START, GLANAFON, Case, case, check, checklist, everything_owed

WEEK = "by 2026-03-09"


@pytest.mark.parametrize(
    "situation",
    [
        case("six months in a hospital: the health body tells the responsible council, the hospital the host",
             {"E85": WEEK, "E86": WEEK}, ends_at="2026-09-01 12:00"),
        case("exactly three months count", {"E85": WEEK, "E86": WEEK}, ends_at="2026-06-02 12:00"),
        case("a day less than three months does not", {}, ends_at="2026-06-01 12:00"),
        case("three months from 30 November end with February",
             {"E85": "by 2025-12-05", "E86": "by 2025-12-05"}, starts_at="2025-11-30 12:00", ends_at="2026-02-28 12:00"),
        case("an unknown length is taken to be long, with a caution", {"E85": WEEK, "E86": WEEK}),
        case("a school where another council placed for education", {"E85": WEEK}, setting="residential_school"),
        case("admitted: the body's own duties", {"E85": WEEK, "E86": WEEK}, event="admission"),
        case("a looked-after child in hospital is a placement like any other",
             checklist(AT_START) | dict.fromkeys(("E11D", "E11C", "E13A", "EPOL"), AT_START), legal_status="S31C"),
        case("the stay ceases", {"E85C": "by 2026-09-08", "E86": "by 2026-09-08"}, event="placement_end",
             ends_at="2026-09-01 12:00"),
        case("discharged: the body's own duties", {"E85C": "by 2026-09-08", "E86": "by 2026-09-08"}, event="discharge",
             ends_at="2026-09-01 12:00"),
        case("a short stay ceases", {}, event="discharge", ends_at="2026-04-01 12:00"),
        case("a Welsh hospital is under another Act", {}, host=GLANAFON),
    ],
)  # fmt: skip
def test_a_child_lives_in_health_accommodation(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, setting="health", legal_status="NONE")


def test_the_two_sections_address_two_councils(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, setting="health", legal_status="NONE")
    assert (owed["E85"].owed_to, owed["E86"].owed_to) == ("responsible_authority", "host_authority")


def test_the_sections_set_no_days_so_the_date_is_policy(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, setting="health", legal_status="NONE")
    assert {(each.basis, each.due_is_policy) for each in owed.values()} == {("statute", True)}


def test_an_unknown_length_and_a_school_carry_their_cautions(law: Law, calendar: Calendar) -> None:
    hospital = everything_owed(law, calendar, setting="health", legal_status="NONE")["E85"]
    school = everything_owed(law, calendar, setting="residential_school", legal_status="NONE")["E85"]
    assert any("three consecutive months" in warning for warning in hospital.warnings)
    assert any("places for education" in warning for warning in school.warnings)
