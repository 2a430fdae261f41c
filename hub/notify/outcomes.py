"""What came of sending, recorded: one transaction for many outcomes, guarded by the lease under which each was sent.

An outcome whose lease has passed to another worker changes nothing: that worker's record stands. Giving up is never silent.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from prometheus_client import Counter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.logs import log
from hub.duties.policy import Delivery as DeliveryPolicy
from hub.duties.rulebook import Rulebook
from hub.notify import health, obligations
from hub.notify import outbox_queries as queries
from hub.notify.couriers import Outcome
from hub.notify.delivery_states import DELIVERY
from hub.notify.health import Failure
from hub.notify.messages.kinds import CARRY_A_NOTICE
from hub.notify.models import Delivery
from hub.notify.outbox_queries import Waiting

SENT: Final = Counter("hub_delivery_attempts_total", "Attempts at delivery.", ["channel", "outcome"])
_NEVER_SENT: Final = frozenset({"suppressed", "cancelled"})


@dataclass(frozen=True)
class _Change:
    """A move of the delivery machine, with what is stored beside it; deliveries with equal changes move in one statement."""

    action: str
    code: str
    next_attempt_at: datetime | None = None


@dataclass(frozen=True)
class _Step:
    """One delivery of one outcome, still under our lease."""

    row: Waiting
    outcome: Outcome
    change: _Change
    number: int
    was_queued: bool


def record(database: Database, rules: Rulebook, outcomes: Sequence[Outcome], *, now: datetime) -> int:
    """Record *outcomes* as of *now*; return how many deliveries that concerned."""
    if not outcomes:
        return 0
    with database.write() as session:
        steps = list(_steps(session, rules.policy.delivery, outcomes, now))
        _move(session, steps, now)
        queries.add_attempts(session, [_attempt(step, now) for step in steps if step.outcome.result not in _NEVER_SENT])
        live = [step for step in steps if step.was_queued]
        _note_arrivals(session, live, now=now)
        health.note_failures(session, _failures(live), rules=rules, now=now)
    for step in steps:
        SENT.labels(step.row.channel, step.outcome.result).inc()
    _log_failures(steps)
    return sum(len(outcome.parcel.rows) for outcome in outcomes)


def _steps(session: Session, policy: DeliveryPolicy, outcomes: Sequence[Outcome], now: datetime) -> Iterator[_Step]:
    ids = [number for outcome in outcomes for number in outcome.parcel.delivery_ids]
    held = queries.held(session, ids, {outcome.parcel.owner for outcome in outcomes})
    for outcome in outcomes:
        for row in outcome.parcel.rows:
            kept = held.get(row.id)
            if kept is not None and kept.lease_owner == outcome.parcel.owner:
                change = _change(outcome, kept.attempts + 1, policy, now)
                yield _Step(row, outcome, change, kept.attempts + 1, kept.state == "queued")


def _change(outcome: Outcome, number: int, policy: DeliveryPolicy, now: datetime) -> _Change:
    if outcome.result == "accepted":
        return _Change("deliver" if outcome.parcel.letter.channel == "inbox" else "accept", outcome.code)
    if outcome.result == "suppressed":
        return _Change("suppress", outcome.code)
    if outcome.result == "cancelled":
        return _Change("cancel", outcome.code)
    wait = policy.wait_after(number)
    if outcome.result == "temporary" and wait is not None:
        put_back_for = timedelta(seconds=max(wait, outcome.retry_after_seconds or 0))
        return _Change("put_back", outcome.code, now + put_back_for)
    return _Change("fail", outcome.code)


def _move(session: Session, steps: Sequence[_Step], now: datetime) -> None:
    alike: dict[tuple[_Change, bool], list[_Step]] = defaultdict(list)
    for step in steps:
        alike[step.change, step.outcome.result in _NEVER_SENT].append(step)
    for (change, never_sent), group in alike.items():
        where = Delivery.id.in_([step.row.id for step in group])
        DELIVERY.apply(session, Delivery, change.action, where, _values(change, never_sent, now))


def _values(change: _Change, never_sent: bool, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "next_attempt_at": change.next_attempt_at,
        "last_code": change.code,
        "lease_owner": None,
        "leased_until": None,
    }
    if not never_sent:
        values["attempts"] = Delivery.attempts + 1
    if change.action in ("accept", "deliver"):
        values["accepted_at"] = now
    if change.action not in ("accept", "put_back"):
        values["closed_at"] = now
    return values


def _attempt(step: _Step, now: datetime) -> dict[str, Any]:
    outcome = step.outcome
    return {
        "delivery_id": step.row.id,
        "number": step.number,
        "at": now,
        "outcome": outcome.result,
        "code": outcome.code,
    }


def _note_arrivals(session: Session, steps: Sequence[_Step], *, now: datetime) -> None:
    """A mailbox or webhook took it: its failures are forgotten, and an organisation that has not joined has been reached."""
    arrived = [step for step in steps if step.outcome.result == "accepted"]
    failing = {step.row.contact_point_id for step in arrived if step.row.hard_failures}
    if failing:
        queries.forget_failures(session, failing)
    notices = [step.row for step in arrived if step.row.kind in CARRY_A_NOTICE and step.row.joined_at is None]
    for subjects, organisation_id in dict.fromkeys((subjects_of(row), row.organisation_id) for row in notices):
        obligations.reach(session, SYSTEM, subject_ref=subjects, organisation_id=organisation_id, at=now, now=now)
    audit.record_many(session, [_reached_entry(session, row, now) for row in notices])


def subjects_of(row: Row[Any]) -> tuple[str, ...]:
    """What the obligations may be about that an alert's arrival concerns: its own subject, and the placement it names."""
    named: Mapping[str, Any] = row.details
    return tuple(dict.fromkeys(ref for ref in (row.subject_ref, named.get("placement")) if ref))


def _reached_entry(session: Session, row: Waiting, now: datetime) -> dict[str, Any]:
    details = {"organisation": row.organisation_ref, "delivery": row.ref, "channel": row.channel}
    return audit.entry(session, SYSTEM, Event.NOTICE_REACHED, row.subject_ref, now=now, details=details)


def _failures(steps: Sequence[_Step]) -> list[Failure]:
    """What was given up, for good; a refusal that may yet turn into acceptance is not among them."""
    return [
        Failure(step.row, step.outcome.code, step.outcome.gone, counts=step.change.action == "fail")
        for step in steps
        if step.change.action in ("fail", "suppress")
    ]


def _log_failures(steps: Sequence[_Step]) -> None:
    for step in steps:
        if step.outcome.result != "accepted":
            said = {"delivery": step.row.ref, "channel": step.row.channel, "code": step.outcome.code}
            log(__name__).info("delivery.not_taken", action=step.change.action, attempt=step.number, **said)
