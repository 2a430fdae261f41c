"""Every statement over entries of money, and what a statement names beside them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, union_all, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.providers.models import InterviewProvider

Row = Any
_FRESH = {"populate_existing": True}


# --- entering ---------------------------------------------------------------------------------------------------------


def entries_of_event(session: Session, event_ref: str) -> Sequence[PurchaseEntry]:
    """What was entered for one event, with what was entered against it, in the order of entering."""
    found = select(PurchaseEntry).where(PurchaseEntry.event_ref == event_ref).order_by(PurchaseEntry.id)
    return session.scalars(found).all()


def is_taken_back(session: Session, event_ref: str) -> bool:
    """Whether an event was recorded in error: a visit, or the time at which an interview was held or missed."""
    visits = select(Attempt.id).where(Attempt.ref == event_ref, Attempt.taken_back_at.is_not(None))
    times = select(Appointment.id).where(Appointment.ref == event_ref, Appointment.state == "taken_back")
    return session.execute(union_all(visits, times)).first() is not None


def abortive_visits(session: Session, commission_id: int) -> int:
    """How many visits of a commission at which no interview could be held are charged for: not those entered against whole."""
    ours = PurchaseEntry.commission_id == commission_id
    visits = select(PurchaseEntry.event_ref).where(ours, PurchaseEntry.kind == "abortive")
    charged = select(PurchaseEntry.event_ref).where(ours, PurchaseEntry.event_ref.in_(visits))
    charged = charged.group_by(PurchaseEntry.event_ref).having(func.sum(PurchaseEntry.net_pence) > 0)
    return len(session.scalars(charged).all())


def held_under(session: Session, commission_id: int) -> Row | None:
    """The appointment of a commission at which the interview was held, and the ``miles`` that were travelled for it."""
    found = select(Appointment, Attempt.miles).join(Attempt, Attempt.appointment_id == Appointment.id)
    stands = (Attempt.outcome == "held", Attempt.taken_back_at.is_(None))
    found = found.where(Appointment.commission_id == commission_id, Appointment.state == "held", *stands)
    return session.execute(found.order_by(Attempt.id.desc()).limit(1)).first()


def run_by(session: Session, organisation_id: int) -> int | None:
    """The council whose own team a provider is; ``None``: nobody's."""
    mine = InterviewProvider.organisation_id == organisation_id
    return session.scalar(select(InterviewProvider.run_by_id).where(mine))


def add_entries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter lines; one that stands already for its event raises, and its transaction with it."""
    if rows:
        session.execute(insert(PurchaseEntry), [dict(row) for row in rows])


def entry(session: Session, ref: str) -> PurchaseEntry | None:
    """The entry *ref*, whoever asks: for callers that ask whose it is."""
    return session.scalars(select(PurchaseEntry).where(PurchaseEntry.ref == ref)).one_or_none()


def agree(session: Session, commission: Commission, agreed_pence: int) -> int:
    """Raise what was agreed for a commission, unless somebody has just changed it; how many rows changed."""
    same = (Commission.id == commission.id, Commission.agreed_pence == commission.agreed_pence)
    return changed(session, update(Commission).where(*same).values(agreed_pence=agreed_pence))


# --- reading ----------------------------------------------------------------------------------------------------------


def commission(session: Session, *, ref: str | None = None, number: int | None = None) -> Row | None:
    """A commission, its request, and the request's reference as ``request``: by its own reference, or by its id."""
    mine = Commission.ref == ref if ref is not None else Commission.id == number
    found = select(Commission, InterviewRequest, InterviewRequest.ref.label("request")).join(
        InterviewRequest, InterviewRequest.id == Commission.request_id
    )
    return session.execute(found.where(mine).execution_options(**_FRESH)).one_or_none()


def lines_between(session: Session, buyer_id: int, seller_id: int, month: date) -> Sequence[Row]:
    """The entries of a month's statement, in the order of what they are for, and of entering."""
    between = (PurchaseEntry.buyer_id == buyer_id, PurchaseEntry.seller_id == seller_id)
    return session.execute(_lines().where(*between, PurchaseEntry.month == month)).all()


def lines_of(session: Session, commission_id: int) -> Sequence[Row]:
    """Every entry of one commission, as of a statement."""
    return session.execute(_lines().where(PurchaseEntry.commission_id == commission_id)).all()


def totals_of(session: Session, organisation_id: int, month: date) -> Sequence[Row]:
    """For each pair in which an organisation bought or sold in a month: how many ``entries``, and their sums."""
    mine = or_(PurchaseEntry.buyer_id == organisation_id, PurchaseEntry.seller_id == organisation_id)
    pair = (PurchaseEntry.buyer_id, PurchaseEntry.seller_id)
    found = select(
        *pair,
        func.count().label("entries"),
        func.sum(PurchaseEntry.net_pence).label("net_pence"),
        func.sum(PurchaseEntry.vat_pence).label("vat_pence"),
    )
    return session.execute(found.where(mine, PurchaseEntry.month == month).group_by(*pair).order_by(*pair)).all()


def refs_of(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """Id → reference, of entries."""
    found = select(PurchaseEntry.id, PurchaseEntry.ref).where(PurchaseEntry.id.in_(ids))
    return {row.id: row.ref for row in session.execute(found)}


def _lines() -> Select[Any]:
    """Entries with what a statement says of their commission."""
    return (
        select(
            PurchaseEntry,
            Commission.ref.label("commission"),
            Commission.purchase_order,
            Commission.terms,
            InterviewRequest.ref.label("request"),
        )
        .join(Commission, Commission.id == PurchaseEntry.commission_id)
        .join(InterviewRequest, InterviewRequest.id == Commission.request_id)
        .order_by(PurchaseEntry.occurred_at, PurchaseEntry.id)
    )
