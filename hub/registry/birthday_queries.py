"""Every statement by which placements are asked about before a child comes of age."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from hub.notify import queries as notify_queries
from hub.notify.models import Obligation
from hub.registry.models import ChildIndex, Placement
from hub.registry.notice_queries import AnyRow, AnySelect

Unasked = AnyRow
"""``id``, ``ref`` and ``placing_authority_id`` of a placement, and the blind ``value`` of the day of birth."""
_RUNNING = ("unconfirmed", "confirmed")


def unasked(
    session: Session, duty_code: str, values: Collection[bytes], *, but: str, at_most: int
) -> Sequence[Unasked]:
    """Running placements with no end announced, of children under these blind days of birth, about which nobody was asked.

    *but*: a question struck out for this reason does not count as asked.
    """
    asked = exists().where(
        Obligation.subject_ref == Placement.ref,
        Obligation.duty_code == duty_code,
        or_(Obligation.state != "void", Obligation.close_reason.is_distinct_from(but)),
    )
    born = (ChildIndex.kind == "born_on", ChildIndex.value.in_(values))
    running = (Placement.state.in_(_RUNNING), Placement.placing_authority_id.is_not(None), Placement.ends_at.is_(None))
    wanted: AnySelect = select(Placement.id, Placement.ref, Placement.placing_authority_id, ChildIndex.value)
    wanted = wanted.join(ChildIndex, ChildIndex.child_id == Placement.child_id).where(*born, *running, ~asked)
    return session.execute(wanted.order_by(Placement.id).limit(at_most)).all()


def due_days(session: Session, duty_code: str) -> Sequence[date]:
    """The days on which open questions are due, each once."""
    wanted = select(Obligation.due_on).where(Obligation.duty_code == duty_code, Obligation.state == "open").distinct()
    return [day for day in session.scalars(wanted) if day is not None]


def unsupported(session: Session, duty_code: str, due_on: date, values: Collection[bytes]) -> Sequence[int]:
    """Ids of the open questions due on *due_on* about children who are not under any of these blind days of birth."""
    born = exists().where(
        ChildIndex.child_id == Placement.child_id, ChildIndex.kind == "born_on", ChildIndex.value.in_(values)
    )
    wanted = select(Obligation.id).join(Placement, Placement.ref == Obligation.subject_ref)
    open_then = (Obligation.duty_code == duty_code, Obligation.state == "open", Obligation.due_on == due_on)
    return session.scalars(wanted.where(*open_then, ~born)).all()


def still_open(session: Session, obligation_ids: Collection[int]) -> Sequence[Obligation]:
    """These obligations, kept from other writers; those closed meanwhile are left out."""
    return notify_queries.locked(session, notify_queries.IS_OPEN, notify_queries.among(obligation_ids))
