"""The sweep: obligations whose next step is due are taken one step up their ladder, each step once, whatever the race.

In one transaction for a batch of them: claim, decide the step (pure), raise alerts, record the escalations, move each row on to
its next step by a guarded UPDATE, audit. The number of statements does not grow with the number of rows. A batch that raises is
rolled back and its rows are tried one by one; the row at fault is put an hour ahead and shown, so that it cannot stop the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import end_of_day, iso
from hub.core.db import Database
from hub.core.logs import log
from hub.directory import queries as directory
from hub.duties.policy import Rung
from hub.duties.rulebook import Rulebook
from hub.duties.steps import working_days_after
from hub.notify import ladders
from hub.notify import sweep_queries as queries
from hub.notify.ladders import Climb
from hub.notify.outbox import Raised, Wanted, raise_alerts

AT_ONCE: Final = 500
AT_ONCE_ON_SQLITE: Final = 100
"""Fewer: while a batch is written there, every other writer waits for it."""
POSTPONED: Final = timedelta(hours=1)
"""How far a row that raised is put ahead."""


@dataclass
class Step:
    """One due obligation and what is done about it. ``rung`` is ``None`` for a step that is not of the ladder: it is registered
    and not reached, or has no due date."""

    row: Any
    kind: str
    rung: Rung | None = None
    climb: Climb | None = None
    organisation_id: int | None = None
    raised: list[Raised] = field(default_factory=list)

    @property
    def index(self) -> int:
        """Which step of its ladder: rungs, then repeats of the last."""
        return int(self.row.next_rung + self.row.cycle)

    @property
    def told(self) -> list[str]:
        """The roles that were reached."""
        return [one.role for one in self.raised if one.contact_points]

    @property
    def outcome(self) -> str:
        if not self.told:
            return "reached_nobody"
        return "report_prepared" if self.rung and self.rung.kind == "prepare_report" else "raised"


def sweep_once(database: Database, rules: Rulebook, *, now: datetime, limit: int | None = None) -> int:
    """Take a batch of due obligations (at most *limit*) one step on; return how many were. Safe in any number of processes."""
    limit = limit or (AT_ONCE_ON_SQLITE if database.is_sqlite else AT_ONCE)
    if not _is_any_due(database, now):
        return 0
    try:
        with database.write() as session:
            return _take(session, queries.claim(session, now=now, at_most=limit), rules, now)
    except Exception as fault:  # noqa: BLE001 - a job loop: the rows that are well go on alone
        log(__name__).error("sweep.batch_failed", fault=fault)
        return _one_by_one(database, rules, now, limit)


def _is_any_due(database: Database, now: datetime) -> bool:
    """Asked before the one writer that SQLite has is taken for nothing; of PostgreSQL it takes one question, a claim three."""
    with database.read_once() as session:
        return queries.is_any_due(session, now=now)


def _one_by_one(database: Database, rules: Rulebook, now: datetime, limit: int) -> int:
    with database.read() as session:
        due = queries.due_ids(session, now=now, at_most=limit)
    return sum(_take_alone(database, rules, now, obligation_id) for obligation_id in due)


def _take_alone(database: Database, rules: Rulebook, now: datetime, obligation_id: int) -> int:
    try:
        with database.write() as session:
            return _take(session, queries.claim_one(session, obligation_id, now=now), rules, now)
    except Exception as fault:  # noqa: BLE001 - a job loop: the row at fault is put ahead
        _isolate(database, rules, now, obligation_id, fault)
        return 0


def _isolate(database: Database, rules: Rulebook, now: datetime, obligation_id: int, fault: Exception) -> None:
    """Put the row at fault an hour ahead, and tell the operator; were telling itself at fault, the row is ahead all the same."""
    with database.write() as session:
        ref = queries.postpone(session, obligation_id, now=now, until=now + POSTPONED)
        if ref is None:
            return
        audit.record(session, SYSTEM, Event.OBLIGATION_POSTPONED, ref, now=now, details={"fault": type(fault).__name__})
    log(__name__).error("sweep.row_failed", obligation=ref, fault=fault)
    try:
        with database.write() as session:
            raise_alerts(session, list(_to_operator(session, "sweep.fault", ref, obligation_id)), rules=rules, now=now)
    except Exception as second:  # noqa: BLE001 - a job loop: the row is out of the way, and logged
        log(__name__).error("sweep.operator_not_told", obligation=ref, fault=second)


def _to_operator(session: Session, kind: str, ref: str, obligation_id: int) -> Iterator[Wanted]:
    operator = _operator_id(session)
    if operator is not None:
        yield Wanted(kind, operator, "operator", ref, obligation_id, details={"obligation": ref})


def _operator_id(session: Session) -> int | None:
    operator = directory.operator(session)
    return operator.id if operator else None


def _take(session: Session, rows: Sequence[Row[Any]], rules: Rulebook, now: datetime) -> int:
    """Take each claimed row one step on, in the caller's transaction."""
    if not rows:
        return 0
    steps = _decide(session, rows)
    _tell(session, steps, rules, now)
    _report_silence(session, [step for step in steps if step.rung and not step.told], rules, now)
    _move_on(session, steps, rules, now)
    _record(session, steps, now)
    return len(steps)


# 1. Decide what each row's step is.


def _decide(session: Session, rows: Sequence[Row[Any]]) -> list[Step]:
    climbing = [row for row in rows if row.fulfilled_at is None and row.due_at is not None]
    climbs = ladders.running(session, {(row.ladder_id, row.basis) for row in climbing})
    steps = [_step(row, climbs) for row in rows]
    away = {step.row.subject_ref for step in steps if step.rung and step.rung.of == "placing_authority"}
    placing = queries.placing_authorities(session, away) if away else {}
    for step in steps:
        step.organisation_id = _side(step, placing)
    return steps


def _step(row: Row[Any], climbs: Mapping[tuple[int, str], Climb]) -> Step:
    if row.fulfilled_at is not None:
        return Step(row, "obligation.not_reached")
    if row.due_at is None:
        return Step(row, "obligation.undated")
    climb = climbs[row.ladder_id, row.basis]
    return Step(row, "", climb.ladder.rungs[row.next_rung], climb)


def _side(step: Step, placing: Mapping[str, int]) -> int | None:
    """The organisation whose desk the step tells: whoever owes it, unless the rung names another side."""
    of = step.rung.of if step.rung else "owed_by"
    if of == "placing_authority":
        return placing.get(step.row.subject_ref)
    side: int | None = step.row.owed_to_id if of == "owed_to" else step.row.owed_by_id
    return side


# 2. Tell whom the step names.


def _tell(session: Session, steps: Sequence[Step], rules: Rulebook, now: datetime) -> None:
    """Raise every alert of every step at once, and note with each step what became of its own."""
    operator = _operator_id(session) if any(step.rung is None for step in steps) else None
    wanted = [(step, alert) for step in steps for alert in _alerts(step, operator, now)]
    raised = raise_alerts(session, [alert for _, alert in wanted], rules=rules, now=now)
    for (step, _), one in zip(wanted, raised, strict=True):
        step.raised.append(one)


def _alerts(step: Step, operator: int | None, now: datetime) -> Iterator[Wanted]:
    row, rung = step.row, step.rung
    kind = _kind(step, now) if rung else step.kind
    is_urgent, details = bool(row.heightened or (rung and rung.urgent)), _details(step)
    if step.organisation_id is not None:
        for role in rung.roles if rung else ("duty_desk",):
            yield Wanted(kind, step.organisation_id, role, row.ref, row.id, is_urgent, details)
    if rung is None and operator is not None:
        yield Wanted(kind, operator, "operator", row.ref, row.id, is_urgent, details)


def _kind(step: Step, now: datetime) -> str:
    row = step.row
    if step.rung and step.rung.kind == "prepare_report":
        return "report.prepared"
    if row.promise_on is not None and row.next_step_at == end_of_day(row.promise_on):
        return "promise.unkept"
    return "obligation.due_soon" if now < row.due_at else "obligation.overdue"


def _details(step: Step) -> dict[str, Any]:
    row = step.row
    said = {"duty_code": row.duty_code, "due_at": row.due_at, "due_on": row.due_on, "obligation": row.ref}
    told = {name: value for name, value in said.items() if value is not None}
    return told | {"rung": step.index} if step.rung else told


def _report_silence(session: Session, silent: Sequence[Step], rules: Rulebook, now: datetime) -> None:
    """A rung reached nobody: say so to the operator, and to the duty desk of the organisation that has no such desk."""
    if not silent:
        return
    operator = _operator_id(session)
    wanted = []
    for step in silent:
        told = [(operator, "operator"), (step.organisation_id, "duty_desk")]
        said = _details(step) | {"roles": list(step.rung.roles) if step.rung else []}
        wanted += [
            Wanted("rung.reached_nobody", organisation, role, step.row.ref, step.row.id, details=said)
            for organisation, role in told
            if organisation is not None
        ]
    raise_alerts(session, wanted, rules=rules, now=now)


# 3. Move each row on, and record it.


def _move_on(session: Session, steps: Sequence[Step], rules: Rulebook, now: datetime) -> None:
    moved = queries.advance(session, [_next(step, rules, now) for step in steps])
    if moved != len(steps):
        raise RuntimeError(
            f"{len(steps)} obligations were claimed and {moved} moved on: another writer broke the claim"
        )
    taken = [step for step in steps if step.rung]
    if taken:
        queries.add_escalations(session, [_escalation(step, now) for step in taken])


def _next(step: Step, rules: Rulebook, now: datetime) -> dict[str, Any]:
    row = step.row
    stays = {"key": row.id, "was": row.next_step_at, "to_rung": row.next_rung, "to_cycle": row.cycle}
    if step.climb is None:
        again = (
            now + rules.policy.delivery.reach_check if row.fulfilled_at else working_days_after(now, 1, rules.calendar)
        )
        return stays | {"at": again}
    last = step.climb.last
    after = {"to_rung": min(step.index + 1, last), "to_cycle": max(0, step.index + 1 - last)}
    return stays | after | {"at": _next_at(step, step.climb, rules, now)}


def _next_at(step: Step, climb: Climb, rules: Rulebook, now: datetime) -> datetime:
    """When the next step is: as the ladder says, but at once after a rung that reached nobody (unless it was the last)."""
    row = step.row
    at = ladders.next_instant(
        climb,
        step.index,
        taken_at=row.next_step_at,
        due_at=row.due_at,
        opened_at=row.opened_at,
        heightened=row.heightened,
        rules=rules,
        now=now,
    )
    return min(at, now) if not step.told and step.index < climb.last else at


def _escalation(step: Step, now: datetime) -> dict[str, Any]:
    return {
        "obligation_id": step.row.id,
        "rung": step.row.next_rung,
        "cycle": step.row.cycle,
        "fell_due_at": step.row.next_step_at,
        "raised_at": now,
        "outcome": step.outcome,
        "roles": step.told or list(step.rung.roles if step.rung else ()),
    }


def _record(session: Session, steps: Sequence[Step], now: datetime) -> None:
    audit.record_many(session, [_entry(session, step, now) for step in steps])


def _entry(session: Session, step: Step, now: datetime) -> dict[str, Any]:
    row = step.row
    said: dict[str, Any] = {"duty": row.duty_code, "fell_due_at": iso(row.next_step_at), "told": step.told}
    said |= {"rung": row.next_rung, "cycle": row.cycle, "outcome": step.outcome} if step.rung else {"kind": step.kind}
    return audit.entry(session, SYSTEM, Event.OBLIGATION_ESCALATED, row.ref, now=now, details=said)
