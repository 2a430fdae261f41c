"""An entry that was altered, removed or put in is named, on both engines, by whoever owns the database even."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hub import cli
from hub.audit import queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.models import AuditBatch
from hub.audit.service import members_of
from hub.audit.verify import Verdict, verify
from hub.core.db import Database
from hub.core.settings import Settings
from tests.audit.conftest import ACTOR
from tests.conftest import NOW
from tests.notify.owing import plans_of

Kept = Callable[..., list[int]]
Around = Callable[..., None]
COLUMNS = "at, operation, event, actor_kind, actor_ref, organisation_id, subject_ref, details, digest"


def verdict(database: Database) -> Verdict:
    with database.read() as session:
        return verify(session)


def roots(database: Database) -> list[str]:
    with database.read() as session:
        return [bytes(root).hex() for root in session.scalars(text("SELECT root FROM audit_batch ORDER BY id"))]


def noted(database: Database, number: int) -> None:
    """One thing, at one instant, so many times."""
    with database.write() as session:
        entry = audit.entry(session, ACTOR, Event.NOTICE_READ, "ntc_" + "0" * 26, now=NOW)
        audit.record_many(session, [entry] * number)


def seal(database: Database, later: timedelta) -> None:
    with database.write() as session:
        audit.seal_batch(session, now=NOW + later)


def _members(database: Database, batch_id: int) -> dict[int, bytes]:
    with database.read() as session:
        return members_of(session.scalars(select(AuditBatch).where(AuditBatch.id == batch_id)).one())


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``command("audit", "verify")`` as an operator would type it."""
    monkeypatch.setenv("HUB_MODE", "test")
    monkeypatch.setenv("HUB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("HUB_DATABASE_URL", settings.database_url)
    return lambda *words: CliRunner().invoke(cli.main, [str(word) for word in words])


def test_a_record_that_nobody_touched_is_whole(database: Database, kept: Kept) -> None:
    kept(5, sealed=True)
    kept(3, sealed=True)
    kept(2)
    found = verdict(database)
    assert (found.is_whole, found.entries, found.batches) == (True, 10, 2)


def test_a_batch_is_read_without_reading_every_other(database: Database) -> None:
    """A quiet hub seals a few entries every few seconds: a million batches in a year."""
    for place in range(30):
        noted(database, 20)
        seal(database, timedelta(seconds=place))
    with database.write() as session:
        session.execute(text("ANALYZE audit_entry"))
        [plan] = plans_of(session, lambda: queries.entries_in(session, 7), without=("seqscan",))
    assert "ix_audit_entry_batch_id" in plan


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_ref = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_it(database: Database, kept: Kept, statement: str) -> None:
    kept(3, sealed=True)
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text(statement))
    assert verdict(database).is_whole


@pytest.mark.parametrize(
    "change",
    [
        "actor_ref = 'cli_somebody_else'",
        "event = 'notice.registered'",
        "subject_ref = 'ntc_another'",
        "organisation_id = 8",
        "details = '{\"a\": 1}'",
        "operation = 'disclosure'",
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_an_altered_entry_is_named(
    database: Database, kept: Kept, past_the_guards: Around, change: str, sealed: bool
) -> None:
    _, altered, _ = kept(3, sealed=sealed)
    past_the_guards(f"UPDATE audit_entry SET {change} WHERE id = :id", id=altered)
    found = verdict(database)
    assert found.broken_entry == altered
    assert f"entry {altered} was altered" in (found.fault or "")


def test_an_altered_entry_with_another_entrys_digest_is_named(
    database: Database, kept: Kept, past_the_guards: Around
) -> None:
    first, second = kept(2, sealed=True)
    past_the_guards(
        "UPDATE audit_entry SET digest = (SELECT e.digest FROM audit_entry e WHERE e.id = :a) WHERE id = :b",
        a=first,
        b=second,
    )
    assert verdict(database).broken_entry == second


def test_a_removed_entry_is_named(database: Database, kept: Kept, past_the_guards: Around) -> None:
    _, removed, _ = kept(3, sealed=True)
    kept(3, sealed=True)
    past_the_guards("DELETE FROM audit_entry WHERE id = :id", id=removed)
    found = verdict(database)
    assert (found.broken_entry, found.fault) == (removed, f"entry {removed} was removed")


def test_an_entry_put_into_a_sealed_batch_is_named(database: Database, kept: Kept, past_the_guards: Around) -> None:
    first, *_ = kept(3, sealed=True)
    copied = f"INSERT INTO audit_entry (id, {COLUMNS}, batch_id) SELECT 900, {COLUMNS}, batch_id FROM audit_entry WHERE id = :id"
    past_the_guards(copied, id=first)
    found = verdict(database)
    assert (found.broken_entry, found.fault) == (900, "entry 900 was put in after its batch was sealed")


def test_an_entry_put_in_without_the_hubs_keys_is_named(
    database: Database, kept: Kept, past_the_guards: Around
) -> None:
    first, *_ = kept(3)
    forged = COLUMNS.replace("subject_ref", "'ntc_forged'")
    past_the_guards(
        f"INSERT INTO audit_entry (id, {COLUMNS}) SELECT 900, {forged} FROM audit_entry WHERE id = :id", id=first
    )
    found = verdict(database)
    assert found.broken_entry == 900
    assert "put in without the hub's keys" in (found.fault or "")


@pytest.mark.parametrize("sealed", [True, False])
def test_a_copy_of_a_genuine_entry_is_named(
    database: Database, kept: Kept, past_the_guards: Around, sealed: bool
) -> None:
    """Its digest is right: whoever can write to the database can have somebody look at a child twice, who looked once."""
    first, *_ = kept(3, sealed=True)
    kept(1)
    if not sealed:
        seal(database, timedelta(minutes=5))
    past_the_guards(
        f"INSERT INTO audit_entry (id, {COLUMNS}) SELECT 900, {COLUMNS} FROM audit_entry WHERE id = :id", id=first
    )
    if sealed:
        seal(database, timedelta(minutes=5))
    found = verdict(database)
    assert (found.broken_entry, found.fault) == (900, f"entry 900 was put in: it is a copy of entry {first}")


def test_what_two_workers_note_at_one_instant_is_no_copy_although_it_is_sealed_apart(database: Database) -> None:
    for seconds in (1, 2):
        noted(database, 1)
        seal(database, timedelta(seconds=seconds))
    noted(database, 1)
    assert verdict(database).is_whole


def test_what_waited_for_long_and_fills_more_than_a_batch_is_no_copy(database: Database) -> None:
    noted(database, audit.BATCH_ENTRIES + 1)
    for _ in range(2):
        seal(database, timedelta(hours=1))
    found = verdict(database)
    assert (found.is_whole, found.batches) == (True, 2)


def test_entries_whose_transaction_outlasted_a_sealing_are_no_copies(database: Database, kept: Kept) -> None:
    kept(3, sealed=True)
    with database.write() as session:
        audit.record(session, ACTOR, Event.NOTICE_READ, "ntc_" + "0" * 26, now=NOW - timedelta(seconds=5))
        audit.seal_batch(session, now=NOW + timedelta(minutes=1))
    kept(2)
    assert verdict(database).is_whole


def test_a_removed_batch_is_found(database: Database, kept: Kept, past_the_guards: Around) -> None:
    for _ in range(3):
        numbers = kept(2, sealed=True)
    with database.read() as session:
        _, second, third = session.scalars(text("SELECT id FROM audit_batch ORDER BY id"))
    past_the_guards("UPDATE audit_entry SET batch_id = NULL WHERE batch_id = :id", id=second)
    past_the_guards("DELETE FROM audit_batch WHERE id = :id", id=second)
    found = verdict(database)
    assert found.broken_entry == numbers[0]
    assert f"batch {third}, which begins with entry {numbers[0]}, does not follow" in (found.fault or "")


def test_batches_in_another_order_are_found(database: Database, kept: Kept, past_the_guards: Around) -> None:
    """Two batches change places, with all that they sealed: each is genuine, and follows what it should not."""
    for _ in range(3):
        kept(2, sealed=True)
    with database.read() as session:
        _, second, third = session.scalars(text("SELECT id FROM audit_batch ORDER BY id"))
    past_the_guards("UPDATE audit_batch SET previous_id = previous_id + 1000")
    for row, place in ((second, 5_000), (third, second), (5_000, third)):
        past_the_guards("UPDATE audit_entry SET batch_id = NULL WHERE batch_id = :row", row=row)
        past_the_guards("UPDATE audit_batch SET id = :place WHERE id = :row", row=row, place=place)
        numbers = tuple(_members(database, place))
        for number in numbers:
            past_the_guards("UPDATE audit_entry SET batch_id = :place WHERE id = :number", place=place, number=number)
    before = 0
    with database.read() as session:
        order = list(session.scalars(text("SELECT id FROM audit_batch ORDER BY id")))
    for number in order:
        past_the_guards("UPDATE audit_batch SET previous_id = :before WHERE id = :id", before=before, id=number)
        before = number
    assert f"batch {second}, which begins with entry" in (verdict(database).fault or "")
    assert "does not follow the batch before it" in (verdict(database).fault or "")


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_says_whole_or_what_is_broken(
    command: Callable[..., Result], kept: Kept, past_the_guards: Around
) -> None:
    _, altered, _ = kept(3, sealed=True)
    whole = command("audit", "verify")
    assert (whole.exit_code, whole.output) == (0, "Whole: 3 entries, 1 sealed batches.\n")
    past_the_guards("UPDATE audit_entry SET actor_ref = 'x' WHERE id = :id", id=altered)
    broken = command("audit", "verify")
    assert (broken.exit_code, broken.output) == (1, f"BROKEN: entry {altered} was altered.\n")


def test_a_root_that_was_noted_shows_that_the_end_was_cut_off(
    command: Callable[..., Result], database: Database, kept: Kept, past_the_guards: Around
) -> None:
    """From the chain alone nobody could see it; from the log, where each root is kept, one can."""
    kept(2, sealed=True)
    numbers = kept(2, sealed=True)
    noted = roots(database)[-1]
    assert command("audit", "verify", "--root", noted).exit_code == 0
    past_the_guards("DELETE FROM audit_entry WHERE id >= :id", id=numbers[0])
    past_the_guards("DELETE FROM audit_batch WHERE id = (SELECT max(id) FROM audit_batch)")
    assert command("audit", "verify").exit_code == 0
    cut = command("audit", "verify", "--root", noted)
    assert (cut.exit_code, "its end was removed" in cut.output) == (1, True)


def test_what_is_no_root_is_said_to_be_none(command: Callable[..., Result], kept: Kept, tmp_path: Path) -> None:
    kept(1)
    said = command("audit", "verify", "--root", "tomorrow")
    assert (said.exit_code, "is no root" in said.output) == (1, True)
