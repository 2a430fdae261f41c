"""An attempt to see the child, or to reach somebody about it, that came to nothing: kept, told, and priced where it was a visit.

After as many as the terms allow, the interview goes back to the placing authority, which decides how it goes on.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import asking, commissioning, standing
from hub.spotpurchase.interviews import queries, telling
from hub.spotpurchase.interviews.acting import Held, performed, record, sealed_words
from hub.spotpurchase.interviews.booking import unscheduled
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.interviews.offering import add_offer, follow_the_child
from hub.spotpurchase.interviews.plausible import refuse, refuse_untrue_attempt
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import service as money
from hub.spotpurchase.states import APPOINTMENT

MOST_ATTEMPTS: Final = 3
"""Where no terms were agreed: what is usual where interviews are sold."""
USED_UP: Final = "could_not_reach_child"


def attempt(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    at: datetime,
    how: str,
    outcome: str,
    by: str,
    miles: int = 0,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> Attempt:
    """An attempt at the interview of the request *ref* came to nothing. *how* and *outcome*: of ``HOW`` and ``OUTCOMES``.

    One made at or after the time that is booked was made for it: that time is missed, and another is to be booked. A visit is
    priced by the card; *miles* (whole) were travelled for it, there and back. A child who declines has thereby been offered it.
    Raises ``NotFound``; ``Invalid`` for what cannot be; ``StateConflict`` where the interview is not theirs any longer.
    """
    held = performed(session, actor, ref)
    _refuse_untrue(how, outcome, miles)
    refuse_untrue_attempt(at, held.request, held.commission, now=now)
    booked = queries.booked(session, held.commission.id)
    missed = booked if booked is not None and booked.starts_at <= at else None
    words = sealed_words(by=by, note=note)
    made = add_attempt(session, actor, held, missed, at, how, outcome, miles, words, now=now)
    money.enter_abortive(session, actor, held.commission, made, appointment=missed, now=now)
    told = {"attempt": made.ref, "at": iso(at), "how": how, "outcome": outcome}
    told |= {"appointment": missed.ref} if missed is not None else {}
    record(session, actor, Event.INTERVIEW_ATTEMPTED, held.request, now, **told)
    if missed is not None:
        held = _missed(session, actor, held, missed, now=now)
    parts = (telling.PLACING,)
    telling.tell(session, actor, held.request, "interview.attempted", alerted=parts, details=told, rules=rules, now=now)
    _go_on(session, actor, held, made, by, rules=rules, now=now)
    return made


def _refuse_untrue(how: str, outcome: str, miles: int) -> None:
    if outcome == "held":
        refuse("outcome", "An interview that was held is recorded as such, with when it began and how long it took.")
    if miles and how != "in_person":
        refuse("miles", "Miles are travelled for a visit. Leave them out, or say that somebody went there.")


def add_attempt(
    session: Session,
    actor: Actor,
    held: Held,
    appointment: Appointment | None,
    at: datetime,
    how: str,
    outcome: str,
    miles: int,
    words: dict[str, str],
    *,
    now: datetime,
) -> Attempt:
    """The row of an attempt; of the one that succeeded too."""
    ref = new_ref("att")
    row = {
        "ref": ref,
        "commission_id": held.commission.id,
        "appointment_id": appointment.id if appointment else None,
        "at": at,
        "how": how,
        "outcome": outcome,
        "miles": miles,
        "actor_ref": actor.ref,
        "recorded_at": now,
        "sealed": keys_of(session).seal(ref, words),
    }
    return queries.attempt(session, queries.add_attempt(session, row))


def _missed(session: Session, actor: Actor, held: Held, appointment: Appointment, *, now: datetime) -> Held:
    """The time that was booked has gone by without an interview."""
    values = {"version": appointment.version + 1}
    APPOINTMENT.apply_one(session, Appointment, "miss", Appointment.id == appointment.id, values)
    request = unscheduled(session, held.request, now=now)
    told = {"appointment": appointment.ref, "appointment_state": "missed"}
    record(session, actor, Event.INTERVIEW_APPOINTMENT_ENDED, request, now, **told)
    return Held(request, held.commission)


def _go_on(
    session: Session, actor: Actor, held: Held, made: Attempt, by: str, *, rules: Rulebook, now: datetime
) -> None:
    """What follows of the outcome: a child who declined, or no attempt left."""
    if made.outcome == "child_declined":
        said = sealed_words(by=by)
        offer = add_offer(session, actor, held.request, made.at, made.how, "declined", said, now=now)
        follow_the_child(session, actor, held.request, offer, rules=rules, now=now)
    elif queries.tries_used(session, held.commission.id) >= most_attempts(held.commission):
        _hand_back(session, actor, held, rules=rules, now=now)


def most_attempts(commission: Commission) -> int:
    """How many attempts were agreed."""
    return int((commission.terms or {}).get("most_attempts", MOST_ATTEMPTS))


def _hand_back(session: Session, actor: Actor, held: Held, *, rules: Rulebook, now: datetime) -> None:
    """Every attempt that was agreed came to nothing: nobody else is asked by itself; the placing authority decides."""
    commissioning.end(session, actor, held.request, held.commission, reason=USED_UP, by_seller=True, now=now)
    request = standing.move(session, held.request, "lose_performer", next_step_at=None)
    details = {"commission": held.commission.ref, "reason": USED_UP}
    telling.tell(
        session, actor, request, "interview.commission_ended", alerted=telling.EVERYBODY, commission=held.commission,
        details=details, rules=rules, now=now,
    )  # fmt: skip
    asking.run_out(session, actor, request, rules=rules, now=now)
