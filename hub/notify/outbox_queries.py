"""Every statement over alerts, deliveries, attempts and the feed, the claim of deliveries among them.

The hot paths run on the tables, not the mapped classes: the same statements without the cost of the unit of work.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, literal_column, or_, select, true, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from hub.core.bulk import Insertion
from hub.core.db import UTC, changed, connection_of
from hub.directory.models import ContactPoint, Organisation
from hub.notify.delivery_states import DELIVERY, FLAGGED, REACHED
from hub.notify.models import Alert, Attempt, Delivery, FeedEvent

_ALERT = cast(Table, Alert.__table__)
_DELIVERY = cast(Table, Delivery.__table__)
_ATTEMPT = cast(Table, Attempt.__table__)
_FEED = cast(Table, FeedEvent.__table__)
_ADD_ALERTS, _ADD_DELIVERIES, _ADD_EVENTS = Insertion(_ALERT), Insertion(_DELIVERY), Insertion(_FEED)
_ADD_ATTEMPTS = Insertion(_ATTEMPT)


def add_alerts(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert alerts in one statement; their ids in the order of *rows*."""
    return _ADD_ALERTS.numbered(session, rows)


def add_deliveries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert deliveries in one statement."""
    _ADD_DELIVERIES.rows(session, rows)


def add_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append attempts in one statement."""
    _ADD_ATTEMPTS.rows(session, rows)


def add_feed_events(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert events, not yet in the order of the feed, in one statement."""
    _ADD_EVENTS.rows(session, rows)


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
    return changed(session, statement)


# --- the claim ------------------------------------------------------------------------------------------------------

_D, _A = _DELIVERY.c, _ALERT.c
_POINT, _ORGANISATION = cast(Table, ContactPoint.__table__), cast(Table, Organisation.__table__)

_IS_QUEUED = _D.state == literal_column("'queued'")
"""Written out, not bound: neither database uses a partial index for a condition it cannot see when it plans."""

_WAITING = (
    select(
        _D.id,
        _D.ref,
        _D.channel,
        _D.held_for,
        _D.contact_point_id,
        _A.ref.label("alert_ref"),
        _A.kind,
        _A.subject_ref,
        _A.role,
        _A.is_urgent,
        _A.raised_at,
        _A.details,
        _A.organisation_id,
        _POINT.c.ref.label("contact_point_ref"),
        _POINT.c.address,
        _POINT.c.flagged_at,
        _POINT.c.verified_at,
        _POINT.c.valid_to,
        _POINT.c.hard_failures,
        _POINT.c.sealed_secret,
        _ORGANISATION.c.ref.label("organisation_ref"),
        _ORGANISATION.c.name.label("organisation_name"),
        _ORGANISATION.c.kind.label("organisation_kind"),
        _ORGANISATION.c.joined_at,
    )
    .join(_ALERT, _A.id == _D.alert_id)
    .join(_POINT, _POINT.c.id == _D.contact_point_id)
    .join(_ORGANISATION, _ORGANISATION.c.id == _A.organisation_id)
    .order_by(_D.next_attempt_at, _D.id)
    .with_for_update(of=_DELIVERY, skip_locked=True)
)
"""Each delivery that waits, with all that sending and recording it needs."""

Waiting = Any
"""A row of :data:`_WAITING`, by the names above."""

# Each statement is made once: one that stays the same object keeps the key under which it is found compiled.
_NOW: BindParameter[datetime] = bindparam("now", type_=UTC())
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_OWNERS: BindParameter[Sequence[str]] = bindparam("owners", expanding=True)
_DUE = and_(_IS_QUEUED, _D.next_attempt_at <= _NOW, or_(_D.leased_until.is_(None), _D.leased_until <= _NOW))
_SINGLE = and_(_DUE, or_(_D.held_for.is_(None), _D.held_for != "digest"))
_DIGEST = and_(_DUE, _D.held_for == "digest")
# In order, though any one would do: PostgreSQL expects many to be due, and might look for one row by row.
_ANY_SINGLE = select(_D.id).where(_SINGLE).order_by(_D.next_attempt_at).limit(1)
_ANY_DIGEST = select(_D.id).where(_DIGEST).order_by(_D.next_attempt_at).limit(1)
_CLAIM = _WAITING.where(_SINGLE).limit(bindparam("at_most"))
_MAILBOXES = select(_D.contact_point_id).where(_DIGEST).group_by(_D.contact_point_id).limit(bindparam("mailboxes"))
_CLAIM_DIGESTS = _WAITING.where(_DIGEST, _D.contact_point_id.in_(_IDS)).limit(bindparam("at_most"))
_LEASE = (
    update(_DELIVERY)
    .where(_D.id.in_(_IDS))
    .values(lease_owner=bindparam("owner"), leased_until=bindparam("until", type_=UTC()))
)
_STILL_QUEUED = select(_D.id).where(_D.id.in_(_IDS), _IS_QUEUED)
_HELD = (
    select(_D.id, _D.state, _D.lease_owner, _D.attempts)
    .where(_D.id.in_(_IDS), _D.lease_owner.in_(_OWNERS))
    .with_for_update()
)


def _not_busy(busy_points: Collection[int], busy_channels: Collection[str]) -> ColumnElement[bool]:
    points = _D.contact_point_id.not_in(busy_points) if busy_points else true()
    channels = _D.channel.not_in(busy_channels) if busy_channels else true()
    return and_(points, channels)


def any_due(session: Session, *, now: datetime, digests: bool) -> bool:
    """Whether anything waits to be sent now: read before a claim, so that an idle hub takes no lock."""
    wanted = _ANY_DIGEST if digests else _ANY_SINGLE
    return connection_of(session).execute(wanted, {"now": now}).first() is not None


def claim(
    session: Session,
    *,
    owner: str,
    until: datetime,
    now: datetime,
    at_most: int,
    busy_points: Collection[int] = (),
    busy_channels: Collection[str] = (),
) -> Sequence[Waiting]:
    """Lease up to *at_most* due deliveries to *owner* until *until*, oldest first; digests and busy receivers left out."""
    wanted = _CLAIM.where(_not_busy(busy_points, busy_channels)) if busy_points or busy_channels else _CLAIM
    found = connection_of(session).execute(wanted, {"now": now, "at_most": at_most})
    return _leased(session, found.all(), owner, until)


def claim_digests(
    session: Session, *, owner: str, until: datetime, now: datetime, mailboxes: int, at_most: int
) -> Sequence[Waiting]:
    """Lease the due digest deliveries of up to *mailboxes* contact points, by contact point and then by age."""
    connection = connection_of(session)
    chosen = connection.execute(_MAILBOXES, {"now": now, "mailboxes": mailboxes}).scalars().all()
    found = connection.execute(_CLAIM_DIGESTS, {"now": now, "ids": chosen, "at_most": at_most})
    return _leased(session, found.all(), owner, until)


def _leased(session: Session, rows: Sequence[Waiting], owner: str, until: datetime) -> Sequence[Waiting]:
    if rows:
        said = {"ids": [row.id for row in rows], "owner": owner, "until": until}
        connection_of(session).execute(_LEASE, said)
    return rows


def release(session: Session, ids: Collection[int], owners: Collection[str]) -> None:
    """Give leases back unused: the deliveries are due again at once."""
    mine = and_(Delivery.id.in_(ids), Delivery.lease_owner.in_(owners))
    _changed(session, update(Delivery).where(mine).values(lease_owner=None, leased_until=None))


def still_queued(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these deliveries are still to be sent."""
    return set(connection_of(session).execute(_STILL_QUEUED, {"ids": list(ids)}).scalars())


# --- recording ------------------------------------------------------------------------------------------------------


def held(session: Session, ids: Collection[int], owners: Collection[str]) -> Mapping[int, Row[int, str, str, int]]:
    """Those of these deliveries that one of *owners* still leases, locked: id, state, lease_owner, attempts."""
    found = connection_of(session).execute(_HELD, {"ids": list(ids), "owners": list(owners)})
    return {row.id: row for row in found}


def delivery_and_alert(session: Session, ref: str) -> Row[Delivery, Alert] | None:
    """One delivery, locked, with its alert."""
    wanted = select(Delivery, Alert).join(Alert, Alert.id == Delivery.alert_id).where(Delivery.ref == ref)
    return session.execute(wanted.with_for_update(of=Delivery)).first()


def in_same_digest(session: Session, delivery: Delivery) -> Sequence[Row[Delivery, Alert]]:
    """The deliveries that went in one message with *delivery*, itself among them, each with its alert."""
    together = and_(
        Delivery.contact_point_id == delivery.contact_point_id,
        Delivery.held_for == "digest",
        Delivery.accepted_at == delivery.accepted_at,
    )
    wanted = select(Delivery, Alert).join(Alert, Alert.id == Delivery.alert_id).where(together)
    return session.execute(wanted.with_for_update(of=Delivery)).all()


def as_waiting(session: Session, ids: Collection[int]) -> Sequence[Waiting]:
    """These deliveries as a claim would give them, whatever their state."""
    return connection_of(session).execute(_WAITING.where(_D.id.in_(ids))).all()


def has_reached(session: Session, *, subject_ref: str, organisation_id: int, kinds: Collection[str]) -> bool:
    """Whether any delivery of such an alert about *subject_ref* has reached the organisation."""
    wanted = (
        select(Delivery.id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .where(Alert.subject_ref == subject_ref, Alert.organisation_id == organisation_id, Alert.kind.in_(kinds))
        .where(Delivery.state.in_(REACHED))
    )
    return session.execute(wanted.limit(1)).first() is not None


# --- the health of contact points -----------------------------------------------------------------------------------


def forget_failures(session: Session, contact_point_ids: Collection[int]) -> None:
    """They took something: the row of failures is broken."""
    failing = and_(ContactPoint.id.in_(contact_point_ids), ContactPoint.hard_failures > 0)
    _changed(session, update(ContactPoint).where(failing).values(hard_failures=0))


def count_failures(session: Session, contact_point_id: int, failures: int) -> None:
    """Add to the row of hard failures."""
    one = update(ContactPoint).where(ContactPoint.id == contact_point_id)
    _changed(session, one.values(hard_failures=ContactPoint.hard_failures + failures))


def flag(session: Session, contact_point_id: int, *, at_least: int, now: datetime) -> bool:
    """Flag the contact point as broken if it failed *at_least* so often in a row; whether this call did it."""
    failing = and_(ContactPoint.flagged_at.is_(None), ContactPoint.hard_failures >= at_least)
    guarded = update(ContactPoint).where(ContactPoint.id == contact_point_id, failing)
    return _changed(session, guarded.values(flagged_at=now, version=ContactPoint.version + 1)) == 1


def mended_points(session: Session, *, verified_since: datetime) -> Sequence[int]:
    """Contact points, verified since then and not flagged, that have deliveries which a flag kept back."""
    kept_back = and_(Delivery.state == "suppressed", Delivery.last_code == FLAGGED)
    wanted = (
        select(ContactPoint.id)
        .where(ContactPoint.verified_at >= verified_since, ContactPoint.flagged_at.is_(None))
        .where(select(Delivery.id).where(Delivery.contact_point_id == ContactPoint.id, kept_back).exists())
    )
    return session.scalars(wanted).all()


def kept_back_by_flag(contact_point_id: int) -> ColumnElement[bool]:
    """The condition that selects what a flag on this contact point kept back and is still wanted."""
    cancelled = select(Alert.id).where(Alert.id == Delivery.alert_id, Alert.cancelled_at.is_not(None))
    return and_(Delivery.contact_point_id == contact_point_id, Delivery.last_code == FLAGGED, ~cancelled.exists())


def operators(session: Session) -> Sequence[int]:
    """Who runs the hub: the organisations to tell when nobody else can be."""
    return session.scalars(select(Organisation.id).where(Organisation.kind == "hub_operator")).all()
