"""Changes that take two people: how a council or police force is reached, and its ladders.

Whoever redirects a force's alerts silences them. So a change there is proposed by one and takes effect when another of the
same organisation confirms it; until then nothing is changed. It is tried out when it is proposed, so that what cannot stand
is refused at once, and again when it is confirmed, against what is recorded then.

An organisation that has not joined has nobody to confirm: the operator looks after its entries alone, and so does the hub
itself when it loads them. Homes and agencies are small: what one person there changes takes effect at once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database, keys_of
from hub.core.errors import Conflict, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.directory import proposal_queries as queries
from hub.directory.contact_points import NEEDS_TWO
from hub.directory.models import Proposal
from hub.directory.queries import Brief
from hub.directory.states import PROPOSAL
from hub.directory.tenancy import owner

ACTS: Final = ("contact_point.change", "contact_point.retire", "contact_point.rotate", "ladder.save")
WAITS: Final = timedelta(days=7)
_NOT_A_SECOND: Final = (
    "A second person must decide this: you proposed it, or whoever proposed it holds the key that you use. "
    "Ask somebody else in your organisation; you may withdraw it."
)


def takes_two(actor: Actor, organisation: Brief) -> bool:
    """Whether what *actor* changes of *organisation*'s entries must be confirmed by a second person there."""
    acts_for_one_that_cannot = actor.is_operator and organisation.joined_at is None
    return organisation.kind in NEEDS_TWO and actor.kind != "system" and not acts_for_one_that_cannot


def propose(
    session: Session,
    actor: Actor,
    *,
    organisation: Brief,
    act: str,
    subject_ref: str,
    content: Mapping[str, Any],
    trial: Callable[[], object],
    now: datetime,
) -> Proposal:
    """Keep *act* on *subject_ref* as a proposal, having done and undone it (*trial*) to see that it could be done.

    *content* (JSON) is whatever it takes to do it later, and what it was seen to change. Raises whatever *trial* raises.
    """
    with audit.tried_out(session):
        trial()
    ref = new_ref("prp")
    row = {
        "ref": ref,
        "organisation_id": organisation.id,
        "act": act,
        "subject_ref": subject_ref,
        "content": dict(content),
        "state": PROPOSAL.start,
        "proposed_by": actor.ref,
        "proposed_hand": actor.hand,
        "proposed_at": now,
        "expires_at": now + WAITS,
    }
    queries.add_proposal(session, row)
    _record(session, actor, Event.PROPOSAL_MADE, ref, act, subject_ref, now)
    return proposal_of(session, actor, ref)


def confirm(session: Session, actor: Actor, ref: str, *, now: datetime) -> Proposal:
    """Record that *actor*, another than who proposed it, confirms *ref*; the caller does what it says, in *session*.

    Raises NotFound; StateConflict where it is decided or too old; Conflict (``second_person_needed``).
    """
    return _decide(session, actor, "confirm", ref, Event.PROPOSAL_CONFIRMED, now)


def refuse(session: Session, actor: Actor, ref: str, *, reason: str | None = None, now: datetime) -> Proposal:
    """Record that *actor*, another than who proposed it, refuses *ref*, and why. Raises as :func:`confirm`."""
    sealed = {"sealed": keys_of(session).seal(ref, {"reason": reason})} if reason else {}
    return _decide(session, actor, "refuse", ref, Event.PROPOSAL_REFUSED, now, sealed)


def reason_of(session: Session, proposal: Proposal) -> str | None:
    """Why it was refused, where whoever refused it said so."""
    if proposal.sealed is None:
        return None
    reason: str = keys_of(session).open(proposal.ref, proposal.sealed)["reason"]
    return reason


def withdraw(session: Session, actor: Actor, ref: str, *, now: datetime) -> Proposal:
    """Record that whoever proposed *ref* takes it back. Raises NotFound, StateConflict, Conflict for anybody else."""
    proposal = _waiting(session, actor, ref, now)
    if proposal.proposed_hand != actor.hand:
        raise Conflict("Only whoever proposed this may withdraw it. You may refuse it.", code="not_yours_to_withdraw")
    return _move(session, actor, "withdraw", proposal, Event.PROPOSAL_WITHDRAWN, now)


def expire_once(database: Database, *, now: datetime, limit: int) -> int:
    """Expire what nobody decided within a week; return how many."""
    with database.write() as session:
        old = queries.run_out(session, now, at_most=limit)
        for ref, act, subject_ref in old:
            if queries.expire(session, ref, now):
                _record(session, SYSTEM, Event.PROPOSAL_EXPIRED, ref, act, subject_ref, now)
        return len(old)


def proposal_of(session: Session, actor: Actor, ref: str) -> Proposal:
    """The proposal *ref*, if it is about the actor's own organisation, or for the operator. Raises NotFound."""
    found = queries.proposal(session, ref, owner(actor)) if is_ref(ref, "prp") else None
    if found is None:
        raise NotFound("There is no proposal here that you can see. List your own organisation's.")
    return found


def is_second(actor: Actor, proposal: Proposal) -> bool:
    """Whether *actor* may be the second person who decides *proposal*."""
    return actor.organisation_id == proposal.organisation_id and actor.hand != proposal.proposed_hand


def _decide(
    session: Session,
    actor: Actor,
    action: str,
    ref: str,
    event: Event,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> Proposal:
    proposal = _waiting(session, actor, ref, now)
    if not is_second(actor, proposal):
        raise Conflict(_NOT_A_SECOND, code="second_person_needed")
    return _move(session, actor, action, proposal, event, now, more)


def _waiting(session: Session, actor: Actor, ref: str, now: datetime) -> Proposal:
    proposal = proposal_of(session, actor, ref)
    if proposal.state == PROPOSAL.start and proposal.expires_at <= now:
        raise StateConflict("This proposal waited for a week and has expired. Propose the change anew.")
    return proposal


def _move(
    session: Session,
    actor: Actor,
    action: str,
    proposal: Proposal,
    event: Event,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> Proposal:
    queries.decide(session, action, proposal.ref, {"decided_by": actor.ref, "decided_at": now, **(more or {})})
    _record(session, actor, event, proposal.ref, proposal.act, proposal.subject_ref, now)
    session.refresh(proposal)
    return proposal


def _record(session: Session, actor: Actor, event: Event, ref: str, act: str, subject_ref: str, now: datetime) -> None:
    audit.record(session, actor, event, ref, now=now, details={"act": act, "subject": subject_ref})
