"""Missing episodes over HTTP: report, follow, decide whether two are one, and see who is missing now."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import patterns, service, thresholds, views
from hub.missing.caseload_queries import episodes_of
from hub.missing.models import MissingEpisode
from hub.missing.schemas import (
    DescriptionIn,
    EpisodesQuery,
    GradeIn,
    GradeReasonIn,
    LocationIn,
    MergeIn,
    PatternsQuery,
    PreventionInterviewIn,
    ReportIn,
    ReturnIn,
    ThresholdsIn,
    UndoIn,
)
from hub.missing.schemas_out import EpisodeBriefOut, EpisodeOut, PatternsOut, ReportedOut, ThresholdsOut
from hub.missing.states import RUNNING
from hub.registry.casework.assignment_queries import also_about

also_about(episodes_of)
blp = Blueprint(
    "missing", __name__, url_prefix="/api/v1", description="Missing episodes: reported, graded, found, returned"
)
Body = dict[str, Any]
_ONE = "/missing-episodes/<ref>"


@route(
    blp,
    "POST",
    "/missing-episodes",
    permission="missing.report",
    body=ReportIn,
    out=ReportedOut,
    status=201,
    idempotent=True,
)
def report(actor: Actor, body: Body, once: Once) -> Any:
    """Report a child missing; the placing authority, the host and every force concerned are told at once."""
    now, rules, areas = utc_now(), resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return once(session, lambda: service.report(session, actor, body, rules=rules, areas=areas, now=now))


@route(
    blp,
    "GET",
    "/missing-episodes",
    permission="missing.read",
    query=EpisodesQuery,
    out=EpisodeBriefOut,
    paged=True,
)
def list_episodes(actor: Actor, query: Body) -> Any:
    """See who is missing now, newest first, or the episodes in another state; the reading is recorded."""
    with resource(Database).write() as session:
        found = views.missing_now(
            session,
            actor,
            part=query["part"],
            states=[query["state"]] if query["state"] else RUNNING,
            grade=query["grade"],
            after=query["cursor"],
            at_most=query["limit"] + 1,
            now=utc_now(),
        )
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", _ONE, permission="missing.read", out=EpisodeOut)
def show_episode(actor: Actor, ref: str) -> Any:
    """See a missing episode with everything that was said of it; the reading is recorded."""
    with resource(Database).write() as session:
        return views.read_episode(session, actor, ref, now=utc_now())


@route(
    blp,
    "POST",
    f"{_ONE}/description",
    permission="missing.describe",
    body=DescriptionIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def describe(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Add what became known of a child nobody had told the hub of: a name, a date of birth, an address. The earlier stays."""
    return _done(once, actor, partial(service.describe, areas=resource(Areas)), ref, body)


@route(
    blp,
    "POST",
    f"{_ONE}/grades",
    permission="missing.grade",
    body=GradeIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def grade(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record the grade of risk that your force gives; the history stays. A low one may ask for a reason."""
    return _done(once, actor, service.grade, ref, body)


@route(
    blp,
    "POST",
    f"{_ONE}/grade-reason",
    permission="missing.grade",
    body=GradeReasonIn,
    out=EpisodeOut,
    idempotent=True,
)
def give_reason(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say why a low grade stands; the placing authority sees it."""
    return _done(once, actor, service.give_reason, ref, body)


@route(
    blp,
    "POST",
    f"{_ONE}/location",
    permission="missing.follow",
    body=LocationIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def locate(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the child was found; whoever is found and not back is shown so."""
    return _done(once, actor, service.locate, ref, _renamed(body, "located_at"))


@route(
    blp,
    "POST",
    f"{_ONE}/finding",
    permission="missing.find",
    body=LocationIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def find(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that your force found a child whose episode did not concern it so far."""
    return _done(once, actor, service.find, ref, _renamed(body, "located_at"))


@route(
    blp,
    "POST",
    f"{_ONE}/return",
    permission="missing.follow",
    body=ReturnIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def record_return(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the child is back: what comes after a return is owed from that instant."""
    return _done(once, actor, service.record_return, ref, _renamed(body, "returned_at"))


@route(
    blp,
    "POST",
    f"{_ONE}/prevention-interview",
    permission="missing.interview",
    body=PreventionInterviewIn,
    out=EpisodeOut,
    status=201,
    idempotent=True,
)
def prevention_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the police spoke with the child, with the summary for the councils."""
    return _done(once, actor, service.prevention_interview, ref, _renamed(body, "held_at"))


@route(blp, "POST", f"{_ONE}/merge", permission="missing.merge", body=MergeIn, out=EpisodeOut, idempotent=True)
def merge(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say whether two episodes are one. If so they are joined; it can be undone."""
    return _done(once, actor, service.merge, ref, body)


@route(blp, "POST", f"{_ONE}/undo", permission="missing.undo", body=UndoIn, out=EpisodeOut, idempotent=True)
def undo(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Take back what your organisation said last of this sort; with its last report an episode is withdrawn."""
    return _done(once, actor, service.undo, ref, body)


@route(blp, "GET", "/missing-patterns", permission="missing.patterns", query=PatternsQuery, out=PatternsOut)
def show_patterns(actor: Actor, query: Body) -> Any:
    """See who goes missing together and which places come again: counts and references."""
    with resource(Database).write() as session:
        return patterns.patterns(session, actor, days=query["days"], now=utc_now())


@route(blp, "GET", "/missing-thresholds", permission="missing.thresholds", out=ThresholdsOut)
def show_thresholds(actor: Actor) -> Any:
    """See the thresholds that set off a meeting about your council's children."""
    with resource(Database).read() as session:
        found = thresholds.thresholds_for(session, actor.organisation)
        return tagged(found, found.version)


@route(
    blp,
    "PUT",
    "/missing-thresholds",
    permission="missing.save_thresholds",
    body=ThresholdsIn,
    out=ThresholdsOut,
    edits=True,
)
def save_thresholds(actor: Actor, body: Body) -> Any:
    """Save your council's own thresholds in place of the hub's."""
    with resource(Database).write() as session:
        found = thresholds.save_thresholds(
            session, actor, body["thresholds"], version=expected_version(), now=utc_now()
        )
        return tagged(found, found.version)


def _renamed(body: Body, name: str) -> Body:
    """*body* with the instant of what happened under the name by which the service takes it."""
    return {**{key: value for key, value in body.items() if key != name}, "at": body[name]}


def _done(once: Once, actor: Actor, act: Callable[..., MissingEpisode], ref: str, body: Body) -> Any:
    now, rules = utc_now(), resource(Rulebook)

    def do(session: Session) -> Any:
        episode = act(session, actor, ref, **body, rules=rules, now=now)
        return views.episode_seen(session, actor, episode.id)

    with resource(Database).write() as session:
        return once(session, lambda: do(session))
