"""Matches over HTTP: the queue of doubtful ones, the reasons, the decision, and its undoing."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.links import decisions
from hub.registry.links.schemas import DecisionIn, MatchesQuery, MatchOut, UndoingIn

blp = Blueprint(
    "matches", __name__, url_prefix="/api/v1", description="Matches: notices that may be about one placement"
)


@route(blp, "GET", "/matches", permission="match.read", query=MatchesQuery, out=MatchOut, paged=True)
def list_matches(actor: Actor, query: dict[str, Any]) -> Any:
    """The matches that your council may decide, oldest first: those that wait, or those in another state."""
    with resource(Database).read() as session:
        found = decisions.matches(
            session, actor, states=[query["state"]], after=query["cursor"], at_most=query["limit"] + 1
        )
        return page_of(found, query, ref=lambda match: match.ref)


@route(blp, "GET", "/matches/<ref>", permission="match.read", out=MatchOut)
def show_match(actor: Actor, ref: str) -> Any:
    """One match, with its reasons as sentences and the fields on which the senders disagree."""
    with resource(Database).read() as session:
        return decisions.read_match(session, actor, ref)


@route(
    blp, "POST", "/matches/<ref>/decision", permission="match.decide", body=DecisionIn, out=MatchOut, idempotent=True
)
def decide_match(actor: Actor, ref: str, body: dict[str, Any], once: Any) -> Any:
    """Say whether the two are one placement. If so they are combined; it can be undone."""
    now, rules = utc_now(), resource(Rulebook)
    with resource(Database).write() as session:
        return once(session, lambda: decisions.decide(session, actor, ref, **body, rules=rules, now=now))


@route(blp, "POST", "/matches/<ref>/undoing", permission="match.decide", body=UndoingIn, out=MatchOut, idempotent=True)
def undo_match(actor: Actor, ref: str, body: dict[str, Any], once: Any) -> Any:
    """Take a match back: one that was confirmed, or one that linked by itself."""
    now, rules, areas = utc_now(), resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(session, lambda: decisions.undo(session, actor, ref, **body, areas=areas, rules=rules, now=now))
