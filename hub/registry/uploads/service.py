"""Spreadsheets from which notices are registered: taken in and checked row by row, then registered by the worker, or discarded.

Nothing is sent before a person has seen what was understood and said so. The same file again is the same upload; a row that tells
what was told before is named. What a file says is sealed, and erased some days after it has served.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.registry.uploads import queries
from hub.registry.uploads.models import Upload, UploadRow
from hub.registry.uploads.sheets import SHEETS
from hub.registry.uploads.states import UPLOAD

_NOT_YOURS: Final = "There is no spreadsheet of yours with this reference."
SHOWS_CONTENT: Final = frozenset({"faulty", "refused"})
"""States of rows of which a page shows what stands there."""


@dataclass(frozen=True)
class UploadSeen:
    """An upload as its organisation sees it: counts and references, but for the file's name."""

    ref: str
    sheet: str
    says: str
    state: str
    name: str = field(repr=False)
    uploaded_at: datetime
    uploaded_by: str
    began_at: datetime | None
    finished_at: datetime | None
    version: int
    left_out: tuple[str, ...] = field(default=(), repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(number for state, number in self.counts.items() if state != "late")


@dataclass(frozen=True)
class RowSeen:
    """A row, what became of it, and what is to be changed."""

    number: int
    state: str
    is_late: bool
    notice: str | None
    registered_at: datetime | None
    faults: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    """``column, heading, stands, sentence`` of each."""


# --- seeing -------------------------------------------------------------------------------------------------------------


def list_uploads(session: Session, actor: Actor, *, after: str | None = None, at_most: int = 50) -> list[UploadSeen]:
    """The organisation's uploads, newest first."""
    return seen(session, queries.uploads_of(session, actor.organisation, after=after, at_most=at_most))


def read_upload(session: Session, actor: Actor, ref: str) -> UploadSeen:
    """The upload *ref* of the actor's organisation. Raises ``NotFound``."""
    return seen(session, [upload_of(session, actor, ref)])[0]


def seen(session: Session, uploads: Sequence[Upload]) -> list[UploadSeen]:
    """These uploads with their counts."""
    counted, keys = queries.counts(session, [each.id for each in uploads]), keys_of(session)
    return [_seen(each, keys.open(each.ref, each.sealed), counted[each.id]) for each in uploads]


def _seen(upload: Upload, document: Mapping[str, Any], counts: Mapping[str, int]) -> UploadSeen:
    return UploadSeen(
        ref=upload.ref,
        sheet=upload.sheet,
        says=SHEETS[upload.sheet].says,
        state=upload.state,
        name=document.get("name", ""),
        uploaded_at=upload.uploaded_at,
        uploaded_by=upload.uploaded_by,
        began_at=upload.began_at,
        finished_at=upload.finished_at,
        version=upload.version,
        left_out=tuple(document.get("left_out", ())),
        counts={**document.get("counts", {}), **{name: number for name, number in counts.items() if number}},
    )


def read_rows(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    states: Sequence[str],
    after: int = 0,
    at_most: int = 50,
    now: datetime,
) -> list[RowSeen]:
    """Rows of the upload *ref* in any of *states*, by number. Where it shows what stands in cells, the reading is recorded."""
    upload = upload_of(session, actor, ref)
    found = queries.rows_of(session, upload.id, states=states, after=after, at_most=at_most)
    if any(row.state in SHOWS_CONTENT for row in found):
        said = {"rows": len(found), "from": found[0].number}
        audit.record(session, actor, Event.UPLOAD_READ, ref, now=now, details=said)
    return [_row_seen(session, row) for row in found]


def _row_seen(session: Session, row: UploadRow) -> RowSeen:
    shown = row.state in SHOWS_CONTENT
    faults = keys_of(session).open(row.ref, row.sealed)["faults"] if shown else ()
    return RowSeen(row.number, row.state, row.is_late, row.notice_ref, row.registered_at, tuple(faults))


def upload_of(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Upload:
    """The row of the upload *ref*, if it is the actor's organisation's. Raises ``NotFound``."""
    found = queries.upload(session, ref, actor.organisation, lock=lock)
    if found is None:
        raise NotFound(_NOT_YOURS)
    return found


# --- deciding -----------------------------------------------------------------------------------------------------------


def begin_registration(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Let the worker register the rows that can be, as the actor's act. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    if not queries.has_ready(session, upload.id):
        raise StateConflict("No row of it can be registered. Correct the file, and upload it again.")
    values = {"registrar_kind": actor.kind, "registrar": actor.ref, "began_at": now}
    return _moved(session, actor, upload, "register", Event.UPLOAD_REGISTRATION_BEGUN, values, now=now)


def pause(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Register no further row for now; what is registered stands. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    return _moved(session, actor, upload, "pause", Event.UPLOAD_PAUSED, {}, now=now)


def resume(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Go on with what was paused or stopped, as the actor's act. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    values = {"registrar_kind": actor.kind, "registrar": actor.ref, "finished_at": None}
    return _moved(session, actor, upload, "resume", Event.UPLOAD_REGISTRATION_BEGUN, values, now=now)


def leave_out_rest(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Register none of the rows that still wait: the upload is done. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    moved = _moved(session, actor, upload, "leave_out", Event.UPLOAD_STOPPED, {"finished_at": now}, now=now)
    queries.leave_out_rest(session, upload.id)
    return moved if not moved.counts.get("ready") else read_upload(session, actor, ref)


def discard(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Erase an upload of which nothing was registered. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    blank = keys_of(session).seal(ref, {})
    values = {"finished_at": now, "sealed": blank}
    _moved(session, actor, upload, "discard", Event.UPLOAD_DISCARDED, values, now=now)
    queries.forget_rows(session, upload.id)
    return read_upload(session, actor, ref)


def withdraw(session: Session, actor: Actor, ref: str, *, now: datetime) -> UploadSeen:
    """Discard it, or, once registration has begun, leave out the rest. Raises ``NotFound``, ``StateConflict``."""
    upload = upload_of(session, actor, ref, lock=True)
    return (discard if upload.state == "checked" else leave_out_rest)(session, actor, ref, now=now)


def _moved(
    session: Session,
    actor: Actor,
    upload: Upload,
    action: str,
    event: Event,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> UploadSeen:
    UPLOAD.apply_one(session, Upload, action, Upload.id == upload.id, {**values, "version": upload.version + 1})
    found = read_upload(session, actor, upload.ref)
    said = {"ready": found.counts.get("ready", 0), "registered": found.counts.get("registered", 0)}
    audit.record(session, actor, event, upload.ref, now=now, details=said)
    return found
