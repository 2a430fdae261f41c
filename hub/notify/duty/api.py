"""Who is on duty, over HTTP: the rota, its calendar, and overriding it for a while.

It stands here, above the directory, because an override is told to the administrators.
"""

from typing import Any, Final

from flask import Response

from hub.core import calendars
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.directory import queries as directory
from hub.directory.duty import feed, service
from hub.directory.tenancy import own_or_any
from hub.duties.rulebook import Rulebook
from hub.notify.duty import telling
from hub.notify.duty.schemas import OverrideIn, OverrideOut, RotaOut

blp = Blueprint("duty", __name__, url_prefix="/api/v1", description="Who is on duty at your organisation")

Body = dict[str, Any]
CALENDAR: Final = {
    "description": "The rota as an iCalendar file",
    "content": {calendars.MEDIA_TYPE: {"schema": {"type": "string"}}},
}


@route(blp, "GET", "/organisations/<ref>/duty", permission="duty.read", out=RotaOut)
def show_rota(actor: Actor, ref: str) -> Any:
    """Show who answers the telephone of your organisation now, what changes when, and when nobody does."""
    with resource(Database).read() as session:
        return service.read_rota(session, actor, ref, rules=resource(Rulebook), now=utc_now())


@route(blp, "GET", "/organisations/<ref>/duty-calendar", permission="duty.read")
@blp.doc(responses={"200": CALENDAR})  # type: ignore[untyped-decorator]
def show_calendar(actor: Actor, ref: str) -> Response:
    """Give the rota of your organisation as an iCalendar file, for the weeks to come."""
    with resource(Database).read() as session:
        whose = directory.by_ids(session, [own_or_any(session, actor, ref).id])
        [organisation] = whose.values()
        text = feed.calendar_of(session, organisation, rules=resource(Rulebook), now=utc_now())
    return Response(text, mimetype=calendars.MEDIA_TYPE)


@route(
    blp,
    "POST",
    "/organisations/<ref>/duty-overrides",
    permission="duty.override",
    body=OverrideIn,
    out=OverrideOut,
    status=201,
    idempotent=True,
)
def override(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that for a while another desk answers the telephone; every administrator is told."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(session, lambda: telling.override(session, actor, ref, body, rules=rules, now=now))


@route(blp, "DELETE", "/duty-overrides/<ref>", permission="duty.restore", out=OverrideOut)
def remove_override(actor: Actor, ref: str) -> Any:
    """End an override: the opening hours count again from now on."""
    with resource(Database).write() as session:
        return service.remove_override(session, actor, ref, now=utc_now())
