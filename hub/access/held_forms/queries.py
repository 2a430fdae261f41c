"""Every statement over held forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from hub.access.held_forms.models import HeldForm
from hub.core.db import changed


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one."""
    session.execute(insert(HeldForm).values(row))


def held(session: Session, ref: str) -> HeldForm | None:
    """The held form *ref*, whoever's it is."""
    return session.scalars(select(HeldForm).where(HeldForm.ref == ref)).one_or_none()


def newest_refs(session: Session, person_ref: str) -> Sequence[str]:
    """Those of one person, the newest first."""
    wanted = select(HeldForm.ref).where(HeldForm.person_ref == person_ref)
    return session.scalars(wanted.order_by(HeldForm.id.desc())).all()


def drop(session: Session, refs: Sequence[str], person_ref: str) -> int:
    """Delete those of *refs* that are this person's; return how many there were."""
    mine = (HeldForm.ref.in_(refs), HeldForm.person_ref == person_ref)
    return changed(session, delete(HeldForm).where(*mine)) if refs else 0


def drop_expired(session: Session, now: datetime) -> int:
    """Delete what nobody can have any more; return how many there were."""
    return changed(session, delete(HeldForm).where(HeldForm.expires_at <= now))
