"""Every statement over personal e-mails: queueing, the claim of one, what became of those about a reference."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, literal_column, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from hub.core.bulk import Insertion
from hub.core.db import changed
from hub.notify.models import PersonalMail

_ADD = Insertion(cast(Table, PersonalMail.__table__))
_IS_QUEUED = PersonalMail.state == literal_column("'queued'")
"""Written out, not bound: neither database uses a partial index for a condition it cannot see when it plans."""


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one e-mail."""
    _ADD.rows(session, [row])


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether any waits to be sent now: read before a claim, so that an idle hub takes no lock."""
    earliest = select(PersonalMail.id).where(_due(now)).order_by(PersonalMail.next_attempt_at).limit(1)
    return session.execute(earliest).first() is not None


def claim_one(session: Session, *, owner: str, until: datetime, now: datetime) -> PersonalMail | None:
    """Lease the oldest due e-mail to *owner* until *until*."""
    oldest = select(PersonalMail).where(_due(now)).order_by(PersonalMail.next_attempt_at, PersonalMail.id).limit(1)
    found = session.scalars(oldest.with_for_update(skip_locked=True)).first()
    if found is not None:
        leased = update(PersonalMail).where(PersonalMail.id == found.id)
        changed(session, leased.values(lease_owner=owner, leased_until=until))
    return found


def _due(now: datetime) -> ColumnElement[bool]:
    is_free = or_(PersonalMail.leased_until.is_(None), PersonalMail.leased_until <= now)
    return and_(_IS_QUEUED, PersonalMail.next_attempt_at <= now, is_free)


def by_ref(session: Session, ref: str) -> PersonalMail | None:
    """One e-mail by its own reference."""
    return session.scalars(select(PersonalMail).where(PersonalMail.ref == ref)).first()


def about(session: Session, subject_refs: Collection[str]) -> Sequence[PersonalMail]:
    """The e-mails about these people or invitations, oldest first."""
    wanted = select(PersonalMail).where(PersonalMail.subject_ref.in_(subject_refs))
    return session.scalars(wanted.order_by(PersonalMail.id)).all()


def stuck(session: Session, *, at_most: int) -> list[str]:
    """Queued e-mails without a next attempt: there must be none."""
    wanted = select(PersonalMail.ref).where(_IS_QUEUED, PersonalMail.next_attempt_at.is_(None))
    return list(session.scalars(wanted.order_by(PersonalMail.next_attempt_at, PersonalMail.id).limit(at_most)))
