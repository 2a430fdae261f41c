"""Every statement over children's shields."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from hub.core.db import changed
from hub.core.errors import StateConflict
from hub.directory.models import Organisation
from hub.registry.models import Child, Placement
from hub.registry.shield_models import ChildShield


def standing(session: Session, child_ids: Collection[int]) -> ChildShield | None:
    """The shield that stands for any of these rows of one child."""
    wanted = select(ChildShield).where(ChildShield.child_id.in_(child_ids), ChildShield.lifted_at.is_(None))
    return session.scalars(wanted.order_by(ChildShield.id).limit(1)).first()


def shielded_among(session: Session, child_ids: Collection[int]) -> set[int]:
    """Those of *child_ids* who are shielded, under whichever row of the same child."""
    return set(standing_since(session, child_ids))


def standing_since(session: Session, child_ids: Collection[int]) -> dict[int, datetime]:
    """Of *child_ids* those who are shielded, under whichever row of the same child → since when."""
    if not child_ids:
        return {}
    asked, same = aliased(Child, name="asked"), aliased(Child, name="same")
    root = func.coalesce(asked.merged_into_id, asked.id)
    wanted = (
        select(asked.id, func.min(ChildShield.set_at).label("since"))
        .join(same, or_(same.id == root, same.merged_into_id == root))
        .join(ChildShield, (ChildShield.child_id == same.id) & ChildShield.lifted_at.is_(None))
        .where(asked.id.in_(child_ids))
        .group_by(asked.id)
    )
    return {row.id: row.since for row in session.execute(wanted)}


def children_of(session: Session, placement_ids: Collection[int]) -> dict[int, int]:
    """Placement → its child."""
    if not placement_ids:
        return {}
    wanted = select(Placement.id, Placement.child_id).where(Placement.id.in_(placement_ids))
    return {row.id: row.child_id for row in session.execute(wanted)}


def placing_authority(session: Session, placement_id: int) -> Organisation | None:
    """The placing authority of a placement, where one is known."""
    wanted = select(Organisation).join(Placement, Placement.placing_authority_id == Organisation.id)
    return session.scalars(wanted.where(Placement.id == placement_id)).one_or_none()


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
