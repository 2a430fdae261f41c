"""How a route answers when what it was asked waits for a second person: 202, where the proposal is, and what it says."""

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, json, make_response

from hub.core.http import Blueprint, PageQuery
from hub.directory.models import Proposal
from hub.directory.proposals import ACTS
from hub.directory.schemas import Line, SigningOut
from hub.directory.states import PROPOSAL


class ProposalsQuery(PageQuery):
    """Which proposals."""

    state = ma.fields.String(load_default="proposed", validate=ma.validate.OneOf(PROPOSAL.states))
    organisation = Line(
        load_default=None, longest=30, metadata={"description": "For the operator: another's reference"}
    )


class ProposalOut(ma.Schema):
    """A change to how a council or force is reached, or to its ladders, that takes two people."""

    ref = ma.fields.String(required=True)
    act = ma.fields.String(required=True, validate=ma.validate.OneOf(ACTS))
    subject = ma.fields.String(
        attribute="subject_ref", required=True, metadata={"description": "The contact point, or the ladder's name"}
    )
    change = ma.fields.Dict(
        attribute="content.body", required=True, metadata={"description": "What would be changed, as it was sent"}
    )
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(PROPOSAL.states))
    proposed_by = ma.fields.String(required=True)
    proposed_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    decided_by = ma.fields.String(required=True, allow_none=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reason = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was refused, where whoever refused it said so"}
    )


class RefusalIn(ma.Schema):
    """Why a proposal is refused."""

    reason = Line(load_default=None, longest=500, metadata={"description": "What whoever proposed it should know"})


class ConfirmedOut(ProposalOut):
    """A confirmed proposal; of a webhook whose secret was rotated, the new one, shown this once."""

    signing = ma.fields.Nested(SigningOut, required=True, allow_none=True)


def or_waits(blp: Blueprint) -> Callable[[Any], Any]:
    """Say in the document that this route answers 202 where a second person must confirm."""
    described: Callable[[Any], Any] = blp.alt_response(
        202,
        schema=ProposalOut,
        description="Of a council or police force: it waits until another person there confirms it",
        headers={"Location": {"description": "The proposal", "schema": {"type": "string"}}},
    )
    return described


def waits(proposal: Proposal) -> Response:
    """The answer: 202, the proposal, and where it stands."""
    response = make_response(json.dumps(ProposalOut().dump(vars(proposal) | {"reason": None})), 202)
    response.mimetype = "application/json"
    response.headers["Location"] = f"/api/v1/proposals/{proposal.ref}"
    return response
