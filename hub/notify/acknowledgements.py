"""Acknowledgements: a named person at one organisation has read a notice. One organisation's never silences another's.

Where an action is owed as well, acknowledging may carry a promise: what, and by which day. The ladder of that duty waits until
the day is over and goes on if it was not done, so that “acknowledged” is never the end of the matter.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import end_of_day, london_date
from hub.core.db import keys_of
from hub.core.errors import FieldMessages, Invalid, StateConflict
from hub.core.ids import new_ref
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.notify import outbox, queries
from hub.notify.models import Obligation
from hub.notify.settling import must_change, settle
from hub.notify.states import DUTY_OF_PROMISE

ACKNOWLEDGING: Final = "EACK"
LONGEST_PROMISE: Final = timedelta(days=28)
"""A promise holds the ladder back, so it may not be for ever."""


@dataclass(frozen=True)
class Acknowledged:
    """One acknowledgement, and the obligations it fulfilled or put under a promise."""

    ref: str
    at: datetime
    by: str
    promise: str | None
    promise_on: date | None
    fulfilled: tuple[str, ...]
    promised: tuple[str, ...]


def acknowledge(
    session: Session,
    actor: Actor,
    *,
    subject_ref: str,
    placement_ref: str,
    by: str,
    promise: str | None = None,
    promise_on: date | None = None,
    rules: Rulebook,
    now: datetime,
) -> Acknowledged:
    """*by*, an officer of the acting organisation, has read the notice *subject_ref*.

    Meets that organisation's duty to acknowledge, and cancels what was still to be sent to it about the notice; with *promise*
    (enter_register or pass_on) and *promise_on* the ladder of that duty waits. Raises Invalid, or StateConflict when the
    organisation has acknowledged it already.
    """
    _refuse_bad_promise(promise, promise_on, now)
    ref, organisation = new_ref("ack"), actor.organisation
    _add(session, actor, ref, subject_ref, placement_ref, by=by, promise=promise, promise_on=promise_on, now=now)
    outbox.cancel_alerts(session, now=now, subject_ref=subject_ref, organisation_id=organisation)
    subjects = {subject_ref, placement_ref}
    owed = queries.locked(session, queries.IS_OPEN, *queries.about(subjects, {ACKNOWLEDGING}, organisation))
    fulfilled = settle(session, actor, owed, by_ref=ref, at=now, reached_at=now, rules=rules, now=now)
    promised: list[str] = []
    if promise and promise_on:
        promised = _put_under_promise(session, subjects, organisation, DUTY_OF_PROMISE[promise], promise_on, now=now)
    said = {"acknowledgement": ref, "promise": promise, "promise_on": promise_on.isoformat() if promise_on else None}
    audit.record(session, actor, Event.NOTICE_ACKNOWLEDGED, subject_ref, now=now, details=said)
    return Acknowledged(ref, now, by, promise, promise_on, tuple(fulfilled), tuple(promised))


def _refuse_bad_promise(promise: str | None, promise_on: date | None, now: datetime) -> None:
    today, fields = london_date(now), dict[str, list[str]]()
    if promise is not None and promise not in DUTY_OF_PROMISE:
        fields["promise"] = [worded("Choose one of {promises}.", promises=", ".join(DUTY_OF_PROMISE))]
    if (promise is None) != (promise_on is None):
        missing = "promise_on" if promise_on is None else "promise"
        fields[missing] = ["Say both what is promised and by which day, or neither."]
    if promise_on is not None and not today <= promise_on <= today + LONGEST_PROMISE:
        fields["promise_on"] = [worded("Give a day from today to {day}.", day=today + LONGEST_PROMISE)]
    if fields:
        messages: FieldMessages = fields
        raise Invalid("This promise cannot be taken: see the fields.", fields=messages)


def _add(
    session: Session,
    actor: Actor,
    ref: str,
    subject_ref: str,
    placement_ref: str,
    *,
    by: str,
    promise: str | None,
    promise_on: date | None,
    now: datetime,
) -> None:
    row = {
        "ref": ref,
        "subject_ref": subject_ref,
        "placement_ref": placement_ref,
        "organisation_id": actor.organisation,
        "sealed": keys_of(session).seal(ref, by),
        "actor_ref": actor.ref,
        "at": now,
        "promise": promise,
        "promise_on": promise_on,
    }
    try:
        with session.begin_nested():
            queries.add_acknowledgement(session, row)
    except IntegrityError:
        raise StateConflict(
            "Your organisation has acknowledged this already. Read it to see who did, and when."
        ) from None


def _put_under_promise(
    session: Session, subjects: set[str], organisation: int, duty_code: str, promise_on: date, *, now: datetime
) -> list[str]:
    """Let the ladder of what is promised wait until the day is over; never call anybody earlier than it would have."""
    conditions = [*queries.about(subjects, {duty_code}, organisation), Obligation.fulfilled_at.is_(None)]
    rows = queries.locked(session, queries.IS_OPEN, *conditions)
    for row in rows:
        waits = {} if row.next_step_at is None else {"next_step_at": max(row.next_step_at, end_of_day(promise_on))}
        must_change(queries.change(session, [queries.among([row.id])], {"promise_on": promise_on, **waits}), [row.id])
    if rows:
        outbox.cancel_alerts(session, now=now, obligation_ids=[row.id for row in rows])
    return [row.ref for row in rows]
