"""Reading the record: by whom, about what, which event, since when; one page, or all of it as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from hub.audit.models import AuditBatch, AuditEntry
from hub.audit.queries import write_waiting

_STREAMED = 500
_SHOWING = ("consultation", "disclosure")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries. ``organisation_id``: what was done for that organisation; ``None``: for any, or for none.

    ``related``: other references about which entries are wanted as well, and lists in which one of them was shown.
    """

    organisation_id: int | None = None
    actor: str | None = None
    subject: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    operations: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


def page(session: Session, wanted: Wanted, *, after: int, at_most: int) -> Sequence[AuditEntry]:
    """The first entries that follow number *after*, oldest first."""
    write_waiting(session)
    rows = _wanted(wanted).where(AuditEntry.id > after).limit(at_most)
    return session.scalars(rows).all()


def newest(session: Session, wanted: Wanted, *, before: int | None, at_most: int) -> Sequence[AuditEntry]:
    """The last entries (before number *before*), newest first."""
    write_waiting(session)
    rows = _wanted(wanted).order_by(None).order_by(AuditEntry.id.desc()).limit(at_most)
    return session.scalars(rows if before is None else rows.where(AuditEntry.id < before)).all()


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
        AuditEntry.subject_ref: None if wanted.related else wanted.subject,
        AuditEntry.event: wanted.event,
    }
    rows = select(AuditEntry).where(*(column == value for column, value in named.items() if value is not None))
    if wanted.related:
        rows = rows.where(_about(wanted))
    if wanted.operations:
        rows = rows.where(AuditEntry.operation.in_(wanted.operations))
    if wanted.since is not None:
        rows = rows.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(AuditEntry.at < wanted.until)
    return rows.order_by(AuditEntry.id)


def _about(wanted: Wanted) -> ColumnElement[bool]:
    """About one of the references; or a list was shown in which one of them stood, as its details say."""
    refs = {*wanted.related, *([wanted.subject] if wanted.subject else [])}
    said = cast(AuditEntry.details, Text)
    shown = or_(*(said.contains(f'"{ref}"', autoescape=True) for ref in sorted(refs)))
    return or_(AuditEntry.subject_ref.in_(refs), and_(AuditEntry.operation.in_(_SHOWING), shown))


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
