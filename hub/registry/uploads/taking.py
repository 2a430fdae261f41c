"""Taking in a spreadsheet, or as many notices from a system: read, judged row by row, and kept. Nothing is sent by it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import LONDON
from hub.core.db import Database, keys_of
from hub.core.errors import Invalid, StateConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.core.turns import take_turns
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.uploads import queries
from hub.registry.uploads import service as uploads
from hub.registry.uploads.columns import MOMENTS, columns
from hub.registry.uploads.files import MOST_ROWS, read_file
from hub.registry.uploads.judging import Judged, read_row, tells
from hub.registry.uploads.known import ground_of, judge_all
from hub.registry.uploads.models import Upload
from hub.registry.uploads.policy import UploadPolicy
from hub.registry.uploads.service import UploadSeen
from hub.registry.uploads.sheets import Sheet, sheet_for
from hub.registry.uploads.states import UPLOAD


@dataclass(frozen=True)
class Sent:
    """What was sent: rows as the notices they say, beside a digest of it all."""

    sheet: Sheet
    name: str = field(repr=False)
    sha256: bytes
    rows: Sequence[Judged] = field(repr=False)
    headings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=(), repr=False)


def take_in_file(
    database: Database,
    actor: Actor,
    content: bytes,
    *,
    sheet: str,
    name: str | None = None,
    leave_out_unknown: bool = False,
    rules: Rulebook,
    areas: Areas,
    policy: UploadPolicy,
    now: datetime,
) -> UploadSeen:
    """Take in a CSV or XLSX file of *sheet* and check its rows. The same file again is the same upload.

    Raises ``Invalid`` (fields ``file``, ``sheet``) for a file that cannot be read as a whole; a faulty row is no such refusal.
    """
    kind = sheet_for(actor, sheet)
    digest = _digest(kind.name, content)
    if known := _known(database, actor, digest):
        return known
    read = read_file(content, kind, leave_out_unknown=leave_out_unknown)
    rows = [read_row(row, kind, actor.organisation_kind or "", areas) for row in read.rows]
    shown = tuple(column.path for column in read.columns)
    sent = Sent(kind, (name or "").strip()[:200], digest, rows, shown, read.left_out)
    return _keep(database, actor, sent, rules=rules, areas=areas, policy=policy, now=now)


def take_in_bodies(
    database: Database,
    actor: Actor,
    bodies: Sequence[Mapping[str, Any]],
    digest: bytes,
    *,
    sheet: str,
    rules: Rulebook,
    areas: Areas,
    policy: UploadPolicy,
    now: datetime,
) -> UploadSeen:
    """Take in as many notices, as ``NoticeIn`` takes each (its ``kind`` follows from *sheet*). Raises ``Invalid``."""
    kind = sheet_for(actor, sheet)
    if not 1 <= len(bodies) <= MOST_ROWS:
        sentence = worded("Send one to {most_rows:,} rows.", most_rows=MOST_ROWS)
        raise Invalid(sentence, fields={"rows": [sentence]})
    digest = _digest(kind.name, digest)
    if known := _known(database, actor, digest):
        return known
    common = kind.body_of(actor.organisation_kind or "")
    rows = [
        Judged(number, texts_of(body), {**common, **body, "kind": common["kind"]})
        for number, body in enumerate(bodies, start=1)
    ]
    shown = tuple(path for path in columns() if any(path in row.texts for row in rows))
    sent = Sent(kind, "", digest, rows, shown)
    return _keep(database, actor, sent, rules=rules, areas=areas, policy=policy, now=now)


def _digest(sheet: str, content: bytes) -> bytes:
    return hashlib.sha256(sheet.encode() + b"\x1f" + content).digest()


def _known(database: Database, actor: Actor, digest: bytes) -> UploadSeen | None:
    with database.read() as session:
        known = queries.same_file(session, actor.organisation, digest)
        return uploads.seen(session, [known])[0] if known else None


def _keep(
    database: Database, actor: Actor, sent: Sent, *, rules: Rulebook, areas: Areas, policy: UploadPolicy, now: datetime
) -> UploadSeen:
    """Judge the rows, reading alone, then keep them: nobody's notice waits for five thousand rows to be judged."""
    with database.read() as session:
        _refuse_too_many(session, actor, policy)
        judged = judge_all(session, actor, sent.rows, ground_of(session, actor, rules=rules, areas=areas, now=now))
    with database.write() as session:
        take_turns(session, [sent.sha256])
        known = queries.same_file(session, actor.organisation, sent.sha256)
        if known is None:
            _refuse_too_many(session, actor, policy)
            known = _add(session, actor, sent, judged, now)
        return uploads.seen(session, [known])[0]


def _refuse_too_many(session: Session, actor: Actor, policy: UploadPolicy) -> None:
    if queries.count_waiting(session, actor.organisation) >= policy.most_waiting:
        raise StateConflict(
            worded(
                "Your organisation has {count} spreadsheets that wait. Register or discard one of them first.",
                count=policy.most_waiting,
            ),
            code="too_many_uploads",
        )


def _add(session: Session, actor: Actor, sent: Sent, judged: Sequence[Judged], now: datetime) -> Upload:
    keys, ref = keys_of(session), new_ref("upl")
    document = {"name": sent.name, "columns": sent.headings, "left_out": sent.left_out}
    row = {
        "ref": ref,
        "organisation_id": actor.organisation,
        "sheet": sent.sheet.name,
        "state": UPLOAD.start,
        "sealed": keys.seal(ref, document),
        "content_hash": sent.sha256,
        "uploaded_by": actor.ref,
        "uploaded_at": now,
        "version": 1,
    }
    upload_id = queries.add_upload(session, row)
    queries.add_rows(session, [_row(session, upload_id, each) for each in judged])
    faulty = sum(bool(each.faults) for each in judged)
    said = {"sheet": sent.sheet.name, "rows": len(judged), "faulty": faulty}
    audit.record(session, actor, Event.UPLOAD_TAKEN, ref, now=now, details=said)
    return uploads.upload_of(session, actor, ref)


def _row(session: Session, upload_id: int, judged: Judged) -> dict[str, Any]:
    ref = new_ref("upr")
    document = {
        "cells": dict(judged.texts),
        "body": dict(judged.body),
        "faults": [
            {"column": each.column, "heading": each.heading, "stands": each.stands, "sentence": each.sentence}
            for each in judged.faults
        ],
        "tells": tells(judged.content) if judged.content and not judged.faults else [],
    }
    return {
        "ref": ref,
        "upload_id": upload_id,
        "number": judged.number,
        "state": "faulty" if judged.faults else "ready",
        "is_late": judged.is_late and not judged.faults,
        "sealed": keys_of(session).seal(ref, document),
        "tries": 0,
    }


def texts_of(body: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """The cells in which a spreadsheet would say what *body* says, as far as it has columns for it."""
    found: dict[str, str] = {}
    for name, value in body.items():
        path = f"{before}{name}"
        stem = path[:-3] if path.endswith(("_at", "_on")) else path
        if isinstance(value, Mapping):
            found |= texts_of(value, f"{path}.")
        elif stem in MOMENTS:
            found[stem] = _moment_text(value)
        elif isinstance(value, list):
            found |= _list_texts(path, value)
        elif path in columns() and value is not None:
            found[path] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return found


def _list_texts(path: str, value: list[Any]) -> dict[str, str]:
    if f"{path}.0" in columns():
        return {f"{path}.{number}": str(each) for number, each in enumerate(value) if f"{path}.{number}" in columns()}
    words = [str(next(iter(each.values()), "")) if isinstance(each, Mapping) else str(each) for each in value]
    return {path: "; ".join(words)} if path in columns() else {}


def _moment_text(value: Any) -> str:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}" if at.tzinfo else f"{at:%d/%m/%Y}"
