"""Every statement that counts what waits for one person, each up to a bound."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from hub.directory.models import Proposal
from hub.notify.messages.kinds import PICKUP_CODE
from hub.notify.models import Alert
from hub.registry.models import Match, Notice, Placement


def drafts_by(session: Session, sender_id: int, actor_ref: str, *, at_most: int) -> Sequence[Any]:
    """The organisation's drafts that this person last wrote at, oldest first: notice and its placement's reference."""
    wanted = select(Notice, Placement.ref.label("placement_ref"))
    wanted = wanted.outerjoin(Placement, Placement.id == Notice.placement_id)
    mine = (Notice.sender_id == sender_id, Notice.state == "draft", Notice.sender_actor == actor_ref)
    return session.execute(wanted.where(*mine).order_by(Notice.id).limit(at_most)).all()


def count_drafts(session: Session, sender_id: int, actor_ref: str, *, at_most: int) -> int:
    """How many drafts that is."""
    mine = (Notice.sender_id == sender_id, Notice.state == "draft", Notice.sender_actor == actor_ref)
    return _count(session, select(Notice.id).where(*mine), at_most)


def count_unread(session: Session, organisation_id: int, *, at_most: int) -> int:
    """How many alerts of the organisation are neither read nor settled."""
    mine = (Alert.organisation_id == organisation_id, Alert.kind != PICKUP_CODE)
    return _count(session, select(Alert.id).where(*mine, *_unread()), at_most)


def _unread() -> tuple[ColumnElement[bool], ...]:
    return Alert.read_at.is_(None), Alert.cancelled_at.is_(None)


def unread_first(session: Session, organisation_id: int, *, at_most: int) -> Sequence[Alert]:
    """The organisation's alerts that are neither read nor settled: the urgent ones first, and of each the oldest."""
    mine = (Alert.organisation_id == organisation_id, Alert.kind != PICKUP_CODE)
    wanted = select(Alert).where(*mine, *_unread()).order_by(Alert.is_urgent.desc(), Alert.id)
    return session.scalars(wanted.limit(at_most)).all()


def proposals_for(session: Session, organisation_id: int, hand: str, *, at_most: int) -> Sequence[Proposal]:
    """What waits for a second hand, another than *hand*: the one that expires first in front."""
    mine = (Proposal.organisation_id == organisation_id, Proposal.state == "proposed", Proposal.proposed_hand != hand)
    return session.scalars(select(Proposal).where(*mine).order_by(Proposal.expires_at).limit(at_most)).all()


def count_doubtful(session: Session, organisation_id: int, *, at_most: int) -> int:
    """How many doubtful matches wait of which the organisation is placing or host authority of both sides."""
    theirs = select(Placement.id).where(
        or_(Placement.placing_authority_id == organisation_id, Placement.host_authority_id == organisation_id)
    )
    both = Match.placement_id.in_(theirs) & Match.own_placement_id.in_(theirs)
    return _count(session, select(Match.id).where(Match.state == "doubtful", both), at_most)


def _count(session: Session, wanted: Any, at_most: int) -> int:
    return session.scalar(select(func.count()).select_from(wanted.limit(at_most).subquery())) or 0
