"""Who looks after a placement at each of its parties: at first whoever made it known there, later whom somebody says.

What is theirs to follow (mine, my team's) goes by it: the duties about the placement and about every notice of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.teams import queries as team_queries
from hub.access.teams import service as teams
from hub.access.teams.models import Team
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.registry import placement_queries
from hub.registry.casework import assignment_queries as queries
from hub.registry.casework.models import Assignment
from hub.registry.models import Placement

_CHANGED: Final = "Somebody else changed this since you read it. Read it again, then decide."


@dataclass(frozen=True)
class Assigned:
    """Who at one organisation looks after a placement. ``version``: 0 while nobody does."""

    worker_ref: str | None = None
    worker: str | None = None
    team_ref: str | None = None
    team: str | None = None
    since: datetime | None = None
    version: int = 0


def take_on(session: Session, actor: Actor, placement_id: int, *, now: datetime) -> None:
    """Whoever makes a placement known looks after it; what a system makes known is nobody's until somebody says whose."""
    if actor.kind == "person":
        queries.take_on(session, placement_id, actor.organisation, actor.ref, now=now)


def read_assignment(session: Session, actor: Actor, placement_ref: str) -> Assigned:
    """Who at the actor's organisation looks after the placement. Raises ``NotFound``."""
    placement = _placement(session, actor, placement_ref)
    return assigned_to(session, actor, [placement.id]).get(placement.id, Assigned())


def assigned_to(session: Session, actor: Actor, placement_ids: Collection[int]) -> dict[int, Assigned]:
    """Who at the actor's organisation looks after each of these placements; those that nobody does are left out."""
    rows = queries.assignments(session, placement_ids, actor.organisation)
    names = teams.names_of(session, [each.worker_ref for each in rows.values() if each.worker_ref], actor.organisation)
    found = team_queries.teams_by_ids(session, {each.team_id for each in rows.values() if each.team_id})
    return {number: _seen(row, names, found) for number, row in rows.items()}


def assign(
    session: Session,
    actor: Actor,
    placement_ref: str,
    *,
    worker: str | None,
    team: str | None,
    version: int,
    now: datetime,
) -> Assigned:
    """Say who looks after a placement here: *worker* and *team* are references, ``None``: nobody.

    *version*: as it was read. Raises ``NotFound``, ``EditConflict``, and ``Invalid`` for strangers.
    """
    placement = _placement(session, actor, placement_ref)
    team_id = teams.id_of(session, actor, team) if team else None
    if worker is not None:
        _refuse_stranger(session, actor, worker)
    stands = queries.assignment(session, placement.id, actor.organisation)
    if (stands.version if stands else 0) != version:
        raise EditConflict(_CHANGED)
    said: dict[str, Any] = {"worker_ref": worker, "team_id": team_id, "since": now}
    if stands is None:
        queries.add(
            session, {"placement_id": placement.id, "organisation_id": actor.organisation, "version": 1, **said}
        )
    elif not queries.change(session, stands.id, version, said):
        raise EditConflict(_CHANGED)
    details = {"worker": worker, "team": team}
    audit.record(session, actor, Event.ASSIGNMENT_CHANGED, placement_ref, now=now, details=details)
    return read_assignment(session, actor, placement_ref)


def subjects(session: Session, actor: Actor, whose: str, team: str | None = None) -> Any:
    """For a listing: what the duties of *whose* (mine, team or all) and of one *team* are about; ``None``: of everybody.

    Raises ``Invalid`` where a system asks for its own: only people have a caseload.
    """
    if team is not None:
        return queries.subjects_of(actor.organisation, None, [teams.id_of(session, actor, team)])
    if whose == "all":
        return None
    if actor.kind != "person":
        raise Invalid("Only a person has a caseload.", fields={"whose": ["Name a team, or leave this out."]})
    return queries.subjects_of(actor.organisation, *_caseload(session, actor, whose))


def placements(session: Session, actor: Actor, whose: str) -> Any:
    """As :func:`subjects`, for a listing of placements."""
    return None if whose == "all" else queries.placements_of(actor.organisation, *_caseload(session, actor, whose))


def _caseload(session: Session, actor: Actor, whose: str) -> tuple[str | None, tuple[int, ...] | None]:
    return (actor.ref, None) if whose == "mine" else (None, teams.ids_of(session, actor))


def _placement(session: Session, actor: Actor, ref: str) -> Placement:
    seen = placement_queries.placement_seen_by(session, ref, actor.organisation)
    if seen is None:
        raise NotFound("There is nothing with this reference that you can see.")
    return seen


def _refuse_stranger(session: Session, actor: Actor, ref: str) -> None:
    found = team_queries.people_by_refs(session, [ref], actor.organisation).get(ref)
    if found is None or found.disabled_at is not None:
        raise Invalid("There is no such colleague.", fields={"worker": ["Choose somebody of your own organisation."]})


def _seen(row: Assignment, names: Mapping[str, str], known: Mapping[int, Team]) -> Assigned:
    team = known.get(row.team_id or 0)
    return Assigned(
        worker_ref=row.worker_ref,
        worker=names.get(row.worker_ref or ""),
        team_ref=team.ref if team else None,
        team=team.name if team else None,
        since=row.since,
        version=row.version,
    )
