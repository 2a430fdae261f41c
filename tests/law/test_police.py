"""ADCS, College of Policing, NPCC: the force is told of every placement out of area, and no statute says so."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from hub.duties.words import MARKERS
from tests.law.cases import CWMTEG, GLANAFON, NORTHMOOR, due_words, everything_owed


@pytest.mark.parametrize(
    "setting", ["foster_own", "foster_ifa", "childrens_home", "parent", "connected_person", "other"]
)
def test_it_opens_for_every_placement_out_of_area(law: Law, calendar: Calendar, setting: str) -> None:
    assert "EPOL" in everything_owed(law, calendar, setting=setting)


def test_it_does_not_open_within_the_council_s_own_area(law: Law, calendar: Calendar) -> None:
    assert "EPOL" not in everything_owed(law, calendar, host=NORTHMOOR, relation="in_area", markers={"cse"})


def test_it_opens_for_a_welsh_council_too(law: Law, calendar: Calendar) -> None:
    assert "EPOL" in everything_owed(law, calendar, placing=CWMTEG, host=GLANAFON)


def test_it_is_a_recommendation_and_never_a_statute(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar)["EPOL"]
    assert (owed.basis, owed.due_is_policy, owed.owed_to) == ("recommendation", True, "police_force")


@pytest.mark.parametrize(
    "facts",
    [{}, {"emergency": True}, {"relation": "adjoining", "approved_at": "2026-02-27 10:00", "setting": "other"}],
)
def test_it_is_due_when_the_host_s_notice_is(law: Law, calendar: Calendar, facts: dict[str, object]) -> None:
    found = everything_owed(law, calendar, **facts)
    host = found.get("E13A") or found["E13E"]
    assert due_words(found["EPOL"]) == due_words(host)


@pytest.mark.parametrize(
    ("marker", "named"),
    [
        ("cse", "child sexual exploitation (CSE)"),
        ("perpetrator", "perpetrator"),
        ("missing_history", "missing history"),
        ("gangs", "gangs"),
        ("trafficking", "trafficking"),
        ("uasc", "unaccompanied asylum-seeking child (UASC)"),
    ],
)
def test_a_marker_that_is_a_criterion_is_named(law: Law, calendar: Calendar, marker: str, named: str) -> None:
    because = everything_owed(law, calendar, markers={marker})["EPOL"].because
    assert because.endswith(f"the police criteria matched are {named}.")


def test_several_criteria_are_all_named(law: Law, calendar: Calendar) -> None:
    because = everything_owed(law, calendar, markers={"uasc", "cse", "gangs"})["EPOL"].because
    assert because.endswith(
        "the police criteria matched are child sexual exploitation (CSE), gangs and unaccompanied asylum-seeking child (UASC)."
    )


def test_markers_that_are_no_criterion_are_said_to_match_none(law: Law, calendar: Calendar) -> None:
    others = set(MARKERS) - law.rules.police_criteria
    assert others == {"cce", "victim_of_crime", "substance_misuse", "suicide_self_harm", "mental_health", "other"}
    assert everything_owed(law, calendar, markers=others)["EPOL"].because.endswith("no police criterion was matched.")


def test_it_is_not_opened_for_a_child_placed_for_adoption(law: Law, calendar: Calendar) -> None:
    assert "EPOL" not in everything_owed(law, calendar, setting="adoption", markers={"cse"})
