"""Everything is put under a new key while the hub runs: nothing is forgotten, lost, overwritten, or missed in between."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, insert, select, update
from sqlalchemy.orm import Session

from hub import tables
from hub.access.models import Person
from hub.access.sign_in.service import email_index, person_with
from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.audit.service import record, seal_batch
from hub.audit.verify import verify
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.ids import new_ref
from hub.core.rotation_queries import progress_of
from hub.core.secrets import KeyRing, MasterKey, index_tag, new_key
from hub.keys.changes import counts
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.notify.models import Alert
from hub.registry.files import store as file_store
from hub.registry.links.queries import Parties, candidates
from hub.registry.models import Child, ChildIndex, Placement, StoredFile
from hub.registry.names.indexes import index_rows, search_rows
from hub.registry.names.spreading import names_near, spread_names_once
from hub.registry.placement_queries import add_child_index, change_child, replace_child_index
from tests.conftest import KEY, NOW
from tests.core.sealed_rows import BLIND, SEALED, document, fill, opened

NEW = MasterKey("testkey2", b"n" * 32)


Opens = Callable[[list[MasterKey]], Database]


@pytest.fixture
def opens(database: Database) -> Iterator[Opens]:
    """``opens([key])`` is the test's database for a process that holds these keys."""
    with ExitStack() as after:

        def opened_with(keys: list[MasterKey]) -> Database:
            other = Database(database.url.render_as_string(hide_password=False), KeyRing(keys))
            after.callback(other.close)
            return other

        yield opened_with


@pytest.fixture
def both(opens: Opens) -> Database:
    """The same database, for a process that has been given a newer key."""
    return opens([NEW, KEY])


@pytest.fixture
def afterwards(opens: Opens) -> Database:
    """The same database, for a process that holds the newer key alone."""
    return opens([NEW])


def under(database: Database, folder: Path) -> dict[str, dict[str, int]]:
    with database.read() as session:
        return {part: dict(by_key) for part, by_key in counts(session, all_parts(folder), NOW).items() if by_key}


# ── Nothing is forgotten ──────────────────────────────────────────────────────────────────────────────────────────────

_NOT_SEALED = {
    "audit_batch.manifest", "audit_batch.root", "audit_entry.digest", "idempotency_key.fingerprint", "name_variant.value",
    "passkey.credential_id", "passkey.public_key", "stored_file.sha256",
}  # fmt: skip
"""Digests, and what is public by its nature."""


def test_every_column_of_bytes_is_sealed_or_a_blind_index_or_a_hash() -> None:
    every = {f"{t.name}.{c.name}": c for t in tables.ALL for c in t.columns if isinstance(c.type, LargeBinary)}
    sealed = {each.name for each in SEALED}
    told = {name for name, column in every.items() if "blind" in column.info or name.endswith("_hash")}
    assert set(every) - sealed - told == _NOT_SEALED


def test_every_blind_index_is_made_anew_by_some_part() -> None:
    names = {f"{column.table.name}.{column.name}" for column in BLIND}
    assert names == {"child_index.value", "episode_place.place_index", "home_index.value", "name_variant.variant", "placement_index.value", "person.email_index", "invitation.email_index", "look_up.incident_index"}


def test_every_sealed_column_of_every_table_comes_under_the_new_key(
    database: Database, both: Database, tmp_path: Path, afterwards: Database
) -> None:
    fill(database, tmp_path, number=3)
    rotated = rotate(both, all_parts(tmp_path), batch=2)
    assert rotated.unreadable == []
    left = {part: set(by_key) for part, by_key in under(both, tmp_path).items()}
    assert {part for part, by_key in left.items() if by_key != {NEW.key_id}} == set()
    for sealed in SEALED:
        assert opened(afterwards, sealed) == [document(each) for each in range(3)], sealed.name


def test_a_rotation_changes_no_version_and_no_plain_column(database: Database, both: Database, tmp_path: Path) -> None:
    fill(database, tmp_path)
    plain = [c for c in Child.__table__.c if c.name != "sealed"]
    with database.read() as session:
        before = session.execute(select(*plain)).all()
    rotate(both, all_parts(tmp_path))
    with both.read() as session:
        assert session.execute(select(*plain)).all() == before


def test_files_come_under_the_new_key(database: Database, both: Database, tmp_path: Path) -> None:
    fill(database, tmp_path)
    with database.read() as session:
        ref = session.execute(select(StoredFile.ref)).scalar_one()
    assert file_store.sealed_with(tmp_path, ref) == KEY.key_id
    rotate(both, all_parts(tmp_path))
    assert file_store.sealed_with(tmp_path, ref) == NEW.key_id
    assert file_store.get(KeyRing([NEW]), tmp_path, ref) == b"a plan"
    assert [path.name for path in tmp_path.rglob("*.part")] == []


def test_a_code_that_waits_to_be_sent_comes_under_the_new_key(
    database: Database, both: Database, tmp_path: Path, time_is: Callable[[datetime], None]
) -> None:
    time_is(NOW)
    fill(database, tmp_path)
    ref = new_ref("alt")
    row = {
        "ref": ref, "kind": "pickup.code", "subject_ref": "ntc_1", "organisation_id": 1, "role": "duty_desk", "is_urgent": True,
        "details": {"code": database.keys.seal(ref, "12345678").hex(), "minutes": 15}, "raised_at": NOW,
    }  # fmt: skip
    with database.write() as session:
        session.execute(insert(Alert).values(row))
    rotate(both, all_parts(tmp_path))
    with both.read() as session:
        details = session.scalar(select(Alert.details).where(Alert.ref == ref))
    assert details is not None
    assert KeyRing([NEW]).open(ref, bytes.fromhex(details["code"])) == "12345678"
    assert details["minutes"] == 15


def test_what_does_not_open_is_left_named_and_in_the_audit(database: Database, both: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, number=3)
    with database.write() as session:
        first, second = session.execute(select(Child.id, Child.ref, Child.sealed).order_by(Child.id).limit(2)).all()
        session.execute(update(Child).where(Child.id == first.id).values(sealed=second.sealed))
    rotated = rotate(both, all_parts(tmp_path))
    assert rotated.unreadable == [first.ref]
    with both.read() as session:
        entries = session.execute(select(AuditEntry).where(AuditEntry.event == "record.unreadable")).scalars().all()
        ended = progress_of(session, NEW.key_id)["child.sealed"]
    assert [entry.subject_ref for entry in entries] == [first.ref]
    assert (ended.done, ended.unreadable, ended.ended_at is not None) == (2, 1, True)


# ── It goes on ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rotation_that_was_broken_off_goes_on_and_its_progress_adds_up(
    database: Database, both: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, number=7)

    def stop(seen: Any) -> None:
        if seen.part == "child.sealed" and seen.done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, all_parts(tmp_path), watch=stop, batch=2)
    assert under(both, tmp_path)["child.sealed"] == {KEY.key_id: 3, NEW.key_id: 4}
    rotate(both, all_parts(tmp_path), batch=2)
    assert under(both, tmp_path)["child.sealed"] == {NEW.key_id: 7}
    with both.read() as session:
        part = progress_of(session, NEW.key_id)["child.sealed"]
        events = session.scalars(
            select(AuditEntry.event).where(AuditEntry.event.like("key.%")).order_by(AuditEntry.id)
        ).all()
    assert (part.total, part.done) == (7, 7)
    assert events == ["key.rotation_begun", "key.rotated"]


def test_rotating_again_changes_nothing(database: Database, both: Database, tmp_path: Path) -> None:
    fill(database, tmp_path)
    rotate(both, all_parts(tmp_path))
    with both.read() as session:
        before = session.scalars(select(Child.sealed)).all()
    assert rotate(both, all_parts(tmp_path)).done == 0
    with both.read() as session:
        assert session.scalars(select(Child.sealed)).all() == before


def test_the_record_of_acts_verifies_across_a_rotation(
    database: Database, both: Database, tmp_path: Path, afterwards: Database
) -> None:
    for turn in (database, both):
        for _ in range(3):
            with turn.write() as session:
                record(session, SYSTEM, Event.REGISTER_READ, "org_1", now=NOW)
        with turn.write() as session:
            seal_batch(session, now=NOW)
    rotate(both, all_parts(tmp_path))
    with both.read() as session:
        assert verify(session).is_whole
    with afterwards.read() as session:
        assert not verify(session).is_whole, "the key of the earlier entries must stay known"


# ── Others write ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_edits_made_while_keys_are_rotated_are_not_lost(
    database: Database, both: Database, tmp_path: Path, afterwards: Database, opens: Opens
) -> None:
    """Four writers, two of which know the new key and two that do not yet, edit the rows that are being rotated."""
    fill(database, tmp_path, number=24)
    with database.read() as session:
        children = session.execute(select(Child.id, Child.ref)).all()
    written: list[dict[int, str]] = [{} for _ in range(4)]
    stopping = threading.Event()

    def write(writer: int) -> None:
        mine, turn = children[writer::4], 0
        knows = (database, both)[writer % 2]
        own = opens(list(knows.keys.keys.masters))
        while not stopping.is_set():
            row = mine[turn % len(mine)]
            told = document() | {"given_names": f"Edit {writer} {turn}"}
            with own.write() as session:
                change_child(session, row.id, {"sealed": own.keys.seal(row.ref, told)})
                replace_child_index(session, row.id, index_rows(own.keys, told))
            written[writer][row.id] = told["given_names"]
            turn += 1
            stopping.wait(0.005)

    threads = [threading.Thread(target=write, args=(each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    rotate(both, all_parts(tmp_path), batch=8, passes=3)
    stopping.set()
    for thread in threads:
        thread.join()
    rotate(both, all_parts(tmp_path), batch=8)
    expected = {number: name for each in written for number, name in each.items()}
    with afterwards.read() as session:
        rows = session.execute(select(Child.id, Child.ref, Child.sealed)).all()
    kept = {row.id: KeyRing([NEW]).open(row.ref, row.sealed)["given_names"] for row in rows}
    assert len(expected) > 10
    assert {number: kept[number] for number in expected} == expected
    assert under(both, tmp_path)["child_index.value"].keys() == {NEW.key_id}


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


def test_no_look_up_misses_a_child_at_any_moment_of_a_rotation(
    database: Database, both: Database, tmp_path: Path, opens: Opens
) -> None:
    placed(database, 16)
    with database.read() as session:
        told = [database.keys.open(row.ref, row.sealed) for row in session.execute(select(Child.ref, Child.sealed))]
    asker = opens([NEW, KEY])
    missed: list[str] = []
    asked, stopping = [0], threading.Event()

    def ask() -> None:
        while asked[0] < len(told) or not stopping.is_set():
            child = told[asked[0] % len(told)]
            with asker.read() as session:
                rows = search_rows(asker.keys, child)
                found = candidates(session, rows, Parties(None, None, None))
                opened_children = [asker.keys.open(row.described_ref, row.described) for row in found]
                if child not in opened_children:
                    missed.append("exact")
            with asker.read(at_one_moment=True) as session:
                near = names_near(session, "family", child["family_name"].casefold()[:-1])
                wanted = select(func.count()).where(ChildIndex.kind == "family", ChildIndex.value.in_(near))
                if not session.scalar(wanted):
                    missed.append("misspelt")
            asked[0] += 1

    thread = threading.Thread(target=ask)
    thread.start()
    rotate(both, all_parts(tmp_path), batch=1)
    stopping.set()
    thread.join()
    assert asked[0] >= len(told)
    assert missed == []
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
