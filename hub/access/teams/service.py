"""Teams of an organisation: its administrator makes them, names them, and says who belongs to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.people import service as people
from hub.access.teams import queries
from hub.access.teams.models import Team
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.core.ids import is_ref, new_ref

_NOT_YOURS: Final = "There is no team of yours with this reference. List your organisation's teams."
_CHANGED: Final = "Somebody else changed this team since you read it. Read it again, then decide."


@dataclass(frozen=True)
class Member:
    """Somebody who belongs to a team."""

    ref: str
    name: str
    is_disabled: bool = False


@dataclass(frozen=True)
class TeamSeen:
    """A team as its organisation sees it."""

    ref: str
    name: str
    people: list[Member]
    version: int


def list_teams(session: Session, actor: Actor, *, after: str | None = None, at_most: int = 200) -> list[TeamSeen]:
    """A page of the teams of the actor's organisation, by reference."""
    return _seen(session, queries.teams(session, actor.organisation, after=after, at_most=at_most))


def read_team(session: Session, actor: Actor, ref: str) -> TeamSeen:
    """The team *ref* of the actor's organisation. Raises ``NotFound``."""
    [shown] = _seen(session, [_team(session, actor, ref)])
    return shown


def add_team(session: Session, actor: Actor, wanted: Mapping[str, Any], *, now: datetime) -> TeamSeen:
    """Make a team: *wanted* is its ``name`` and ``people`` (references).

    Raises ``Invalid`` for a name that is taken, and for a stranger.
    """
    _refuse_taken(session, actor, wanted["name"])
    members = _colleagues(session, actor, wanted["people"])
    ref = new_ref("tea")
    row = {"ref": ref, "organisation_id": actor.organisation, "name": wanted["name"], "created_at": now}
    queries.put_in(session, queries.add(session, row), members)
    audit.record(session, actor, Event.TEAM_ADDED, ref, now=now, details={"people": members})
    return read_team(session, actor, ref)


def change_team(
    session: Session, actor: Actor, ref: str, wanted: Mapping[str, Any], *, version: int, now: datetime
) -> TeamSeen:
    """Give a team this name and these people. Raises ``NotFound``, ``EditConflict``, ``Invalid``."""
    team = _team(session, actor, ref)
    if wanted["name"] != team.name:
        _refuse_taken(session, actor, wanted["name"])
    members = _colleagues(session, actor, wanted["people"])
    before = [each.ref for each in queries.members(session, [team.id])[team.id]]
    if not queries.change(session, team.id, version, {"name": wanted["name"]}):
        raise EditConflict(_CHANGED)
    joining, leaving = [each for each in members if each not in before], sorted(set(before) - set(members))
    queries.take_out(session, team.id, leaving)
    queries.put_in(session, team.id, joining)
    details = {"joined": joining, "left": leaving}
    audit.record(session, actor, Event.TEAM_CHANGED, ref, now=now, details=details)
    return read_team(session, actor, ref)


def close_team(session: Session, actor: Actor, ref: str, *, version: int, now: datetime) -> None:
    """Close a team: nobody belongs to it any more; what it had keeps its worker. Raises ``NotFound``, ``EditConflict``."""
    team = _team(session, actor, ref)
    everybody = [each.ref for each in queries.members(session, [team.id])[team.id]]
    if not queries.change(session, team.id, version, {"closed_at": now}):
        raise EditConflict(_CHANGED)
    queries.take_out(session, team.id, everybody)
    audit.record(session, actor, Event.TEAM_CLOSED, ref, now=now)


def ids_of(session: Session, actor: Actor) -> tuple[int, ...]:
    """The teams that the actor, a person, belongs to; a system belongs to none."""
    return tuple(team.id for team in queries.teams_of(session, actor.ref)) if actor.kind == "person" else ()


def id_of(session: Session, actor: Actor, ref: str) -> int:
    """The team *ref* of the actor's organisation. Raises ``Invalid`` (field ``team``)."""
    found = queries.team(session, ref, actor.organisation) if is_ref(ref, "tea") else None
    if found is None:
        raise Invalid("There is no such team.", fields={"team": ["Choose a team of your own organisation."]})
    return found.id


def colleagues(session: Session, actor: Actor) -> list[Member]:
    """Everybody in the actor's organisation whose account is open, by name."""
    found = [_member(session, each) for each in queries.colleagues(session, actor.organisation)]
    return sorted(found, key=lambda each: each.name.casefold())


def names_of(session: Session, refs: Sequence[str], organisation_id: int) -> dict[str, str]:
    """The names of these people, as far as they are of the organisation, by reference."""
    found = queries.people_by_refs(session, refs, organisation_id)
    return {ref: people.told(session, person).name for ref, person in found.items()}


def _team(session: Session, actor: Actor, ref: str) -> Team:
    found = queries.team(session, ref, actor.organisation) if is_ref(ref, "tea") else None
    if found is None:
        raise NotFound(_NOT_YOURS)
    return found


def _seen(session: Session, rows: Sequence[Team]) -> list[TeamSeen]:
    belong = queries.members(session, [row.id for row in rows])
    return [
        TeamSeen(row.ref, row.name, [_member(session, each) for each in belong[row.id]], row.version) for row in rows
    ]


def _member(session: Session, person: Person) -> Member:
    return Member(person.ref, people.told(session, person).name, person.disabled_at is not None)


def _refuse_taken(session: Session, actor: Actor, name: str) -> None:
    if queries.named(session, actor.organisation, name) is not None:
        raise Invalid(
            "There is a team of this name.", fields={"name": ["You have a team of this name. Choose another."]}
        )


def _colleagues(session: Session, actor: Actor, refs: Sequence[str]) -> list[str]:
    """*refs* in their order, each once, if all are people of the actor's organisation."""
    known = queries.people_by_refs(session, refs, actor.organisation)
    if any(ref not in known for ref in refs):
        raise Invalid("Not all of them are yours.", fields={"people": ["Choose people of your own organisation."]})
    return list(dict.fromkeys(refs))
