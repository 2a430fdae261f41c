"""Obligations and ladders over HTTP. What others owe one another looks as if it did not exist.

Lists of obligations go by whose they are, and so stand in the registry.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route, tagged
from hub.core.idempotency import Once
from hub.directory.models import Proposal
from hub.directory.proposal_answers import or_waits, waits
from hub.duties.rulebook import Rulebook
from hub.notify import ladders, ladders_by_two, models, obligations, worklists
from hub.notify.decisions import set_due_date
from hub.notify.schemas import (
    DryRunIn,
    DryRunOut,
    DueDateIn,
    ExcuseIn,
    FulfilmentIn,
    LadderIn,
    LadderOut,
    LaddersOut,
    ObligationHistoryOut,
    PauseIn,
    ReopeningIn,
    VoidIn,
)

blp = Blueprint(
    "obligations", __name__, url_prefix="/api/v1", description="Obligations: who owes what to whom by when; ladders."
)

Body = dict[str, Any]


@route(blp, "GET", "/obligations/<ref>", permission="obligation.read", out=ObligationHistoryOut)
def show_obligation(actor: Actor, ref: str) -> Any:
    """Show one obligation, the steps taken for it, and what was written about it."""
    with resource(Database).write() as session:  # opening what people wrote is recorded before it is shown
        return _shown(session, actor, ref)


def _shown(session: Session, actor: Actor, ref: str) -> Any:
    found = worklists.obligation(session, actor, ref, rules=resource(Rulebook), now=utc_now())
    return tagged(found, found["version"])


def _deciding(actor: Actor, ref: str, once: Once, decide: Callable[[Session], None]) -> Any:
    """Let *decide* change the obligation, once for an idempotency key, and answer with how it then stands."""
    with resource(Database).write() as session:

        def act() -> Any:
            decide(session)
            return worklists.obligation(session, actor, ref, rules=resource(Rulebook), now=utc_now())

        return once(session, act)


@route(
    blp,
    "POST",
    "/obligations/<ref>/fulfilment",
    permission="obligation.fulfil",
    body=FulfilmentIn,
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def record_fulfilment(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that it was done outside the hub, by which method and when."""
    return _deciding(
        actor,
        ref,
        once,
        lambda session: obligations.done_elsewhere(
            session, actor, ref, rules=resource(Rulebook), now=utc_now(), **body
        ),
    )


@route(
    blp,
    "POST",
    "/obligations/<ref>/excuse",
    permission="obligation.excuse",
    body=ExcuseIn,
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def excuse(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record why a duty that the law lets be excused was not done, and which manager says so."""
    said = {"reason": body["reason"], "note": body["note"], "by": body["authorised_by"]}
    return _deciding(
        actor,
        ref,
        once,
        lambda session: obligations.excuse(session, actor, ref, rules=resource(Rulebook), now=utc_now(), **said),
    )


@route(
    blp,
    "POST",
    "/obligations/<ref>/pause",
    permission="obligation.pause",
    body=PauseIn,
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def pause(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Stop the ladder; until it is resumed the matter is in the hands of a named officer."""
    said = {"reason": body["reason"], "note": body["note"], "by": body["owner"]}
    return _deciding(actor, ref, once, lambda session: obligations.pause(session, actor, ref, now=utc_now(), **said))


@route(
    blp,
    "POST",
    "/obligations/<ref>/resumption",
    permission="obligation.pause",
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def resume(actor: Actor, ref: str, once: Once) -> Any:
    """Let the ladder of a paused obligation go on from where it stood."""
    return _deciding(
        actor,
        ref,
        once,
        lambda session: obligations.resume(session, actor, ref, rules=resource(Rulebook), now=utc_now()),
    )


@route(
    blp,
    "POST",
    "/obligations/<ref>/void",
    permission="obligation.void",
    body=VoidIn,
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def void(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say, as the organisation it is owed to, that it was never owed."""
    return _deciding(actor, ref, once, lambda session: obligations.void(session, actor, ref, now=utc_now(), **body))


@route(
    blp,
    "POST",
    "/obligations/<ref>/reopening",
    permission="obligation.void",
    body=ReopeningIn,
    out=ObligationHistoryOut,
    status=201,
    idempotent=True,
)
def reopen(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say, as the organisation it is owed to, that it is owed again; what was late stays late."""
    return _deciding(
        actor,
        ref,
        once,
        lambda session: obligations.reopen(session, actor, ref, rules=resource(Rulebook), now=utc_now(), **body),
    )


@route(
    blp,
    "PUT",
    "/obligations/<ref>/due-date",
    permission="obligation.fulfil",
    body=DueDateIn,
    out=ObligationHistoryOut,
)
def give_due_date(actor: Actor, ref: str, body: Body) -> Any:
    """Give the due date of an obligation that falls beyond the loaded bank holidays."""
    with resource(Database).write() as session:
        set_due_date(session, actor, ref, rules=resource(Rulebook), now=utc_now(), **body)
        return _shown(session, actor, ref)


@route(blp, "GET", "/ladders", permission="ladder.read", out=LaddersOut)
def list_ladders(actor: Actor) -> Body:
    """List the ladders in force: the organisation's own where it has one, else the hub's."""
    with resource(Database).read() as session:
        return {"items": [_ladder(row) for row in ladders.in_force(session, actor.organisation_id)]}


@route(blp, "POST", "/ladders/dry-run", permission="ladder.read", body=DryRunIn, out=DryRunOut)
def try_ladder(actor: Actor, body: Body) -> Body:
    """Show who would be told when, and which rungs would reach nobody. Nothing is stored."""
    with resource(Database).read() as session:
        return {
            "name": body["name"],
            "steps": ladders.try_out(session, actor, body, rules=resource(Rulebook), now=utc_now()),
        }


@route(blp, "PUT", "/ladders/<name>", permission="ladder.save", body=LadderIn, out=LadderOut)
@or_waits(blp)
def save_ladder(actor: Actor, name: str, body: Body) -> Any:
    """Save the organisation's own version of a ladder; what is running keeps the version it began with."""
    with resource(Database).write() as session:
        saved = ladders_by_two.save(session, actor, name, body["rungs"], rules=resource(Rulebook), now=utc_now())
        return waits(saved) if isinstance(saved, Proposal) else _ladder(saved)


def _ladder(row: models.Ladder) -> Body:
    shown = {name: getattr(row, name) for name in ("ref", "name", "version", "rungs", "saved_at", "saved_by")}
    return shown | {"is_own": row.organisation_id is not None, "ceiling": row.terms["ceiling"]}
