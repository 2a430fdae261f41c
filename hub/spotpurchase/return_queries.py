"""Every statement over returns for which nobody has asked for an interview, and over requests that wait for a choice."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from hub.missing.models import MissingEpisode
from hub.notify.models import Obligation
from hub.spotpurchase.duties import DEBRIEF, INTERVIEW
from hub.spotpurchase.models import InterviewAsk, InterviewEpisode, InterviewRequest

_PART: Final = aliased(MissingEpisode)
_IS_ASKED_FOR: Final = exists().where(
    InterviewEpisode.episode_id == _PART.id,
    func.coalesce(_PART.merged_into_id, _PART.id) == MissingEpisode.id,
    InterviewRequest.id == InterviewEpisode.request_id,
    InterviewRequest.state != "cancelled",
)
"""A request that was not cancelled serves the episode, or one that is part of it now. Made once: a statement is long to make."""


def unasked(
    session: Session,
    placing_id: int,
    *,
    child_ids: Collection[int] | None = None,
    now: datetime,
    at_most: int,
) -> Sequence[Row[int, datetime | None]]:
    """(episode id, when its 72 hours end) of returns whose interview the council owes and has not asked for.

    Those whose time still runs before those whose time is over, the least time left first. *child_ids*: of these children alone.
    """
    e, o = MissingEpisode, Obligation
    wanted = select(e.id, o.due_at).join(o, o.subject_ref == e.ref)
    wanted = wanted.where(
        o.owed_by_id == placing_id,
        o.duty_code.in_((INTERVIEW, DEBRIEF)),
        o.state == "open",
        e.state == "returned",
        e.placing_authority_id == placing_id,
        e.child_id.is_not(None),
        ~_IS_ASKED_FOR,
    )
    if child_ids is not None:
        wanted = wanted.where(e.child_id.in_(list(child_ids)))
    return session.execute(wanted.order_by(case((o.due_at < now, 1), else_=0), o.due_at, e.id).limit(at_most)).all()


def with_offers(session: Session, refs: Collection[str]) -> set[str]:
    """Of these requests those for which an offer waits for somebody to choose."""
    wanted = select(InterviewRequest.ref).join(InterviewAsk, InterviewAsk.request_id == InterviewRequest.id)
    wanted = wanted.where(InterviewRequest.ref.in_(list(refs)), InterviewAsk.state == "offered").distinct()
    return set(session.scalars(wanted)) if refs else set()


def newest_serving(session: Session, episode_ref: str, placing_id: int) -> str | None:
    """The newest request of the council, not cancelled, that serves the episode; its reference."""
    part = aliased(MissingEpisode)
    root = select(MissingEpisode.id).where(MissingEpisode.ref == episode_ref).scalar_subquery()
    wanted = select(InterviewRequest.ref).join(InterviewEpisode, InterviewEpisode.request_id == InterviewRequest.id)
    wanted = wanted.join(part, part.id == InterviewEpisode.episode_id).where(
        func.coalesce(part.merged_into_id, part.id) == root,
        InterviewRequest.placing_authority_id == placing_id,
        InterviewRequest.state != "cancelled",
    )
    return session.scalars(wanted.order_by(InterviewRequest.id.desc()).limit(1)).first()
