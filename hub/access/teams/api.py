"""Teams over HTTP."""

from typing import Any

from hub.access.teams import service as teams
from hub.access.teams.schemas import TeamIn, TeamOut
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, PageQuery, expected_version, page_of, resource, route, tagged

blp = Blueprint(
    "teams", __name__, url_prefix="/api/v1", description="Teams: how an organisation's people share its work."
)

Body = dict[str, Any]


@route(blp, "GET", "/teams", permission="team.read", query=PageQuery, out=TeamOut, paged=True)
def list_teams(actor: Actor, query: Body) -> Body:
    """List your organisation's teams and who belongs to them."""
    with resource(Database).read() as session:
        rows = teams.list_teams(session, actor, after=query["cursor"], at_most=query["limit"] + 1)
    return page_of(rows, query, ref=lambda row: row.ref)


@route(blp, "POST", "/teams", permission="team.change", body=TeamIn, out=TeamOut, status=201)
def add_team(actor: Actor, body: Body) -> Any:
    """Make a team."""
    with resource(Database).write() as session:
        added = teams.add_team(session, actor, body, now=utc_now())
    return tagged(added, added.version)


@route(blp, "GET", "/teams/<ref>", permission="team.read", out=TeamOut)
def show_team(actor: Actor, ref: str) -> Any:
    """Show one team, with the ETag to change it."""
    with resource(Database).read() as session:
        found = teams.read_team(session, actor, ref)
    return tagged(found, found.version)


@route(blp, "PUT", "/teams/<ref>", permission="team.change", body=TeamIn, out=TeamOut, edits=True)
def change_team(actor: Actor, ref: str, body: Body) -> Any:
    """Give a team this name and these people."""
    with resource(Database).write() as session:
        changed = teams.change_team(session, actor, ref, body, version=expected_version(), now=utc_now())
    return tagged(changed, changed.version)


@route(blp, "DELETE", "/teams/<ref>", permission="team.change", status=204, edits=True)
def close_team(actor: Actor, ref: str) -> None:
    """Close a team: nobody belongs to it any more; what it had keeps its worker."""
    with resource(Database).write() as session:
        teams.close_team(session, actor, ref, version=expected_version(), now=utc_now())
