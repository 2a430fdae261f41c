"""A child is found however the name or the date was heard, written down or half forgotten; and twins are told apart."""

from datetime import date
from typing import Any

import pytest

from hub.core.db import Database
from hub.lookup.ranking import DISCLOSURE_THRESHOLD
from tests.lookup.searching import ask, found, kept

BORN = date(2012, 3, 4)
SURROUNDED_BY: list[dict[str, Any]] = [
    {"family_name": "Sampleton", "given_names": "Bruno", "born_on": "2012-03-04"},
    {"family_name": "Fictitious", "given_names": "Rowan", "born_on": "2012-03-04"},
    {"family_name": "Invented", "given_names": "Robin", "born_on": "2011-03-04"},
]


@pytest.fixture(autouse=True)
def others(database: Database) -> None:
    """Children born on the same day or nearly, who are not meant."""
    for each in SURROUNDED_BY:
        kept(database, **each)


def asked(family: str, given: str, born_on: date | None = BORN, **more: Any) -> dict[str, Any]:
    return {"family_name": family, "given_names": given, "born_on": born_on, **more}


@pytest.mark.parametrize(
    ("question", "because"),
    [
        (asked("Testwellby", "Catherine"), "rightly put"),
        (asked("TESTWELLBY ", " catherine"), "however it is written"),
        (asked("Tesstwellby", "Catherine"), "a letter too many"),
        (asked("Tstwellby", "Catherine"), "a letter too few"),
        (asked("Testwellby", "Cahterine"), "two letters exchanged"),
        (asked("Tostwelby", "Catherine"), "two slips in a long name"),
        (asked("Catherine", "Testwellby"), "family and given name exchanged"),
        (asked("Testwellby", "Kate"), "a short form"),
        (asked("Testwellby", "Kathryn"), "another spelling"),
        (asked("Testwellby", "Catherine", date(2012, 4, 3)), "day and month exchanged"),
        (asked("Testwellby", "Catherine", date(2012, 3, 5)), "the day one off"),
        (asked("Testwellby", "Catherine", date(2012, 2, 4)), "the month one off"),
        (asked("Testwellby", "Catherine", date(2013, 3, 4)), "the year one off"),
        (asked("Testwellby", "Catherine", None, age=14), "the age instead of the date"),
        (asked("Testwellby", "Catherine", None, born_year=2012), "the year alone"),
        (asked("Testwellby", "Catherine", None, born_year=2012, born_month=3), "month and year"),
        (asked("Testwellby", "Catherine", None), "the full name alone"),
        (asked("Testwellby", "", BORN), "the family name and the date"),
        (asked("", "Catherine", BORN), "the given name and the date"),
        (asked("Testwellby", "", None, age=14), "a family name and an age"),
        (asked("Testwelby", "", None, age=14), "a family name with a slip, and an age"),
        (asked("", "Kate", None, born_year=2012, born_month=3), "a short form, month and year"),
        (asked("Tesstwellby", "Kate"), "two errors: a slip and a short form"),
        (asked("Kate", "Testwellby", None, age=14), "two errors: exchanged, a short form; and the age"),
        (asked("Tostwelby", "Catherine", date(2013, 3, 4)), "two slips and the year one off"),
        (asked("Tostwelby", "Catherine", None, age=14), "two slips and the age"),
        (asked("Testwellby", "Catherine", date(2013, 4, 3)), "day and month exchanged and the year one off"),
        (asked("Testwellby", "Kate Anne", BORN), "a second name that the hub does not know"),
    ],
)
def test_a_child_is_found_first_although_asked_for_differently(
    database: Database, question: dict[str, Any], because: str
) -> None:
    child = kept(database, family_name="Testwellby", given_names="Catherine", born_on="2012-03-04")
    assert found(database, **question)[:1] == [child], because


@pytest.mark.parametrize(
    ("told", "question"),
    [
        (("Sample-Testwell", "Ana"), ("Testwell", "Ana")),
        (("Sample-Testwell", "Ana"), ("Sample", "Ana")),
        (("Testwell", "Ana"), ("Testwell-Sample", "Ana")),
        (("Testwell", "Anne-Marie"), ("Testwell", "Annemarie")),
        (("Testwell", "Anne-Marie"), ("Testwell", "Marie")),
        (("O'Testwell", "Ana"), ("Otestwell", "Ana")),
        (("Śmithová", "Zoë"), ("Smithova", "Zoe")),
        (("Müllertest", "Ana"), ("Muellertest", "Ana")),
        (("Chowdhury", "Samira"), ("Chaudhry", "Samira")),
        (("Hussain", "Samira"), ("Hossein", "Samira")),
        (("Kovaltest", "Oleksandr"), ("Kowaltest", "Aleksandr")),
        (("Shevtest", "Yevhen"), ("Shevtest", "Evgen")),
        (("Testwell", "Muhammad Bilal"), ("Testwell", "Mohamed")),
    ],
)
@pytest.mark.parametrize("birth", [{"born_on": BORN}, {"age": 14}])
def test_halves_accents_and_transliterations_lead_to_the_child(
    database: Database, told: tuple[str, str], question: tuple[str, str], birth: dict[str, Any]
) -> None:
    child = kept(database, family_name=told[0], given_names=told[1], born_on="2012-03-04")
    assert found(database, family_name=question[0], given_names=question[1], **birth)[:1] == [child]


def test_a_child_is_found_by_what_they_are_called_besides(database: Database) -> None:
    child = kept(database, family_name="Testwell", given_names="Ana", aliases=["Bea Otherwise"], born_on="2012-03-04")
    assert found(database, **asked("Otherwise", "Bea")) == [child]
    assert found(database, **asked("Otherwize", "Bea", None, age=14)) == [child]


# ── Not the one who is meant ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "question",
    [
        asked("Unheardof", "Catherine"),
        asked("Unheardof", "Zebedee", None, age=14),
        asked("Fictitious", "Zebedee", date(2016, 7, 8)),
        asked("Zebedee", "Unheardof", None),
    ],
)
def test_nobody_is_offered_for_a_child_who_is_not_there(database: Database, question: dict[str, Any]) -> None:
    assert found(database, **question) == []


def test_of_twins_the_one_who_is_named_is_meant_and_the_other_is_not_taken_for_them(database: Database) -> None:
    ana, ben = (
        kept(database, family_name="Testwell", given_names=given, born_on="2012-03-04") for given in ("Ana", "Ben")
    )
    assert found(database, **asked("Testwell", "Ana")) == [ana]
    assert found(database, **asked("Testwell", "Ben")) == [ben]
    assert found(database, **asked("Testwell", "Zebedee")) == [], "a third child of that family and day is neither"
    assert sorted(found(database, **asked("Testwell", ""))) == sorted([ana, ben])


def test_brothers_and_sisters_are_told_apart_by_their_dates(database: Database) -> None:
    older = kept(database, family_name="Testwell", given_names="Mohammed Ali", born_on="2010-01-02")
    younger = kept(database, family_name="Testwell", given_names="Mohammed Bilal", born_on="2012-03-04")
    assert found(database, **asked("Testwell", "Mohammed"))[0] == younger
    assert found(database, **asked("Testwell", "Mohammed", date(2010, 2, 1)))[0] == older
    assert found(database, **asked("Testwell", "Mohammed", None, age=16))[0] == older


def test_who_is_asked_for_rightly_is_the_one_meant_and_a_name_and_age_are_never_enough_for_that(
    database: Database,
) -> None:
    kept(database, family_name="Testwell", given_names="Ana", born_on="2012-03-04")
    [rightly] = ask(database, **asked("Testwell", "Ana"))
    [by_age] = ask(database, **asked("Testwell", "Ana", None, age=14))
    assert rightly.score >= DISCLOSURE_THRESHOLD > by_age.score
    assert rightly.why == ("family_same", "given_same", "born_same")


def test_one_namesake_more_makes_a_wrong_date_less_sure(database: Database) -> None:
    kept(database, family_name="Testwell", given_names="Ana", born_on="2012-03-04")
    [alone] = ask(database, **asked("Testwell", "Ana", date(2013, 3, 4)))
    for year in range(2014, 2020):
        kept(database, family_name="Testwell", given_names="Ana", born_on=f"{year}-08-01")
    assert ask(database, **asked("Testwell", "Ana", date(2013, 3, 4)))[0].score < alone.score


def test_at_most_five_are_offered(database: Database) -> None:
    for day in range(1, 8):
        kept(database, family_name="Testwell", given_names="Ana", born_on=f"2012-03-{day:02}")
    assert len(found(database, **asked("Testwell", "Ana", None, age=14))) == 5
