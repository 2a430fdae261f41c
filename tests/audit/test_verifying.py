"""An entry that was altered, removed or put in is named, on both engines, by whoever owns the database even."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub import cli
from hub.audit.verify import Verdict, verify
from hub.core.db import Database
from hub.core.settings import Settings

Kept = Callable[..., list[int]]
Around = Callable[..., None]
COLUMNS = "at, operation, event, actor_kind, actor_ref, organisation_id, subject_ref, details, digest"


def verdict(database: Database) -> Verdict:
    with database.read() as session:
        return verify(session)


def roots(database: Database) -> list[str]:
    with database.read() as session:
        return [bytes(root).hex() for root in session.scalars(text("SELECT root FROM audit_batch ORDER BY id"))]


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


def test_a_removed_batch_is_found(database: Database, kept: Kept, past_the_guards: Around) -> None:
    for _ in range(3):
        numbers = kept(2, sealed=True)
    past_the_guards("UPDATE audit_entry SET batch_id = NULL WHERE batch_id = 2")
    past_the_guards("DELETE FROM audit_batch WHERE id = (SELECT min(id) + 1 FROM audit_batch)")
    found = verdict(database)
    assert not found.is_whole
    assert numbers


def test_batches_in_another_order_are_found(database: Database, kept: Kept, past_the_guards: Around) -> None:
    for _ in range(3):
        kept(2, sealed=True)
    past_the_guards("UPDATE audit_batch SET previous_id = 77 WHERE id = (SELECT max(id) FROM audit_batch)")
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
