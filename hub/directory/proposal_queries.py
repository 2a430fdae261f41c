"""Every statement over proposals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from hub.directory.models import Proposal
from hub.directory.states import PROPOSAL


def add_proposal(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one proposal."""
    session.execute(insert(Proposal).values(row))


def proposal(session: Session, ref: str, owner_id: int | None) -> Proposal | None:
    """The proposal *ref*, if it is about *owner_id*'s entries (``None``: about whosever, for the operator)."""
    wanted = select(Proposal).where(Proposal.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(Proposal.organisation_id == owner_id)
    return session.scalars(wanted).one_or_none()


def proposals(
    session: Session, organisation_id: int, *, state: str | None, after: str | None, at_most: int
) -> Sequence[Proposal]:
    """The proposals about one organisation's entries, in *state* or in any, by reference."""
    about = select(Proposal).where(Proposal.organisation_id == organisation_id)
    if state is not None:
        about = about.where(Proposal.state == state)
    if after:
        about = about.where(Proposal.ref > after)
    return session.scalars(about.order_by(Proposal.ref).limit(at_most)).all()


def run_out(session: Session, now: datetime, *, at_most: int) -> Sequence[Row[str, str, str]]:
    """``ref, act, subject_ref`` of proposals that nobody decided in time."""
    waiting = select(Proposal.ref, Proposal.act, Proposal.subject_ref).where(Proposal.state == PROPOSAL.start)
    return session.execute(waiting.where(Proposal.expires_at <= now).order_by(Proposal.id).limit(at_most)).all()


def decide(session: Session, action: str, ref: str, values: Mapping[str, Any]) -> None:
    """Take the proposal *ref* to where *action* leads. Raises StateConflict where it is decided already."""
    PROPOSAL.apply_one(session, Proposal, action, Proposal.ref == ref, values)


def expire(session: Session, ref: str, now: datetime) -> int:
    """Mark *ref* as expired; how many rows changed (0: somebody decided it in this moment)."""
    return PROPOSAL.apply(session, Proposal, "expire", Proposal.ref == ref, {"decided_at": now})
