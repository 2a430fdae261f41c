"""Teams in a browser: the administrator makes them and says who belongs to them; everybody sees who works with whom."""

from typing import Any, Final

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.access.teams import service as teams
from hub.access.teams.schemas import TeamIn
from hub.access.teams.service import Member, TeamSeen
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.web import forms
from hub.web.casework import parts
from hub.web.forms import Filled
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, may
from hub.web.stale import version_sent

blp = parts.group("teams_pages", "/organisation/teams")

_NAMES: Final = ("name", "people")
_EMPTY: Final = {"name": lazy_gettext("Enter what the team is called.")}
WAS_DONE: Final = {
    "added": lazy_gettext("The team is made. What its people register from now on is the team’s as well."),
    "changed": lazy_gettext("The team is changed."),
    "closed": lazy_gettext("The team is closed. What it looked after keeps its worker."),
}


@blp.get("")
@may("team.read")
def listed() -> Response:
    """The teams, and who belongs to them."""
    with resource(Database).read() as session:
        found = teams.list_teams(session, acting())
    return parts.shown("teams", teams=found, was_done=WAS_DONE.get(request.args.get("done", "")))


@blp.get("/new")
@may("team.change")
def new() -> Response:
    """The form for another team."""
    return _form(None, None)


@blp.post("/new")
@may("team.change")
def add() -> Response:
    """Make a team."""
    actor, now, given = acting(), utc_now(), _given()

    def act(session: Session) -> str:
        teams.add_team(session, actor, given.loaded, now=now)
        return "/organisation/teams?done=added"

    return sent(given, _NAMES, act, lambda again, status: _form(None, again, status))


@blp.get("/<ref>")
@may("team.change")
def change_form(ref: str) -> Response:
    """The form with which a team is changed."""
    return _form(ref, None)


@blp.post("/<ref>")
@may("team.change")
def change(ref: str) -> Response:
    """Give a team this name and these people."""
    actor, now, given = acting(), utc_now(), _given()

    def act(session: Session) -> str:
        teams.change_team(session, actor, ref, given.loaded, version=version_sent(), now=now)
        return "/organisation/teams?done=changed"

    return sent(given, _NAMES, act, lambda again, status: _form(ref, again, status))


@blp.get("/<ref>/close")
@may("team.change")
def close_form(ref: str) -> Response:
    """What closing a team does, before it is done."""
    with resource(Database).read() as session:
        found = teams.read_team(session, acting(), ref)
    return parts.shown("team_close", team=found)


@blp.post("/<ref>/close")
@may("team.change")
def close(ref: str) -> Response:
    """Close a team."""
    actor, now = acting(), utc_now()

    def act(session: Session) -> str:
        teams.close_team(session, actor, ref, version=version_sent(), now=now)
        return "/organisation/teams?done=closed"

    return sent(Filled(), (), act, lambda again, status: _form(ref, again, status))


def _given() -> Filled:
    """The form; each box that is ticked is one reference."""
    many = request.form.getlist("people")
    given = forms.filled(TeamIn(), ("name",), request.form)
    body = {**given.body, "people": many}
    loaded = {**given.loaded, "people": many} if given.loaded else {}
    return asked(Filled(body, loaded, {**given.typed, "people": many}, given.errors), _EMPTY)


def _form(ref: str | None, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).read() as session:
        stands = teams.read_team(session, acting(), ref) if ref else None
        people = teams.colleagues(session, acting())
    version: Any = stands.version if stands else 0
    return parts.shown(
        "team",
        status=status,
        team=stands,
        people=_boxes(people, stands),
        typed=given.typed if given else _typed(stands),
        errors=given.errors if given else {},
        version=request.form.get("version", "") if status == 422 else version,
        is_stale=status == 412,
    )


def _typed(team: TeamSeen | None) -> forms.Typed:
    return {"name": team.name, "people": [each.ref for each in team.people]} if team else {}


def _boxes(people: list[Member], team: TeamSeen | None) -> list[tuple[str, str]]:
    """Whoever could belong: colleagues whose accounts are open, and who belongs already."""
    known = {each.ref: each.name for each in (*people, *(team.people if team else ()))}
    return sorted(known.items(), key=lambda pair: pair[1].casefold())
