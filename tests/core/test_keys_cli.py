"""``hub keys``: what an operator sees and does, with real processes, one of which is killed half-way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update

from hub import up
from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.key_file import KeyFile
from hub.core.rotation_queries import progress_of
from hub.core.secrets import KeyRing, KeyRingError, MasterKey, read_keys, render_key_file
from hub.core.settings import Settings
from hub.keys import cli as keys_cli
from hub.keys.changes import add_key, counts, retire_key
from hub.keys.parts import all_parts
from hub.keys.rotate import rotate
from hub.keys.watching import note_unreadable_once
from hub.registry.files.store import folder_of
from hub.registry.models import Child
from hub.resources import open_database
from tests.conftest import KEY, NOW
from tests.core.sealed_rows import fill

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    """``run("list")`` is ``hub keys list``, for the test's hub."""

    def called(*words: str, given: Settings = settings) -> Result:
        return CliRunner(env={"COLUMNS": "160"}).invoke(keys_cli.keys_group(lambda: given), list(words))

    return called


@pytest.fixture
def live(settings: Settings) -> Iterator[Database]:
    """The test's database for a process that follows the key file."""
    opened = open_database(settings)
    yield opened
    opened.close()


def past(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def events(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        found = select(AuditEntry.event, AuditEntry.subject_ref).where(AuditEntry.event.like("key.%"))
        return [(row.event, row.subject_ref) for row in session.execute(found.order_by(AuditEntry.id))]


def rotated_to_a_new_key(settings: Settings, live: Database) -> MasterKey:
    """A key was added two minutes ago, and everything put under it."""
    key = add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(120))
    live.keys.look_again()
    rotate(live, all_parts(folder_of(settings.data_dir)))
    return key


# ── new ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_hub_is_given_its_keys_by_command_in_production_too(run: Run, settings: Settings, tmp_path: Path) -> None:
    bare = replace(settings, mode="production", data_dir=tmp_path / "bare", key_file="", keys="", database_url="")
    with pytest.raises(KeyRingError, match="hub keys new"):
        open_database(bare)
    made = run("new", given=bare)
    assert made.exit_code == 0, made.output
    assert bare.key_path.stat().st_mode & 0o077 == 0
    open_database(bare).close()
    kept = bare.key_path.read_text()
    again = run("new", given=bare)
    assert again.exit_code == 1
    assert "Nothing was changed" in again.output
    assert bare.key_path.read_text() == kept


def test_no_new_keys_are_made_for_records_that_others_sealed(run: Run, settings: Settings, database: Database) -> None:
    fill(database, folder_of(settings.data_dir))
    settings.key_path.unlink()
    refused = run("new")
    assert refused.exit_code == 1
    assert "Restore their key file" in refused.output
    assert not settings.key_path.exists()


# ── list and add ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_what_each_key_does_and_what_stands_under_it(
    run: Run, database: Database, settings: Settings
) -> None:
    fill(database, folder_of(settings.data_dir), number=2)
    said = run("list").output
    assert "testkey1" in said
    assert "seals and opens" in said
    [row] = [line for line in said.splitlines() if "child.sealed" in line]
    assert row.split("│")[2].strip() == "2"
    assert KEY.secret.hex() not in said


def test_an_added_key_opens_at_once_and_seals_from_its_instant(run: Run, settings: Settings, live: Database) -> None:
    result = run("add")
    assert result.exit_code == 0, result.output
    new, old = read_keys(settings.key_path.read_text(), origin="the file").masters
    assert old == KEY
    assert new.seals_from is not None
    assert timedelta(seconds=50) < new.seals_from - datetime.now(UTC) <= timedelta(seconds=60)
    assert settings.key_path.stat().st_mode & 0o777 == 0o600
    live.keys.look_again()
    assert live.keys.newest_id == KEY.key_id
    assert [key.key_id for key in live.keys.keys.masters] == [new.key_id, KEY.key_id]
    assert events(live) == [("key.added", new.key_id)]
    assert "seals from" in run("list").output


def test_a_running_process_opens_what_another_sealed_with_a_key_it_has_not_seen_yet(
    settings: Settings, live: Database
) -> None:
    """It looks at the file at once, not only when its few seconds are over."""
    key = add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(10))
    assert [each.key_id for each in live.keys._held.keys.masters] == [KEY.key_id]
    sealed = KeyRing([key]).seal("ntc_1", "said by another process")
    assert live.keys.open("ntc_1", sealed) == "said by another process"
    assert live.keys.newest_id == key.key_id


def test_a_running_process_keeps_its_keys_while_the_file_cannot_be_read(settings: Settings, live: Database) -> None:
    good = settings.key_path.read_text()
    settings.key_path.write_text(good[:-20])
    live.keys.look_again()
    assert live.keys.newest_id == KEY.key_id
    settings.key_path.write_text(good)
    live.keys.look_again()
    assert live.keys.newest_id == KEY.key_id


def test_that_the_file_cannot_be_read_is_on_record_once_each_time_that_it_happens(
    settings: Settings, live: Database
) -> None:
    good = settings.key_path.read_text()
    for _ in range(2):
        settings.key_path.write_text(good[:-20])
        for _ in range(3):
            live.keys.look_again()
        assert [note_unreadable_once(live, now=NOW) for _ in range(3)] == [1, 0, 0]
        settings.key_path.write_text(good)
        live.keys.look_again()
    with live.read() as session:
        found = select(AuditEntry).where(AuditEntry.event == "key_file.unreadable")
        entries = session.scalars(found).all()
        assert [(each.subject_ref, each.details) for each in entries] == [(KEY.key_id, {})] * 2


def test_two_who_add_a_key_at_once_both_succeed(settings: Settings, live: Database) -> None:
    words = [sys.executable, "-m", "hub.cli", "keys", "add"]
    children = [subprocess.Popen(words, env=up.environment_of(settings), stdout=subprocess.PIPE) for _ in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    for child in children:
        child.stdout.close()  # type: ignore[union-attr]
    assert len(read_keys(settings.key_path.read_text(), origin="the file").masters) == 3


def test_keys_from_the_environment_are_not_changed_but_told_how(run: Run, settings: Settings, live: Database) -> None:
    given = replace(settings, keys=render_key_file([KEY]))
    result = run("add", given=given)
    assert result.exit_code == 1
    lines = result.stdout[result.stdout.index("[[key]]") :]
    key = read_keys(lines.split("Error:")[0], origin="what was printed").masters[0]
    assert key.seals_from is not None
    assert "Nothing was changed" in result.output
    assert read_keys(settings.key_path.read_text(), origin="the file").masters == (KEY,)
    assert "HUB_KEYS" in run("retire", KEY.key_id, given=given).output
    assert events(live) == []


def test_a_key_file_that_cannot_be_written_says_so_and_stays(
    settings: Settings, live: Database, tmp_path: Path
) -> None:
    file = KeyFile(tmp_path / "elsewhere" / "keys.toml")
    with pytest.raises(KeyRingError, match="cannot be read"), live.write():
        file.read()
    before = settings.key_path.read_text()
    settings.key_path.write_text("")
    with pytest.raises(KeyRingError, match="is empty"):
        add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(0))
    assert settings.key_path.read_text() == ""
    settings.key_path.write_text(before)
    assert events(live) == [], "what was not done is not on record"


# ── rotate ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rotation_that_is_killed_goes_on_where_it_was(settings: Settings, database: Database, live: Database) -> None:
    folder = folder_of(settings.data_dir)
    fill(database, folder, number=120)
    key = add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(10))
    live.keys.look_again()
    words = [sys.executable, "-m", "hub.cli", "keys", "rotate"]
    child = subprocess.Popen(words, env=up.environment_of(settings), stdout=subprocess.DEVNULL, start_new_session=True)
    _wait_for_some_progress(live, key.key_id)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(30)
    with live.read() as session:
        found = counts(session, all_parts(folder), NOW)
        begun = {name: part.done for name, part in progress_of(session, key.key_id).items()}
    under_old = sum(by_key[KEY.key_id] for by_key in found.values())
    assert under_old > 0, "it was killed too late to prove anything"
    assert any(begun.values())
    again = subprocess.run(words, env=up.environment_of(settings), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    with live.read() as session:
        found = counts(session, all_parts(folder), NOW)
        parts = progress_of(session, key.key_id)
    assert {part: set(by_key) for part, by_key in found.items() if set(by_key) - {key.key_id}} == {}
    assert all(part.done == part.total and part.ended_at for part in parts.values())
    assert events(live) == [
        ("key.added", key.key_id), ("key.rotation_begun", key.key_id), ("key.rotated", key.key_id)
    ]  # fmt: skip


def _wait_for_some_progress(database: Database, key_id: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with database.read() as session:
            if any(part.done for part in progress_of(session, key_id).values()):
                return
        time.sleep(0.005)
    raise AssertionError("the rotation did not begin")


def test_the_rotation_says_what_it_did_and_what_does_not_open(
    run: Run, settings: Settings, database: Database, live: Database
) -> None:
    fill(database, folder_of(settings.data_dir), number=2)
    assert run("rotate").exit_code == 0
    add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(10))
    with database.write() as session:
        first, second = session.execute(select(Child.id, Child.ref, Child.sealed).order_by(Child.id)).all()
        session.execute(update(Child).where(Child.id == first.id).values(sealed=second.sealed))
    result = run("rotate")
    assert result.exit_code == 1
    assert first.ref in result.output
    assert "Testwell" not in result.output


# ── retire ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_that_is_needed_is_not_retired_and_says_by_what(
    run: Run, settings: Settings, database: Database, live: Database
) -> None:
    fill(database, folder_of(settings.data_dir))
    add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(120))
    result = run("retire", KEY.key_id, "--receivers-told")
    assert result.exit_code == 1
    assert isinstance(result.exception, StateConflict)
    assert "1 in child.sealed" in result.exception.sentence
    assert "1 in files" in result.exception.sentence
    assert KEY in read_keys(settings.key_path.read_text(), origin="the file").masters


def test_after_the_rotation_a_key_is_retired_and_what_it_proved_still_verifies(
    run: Run, settings: Settings, database: Database, live: Database
) -> None:
    fill(database, folder_of(settings.data_dir))
    signature = live.keys.signing_key("evidence").sign(b"said")
    key = rotated_to_a_new_key(settings, live)
    result = run("retire", KEY.key_id, "--receivers-told")
    assert result.exit_code == 0, result.output
    held = read_keys(settings.key_path.read_text(), origin="the file")
    assert held.masters == (key,)
    assert [old.key_id for old in held.retired] == [KEY.key_id]
    assert render_key_file([KEY]).split('secret = "')[1][:44] not in settings.key_path.read_text()
    live.keys.look_again()
    live.keys.public_keys("evidence")[KEY.key_id].verify(signature, b"said")
    assert events(live)[-1] == ("key.retired", KEY.key_id)
    with live.read() as session:
        assert all(
            set(by_key) <= {key.key_id}
            for by_key in counts(session, all_parts(folder_of(settings.data_dir)), NOW).values()
        )


@pytest.mark.parametrize("key_id", ["testkey1", "nosuchky"])
def test_the_key_that_seals_and_one_that_is_not_there_are_not_retired(run: Run, key_id: str) -> None:
    result = run("retire", key_id)
    assert result.exit_code == 1
    assert str(result.exception).startswith(("The key testkey1 seals", "There is no key nosuchky"))


def test_a_key_is_not_retired_while_its_successor_is_younger_than_a_minute(settings: Settings, live: Database) -> None:
    add_key(live, KeyFile(settings.key_path), seals_in=timedelta(0), now=past(5))
    with pytest.raises(StateConflict, match="less than a minute"):
        retire_key(live, KeyFile(settings.key_path), KEY.key_id, [], now=past(0))


def test_receivers_who_verify_with_the_public_key_are_told_first(
    settings: Settings, database: Database, live: Database
) -> None:
    fill(database, folder_of(settings.data_dir))
    with database.write() as session:
        session.execute(text("UPDATE contact_point SET channel = 'webhook', sealed_secret = NULL"))
    rotated_to_a_new_key(settings, live)
    file = KeyFile(settings.key_path)
    with pytest.raises(StateConflict, match="verified with the hub's public key"):
        retire_key(live, file, KEY.key_id, [], now=past(0))
    retire_key(live, file, KEY.key_id, [], receivers_told=True, now=past(0))


def test_what_does_not_open_keeps_a_key_until_it_is_given_up(
    settings: Settings, database: Database, live: Database
) -> None:
    folder = folder_of(settings.data_dir)
    fill(database, folder, number=2)
    with database.write() as session:
        first, second = session.execute(select(Child.id, Child.ref, Child.sealed).order_by(Child.id)).all()
        session.execute(update(Child).where(Child.id == first.id).values(sealed=second.sealed))
    rotated_to_a_new_key(settings, live)
    file = KeyFile(settings.key_path)
    with pytest.raises(StateConflict, match=r"1 in child\.sealed"):
        retire_key(live, file, KEY.key_id, all_parts(folder), receivers_told=True, now=past(0))
    retire_key(live, file, KEY.key_id, all_parts(folder), receivers_told=True, give_up_unreadable=True, now=past(0))
    assert [key.key_id for key in file.read().retired] == [KEY.key_id]
