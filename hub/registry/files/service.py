"""Care plans, assessments and other files: taken in, supplied with notices, opened by both ends, every opening recorded."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import machine_now
from hub.core.db import Database, keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing
from hub.core.sentences import worded
from hub.registry.files import queries
from hub.registry.files import store as file_store
from hub.registry.files.types import checked_name, detect
from hub.registry.models import StoredFile

PARTS: Final = ("care_plan", "needs_assessment", "risk_assessment", "trigger_plan", "other")
UNSCANNED: Final = "not_configured"
_OPEN_TO_OTHERS: Final = frozenset({UNSCANNED, "clean"})
_NOT_FOUND: Final = "There is no such file that you can see. Check its reference."


@dataclass(frozen=True)
class Kept:
    """A file on the disk whose row is still to come."""

    ref: str
    name: str = field(repr=False)
    media_type: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True)
class StoredFileSeen:
    """A file as its owner or a recipient sees it: never its content."""

    ref: str
    name: str = field(repr=False)
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime
    scan: str
    supplied: Sequence[object] = ()


# ── Taking in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def take_in(
    database: Database, folder: Path, actor: Actor, *, name: str | None, content: bytes, now: datetime
) -> StoredFileSeen:
    """Store *content* for the actor's organisation; the same content again is the same file.

    The sealed file reaches the disk first and its row is committed after it, so a row never lacks its file. Raises
    ``Invalid`` for what :mod:`file_types` refuses.
    """
    media_type = detect(content)
    kept = Kept(
        new_ref("fil"), checked_name(name, media_type), media_type, len(content), hashlib.sha256(content).digest()
    )
    with database.read() as session:
        known = queries.same_content(session, actor.organisation, kept.sha256)
    if known is not None:
        _mend(database.keys, folder, known.ref, content)
    else:
        file_store.put(database.keys, folder, kept.ref, content)
    with database.write() as session:
        stored = record(session, actor, kept, now=now)
        seen = _seen(session, actor, stored)
    if known is None and stored.ref != kept.ref:
        file_store.remove(folder, kept.ref)  # somebody sent the same content in the same instant: theirs stands
    return seen


def _mend(keys: KeyRing, folder: Path, ref: str, content: bytes) -> None:
    """Whoever sends a file again that was damaged in storage has mended it."""
    try:
        file_store.get(keys, folder, ref)
    except file_store.Damaged:
        file_store.put(keys, folder, ref, content)


def record(session: Session, actor: Actor, kept: Kept, *, now: datetime) -> StoredFile:
    """The row of a file that is on the disk; the earlier one where the organisation had sent this content before."""
    known = queries.same_content(session, actor.organisation, kept.sha256)
    if known is not None:
        return known
    row = {
        "ref": kept.ref,
        "owner_id": actor.organisation,
        "media_type": kept.media_type,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256,
        "uploaded_at": now,
        "uploaded_by": actor.ref,
        "scan": UNSCANNED,
        "sealed_name": keys_of(session).seal(kept.ref, {"name": kept.name}),
    }
    said = {"media_type": kept.media_type, "size_bytes": kept.size_bytes, "sha256": kept.sha256.hex()}
    audit.record(session, actor, Event.FILE_UPLOADED, kept.ref, now=now, details=said)
    return queries.add_file(session, row)


# ── Seeing and opening ────────────────────────────────────────────────────────────────────────────────────────────────


def read_file(session: Session, actor: Actor, ref: str) -> StoredFileSeen:
    """What is known of the file *ref*, for its owner and those it was sent to. Raises ``NotFound``."""
    return _seen(session, actor, _visible(session, actor, ref))


def _visible(session: Session, actor: Actor, ref: str) -> StoredFile:
    file = queries.file_seen_by(session, ref, actor.organisation)
    if file is None:
        raise NotFound(_NOT_FOUND)
    return file


def _seen(session: Session, actor: Actor, file: StoredFile) -> StoredFileSeen:
    return StoredFileSeen(
        ref=file.ref,
        name=keys_of(session).open(file.ref, file.sealed_name)["name"],
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256.hex(),
        uploaded_at=file.uploaded_at,
        scan=file.scan,
        supplied=queries.notices_with(session, file.id, actor.organisation),
    )


def open_file(
    database: Database, folder: Path, actor: Actor, ref: str, *, now: datetime
) -> tuple[StoredFileSeen, bytes]:
    """The file *ref* and its content, for its owner and those it was sent to.

    When this returns, the opening is recorded and committed: nothing is shown before. Raises ``NotFound``, and
    ``StateConflict`` where it waits for a scanner, was refused by one, or is damaged.
    """
    with database.read() as session:
        file = _visible(session, actor, ref)
        _refuse_unscanned(file, actor)
    content = _content(database, folder, actor, file, now=now)
    with database.write() as session:
        # Asked again in the transaction that records it: the notice may have been taken back meanwhile.
        seen = _seen(session, actor, _visible(session, actor, ref))
        audit.record(session, actor, Event.FILE_OPENED, ref, now=now, details={"sha256": seen.sha256})
    return seen, content


def _refuse_unscanned(file: StoredFile, actor: Actor) -> None:
    if file.scan == "refused":
        raise StateConflict("The scanner refused this file, so nobody can open it.", code="file_refused")
    if file.scan not in _OPEN_TO_OTHERS and file.owner_id != actor.organisation:
        raise StateConflict("This file is still being checked. Try again in some minutes.", code="file_quarantined")


def _content(database: Database, folder: Path, actor: Actor, file: StoredFile, *, now: datetime) -> bytes:
    """The content, proved to be what was uploaded; a damaged file is recorded, and said to be so."""
    with suppress(file_store.Damaged):
        content = file_store.get(database.keys, folder, file.ref)
        if hashlib.sha256(content).digest() == file.sha256:
            return content
    with database.write() as session:
        audit.record(session, actor, Event.FILE_FOUND_DAMAGED, file.ref, now=now, details={"sha256": file.sha256.hex()})
    raise StateConflict(
        "This file was lost or altered in storage and cannot be opened. Ask whoever sent it to upload it again: that mends it.",
        code="file_damaged",
    )


# ── Supplying with a notice ───────────────────────────────────────────────────────────────────────────────────────────


def attach_files(
    session: Session, actor: Actor, notice_id: int, items: Iterable[tuple[str, str]], *, now: datetime
) -> list[str]:
    """Supply files with a notice: (part, reference) each; return the references. What is attached already is left alone.

    Raises ``Invalid`` naming a file that the actor's organisation did not upload, or that a scanner refused.
    """
    wanted = list(dict.fromkeys(items))
    if not wanted:
        return []
    files = queries.owned(session, actor.organisation, {ref for _, ref in wanted})
    _refuse_unusable(files, wanted)
    there = queries.parts_of(session, notice_id)
    new = [(part, files[ref]) for part, ref in wanted if (files[ref].id, part) not in there]
    if new:
        queries.add_parts(session, [{"notice_id": notice_id, "file_id": file.id, "part": part} for part, file in new])
        notice_ref = queries.notice_ref(session, notice_id)
        audit.record_many(session, [_supplied(session, actor, notice_ref, part, file, now) for part, file in new])
    return [ref for _, ref in wanted]


def _supplied(
    session: Session, actor: Actor, notice_ref: str, part: str, file: StoredFile, now: datetime
) -> dict[str, object]:
    said = {"notice": notice_ref, "part": part, "sha256": file.sha256.hex()}
    return audit.entry(session, actor, Event.FILE_SUPPLIED, file.ref, now=now, details=said)


def _refuse_unusable(files: dict[str, StoredFile], wanted: Iterable[tuple[str, str]]) -> None:
    for part, ref in wanted:
        if part not in PARTS:
            raise Invalid(
                "Say what the file is.", fields={"files": [worded("Choose one of: {parts}.", parts=", ".join(PARTS))]}
            )
        if ref not in files:
            raise Invalid(
                "A file was not found.", fields={"files": [worded("{ref} is not a file that you uploaded.", ref=ref)]}
            )
        if files[ref].scan == "refused":
            raise Invalid("A file cannot be sent.", fields={"files": [worded("The scanner refused {ref}.", ref=ref)]})


# ── Sweeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sweep_once(database: Database, folder: Path) -> int:
    """Remove files a day old that no row names: uploads whose transaction never committed. Return how many.

    Ages are the machine's: a moved clock must not make a fresh upload look abandoned.
    """
    old = list(file_store.aged(folder, before=machine_now() - file_store.ORPHAN_SECONDS))
    with database.read() as session:
        known = queries.known_refs(session, [path.name for path in old])
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
