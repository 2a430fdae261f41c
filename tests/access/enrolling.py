"""A person put straight into the tables, for tests of what is done with their factors."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.access.models import Person, SignIn
from hub.audit.models import AuditEntry
from hub.core.db import Database, keys_of
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.conftest import NOW


def somebody(
    database: Database, cast: Cast, *, member: str = "leeds", roles: tuple[str, ...] = ("duty_desk",)
) -> Person:
    """A person of that organisation, who does not exist outside this test."""
    ref = new_ref("per")
    with database.write() as session:
        keys = keys_of(session)
        row = {
            "ref": ref,
            "organisation_id": cast.ids[member],
            "sealed": keys.seal(ref, {"name": "Pat Fictitious", "email": f"{ref}@{member}.example"}),
            "email_index": keys.blind("email", f"{ref}@{member}.example"),
            "roles": list(roles),
            "created_at": NOW,
            "version": 1,
        }
        session.execute(insert(Person).values(row))
        return session.scalars(select(Person).where(Person.ref == ref)).one()


def under_way(session: Session, person: Person, *, now: datetime = NOW) -> int:
    """The id of a sign-in of *person* that waits for the second factor."""
    row = {
        "token_hash": new_ref("tok").encode(),
        "stage": "second_factor",
        "person_id": person.id,
        "factors": ["password"],
    }
    row |= {"wrong_codes": 0, "began_at": now, "ends_at": now + timedelta(minutes=10)}
    return session.execute(insert(SignIn).values(row).returning(SignIn.id)).scalar_one()


def recorded(session: Session, event: str) -> list[AuditEntry]:
    """What the audit holds of one kind of event, in order."""
    return list(session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.id)))
