"""Remand to youth detention, remand to local authority accommodation, and the transfer of unaccompanied children."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.clocks import due_from
from hub.duties.table import Law
from tests.law.cases import AT_START, CWMTEG, GLANAFON, NORTHMOOR, Case, case, check, checklist, everything_owed, london

WEEK = "by 2026-03-09"


@pytest.mark.parametrize(
    "situation",
    [
        case("remanded to youth detention elsewhere: a courtesy to the host, no notice of reg 13",
             {"Y13": WEEK, "EPOL": AT_START}, setting="youth_detention", legal_status="YDA"),
        case("the setting alone is enough", {"Y13": WEEK, "EPOL": AT_START}, setting="youth_detention",
             legal_status="S31C"),
        case("the status alone is enough: a secure home as youth detention, whose home tells the host",
             {"Y13": WEEK, "E41A": "2026-03-03 14:00", "EPOL": AT_START}, setting="secure_home", legal_status="YDA"),
        case("in the area of the designated council", {}, setting="youth_detention", legal_status="YDA",
             host=NORTHMOOR, relation="in_area"),
        case("the end of detention owes no notice of reg 14", {}, event="placement_end", setting="youth_detention",
             legal_status="YDA", ends_at="2026-05-01 10:00"),
        case("a Welsh council's remand is not modelled", {"EPOL": AT_START}, placing=CWMTEG, host=GLANAFON,
             setting="youth_detention", legal_status="YDA"),
        case("remanded to local authority accommodation elsewhere: the ordinary notices of the designated council",
             checklist(AT_START) | {"E13A": AT_START, "EPOL": AT_START}, setting="foster_own", legal_status="RLAA"),
        case("after an unaccompanied child's transfer the receiving council places in its own area: nothing to the host",
             checklist(AT_START), setting="foster_own", markers={"uasc"}, host=NORTHMOOR, relation="in_area"),
    ],
)  # fmt: skip
def test_remand_and_transfer(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation)


def test_the_courtesy_is_policy_and_says_it_is_unverified(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, setting="youth_detention", legal_status="YDA")["Y13"]
    assert (owed.basis, owed.confidence, owed.due_is_policy) == ("policy", "unverified", True)
    assert any("not established" in warning for warning in owed.warnings)


def test_a_transfer_is_aimed_at_ten_working_days(law: Law, calendar: Calendar) -> None:
    due = due_from(law.duty("NTS"), london("2026-03-02 09:00"), calendar=calendar)
    assert str(due.on) == "2026-03-16"
