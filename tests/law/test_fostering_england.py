"""SI 2011/581 and the report of 2017: an agency owes the host nothing on arrival, and is asked for a voluntary notice."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.clocks import due_from
from hub.duties.policy import Policy
from hub.duties.table import Law
from hub.duties.words import ROLE_HEIGHT
from tests.law.cases import AT_START, EASTVALE, GLANAFON, Case, case, check, checklist, everything_owed, london

BY_THE_COUNCIL = checklist(AT_START) | {"E11D": AT_START, "E11C": AT_START, "E13A": AT_START, "EPOL": AT_START}


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "an agency's carer receives the child: one working day, asked and not required",
            BY_THE_COUNCIL | {"EFV": "by 2026-03-03"},
        ),
        case(
            "received on Friday: the end of Monday",
            checklist("2026-03-06 18:00")
            | dict.fromkeys(("E11D", "E11C", "E13A", "EPOL"), "2026-03-06 18:00")
            | {"EFV": "by 2026-03-09"},
            starts_at="2026-03-06 18:00",
        ),
        case("the agency tells of the arrival itself", {"EFV": "by 2026-03-03"}, event="admission"),
        case("another council's carer is asked for nothing of the kind", BY_THE_COUNCIL, setting="foster_other_la"),
        case(
            "in the placing authority's own area",
            checklist(AT_START),
            host=EASTVALE,
            placing=EASTVALE,
            relation="in_area",
        ),
        case("in Wales the report asked for nothing", BY_THE_COUNCIL, host=GLANAFON),
        case("a discharge asks nothing of the agency", {}, event="discharge", ends_at="2026-03-02 14:00"),
    ],
)
def test_an_agency_s_carer_receives_a_child(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, setting="foster_ifa")


def test_the_voluntary_notice_is_a_recommendation_with_a_policy_date(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, setting="foster_ifa")["EFV"]
    assert (owed.basis, owed.due_is_policy, owed.owed_by) == ("recommendation", True, "fostering_agency")
    assert "voluntarily" in owed.says


def test_its_ladder_ends_with_the_agency_s_manager(law: Law, policy: Policy) -> None:
    ladder = policy.ladder_for("EFV", basis=law.duty("EFV").basis)
    assert {role for rung in ladder.rungs for role in rung.roles} == {"registered_manager"}
    assert max(rung.height for rung in ladder.rungs) <= ROLE_HEIGHT["service_manager"]


def test_an_event_of_the_schedule_is_told_within_24_hours_weekends_included(law: Law, calendar: Calendar) -> None:
    due = due_from(law.duty("EF36"), london("2026-03-07 09:00"), calendar=calendar)
    assert (due.at, due.is_policy) == (london("2026-03-08 09:00"), False)
    assert law.duty("EF36").owed_to == "placing_authority"
