"""Outside production: the clock of the whole hub, moved by its operator, so that ladders of days are rehearsed in minutes."""

from pathlib import Path
from typing import Any

import marshmallow as ma

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core import clock
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import Blueprint, resource, route
from hub.core.settings import Settings

blp = Blueprint("sandbox", __name__, url_prefix="/api/v1", description="Rehearsals, outside production only.")


class ClockIn(ma.Schema):
    """How far to move the clock: forward only, because what has been dated stays dated."""

    advance_seconds = ma.fields.Integer(required=True, validate=ma.validate.Range(1, 400 * 86_400))


class ClockOut(ma.Schema):
    """The hub's time."""

    now = ma.fields.AwareDateTime(required=True)


@route(blp, "POST", "/sandbox/clock", permission="clock.move", body=ClockIn, out=ClockOut)
def advance_clock(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Move the clock of every process forward."""
    settings = resource(Settings)
    if not (settings.clock_moves and settings.clock_file):
        raise NotFound("This hub's clock cannot be moved.")
    with resource(Database).write() as session:
        audit.record(session, actor, Event.CLOCK_MOVED, actor.ref, now=clock.utc_now(), details=body)
    clock.advance(Path(settings.clock_file), body["advance_seconds"])
    return {"now": clock.utc_now()}
