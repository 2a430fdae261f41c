"""A child is found by a misspelt name once the job has come by, each name is written once, and no notice waits for it."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing
from hub.lookup.candidate_queries import names_under
from hub.registry.models import Child, ChildIndex, NameVariant
from hub.registry.names.indexes import index_rows, near_rows, variant_rows
from hub.registry.names.spreading import spread_names_once
from hub.registry.placement_queries import add_child_index, replace_child_index
from tests.conftest import KEY, NOW


def kept(database: Database, **told: Any) -> int:
    """A child in the database, indexed as a notice would; its id."""
    ref = new_ref("chd")
    with database.write() as session:
        row = {"ref": ref, "sealed": database.keys.seal(ref, told), "created_at": NOW}
        number = session.execute(insert(Child).values(row).returning(Child.id)).scalar_one()
        add_child_index(session, number, index_rows(database.keys, told))
    return number


def _rows(kind: str, word: str) -> int:
    return len(variant_rows(KeyRing([KEY]), kind, word))


def found(database: Database, family: str) -> set[int]:
    """The children whose family name is near *family*, as a look-up finds them."""
    with database.read() as session:
        near = names_under(session, near_rows(database.keys, "family", family), (), at_most=400)
        wanted = select(ChildIndex.child_id).where(
            ChildIndex.kind == "family", ChildIndex.value.in_(v for _, v in near)
        )
        return set(session.scalars(wanted))


TYPED = ["testwell", "tesstwell", "testwel", "tostwell", "tetswell", "tostwel", "tsetwill", "teestwelll"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_child_is_found_by_a_misspelt_name(database: Database, typed: str) -> None:
    number = kept(database, family_name="Testwell", given_names="Ana")
    kept(database, family_name="Sampleton", given_names="Ana")
    assert spread_names_once(database) == 2
    assert found(database, typed) == {number}


def test_a_name_is_written_once_however_many_children_have_it(database: Database) -> None:
    numbers = {kept(database, family_name="Testwell", given_names="Ana") for _ in range(5)}
    assert spread_names_once(database, limit=3) == 3
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(NameVariant))
    assert spread_names_once(database) == 2
    assert spread_names_once(database) == 0
    with database.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(NameVariant))
            == before
            == _rows("family", "testwell") + _rows("given", "ana")
        )
    assert found(database, "testwll") == numbers


def test_a_name_that_is_another_with_a_letter_left_out_is_still_written(database: Database) -> None:
    kept(database, family_name="Smitt", given_names="Ana")
    spread_names_once(database)
    number = kept(database, family_name="Smit", given_names="Ana")
    spread_names_once(database)
    assert number in found(database, "smi")


def test_a_corrected_name_is_written_anew(database: Database) -> None:
    number = kept(database, family_name="Testwell", given_names="Ana")
    spread_names_once(database)
    told = {"family_name": "Sampleton", "given_names": "Ana"}
    with database.write() as session:
        ref = session.scalar(select(Child.ref).where(Child.id == number))
        session.execute(update(Child).where(Child.id == number).values(sealed=database.keys.seal(ref, told)))
        replace_child_index(session, number, index_rows(database.keys, told))
    assert spread_names_once(database) == 1
    assert found(database, "sampletn") == {number}
    assert found(database, "testwell") == set()


def test_a_child_that_does_not_open_keeps_no_other_from_being_written(database: Database) -> None:
    number = kept(database, family_name="Testwell", given_names="Ana")
    other = kept(database, family_name="Sampleton", given_names="Ana")
    with database.write() as session:
        moved = session.scalar(select(Child.sealed).where(Child.id == other))
        session.execute(update(Child).where(Child.id == number).values(sealed=moved))
    assert spread_names_once(database) == 2
    assert found(database, "sampletn") == {other}


def test_nothing_of_a_name_can_be_read(database: Database) -> None:
    kept(database, family_name="Testwell", given_names="Ana")
    spread_names_once(database)
    with database.read() as session:
        rows = session.execute(select(NameVariant)).scalars().all()
    assert all(len(row.variant) == len(row.value) == 16 for row in rows)
    assert KeyRing(database.keys.keys).blind("family~", "testwell") in {row.variant for row in rows}
