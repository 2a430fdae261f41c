"""Proposals over HTTP: what waits for a second person, and their decision.

They stand here, above the directory, because a confirmed proposal may be a contact point's or a ladder's.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.core.settings import Settings
from hub.directory import contact_points, proposal_queries, proposals
from hub.directory.models import Proposal
from hub.directory.proposal_answers import ConfirmedOut, ProposalOut, ProposalsQuery
from hub.directory.schemas import ContactPointChangeIn
from hub.directory.tenancy import own_or_any
from hub.duties.rulebook import Rulebook
from hub.notify import ladders

blp = Blueprint(
    "proposals",
    __name__,
    url_prefix="/api/v1",
    description="Changes that a second person must confirm before they count",
)

Body = dict[str, Any]


@route(blp, "GET", "/proposals", permission="proposal.read", query=ProposalsQuery, out=ProposalOut, paged=True)
def list_proposals(actor: Actor, query: Body) -> Body:
    """List what waits for a second person in your organisation, or what was decided."""
    with resource(Database).read() as session:
        whose = own_or_any(session, actor, query["organisation"] or actor.organisation_ref or "").id
        rows = proposal_queries.proposals(
            session, whose, state=query["state"], after=query["cursor"], at_most=query["limit"] + 1
        )
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/proposals/<ref>", permission="proposal.read", out=ProposalOut)
def show_proposal(actor: Actor, ref: str) -> Proposal:
    """Show one proposal: what would be changed, who proposed it, and until when it waits."""
    with resource(Database).read() as session:
        return proposals.proposal_of(session, actor, ref)


@route(
    blp, "POST", "/proposals/<ref>/confirmation", permission="proposal.decide", out=ConfirmedOut, status=201, edits=True
)
def confirm_proposal(actor: Actor, ref: str) -> Body:
    """Confirm what somebody else proposed: it takes effect now, unless what it changes was changed meanwhile."""
    now = utc_now()
    with resource(Database).write() as session:
        proposal = proposals.confirm(session, actor, ref, now=now)
        signing = _DOES[proposal.act](session, actor, proposal.subject_ref, proposal.content, now)
    return vars(proposal) | {"signing": signing}


@route(blp, "POST", "/proposals/<ref>/refusal", permission="proposal.decide", out=ProposalOut, status=201)
def refuse_proposal(actor: Actor, ref: str) -> Proposal:
    """Refuse what somebody else proposed: nothing is changed."""
    with resource(Database).write() as session:
        return proposals.refuse(session, actor, ref, now=utc_now())


@route(blp, "POST", "/proposals/<ref>/withdrawal", permission="proposal.withdraw", out=ProposalOut, status=201)
def withdraw_proposal(actor: Actor, ref: str) -> Proposal:
    """Take back what you proposed: nothing is changed."""
    with resource(Database).write() as session:
        return proposals.withdraw(session, actor, ref, now=utc_now())


# --- what a confirmed proposal does: each is given what was sent, and what was seen when it was sent ------------------

Does = Callable[[Session, Actor, str, Mapping[str, Any], datetime], contact_points.Signing | None]


def _change_point(session: Session, actor: Actor, ref: str, content: Mapping[str, Any], now: datetime) -> None:
    changes = ContactPointChangeIn().load(content["body"])
    private = resource(Settings).webhook_private_addresses
    contact_points.change(session, actor, ref, content["seen"], changes, private_webhooks=private, now=now)


def _retire_point(session: Session, actor: Actor, ref: str, content: Mapping[str, Any], now: datetime) -> None:
    contact_points.retire(session, actor, ref, now, version=content["seen"])


def _rotate_secret(
    session: Session, actor: Actor, ref: str, content: Mapping[str, Any], now: datetime
) -> contact_points.Signing:
    return contact_points.rotate(session, actor, ref, now=now, version=content["seen"], **content["body"])[1]


def _save_ladder(session: Session, actor: Actor, name: str, content: Mapping[str, Any], now: datetime) -> None:
    rungs, rules = content["body"]["rungs"], resource(Rulebook)
    ladders.save_ladder(session, actor, name, rungs, seen=content["seen"], rules=rules, now=now)


_DOES: Final[Mapping[str, Does]] = {
    "contact_point.change": _change_point,
    "contact_point.retire": _retire_point,
    "contact_point.rotate": _rotate_secret,
    "ladder.save": _save_ladder,
}
