"""Every statement over teams and who belongs to them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.teams.models import Team, TeamMember
from hub.core.db import changed


def team(session: Session, ref: str, organisation_id: int) -> Team | None:
    """The team *ref* of one organisation, unless it is closed."""
    wanted = select(Team).where(Team.ref == ref, Team.organisation_id == organisation_id, Team.closed_at.is_(None))
    return session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()


def teams(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[Team]:
    """The teams of one organisation that are not closed, by reference."""
    mine = select(Team).where(Team.organisation_id == organisation_id, Team.closed_at.is_(None))
    if after:
        mine = mine.where(Team.ref > after)
    return session.scalars(mine.order_by(Team.ref).limit(at_most)).all()


def named(session: Session, organisation_id: int, name: str) -> Team | None:
    """The organisation's team of that name, unless it is closed."""
    mine = (Team.organisation_id == organisation_id, Team.closed_at.is_(None), Team.name == name)
    return session.scalars(select(Team).where(*mine).limit(1)).one_or_none()


def members(session: Session, team_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who belongs to these teams, disabled accounts too, in the order in which they joined."""
    found: dict[int, list[Person]] = {number: [] for number in team_ids}
    wanted = select(TeamMember.team_id, Person).join(Person, Person.ref == TeamMember.person_ref)
    for row in session.execute(wanted.where(TeamMember.team_id.in_(team_ids)).order_by(TeamMember.id)):
        found[row.team_id].append(row.Person)
    return found


def teams_of(session: Session, person_ref: str) -> Sequence[Team]:
    """The teams that a person belongs to, the one joined first in front."""
    wanted = select(Team).join(TeamMember, TeamMember.team_id == Team.id)
    mine = (TeamMember.person_ref == person_ref, Team.closed_at.is_(None))
    return session.scalars(wanted.where(*mine).order_by(TeamMember.id)).all()


def colleagues(session: Session, organisation_id: int) -> Sequence[Person]:
    """The people of one organisation whose accounts are open, by reference."""
    mine = (Person.organisation_id == organisation_id, Person.disabled_at.is_(None))
    return session.scalars(select(Person).where(*mine).order_by(Person.ref)).all()


def people_by_refs(session: Session, refs: Collection[str], organisation_id: int) -> dict[str, Person]:
    """These people, by reference, as far as they are of the organisation; disabled accounts too."""
    mine: tuple[ColumnElement[bool], ...] = (Person.ref.in_(refs), Person.organisation_id == organisation_id)
    return {person.ref: person for person in session.scalars(select(Person).where(*mine))} if refs else {}


def teams_by_ids(session: Session, ids: Collection[int]) -> dict[int, Team]:
    """These teams, by id; closed ones apart."""
    wanted = select(Team).where(Team.id.in_(ids), Team.closed_at.is_(None))
    return {row.id: row for row in session.scalars(wanted)} if ids else {}


def add(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one team; its id."""
    return session.execute(insert(Team).values(row).returning(Team.id)).scalar_one()


def change(session: Session, team_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change a team that still is at *version*; how many rows changed (0: somebody else changed it)."""
    mine = update(Team).where(Team.id == team_id, Team.version == version, Team.closed_at.is_(None))
    return changed(session, mine.values(version=version + 1, **values))


def put_in(session: Session, team_id: int, person_refs: Sequence[str]) -> None:
    """Let these people join a team, in this order."""
    if person_refs:
        session.execute(insert(TeamMember), [{"team_id": team_id, "person_ref": ref} for ref in person_refs])


def take_out(session: Session, team_id: int, person_refs: Collection[str]) -> None:
    """Let these people leave a team."""
    session.execute(delete(TeamMember).where(TeamMember.team_id == team_id, TeamMember.person_ref.in_(person_refs)))
