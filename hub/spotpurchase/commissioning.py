"""Deciding who holds the interview: exactly one, whoever else wants it at the same moment; going on where they no longer do.

The row of the request is the gate. It is kept from other writers and moves once by a guarded UPDATE, and a unique index holds
that no second commission stands for it. In the same transaction the others are told that nothing more is needed of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import asking, cascade, duties, queries, telling, terms
from hub.spotpurchase.interviews.ending import end_appointment
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from hub.spotpurchase.money.pricing import Card
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.providers import queries as providers
from hub.spotpurchase.standing import move, request_for, under_way_for
from hub.spotpurchase.states import COMMISSION

OWN: Final = ("own_interviewer", "social_worker")
_WANTED: Final = ("asked", "offered", "lapsed")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what somebody is commissioned. ``written``: what is sealed with it."""

    performer_id: int
    performer: str
    is_independent: bool
    pence: int = 0
    card: Card | None = None
    ask: InterviewAsk | None = None
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)


# --- by hand ----------------------------------------------------------------------------------------------------------


def commission(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    by: str,
    performer: str = "provider",
    ask: str | None = None,
    is_independent: bool = True,
    interviewer: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> Commission:
    """Decide who holds the interview *ref*: the offer *ask*, the council's ``own_interviewer``, or the child's ``social_worker``.

    *is_independent*: of an own interviewer, who does not look after the child; a social worker never is, and *reason* says why it
    must be them. An offer over the cap or beyond the purchase order takes a manager and a reason. Raises ``NotFound``,
    ``Invalid``, and ``StateConflict`` for who comes second.
    """
    request = request_for(session, actor, ref, parts=("placing",))
    asking.refuse_unless_sought(request)
    said = {"by": by, "interviewer": interviewer, "reason": reason, "note": note}
    written = {name: value for name, value in said.items() if value}
    if performer in OWN:
        wanted = _own(actor, performer, is_independent, written)
    else:
        wanted = _offered(session, actor, request, ask, written, now=now)
    return _conclude(session, actor, request, wanted, rules=rules, now=now)


def _own(actor: Actor, performer: str, is_independent: bool, written: Mapping[str, Any]) -> Terms:
    independent = is_independent and performer != "social_worker"
    if not independent and "reason" not in written:
        raise _refused(
            "reason", "Say why it must be somebody who is not independent of the child's care. It is recorded so."
        )
    return Terms(performer_id=actor.organisation, performer=performer, is_independent=independent, written=written)


def _offered(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    ref: str | None,
    written: Mapping[str, Any],
    *,
    now: datetime,
) -> Terms:
    ask = queries.ask_by_ref(session, ref) if ref and is_ref(ref, "ask") else None
    if ask is None or ask.request_id != request.id:
        raise _refused("ask", "Name an offer that was made for this interview.")
    if ask.state != "offered" or (ask.expires_at is not None and ask.expires_at <= now):
        raise StateConflict(
            "This offer does not stand: it was taken back, or has expired. Ask the provider again.", code="no_offer"
        )
    pence = ask.quoted_pence or 0
    codes = terms.over_money(session, request, pence)
    if codes and "manage" not in actor.scopes:
        sentence = terms.sentence_about(codes, request, pence)
        raise StateConflict(worded("{why} A manager can accept it, with a reason.", why=sentence), code=codes[0])
    if codes and "reason" not in written:
        sentence = terms.sentence_about(codes, request, pence)
        raise _refused("reason", worded("{why} Say why it is accepted all the same.", why=sentence))
    return _terms_of(session, ask, written)


def _terms_of(session: Session, ask: InterviewAsk, written: Mapping[str, Any]) -> Terms:
    entry = providers.provider_of(session, ask.provider_id)
    row = queries.rate_card(session, ask.rate_card_id) if ask.rate_card_id else None
    return Terms(
        performer_id=ask.provider_id,
        performer="provider",
        is_independent=entry is not None and entry.is_independent,
        pence=ask.quoted_pence or 0,
        card=Card.of_row(row, entry.opening_hours if entry else None) if row else None,
        ask=ask,
        written=written,
    )


# --- at once ----------------------------------------------------------------------------------------------------------


def award(
    session: Session, actor: Actor, request: InterviewRequest, ask: InterviewAsk, *, rules: Rulebook, now: datetime
) -> Commission:
    """Commission the offer of *ask* in the transaction in which it was made: the caller has seen that it is within the terms."""
    return _conclude(session, actor, request, _terms_of(session, ask, {}), rules=rules, now=now)


def _conclude(
    session: Session, actor: Actor, request: InterviewRequest, wanted: Terms, *, rules: Rulebook, now: datetime
) -> Commission:
    hours = duties.hours_of(request.returned_at, request.latest_at, rules=rules)
    respond_by = cascade.respond_by(hours, load_interview_policy().asking, now=now)
    request = move(session, request, "commission", next_step_at=respond_by)
    if wanted.ask is not None:
        asking.change_state(session, wanted.ask, "win")
    made = _add(session, actor, request, wanted, respond_by=respond_by, now=now)
    duties.decided(session, actor, request, made.ref, rules=rules, now=now)
    details = {"commission": made.ref, "performer": made.performer, "is_independent": made.is_independent}
    audit.record(session, actor, Event.INTERVIEW_COMMISSIONED, request.ref, now=now, details=details)
    no_longer_needed(session, actor, request, reason="commissioned", rules=rules, now=now)
    whom = [made.performer_id, *telling.councils(request)]
    told = {"commission": made.ref, "due_at": respond_by, **({"ask": wanted.ask.ref} if wanted.ask else {})}
    telling.tell(session, actor, request, "interview.commissioned", whom, rules=rules, now=now, **told)
    return made


def _add(
    session: Session, actor: Actor, request: InterviewRequest, wanted: Terms, *, respond_by: datetime, now: datetime
) -> Commission:
    ref = new_ref("com")
    row = {
        "ref": ref,
        "request_id": request.id,
        "ask_id": wanted.ask.id if wanted.ask else None,
        "performer_id": wanted.performer_id,
        "performer": wanted.performer,
        "is_independent": wanted.is_independent,
        "terms": wanted.card.as_terms() if wanted.card else None,
        "agreed_pence": wanted.pence,
        "payer_id": request.payer_id,
        "purchase_order": request.purchase_order,
        "commissioned_at": now,
        "commissioned_by": actor.ref,
        "respond_by": respond_by,
        "sealed": keys_of(session).seal(ref, dict(wanted.written)),
    }
    queries.add_commission(session, row)
    return queries.commission_by_ref(session, ref)


def no_longer_needed(
    session: Session, actor: Actor, request: InterviewRequest, *, reason: str, rules: Rulebook, now: datetime
) -> None:
    """Everybody who was asked and whose answer was wanted is told that nothing more is; what they owed is struck out.

    Whoever has not even heard yet that it is sought does not hear it any more.
    """
    telling.sought_no_longer(session, request, now=now)
    others = [each for each in queries.asks_of(session, request.id) if each.state in _WANTED]
    for ask in others:
        _lose(session, actor, request, ask, reason=reason, now=now)
    ids = [each.provider_id for each in others]
    duties.answers_struck(session, actor, request, ids, reason="not_needed", now=now)
    for ask in others:
        whom = [ask.provider_id]
        telling.tell(session, actor, request, "interview.not_needed", whom, rules=rules, now=now, ask=ask.ref)


def _lose(
    session: Session, actor: Actor, request: InterviewRequest, ask: InterviewAsk, *, reason: str, now: datetime
) -> None:
    """Nothing more is wanted of one ask; the placing authority finds that in its feed."""
    asking.change_state(session, ask, "lose")
    said = {"ask": ask.ref, "reason": reason}
    audit.record(session, actor, Event.INTERVIEW_ASK_ENDED, request.ref, now=now, details=said)
    telling.note(session, request, "interview.not_needed", [request.placing_authority_id], now=now, ask=ask.ref)


# --- no longer --------------------------------------------------------------------------------------------------------


def lose_performer(
    session: Session, actor: Actor, request: InterviewRequest, *, reason: str, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Whoever was commissioned no longer holds the interview, for *reason* (a code of ``LOSING``): others are asked.

    Where it is the placing authority that lets them go, what the card charges for it is due; the caller has locked *request*.
    Raises ``StateConflict`` where nobody holds it.
    """
    standing = queries.standing_commission(session, request.id)
    if standing is None:
        raise StateConflict("Nobody holds this interview. Read it again.")
    by_seller = actor.organisation_id != request.placing_authority_id
    end(session, actor, request, standing, reason=reason, by_seller=by_seller, now=now)
    request = move(session, request, "lose_performer", next_step_at=now)
    whom = [*telling.councils(request), standing.performer_id]
    told = {"commission": standing.ref, "reason": reason, "due_at": request.latest_at}
    telling.tell(session, actor, request, "interview.commission_ended", whom, rules=rules, now=now, **told)
    return asking.step_on(session, actor, request, rules=rules, now=now)


def take_back(session: Session, actor: Actor, ref: str, *, rules: Rulebook, now: datetime) -> InterviewRequest:
    """The placing authority takes the interview from whoever has it; others are asked. Raises as :func:`lose_performer`."""
    request = request_for(session, actor, ref, parts=("placing",))
    return lose_performer(session, actor, request, reason="taken_back", rules=rules, now=now)


def end(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    standing: Commission,
    *,
    reason: str,
    by_seller: bool,
    now: datetime,
) -> None:
    """End a commission that stands and cancel what was booked: charged by the card, unless it was the seller's doing."""
    ended = {"ended_at": now, "end_reason": reason}
    COMMISSION.apply_one(session, Commission, "end", Commission.id == standing.id, ended)
    cancelled = end_appointment(session, actor, request, standing, reason=reason, by_seller=by_seller, now=now)
    if cancelled is not None:
        whom = [*telling.councils(request), standing.performer_id]
        said = {"appointment": cancelled.ref, "reason": reason}
        telling.note(session, request, "interview.appointment_cancelled", whom, now=now, **said)
    details = {"commission": standing.ref, "reason": reason}
    audit.record(session, actor, Event.INTERVIEW_COMMISSION_ENDED, request.ref, now=now, details=details)


def not_heard_of(session: Session, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> InterviewRequest:
    """Whoever accepted neither booked nor tried it in time: thought to have vanished. For the worker."""
    return lose_performer(session, SYSTEM, request, reason="not_heard_of", rules=rules, now=now)


# --- not sought any longer, and sought again --------------------------------------------------------------------------


def close(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    action: str,
    *,
    reason: str,
    rules: Rulebook,
    now: datetime,
    **values: Any,
) -> InterviewRequest:
    """The locked *request* is not sought any longer (*action*: ``cancel`` or ``decline_by_child``), for *reason* (a code).

    Its commission ends, and what was booked is charged by the card; whoever was asked is told, and owes nothing. The caller tells
    the others. *values*: other columns. Raises ``StateConflict`` where it was held or is over.
    """
    standing = queries.standing_commission(session, request.id)
    request = move(session, request, action, ended_at=now, end_reason=reason, **values)
    if standing is not None:
        end(session, actor, request, standing, reason=reason, by_seller=False, now=now)
    no_longer_needed(session, actor, request, reason=reason, rules=rules, now=now)
    duties.nothing_owed(session, actor, request, reason="not_sought", now=now)
    return request


def ask_again(
    session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime, **values: Any
) -> InterviewRequest:
    """Seek the locked *request* again; the clock is the same. Whoever had not answered, or was not needed, is asked again.

    Raises ``StateConflict`` where it is being sought or held, or another is for the same episode.
    """
    _refuse_other(session, request)
    cleared = {"ended_at": None, "end_reason": None, "next_step_at": now}
    request = move(session, request, "ask_again", **cleared, **values)
    for ask in queries.asks_of(session, request.id):
        if ask.state == "lapsed":
            _lose(session, actor, request, ask, reason="asked_again", now=now)
            telling.note(session, request, "interview.not_needed", [ask.provider_id], now=now, ask=ask.ref)
    audit.record(session, actor, Event.INTERVIEW_ASKED_AGAIN, request.ref, now=now)
    telling.note(session, request, "interview.asked_again", telling.councils(request), now=now)
    return asking.step_on(session, actor, request, rules=rules, now=now)


def resume(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    ended: Commission,
    action: str,
    *,
    rules: Rulebook,
    now: datetime,
    **values: Any,
) -> InterviewRequest:
    """Whoever held the locked *request* holds it again, for its end was recorded in error; it has time to be heard of anew.

    *action*: ``uncomplete`` or ``undecline``. Raises ``StateConflict`` where another is sought for the same episode by now.
    """
    _refuse_other(session, request)
    hours = duties.hours_of(request.returned_at, request.latest_at, rules=rules)
    respond_by = cascade.respond_by(hours, load_interview_policy().asking, now=now)
    again = {"ended_at": None, "end_reason": None, "respond_by": respond_by}
    COMMISSION.apply_one(session, Commission, "resume", Commission.id == ended.id, again)
    return move(session, request, action, next_step_at=respond_by, **values)


def _refuse_other(session: Session, request: InterviewRequest) -> None:
    """Raise ``StateConflict`` where another request under way serves one of the episodes of this one."""
    served = [each.episode_id for each in queries.episodes_of(session, request.id)]
    others = [each for each in under_way_for(session, request.child_id, served) if each.id != request.id]
    if others:
        raise StateConflict(
            worded("Another interview is sought for this episode: {other}. Go on with that one.", other=others[0].ref)
        )


def _refused(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={name: [sentence]})
