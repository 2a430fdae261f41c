"""Every statement over children's shields."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.core.errors import StateConflict
from hub.lookup.models import ChildShield


def standing(session: Session, child_ids: Collection[int]) -> ChildShield | None:
    """The shield that stands for any of these rows of one child."""
    wanted = select(ChildShield).where(ChildShield.child_id.in_(child_ids), ChildShield.lifted_at.is_(None))
    return session.scalars(wanted.order_by(ChildShield.id).limit(1)).first()


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a shield. Raises ``StateConflict`` where somebody else has just shielded the child."""
    try:
        session.execute(insert(ChildShield).values(dict(row)))
    except IntegrityError:
        raise StateConflict("Somebody else has just shielded this child.") from None


def lift(session: Session, shield_id: int, *, by: str, sealed: bytes, now: datetime) -> int:
    """Lift a shield that stands; how many rows changed (0: it was lifted already)."""
    guarded = update(ChildShield).where(ChildShield.id == shield_id, ChildShield.lifted_at.is_(None))
    return changed(session, guarded.values(lifted_by=by, lifted_at=now, sealed=sealed))
