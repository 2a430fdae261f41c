"""What the hub does by itself, when its time has come: asks lapse, offers expire, the next is asked, who vanished is given up.

Each request is claimed by a guarded UPDATE and taken in a transaction of its own, so any number of workers may run it. One that
raises is put ahead and tried again: it cannot stop the others.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.logs import log
from hub.duties.rulebook import Rulebook
from hub.notify.auditor import Check
from hub.spotpurchase import asking, cascade, commissioning, duties, queries, telling
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.states import SEEKING

POSTPONED: Final = timedelta(minutes=10)
"""How far a request that raised is put ahead."""
STALLED_AFTER: Final = timedelta(minutes=5)


def step_once(database: Database, rules: Rulebook, *, now: datetime, limit: int = 100) -> int:
    """Take up to *limit* requests whose time has come one step on; return how many were. Safe in any number of processes.

    Those that nobody has any longer are the placing authority's again.
    """
    with database.read() as session:
        waiting = queries.due(session, now=now, at_most=limit)
        lost = queries.unattended(session, at_most=limit)
    return sum(_take(database, rules, number, now) for number in waiting) + sum(
        _own_again(database, rules, ref, now) for ref in lost
    )


def _take(database: Database, rules: Rulebook, request_id: int, now: datetime) -> int:
    try:
        with database.write() as session:
            request = queries.claim(session, request_id, now=now)
            if request is None:
                return 0
            step(session, request, rules=rules, now=now)
            return 1
    except Exception as fault:  # noqa: BLE001 - a job loop: the row at fault is put ahead, the others go on
        _put_ahead(database, request_id, now, fault)
        return 0


def _own_again(database: Database, rules: Rulebook, ref: str, now: datetime) -> int:
    with database.write() as session:
        return own_again(session, ref, rules=rules, now=now)


def own_again(session: Session, ref: str, *, rules: Rulebook, now: datetime) -> int:
    """Nobody has the request *ref*: who was to decide is said to have done so elsewhere, and nobody was commissioned.

    The decision is owed again. How many were taken on.
    """
    found = queries.by_ref(session, ref)
    request = queries.locked(session, found.id) if found else None
    if request is None or request.state not in SEEKING:
        return 0
    duties.decision_owed(session, SYSTEM, request, rules=rules, now=now)
    log(__name__).warning("interviews.owned_again", request=ref)
    return 1


def _put_ahead(database: Database, request_id: int, now: datetime, fault: Exception) -> None:
    with database.write() as session:
        ref = queries.postpone(session, request_id, now=now, until=now + POSTPONED)
    log(__name__).error("interviews.step_failed", request=ref, fault=fault)


def step(session: Session, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> InterviewRequest:
    """Take one locked request on, as far as *now* asks for it."""
    if request.state in SEEKING:
        _lapse(session, request, now=now)
        return asking.step_on(session, SYSTEM, request, rules=rules, now=now)
    standing = queries.standing_commission(session, request.id)
    if standing is None:
        return _look_again(session, request, None)
    return _look_after(session, request, standing, rules=rules, now=now)


# --- asks and offers --------------------------------------------------------------------------------------------------


def _lapse(session: Session, request: InterviewRequest, *, now: datetime) -> None:
    """Asks whose time is over and offers that expired lapse; a late answer is still welcome while nobody was commissioned."""
    over = [each for each in queries.asks_of(session, request.id) if _is_over(each, now)]
    for ask in over:
        asking.change_state(session, ask, "lapse")
        said = {"ask": ask.ref, "was": ask.state}
        audit.record(session, SYSTEM, Event.INTERVIEW_ASK_ENDED, request.ref, now=now, details=said)
        kind = "interview.offer_expired" if ask.state == "offered" else "interview.ask_lapsed"
        telling.note(session, request, kind, [request.placing_authority_id, ask.provider_id], now=now, ask=ask.ref)
    silent = [each.provider_id for each in over if each.state == "asked"]
    duties.answers_struck(session, SYSTEM, request, silent, reason="lapsed", now=now)


def _is_over(ask: InterviewAsk, now: datetime) -> bool:
    if ask.state == "asked":
        return ask.reply_by <= now
    return ask.state == "offered" and ask.expires_at is not None and ask.expires_at <= now


# --- whoever was commissioned -----------------------------------------------------------------------------------------


def _look_after(
    session: Session, request: InterviewRequest, standing: Commission, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Is it booked, or was it tried? Otherwise whoever accepted is thought to have vanished, and others are asked.

    Each booking, cancellation and attempt is a sign of life from which the time runs anew. An appointment that is over and of
    which nothing was said is asked after once, and then counts as silence.
    """
    terms = load_interview_policy().asking
    hours = duties.hours_of(request.returned_at, request.latest_at, rules=rules)
    booked = queries.booked(session, standing.id)
    if booked:
        ended_at = booked[-1].ends_at
        give_up_at = cascade.respond_by(hours, terms, now=ended_at) + terms.respond_least
        if now < ended_at + terms.respond_least:
            return _look_again(session, request, ended_at + terms.respond_least)
        if now < give_up_at:
            whom = [standing.performer_id, request.placing_authority_id]
            telling.tell(session, SYSTEM, request, "interview.meanwhile", whom, rules=rules, now=now)
            return _look_again(session, request, give_up_at)
        return commissioning.not_heard_of(session, request, rules=rules, now=now)
    heard_at = queries.last_heard_at(session, standing.id)
    respond_by = standing.respond_by if heard_at is None else cascade.respond_by(hours, terms, now=heard_at)
    if now < max(respond_by, standing.respond_by):
        queries.change_commission(session, standing.id, {"respond_by": max(respond_by, standing.respond_by)})
        return _look_again(session, request, max(respond_by, standing.respond_by))
    return commissioning.not_heard_of(session, request, rules=rules, now=now)


def _look_again(session: Session, request: InterviewRequest, at: datetime | None) -> InterviewRequest:
    queries.change_request(session, request, {"next_step_at": at})
    return queries.locked(session, request.id)


# --- the auditor's questions ------------------------------------------------------------------------------------------


def _unattended(session: Session, now: datetime, at_most: int) -> list[str]:
    return list(queries.unattended(session, at_most=at_most))


def _stalled(session: Session, now: datetime, at_most: int) -> list[str]:
    return list(queries.stalled(session, before=now - STALLED_AFTER, at_most=at_most))


CHECKS: Final = (
    Check("interviews_unattended", "requests for interviews have no step to come, nothing owed, nobody", _unattended),
    Check("interviews_stalled", "requests for interviews wait too long for the hub's next step", _stalled),
)
"""What the auditor asks of interviews: nothing is ever in a state that nobody owns."""
