"""What an organisation may see of its alerts, of its feed, and of what was delivered: every statement, scoped inside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, func, or_, select, true, update
from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.core.db import connection_of
from hub.directory.models import ContactPoint, Organisation
from hub.notify.messages.kinds import PICKUP_CODE
from hub.notify.models import Alert, Attempt, Delivery, FeedEvent

_FEED = cast(Table, FeedEvent.__table__)
_PLACING_LOCK = 7_301_001
"""The number of the advisory lock under which events are put in order on PostgreSQL."""
OF_AN_ALERT: Final = (
    Alert.ref.label("alert_ref"),
    Alert.kind,
    Alert.subject_ref,
    Alert.role,
    Alert.is_urgent,
    Alert.raised_at,
    Alert.cancelled_at,
    Organisation.ref.label("organisation_ref"),
    Organisation.name.label("organisation_name"),
)
"""What is read of an alert and of the organisation it was raised for."""
ShownRow = Any
"""A row of ``_SHOWN``, by the names there."""
_MADE_IT_KNOWN = tuple(
    event.label
    for event in (Event.NOTICE_DRAFTED, Event.NOTICE_REGISTERED, Event.NOTICE_CORRECTED, Event.PLACEMENT_OPENED)
)


def alerts_of(
    session: Session,
    organisation_id: int,
    *,
    unread: bool | None,
    urgent: bool | None,
    kind: str | None,
    before: int | None,
    at_most: int,
) -> Sequence[Alert]:
    """The organisation's alerts, newest first; one-time codes are in no list."""
    wanted = select(Alert).where(Alert.organisation_id == organisation_id, Alert.kind != PICKUP_CODE)
    if unread is not None:
        is_settled = or_(Alert.read_at.is_not(None), Alert.cancelled_at.is_not(None))
        wanted = wanted.where(~is_settled if unread else is_settled)
    if urgent is not None:
        wanted = wanted.where(Alert.is_urgent.is_(urgent))
    if kind is not None:
        wanted = wanted.where(Alert.kind == kind)
    if before is not None:
        wanted = wanted.where(Alert.id < before)
    return session.scalars(wanted.order_by(Alert.id.desc()).limit(at_most)).all()


def alert_of(session: Session, organisation_id: int, ref: str) -> Alert | None:
    """One of the organisation's alerts."""
    mine = select(Alert).where(Alert.organisation_id == organisation_id, Alert.ref == ref, Alert.kind != PICKUP_CODE)
    return session.scalars(mine).one_or_none()


def alerts_on_page(
    session: Session, organisation_id: int, *, unread: bool, urgent: bool, kind: str | None, skip: int, at_most: int
) -> Sequence[Alert]:
    """A page of the organisation's alerts: urgent ones first, then the newest; *unread*: neither read nor settled."""
    wanted = select(Alert).where(Alert.organisation_id == organisation_id, Alert.kind != PICKUP_CODE)
    if unread:
        wanted = wanted.where(*_WAITS)
    if urgent:
        wanted = wanted.where(Alert.is_urgent.is_(True))
    if kind:
        wanted = wanted.where(Alert.kind == kind)
    order = (Alert.is_urgent.desc(), Alert.id.desc()) if unread else (Alert.id.desc(),)
    return session.scalars(wanted.order_by(*order).offset(skip).limit(at_most)).all()


_WAITS = (Alert.read_at.is_(None), Alert.cancelled_at.is_(None))


def count_unread(session: Session, organisation_id: int, *, urgent: bool, at_most: int) -> int:
    """How many alerts the organisation has neither read nor settled, up to *at_most*."""
    mine = select(Alert.id).where(Alert.organisation_id == organisation_id, Alert.kind != PICKUP_CODE, *_WAITS)
    mine = mine.where(Alert.is_urgent.is_(True)) if urgent else mine
    return session.scalar(select(func.count()).select_from(mine.limit(at_most).subquery())) or 0


def unread_about(session: Session, organisation_id: int, subject_ref: str) -> Sequence[Alert]:
    """The organisation's alerts about a subject that are neither read nor settled."""
    mine = select(Alert).where(Alert.organisation_id == organisation_id, Alert.subject_ref == subject_ref, *_WAITS)
    return session.scalars(mine.where(Alert.kind != PICKUP_CODE).order_by(Alert.id)).all()


def mark_read(session: Session, alert_id: int, *, now: datetime) -> bool:
    """Mark an alert as read at *now*; whether it had not been."""
    unread = update(Alert).where(Alert.id == alert_id, Alert.read_at.is_(None)).values(read_at=now)
    return bool(session.execute(unread).rowcount)  # type: ignore[attr-defined]


def events_of(session: Session, organisation_id: int, *, after: int, at_most: int) -> Sequence[FeedEvent]:
    """The organisation's events after that position, in order."""
    mine = select(FeedEvent).where(FeedEvent.organisation_id == organisation_id, FeedEvent.position > after)
    return session.scalars(mine.order_by(FeedEvent.position).limit(at_most)).all()


def position_of(session: Session, organisation_id: int, ref: str) -> int | None:
    """The position of one of the organisation's events."""
    mine = select(FeedEvent.position).where(FeedEvent.organisation_id == organisation_id, FeedEvent.ref == ref)
    return session.scalar(mine)


def only_placer(session: Session, *, is_sqlite: bool) -> bool:
    """Whether this transaction is the only one that may put events in order. SQLite has one writer in any case."""
    return is_sqlite or bool(session.scalar(select(func.pg_try_advisory_xact_lock(_PLACING_LOCK))))


def unplaced(session: Session, *, at_most: int) -> Sequence[int]:
    """Ids of committed events that have no position yet, in order of writing."""
    wanted = select(FeedEvent.id).where(FeedEvent.position.is_(None)).order_by(FeedEvent.id).limit(at_most)
    return session.scalars(wanted).all()


def place(session: Session, event_ids: Sequence[int]) -> None:
    """Give these events the next positions."""
    last = session.scalar(select(func.max(FeedEvent.position))) or 0
    placing = update(_FEED).where(_FEED.c.id == bindparam("event")).values(position=bindparam("its_position"))
    rows = [{"event": number, "its_position": last + n} for n, number in enumerate(event_ids, start=1)]
    connection_of(session).execute(placing, rows)


def made_it_known(session: Session, organisation_id: int, subject_ref: str) -> bool:
    """Whether the organisation itself sent what *subject_ref* names: the audit says who entered it."""
    entered = select(AuditEntry.id).where(
        AuditEntry.subject_ref == subject_ref,
        AuditEntry.organisation_id == organisation_id,
        AuditEntry.event.in_(_MADE_IT_KNOWN),
    )
    return session.execute(entered.limit(1)).first() is not None


def deliveries_about(
    session: Session, subject_ref: str, *, organisation_id: int | None, after: int, at_most: int
) -> Sequence[ShownRow]:
    """Every delivery of every alert about *subject_ref*, oldest first (of one organisation's alerts, unless ``None``)."""
    whose = Alert.organisation_id == organisation_id if organisation_id is not None else true()
    wanted = _SHOWN.where(Alert.subject_ref == subject_ref, whose, Delivery.id > after)
    return session.execute(wanted.order_by(Delivery.id).limit(at_most)).all()


def delivery_shown(session: Session, ref: str, *, organisation_id: int | None) -> ShownRow | None:
    """One delivery (of one organisation's alerts, unless ``None``)."""
    whose = Alert.organisation_id == organisation_id if organisation_id is not None else true()
    return session.execute(_SHOWN.where(Delivery.ref == ref, whose)).one_or_none()


def attempts_at(session: Session, delivery_ids: Collection[int]) -> Sequence[Attempt]:
    """The attempts at these deliveries, in order."""
    return session.scalars(select(Attempt).where(Attempt.delivery_id.in_(delivery_ids)).order_by(Attempt.id)).all()


_SHOWN = (
    select(
        Delivery.id,
        Delivery.ref,
        Delivery.channel,
        Delivery.state,
        Delivery.held_for,
        Delivery.queued_at,
        Delivery.next_attempt_at,
        Delivery.accepted_at,
        Delivery.closed_at,
        Delivery.last_code,
        *OF_AN_ALERT,
        Alert.read_at,
        ContactPoint.ref.label("contact_point_ref"),
    )
    .join(Alert, Alert.id == Delivery.alert_id)
    .join(Organisation, Organisation.id == Alert.organisation_id)
    .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
)
