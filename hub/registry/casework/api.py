"""Whose work it is, over HTTP: lists of duties by caseload, who looks after a placement, approvals asked for and answered."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import PageQuery, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.core.ids import REF_PATTERN
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.notify.schemas import ObligationOut, ObligationsQuery, WorklistOut, WorklistQuery
from hub.registry.blueprint import blp
from hub.registry.casework import approval_requests, assignments
from hub.registry.schemas_out import ApprovalOut, ApprovalRecordIn
from hub.registry.schemas_parts import Words, one_of
from hub.registry.states import APPROVAL_REQUEST

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


class ApprovalRequestIn(Schema):
    """What the officer should know besides."""

    note = Words(1000, personal=True)


class SendingBackIn(Schema):
    """Why a placement is not approved as it stands."""

    reason = Words(
        1000, personal=True, required=True, error_messages={"required": "Enter what has to change, and why."}
    )


class ApprovalRequestsQuery(PageQuery):
    """Which requests: in a state; or (``for_me``) those alone that your role may decide."""

    state = one_of(APPROVAL_REQUEST.states, load_default="waiting")
    for_me = fields.Boolean(load_default=False)


class ApprovalRequestOut(Schema):
    """An approval asked for. ``officer``: of whom the law asks it; null where it asks for none any more."""

    ref = fields.String(required=True)
    state = one_of(APPROVAL_REQUEST.states, required=True)
    placement = fields.String(required=True)
    relation = fields.String(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True)
    is_emergency = fields.Boolean(required=True)
    host = fields.String(required=True, allow_none=True)
    duty_code = fields.String(required=True, allow_none=True)
    officer = fields.String(required=True, allow_none=True)
    asked_at = fields.AwareDateTime(required=True)
    asked_by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    draft = fields.String(required=True, allow_none=True)


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


# --- approvals asked for ----------------------------------------------------------------------------------------------


@route(
    blp,
    "POST",
    "/placements/<ref>/approval-requests",
    permission="approval.ask",
    body=ApprovalRequestIn,
    out=ApprovalRequestOut,
    status=201,
    idempotent=True,
)
def ask_for_approval(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Ask for the approval that the law asks of a placement out of area; its officer is told."""
    rules, now = resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: approval_requests.ask(session, actor, ref, rules=rules, now=now, **body))


@route(
    blp,
    "GET",
    "/approval-requests",
    permission="approval.read",
    query=ApprovalRequestsQuery,
    out=ApprovalRequestOut,
    paged=True,
)
def list_approval_requests(actor: Actor, query: Body) -> Body:
    """List the approvals that your council asked for, the placement that starts first in front."""
    with resource(Database).read() as session:
        rows = approval_requests.list_requests(
            session,
            actor,
            states=[query["state"]],
            for_me=query["for_me"],
            after=query["cursor"],
            at_most=query["limit"] + 1,
            rules=resource(Rulebook),
        )
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/approval-requests/<ref>", permission="approval.read", out=ApprovalRequestOut)
def show_approval_request(actor: Actor, ref: str) -> Any:
    """Show one approval asked for, and what became of it."""
    with resource(Database).read() as session:
        return approval_requests.read_request(session, actor, ref, rules=resource(Rulebook))


@route(
    blp,
    "POST",
    "/approval-requests/<ref>/approval",
    permission="placement.approve",
    body=ApprovalRecordIn,
    out=ApprovalOut,
    status=201,
    idempotent=True,
)
def approve_placement(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Approve the placement that waits: as its officer, or by a delegation that is named."""
    rules, areas, now = resource(Rulebook), resource(Areas), utc_now()
    with resource(Database).write() as session:
        return once(
            session,
            lambda: approval_requests.approve(session, actor, ref, body, rules=rules, areas=areas, now=now),
        )


@route(
    blp,
    "POST",
    "/approval-requests/<ref>/return",
    permission="placement.approve",
    body=SendingBackIn,
    out=ApprovalRequestOut,
    status=201,
    idempotent=True,
)
def send_placement_back(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Send a placement back with a reason: it is not approved, and the duty stays open."""
    rules, now = resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: approval_requests.send_back(session, actor, ref, rules=rules, now=now, **body))


@route(
    blp,
    "POST",
    "/approval-requests/<ref>/withdrawal",
    permission="approval.ask",
    out=ApprovalRequestOut,
    status=201,
    idempotent=True,
)
def withdraw_approval_request(actor: Actor, ref: str, once: Once) -> Any:
    """Take back what waits: nothing was decided."""
    rules, now = resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: approval_requests.withdraw(session, actor, ref, rules=rules, now=now))
