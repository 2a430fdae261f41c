"""What a host does after it was told, over HTTP: its register, health, education and the others."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.duties.rulebook import Rulebook
from hub.registry.desk import passing_on
from hub.registry.desk.passing_on_schemas import ChecklistOut, HostStepIn, HostStepOut, TakingBackIn

blp = Blueprint(
    "host_steps", __name__, url_prefix="/api/v1", description="Host steps: what a host does after it is told"
)

Body = dict[str, Any]


@route(blp, "GET", "/notices/<ref>/host-steps", permission="host_step.read", out=ChecklistOut)
def checklist(actor: Actor, ref: str) -> Any:
    """See what your council has done about a notice that came to it as host, and has still to do."""
    with resource(Database).write() as session:
        return passing_on.checklist(session, actor, ref, now=utc_now())


@route(
    blp,
    "POST",
    "/notices/<ref>/host-steps",
    permission="host_step.record",
    body=HostStepIn,
    out=HostStepOut,
    status=201,
    idempotent=True,
)
def record(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that you entered the child in your register, or passed the notice on; through the hub it is passed on now."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(session, lambda: passing_on.record_step(session, actor, ref, **body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/host-steps/<ref>/taking-back",
    permission="host_step.record",
    body=TakingBackIn,
    out=HostStepOut,
    status=201,
    idempotent=True,
)
def take_back(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that a step was recorded in error; what it had fulfilled is owed again."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(session, lambda: passing_on.take_back(session, actor, ref, **body, rules=rules, now=now))
