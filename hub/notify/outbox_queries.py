"""Every statement over alerts, deliveries, attempts and the feed, the claim of deliveries among them.

The hot paths run on the tables, not the mapped classes: the same statements without the cost of the unit of work.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement


from hub.notify.delivery_states import DELIVERY
from hub.notify.models import Alert, Attempt, Delivery, FeedEvent

_ALERT = cast(Table, Alert.__table__)
_DELIVERY = cast(Table, Delivery.__table__)
_ATTEMPT = cast(Table, Attempt.__table__)
_FEED = cast(Table, FeedEvent.__table__)


def add_alerts(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert alerts; their ids in the order of *rows*."""
    wanted = insert(_ALERT).returning(_ALERT.c.id, sort_by_parameter_order=True)
    return session.connection().execute(wanted, list(rows)).scalars().all()


def add_deliveries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert deliveries in one statement."""
    if rows:
        session.connection().execute(insert(_DELIVERY), list(rows))


def add_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append attempts in one statement."""
    if rows:
        session.connection().execute(insert(_ATTEMPT), list(rows))


def add_feed_events(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert events, not yet in the order of the feed, in one statement."""
    if rows:
        session.connection().execute(insert(_FEED), list(rows))


def alerts_where(
    obligation_ids: Collection[int] | None,
    subject_ref: str | None,
    organisation_id: int | None,
    kinds: Collection[str] | None,
) -> ColumnElement[bool]:
    """The condition that selects live alerts; ``None`` leaves a part of it out."""
    parts: list[ColumnElement[bool]] = [Alert.cancelled_at.is_(None)]
    if obligation_ids is not None:
        parts.append(Alert.obligation_id.in_(obligation_ids))
    if subject_ref is not None:
        parts.append(Alert.subject_ref == subject_ref)
    if organisation_id is not None:
        parts.append(Alert.organisation_id == organisation_id)
    if kinds is not None:
        parts.append(Alert.kind.in_(kinds))
    return and_(*parts)


def cancel_deliveries(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    """Cancel the queued deliveries of the alerts that *which* selects."""
    theirs = Delivery.alert_id.in_(select(Alert.id).where(which))
    return DELIVERY.apply(session, Delivery, "cancel", theirs, {"closed_at": now, "next_attempt_at": None})


def cancel(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    """Mark the alerts that *which* selects as settled."""
    return _changed(session, update(Alert).where(which).values(cancelled_at=now))


def _changed(session: Session, statement: Any) -> int:
    return int(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
