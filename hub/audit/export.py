"""The record as a file: streamed, safe to open in a spreadsheet, recorded before it is written, and provable afterwards.

Beside the file stands its proof: what was asked for, how many entries, the SHA-256 of the file, and the last batch of the chain
with its root, signed with the hub's own key. Who keeps a proof elsewhere can later show that the chain has lost its end, which
nobody could see from the chain alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from sqlalchemy.orm import Session

from hub.audit import queries, reading_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.audit.reading_queries import Wanted
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import Database, keys_of
from hub.core.errors import Malformed
from hub.core.secrets import KeyRing
from hub.core.spreadsheets import CsvSheet

Form = Literal["csv", "jsonl"]
PURPOSE: Final = "audit-export"
"""Of the hub's signing key."""
COLUMNS: Final = (
    "number",
    "at",
    "operation",
    "event",
    "actor_kind",
    "actor",
    "organisation",
    "subject",
    "details",
    "digest",
    "batch",
)
_AT_ONCE: Final = 500


class _Hashed:
    """A text file that is hashed while it is written."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, text: str) -> int:
        self.sha256.update(text.encode())
        return self._file.write(text)


def export(
    database: Database,
    actor: Actor,
    wanted: Wanted,
    file: IO[str],
    *,
    form: Form,
    organisations: Mapping[int, str],
    now: datetime,
) -> dict[str, Any]:
    """Write the *wanted* entries to *file*; return the proof that belongs beside it.

    That there is an export is recorded and committed before the first entry is written. *organisations*: the reference of each
    by its key inside the database, which never leaves it. *file* must not translate line ends (``newline=""``).
    """
    asked = _spoken(wanted, organisations) | {"format": form}
    with database.write() as session:
        up_to = reading_queries.last_number(session)
        audit.record(session, actor, Event.EXPORT_MADE, actor.ref, now=now, details=asked | {"up_to": up_to})
    hashed = _Hashed(file)
    with database.read() as session:
        rows = (row_of(entry, organisations) for entry in reading_queries.stream(session, wanted, up_to=up_to))
        entries = (_write_csv if form == "csv" else _write_lines)(hashed, rows)
        last = queries.last_batch(session)
    chain = {"last_batch": last.id if last else None, "root": last.root.hex() if last else None}
    proof = asked | {"up_to": up_to, "entries": entries, "sha256": hashed.sha256.hexdigest(), "chain": chain}
    return _signed(database.keys, proof | {"exported_at": iso(now), "by": actor.ref})


def _spoken(wanted: Wanted, organisations: Mapping[int, str]) -> dict[str, Any]:
    said = {
        "organisation": organisations.get(wanted.organisation_id or 0),
        "actor": wanted.actor,
        "subject": wanted.subject,
        "event": wanted.event,
        "since": iso(wanted.since) if wanted.since else None,
        "until": iso(wanted.until) if wanted.until else None,
        "operations": list(wanted.operations) or None,
        "related": len(wanted.related) or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def row_of(entry: AuditEntry, organisations: Mapping[int, str]) -> dict[str, Any]:
    """One entry as it stands in an export."""
    return {
        "number": entry.id,
        "at": iso(entry.at),
        "operation": entry.operation,
        "event": entry.event,
        "actor_kind": entry.actor_kind,
        "actor": entry.actor_ref,
        "organisation": organisations.get(entry.organisation_id or 0),
        "subject": entry.subject_ref,
        "details": entry.details,
        "digest": entry.digest.hex(),
        "batch": entry.batch_id,
    }


def _write_csv(file: Any, rows: Iterable[Mapping[str, Any]]) -> int:
    sheet, count = CsvSheet(file, COLUMNS), 0
    for row in rows:
        sheet.add((row | {"details": _canonical(row["details"])})[name] for name in COLUMNS)  # type: ignore[operator]
        count += 1
    return count


def _write_lines(file: Any, rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=True) + "\n")
        count += 1
    return count


# --- the proof --------------------------------------------------------------------------------------------------------


def _canonical(said: Any) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _signed(keys: KeyRing, proof: dict[str, Any]) -> dict[str, Any]:
    proof = proof | {"hub_key_id": keys.newest_id}
    value = keys.signing_key(PURPOSE, proof["hub_key_id"]).sign(_canonical(proof).encode()).hex()
    return {"proof": proof, "signature": {"algorithm": "Ed25519", "value": value}}


@dataclass(frozen=True)
class ExportVerdict:
    """What verification of an exported file found; ``fault`` is a sentence, or ``None``."""

    entries: int
    fault: str | None = None


def read_proof(text: str) -> dict[str, Any]:
    """The proof in a file. Raises ``Malformed``."""
    try:
        found = json.loads(text)
        proof, value = found["proof"], found["signature"]["value"]
        if isinstance(proof["sha256"], str) and isinstance(proof["chain"], dict) and isinstance(value, str):
            return dict(found)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Malformed("This is not the proof of an export: give the file that was written beside it.")


def verify_export(session: Session, file: IO[bytes], signed_proof: Mapping[str, Any]) -> ExportVerdict:
    """Whether *file* is what the hub exported, and whether the record still holds what it held then.

    Of a file of lines (jsonl) that was changed, the entry that differs from the record is named.
    """
    proof = signed_proof["proof"]
    if not _is_genuine(keys_of(session), signed_proof):
        return ExportVerdict(0, "the proof was altered, or is not this hub's")
    content = hashlib.sha256()
    differs = _first_difference(session, file, content, is_lines=proof["format"] == "jsonl")
    if content.hexdigest() != proof["sha256"]:
        return ExportVerdict(0, differs or "the file was altered after it was exported")
    root = proof["chain"].get("root")
    if root and not reading_queries.has_root(session, bytes.fromhex(root)):
        said = f"batch {proof['chain']['last_batch']}, which this export saw, is no longer in the record"
        return ExportVerdict(proof["entries"], said)
    return ExportVerdict(proof["entries"], differs)


def _is_genuine(keys: KeyRing, signed_proof: Mapping[str, Any]) -> bool:
    proof = signed_proof["proof"]
    try:
        key = keys.public_keys(PURPOSE)[proof["hub_key_id"]]
        key.verify(bytes.fromhex(signed_proof["signature"]["value"]), _canonical(proof).encode())
    except (InvalidSignature, ValueError, LookupError, TypeError):
        return False
    return True


def _first_difference(session: Session, file: IO[bytes], content: Any, *, is_lines: bool) -> str | None:
    waiting: list[dict[str, Any]] = []
    found: str | None = None
    for line in file:
        content.update(line)
        if is_lines and found is None:
            waiting.append(_read_line(line))
            if len(waiting) == _AT_ONCE:
                found, waiting = _compared(session, waiting), []
    return found or _compared(session, waiting)


def _read_line(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
        return row if isinstance(row, dict) and isinstance(row.get("number"), int) else {"number": 0}
    except (ValueError, RecursionError):
        return {"number": 0}


def _compared(session: Session, rows: list[dict[str, Any]]) -> str | None:
    """The first of *rows* that is not as the record has it (what a row says of its batch may since have been filled in)."""
    there = reading_queries.entries_numbered(session, [row["number"] for row in rows])
    for row in rows:
        entry = there.get(row["number"])
        if entry is None:
            return f"entry {row['number']} of the file is not in the record"
        said = row_of(entry, {}) | {"organisation": row.get("organisation"), "batch": row.get("batch")}
        if said != row:
            return f"entry {row['number']} of the file differs from the record"
    return None
