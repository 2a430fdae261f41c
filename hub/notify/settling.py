"""Closing and re-opening, as guarded UPDATEs: the moves under ``obligations`` and ``decisions``, which lock the rows first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.errors import StateConflict
from hub.duties.rulebook import Rulebook
from hub.notify import outbox, queries
from hub.notify.models import Obligation
from hub.notify.states import DUTY_OF_PROMISE, OBLIGATION

UNPAUSED: Final[Mapping[str, Any]] = {"owner": None, "paused_at": None, "pause_reason": None}


def is_late(due_at: datetime | None, fulfilled_at: datetime, was_late: bool = False) -> bool:
    """Whether it was fulfilled too late. Once late, late for ever; what has no due instant cannot be late."""
    return was_late or (due_at is not None and fulfilled_at > due_at)


def settle(
    session: Session,
    actor: Actor,
    rows: Sequence[Obligation],
    *,
    by_ref: str,
    at: datetime,
    reached_at: datetime | None,
    how: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> list[str]:
    """As :func:`fulfil`, for open rows that the caller has locked."""
    done: list[Obligation] = []
    waiting: list[Obligation] = []
    for row in rows:
        is_done = row.reached_at or reached_at or row.owed_to_id in (None, row.owed_by_id)
        (done if is_done else waiting).append(row)
    fulfilled = {
        "fulfilled_at": queries.first_of(Obligation.fulfilled_at, at),
        "fulfilled_by": queries.first_of(Obligation.fulfilled_by, by_ref),
        "fulfilled_how": queries.first_of(Obligation.fulfilled_how, how),
    }
    close_met(session, actor, done, fulfilled, at=at, reached_at=reached_at or at, now=now)
    fresh = [row for row in waiting if row.fulfilled_at is None]
    _await_reaching(session, actor, fresh, fulfilled, rules=rules, now=now)
    _keep_promises(session, rows, now=now)
    return [row.ref for row in (*done, *waiting)]


def close_met(
    session: Session,
    actor: Actor,
    rows: Sequence[Obligation],
    fulfilled: Mapping[str, Any],
    *,
    at: datetime,
    reached_at: datetime,
    now: datetime,
) -> None:
    """Close locked open rows as met or met late, by the instant each was fulfilled at (*at* where it had not been)."""
    for late in (False, True):
        group = [row for row in rows if is_late(row.due_at, row.fulfilled_at or at, row.was_late) is late]
        reached = {"reached_at": queries.first_of(Obligation.reached_at, reached_at), "was_late": late}
        close(session, "meet_late" if late else "meet", group, {**fulfilled, **reached}, by=actor.ref, now=now)
        record_each(session, actor, Event.OBLIGATION_MET, group, now=now, details={"late": late})


def _await_reaching(
    session: Session,
    actor: Actor,
    rows: Sequence[Obligation],
    fulfilled: Mapping[str, Any],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    if not rows:
        return
    waits = {"next_step_at": now + rules.policy.delivery.reach_check, **UNPAUSED}
    ids = [row.id for row in rows]
    must_change(queries.change(session, [queries.among(ids)], {**fulfilled, **waits}), ids)
    outbox.cancel_alerts(session, now=now, obligation_ids=ids)
    record_each(session, actor, Event.OBLIGATION_FULFILLED, rows, now=now, details={"reached": False})


def _keep_promises(session: Session, rows: Iterable[Obligation], *, now: datetime) -> None:
    for row in rows:
        if row.promise_on is not None and row.owed_by_id is not None:
            promises = [promise for promise, code in DUTY_OF_PROMISE.items() if code == row.duty_code]
            queries.keep_promises(session, row.subject_ref, row.owed_by_id, promises, now=now)


def close(
    session: Session, action: str, rows: Sequence[Obligation], values: Mapping[str, Any], *, by: str, now: datetime
) -> None:
    """Close locked open rows by *action*, and cancel in the same transaction what was still to be sent about them."""
    if not rows:
        return
    ids = [row.id for row in rows]
    closed = {"closed_at": now, "closed_by": by, "next_step_at": None, **UNPAUSED, **values}
    must_change(OBLIGATION.apply(session, Obligation, action, queries.among(ids), queries.bumped(closed)), ids)
    outbox.cancel_alerts(session, now=now, obligation_ids=ids)


def reopen(session: Session, rows: Sequence[Obligation], values: Mapping[str, Any]) -> None:
    """Put locked closed rows back to open, unpaused, with *values*; the caller gives them a next step."""
    if not rows:
        return
    ids = [row.id for row in rows]
    unclosed = {"closed_at": None, "closed_by": None, "close_reason": None, **UNPAUSED}
    moved = OBLIGATION.apply(session, Obligation, "reopen", queries.among(ids), queries.bumped({**unclosed, **values}))
    must_change(moved, ids)


def must_change(changed: int, ids: Sequence[int]) -> None:
    """Raise ``StateConflict`` unless every one of *ids* was changed: a guard that fails is never a silent success."""
    if changed != len(ids):
        raise StateConflict("What is owed has just been changed by somebody else. Read it again.")


def record_each(
    session: Session,
    actor: Actor,
    event: Event,
    rows: Iterable[Obligation],
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """One audit entry for each obligation, in one statement."""
    audit.record_many(
        session,
        [audit.entry(session, actor, event, row.ref, now=now, details=_said_of(row, details)) for row in rows],
    )


def _said_of(row: Obligation, details: Mapping[str, Any] | None) -> dict[str, Any]:
    due = {"due_at": iso(row.due_at)} if row.due_at else {}
    return {"duty": row.duty_code, "subject": row.subject_ref, **due, **(details or {})}
