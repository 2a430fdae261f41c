"""What stands in a hub before those who answer for placements look at it: drafts, notices, duties that fell due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from hub.access import sessions
from hub.access.sign_in import factor_queries
from hub.access.teams import service as teams
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.notify.models import Obligation
from tests.browser import sending
from tests.browser.conftest import RunningHub
from tests.registry.papers import BRADFORD_CENTRE, child, start

OTHER = child(given_names="Alder", family_name="Invented", born_on="2013-05-06", identifiers={"local_id": "TEST-7"})


def asked(hub: RunningHub, path: str, body: dict[str, Any], member: str = "leeds") -> Any:
    """What the API answers to a system of that member of the cast."""
    return sending.asked(hub, member, path, body)


def planned(*without: str, **said: Any) -> dict[str, Any]:
    """A planned placement of Leeds that starts in a week: in Kent, at a distance, unless *said* otherwise."""
    return start(*without, **{"starts_at": (utc_now() + timedelta(days=7)).isoformat(), **said})


def adjoining(**said: Any) -> dict[str, Any]:
    """As :func:`planned`, next door in Bradford, of another child."""
    return planned(address=BRADFORD_CENTRE, child=OTHER, **said)


def drafted(hub: RunningHub, paper: dict[str, Any]) -> tuple[str, str]:
    """The references of a draft of Leeds' and of the placement that it makes known."""
    draft = asked(hub, "/drafts", paper)
    return draft["ref"], draft["placement"]


def actor_of(hub: RunningHub, name: str) -> Actor:
    """Somebody of the cast, as a service knows them."""
    with hub.database.read() as session:
        person = factor_queries.person_by_ref(session, hub.cast.people[name].ref)
        assert person is not None
        return sessions.person_actor(person, sessions.organisation_of(session, person))


def looks_after(hub: RunningHub, placement: str, worker: str, team: str | None = None) -> None:
    """Give a placement to somebody, and to a team (made here), as its page does."""
    from hub.registry.casework import assignments

    manager = actor_of(hub, "marcus")
    with hub.database.write() as session:
        made = None
        if team:
            people = [hub.cast.people[worker].ref, hub.cast.people["marcus"].ref]
            made = teams.add_team(session, actor_of(hub, "helen"), {"name": team, "people": people}, now=utc_now()).ref
        assignments.assign(
            session, manager, placement, worker=hub.cast.people[worker].ref, team=made, version=0, now=utc_now()
        )


def falls_due(hub: RunningHub, placement: str, code: str, due_at: datetime) -> str:
    """Let one duty about a placement have fallen due at *due_at*; its reference."""
    with hub.database.write() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == code)
        owed = session.scalars(select(Obligation).where(*wanted)).one()
        owed.due_at, owed.due_on = due_at, None
        return owed.ref
