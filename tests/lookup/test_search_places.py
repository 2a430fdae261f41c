"""A child is found by where they live, by whom to ring, by numbers; who was merged appears once; keys may change."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.secrets import KeyRing, MasterKey
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.registry.models import Child, Placement
from tests.conftest import KEY
from tests.lookup.searching import ask, council, found, home, kept, merge, spread
from tests.registry.papers import KENT, LEEDS

BORN = date(2012, 3, 4)
ANA: dict[str, Any] = {"family_name": "Testwell", "given_names": "Ana", "born_on": "2012-03-04"}
ELSEWHERE: dict[str, Any] = {"address": {"lines": ["2 Fictitious Row"], "postcode": "BD1 1HY"}}


def test_a_name_and_the_postcode_of_the_placement_are_enough(database: Database) -> None:
    child = kept(database, **ANA)
    kept(database, **ANA | {"born_on": "2009-05-06"}, stay=ELSEWHERE)
    assert found(database, given_names="Ana", postcode="me14 1xq") == [child]
    assert found(database, age=14, postcode="ME141XQ") == [child]


def test_a_carers_telephone_leads_to_the_child_however_it_is_written(database: Database) -> None:
    child = kept(database, **ANA, stay={"address": {}, "carer": {"name": "C. Arer", "phone": "01632 960123"}})
    assert found(database, phone="+44 (0)1632 960 123") == [child]
    assert found(database, phone="01632 960124") == []


def test_a_home_is_known_by_number_name_postcode_and_telephone(database: Database) -> None:
    house = home(database, "Bramble Test House", postcode="LS1 1UR", phone="01632 960777")
    child = kept(database, **ANA, provider=house, stay={"address": {}})
    for known in ({"home": "Bramble Test House"}, {"home": "brambel test house"}, {"postcode": "LS1 1UR"}):
        assert found(database, given_names="Ana", **known) == [child]
    assert found(database, given_names="Ana", phone="01632 960777") == [child]
    with pytest.raises(Invalid, match="No home or agency"):
        found(database, given_names="Ana", home="Unheard of Grange")


def test_a_home_that_alone_is_known_is_still_not_the_one_that_was_named(database: Database) -> None:
    home(database, "Bramble Test House")
    with pytest.raises(Invalid, match="No home or agency"):
        found(database, given_names="Ana", home="Unheard of Grange")


def test_a_home_that_changes_its_number_is_found_by_the_new_one(database: Database) -> None:
    house = home(database, "Bramble Test House", phone="01632 960777")
    child = kept(database, **ANA, provider=house, stay={"address": {}})
    from hub.directory.models import Organisation

    with database.write() as session:
        ref = session.scalars(select(Organisation.ref).where(Organisation.id == house)).one()
        values = {"sealed": database.keys.seal(ref, {"phone": "01632 960778"}), "version": Organisation.version + 1}
        session.execute(update(Organisation).where(Organisation.id == house).values(values))
    spread(database)
    assert found(database, given_names="Ana", phone="01632 960778") == [child]


def test_a_child_who_moved_is_found_by_the_new_address_and_the_old(database: Database) -> None:
    child = kept(database, **ANA)
    with database.write() as session:
        ref = session.scalars(select(Placement.ref).where(Placement.child_id == child)).one()
        values = {"sealed": database.keys.seal(ref, ELSEWHERE), "version": Placement.version + 1}
        session.execute(update(Placement).where(Placement.child_id == child).values(values))
    spread(database)
    assert found(database, given_names="Ana", postcode="BD1 1HY") == [child]


def test_numbers_lead_to_the_child_whatever_else_was_said(database: Database, cast: Any) -> None:
    leeds, kent = council(database, LEEDS), council(database, KENT)
    numbers = {"nhs_number": "943 476 5919", "upn": "B801200005001", "local_id": "C 12"}
    child = kept(database, **ANA, placing=leeds, identifiers=numbers)
    assert found(database, identifiers={"nhs_number": "9434765919"}) == [child]
    assert found(database, identifiers={"upn": "b801200005001"}, family_name="Otherwise") == [child]
    assert found(database, identifiers={"local_id": "c12"}, placing_authority_id=leeds) == [child]
    assert found(database, identifiers={"local_id": "c12"}, placing_authority_id=kent) == []
    assert found(database, identifiers={"local_id": "c12"}, given_names="Ana") == [child]


def test_a_child_known_twice_and_merged_is_offered_once_under_either_name(database: Database) -> None:
    kept_as = kept(database, **ANA)
    other = kept(database, **ANA | {"family_name": "Formerly"}, stay=ELSEWHERE)
    merge(database, other, into=kept_as)
    for family in ("Testwell", "Formerly"):
        [candidate] = ask(database, family_name=family, given_names="Ana", born_on=BORN)
        assert candidate.child_id == kept_as
        assert len(candidate.placement_ids) == 2
    assert found(database, given_names="Ana", postcode="BD1 1HY") == [kept_as]


def test_a_child_whose_placements_were_all_cancelled_is_not_offered(database: Database) -> None:
    kept(database, **ANA, state="cancelled")
    assert found(database, family_name="Testwell", given_names="Ana", born_on=BORN) == []


def test_a_child_that_does_not_open_keeps_no_other_from_being_found(database: Database) -> None:
    broken, child = kept(database, **ANA), kept(database, **ANA)
    with database.write() as session:
        moved = session.scalar(select(Child.sealed).where(Child.id == child))
        session.execute(update(Child).where(Child.id == broken).values(sealed=moved))
    assert found(database, family_name="Testwell", given_names="Ana", born_on=BORN) == [child]


# ── While keys change ─────────────────────────────────────────────────────────────────────────────────────────────────

NEW = MasterKey("testkey2", b"j" * 32)


@pytest.fixture
def both(database: Database) -> Iterator[Database]:
    """The same database, for a process that has been given a newer key."""
    other = Database(database.url.render_as_string(hide_password=False), KeyRing([NEW, KEY]))
    yield other
    other.close()


QUESTIONS: list[dict[str, Any]] = [
    {"family_name": "Testwell", "given_names": "Ana", "born_on": BORN},
    {"family_name": "Tostwel", "given_names": "Ana", "age": 14},
    {"given_names": "Ana", "postcode": "ME14 1XQ"},
]


def test_a_child_is_found_while_its_rows_stand_under_the_old_key_and_under_the_new(
    database: Database, both: Database, tmp_path: Path
) -> None:
    child = kept(database, **ANA)
    later = kept(both, **ANA | {"born_on": "2012-03-05"})
    for question in QUESTIONS:
        assert child in found(both, **question)
        assert later in found(both, **question)
    rotate(both, all_parts(tmp_path))
    for question in QUESTIONS:
        assert set(found(both, **question)) == {child, later}
