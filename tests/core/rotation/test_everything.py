"""Everything is put under a new key: nothing is forgotten."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, insert, select, update

from hub import tables
from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.audit.service import record, seal_batch
from hub.audit.verify import verify
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.rotation_queries import progress_of
from hub.core.secrets import KeyRing
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.notify.models import Alert
from hub.registry.files import store as file_store
from hub.registry.models import Child, StoredFile
from tests.conftest import KEY, NOW
from tests.core.rotation.rotating import NEW, under
from tests.core.sealed_rows import BLIND, SEALED, document, fill, opened

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
    assert names == {
        "area_correction.postcode_index",
        "child_index.value",
        "episode_place.place_index",
        "home_index.value",
        "name_variant.variant",
        "placement_index.value",
        "person.email_index",
        "invitation.email_index",
        "look_up.incident_index",
    }


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
