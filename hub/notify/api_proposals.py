"""Proposals over HTTP: what waits for a second person, and their decision.

They stand here, above the directory, because a proposal may be a contact point's or a ladder's (``confirming``).
"""

from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.core.settings import Settings
from hub.directory import proposal_queries, proposals
from hub.directory.models import Proposal
from hub.directory.proposal_answers import ConfirmedOut, ProposalOut, ProposalsQuery, RefusalIn
from hub.directory.tenancy import own_or_any
from hub.duties.rulebook import Rulebook
from hub.notify import confirming

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
        shown = [_shown(session, row) for row in rows]
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(blp, "GET", "/proposals/<ref>", permission="proposal.read", out=ProposalOut)
def show_proposal(actor: Actor, ref: str) -> Body:
    """Show one proposal: what would be changed, who proposed it, and until when it waits."""
    with resource(Database).read() as session:
        return _shown(session, proposals.proposal_of(session, actor, ref))


@route(
    blp, "POST", "/proposals/<ref>/confirmation", permission="proposal.decide", out=ConfirmedOut, status=201, edits=True
)
def confirm_proposal(actor: Actor, ref: str) -> Body:
    """Confirm what somebody else proposed: it takes effect now, unless what it changes was changed meanwhile."""
    now = utc_now()
    with resource(Database).write() as session:
        proposal, signing = confirming.confirm(
            session,
            actor,
            ref,
            rules=resource(Rulebook),
            private_webhooks=resource(Settings).webhook_private_addresses,
            now=now,
        )
    return _shown(session, proposal) | {"signing": signing}


@route(
    blp, "POST", "/proposals/<ref>/refusal", permission="proposal.decide", body=RefusalIn, out=ProposalOut, status=201
)
def refuse_proposal(actor: Actor, ref: str, body: Body) -> Body:
    """Refuse what somebody else proposed, and say why: nothing is changed."""
    with resource(Database).write() as session:
        return _shown(session, proposals.refuse(session, actor, ref, reason=body["reason"], now=utc_now()))


@route(blp, "POST", "/proposals/<ref>/withdrawal", permission="proposal.withdraw", out=ProposalOut, status=201)
def withdraw_proposal(actor: Actor, ref: str) -> Body:
    """Take back what you proposed: nothing is changed."""
    with resource(Database).write() as session:
        return _shown(session, proposals.withdraw(session, actor, ref, now=utc_now()))


def _shown(session: Session, proposal: Proposal) -> Body:
    return vars(proposal) | {"reason": proposals.reason_of(session, proposal)}
