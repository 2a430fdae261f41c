"""What waits at a desk: notices to acknowledge, what it owes next, all that came. Nothing here says anything about a child."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.registry.desk import queries
from hub.registry.desk.passing_on import DUTIES
from hub.registry.desk.queries import AnyRow, Page

__all__ = [
    "Counts",
    "NextStep",
    "Page",
    "Received",
    "counts",
    "next_steps",
    "notices",
    "received_notice",
    "to_acknowledge",
]


@dataclass(frozen=True)
class Received:
    """A notice as it stands at the desk that it came to. ``standing``: of the duty to acknowledge; ``None``: there is none."""

    ref: str
    kind: str
    state: str
    revision: int
    sender: str
    placing: str | None
    placement: str
    setting: str
    starts_at: datetime
    is_emergency: bool
    area_is_confirmed: bool
    capacity: str
    told_at: datetime
    redirected_to: str | None
    redirected_at: datetime | None
    is_heightened: bool
    standing: str | None
    due_at: datetime | None
    due_on: date | None
    acknowledged_at: datetime | None
    promise: str | None
    promise_on: date | None
    kept_at: datetime | None
    is_unread: bool

    @property
    def is_waiting(self) -> bool:
        """Whether an acknowledgement is owed."""
        return self.standing in ("open", "overdue", "paused")

    @property
    def may_acknowledge(self) -> bool:
        """Whether anybody here may still say that they have read it."""
        is_ours = self.capacity != "redirected_from" and self.acknowledged_at is None
        return is_ours and self.state != "withdrawn"


@dataclass(frozen=True)
class NextStep:
    """Something that the host still owes about a placement."""

    ref: str
    duty_code: str
    says: str
    basis: str
    standing: str
    due_at: datetime | None
    due_on: date | None
    promise_on: date | None
    notice: str
    notice_kind: str
    sender: str
    setting: str


@dataclass(frozen=True)
class Counts:
    """How much waits, each up to a thousand."""

    acknowledge: int
    acknowledge_overdue: int
    next: int
    next_overdue: int
    matches: int


def to_acknowledge(session: Session, actor: Actor, *, page: Page, now: datetime) -> list[Received]:
    """What the actor's organisation has still to acknowledge: overdue first, then of a child at risk, then the newest."""
    return [_received(row, now) for row in queries.to_acknowledge(session, actor.organisation, page=page, now=now)]


def notices(session: Session, actor: Actor, *, kind: str | None = None, page: Page, now: datetime) -> list[Received]:
    """Every notice that came to the actor's organisation, newest first."""
    return [_received(row, now) for row in queries.received(session, actor.organisation, kind=kind, page=page)]


def received_notice(session: Session, actor: Actor, ref: str, *, now: datetime) -> Received:
    """How the notice *ref* stands at the actor's desk. Raises ``NotFound`` where it did not come to it."""
    row = queries.received_notice(session, actor.organisation, ref)
    if row is None:
        raise NotFound("There is no notice to you with this reference.")
    return _received(row, now)


def next_steps(session: Session, actor: Actor, *, rules: Rulebook, page: Page, now: datetime) -> list[NextStep]:
    """What the actor's organisation still owes as host, soonest due first."""
    rows = queries.next_steps(session, actor.organisation, DUTIES, page=page)
    return [_next_step(row, rules, now) for row in rows]


def counts(session: Session, actor: Actor, *, now: datetime) -> Counts:
    """How much waits at the actor's desk."""
    found = queries.counted(session, actor.organisation, DUTIES, now=now)
    is_council = actor.organisation_kind == "local_authority"
    return Counts(**found, matches=queries.doubtful_matches(session, actor.organisation) if is_council else 0)


def _received(row: AnyRow, now: datetime) -> Received:
    notice, recipient, placement, duty, given = (
        row.Notice,
        row.NoticeRecipient,
        row.Placement,
        row.Obligation,
        row.Acknowledgement,
    )
    return Received(
        ref=notice.ref,
        kind=notice.kind,
        state=notice.state,
        revision=notice.revision,
        sender=row.sender.name,
        placing=_name(row.placing),
        placement=placement.ref,
        setting=placement.setting,
        starts_at=placement.starts_at,
        is_emergency=placement.is_emergency,
        area_is_confirmed=placement.area_confirmed,
        capacity=recipient.capacity,
        told_at=recipient.told_at,
        redirected_to=_name(row.passed_to),
        redirected_at=recipient.redirected_at,
        is_unread=row.unread,
        **_answered(duty, given, now),
    )


def _answered(duty: Any, given: Any, now: datetime) -> dict[str, Any]:
    """What is owed and was given. An earlier version's acknowledgement fulfils the duty of the newest one too."""
    return {
        "is_heightened": duty.heightened if duty else False,
        "standing": worklists.standing(duty, now=now) if duty else None,
        "due_at": duty.due_at if duty else None,
        "due_on": duty.due_on if duty else None,
        "acknowledged_at": given.at if given else duty.fulfilled_at if duty else None,
        "promise": given.promise if given else None,
        "promise_on": given.promise_on if given else None,
        "kept_at": given.kept_at if given else None,
    }


def _next_step(row: AnyRow, rules: Rulebook, now: datetime) -> NextStep:
    duty = row.Obligation
    law = rules.law.duties.get(duty.duty_code)
    return NextStep(
        ref=duty.ref,
        duty_code=duty.duty_code,
        says=law.says if law else duty.duty_code,
        basis=duty.basis,
        standing=worklists.standing(duty, now=now),
        due_at=duty.due_at,
        due_on=duty.due_on,
        promise_on=duty.promise_on,
        notice=row.Notice.ref,
        notice_kind=row.Notice.kind,
        sender=row.sender.name,
        setting=row.Placement.setting,
    )


def _name(row: Any) -> str | None:
    return row.name if row is not None else None
