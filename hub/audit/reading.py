"""Reading the record, which is itself recorded: who asked for what, never what else somebody typed."""

from collections.abc import Sequence
from datetime import datetime

from hub.audit import reading_queries as queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.audit.reading_queries import Wanted
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import Database
from hub.core.ids import is_any_ref


def whose(actor: Actor) -> int | None:
    """Whose entries *actor* may read: those of its own organisation's people and systems; ``None``, the operator, all."""
    return None if actor.is_operator else actor.organisation


def newest(
    database: Database, actor: Actor, wanted: Wanted, *, before: int | None, at_most: int, now: datetime
) -> Sequence[AuditEntry]:
    """The newest of the *wanted* entries, newest first, from the one before number *before* on.

    That somebody began to read is recorded first, and stands in what is read the next time.
    """
    if before is None:
        with database.read() as session:
            before = queries.last_number(session) + 1
        note(database, actor, wanted, now=now)
    with database.read() as session:
        found = queries.newest(session, wanted, before=before, at_most=at_most)
        session.expunge_all()
        return found


def note(database: Database, actor: Actor, wanted: Wanted, *, now: datetime) -> None:
    """Record that *actor* began to read the *wanted* entries: references, events and instants."""
    asked = {name: getattr(wanted, name) for name in ("actor", "subject", "event", "since", "until")}
    said = {name: iso(value) if isinstance(value, datetime) else value for name, value in asked.items() if value}
    said = {name: value for name, value in said.items() if name not in ("actor", "subject") or is_any_ref(value)}
    if wanted.operations:
        said["operations"] = list(wanted.operations)
    with database.write() as session:
        audit.record(session, actor, Event.AUDIT_READ, said.get("subject", actor.ref), now=now, details=said)
