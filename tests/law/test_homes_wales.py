"""WSI 2017/1264 Sch 3 Part 4: a Welsh home tells the host of children who go missing, and of no arrival."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.clocks import due_from
from hub.duties.table import Law
from tests.law.cases import CWMTEG, EASTVALE, GLANAFON, Case, case, check, due_words, everything_owed, london


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "an English council's child goes missing from a Welsh home",
            {"WMIS": "2026-06-02 22:00", "EMIS": "2026-06-01 23:00"},
        ),
        case(
            "an unexplained absence is told as well, and is no missing report of the police",
            {"WMIS": "2026-06-02 22:00"},
            category="away",
        ),
        case(
            "the host's own child goes missing from a home there: the home tells it all the same",
            {"WMIS": "2026-06-02 22:00", "EMIS": "2026-06-01 23:00"},
            placing=GLANAFON,
            relation="in_area",
        ),
        case("a secure home", {"WMIS": "2026-06-02 22:00", "EMIS": "2026-06-01 23:00"}, setting="secure_home"),
        case(
            "from a foster carer in Wales the home's duty does not run",
            {"EMIS": "2026-06-01 23:00"},
            setting="foster_ifa",
        ),
        case(
            "from an English home the Welsh duty does not run",
            {"EMIS": "2026-06-01 23:00"},
            host=EASTVALE,
            placing=CWMTEG,
        ),
    ],
)
def test_a_child_goes_missing_from_a_home(law: Law, calendar: Calendar, situation: Case) -> None:
    check(
        law,
        calendar,
        situation,
        event="missing",
        host=GLANAFON,
        setting="childrens_home",
        reported_at="2026-06-01 22:00",
        starts_at=None,
    )


def test_a_welsh_home_owes_nothing_on_arrival_or_departure(law: Law, calendar: Calendar) -> None:
    for event, when in (("admission", "starts_at"), ("discharge", "ends_at")):
        given = {"event": event, when: "2026-03-02 14:00"}
        assert everything_owed(law, calendar, host=GLANAFON, setting="childrens_home", **given) == {}


def test_the_duty_is_statute_its_hours_are_policy(law: Law, calendar: Calendar) -> None:
    missing = {"event": "missing", "host": GLANAFON, "setting": "childrens_home", "reported_at": "2026-06-01 22:00"}
    owed = everything_owed(law, calendar, **missing)["WMIS"]
    assert (owed.basis, owed.due_is_policy, owed.owed_to) == ("statute", True, "host_authority")


def test_suspected_exploitation_runs_the_same_way(law: Law, calendar: Calendar) -> None:
    due = due_from(law.duty("WEXP"), london("2026-06-01 22:00"), calendar=calendar)
    assert due.at == london("2026-06-02 22:00")
    assert (
        due_words(
            everything_owed(
                law, calendar, event="missing", host=GLANAFON, setting="childrens_home", reported_at="2026-06-01 22:00"
            )["WMIS"]
        )
        == "2026-06-02 22:00"
    )
