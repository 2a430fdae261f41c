"""SI 2010/959 reg 48 and WSI 2015/1818 reg 62: short breaks switch the notices off while both limits hold."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import CHECKLIST, CWMTEG, GLANAFON, everything_owed

NOTICES = {"E13A", *CHECKLIST}


@pytest.mark.parametrize(
    ("days", "in_12_months", "owed", "says"),
    [
        (3, 10, False, "well within both limits"),
        (17, 75, False, "exactly at both limits"),
        (18, 40, True, "a stay of 18 days"),
        (10, 76, True, "76 days in 12 months"),
        (18, 76, True, "past both"),
    ],
)
def test_the_english_limits(law: Law, calendar: Calendar, days: int, in_12_months: int, owed: bool, says: str) -> None:
    found = everything_owed(law, calendar, setting="foster_own", legal_status="S20SB", short_break=(days, in_12_months))
    assert bool(NOTICES & set(found)) is owed, says
    assert not owed or set(found) >= NOTICES


@pytest.mark.parametrize(
    ("days", "in_12_months", "owed"), [(28, 120, False), (29, 100, True), (20, 121, True), (18, 76, False)]
)
def test_the_welsh_limits_are_others(law: Law, calendar: Calendar, days: int, in_12_months: int, owed: bool) -> None:
    found = everything_owed(
        law, calendar, placing=CWMTEG, host=GLANAFON, legal_status="WS76", short_break=(days, in_12_months)
    )
    assert ("W14A" in found) is owed
    assert "W12P" in found


def test_an_emergency_stay_within_the_limits_owes_no_notice_either(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, legal_status="S20SB", short_break=(3, 10), emergency=True)
    assert not {"E13E", *CHECKLIST} & set(found)


def test_a_child_in_care_is_not_covered_however_short_the_stay(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, legal_status="S31C", short_break=(3, 10))
    assert set(found) >= NOTICES
    assert "does not cover a child looked after under a care order (section 31)" in found["E13A"].because


def test_passing_a_limit_is_the_reason_given(law: Law, calendar: Calendar) -> None:
    because = everything_owed(law, calendar, legal_status="S20SB", short_break=(18, 40))["E13A"].because
    assert "passes the limits of 17 days a stay and 75 days in 12 months" in because


def test_a_short_break_status_without_days_is_shown_as_owed_with_a_caution(law: Law, calendar: Calendar) -> None:
    owed = everything_owed(law, calendar, legal_status="S20SB")["E13A"]
    assert any("no days were given" in warning for warning in owed.warnings)


def test_the_home_s_own_notice_and_the_approval_are_not_switched_off(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, setting="childrens_home", legal_status="S20SB", short_break=(3, 10))
    assert {"E41A", "E11D"} <= set(found)


def test_details_of_a_stay_that_owed_no_notice_owe_none_when_they_change(law: Law, calendar: Calendar) -> None:
    change = {"event": "placement_change", "legal_status": "S20SB"}
    assert "E13C" not in everything_owed(law, calendar, **change, short_break=(3, 10))
    assert "E13C" in everything_owed(law, calendar, **change, short_break=(18, 40))
