"""WSI 2015/1818 regs 12, 14 and 15: what a Welsh council owes, wherever it places the child."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import AT_START, CWMTEG, EASTVALE, GLANAFON, NORTHMOOR, Case, case, check, everything_owed

WEEK = "by 2026-03-09"


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "a planned placement in another Welsh council's area: panel and notice before it",
            {"W12P": AT_START, "W14A": AT_START, "EPOL": AT_START},
            host=GLANAFON,
        ),
        case(
            "an English home takes the child: the home owes the host its own notice too",
            {"W12P": AT_START, "W14A": AT_START, "E41A": "2026-03-03 14:00", "EPOL": AT_START},
            host=EASTVALE,
            setting="childrens_home",
        ),
        case(
            "an emergency: five working days for the notice; how the panel's rule runs is unverified",
            {"W12P": "no date", "W14E": WEEK, "EPOL": WEEK},
            host=GLANAFON,
            emergency=True,
        ),
        case("within the council's own area nothing of these is owed", {}, host=CWMTEG, relation="in_area"),
        case("a placement for adoption is outside these regulations", {}, host=GLANAFON, setting="adoption"),
        case(
            "accommodated under section 76 of the Welsh Act",
            {"W12P": AT_START, "W14A": AT_START, "EPOL": AT_START},
            host=GLANAFON,
            legal_status="WS76",
        ),
        case(
            "in Scotland the Welsh council's own notice and panel are still shown",
            {"W12P": AT_START, "W14A": AT_START, "EPOL": AT_START},
            host=None,
            host_country="Scotland",
            relation="outside_england_and_wales",
        ),
        case(
            "a planned end: notice before it",
            {"W15": "2026-05-01 10:00"},
            event="placement_end",
            host=GLANAFON,
            ends_at="2026-05-01 10:00",
        ),
        case(
            "ended at once: ten working days",
            {"W15": "by 2026-05-18"},
            event="placement_end",
            host=GLANAFON,
            ends_at="2026-05-01 10:00",
            emergency=True,
        ),
        case(
            "details change: the hub's policy is the same on both sides of the border",
            {"E13C": WEEK},
            event="placement_change",
            host=GLANAFON,
        ),
    ],
)
def test_a_welsh_council_places_a_child(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, placing=CWMTEG, setting="foster_own")


def test_in_an_emergency_the_panel_is_shown_as_unverified(law: Law, calendar: Calendar) -> None:
    welsh = {"placing": CWMTEG, "host": GLANAFON, "setting": "foster_own"}
    planned = everything_owed(law, calendar, **welsh)["W12P"]
    emergency = everything_owed(law, calendar, **welsh, emergency=True)["W12P"]
    assert (planned.confidence, planned.warnings) == ("from memory", ())
    assert emergency.confidence == "unverified"
    assert emergency.due_at is None
    assert "unverified" in emergency.warnings[0]


def test_every_welsh_row_says_it_is_from_memory(law: Law) -> None:
    rows = [law.duty(code) for code in ("W12P", "W14A", "W14E", "W15")]
    assert {(row.confidence, row.in_force_from, row.is_uncertain) for row in rows} == {
        ("from memory", "unverified", True)
    }


def test_an_english_council_never_meets_a_welsh_row(law: Law, calendar: Calendar) -> None:
    for emergency in (True, False):
        found = everything_owed(law, calendar, placing=NORTHMOOR, host=CWMTEG, emergency=emergency)
        assert not [code for code in found if code.startswith("W")]


def test_the_order_of_preference_is_printed_with_its_source(law: Law) -> None:
    rule = next(rule for rule in law.rules.rows if rule.name == "order-of-preference-wales")
    assert rule.says.index("a Welsh council that borders it") < rule.says.index("an English council that borders it")
    assert rule.source[0].href.startswith("https://www.legislation.gov.uk/wsi/2015/1818")
