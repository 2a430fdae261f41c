"""Four organisations that owe one another something, with the desks that ladders reach: Northmoor places, Eastvale hosts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from hub.audit.models import AuditEntry
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.directory.models import ContactPoint, Organisation
from hub.duties.rulebook import Rulebook
from hub.notify.models import Alert, Delivery, Escalation, Obligation
from hub.notify.obligations import Opening, fulfil, open_obligations

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESKS = ("duty_desk", "social_worker", "team_manager", "service_manager", "head_of_service", "nominated_officer", "dcs")
HOST_DESKS = ("duty_desk", "desk_manager", "service_manager", "dcs")


@dataclass(frozen=True)
class Owing:
    """The organisations, each as one who acts for it."""

    northmoor: Actor
    eastvale: Actor
    willow: Actor
    operator: Actor


def settle_in(session: Session) -> Owing:
    """Put the organisations and their desks into an empty database."""
    northmoor = _organisation(session, "local_authority", "Northmoor", DESKS)
    eastvale = _organisation(session, "local_authority", "Eastvale", HOST_DESKS)
    willow = _organisation(session, "childrens_home", "Willow House", ("duty_desk", "registered_manager"))
    operator = _organisation(session, "hub_operator", "The hub", ("operator",))
    return Owing(northmoor, eastvale, willow, replace(operator, scopes=frozenset({"operate"})))


def _organisation(session: Session, kind: str, name: str, desks: Iterable[str]) -> Actor:
    row = {"ref": new_ref("org"), "kind": kind, "name": name, "joined_at": NOW - 90 * DAY, "version": 1}
    number = session.execute(insert(Organisation).values(row).returning(Organisation.id)).scalar_one()
    for role in desks:
        open_desk(session, number, role)
    return Actor("api_client", f"cli_{name.lower().replace(' ', '_')}", number, row["ref"], kind)


def open_desk(session: Session, organisation_id: int, role: str) -> None:
    """A verified mailbox for *role*."""
    row = {
        "ref": new_ref("con"),
        "organisation_id": organisation_id,
        "role": role,
        "channel": "email",
        "address": f"{role}@{organisation_id}.example".replace("_", "-"),
        "purpose": "Tests",
        "verified_by": "A colleague",
        "verified_at": NOW - 30 * DAY,
        "valid_from": date(2026, 1, 1),
    }
    session.execute(insert(ContactPoint).values(row))


def notice_owed(owing: Owing, **given: Any) -> Opening:
    """Northmoor owes Eastvale the notice of an emergency placement, due in a day, unless *given* says otherwise."""
    usual: dict[str, Any] = {
        "duty_code": "E13E",
        "law_in_force": "2014-01-27",
        "basis": "statute",
        "subject_ref": new_ref("pla"),
        "owed_by_id": owing.northmoor.organisation_id,
        "owed_by_role": "placing_authority",
        "owed_to_id": owing.eastvale.organisation_id,
        "owed_to_role": "host_authority",
        "because": "An emergency placement out of area began.",
        "event_at": NOW - DAY,
        "due_at": NOW + 2 * DAY,
        "due_on": None,
        "due_is_policy": False,
    }
    return Opening(**(usual | given))


def register_owed(owing: Owing, **given: Any) -> Opening:
    """Eastvale owes its own register an entry."""
    usual = {
        "duty_code": "EREG",
        "law_in_force": "unverified",
        "basis": "policy",
        "owed_by_id": owing.eastvale.organisation_id,
        "owed_by_role": "host_authority",
        "owed_to_role": "host_register",
        "because": "A notice was received.",
        "due_is_policy": True,
    }
    return notice_owed(owing, **(usual | given))


def opened(database: Database, rules: Rulebook, *openings: Opening, now: datetime = NOW) -> list[str]:
    """Open them; their references."""
    with database.write() as session:
        return [one.ref for one in open_obligations(session, SYSTEM, openings, rules=rules, now=now)]


def fulfilled(
    database: Database, rules: Rulebook, row: Obligation, *, at: datetime, reached_at: datetime | None
) -> list[str]:
    with database.write() as session:
        return fulfil(
            session,
            SYSTEM,
            subject_ref=row.subject_ref,
            duty_codes={row.duty_code},
            by_ref="ntc_first",
            at=at,
            reached_at=reached_at,
            rules=rules,
            now=at,
        )


def read(database: Database, ref: str) -> Obligation:
    """The obligation as it stands."""
    with database.read() as session:
        return session.scalars(select(Obligation).where(Obligation.ref == ref)).one()


def steps_of(database: Database, ref: str) -> list[Escalation]:
    """The steps taken for it, in order."""
    with database.read() as session:
        wanted = select(Escalation).join(Obligation, Obligation.id == Escalation.obligation_id)
        return list(session.scalars(wanted.where(Obligation.ref == ref).order_by(Escalation.id)))


def alerts(database: Database, **which: Any) -> list[Alert]:
    """Alerts, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(Alert).filter_by(**which).order_by(Alert.id)))


def queued(database: Database) -> list[Delivery]:
    """What still waits to be sent."""
    with database.read() as session:
        return list(session.scalars(select(Delivery).where(Delivery.state == "queued")))


def recorded(database: Database, subject_ref: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Events recorded about a reference, with their details."""
    with database.read() as session:
        wanted = select(AuditEntry).where(AuditEntry.subject_ref == subject_ref).order_by(AuditEntry.id)
        return [(entry.event, entry.details) for entry in session.scalars(wanted)]


def plans_of(
    session: Session, act: Callable[[], object], *, without: Iterable[str] = ("seqscan", "sort", "bitmapscan")
) -> list[str]:
    """How the database would answer each statement that *act* makes, were the tables too large to read.

    *without*: the ways that PostgreSQL is not to go, if there is any other.
    """
    connection, made = session.connection(), list[tuple[str, Any]]()
    listening = (connection, "before_cursor_execute", lambda *given: made.append((given[2], given[3])))
    event.listen(*listening)
    act()
    event.remove(*listening)
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        # A way that is switched off is still taken where there is no other: a sort that is needed shows.
        for way in without:
            session.execute(text(f"SET LOCAL enable_{way} = off"))
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    return [
        " ".join(str(row) for row in connection.exec_driver_sql(explain + statement, given))
        for statement, given in made
    ]
