"""Lists of requests and asks, a page at a time, newest first."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hub.spotpurchase.models import InterviewAsk, InterviewRequest
from hub.spotpurchase.queries import has_part


def requests(
    session: Session,
    organisation_id: int,
    parts: Collection[str],
    states: Collection[str] | None,
    *,
    after: str | None,
    at_most: int,
) -> Sequence[InterviewRequest]:
    """Requests in which an organisation has one of *parts*; *after*: the reference of the last one of the page before."""
    wanted = select(InterviewRequest).where(or_(*(has_part(organisation_id, part) for part in parts)))
    return session.scalars(_page(wanted, InterviewRequest, states, after).limit(at_most)).all()


def asks(
    session: Session, provider_id: int, states: Collection[str] | None, *, after: str | None, at_most: int
) -> Sequence[InterviewAsk]:
    """What a provider was asked; *after*: the reference of the last one of the page before."""
    wanted = select(InterviewAsk).where(InterviewAsk.provider_id == provider_id)
    return session.scalars(_page(wanted, InterviewAsk, states, after).limit(at_most)).all()


def _page(
    wanted: Select[Any],
    model: type[InterviewRequest] | type[InterviewAsk],
    states: Collection[str] | None,
    after: str | None,
) -> Select[Any]:
    """Of *wanted* those in *states* and after the one with the reference *after*, the newest first."""
    if states is not None:
        wanted = wanted.where(model.state.in_(list(states)))
    if after is not None:
        last = select(model.id).where(model.ref == after).scalar_subquery()
        wanted = wanted.where(model.id < last)
    return wanted.order_by(model.id.desc())
