"""Every statement over who looks after a placement, and over what is theirs to follow."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, insert, literal, select, union_all, update
from sqlalchemy.orm import Session

from hub.access.teams.models import Team, TeamMember
from hub.core.db import changed, connection_of
from hub.registry.casework.models import Assignment
from hub.registry.models import Notice, Placement

_ASSIGNMENT = cast(Table, Assignment.__table__)
_MEMBER, _TEAM = cast(Table, TeamMember.__table__), cast(Table, Team.__table__)
_FIRST_TEAM = (
    select(_MEMBER.c.team_id)
    .join(_TEAM, _TEAM.c.id == _MEMBER.c.team_id)
    .where(_MEMBER.c.person_ref == bindparam("worker"), _TEAM.c.closed_at.is_(None))
    .order_by(_MEMBER.c.id)
    .limit(1)
    .scalar_subquery()
)
_IS_TAKEN = select(_ASSIGNMENT.c.id).where(
    _ASSIGNMENT.c.placement_id == bindparam("placement"), _ASSIGNMENT.c.organisation_id == bindparam("organisation")
)
_COLUMNS = ("placement_id", "organisation_id", "worker_ref", "team_id", "since", "version")
_TAKE_ON = insert(_ASSIGNMENT).from_select(
    _COLUMNS,
    select(
        bindparam("placement", type_=_ASSIGNMENT.c.placement_id.type),
        bindparam("organisation", type_=_ASSIGNMENT.c.organisation_id.type),
        bindparam("worker", type_=_ASSIGNMENT.c.worker_ref.type),
        _FIRST_TEAM,
        bindparam("now", type_=_ASSIGNMENT.c.since.type),
        literal(1),
    ).where(~_IS_TAKEN.exists()),
)
"""Made once: a person who registers a notice runs it, and a system never."""


def take_on(session: Session, placement_id: int, organisation_id: int, worker_ref: str, *, now: datetime) -> None:
    """Give a placement to a person and their first team, unless somebody at that organisation has it: one statement."""
    asked = {"placement": placement_id, "organisation": organisation_id, "worker": worker_ref, "now": now}
    connection_of(session).execute(_TAKE_ON, asked)


def assignment(session: Session, placement_id: int, organisation_id: int) -> Assignment | None:
    """Who at the organisation looks after the placement."""
    mine = (Assignment.placement_id == placement_id, Assignment.organisation_id == organisation_id)
    return session.scalars(select(Assignment).where(*mine), execution_options={"populate_existing": True}).one_or_none()


def assignments(session: Session, placement_ids: Collection[int], organisation_id: int) -> dict[int, Assignment]:
    """Who at the organisation looks after each of these placements."""
    mine = (Assignment.placement_id.in_(placement_ids), Assignment.organisation_id == organisation_id)
    return {row.placement_id: row for row in session.scalars(select(Assignment).where(*mine))} if placement_ids else {}


def add(session: Session, row: dict[str, Any]) -> None:
    """Insert one; a second for the placement at the organisation violates ``uq_assignment_placement_id_organisation_id``."""
    session.execute(insert(Assignment).values(row))


def change(session: Session, assignment_id: int, version: int, values: dict[str, Any]) -> int:
    """Change one that still is at *version*; how many rows changed (0: somebody else changed it)."""
    mine = update(Assignment).where(Assignment.id == assignment_id, Assignment.version == version)
    return changed(session, mine.values(version=version + 1, **values))


def placements_of(organisation_id: int, worker_ref: str | None, team_ids: Collection[int] | None) -> Select[int]:
    """For a condition: ids of the placements that at the organisation are a worker's, or these teams'."""
    mine = select(Assignment.placement_id).where(Assignment.organisation_id == organisation_id)
    if worker_ref is not None:
        mine = mine.where(Assignment.worker_ref == worker_ref)
    return mine if team_ids is None else mine.where(Assignment.team_id.in_(list(team_ids)))


def subjects_of(organisation_id: int, worker_ref: str | None, team_ids: Collection[int] | None) -> Any:
    """For a condition: the references of those placements, and of all that duties are about and that stands about them."""
    mine = placements_of(organisation_id, worker_ref, team_ids)
    placements = select(Placement.ref).where(Placement.id.in_(mine))
    notices = select(Notice.ref).where(Notice.placement_id.in_(mine))
    return union_all(placements, notices, *(found(mine) for found in _ALSO_ABOUT))


Found = Callable[[Select[int]], Any]
"""For ids of placements: a selection of the references of something about them."""
_ALSO_ABOUT: Final[list[Found]] = []


def also_about(found: Found) -> None:
    """What *found* selects stands about placements too: said once by a package that comes after this one."""
    if found not in _ALSO_ABOUT:
        _ALSO_ABOUT.append(found)


def carry_over(session: Session, from_id: int, to_id: int, *, now: datetime) -> None:
    """Whoever looks after one placement looks after another that turns out to be the same, unless somebody there does."""
    has_one = select(Assignment.organisation_id).where(Assignment.placement_id == to_id)
    theirs = select(
        literal(to_id), Assignment.organisation_id, Assignment.worker_ref, Assignment.team_id, literal(now), literal(1)
    ).where(Assignment.placement_id == from_id, Assignment.organisation_id.not_in(has_one))
    session.execute(insert(Assignment).from_select(list(_COLUMNS), theirs))
