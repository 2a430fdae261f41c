"""Reading the record: by whom, about what, which event, since when; one page, or all of it as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.audit.models import AuditBatch, AuditEntry
from hub.audit.queries import write_waiting

_STREAMED = 500


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries. ``organisation_id``: what was done for that organisation; ``None``: for any, or for none."""

    organisation_id: int | None = None
    actor: str | None = None
    subject: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(session: Session, wanted: Wanted, *, after: int, at_most: int) -> Sequence[AuditEntry]:
    """The first entries that follow number *after*, oldest first."""
    write_waiting(session)
    rows = _wanted(wanted).where(AuditEntry.id > after).limit(at_most)
    return session.scalars(rows).all()


def stream(session: Session, wanted: Wanted, *, up_to: int) -> Iterator[AuditEntry]:
    """Every entry up to number *up_to*, oldest first, some hundred at a time in memory."""
    rows = _wanted(wanted).where(AuditEntry.id <= up_to).execution_options(yield_per=_STREAMED)
    with session.scalars(rows) as found:
        for entry in found:
            yield entry
            session.expunge(entry)


def _wanted(wanted: Wanted) -> Select[AuditEntry]:
    named = {
        AuditEntry.organisation_id: wanted.organisation_id,
        AuditEntry.actor_ref: wanted.actor,
        AuditEntry.subject_ref: wanted.subject,
        AuditEntry.event: wanted.event,
    }
    rows = select(AuditEntry).where(*(column == value for column, value in named.items() if value is not None))
    if wanted.since is not None:
        rows = rows.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(AuditEntry.at < wanted.until)
    return rows.order_by(AuditEntry.id)


def last_number(session: Session) -> int:
    """The number of the newest entry; 0 when there is none."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def entries_numbered(session: Session, numbers: Sequence[int]) -> dict[int, AuditEntry]:
    """The entries with these numbers."""
    found = session.scalars(select(AuditEntry).where(AuditEntry.id.in_(numbers))).all()
    return {entry.id: entry for entry in found}


def has_root(session: Session, root: bytes) -> bool:
    """Whether some batch of the chain has this root."""
    return session.scalar(select(AuditBatch.id).where(AuditBatch.root == root).limit(1)) is not None
