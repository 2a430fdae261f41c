"""Jobs: episodes follow their placements, and a child who stays missing passes a threshold without anybody doing anything.

A notice may come after the report: it names the placing authority that the police could not name, or shows that two placements
are one. The notice's own code knows nothing of episodes; so a job brings those in line whose placement says otherwise.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import following_queries as queries
from hub.missing import queries as episode_queries
from hub.missing import telling
from hub.missing.models import MissingEpisode
from hub.missing.standing import settle
from hub.missing.subjects import subject_of_placement
from hub.missing.thresholds import meetings_for
from hub.registry import placement_queries

BATCH: Final = 100
SHORTEST: Final = timedelta(hours=1)
"""No threshold of hours is shorter."""


def follow_placements_once(
    database: Database, rules: Rulebook, areas: Callable[[], Areas], *, now: datetime, limit: int = BATCH
) -> int:
    """Bring episodes in line whose placement names other parties by now; return how many. For the worker."""
    with database.read() as session:
        astray = queries.astray(session, at_most=limit)
    if not astray:
        return 0
    known = areas()
    for number in astray:
        with database.write() as session:
            _follow(session, episode_queries.locked(session, number), known, rules=rules, now=now)
    return len(astray)


def _follow(session: Session, episode: MissingEpisode, areas: Areas, *, rules: Rulebook, now: datetime) -> None:
    placement_id = queries.lives_on_as(session, episode.placement_id or 0) or episode.placement_id
    if placement_id is None:
        return
    placement = placement_queries.placement_by_id(session, placement_id)
    subject = subject_of_placement(session, placement)
    told_before = set(telling.everybody(session, episode))
    values: dict[str, Any] = {**subject.columns(), "is_discovered": episode.is_discovered}
    if not episode_queries.change_episode(session, episode.id, episode.version, values):
        return  # somebody is at it: the next round finds it again
    forces = [(subject.force.id, "placed")] if subject.force else []
    if subject.placing is not None and subject.placing.gss_code:
        home = directory.by_gss(session, areas.force_of(subject.placing.gss_code).gss_code)
        forces += [(home.id, "home")] if home else []
    episode_queries.add_forces(session, episode.id, forces)
    after = settle(session, SYSTEM, episode.id, rules=rules, now=now)
    audit.record(
        session, SYSTEM, Event.MISSING_PARTIES_CHANGED, after.ref, now=now, details={"placement": placement.ref}
    )
    fresh = [number for number in telling.everybody(session, after) if number not in told_before]
    telling.tell(session, SYSTEM, after, "missing.reported", whom=fresh, rules=rules, now=now)


def note_long_missing_once(database: Database, rules: Rulebook, *, now: datetime, limit: int = BATCH) -> int:
    """Ask for the meeting about children who have been missing for longer than the threshold; return how many. For the worker."""
    done, after = 0, 0
    while True:
        with database.read() as session:
            ids = queries.without_meeting(session, after=after, missing_before=now - SHORTEST, at_most=limit)
            due = [number for number in ids if _asks(session, number, rules=rules, now=now)]
        for number in due:
            with database.write() as session:
                settle(session, SYSTEM, number, rules=rules, now=now)
        done += len(due)
        if len(ids) < limit:
            return done
        after = ids[-1]


def _asks(session: Session, episode_id: int, *, rules: Rulebook, now: datetime) -> bool:
    [episode] = episode_queries.episodes(session, [episode_id])
    return any(each.duty_code == "EREP" for each in meetings_for(session, episode, rules=rules, now=now))
