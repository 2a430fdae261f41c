"""Every statement over entries of money, and what a statement names beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.providers.models import InterviewProvider

Row = Any


def entries_of_event(session: Session, event_ref: str) -> Sequence[PurchaseEntry]:
    """What was entered for one event, with what was entered against it, in the order of entering."""
    found = select(PurchaseEntry).where(PurchaseEntry.event_ref == event_ref).order_by(PurchaseEntry.id)
    return session.scalars(found).all()


def abortive_visits(session: Session, commission_id: int) -> int:
    """How many visits of a commission were charged at which no interview could be held."""
    kind = PurchaseEntry.kind == "abortive"
    found = select(PurchaseEntry.id).where(PurchaseEntry.commission_id == commission_id, kind)
    return len(session.scalars(found).all())


def run_by(session: Session, organisation_id: int) -> int | None:
    """The council whose own team a provider is; ``None``: nobody's."""
    mine = InterviewProvider.organisation_id == organisation_id
    return session.scalar(select(InterviewProvider.run_by_id).where(mine))


def add_entries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter lines; one that stands already for its event raises, and its transaction with it."""
    if rows:
        session.execute(insert(PurchaseEntry), [dict(row) for row in rows])
