"""Missing episodes and returns: guidance for England, policy for Wales and for absences without authorisation."""

import pytest

from hub.duties.calendar import Calendar
from hub.duties.table import Law
from tests.law.cases import CWMTEG, EASTVALE, GLANAFON, NORTHMOOR, Case, case, check, due_words, everything_owed

BACK = {"event": "return", "returned_at": "2026-03-02 14:00", "starts_at": None}


@pytest.mark.parametrize(
    "situation",
    [
        case(
            "a child of an English council returns: offer in 24 hours, interview in 72, the force tells both councils",
            {"EFND": "2026-03-02 15:00", "EPRV": "2026-03-03 14:00", "ERHO": "2026-03-03 14:00",
             "ERHI": "2026-03-05 14:00"},
        ),
        case(
            "72 hours from Saturday 24 October 2026, 20:00, end on Tuesday at 19:00: the clocks went back between",
            {"EFND": "2026-10-24 21:00", "EPRV": "2026-10-25 19:00", "ERHO": "2026-10-25 19:00",
             "ERHI": "2026-10-27 19:00"},
            returned_at="2026-10-24 20:00",
        ),
        case(
            "72 hours over the night the clocks go forward end an hour later by the clock",
            {"EFND": "2026-03-28 21:00", "EPRV": "2026-03-29 21:00", "ERHO": "2026-03-29 21:00",
             "ERHI": "2026-03-31 21:00"},
            returned_at="2026-03-28 20:00",
        ),
        case(
            "over Christmas: hours do not stop for holidays",
            {"EFND": "2026-12-24 19:00", "EPRV": "2026-12-25 18:00", "ERHO": "2026-12-25 18:00",
             "ERHI": "2026-12-27 18:00"},
            returned_at="2026-12-24 18:00",
        ),
        case(
            "past the last bank holidays hours can still be counted",
            {"EFND": "2030-01-01 13:00", "EPRV": "2030-01-02 12:00", "ERHO": "2030-01-02 12:00",
             "ERHI": "2030-01-04 12:00"},
            returned_at="2030-01-01 12:00",
        ),
        case(
            "after an absence without authorisation nobody was looking: offer and interview only",
            {"ERHO": "2026-03-03 14:00", "ERHI": "2026-03-05 14:00"},
            category="away",
        ),
        case(
            "a Welsh council's child in England: its debrief, and the English force's messages",
            {"EFND": "2026-03-02 15:00", "EPRV": "2026-03-03 14:00", "WDBR": "2026-03-05 14:00"},
            placing=CWMTEG,
        ),
        case(
            "an English council's child in Wales: the interview stays the English council's",
            {"EFND": "2026-03-02 15:00", "EPRV": "2026-03-03 14:00", "ERHO": "2026-03-03 14:00",
             "ERHI": "2026-03-05 14:00"},
            host=GLANAFON,
        ),
        case(
            "a child who lives at home with no host: the council still offers",
            {"EFND": "2026-03-02 15:00", "EPRV": "2026-03-03 14:00", "ERHO": "2026-03-03 14:00",
             "ERHI": "2026-03-05 14:00"},
            host=None, relation=None, legal_status="NONE",
        ),
        case("a young adult of 18 returns: none of these", {}, age=18),
        case("in Scotland the force is not one of ours; the council still offers",
             {"ERHO": "2026-03-03 14:00", "ERHI": "2026-03-05 14:00"},
             host=None, host_country="Scotland", relation="outside_england_and_wales"),
        case("a return across the border of Wales, after an absence", {"WDBR": "2026-03-05 14:00"}, placing=CWMTEG,
             category="away"),
    ],
)  # fmt: skip
def test_a_child_returns(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, **BACK)


@pytest.mark.parametrize(
    "situation",
    [
        case("reported missing: the force tells both councils within the hour", {"EMIS": "2026-06-01 23:00"}),
        case("reported missing on the night the clocks go back: an hour is an hour", {"EMIS": "2026-10-25 01:30"},
             reported_at="2026-10-25 00:30"),
        case("away without authorisation is not reported missing", {}, category="away"),
        case("with no host known", {"EMIS": "2026-06-01 23:00"}, host=None, relation=None),
    ],
)  # fmt: skip
def test_a_child_is_reported_missing(law: Law, calendar: Calendar, situation: Case) -> None:
    check(law, calendar, situation, event="missing", reported_at="2026-06-01 22:00", setting="childrens_home",
          starts_at=None)  # fmt: skip


def test_the_interview_is_guidance_after_missing_and_policy_after_an_absence(law: Law, calendar: Calendar) -> None:
    missing = everything_owed(law, calendar, **BACK, category="missing")["ERHI"]
    away = everything_owed(law, calendar, **BACK, category="away")["ERHI"]
    assert (missing.basis, missing.due_is_policy) == ("statutory_guidance", False)
    assert (away.basis, away.due_is_policy) == ("policy", True)


def test_the_offer_is_guidance_and_its_24_hours_are_policy(law: Law, calendar: Calendar) -> None:
    offer = everything_owed(law, calendar, **BACK)["ERHO"]
    assert (offer.basis, offer.due_is_policy) == ("statutory_guidance", True)


def test_the_offer_and_the_interview_are_two_obligations(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, **BACK)
    assert due_words(found["ERHO"]) != due_words(found["ERHI"])


def test_both_rows_of_guidance_say_the_text_was_not_read_again(law: Law) -> None:
    assert {law.duty(code).confidence for code in ("ERHO", "ERHI")} == {"from memory"}


def test_the_interview_stays_with_the_council_that_placed_the_child(law: Law, calendar: Calendar) -> None:
    found = everything_owed(law, calendar, **BACK, placing=NORTHMOOR, host=EASTVALE)
    assert {found[code].owed_by for code in ("ERHO", "ERHI")} == {"placing_authority"}


def test_the_force_tells_the_host_too_and_in_area_only_once(law: Law, calendar: Calendar) -> None:
    away = everything_owed(law, calendar, **BACK)["EFND"]
    here = everything_owed(law, calendar, **BACK, host=NORTHMOOR, relation="in_area")["EFND"]
    assert (away.owed_to, away.also_to) == ("placing_authority", ("host_authority",))
    assert (here.owed_to, here.also_to) == ("placing_authority", ())


def test_a_return_of_which_only_the_day_is_known_says_what_the_hours_are_counted_from(
    law: Law, calendar: Calendar
) -> None:
    day = BACK | {"returned_at": "2026-03-02 00:00", "date_only": frozenset({"returned_at"})}
    owed = everything_owed(law, calendar, **day)["ERHI"]
    assert due_words(owed) == "2026-03-05 00:00"
    assert any("Only the day is known" in warning for warning in owed.warnings)
    assert owed.because == "The child returned on 2 March 2026 after being missing."
