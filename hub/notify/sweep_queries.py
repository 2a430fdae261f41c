"""The statements of the sweep and of the auditor: the claim of due steps, and the proof that nothing waits for nobody.

The sweep's own run on the table, not the mapped class: the same statements without the cost of the unit of work.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.core.bulk import Insertion
from hub.core.db import UTC, connection_of
from hub.notify.models import Beat, Delivery, Escalation, Obligation
from hub.notify.queries import IS_OPEN, OBLIGATIONS

_STEPPED = (
    "id", "ref", "duty_code", "basis", "subject_ref", "owed_by_id", "owed_to_id", "due_at", "due_on", "opened_at",
    "fulfilled_at", "heightened", "ladder_id", "next_rung", "cycle", "next_step_at", "promise_on",
)  # fmt: skip
_NOW = select(bindparam("now", type_=UTC())).scalar_subquery()
"""Not the value itself: seeing that, PostgreSQL expects few rows to be due, reads and sorts all of them for each batch, and goes
over those that are done again and again. What it cannot see it takes from the index, in its order, as many as are asked for."""
_DUE = (
    select(*(OBLIGATIONS.c[name] for name in _STEPPED))
    .where(OBLIGATIONS.c.state == literal_column("'open'"), OBLIGATIONS.c.next_step_at <= _NOW)
    .order_by(OBLIGATIONS.c.next_step_at, OBLIGATIONS.c.id)
    .limit(bindparam("at_most"))
)
_CLAIM = _DUE.with_for_update(skip_locked=True)
_CLAIM_ONE = (
    select(*(OBLIGATIONS.c[name] for name in _STEPPED))
    .where(
        OBLIGATIONS.c.id == bindparam("key"),
        OBLIGATIONS.c.state == literal_column("'open'"),
        OBLIGATIONS.c.next_step_at <= bindparam("now"),
    )
    .with_for_update(skip_locked=True)
)
_IS_DUE = (
    select(OBLIGATIONS.c.id)
    .where(OBLIGATIONS.c.state == literal_column("'open'"), OBLIGATIONS.c.next_step_at <= _NOW)
    .order_by(OBLIGATIONS.c.next_step_at)
    .limit(1)
)
"""In order, though any one would do: PostgreSQL expects a third of the table to be due, and would look for one row by row."""
_ADVANCE = (
    update(OBLIGATIONS)
    .where(
        OBLIGATIONS.c.id == bindparam("key"),
        OBLIGATIONS.c.state == literal_column("'open'"),
        OBLIGATIONS.c.next_step_at == bindparam("was"),
    )
    .values(
        next_rung=bindparam("to_rung"),
        cycle=bindparam("to_cycle"),
        next_step_at=bindparam("at"),
        version=OBLIGATIONS.c.version + 1,
    )
)
_ADVANCE_ALL = """
UPDATE obligation AS o
SET next_rung = moved.to_rung, cycle = moved.to_cycle, next_step_at = moved.at, version = o.version + 1
FROM unnest(%s::bigint[], %s::timestamptz[], %s::integer[], %s::integer[], %s::timestamptz[])
    AS moved (key, was, to_rung, to_cycle, at)
WHERE o.id = moved.key AND o.state = 'open' AND o.next_step_at = moved.was
"""
"""The same for all rows at once: PostgreSQL spends more on a hundred statements than on a hundred rows."""
_ADD_ESCALATIONS = Insertion(Escalation.metadata.tables["escalation"])


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether an obligation waits for its step: one probe of the partial index."""
    return session.execute(_IS_DUE, {"now": now}).first() is not None


def due_ids(session: Session, *, now: datetime, at_most: int) -> list[int]:
    """The ids that :func:`claim` would claim, without claiming them."""
    return [row.id for row in session.execute(_DUE, {"now": now, "at_most": at_most})]


def claim(session: Session, *, now: datetime, at_most: int) -> Sequence[Any]:
    """Obligations whose step is due, earliest first, kept from other writers.

    PostgreSQL skips what another node holds; on SQLite this transaction is the only writer there is.
    """
    return session.execute(_CLAIM, {"now": now, "at_most": at_most}).all()


def claim_one(session: Session, obligation_id: int, *, now: datetime) -> Sequence[Any]:
    """The one obligation, if its step is still due and no other node holds it."""
    return session.execute(_CLAIM_ONE, {"key": obligation_id, "now": now}).all()


def advance(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Move claimed obligations to their next step (keys: key, was, to_rung, to_cycle, at); return how many moved."""
    connection = connection_of(session)
    if connection.dialect.name != "postgresql":
        return int(connection.execute(_ADVANCE, rows).rowcount)
    columns = tuple([row[name] for row in rows] for name in ("key", "was", "to_rung", "to_cycle", "at"))
    return connection.exec_driver_sql(_ADVANCE_ALL, columns).rowcount


def add_escalations(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record steps taken; a second record of the same step violates ``uq_escalation_obligation_id_cycle_rung``."""
    _ADD_ESCALATIONS.rows(session, rows)


def postpone(session: Session, obligation_id: int, *, now: datetime, until: datetime) -> str | None:
    """Put a row that raised out of the way until *until*; return its reference (``None``: no longer due)."""
    guarded = (
        update(OBLIGATIONS)
        .where(
            OBLIGATIONS.c.id == obligation_id,
            OBLIGATIONS.c.state == literal_column("'open'"),
            OBLIGATIONS.c.next_step_at <= now,
        )
        .values(faults=OBLIGATIONS.c.faults + 1, next_step_at=until, version=OBLIGATIONS.c.version + 1)
        .returning(OBLIGATIONS.c.ref)
    )
    return session.execute(guarded).scalar_one_or_none()


def placing_authorities(session: Session, subject_refs: Collection[str]) -> dict[str, int]:
    """The placing authority of each placement, as its own obligations name it."""
    o = Obligation
    named = (o.owed_by_role == "placing_authority") & o.owed_by_id.is_not(None)
    wanted = select(o.subject_ref, o.owed_by_id).where(o.subject_ref.in_(subject_refs), named).distinct()
    return {row.subject_ref: row.owed_by_id for row in session.execute(wanted)}


def earliest_step_at(session: Session) -> datetime | None:
    """The earliest step that any open obligation waits for: the first entry of the sweep's own index."""
    wanted = select(Obligation.next_step_at).where(IS_OPEN, Obligation.next_step_at.is_not(None))
    return session.scalar(wanted.order_by(Obligation.next_step_at, Obligation.id).limit(1))


def unattended(session: Session, *, at_most: int) -> list[str]:
    """Open obligations with neither a next step nor an owner: there must be none."""
    wanted = select(Obligation.ref).where(IS_OPEN, Obligation.next_step_at.is_(None), Obligation.owner.is_(None))
    return list(session.scalars(wanted.order_by(Obligation.id).limit(at_most)))


def stuck_deliveries(session: Session, *, at_most: int) -> list[str]:
    """Queued deliveries without a next attempt: there must be none."""
    is_queued = Delivery.state == literal_column("'queued'")
    wanted = select(Delivery.ref).where(is_queued, Delivery.next_attempt_at.is_(None))
    return list(session.scalars(wanted.order_by(Delivery.next_attempt_at, Delivery.id).limit(at_most)))


def faulty(session: Session, *, at_most: int) -> list[str]:
    """Open obligations on which the sweep has failed."""
    wanted = select(Obligation.ref).where(IS_OPEN, Obligation.faults > literal_column("0"))
    return list(session.scalars(wanted.order_by(Obligation.id).limit(at_most)))


def record_beat(session: Session, job: str, *, now: datetime, is_well: bool, details: Mapping[str, Any]) -> None:
    """Replace the job's last word; of two at once, the later commit stands."""
    said = {"at": now, "is_well": is_well, "details": dict(details)}
    insert_into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert_into(Beat).values(job=job, **said).on_conflict_do_update(index_elements=["job"], set_=said))


def beat_of(session: Session, job: str) -> Beat | None:
    """The job's last word."""
    return session.scalars(select(Beat).where(Beat.job == job)).first()
