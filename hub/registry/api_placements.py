"""Routes over placements, the host's register, and the calculator of duties."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import PageQuery, page_of, resource, route
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.notify.schemas import ObligationOut
from hub.registry import notice_queries, views
from hub.registry import placement_queries as queries
from hub.registry import schemas_out as out
from hub.registry.blueprint import blp
from hub.registry.casework import approvals
from hub.registry.explain import owed_on
from hub.registry.explain_schemas import FactsIn, OwedOut
from hub.registry.placement_queries import PlacementFilter

Body = dict[str, Any]


class OwedListOut(OwedOut):
    """A list of what is owed."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "many": True})


@route(blp, "POST", "/duties/explain", permission="duties.explain", body=FactsIn, out=OwedListOut)
def explain_duties(actor: Actor, body: Body) -> Any:
    """Explain what one set of facts sets off: by whom, to whom, by when, on what authority, and why. Nothing is stored."""
    rules = resource(Rulebook)
    return owed_on(body, law=rules.law, calendar=rules.calendar, areas=resource(Areas))


@route(
    blp,
    "GET",
    "/placements",
    permission="placement.read",
    query=out.PlacementsQuery,
    out=out.PlacementBriefOut,
    paged=True,
)
def list_placements(actor: Actor, query: Body) -> Any:
    """List the placements that your organisation is a party to, newest first."""
    wanted = PlacementFilter(**{name: query[name] for name in ("party", "state", "relation")})
    with resource(Database).read() as session:
        rows = views.list_placements(session, actor, wanted, after=query["cursor"], at_most=query["limit"] + 1)
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "GET", "/placements/<ref>", permission="placement.read", out=out.PlacementOut)
def show_placement(actor: Actor, ref: str) -> Any:
    """Read a placement, as far as your part in it allows; the reading is recorded before it is shown."""
    with resource(Database).write() as session:
        return views.read_placement(session, actor, ref, now=utc_now())


@route(
    blp,
    "GET",
    "/placements/<ref>/obligations",
    permission="placement.read",
    query=PageQuery,
    out=ObligationOut,
    paged=True,
)
def list_placement_obligations(actor: Actor, ref: str, query: Body) -> Any:
    """List what is owed about a placement and its notices, by your organisation or to it, soonest due first."""
    now = utc_now()
    with resource(Database).read() as session:
        placement = queries.placement_seen_by(session, ref, actor.organisation)
        if placement is None:
            raise NotFound("There is nothing with this reference that you can see.")
        about = Listing(subject_ref=(ref, *notice_queries.notice_refs(session, placement.id)))
        rows = worklists.obligations(
            session,
            actor,
            about,
            after=query["cursor"],
            at_most=query["limit"] + 1,
            rules=resource(Rulebook),
            now=now,
        )
    return page_of(rows, query, ref=lambda row: str(row["ref"]))


@route(
    blp,
    "POST",
    "/placements/<ref>/approvals",
    permission="placement.approve",
    body=out.ApprovalRecordIn,
    out=out.ApprovalOut,
    status=201,
    idempotent=True,
)
def record_approval(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the nominated officer or the director approved a placement, and when."""
    now = utc_now()
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(
            session,
            lambda: approvals.record_approval(session, actor, ref, body, rules=rules, areas=areas, now=now),
        )
