"""Whose request is it, who performs it, and the one way in which its state changes. What interviews and reports build on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref
from hub.core.turns import take_turns
from hub.missing import queries as episode_queries
from hub.spotpurchase import queries
from hub.spotpurchase.models import Commission, InterviewEpisode, InterviewRequest
from hub.spotpurchase.states import COMMISSION, INTERVIEW_REQUEST

NOT_SEEN: Final = "There is no request for an interview with this reference that you can see."
ALL_PARTS: Final = ("placing", "host", "performer", "asked")
ACTING: Final = ("placing", "performer")
"""Who may act on a request itself: a host follows it, and a provider that was only asked answers its ask."""
HELD_OR_SOUGHT: Final = ("requested", "commissioned", "scheduled")


def request_for(session: Session, actor: Actor, ref: str, *, parts: Collection[str] = ACTING) -> InterviewRequest:
    """The request *ref*, kept from other writers. Raises ``NotFound`` unless the actor's organisation has one of *parts*."""
    seen = queries.seen_by(session, ref, actor.organisation, parts) if is_ref(ref, "rhi") else None
    if seen is None:
        raise NotFound(NOT_SEEN)
    return queries.locked(session, seen.id)


def commission_for(session: Session, actor: Actor, request: InterviewRequest) -> Commission:
    """The commission that stands, of which the actor's organisation is the performer.

    Raises ``StateConflict`` where its commission is over, and ``NotFound`` where it never had one.
    """
    standing = queries.standing_commission(session, request.id)
    if standing is not None and standing.performer_id == actor.organisation:
        return standing
    own = [row for row in queries.commissions_of(session, request.id) if row.performer_id == actor.organisation]
    if not own:
        raise NotFound(NOT_SEEN)
    if own[-1].state == "fulfilled":
        raise StateConflict("This interview was held. What is to be added goes into its report.")
    raise StateConflict("Your organisation no longer has this interview: it was given back, taken back or cancelled.")


def move(session: Session, request: InterviewRequest, action: str, **values: Any) -> InterviewRequest:
    """Move *request*, which the caller has locked, by *action*; the row as it is then. *values*: other columns to set.

    The hub looks at it again when it would have (``next_step_at``), also after a booking: then it finds out whether anything
    came of it. What is over waits for nothing. The caller records whose act it is. Raises ``StateConflict`` where its state does
    not allow it.
    """
    target = INTERVIEW_REQUEST.move(action).target
    said = values if target in HELD_OR_SOUGHT else {"next_step_at": None, **values}
    same = (InterviewRequest.id == request.id) & (InterviewRequest.version == request.version)
    INTERVIEW_REQUEST.apply_one(session, InterviewRequest, action, same, {**said, "version": request.version + 1})
    return queries.locked(session, request.id)


def fulfil_commission(session: Session, commission: Commission, *, now: datetime) -> None:
    """The interview was held: *commission* is over and was kept. Raises ``StateConflict`` where it does not stand."""
    COMMISSION.apply_one(session, Commission, "fulfil", Commission.id == commission.id, {"ended_at": now})


def under_way_for(session: Session, child_id: int, episode_ids: Collection[int]) -> Sequence[InterviewRequest]:
    """The requests whose interview is still to be held, and that serve one of these episodes of a child, or one that is the same.

    Several reports of one absence may be episodes of their own until they are combined. From here to the end of the transaction
    nobody else asks for an interview of this child.
    """
    child = episode_queries.same_child(session, child_id)[0]
    take_turns(session, [sha256(f"interview {child}".encode()).digest()])
    roots = {episode_queries.root_id_of(session, number) for number in episode_ids}
    return queries.under_way_for(session, [each for root in roots for each in episode_queries.group_of(session, root)])


def episodes_of(session: Session, request_id: int) -> Sequence[InterviewEpisode]:
    """The episodes that a request serves, the earliest return first; each keeps its own clock."""
    return queries.episodes_of(session, request_id)
