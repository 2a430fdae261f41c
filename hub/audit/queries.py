"""Every statement over the audit's tables."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, event, exists, func, insert, select, update
from sqlalchemy.orm import Session

from hub.audit.models import AuditBatch, AuditEntry
from hub.core.bulk import Insertion

_ADD_ENTRIES = Insertion(AuditEntry.metadata.tables["audit_entry"])


def add_entries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep entries with the session; they go in together, in one statement, just before it commits: every act pays for this."""
    session.info.setdefault(_WAITING, []).extend(rows)


def write_waiting(session: Session) -> None:
    """Insert the entries that wait with this session: before its commit, and before what was recorded is read in it."""
    _ADD_ENTRIES.rows(session, session.info.pop(_WAITING, ()))


def forget_waiting(session: Session) -> None:
    """Drop the entries that wait with this session: what they record is being undone."""
    session.info.pop(_WAITING, None)


_WAITING = "audit entries"
event.listen(Session, "before_commit", write_waiting)


def unsealed(session: Session, *, at_most: int) -> Sequence[Row[int, bytes]]:
    """Id and digest of the oldest entries not yet sealed."""
    wanted = select(AuditEntry.id, AuditEntry.digest).where(AuditEntry.batch_id.is_(None))
    return session.execute(wanted.order_by(AuditEntry.id).limit(at_most)).all()


def last_batch(session: Session) -> Row[int, bytes] | None:
    """Id and root of the newest batch."""
    return session.execute(select(AuditBatch.id, AuditBatch.root).order_by(AuditBatch.id.desc()).limit(1)).first()


def add_batch(
    session: Session, *, sealed_at: datetime, previous_id: int, entries: int, manifest: bytes, root: bytes
) -> int:
    """Add a batch; a second one after the same *previous_id* violates ``uq_audit_batch_previous_id``."""
    row = {"sealed_at": sealed_at, "previous_id": previous_id, "entries": entries, "manifest": manifest, "root": root}
    return session.execute(insert(AuditBatch).values(row).returning(AuditBatch.id)).scalar_one()


def mark_sealed(session: Session, entry_ids: Sequence[int], batch_id: int) -> None:
    """Mark entries as members of *batch_id*."""
    members = AuditEntry.id.between(entry_ids[0], entry_ids[-1]) & AuditEntry.id.in_(entry_ids)
    session.execute(
        update(AuditEntry).where(members, AuditEntry.batch_id.is_(None)).values(batch_id=batch_id),
        execution_options={"synchronize_session": False},
    )


def batches(session: Session) -> Generator[AuditBatch, None, None]:
    """Every batch, oldest first."""
    with session.scalars(select(AuditBatch).order_by(AuditBatch.id).execution_options(yield_per=20)) as found:
        yield from found


def entries_in(session: Session, batch_id: int | None) -> Sequence[AuditEntry]:
    """The entries that say they are in *batch_id* (``None``: those not sealed yet), by id."""
    return session.scalars(select(AuditEntry).where(AuditEntry.batch_id == batch_id).order_by(AuditEntry.id)).all()


def entries_about(
    session: Session, subject_ref: str, *, by_organisation: int | None = None, after: int = 0, at_most: int = 200
) -> Sequence[AuditEntry]:
    """What was recorded about one reference, oldest first, from the entry that follows number *after*.

    *by_organisation*: only what was done for that one (``None``: by anybody, for the operator).
    """
    write_waiting(session)
    about = select(AuditEntry).where(AuditEntry.subject_ref == subject_ref, AuditEntry.id > after)
    if by_organisation is not None:
        about = about.where(AuditEntry.organisation_id == by_organisation)
    return session.scalars(about.order_by(AuditEntry.id).limit(at_most)).all()


def sealed_earlier(session: Session, entry: AuditEntry, *, by_batch: int) -> int | None:
    """The entry that says the same as *entry*, with the same digest, and was sealed by *by_batch* or a batch before it."""
    same = (AuditEntry.subject_ref == entry.subject_ref, AuditEntry.digest == entry.digest)
    earlier = select(func.min(AuditEntry.id)).where(*same, AuditEntry.batch_id <= by_batch, AuditEntry.id != entry.id)
    return session.scalar(earlier)


def orphans(session: Session) -> Sequence[int]:
    """Ids of entries that name a batch which does not exist."""
    known = exists().where(AuditBatch.id == AuditEntry.batch_id)
    lost = select(AuditEntry.id).where(AuditEntry.batch_id.is_not(None), ~known)
    return session.scalars(lost.order_by(AuditEntry.id)).all()


def oldest_unsealed_at(session: Session) -> datetime | None:
    """When the oldest entry that waits for sealing was written."""
    return session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.batch_id.is_(None)))
