"""Every statement over agreements between councils."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select
from sqlalchemy.orm import Session

from hub.spotpurchase.providers.models import InterviewAgreement
from hub.spotpurchase.states import AGREEMENT


def concerns(council_id: int) -> ColumnElement[bool]:
    """Whether an agreement is the council's to see: it is a side of it, or could place a child with a host that pays for all."""
    for_all = and_(InterviewAgreement.placing_id.is_(None), InterviewAgreement.state == "agreed")
    return or_(InterviewAgreement.host_id == council_id, InterviewAgreement.placing_id == council_id, for_all)


def seen_by(session: Session, ref: str, council_id: int) -> InterviewAgreement | None:
    """The agreement *ref*, if the council may see it."""
    wanted = select(InterviewAgreement).where(InterviewAgreement.ref == ref, concerns(council_id))
    return session.scalars(wanted).one_or_none()


def listed(
    session: Session, council_id: int, *, state: str | None, after: str | None, at_most: int
) -> Sequence[InterviewAgreement]:
    """The agreements that the council may see, by reference, beginning after *after*."""
    wanted = select(InterviewAgreement).where(concerns(council_id))
    if state:
        wanted = wanted.where(InterviewAgreement.state == state)
    if after:
        wanted = wanted.where(InterviewAgreement.ref > after)
    return session.scalars(wanted.order_by(InterviewAgreement.ref).limit(at_most)).all()


def in_force(session: Session, host_id: int, placing_id: int, *, on: date) -> Sequence[InterviewAgreement]:
    """What counts on the day *on* for a child that *placing_id* placed with *host_id*, what was agreed last first."""
    between = and_(InterviewAgreement.host_id == host_id, InterviewAgreement.placing_id == placing_id)
    other_way = and_(
        InterviewAgreement.kind == "reciprocal",
        InterviewAgreement.host_id == placing_id,
        InterviewAgreement.placing_id == host_id,
    )
    for_all = and_(InterviewAgreement.host_id == host_id, InterviewAgreement.placing_id.is_(None))
    wanted = select(InterviewAgreement).where(
        InterviewAgreement.state == "agreed",
        or_(between, other_way, for_all),
        InterviewAgreement.valid_from <= on,
        or_(InterviewAgreement.valid_to.is_(None), InterviewAgreement.valid_to >= on),
    )
    newest = (InterviewAgreement.answered_at.desc(), InterviewAgreement.id.desc())
    return session.scalars(wanted.order_by(*newest)).all()


def waiting(session: Session, one_id: int, other_id: int) -> InterviewAgreement | None:
    """A proposal between these two that waits for its answer."""
    pair = (one_id, other_id)
    wanted = select(InterviewAgreement).where(
        InterviewAgreement.state == AGREEMENT.start,
        InterviewAgreement.host_id.in_(pair),
        InterviewAgreement.placing_id.in_(pair),
    )
    return session.scalars(wanted.order_by(InterviewAgreement.id).limit(1)).first()


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert an agreement."""
    session.execute(insert(InterviewAgreement).values(dict(row)))


def move(session: Session, agreement_id: int, action: str, **columns: datetime) -> None:
    """Move an agreement. Raises ``StateConflict`` where it no longer can be."""
    values = {**columns, "version": InterviewAgreement.version + 1}
    AGREEMENT.apply_one(session, InterviewAgreement, action, InterviewAgreement.id == agreement_id, values)
