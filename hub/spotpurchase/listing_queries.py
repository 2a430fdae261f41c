"""Lists of requests and asks, a page at a time, newest first."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
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
    if states is not None:
        wanted = wanted.where(InterviewRequest.state.in_(list(states)))
    if after is not None:
        last = select(InterviewRequest.id).where(InterviewRequest.ref == after).scalar_subquery()
        wanted = wanted.where(InterviewRequest.id < last)
    return session.scalars(wanted.order_by(InterviewRequest.id.desc()).limit(at_most)).all()


def asks(
    session: Session, provider_id: int, states: Collection[str] | None, *, after: str | None, at_most: int
) -> Sequence[InterviewAsk]:
    """What a provider was asked; *after*: the reference of the last one of the page before."""
    wanted = select(InterviewAsk).where(InterviewAsk.provider_id == provider_id)
    if states is not None:
        wanted = wanted.where(InterviewAsk.state.in_(list(states)))
    if after is not None:
        last = select(InterviewAsk.id).where(InterviewAsk.ref == after).scalar_subquery()
        wanted = wanted.where(InterviewAsk.id < last)
    return session.scalars(wanted.order_by(InterviewAsk.id.desc()).limit(at_most)).all()
