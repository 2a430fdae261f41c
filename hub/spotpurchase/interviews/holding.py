"""The interview was held: when it began, how long it took. It meets what was owed, is priced, and its report is owed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.errors import StateConflict
from hub.duties.rulebook import Rulebook
from hub.missing import queries as episode_queries
from hub.spotpurchase import standing
from hub.spotpurchase.interviews import booking, duties, meanwhile, queries, telling
from hub.spotpurchase.interviews.acting import Held, appointment_of, performed, record, sealed_words
from hub.spotpurchase.interviews.attempting import add_attempt
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.interviews.plausible import refuse, refuse_untrue_holding
from hub.spotpurchase.money import service as money
from hub.spotpurchase.reports.duties import report_due
from hub.spotpurchase.states import APPOINTMENT

LATE_REASONS: Final = (
    *(
        "child_not_ready",
        "child_asked_for_later",
        "carer_asked_for_later",
        "child_missing_again",
        "could_not_reach_child",
    ),
    *("commissioned_late", "interviewer_unavailable", "other"),
)
"""Why an interview was held after the 72nd hour."""


def hold(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    held_at: datetime,
    minutes: int,
    miles: int = 0,
    mode: str | None = None,
    late_reason: str | None = None,
    rules: Rulebook,
    now: datetime,
    **words: str | None,
) -> Appointment:
    """The interview of the appointment *ref* was held from *held_at* for *minutes*, *miles* (whole) travelled there and back.

    *mode*: where it was held in another way than booked. *late_reason*: of ``LATE_REASONS``. *words*: ``by``, ``interviewer``,
    ``present``, ``interpreter``, ``place``, ``note``. Raises ``NotFound``; ``Invalid`` for an instant in the future, before the
    return, before the commission or while the child was missing; ``StateConflict`` where the appointment is over.
    """
    held, appointment = appointment_of(session, actor, ref)
    if appointment.state != "booked":
        raise StateConflict(booking.over(appointment.state))
    given = {"mode": mode or appointment.mode, "late_reason": late_reason}
    return _hold(session, actor, held, appointment, held_at, minutes, miles, given, words, rules=rules, now=now)


def hold_unbooked(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    held_at: datetime,
    minutes: int,
    mode: str,
    miles: int = 0,
    late_reason: str | None = None,
    rules: Rulebook,
    now: datetime,
    **words: str | None,
) -> Appointment:
    """The interview of the request *ref* was held though no time had been booked for it. As :func:`hold`."""
    held = performed(session, actor, ref)
    if held.request.state == "scheduled":
        raise StateConflict("A time is booked for this interview. Record of that one that it was held, and when.")
    made = booking.added(session, actor, held.commission.id, held_at, minutes, mode, words, now=now)
    given = {"mode": mode, "late_reason": late_reason}
    return _hold(session, actor, held, made, held_at, minutes, miles, given, words, rules=rules, now=now)


def _hold(
    session: Session,
    actor: Actor,
    held: Held,
    appointment: Appointment,
    held_at: datetime,
    minutes: int,
    miles: int,
    given: dict[str, str | None],
    words: Mapping[str, str | None],
    *,
    rules: Rulebook,
    now: datetime,
) -> Appointment:
    held_until = held_at + timedelta(minutes=minutes)
    refuse_untrue_holding(held_at, held_until, held.request, held.commission, now=now)
    if queries.was_missing_at(session, episode_queries.same_child(session, held.request.child_id), held_at):
        refuse(
            "held_at", "The child was missing then, by what is recorded. Check the time, or when the child was back."
        )
    done = _closed(session, appointment, held_at, held_until, given, words)
    _log(session, actor, held, done, miles, now=now)
    standing.fulfil_commission(session, held.commission, now=now)
    request = standing.move(session, held.request, "complete")
    details = {"appointment": done.ref, "held_at": iso(held_at), "late": held_at > request.latest_at}
    record(session, actor, Event.INTERVIEW_HELD, request, now, **details)
    money.enter_held(session, actor, held.commission, done, miles=miles, rules=rules, now=now)
    report_due(session, actor, request, held.commission, held_at=held_at, rules=rules, now=now)
    duties.bring_in_line(session, actor, request.id, rules=rules, now=now)
    meanwhile.overtaken(session, actor, request, now=now)
    councils = (telling.PLACING, telling.HOST)
    telling.tell(
        session, actor, request, "interview.held", alerted=councils, commission=held.commission, details=details,
        rules=rules, now=now,
    )  # fmt: skip
    return done


def _closed(
    session: Session,
    appointment: Appointment,
    held_at: datetime,
    held_until: datetime,
    given: Mapping[str, str | None],
    words: Mapping[str, str | None],
) -> Appointment:
    keys = keys_of(session)
    said = keys.open(appointment.ref, appointment.sealed) | sealed_words(**words)
    booked, came = (appointment.starts_at, appointment.ends_at, appointment.mode), (held_at, held_until, given["mode"])
    values = {"held_at": held_at, "held_until": held_until, "version": appointment.version + 1, **given}
    # Calendars hold it as it was booked: what is given out from now on may be a change of that.
    values |= {"sequence": appointment.sequence + (booked != came)}
    sealed = keys.seal(appointment.ref, said)
    same = (Appointment.id == appointment.id) & (Appointment.version == appointment.version)
    APPOINTMENT.apply_one(session, Appointment, "hold", same, {**values, "sealed": sealed})
    return queries.appointment(session, appointment.id)


def _log(session: Session, actor: Actor, held: Held, done: Appointment, miles: int, *, now: datetime) -> None:
    """The attempt that succeeded: when it was first tried is the first of them all."""
    add_attempt(session, actor, held, done, done.held_at or now, done.mode, "held", miles, {}, now=now)
