"""What went through each contact point lately: for whoever looks after it, who sees no notice and no child."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from hub.notify.models import Delivery

Sent = Row[int, str, str | None, datetime, datetime | None, datetime | None, int, str | None]
"""One delivery: ``contact_point_id, state, held_for, queued_at, accepted_at, closed_at, attempts, last_code``."""

_SENT = select(
    Delivery.contact_point_id,
    Delivery.state,
    Delivery.held_for,
    Delivery.queued_at,
    Delivery.accepted_at,
    Delivery.closed_at,
    Delivery.attempts,
    Delivery.last_code,
)


def newest(session: Session, contact_point_ids: Collection[int]) -> Mapping[int, Sent]:
    """The newest delivery through each of these contact points; one through which nothing went is absent."""
    last = select(func.max(Delivery.id)).where(Delivery.contact_point_id.in_(contact_point_ids))
    rows = session.execute(_SENT.where(Delivery.id.in_(last.group_by(Delivery.contact_point_id))))
    return {row.contact_point_id: row for row in rows}


def lately(session: Session, contact_point_id: int, *, at_most: int) -> Sequence[Sent]:
    """The newest deliveries through one contact point, newest first."""
    mine = _SENT.where(Delivery.contact_point_id == contact_point_id)
    return session.execute(mine.order_by(Delivery.id.desc()).limit(at_most)).all()
