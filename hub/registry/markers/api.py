"""Markers of a child over HTTP."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.duties.rulebook import Rulebook
from hub.registry.markers import acts, reading
from hub.registry.markers.schemas import (
    MarkerAddIn,
    MarkerChangeIn,
    MarkerEndIn,
    MarkerOut,
    MarkerReviewIn,
    PlacementMarkersOut,
)

blp = Blueprint(
    "markers",
    __name__,
    url_prefix="/api/v1",
    description="Markers: what to look out for with a child, and who may see it",
)

Body = dict[str, Any]


@route(blp, "GET", "/placements/<ref>/markers", permission="marker.read", out=PlacementMarkersOut)
def list_markers(actor: Actor, ref: str) -> Any:
    """Read the markers of a placement that your organisation may see, their history, and the advice that follows."""
    with resource(Database).write() as session:
        return reading.read_markers(session, actor, ref, rules=resource(Rulebook), now=utc_now())


@route(
    blp,
    "POST",
    "/placements/<ref>/markers",
    permission="marker.add",
    body=MarkerAddIn,
    out=MarkerOut,
    status=201,
    idempotent=True,
)
def add_marker(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Add a marker in the name of your organisation; whoever may see it is told that there is one."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: acts.add(session, actor, ref, body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/markers/<ref>/change",
    permission="marker.change",
    body=MarkerChangeIn,
    out=MarkerOut,
    status=201,
    idempotent=True,
)
def change_marker(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Change what a marker says, or who may see it; what it said before stays in its history."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: acts.change(session, actor, ref, body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/markers/<ref>/review",
    permission="marker.change",
    body=MarkerReviewIn,
    out=MarkerOut,
    status=201,
    idempotent=True,
)
def review_marker(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that a marker was looked at and still holds, and when it is to be looked at again."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: acts.review(session, actor, ref, body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/markers/<ref>/end",
    permission="marker.change",
    body=MarkerEndIn,
    out=MarkerOut,
    status=201,
    idempotent=True,
)
def end_marker(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that a marker holds no more, and why."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: acts.end(session, actor, ref, body, rules=rules, now=now))


def _done(once: Once, act: Callable[[Session], Any]) -> Any:
    with resource(Database).write() as session:
        return once(session, lambda: act(session))
