"""Statements over what is sealed elsewhere than in a sealed column: files on the disk, codes in alerts, webhooks' secrets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, LargeBinary, Row, Table, delete, exists, func, literal, select, tuple_, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.directory.models import ContactPoint, Organisation
from hub.notify.messages.kinds import PICKUP_CODE
from hub.notify.models import Alert
from hub.registry.models import Child, ChildIndex, HomeIndex, NameVariant, Placement, PlacementIndex, StoredFile

AnyRow = Row[*tuple[Any, ...]]
_TAG = 4


def file_refs(session: Session, *, after: int, at_most: int) -> Sequence[Row[int, str]]:
    """The next files: id and reference."""
    return session.execute(
        select(StoredFile.id, StoredFile.ref).where(StoredFile.id > after).order_by(StoredFile.id).limit(at_most)
    ).all()


def councils_of(session: Session, child_ids: Collection[int]) -> Mapping[int, int | None]:
    """Child → its placing authority."""
    wanted = select(Child.id, Child.placing_authority_id).where(Child.id.in_(child_ids))
    return {number: council for number, council in session.execute(wanted)}


def has_index_under_another(tag: bytes) -> ColumnElement[bool]:
    """Condition on a child: one of its indexes was made with another key than *tag*'s."""
    return exists().where(ChildIndex.child_id == Child.id, func.substr(ChildIndex.value, 1, _TAG) != _bytes(tag))


def placement_has_index_under_another(tag: bytes) -> ColumnElement[bool]:
    """Condition on a placement: its postcode or telephone was indexed with another key than *tag*'s."""
    other = func.substr(PlacementIndex.value, 1, _TAG) != _bytes(tag)
    return exists().where(PlacementIndex.placement_id == Placement.id, other)


def home_has_index_under_another(tag: bytes) -> ColumnElement[bool]:
    """Condition on an organisation: its postcode or telephone was indexed with another key than *tag*'s."""
    other = func.substr(HomeIndex.value, 1, _TAG) != _bytes(tag)
    return exists().where(HomeIndex.organisation_id == Organisation.id, other)


def _bytes(value: bytes) -> ColumnElement[bytes]:
    return literal(value, LargeBinary)


def forget_variants_of_others(session: Session, tag: bytes, *, at_most: int) -> int:
    """Delete up to *at_most* variants of names made with another key than *tag*'s; return how many."""
    table = cast(Table, NameVariant.__table__)
    key = tuple_(table.c.kind, table.c.variant, table.c.value)
    old = select(table.c.kind, table.c.variant, table.c.value)
    old = old.where(func.substr(table.c.variant, 1, _TAG) != _bytes(tag)).limit(at_most)
    return changed(session, delete(table).where(key.in_(old)))


def alerts_with_code(session: Session, *, since: datetime, lock: bool = False) -> Sequence[AnyRow]:
    """Alerts that carry a one-time code and were raised after *since*; with *lock*, those that nobody else holds, kept so."""
    wanted = select(Alert.id, Alert.ref, Alert.details).where(Alert.kind == PICKUP_CODE, Alert.raised_at > since)
    wanted = wanted.order_by(Alert.id)
    return session.execute(wanted.with_for_update(skip_locked=True) if lock else wanted).all()


def put_details(session: Session, alert_id: int, details: Mapping[str, Any]) -> None:
    """Put other details in the place of an alert's."""
    changed(session, update(Alert).where(Alert.id == alert_id).values(details=dict(details)))


def webhooks(session: Session) -> Sequence[AnyRow]:
    """The webhooks in force: reference and what they sign with, sealed."""
    wanted = select(ContactPoint.ref, ContactPoint.sealed_secret)
    return session.execute(wanted.where(ContactPoint.channel == "webhook", ContactPoint.valid_to.is_(None))).all()
