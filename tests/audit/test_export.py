"""The record as a file: complete, in order, harmless in a spreadsheet, itself on record, and provable."""

import csv
import io
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hub import cli
from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.export import COLUMNS, ExportVerdict, Form, export, read_proof, verify_export
from hub.audit.models import AuditEntry
from hub.audit.reading_queries import Wanted
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import Malformed
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from tests.audit.conftest import ACTOR
from tests.conftest import NOW

Kept = Callable[..., list[int]]
ALL = Wanted()


def exported(database: Database, form: Form, wanted: Wanted = ALL) -> tuple[str, dict[str, Any]]:
    file = io.StringIO(newline="")
    proof = export(database, SYSTEM, wanted, file, form=form, organisations={7: "org_seven"}, now=NOW)
    return file.getvalue(), proof


def judged(database: Database, text: str, proof: dict[str, Any]) -> ExportVerdict:
    with database.read() as session:
        return verify_export(session, io.BytesIO(text.encode()), proof)


def test_every_entry_is_in_it_in_order(database: Database, kept: Kept) -> None:
    numbers = kept(3, sealed=True) + kept(2)
    lines = [json.loads(line) for line in exported(database, "jsonl")[0].splitlines()]
    assert [line["number"] for line in lines] == numbers
    assert set(lines[0]) == set(COLUMNS)
    assert (lines[0]["organisation"], lines[0]["actor"]) == ("org_seven", ACTOR.ref)
    assert [line["batch"] is None for line in lines] == [False] * 3 + [True] * 2


def test_the_sheet_says_the_same(database: Database, kept: Kept) -> None:
    kept(3, sealed=True)
    lines = [json.loads(line) for line in exported(database, "jsonl")[0].splitlines()]
    rows = list(csv.DictReader(io.StringIO(exported(database, "csv")[0], newline="")))
    assert [row["subject"] for row in rows[:3]] == [line["subject"] for line in lines]
    assert [row["digest"] for row in rows[:3]] == [line["digest"] for line in lines]


def test_nothing_in_a_sheet_runs(database: Database) -> None:
    dangerous = replace(ACTOR, ref='=HYPERLINK("https://evil.example")')
    with database.write() as session:
        audit.record(session, dangerous, Event.NOTICE_READ, "@SUM(A1)", now=NOW, details={"=1+1": "+2"})
    (row,) = csv.DictReader(io.StringIO(exported(database, "csv")[0], newline=""))
    assert (row["actor"][:2], row["subject"]) == ("'=", "'@SUM(A1)")
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_the_export_is_on_record_before_its_first_line(database: Database, kept: Kept) -> None:
    numbers = kept(2)

    class Watching(io.StringIO):
        seen: int | None = None

        def write(self, text: str) -> int:
            with database.read() as session:
                made = session.scalars(select(AuditEntry).where(AuditEntry.event == "export.made")).all()
            self.seen = len(made)
            return super().write(text)

    file = Watching(newline="")
    export(database, SYSTEM, replace(ALL, since=NOW), file, form="csv", organisations={}, now=NOW)
    assert file.seen == 1
    with database.read() as session:
        made = session.scalars(select(AuditEntry).where(AuditEntry.event == "export.made")).one()
    assert made.details == {"since": "2026-11-18T10:00:00Z", "format": "csv", "up_to": numbers[-1]}
    assert made.operation == "disclosure"


def test_only_what_was_asked_for_is_in_it(database: Database, kept: Kept) -> None:
    mine, theirs = kept(4), kept(2, actor=replace(ACTOR, organisation_id=8))
    numbered = lambda wanted: [json.loads(x)["number"] for x in exported(database, "jsonl", wanted)[0].splitlines()]  # noqa: E731
    assert numbered(Wanted(organisation_id=8)) == theirs
    assert numbered(Wanted(organisation_id=7, since=NOW + timedelta(seconds=2))) == mine[2:]
    assert numbered(Wanted(organisation_id=7, until=NOW + timedelta(seconds=2))) == mine[:2]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_with_its_proof_is_verified(database: Database, kept: Kept, form: Form) -> None:
    kept(700, sealed=True)
    text, proof = exported(database, form)
    assert judged(database, text, proof) == ExportVerdict(700)


def test_sealing_afterwards_makes_no_difference(database: Database, kept: Kept) -> None:
    kept(3)
    text, proof = exported(database, "jsonl")
    with database.write() as session:
        audit.seal_batch(session, now=NOW)
    assert judged(database, text, proof).fault is None


def test_an_altered_file_is_found_and_its_entry_named(database: Database, kept: Kept) -> None:
    _, second, _ = kept(3, sealed=True)
    text, proof = exported(database, "jsonl")
    lines = text.splitlines(keepends=True)
    lines[1] = lines[1].replace("notice.read", "notice.lost")
    assert judged(database, "".join(lines), proof).fault == f"entry {second} of the file differs from the record"
    assert "not in the record" in (judged(database, text.replace('"number": ', '"number": 99'), proof).fault or "")
    assert "altered after" in (judged(database, "".join([lines[0], lines[2]]), proof).fault or "")
    sheet, sheet_proof = exported(database, "csv")
    assert "altered after" in (judged(database, sheet.replace("notice.read", "notice.lost"), sheet_proof).fault or "")


def test_an_altered_proof_is_found(database: Database, kept: Kept) -> None:
    kept(3, sealed=True)
    text, proof = exported(database, "jsonl")
    fewer = {"proof": proof["proof"] | {"entries": 2}, "signature": proof["signature"]}
    other = {"proof": proof["proof"], "signature": {"value": "00" * 64}}
    strange = {"proof": proof["proof"] | {"hub_key_id": "another1"}, "signature": proof["signature"]}
    for altered in (fewer, other, strange):
        assert judged(database, text, altered).fault == "the proof was altered, or is not this hub's"


def test_a_record_that_lost_its_end_is_found_by_an_export(
    database: Database, kept: Kept, past_the_guards: Callable[..., None]
) -> None:
    kept(3, sealed=True)
    numbers = kept(3, sealed=True)
    text, proof = exported(database, "csv")
    past_the_guards("DELETE FROM audit_entry WHERE id >= :id", id=numbers[0])
    past_the_guards("DELETE FROM audit_batch WHERE id = (SELECT max(id) FROM audit_batch)")
    assert "no longer in the record" in (judged(database, text, proof).fault or "")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"proof": {}}', "not json", '{"proof": 1, "signature": 2}', "[" * 9999]
)
def test_what_is_no_proof_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Malformed):
        read_proof(text)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(settings: Settings, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("HUB_MODE", "test")
    monkeypatch.setenv("HUB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("HUB_DATABASE_URL", settings.database_url)
    return lambda *words: CliRunner().invoke(cli.main, [str(word) for word in words])


def test_the_command_writes_a_file_for_its_owner_alone_and_verifies_it(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "record.jsonl"
    assert command("audit", "export", target, "--format", "jsonl").exit_code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.with_name("record.jsonl.proof.json").exists()
    said = command("audit", "verify", "--export", target)
    assert (said.exit_code, "The file is as the hub exported it" in said.output) == (0, True), said.output
    target.write_text(target.read_text().replace("administration", "consultation", 1))
    broken = command("audit", "verify", "--export", target)
    assert (broken.exit_code, "of the file differs" in broken.output) == (1, True)


def test_the_command_asks_for_one_organisation_since_a_day(
    command: Callable[..., Result], cast: Cast, tmp_path: Path
) -> None:
    target = tmp_path / "record.csv"
    done = command("audit", "export", target, "--organisation", cast.refs["leeds"], "--since", "2026-11-01")
    assert done.exit_code == 0, done.output
    assert {row["organisation"] for row in csv.DictReader(target.read_text().splitlines())} <= {cast.refs["leeds"]}


def test_a_file_that_is_there_is_never_overwritten(command: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "record.csv").write_text("mine")
    said = command("audit", "export", tmp_path / "record.csv")
    assert (said.exit_code, (tmp_path / "record.csv").read_text()) == (1, "mine")
    assert "cannot be made" in said.output


def test_an_organisation_that_is_not_there_is_named(command: Callable[..., Result], tmp_path: Path) -> None:
    said = command("audit", "export", tmp_path / "x", "--organisation", "org_nowhere")
    assert (said.exit_code, "There is no organisation org_nowhere" in said.output) == (1, True)
