"""A look-up is for one child: what would fit many is refused with a sentence that says what to add; nothing is a list."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.db import Database
from hub.core.errors import Invalid
from tests.conftest import NOW
from tests.lookup.searching import found, home, kept

BORN = date(2012, 3, 4)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"family_name": "Testwell"},
        {"given_names": "Ana"},
        {"family_name": "T", "given_names": "A"},
        {"family_name": "T", "born_on": BORN},
        {"born_on": BORN},
        {"age": 14},
        {"born_year": 2012, "born_month": 3},
        {"postcode": "ME14 1XQ"},
        {"identifiers": {"local_id": "C12"}},
    ],
)
def test_too_little_is_refused_with_what_to_add(database: Database, asked: dict[str, Any]) -> None:
    kept(database, family_name="Testwell", given_names="Ana", born_on="2012-03-04")
    with pytest.raises(Invalid, match="Say more of the child: family name and given name") as refused:
        found(database, **asked)
    assert refused.value.reason == "not_enough_to_look_up"


def test_a_home_alone_is_no_question(database: Database) -> None:
    home(database, "Bramble Test House")
    with pytest.raises(Invalid, match="Say more of the child"):
        found(database, home="Bramble Test House")


@pytest.mark.parametrize("sign", ["*", "%", "_", "?"])
def test_no_sign_stands_for_other_letters(database: Database, sign: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(database, family_name=f"Test{sign}", given_names="Ana")
    assert "No sign stands for other letters" in refused.value.fields["family_name"][0]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"born_on": NOW.date() + timedelta(days=1)}, "born_on"),
        ({"born_on": date(1990, 1, 1)}, "born_on"),
        ({"age": 60}, "age"),
        ({"age": -1}, "age"),
        ({"born_year": 2030}, "born_year"),
        ({"born_month": 3}, "born_month"),
        ({"born_year": 2012, "born_month": 13}, "born_month"),
        ({"family_name": "--"}, "family_name"),
        ({"identifiers": {"nhs_number": "9434765918"}}, "nhs_number"),
        ({"identifiers": {"upn": "nonsense"}}, "upn"),
        ({"phone": "999"}, "phone"),
    ],
)
def test_what_cannot_be_is_named(database: Database, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(database, **{"family_name": "Testwell", "given_names": "Ana", **asked})
    assert set(refused.value.fields) == {field}


def test_more_than_twenty_who_fit_equally_well_are_a_list_and_refused(database: Database) -> None:
    for _ in range(20):
        kept(database, family_name="Testwell", given_names="Ana", born_on="2012-03-04")
    asked = {"family_name": "Testwell", "given_names": "Ana", "age": 14}
    assert len(found(database, **asked)) == 5
    kept(database, family_name="Testwell", given_names="Ana", born_on="2012-03-04")
    with pytest.raises(Invalid, match="Too many children fit that") as refused:
        found(database, **asked)
    assert refused.value.reason == "too_many_fit"


def test_a_telephone_number_of_two_children_asks_for_one_thing_more(database: Database) -> None:
    house = home(database, "Bramble Test House", phone="01632 960777")
    children = [
        kept(database, family_name="Testwell", given_names=name, born_on=day, provider=house, stay={"address": {}})
        for name, day in (("Ana", "2012-03-14"), ("Cato", "2013-05-02"))
    ]
    with pytest.raises(Invalid, match="Several children belong to that telephone number"):
        found(database, phone="01632 960777")
    assert found(database, phone="01632 960777", born_year=2013)[0] == children[1]


def test_the_telephone_of_a_house_full_of_children_does_not_list_them(database: Database) -> None:
    house = home(database, "Bramble Test House", phone="01632 960777")
    children = [
        kept(database, family_name="Testwell", given_names=given, provider=house, stay={"address": {}})
        for given in ("Ana", "Ben", "Cato", "Dora", "Eve", "Finn")
    ]
    with pytest.raises(Invalid, match="Several children belong to that telephone number"):
        found(database, phone="01632 960777")
    with pytest.raises(Invalid, match="Several children belong to that telephone number"):
        found(database, phone="01632 960777", family_name="T")
    assert found(database, phone="01632 960777", given_names="Cato") == [children[2]]
