"""Organisations as a person looks for them: by name, and how each kind stands with the hub."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from hub.directory.models import ContactPoint, Organisation

_FOLDED = func.lower(Organisation.name)


def by_name(
    session: Session, *, name: str, kind: str, joined: bool | None, after: str | None, at_most: int
) -> Sequence[Organisation]:
    """Organisations by name, closed ones too; each part that is given narrows. *after*: the reference of the last one seen."""
    rows = select(Organisation).order_by(_FOLDED, Organisation.ref).limit(at_most)
    if name:
        rows = rows.where(Organisation.name.icontains(name, autoescape=True))
    if kind:
        rows = rows.where(Organisation.kind == kind)
    if joined is not None:
        rows = rows.where(Organisation.joined_at.is_not(None) if joined else Organisation.joined_at.is_(None))
    if after:
        last = select(_FOLDED, Organisation.ref).where(Organisation.ref == after)
        if found := session.execute(last).first():
            rows = rows.where(tuple_(_FOLDED, Organisation.ref) > tuple_(*found))
    return session.scalars(rows).all()


def progress(session: Session, on: date) -> Mapping[str, tuple[int, int, int]]:
    """By kind of organisation: how many are open on the day *on*, have joined, and can be reached at their duty desk."""
    reached = (
        select(ContactPoint.id)
        .where(
            ContactPoint.organisation_id == Organisation.id,
            ContactPoint.role == "duty_desk",
            ContactPoint.channel != "phone",
            ContactPoint.verified_at.is_not(None),
            ContactPoint.flagged_at.is_(None),
            ContactPoint.valid_from <= on,
            or_(ContactPoint.valid_to.is_(None), ContactPoint.valid_to > on),
        )
        .exists()
    )
    rows = select(Organisation.kind, func.count(), _count_if(Organisation.joined_at.is_not(None)), _count_if(reached))
    rows = rows.where(or_(Organisation.valid_to.is_(None), Organisation.valid_to > on)).group_by(Organisation.kind)
    return {kind: (count, joined, told) for kind, count, joined, told in session.execute(rows)}


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
