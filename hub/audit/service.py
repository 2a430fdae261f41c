"""Recording and sealing. An entry is written in the transaction of the act it records; one job seals entries into a chain."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import queries
from hub.audit.events import Event
from hub.audit.models import AuditBatch
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.secrets import KeyRing

BATCH_ENTRIES = 2_000


def record(
    session: Session,
    actor: Actor,
    event: Event,
    subject_ref: str,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record that *actor* did *event* to *subject_ref*, in the caller's transaction.

    *details* holds references, codes and counts only: an entry outlives what it is about.
    """
    record_many(session, [entry(session, actor, event, subject_ref, now=now, details=details)])


def entry(
    session: Session,
    actor: Actor,
    event: Event,
    subject_ref: str,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One entry's row, digest included, for :func:`record_many`."""
    row: dict[str, Any] = {
        "at": now,
        "operation": event.operation,
        "event": event.label,
        "actor_kind": actor.kind,
        "actor_ref": actor.ref,
        "organisation_id": actor.organisation_id,
        "subject_ref": subject_ref,
        "details": dict(details or {}),
    }
    row["digest"] = digest_of(keys_of(session), row)
    return row


def record_many(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write many entries in one statement."""
    if listed := list(rows):
        queries.add_entries(session, listed)


@contextmanager
def tried_out(session: Session) -> Iterator[None]:
    """What is done inside is undone at its end, and what it recorded is forgotten: to see whether it could be done."""
    queries.write_waiting(session)
    with session.begin_nested() as attempt:
        session.connection()  # sets the savepoint now, before anything is written past the session
        yield
        queries.forget_waiting(session)
        attempt.rollback()


def digest_of(keys: KeyRing, row: Mapping[str, Any]) -> bytes:
    """The keyed digest over everything an entry says."""
    return keys.digest(_said(row))


def digests_of(keys: KeyRing, row: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The digests that an entry may have: keys are rotated, and an entry never changes."""
    return keys.digests(_said(row))


def _said(row: Mapping[str, Any]) -> bytes:
    said = [iso(row["at"]), *(row[name] for name in _TEXTS), row["organisation_id"], row["details"]]
    return _CANONICAL.encode(said).encode()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_TEXTS = ("operation", "event", "actor_kind", "actor_ref", "subject_ref")


def seal_batch(session: Session, *, now: datetime) -> int:
    """Seal the oldest unsealed entries into the next batch of the chain; return how many (0: nothing to seal).

    Entries that commit later with lower ids are sealed later: a batch lists its members, so order of commit is free.
    The last batch is read before its successor's members: a batch that another process seals in between then takes the
    same place in the chain and one of the two fails. Read the other way round, both would list the same entries.
    """
    last = queries.last_batch(session)
    members = queries.unsealed(session, at_most=BATCH_ENTRIES)
    if not members:
        return 0
    manifest = b"".join(number.to_bytes(8, "big") + digest for number, digest in members)
    batch_id = queries.add_batch(
        session,
        sealed_at=now,
        previous_id=last.id if last else 0,
        entries=len(members),
        manifest=manifest,
        root=root_of(keys_of(session), last.root if last else b"", manifest),
    )
    queries.mark_sealed(session, [number for number, _ in members], batch_id)
    return len(members)


def root_of(keys: KeyRing, previous_root: bytes, manifest: bytes) -> bytes:
    """What seals a batch: a keyed digest over the root before it and the members it lists."""
    return keys.digest(b"batch\x1f" + previous_root + manifest)


def roots_of(keys: KeyRing, previous_root: bytes, manifest: bytes) -> tuple[bytes, ...]:
    """The roots that a batch may have, whichever key the hub had when it was sealed."""
    return keys.digests(b"batch\x1f" + previous_root + manifest)


def members_of(batch: AuditBatch) -> dict[int, bytes]:
    """The ids and digests that *batch* sealed, in order."""
    slots = range(0, len(batch.manifest), 40)
    return {int.from_bytes(batch.manifest[i : i + 8], "big"): batch.manifest[i + 8 : i + 40] for i in slots}
