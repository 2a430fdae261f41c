"""Accounting for look-ups over HTTP: one's own, the privacy lead's reviews, the placing authority's receipts and shields."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import Blueprint, PageQuery, page_of, resource, route
from hub.core.settings import Settings
from hub.lookup import receipts, reviews, schemas, service, shields

Body = dict[str, Any]
Query = dict[str, Any]
blp = Blueprint(
    "look_up_accounts", __name__, url_prefix="/api/v1", description="Look-ups accounted for: receipts, reviews, shields"
)


@route(
    blp,
    "GET",
    "/look-ups",
    permission="look_up.read",
    query=schemas.LookUpsQuery,
    out=schemas.LookUpBriefOut,
    paged=True,
)
def list_look_ups(actor: Actor, query: Query) -> Any:
    """List what you looked up; for the privacy lead, what the organisation did, or what belongs to one incident."""
    with resource(Database).write() as session:
        rows = reviews.list_look_ups(
            session,
            actor,
            mine=query["mine"],
            incident=query["incident_reference"],
            after=query["cursor"],
            at_most=query["limit"] + 1,
            now=utc_now(),
        )
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/look-ups/<ref>", permission="look_up.read", out=schemas.LookUpOut)
def read_look_up(actor: Actor, ref: str) -> Any:
    """See one look-up whole: what was asked by, what was shown, how it was judged."""
    with resource(Database).write() as session:
        return reviews.read_look_up(session, actor, ref, now=utc_now())


# --- the privacy lead -------------------------------------------------------------------------------------------------


@route(blp, "GET", "/look-up-worklist", permission="look_up.review", out=schemas.LookUpWorklistOut)
def worklist(actor: Actor) -> Any:
    """See today's sample of look-ups to review: the most unusual, and a few of the others."""
    policy = service.terms_of(resource(Settings)).policy
    with resource(Database).write() as session:
        return reviews.worklist(session, actor, policy=policy, now=utc_now())


@route(
    blp,
    "POST",
    "/look-ups/<ref>/review",
    permission="look_up.review",
    body=schemas.ReviewOutcomeIn,
    out=schemas.ReviewMadeOut,
    status=201,
)
def review_look_up(actor: Actor, ref: str, body: Body) -> Any:
    """Record whether a look-up of your organisation's was proper."""
    with resource(Database).write() as session:
        return reviews.review_look_up(session, actor, ref, **body, now=utc_now())


@route(
    blp,
    "GET",
    "/look-up-reviews",
    permission="look_up.review",
    query=PageQuery,
    out=schemas.ReviewOwedOut,
    paged=True,
)
def list_owed(actor: Actor, query: Query) -> Any:
    """List the reviews that your organisation owes because a shield was broken, oldest first."""
    with resource(Database).write() as session:
        rows = reviews.list_owed(session, actor, after=query["cursor"], at_most=query["limit"] + 1, now=utc_now())
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/look-up-reviews/<ref>", permission="look_up.review", out=schemas.ReviewOwedOut)
def read_review(actor: Actor, ref: str) -> Any:
    """See one review: who broke the shield, why, and what was shown."""
    with resource(Database).write() as session:
        return reviews.read_review(session, actor, ref, now=utc_now())


@route(
    blp,
    "POST",
    "/look-up-reviews/<ref>/outcome",
    permission="look_up.review",
    body=schemas.ReviewOutcomeIn,
    out=schemas.ReviewMadeOut,
    status=201,
)
def record_outcome(actor: Actor, ref: str, body: Body) -> Any:
    """Record whether breaking the shield was proper."""
    with resource(Database).write() as session:
        return reviews.record_outcome(session, actor, ref, **body, now=utc_now())


# --- the placing authority --------------------------------------------------------------------------------------------


@route(
    blp,
    "GET",
    "/look-up-receipts",
    permission="look_up.receipt",
    query=PageQuery,
    out=schemas.LookUpReceiptOut,
    paged=True,
)
def list_receipts(actor: Actor, query: Query) -> Any:
    """List who was shown what of your children, and what for, newest first."""
    with resource(Database).write() as session:
        rows = receipts.list_receipts(
            session, actor, after=query["cursor"], at_most=query["limit"] + 1, now=utc_now()
        )  # fmt: skip
    return page_of(rows, query, ref=lambda row: row.ref)


@route(
    blp,
    "GET",
    "/placements/<ref>/look-ups",
    permission="look_up.receipt",
    query=PageQuery,
    out=schemas.LookUpReceiptOut,
    paged=True,
)
def who_looked(actor: Actor, ref: str, query: Query) -> Any:
    """List who was shown what of the child of a placement, and what for, newest first."""
    with resource(Database).write() as session:
        rows = receipts.who_looked(
            session, actor, ref, after=query["cursor"], at_most=query["limit"] + 1, now=utc_now()
        )  # fmt: skip
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/placements/<ref>/shield", permission="child.shield", out=schemas.ChildShieldOut)
def read_shield(actor: Actor, ref: str) -> Any:
    """See whether the child of a placement is shielded from look-ups, and why."""
    with resource(Database).read() as session:
        found = shields.shield_of(session, actor, ref)
    if found is None:
        raise NotFound("This child is not shielded.")
    return found


@route(
    blp,
    "POST",
    "/placements/<ref>/shield",
    permission="child.shield",
    body=schemas.ShieldIn,
    out=schemas.ChildShieldOut,
    status=201,
)
def shield(actor: Actor, ref: str, body: Body) -> Any:
    """Shield the child of a placement: look-ups then say only whom to ring."""
    with resource(Database).write() as session:
        return shields.shield(session, actor, ref, **body, now=utc_now())


@route(
    blp,
    "POST",
    "/placements/<ref>/shield-lifting",
    permission="child.shield",
    body=schemas.ShieldIn,
    out=schemas.ChildShieldOut,
)
def lift_shield(actor: Actor, ref: str, body: Body) -> Any:
    """Lift a child's shield."""
    with resource(Database).write() as session:
        return shields.lift(session, actor, ref, **body, now=utc_now())
