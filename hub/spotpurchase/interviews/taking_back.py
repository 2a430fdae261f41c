"""What was recorded in error is taken back, by who recorded it: it stays to be read, and counts for nothing.

An interview that was not held is owed again and its report is not; a child who had not declined has the interviewer again that it
had; what was charged is entered against. What is true is then recorded anew. Whatever was late stays late.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import standing
from hub.spotpurchase.commissioning import ask_again, resume
from hub.spotpurchase.interviews import duties, queries, telling
from hub.spotpurchase.interviews.acting import NO_APPOINTMENT, Held, performed, record
from hub.spotpurchase.interviews.models import Appointment, Attempt, ChildOffer
from hub.spotpurchase.interviews.offering import CHILD_DECLINED, NO_OFFER, last_word
from hub.spotpurchase.interviews.uncharging import uncharge
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.reports.duties import report_not_due
from hub.spotpurchase.states import APPOINTMENT

REASONS: Final = ("entered_in_error", "wrong_child", "wrong_time")
NO_ATTEMPT: Final = "There is no attempt with this reference that your organisation recorded."
_TAKEN_BACK: Final = "This was taken back already."


def take_back_interview(
    session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, now: datetime
) -> Appointment:
    """The interview of the appointment *ref* was not held, or not as recorded. *reason*: of ``REASONS``.

    Raises ``NotFound`` for who did not hold it; ``StateConflict`` once its report was sent, or where it was not held.
    """
    found = queries.appointment_with(session, ref) if is_ref(ref, "apt") else None
    if found is None:
        raise NotFound(NO_APPOINTMENT)
    request = standing.request_for(session, actor, found[1], parts=("performer",))
    commission = queries.commission(session, found[0].commission_id)
    if commission.performer_id != actor.organisation:
        raise NotFound(NO_APPOINTMENT)
    if request.state == "reported":
        raise StateConflict("The report of this interview was sent. Correct the report instead.")
    appointment = queries.appointment(session, found[0].id)
    if appointment.state != "held" or request.state != "completed":
        raise StateConflict("This appointment is not recorded as held, so there is nothing to take back.")
    _strike(session, actor, commission, appointment, now=now)
    for each in queries.attempts_of(session, request.id):
        if each.appointment_id == appointment.id and each.outcome == "held":
            queries.take_back(session, Attempt, each.id, now=now)
    after = resume(session, actor, request, commission, "uncomplete", rules=rules, now=now)
    report_not_due(session, actor, after, reason=duties.RECORDED_IN_ERROR, now=now)
    _tell(session, actor, after, rules=rules, now=now, what="interview", appointment=ref, reason=reason)
    return queries.appointment(session, appointment.id)


def take_back_attempt(
    session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, now: datetime
) -> Attempt:
    """The attempt *ref* was not made, or not so. A time that it missed stays unbooked: book another. *reason*: of ``REASONS``.

    Raises ``NotFound``; ``StateConflict`` where the interview is not theirs any longer, or it counts already for nothing.
    """
    found = queries.attempt_with(session, ref) if is_ref(ref, "att") else None
    if found is None:
        raise NotFound(NO_ATTEMPT)
    held = performed(session, actor, found[1])
    made = found[0]
    if made.commission_id != held.commission.id:
        raise NotFound(NO_ATTEMPT)
    if not queries.take_back(session, Attempt, made.id, now=now):
        raise StateConflict(_TAKEN_BACK)
    uncharge(session, actor, held.commission, made.ref, now=now)
    struck = _strike_missed(session, actor, held, made, now=now)
    told = {"attempt": ref, "reason": reason, **({"appointment": struck} if struck else {})}
    _tell(session, actor, held.request, rules=rules, now=now, what="attempt", **told)
    return queries.attempt(session, made.id)


def take_back_offer(
    session: Session, actor: Actor, ref: str, *, reason: str, rules: Rulebook, now: datetime
) -> ChildOffer:
    """The child was not offered the interview as the offer *ref* says. *reason*: of ``REASONS``.

    If the child's no had ended the search, whoever held the interview then has it again, or it is sought again. Raises
    ``NotFound`` for who did not record it; ``StateConflict`` where it was taken back.
    """
    found = queries.offer_with(session, ref) if is_ref(ref, "cof") else None
    if found is None or found[0].organisation_id != actor.organisation:
        raise NotFound(NO_OFFER)
    request = request_queries.locked(session, found[0].request_id)
    if not queries.take_back(session, ChildOffer, found[0].id, now=now):
        raise StateConflict(_TAKEN_BACK)
    if request.state == "declined_by_child" and last_word(session, request) != "declined":
        request = _undeclined(session, actor, request, rules=rules, now=now)
    _tell(session, actor, request, rules=rules, now=now, what="offer", offer=ref, reason=reason)
    return queries.offer(session, found[0].id)


def _undeclined(
    session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """The child had not declined: it goes on where it stood, with the same interviewer if there was one."""
    last = request_queries.commissions_of(session, request.id)[-1:]
    # One that an earlier no had ended is over: since then it was sought anew.
    if not last or (last[0].end_reason, last[0].ended_at) != (CHILD_DECLINED, request.ended_at):
        return ask_again(session, actor, request, rules=rules, now=now)
    for each in queries.appointments_of(session, request.id):
        if each.commission_id == last[0].id and each.cancel_reason == CHILD_DECLINED:
            uncharge(session, actor, last[0], each.ref, now=now)
    cleared = {"ended_at": None, "end_reason": None}
    return resume(session, actor, request, last[0], "undecline", rules=rules, now=now, **cleared)


def _strike(session: Session, actor: Actor, commission: Commission, appointment: Appointment, *, now: datetime) -> None:
    """It counts for nothing, and calendars take it out."""
    values: dict[str, Any] = {"version": appointment.version + 1, "sequence": appointment.sequence + 1}
    APPOINTMENT.apply_one(session, Appointment, "take_back", Appointment.id == appointment.id, values)
    uncharge(session, actor, commission, appointment.ref, now=now)


def _strike_missed(session: Session, actor: Actor, held: Held, made: Attempt, *, now: datetime) -> str | None:
    """Strike the time that an attempt had missed; its reference."""
    if made.appointment_id is None:
        return None
    missed = queries.appointment(session, made.appointment_id)
    if missed.state != "missed":
        return None
    _strike(session, actor, held.commission, missed, now=now)
    return missed.ref


def _tell(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    *,
    rules: Rulebook,
    now: datetime,
    **details: str,
) -> None:
    """Bring in line what is owed, record it, and tell everybody who had been told of what was taken back."""
    duties.bring_in_line(session, actor, request.id, rules=rules, now=now)
    record(session, actor, Event.INTERVIEW_TAKEN_BACK, request, now, **details)
    everybody = telling.EVERYBODY
    telling.tell(
        session, actor, request, "interview.corrected", alerted=everybody, details=details, rules=rules, now=now
    )
