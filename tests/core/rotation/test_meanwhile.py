"""Everything is put under a new key while the hub runs: nothing is lost, overwritten, or missed in between."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.sign_in.service import email_index, person_with
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing, index_tag, new_key
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.lookup.candidate_queries import names_under
from hub.registry.links.queries import Parties, candidates
from hub.registry.models import Child, ChildIndex, Placement
from hub.registry.names.indexes import index_rows, near_rows, search_rows
from hub.registry.names.spreading import spread_names_once
from hub.registry.placement_queries import add_child_index, change_child, replace_child_index
from tests.conftest import KEY, NOW
from tests.core.rotation.rotating import NEW, Opens, under
from tests.core.sealed_rows import document, fill

# ── Others write ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Writer:
    """One of four who edit the children, each its own, until told to stop; and what it wrote last of each."""

    number: int
    own: Database
    children: list[Any]
    written: dict[int, str] = field(default_factory=dict)

    def edits_until(self, stopping: threading.Event) -> None:
        for turn in count():
            if stopping.is_set():
                return
            row = self.children[turn % len(self.children)]
            self._edits(row, document() | {"given_names": f"Edit {self.number} {turn}"})
            stopping.wait(0.005)

    def _edits(self, row: Any, told: dict[str, Any]) -> None:
        with self.own.write() as session:
            change_child(session, row.id, {"sealed": self.own.keys.seal(row.ref, told)})
            replace_child_index(session, row.id, index_rows(self.own.keys, told))
        self.written[row.id] = told["given_names"]


def test_edits_made_while_keys_are_rotated_are_not_lost(
    database: Database, both: Database, tmp_path: Path, afterwards: Database, opens: Opens
) -> None:
    """Four writers, two of which know the new key and two that do not yet, edit the rows that are being rotated."""
    fill(database, tmp_path, number=24)
    with database.read() as session:
        children = list(session.execute(select(Child.id, Child.ref)))
    known = [list(each.keys.keys.masters) for each in (database, both)]
    writers = [Writer(each, opens(known[each % 2]), children[each::4]) for each in range(4)]
    with meanwhile(*(each.edits_until for each in writers)):
        rotate(both, all_parts(tmp_path), batch=8, passes=3)
    rotate(both, all_parts(tmp_path), batch=8)
    expected = {number: name for each in writers for number, name in each.written.items()}
    with afterwards.read() as session:
        rows = session.execute(select(Child.id, Child.ref, Child.sealed)).all()
    kept = {row.id: KeyRing([NEW]).open(row.ref, row.sealed)["given_names"] for row in rows}
    assert len(expected) > 10
    assert {number: kept[number] for number in expected} == expected
    assert under(both, tmp_path)["child_index.value"].keys() == {NEW.key_id}


@contextmanager
def meanwhile(*works: Callable[[threading.Event], None]) -> Iterator[None]:
    """Each of *works* in a thread of its own, until what stands within is done."""
    stopping = threading.Event()
    threads = [threading.Thread(target=each, args=(stopping,)) for each in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def test_a_row_that_somebody_holds_is_passed_over_and_done_later(
    database: Database, both: Database, tmp_path: Path
) -> None:
    if database.is_sqlite:
        return  # there writers queue: nobody can hold a row for long
    fill(database, tmp_path, number=3)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write() as session:
            session.execute(select(Child).order_by(Child.id).limit(1).with_for_update())
            held.set()
            let_go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    threading.Timer(0.3, let_go.set).start()
    assert rotate(both, all_parts(tmp_path)).busy == 0
    thread.join()
    assert under(both, tmp_path)["child.sealed"] == {NEW.key_id: 3}


# ── Look-ups in between ───────────────────────────────────────────────────────────────────────────────────────────────


def placed(database: Database, number: int) -> None:
    """Children with placements, indexed and their names spread."""
    with database.write() as session:
        for each in range(number):
            family, born_on = f"Testwell{'abcdefghij'[each % 10] * 3}", f"2012-03-{each % 28 + 1:02}"
            _place(session, database.keys, {"family_name": family, "given_names": "Ana", "born_on": born_on})
    while spread_names_once(database):
        pass


def _place(session: Session, keys: KeyRing, told: dict[str, Any]) -> None:
    child, placement = new_ref("chd"), new_ref("pla")
    row = {"ref": child, "sealed": keys.seal(child, told), "created_at": NOW}
    number = session.execute(insert(Child).values(row).returning(Child.id)).scalar_one()
    add_child_index(session, number, index_rows(keys, told))
    stays = {
        "ref": placement, "child_id": number, "state": "confirmed", "setting": "childrens_home", "legal_status": "S20",
        "first_source": "home", "starts_at": NOW, "sealed": keys.seal(placement, {}), "created_at": NOW,
    }  # fmt: skip
    session.execute(insert(Placement).values(stays))


@dataclass
class Asker:
    """Looks one child up after another, by their own words and by a misspelt name; and which way found nothing."""

    own: Database
    told: list[dict[str, Any]]
    asked: int = 0
    missed: list[str] = field(default_factory=list)

    def asks_until(self, stopping: threading.Event) -> None:
        """Of every child once at the least."""
        while self.asked < len(self.told) or not stopping.is_set():
            child = self.told[self.asked % len(self.told)]
            self.missed += [
                way for way, finds in (("exact", self._finds), ("near", self._finds_near)) if not finds(child)
            ]
            self.asked += 1

    def _finds(self, child: dict[str, Any]) -> bool:
        with self.own.read() as session:
            found = candidates(session, search_rows(self.own.keys, child), Parties(None, None, None))
            return child in [self.own.keys.open(row.described_ref, row.described) for row in found]

    def _finds_near(self, child: dict[str, Any]) -> bool:
        with self.own.read(at_one_moment=True) as session:
            misspelt = near_rows(self.own.keys, "family", child["family_name"].casefold()[:-1])
            near = [value for _, value in names_under(session, misspelt, (), at_most=400)]
            wanted = select(func.count()).where(ChildIndex.kind == "family", ChildIndex.value.in_(near))
            return bool(session.scalar(wanted))


def test_no_look_up_misses_a_child_at_any_moment_of_a_rotation(
    database: Database, both: Database, tmp_path: Path, opens: Opens
) -> None:
    placed(database, 16)
    with database.read() as session:
        told = [database.keys.open(row.ref, row.sealed) for row in session.execute(select(Child.ref, Child.sealed))]
    asker = Asker(opens([NEW, KEY]), told)
    with meanwhile(asker.asks_until):
        rotate(both, all_parts(tmp_path), batch=1)
    assert asker.asked >= len(told)
    assert asker.missed == []
    assert under(both, tmp_path)["name_variant.variant"].keys() == {NEW.key_id}


def test_a_person_is_found_by_their_address_before_during_and_after(
    database: Database, both: Database, tmp_path: Path, afterwards: Database
) -> None:
    fill(database, tmp_path)
    refs = []
    with database.write() as session:
        for number in range(4):
            ref, email = new_ref("per"), f"p{number}@council.example"
            row = {
                "ref": ref, "organisation_id": 1, "roles": [], "created_at": NOW,
                "email_index": email_index(database.keys, email),
                "sealed": database.keys.seal(ref, {"name": "P. Specimen", "email": email}),
            }  # fmt: skip
            session.execute(insert(Person).values(row))
            refs.append((ref, email))

    def everybody_is_found(_seen: Any = None) -> None:
        with both.read() as session:
            for ref, email in refs:
                found = person_with(session, email)
                assert found is not None
                assert found.ref == ref

    everybody_is_found()
    rotate(both, all_parts(tmp_path), watch=everybody_is_found, batch=1)
    everybody_is_found()
    with afterwards.read() as session:
        assert all(person_with(session, email) is not None for _, email in refs)


def test_an_index_left_under_the_old_key_by_a_process_that_was_behind_is_made_anew(
    database: Database, both: Database, tmp_path: Path
) -> None:
    """The row was sealed in the instant after the new key began, its index in the one before."""
    placed(database, 1)
    with both.write() as session:
        row = session.execute(select(Child.id, Child.ref, Child.sealed)).one()
        session.execute(update(Child).values(sealed=both.keys.seal(row.ref, both.keys.open(row.ref, row.sealed))))
    rotate(both, all_parts(tmp_path))
    with both.read() as session:
        values = session.scalars(select(ChildIndex.value)).all()
    assert {value[:4] for value in values} == {index_tag(NEW.key_id)}


def test_a_key_that_waits_is_asked_and_not_used(database: Database, tmp_path: Path, opens: Opens) -> None:
    waiting = replace(new_key(), seals_from=datetime.now(UTC) + timedelta(hours=1))
    knows = opens([waiting, KEY])
    placed(knows, 2)
    assert under(knows, tmp_path)["child.sealed"] == {KEY.key_id: 2}
    assert under(knows, tmp_path)["child_index.value"].keys() == {KEY.key_id}


def test_two_accounts_with_one_address_stop_the_rotation_with_a_sentence(
    database: Database, both: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path)
    with both.write() as session:
        person = session.execute(select(Person.ref, Person.sealed)).one()
        ref, told = new_ref("per"), both.keys.open(person.ref, person.sealed)
        row = {"ref": ref, "organisation_id": 1, "roles": [], "created_at": NOW, "sealed": both.keys.seal(ref, told)}
        session.execute(insert(Person).values(row | {"email_index": email_index(both.keys, told["email"])}))
    with pytest.raises(StateConflict, match="same e-mail address"):
        rotate(both, all_parts(tmp_path))
