"""Every statement over reviews of look-ups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.lookup.models import Disclosure, LookUp, LookUpReview
from hub.lookup.queries import ASKER

AnyRow = Row[*tuple[Any, ...]]


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a review: owed, or made."""
    session.execute(insert(LookUpReview).values(dict(row)))


def to_chase(session: Session, *, now: datetime, at_most: int) -> Sequence[LookUpReview]:
    """Owed reviews whose next telling is due; those that another process holds are left."""
    wanted = select(LookUpReview).where(LookUpReview.chase_at <= now).order_by(LookUpReview.chase_at)
    return session.scalars(wanted.limit(at_most).with_for_update(skip_locked=True)).all()


def chase(session: Session, review: LookUpReview, *, chase_at: datetime) -> int:
    """Count one more telling of a review that still waits; how many rows changed (0: another process told, or it was made)."""
    guarded = update(LookUpReview).where(
        LookUpReview.id == review.id, LookUpReview.chased == review.chased, LookUpReview.reviewed_at.is_(None)
    )
    return changed(session, guarded.values(chased=review.chased + 1, chase_at=chase_at))


def _shown() -> Select[*tuple[Any, ...]]:
    return (
        select(LookUpReview, LookUp, Disclosure, ASKER)
        .join(LookUp, LookUp.id == LookUpReview.look_up_id)
        .join(ASKER, ASKER.id == LookUp.organisation_id)
        .outerjoin(Disclosure, Disclosure.id == LookUpReview.disclosure_id)
        .execution_options(populate_existing=True)
    )


def owed(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[AnyRow]:
    """The reviews that an organisation owes, oldest first: ``LookUpReview, LookUp, Disclosure, asker``."""
    wanted = _shown().where(LookUpReview.organisation_id == organisation_id, LookUpReview.reviewed_at.is_(None))
    if after:
        wanted = wanted.where(LookUpReview.ref > after)
    return session.execute(wanted.order_by(LookUpReview.ref).limit(at_most)).all()


def count_owed(session: Session, organisation_id: int) -> int:
    """How many reviews an organisation owes."""
    wanted = select(func.count()).select_from(LookUpReview)
    owes = (LookUpReview.organisation_id == organisation_id) & LookUpReview.reviewed_at.is_(None)
    return session.execute(wanted.where(owes)).scalar_one()


def review(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """The review *ref* of the organisation, made or owed."""
    wanted = _shown().where(LookUpReview.ref == ref, LookUpReview.organisation_id == organisation_id)
    return session.execute(wanted).first()


def made(session: Session, look_up_ids: Collection[int], organisation_id: int) -> dict[int, LookUpReview]:
    """Look-up → the organisation's latest review of it."""
    wanted = select(LookUpReview).where(
        LookUpReview.look_up_id.in_(look_up_ids),
        LookUpReview.organisation_id == organisation_id,
        LookUpReview.reviewed_at.is_not(None),
    )
    return {row.look_up_id: row for row in session.scalars(wanted.order_by(LookUpReview.id))}


def record(session: Session, review_id: int, values: Mapping[str, Any]) -> int:
    """Record the outcome of a review that waits; how many rows changed (0: it was made already)."""
    guarded = update(LookUpReview).where(LookUpReview.id == review_id, LookUpReview.reviewed_at.is_(None))
    return changed(session, guarded.values(chase_at=None, **values))
