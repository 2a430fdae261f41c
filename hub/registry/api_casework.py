"""Whose work it is, over HTTP: lists of duties by caseload, who looks after a placement, approvals asked for and answered."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import expected_version, page_of, resource, route, tagged
from hub.core.ids import REF_PATTERN
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.notify.schemas import ObligationOut, ObligationsQuery, WorklistOut, WorklistQuery
from hub.registry import assignments
from hub.registry.blueprint import blp

Body = dict[str, Any]
_REF = validate.Regexp(REF_PATTERN, error="Choose one of your own organisation.")


class AssignmentIn(Schema):
    """Who looks after a placement here: a person, a team, or both. ``null``: nobody."""

    worker = fields.String(load_default=None, allow_none=True, validate=_REF)
    team = fields.String(load_default=None, allow_none=True, validate=_REF)


class AssignmentOut(Schema):
    """Who at your organisation looks after a placement."""

    worker_ref = fields.String(required=True, allow_none=True)
    worker = fields.String(required=True, allow_none=True)
    team_ref = fields.String(required=True, allow_none=True)
    team = fields.String(required=True, allow_none=True)
    since = fields.AwareDateTime(required=True, allow_none=True)


@route(
    blp,
    "GET",
    "/obligations",
    permission="obligation.read",
    query=ObligationsQuery,
    out=ObligationOut,
    paged=True,
)
def list_obligations(actor: Actor, query: Body) -> Body:
    """List what the organisation owes and is owed, soonest due first; what is done, newest first."""
    with resource(Database).read() as session:
        subjects = assignments.subjects(session, actor, query["whose"], query["team"])
        wanted = Listing(query["side"], query["state"], query["due"], query["duty_code"], query["subject"], subjects)
        rows = worklists.obligations(
            session,
            actor,
            wanted,
            after=query["cursor"],
            at_most=query["limit"] + 1,
            rules=resource(Rulebook),
            now=utc_now(),
        )
    return page_of(rows, query, ref=lambda row: str(row["ref"]))


@route(blp, "GET", "/worklist", permission="obligation.read", query=WorklistQuery, out=WorklistOut)
def worklist(actor: Actor, query: Body) -> Body:
    """Count what is due soon, due and overdue, owed by the organisation and to it."""
    with resource(Database).read() as session:
        subjects = assignments.subjects(session, actor, query["whose"], query["team"])
        return worklists.worklist(session, actor, subjects=subjects, now=utc_now())


@route(blp, "GET", "/placements/<ref>/assignment", permission="placement.read", out=AssignmentOut)
def show_assignment(actor: Actor, ref: str) -> Any:
    """Show who at your organisation looks after a placement, with the ETag to change it."""
    with resource(Database).read() as session:
        found = assignments.read_assignment(session, actor, ref)
    return tagged(found, found.version)


@route(
    blp,
    "PUT",
    "/placements/<ref>/assignment",
    permission="assignment.change",
    body=AssignmentIn,
    out=AssignmentOut,
    edits=True,
)
def assign(actor: Actor, ref: str, body: Body) -> Any:
    """Say who at your organisation looks after a placement; what is owed about it goes with it."""
    with resource(Database).write() as session:
        changed = assignments.assign(session, actor, ref, version=expected_version(), now=utc_now(), **body)
    return tagged(changed, changed.version)
