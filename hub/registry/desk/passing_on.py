"""What a host does once it has been told: enters the child in its register, and passes the news on to health and education.

Each step is recorded by a named officer: done through the hub, to a body that has joined and then reads the notice with a view of
its own; or done elsewhere, with date and method; or not needed, and why. Where a duty asks for the step (EREG, EFAN, E11R), the
step fulfils it, and the promise that was given with the acknowledgement is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso, london_date, start_of_day
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, worklists
from hub.notify.decisions import METHODS
from hub.notify.models import Obligation
from hub.registry import notice_queries
from hub.registry import placement_queries as placements
from hub.registry.acknowledging import received
from hub.registry.desk import passing_on_queries as queries
from hub.registry.desk.models import HostStep
from hub.registry.filing import Filed, tell
from hub.registry.models import Notice
from hub.registry.notice_queries import AnyRow
from hub.registry.recipients import Recipient

HUB: Final = "hub"
NOT_NEEDED: Final = "not_needed"
WAYS: Final = (HUB, *METHODS, NOT_NEEDED)
STEPS: Final = ("reply", "register", "health", "education", "school", "gp", "youth_justice", "other")
DUTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "E11R": ("reply",),
    "EREG": ("register",),
    "EFAN": ("health", "education"),
}
"""Duty → the steps that it takes. What is not here is done for the child's sake, and by no duty that the hub holds."""
TOLD_AS: Final[Mapping[str, tuple[str, str]]] = {
    "health": ("health_body", "health_body"),
    "education": ("other_body", "education"),
    "school": ("other_body", "education"),
}
"""Step → the kind of organisation that may be told through the hub, and as what it then sees the notice."""
_NOT_HOST: Final = "Only the council named as host records what it did about a notice."


@dataclass(frozen=True)
class StepTaken:
    """One step as it was recorded. ``to``: whom, in words or by name."""

    ref: str
    step: str
    method: str
    done_at: datetime
    recorded_at: datetime
    to: str = field(repr=False)
    by: str = field(repr=False)
    note: str = field(repr=False)
    taken_back_at: datetime | None


@dataclass(frozen=True)
class Item:
    """One line of the checklist. ``standing`` of its duty as worklists say it; ``None``: no duty asks for it."""

    step: str
    duty_code: str | None
    standing: str | None
    basis: str | None
    due_at: datetime | None
    due_on: date | None
    promise_on: date | None
    taken: tuple[StepTaken, ...]

    @property
    def is_done(self) -> bool:
        return any(each.taken_back_at is None for each in self.taken)


@dataclass(frozen=True)
class Checklist:
    """What the host has done about one placement, and has still to do."""

    notice: str
    placement: str
    kind: str
    items: tuple[Item, ...]
    may_record: bool


# --- recording --------------------------------------------------------------------------------------------------------


def record_step(
    session: Session,
    actor: Actor,
    notice_ref: str,
    *,
    step: str,
    method: str,
    by: str,
    done_on: date | None = None,
    to: str | None = None,
    organisation: str | None = None,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> StepTaken:
    """*by*, an officer of the host, took *step* about the notice, by *method*, on *done_on* (``None``: now).

    With *method* ``hub``, *organisation* (a reference) is told now, and reads the notice as what it is. Raises ``NotFound``,
    ``StateConflict`` (not the host; withdrawn) and ``Invalid``.
    """
    row = received(session, actor, notice_ref)
    if row.NoticeRecipient.capacity != "host_authority" or row.Notice.state == "withdrawn":
        raise StateConflict(_NOT_HOST)
    _refuse_unsaid(step, method, organisation, to, note)
    done_at = _done_at(done_on, row, now=now)
    told = _tell(session, actor, row, step, organisation, rules=rules, now=now) if method == HUB else None
    ref = new_ref("hst")
    said = {"by": by, "to": told.name if told else to or "", "note": note or ""}
    queries.add_step(session, _step_row(session, actor, row, ref, step, method, told, done_at, said, now))
    details = {"step": step, "method": method, "host_step": ref} | ({"to": told.ref} if told else {})
    audit.record(session, actor, Event.HOST_STEP_RECORDED, notice_ref, now=now, details=details)
    _settle(session, actor, row.Notice.placement_id, row.placement_ref, step, ref, rules=rules, now=now)
    return _taken(session, queries.steps_of(session, row.Notice.placement_id, actor.organisation)[-1])


def _refuse_unsaid(step: str, method: str, organisation: str | None, to: str | None, note: str | None) -> None:
    faults: dict[str, list[str]] = {}
    if method == HUB and step not in TOLD_AS:
        faults["method"] = ["Nobody is told of this through the hub. Say how it was done."]
    elif method == HUB and not organisation:
        faults["organisation"] = ["Choose who is to be told."]
    if method == NOT_NEEDED and not note:
        faults["note"] = ["Say why it is not needed."]
    if step == "other" and method not in (NOT_NEEDED, HUB) and not to:
        faults["to"] = ["Say who was told."]
    if faults:
        raise Invalid("Some of what was sent needs changing.", fields=faults)


def _done_at(done_on: date | None, row: AnyRow, *, now: datetime) -> datetime:
    """The instant at which a step counts as done: of an earlier day its beginning, but never before the notice came."""
    today, told_at = london_date(now), _told_at(row)
    if done_on is None or done_on == today:
        return now
    if done_on > today:
        raise Invalid("This cannot have been done yet.", fields={"done_on": ["Enter today’s date or an earlier one."]})
    if done_on < london_date(told_at):
        sentence = worded("Enter {day}, when it came, or a later day.", day=london_date(told_at))
        raise Invalid("The notice had not come then.", fields={"done_on": [sentence]})
    return max(start_of_day(done_on), told_at)


def _told_at(row: AnyRow) -> datetime:
    told_at: datetime = row.NoticeRecipient.told_at
    return told_at


def _step_row(
    session: Session,
    actor: Actor,
    row: AnyRow,
    ref: str,
    step: str,
    method: str,
    told: Brief | None,
    done_at: datetime,
    said: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    return {
        "ref": ref,
        "placement_id": row.Notice.placement_id,
        "notice_id": row.Notice.id,
        "organisation_id": actor.organisation,
        "step": step,
        "method": method,
        "to_id": told.id if told else None,
        "done_at": done_at,
        "recorded_at": now,
        "actor_ref": actor.ref,
        "sealed": keys_of(session).seal(ref, dict(said)),
        "taken_back_at": None,
    }


def _tell(
    session: Session,
    actor: Actor,
    row: AnyRow,
    step: str,
    organisation: str | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> Brief:
    """Put *organisation* on record as a recipient of the notice, with the view of what it is, and tell its desk."""
    notice: Notice = row.Notice
    kind, capacity = TOLD_AS[step]
    body = directory.organisation_by_ref(session, organisation or "")
    if body is None or body.kind != kind or body.joined_at is None or body.valid_to is not None:
        sentence = "Choose one of those that use the hub, or tell them elsewhere and say how."
        raise Invalid(sentence, fields={"organisation": [sentence]})
    if notice.state != "registered":
        raise StateConflict("There is a newer version of this notice. Open it, and pass that on.")
    known = {each.NoticeRecipient.organisation_id for each in notice_queries.recipients_of(session, notice.id)}
    if body.id in known:
        sentence = worded("{name} was told of this notice already.", name=body.name)
        raise Invalid(sentence, fields={"organisation": [sentence]})
    filed = Filed(notice.id, notice.ref, notice.kind, notice.revision, now, notice.content_hash or b"")
    recipient = Recipient(body, capacity)
    tell(
        session,
        actor,
        filed,
        [recipient],
        placement_ref=row.placement_ref,
        kind="notice.passed_on",
        rules=rules,
        now=now,
    )
    said = {"to": body.ref, "capacity": capacity}
    audit.record(session, actor, Event.NOTICE_PASSED_ON, notice.ref, now=now, details=said)
    return body


# --- what it fulfils --------------------------------------------------------------------------------------------------


def _standing_steps(session: Session, placement_id: int, organisation_id: int, steps: Iterable[str]) -> list[HostStep]:
    wanted = set(steps)
    rows = [row.HostStep for row in queries.steps_of(session, placement_id, organisation_id)]
    return [each for each in rows if each.taken_back_at is None and each.step in wanted]


def _settle(
    session: Session,
    actor: Actor,
    placement_id: int,
    placement_ref: str,
    step: str,
    ref: str,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Fulfil the duty that *step* completes, at the instant of the last step that it took first."""
    for code, steps in DUTIES.items():
        if step not in steps:
            continue
        first: dict[str, datetime] = {}
        for each in _standing_steps(session, placement_id, actor.organisation, steps):
            first[each.step] = min(first.get(each.step, each.done_at), each.done_at)
        if set(first) == set(steps):
            done_at = max(first.values())
            obligations.fulfil(
                session,
                actor,
                subject_ref=placement_ref,
                duty_codes=[code],
                by_ref=ref,
                at=done_at,
                reached_at=done_at,
                owed_by_id=actor.organisation,
                rules=rules,
                now=now,
            )


def take_back(
    session: Session, actor: Actor, ref: str, *, reason: str, by: str, rules: Rulebook, now: datetime
) -> StepTaken:
    """A step of the actor's organisation had been recorded in error: what it fulfilled is owed again.

    Whoever was told through the hub has been told, which nobody can take back. Raises ``NotFound`` and ``StateConflict``.
    """
    row = queries.step_of(session, ref, actor.organisation) if is_ref(ref, "hst") else None
    if row is None:
        raise NotFound("There is no such step that you can see.")
    step: HostStep = row.HostStep
    if step.method == HUB:
        raise StateConflict("They were told through the hub, and have the notice. That cannot be taken back.")
    keys = keys_of(session)
    said = {**keys.open(ref, step.sealed), "taken_back": {"at": iso(now), "by": by, "reason": reason}}
    if not queries.take_back(session, step.id, keys.seal(ref, said), now=now):
        raise StateConflict("This was taken back already.")
    details = {"step": step.step, "host_step": ref}
    audit.record(session, actor, Event.HOST_STEP_TAKEN_BACK, row.placement_ref, now=now, details=details)
    _owe_again(session, actor, step, row.placement_ref, rules=rules, now=now)
    rows = queries.steps_of(session, step.placement_id, actor.organisation)
    return next(_taken(session, each) for each in rows if each.HostStep.ref == ref)


def _owe_again(
    session: Session, actor: Actor, step: HostStep, placement_ref: str, *, rules: Rulebook, now: datetime
) -> None:
    for steps in DUTIES.values():
        if step.step not in steps:
            continue
        standing = _standing_steps(session, step.placement_id, actor.organisation, steps)
        if {each.step for each in standing} == set(steps):
            continue
        for by_ref in (step.ref, *(each.ref for each in standing)):
            obligations.reopen_fulfilled_by(
                session,
                actor,
                subject_ref=placement_ref,
                by_ref=by_ref,
                reason="recorded_in_error",
                rules=rules,
                now=now,
            )


# --- what is seen -----------------------------------------------------------------------------------------------------


def checklist(session: Session, actor: Actor, notice_ref: str, *, now: datetime) -> Checklist:
    """What the host has done about the placement of the notice, and has still to do; the reading is recorded.

    Raises ``NotFound``, and ``StateConflict`` for a recipient that is not the host.
    """
    row = queries.host_of(session, notice_ref, actor.organisation)
    if row is None:
        raise NotFound("There is no notice to you with this reference.")
    if row.NoticeRecipient.capacity != "host_authority":
        raise StateConflict(_NOT_HOST)
    audit.record(session, actor, Event.HOST_STEPS_READ, notice_ref, now=now, details={"placement": row.Placement.ref})
    taken = [_taken(session, each) for each in queries.steps_of(session, row.Placement.id, actor.organisation)]
    owed = [
        each
        for each in placements.standing(session, [row.Placement.ref])
        if each.owed_by_id == actor.organisation and each.duty_code in DUTIES and each.state != "void"
    ]
    return Checklist(
        notice_ref,
        row.Placement.ref,
        row.Notice.kind,
        tuple(_item(step, taken, owed, now) for step in STEPS if _applies(step, taken, owed)),
        may_record=row.Notice.state != "withdrawn",
    )


def _applies(step: str, taken: Sequence[StepTaken], owed: Sequence[Obligation]) -> bool:
    """A reply is asked for by a consultation alone; everything else stands for every child."""
    if step != "reply":
        return True
    return any(each.duty_code == "E11R" for each in owed) or any(each.step == step for each in taken)


def _item(step: str, taken: Sequence[StepTaken], owed: Sequence[Obligation], now: datetime) -> Item:
    code = next((code for code, steps in DUTIES.items() if step in steps), None)
    duty = next((each for each in reversed(owed) if each.duty_code == code), None)
    mine = tuple(each for each in taken if each.step == step)
    if duty is None:
        return Item(step, code, None, None, None, None, None, mine)
    standing = worklists.standing(duty, now=now)
    return Item(step, code, standing, duty.basis, duty.due_at, duty.due_on, duty.promise_on, mine)


def bodies_for(session: Session, step: str) -> list[tuple[str, str]]:
    """Reference and name of those who may be told of *step* through the hub."""
    if step not in TOLD_AS:
        return []
    return [(row.ref, row.name) for row in queries.bodies_to_tell(session, [TOLD_AS[step][0]])]


def _taken(session: Session, row: Any) -> StepTaken:
    step: HostStep = row.HostStep
    said = keys_of(session).open(step.ref, step.sealed)
    return StepTaken(
        ref=step.ref,
        step=step.step,
        method=step.method,
        done_at=step.done_at,
        recorded_at=step.recorded_at,
        to=said["to"],
        by=said["by"],
        note=said["note"],
        taken_back_at=step.taken_back_at,
    )
