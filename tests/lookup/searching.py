"""Children who do not exist, in the hub as a notice and the job after it would put them there; and asking for them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.core.ids import new_ref
from hub.directory.models import Organisation
from hub.lookup.candidates import Asked, Candidate, find
from hub.registry.models import Child, Placement
from hub.registry.names.indexes import index_rows
from hub.registry.names.spreading import spread_names_once, spread_places_once
from hub.registry.placement_queries import add_child_index
from tests.conftest import NOW

LANE = {"lines": ["1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"}


def council(database: Database, gss: str) -> int:
    """A council's id."""
    with database.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.gss_code == gss)).one()


def home(database: Database, name: str, **place: Any) -> int:
    """A home; its id."""
    ref = new_ref("org")
    row = {"ref": ref, "kind": "childrens_home", "name": name, "sealed": database.keys.seal(ref, place)}
    with database.write() as session:
        number = session.execute(insert(Organisation).values(row).returning(Organisation.id)).scalar_one()
    spread(database)
    return number


def kept(
    database: Database, *, placing: int | None = None, provider: int | None = None, stay: dict[str, Any] | None = None,
    state: str = "confirmed", **told: Any,
) -> int:  # fmt: skip
    """A child with a placement, found by all that it can be found by; the child's id."""
    ref = new_ref("chd")
    row = {"ref": ref, "placing_authority_id": placing, "sealed": database.keys.seal(ref, told), "created_at": NOW}
    with database.write() as session:
        number = session.execute(insert(Child).values(row).returning(Child.id)).scalar_one()
        add_child_index(session, number, index_rows(database.keys, told, placing_authority_id=placing))
        place(database, session, number, provider, stay or {"address": LANE}, state)
    spread(database)
    return number


def place(
    database: Database, session: Session, child: int, provider: int | None, stay: dict[str, Any], state: str
) -> None:
    ref = new_ref("pla")
    row = {
        "ref": ref, "child_id": child, "provider_id": provider, "state": state, "setting": "other", "legal_status": "S20",
        "first_source": "home", "starts_at": NOW, "sealed": database.keys.seal(ref, stay), "created_at": NOW,
    }  # fmt: skip
    session.execute(insert(Placement).values(row))


def spread(database: Database) -> None:
    """What the job does."""
    while spread_names_once(database) or spread_places_once(database):
        pass


def merge(database: Database, child: int, into: int) -> None:
    with database.write() as session:
        session.execute(update(Child).where(Child.id == child).values(merged_into_id=into, version=Child.version + 1))


def ask(database: Database, **asked: Any) -> list[Candidate]:
    with database.read(at_one_moment=True) as session:
        return find(session, Asked(**asked), now=NOW)


def found(database: Database, **asked: Any) -> list[int]:
    """The ids of the children who could be meant, likeliest first."""
    return [each.child_id for each in ask(database, **asked)]


Keep = Callable[..., int]
