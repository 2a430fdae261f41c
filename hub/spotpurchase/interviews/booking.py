"""A time is booked, moved or cancelled. The appointment keeps its reference, and so its UID in every calendar, however often."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import standing
from hub.spotpurchase.interviews import queries, telling
from hub.spotpurchase.interviews.acting import NO_APPOINTMENT, appointment_of, performed, record, sealed_words
from hub.spotpurchase.interviews.ending import end_appointment
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.interviews.plausible import refuse_untrue_booking
from hub.spotpurchase.models import InterviewRequest

CHANGING: Final = (
    *("child_asked", "carer_asked", "placing_asked", "interviewer_unavailable", "place_unsuitable"),
    *("child_missing_again", "other"),
)
"""Why a time is moved."""
CANCELLING: Final = (
    *("child_asked", "carer_asked", "placing_asked", "interviewer_unavailable", "lone_working_risk"),
    *("child_missing_again", "child_moved", "entered_in_error", "other"),
)
"""Why a time is cancelled, and the interview still sought."""
SELLERS_OWN: Final = ("interviewer_unavailable", "lone_working_risk", "entered_in_error")
"""Nobody pays for what is the performer's own doing."""


def book(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    starts_at: datetime,
    minutes: int,
    mode: str,
    rules: Rulebook,
    now: datetime,
    **words: str | None,
) -> Appointment:
    """Book the interview of the request *ref*. *words*: ``by``, ``place``, ``interviewer``, ``interpreter``, ``note``.

    Raises ``NotFound`` for who is not its performer, ``Invalid`` for a time that cannot be, ``StateConflict`` if one is booked.
    """
    held = performed(session, actor, ref)
    refuse_untrue_booking(starts_at, now=now)
    if held.request.state == "scheduled":
        raise StateConflict("A time is booked for this interview already. Move that one, or cancel it first.")
    appointment = added(session, actor, held.commission.id, starts_at, minutes, mode, words, now=now)
    request = standing.move(session, held.request, "schedule", next_step_at=appointment.ends_at)
    said = {"appointment": appointment.ref, "starts_at": iso(starts_at), "mode": mode}
    record(session, actor, Event.INTERVIEW_BOOKED, request, now, **said)
    _tell_of_time(session, actor, request, appointment, rules=rules, now=now)
    return appointment


def added(
    session: Session,
    actor: Actor,
    commission_id: int,
    starts_at: datetime,
    minutes: int,
    mode: str,
    words: Mapping[str, str | None],
    *,
    now: datetime,
) -> Appointment:
    """The row of an appointment that is booked now; of an interview held without one, for ``holding`` to close at once."""
    ref = new_ref("apt")
    row = {
        "ref": ref,
        "commission_id": commission_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "mode": mode,
        "booked_at": now,
        "booked_by": actor.ref,
        "sealed": keys_of(session).seal(ref, sealed_words(**words)),
    }
    return queries.appointment(session, queries.add_appointment(session, row))


def rearrange(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    mode: str | None = None,
    reason: str,
    rules: Rulebook,
    now: datetime,
    **words: str | None,
) -> Appointment:
    """Move the appointment *ref*; what is not given stays. *reason*: of ``CHANGING``. Raises as :func:`book`."""
    held, before = appointment_of(session, actor, ref)
    was_at = before.starts_at
    refuse_untrue_booking(starts_at, now=now)
    length = timedelta(minutes=minutes) if minutes else before.ends_at - before.starts_at
    keys = keys_of(session)
    said = {**keys.open(before.ref, before.sealed), **sealed_words(**words)}
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": starts_at + length,
        "mode": mode or before.mode,
        "sequence": before.sequence + 1,
        "sealed": keys.seal(before.ref, said),
    }
    if not queries.change_appointment(session, before, values):
        raise StateConflict(over(before.state))
    after = queries.appointment(session, before.id)
    request_queries.change_request(session, held.request, {"next_step_at": after.ends_at})
    told = {"appointment": ref, "was_at": iso(was_at), "starts_at": iso(starts_at), "reason": reason}
    record(session, actor, Event.INTERVIEW_REARRANGED, held.request, now, **told)
    _tell_of_time(session, actor, held.request, after, rules=rules, now=now)
    return after


def cancel(session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, now: datetime) -> Appointment:
    """Cancel the appointment *ref*; the interview is still sought, and whoever holds it books anew. *reason*: of ``CANCELLING``.

    The performer's act or the placing authority's; what it costs is by the card. Raises ``NotFound``; ``StateConflict`` where it
    is over, or has begun.
    """
    found = queries.appointment_with(session, ref) if is_ref(ref, "apt") else None
    if found is None:
        raise NotFound(NO_APPOINTMENT)
    request = standing.request_for(session, actor, found[1])
    commission = request_queries.standing_commission(session, request.id)
    appointment = queries.appointment(session, found[0].id)
    if commission is None or appointment.commission_id != commission.id or appointment.state != "booked":
        raise StateConflict(over(appointment.state))
    if appointment.starts_at <= now:
        raise StateConflict("This time has come. Record what came of it: that it was held, or what stood in the way.")
    by_seller = reason in SELLERS_OWN and actor.organisation == commission.performer_id
    end_appointment(session, actor, request, commission, reason=reason, by_seller=by_seller, now=now)
    after = unscheduled(session, request, now=now)
    kind, told = "interview.appointment_cancelled", {"appointment": ref, "reason": reason}
    telling.tell(session, actor, after, kind, alerted=telling.EVERYBODY, details=told, rules=rules, now=now)
    return queries.appointment(session, appointment.id)


def unscheduled(session: Session, request: InterviewRequest, *, now: datetime) -> InterviewRequest:
    """No time is booked any longer: from now on whoever holds it books anew in time, or is thought to have vanished."""
    return standing.move(session, request, "unschedule", next_step_at=now)


def _tell_of_time(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    appointment: Appointment,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The placing authority and the host are told when the child is to be seen."""
    said = {"appointment": appointment.ref, "starts_at": appointment.starts_at, "mode": appointment.mode}
    councils = (telling.PLACING, telling.HOST)
    telling.tell(session, actor, request, "interview.booked", alerted=councils, details=said, rules=rules, now=now)


def over(state: str) -> str:
    """Why nothing can be done to an appointment in this state."""
    return worded(
        "This appointment is {state}. Book another time, if the interview is still to be held.",
        state=state.replace("_", " "),
    )
