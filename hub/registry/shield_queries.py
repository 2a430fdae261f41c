"""Every statement over children's shields."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from hub.core.db import changed
from hub.core.errors import StateConflict
from hub.registry.models import Child
from hub.registry.shield_models import ChildShield


def standing(session: Session, child_ids: Collection[int]) -> ChildShield | None:
    """The shield that stands for any of these rows of one child."""
    wanted = select(ChildShield).where(ChildShield.child_id.in_(child_ids), ChildShield.lifted_at.is_(None))
    return session.scalars(wanted.order_by(ChildShield.id).limit(1)).first()


def shielded_among(session: Session, child_ids: Collection[int]) -> set[int]:
    """Those of *child_ids* who are shielded, under whichever row of the same child."""
    if not child_ids:
        return set()
    asked, same = aliased(Child, name="asked"), aliased(Child, name="same")
    root = func.coalesce(asked.merged_into_id, asked.id)
    wanted = (
        select(asked.id)
        .join(same, or_(same.id == root, same.merged_into_id == root))
        .join(ChildShield, (ChildShield.child_id == same.id) & ChildShield.lifted_at.is_(None))
        .where(asked.id.in_(child_ids))
    )
    return set(session.scalars(wanted))


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
