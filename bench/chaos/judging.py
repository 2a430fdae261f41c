"""Was anything lost, doubled or broken? Each question gives sentences about what is wrong; none is good."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.chaos.killing import Told
from bench.chaos.scene import Scene
from hub.audit import queries as audit_queries
from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.audit.verify import verify
from hub.core import clock
from hub.duties.policy import Ladder
from hub.duties.steps import first_index, step_at
from hub.notify.auditor import findings
from hub.notify.messages.kinds import GIVEN_UP
from hub.notify.models import Alert, Attempt, Delivery, Escalation, FeedEvent, Obligation

SHOWN = 5
"""So many of a kind of fault are told one by one."""


@dataclass(frozen=True)
class Verdict:
    """The faults found, and the counts a reader wants to see."""

    faults: list[str]
    counts: dict[str, object]


def judge(scene: Scene, told: Told) -> Verdict:
    """Ask every question of the database and the receivers."""
    fell = [f"{told.fell} workers ended by themselves"] if told.fell else []
    now = clock.utc_now()
    with scene.database.read() as session:
        faults = [
            *fell,
            *_some(deliveries_settled(session)),
            *_some(deliveries_arrived(session, scene)),
            *_some(giving_up_was_told(session)),
            *_some(attempts_add_up(session)),
            *_some(every_rung_once(session, scene, now)),
            *_some(alerts_once(session)),
            *_some(record_is_whole(session, now)),
            *_some(feed_in_order(session)),
        ]
        if (
            queued := session.scalar(select(func.count(Delivery.id)).where(Delivery.queued_at.is_not(None)))
        ) is not None:
            faults += [f"{scene.raised} deliveries were raised, and {queued} exist"] if queued < scene.raised else []
        return Verdict(faults, _counts(session, scene))


def _some(faults: Iterator[str]) -> Iterator[str]:
    found = list(faults)
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield f"… and {len(found) - SHOWN} more of the same kind"


def deliveries_settled(session: Session) -> Iterator[str]:
    """None is still queued, leased or half done."""
    left = select(Delivery.ref, Delivery.state).where(Delivery.state == "queued")
    yield from (f"{row.ref} is still {row.state}" for row in session.execute(left))
    leased = select(Delivery.ref).where(Delivery.lease_owner.is_not(None))
    yield from (f"{ref} is settled and still leased" for ref in session.scalars(leased))


def deliveries_arrived(session: Session, scene: Scene) -> Iterator[str]:
    """What is recorded as accepted was received; what was received is a delivery of ours, under its own id, said alike."""
    taken = Counter(scene.sinks.mail.times) + Counter(scene.sinks.hooks.times)
    sent = select(Delivery.ref, Delivery.state).where(Delivery.channel.in_(("email", "webhook")))
    states = {row.ref: row.state for row in session.execute(sent)}
    for ref, state in states.items():
        if state == "accepted" and not taken[ref]:
            yield f"{ref} is recorded as accepted, and no receiver has it"
    yield from (f"a receiver has {ref}, which is no delivery" for ref in taken if ref not in states)
    for ref, bodies in scene.sinks.hooks.bodies.items():
        if len(bodies) > 1:
            yield f"{ref} was sent again with other words"


def giving_up_was_told(session: Session) -> Iterator[str]:
    """Each delivery that was given up is in the record, and an alert about its contact point or subject exists."""
    given_up = select(AuditEntry.details).where(AuditEntry.event == Event.DELIVERY_GIVEN_UP.label)
    recorded = {row["delivery"]: row["contact_point"] for row in session.scalars(given_up)}
    alerts = [details for details in session.scalars(select(Alert.details).where(Alert.kind == GIVEN_UP))]
    told = {details.get("contact_point") for details in alerts}
    for row in session.execute(
        select(Delivery.ref, Delivery.state).where(Delivery.state.in_(("failed", "suppressed", "bounced")))
    ):
        if row.ref not in recorded:
            yield f"{row.ref} is {row.state}, and the record does not say that it was given up"
        elif recorded[row.ref] not in told:
            yield f"{row.ref} was given up, and nobody was told of {recorded[row.ref]}"


def attempts_add_up(session: Session) -> Iterator[str]:
    """Attempts are numbered without gap or repeat, and a delivery has at most one accepted attempt."""
    numbers: dict[int, list[int]] = {}
    accepted: Counter[int] = Counter()
    for row in session.execute(select(Attempt.delivery_id, Attempt.number, Attempt.outcome)):
        numbers.setdefault(row.delivery_id, []).append(row.number)
        accepted[row.delivery_id] += row.outcome == "accepted"
    counts = {row.id: row.attempts for row in session.execute(select(Delivery.id, Delivery.attempts))}
    for number, found in numbers.items():
        if sorted(found) != list(range(1, counts[number] + 1)):
            yield f"delivery {number} counts {counts[number]} attempts and has {sorted(found)}"
        if accepted[number] > 1:
            yield f"delivery {number} was accepted {accepted[number]} times"


def every_rung_once(session: Session, scene: Scene, now: datetime) -> Iterator[str]:
    """Every rung whose instant has come was taken, once; and repeats without a gap."""
    taken: dict[int, list[int]] = {}
    for step in session.execute(select(Escalation.obligation_id, Escalation.rung, Escalation.cycle)):
        taken.setdefault(step.obligation_id, []).append(step.rung + step.cycle)
    rows = session.scalars(select(Obligation)).all()
    if len(rows) != len(scene.obligations):
        yield f"{len(scene.obligations)} obligations were opened, and {len(rows)} are there"
    for row in rows:
        yield from _rungs_of(row, sorted(taken.get(row.id, [])), scene, now)


def _rungs_of(row: Obligation, taken: list[int], scene: Scene, now: datetime) -> Iterator[str]:
    ladder = scene.rules.policy.ladder_for(row.duty_code, row.basis)
    first = first_index(ladder, due_at=row.due_at, opened_at=row.opened_at, risk=row.heightened)
    expected = [index for index in range(first, len(ladder.rungs)) if _has_come(ladder, index, row, scene, now)]
    if taken != list(range(first, first + len(taken))):
        yield f"{row.ref} took the steps {taken}: one is doubled or missing"
    elif not set(expected) <= set(taken):
        yield f"{row.ref} took the steps {taken}, and by now {expected} were due"
    if row.state == "open" and (row.next_step_at is None or row.next_step_at <= now):
        yield f"{row.ref} is open and its next step is {row.next_step_at}"


def _has_come(ladder: Ladder, index: int, row: Obligation, scene: Scene, now: datetime) -> bool:
    calendar = scene.rules.calendar
    at = step_at(ladder, index, due_at=row.due_at, opened_at=row.opened_at, risk=row.heightened, calendar=calendar)
    return at is not None and at <= now


def alerts_once(session: Session) -> Iterator[str]:
    """Each step told each role once."""
    told: Counter[tuple[int, int, str, str]] = Counter()
    rows = select(Alert.obligation_id, Alert.details, Alert.role, Alert.kind).where(Alert.obligation_id.is_not(None))
    for row in session.execute(rows):
        if "rung" in row.details:
            told[row.obligation_id, row.details["rung"], row.role, row.kind] += 1
    yield from (f"step {key} was told {times} times" for key, times in told.items() if times > 1)


def record_is_whole(session: Session, now: datetime) -> Iterator[str]:
    """The audit chain verifies, and the auditor finds nothing."""
    verdict = verify(session)
    if not verdict.is_whole:
        yield f"the audit chain is broken: {verdict.fault}"
    found = findings(session, now=now)
    if not found.is_well or found.faulty:
        yield f"the auditor found something: {found}"
    if audit_queries.last_batch(session) is None:
        yield "nothing of the record was sealed"


def feed_in_order(session: Session) -> Iterator[str]:
    """Every event has its position in the feed, and the positions have no gap and no repeat."""
    waiting = session.scalar(select(func.count(FeedEvent.id)).where(FeedEvent.position.is_(None)))
    if waiting:
        yield f"{waiting} events have no place in the feed"
    placed = session.scalars(select(FeedEvent.position).where(FeedEvent.position.is_not(None)))
    positions = sorted(position for position in placed if position is not None)
    if positions != list(range(1, len(positions) + 1)):
        yield f"the feed has {len(positions)} events placed, up to position {positions[-1]}"


def _counts(session: Session, scene: Scene) -> dict[str, object]:
    states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    times = [*scene.sinks.mail.times.values(), *scene.sinks.hooks.times.values()]
    return {
        "obligations": len(scene.obligations),
        "steps taken": session.scalar(select(func.count(Escalation.id))),
        "deliveries by state": {row[0]: row[1] for row in states},
        "attempts": session.scalar(select(func.count(Attempt.id))),
        "messages received": len(times),
        "received again under the same id": sum(times) - len(times),
        "misbehaviour of the receivers": dict(scene.sinks.mail.faults + scene.sinks.hooks.faults),
        "audit entries": session.scalar(select(func.count(AuditEntry.id))),
    }
