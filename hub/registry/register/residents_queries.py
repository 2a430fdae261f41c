"""Every statement over the children whom a home, supported accommodation or fostering agency looks after."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from hub.registry.content import ARRIVALS, LEAVINGS
from hub.registry.models import Notice, Placement
from hub.registry.placement_queries import AnyRow, shown

STANDINGS: Final = ("living", "expected", "ended")


def residents_of(
    session: Session, provider_id: int, standing: str, *, after: str | None = None, at_most: int
) -> Sequence[AnyRow]:
    """Placements with a provider, the newest first.

    ``living``: it told of the arrival; ``expected``: another told, and it has not yet; ``ended``: over.
    """
    rows = shown().where(Placement.provider_id == provider_id, *_standing(provider_id, standing))
    if after:
        rows = rows.where(Placement.id < select(Placement.id).where(Placement.ref == after).scalar_subquery())
    order = (Placement.starts_at, Placement.id) if standing == "expected" else (Placement.id.desc(),)
    return session.execute(rows.order_by(*order).limit(at_most)).all()


def _standing(provider_id: int, standing: str) -> tuple[ColumnElement[bool], ...]:
    if standing == "ended":
        return (Placement.state == "ended",)
    has_told = exists().where(
        Notice.placement_id == Placement.id,
        Notice.sender_id == provider_id,
        Notice.state == "registered",
        Notice.kind.in_(ARRIVALS),
    )
    running = Placement.state.in_(("unconfirmed", "confirmed"))
    return (running, has_told if standing == "living" else ~has_told)


def own_notices(session: Session, provider_id: int, placement_ids: Collection[int]) -> Sequence[AnyRow]:
    """``placement_id, kind, ref, registered_at`` of the provider's notices of arrival and leaving that stand."""
    rows = select(Notice.placement_id, Notice.kind, Notice.ref, Notice.registered_at).where(
        Notice.placement_id.in_(placement_ids),
        Notice.sender_id == provider_id,
        Notice.state == "registered",
        Notice.kind.in_((*ARRIVALS, *LEAVINGS)),
    )
    return session.execute(rows.order_by(Notice.id)).all()
