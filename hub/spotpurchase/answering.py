"""What a provider says: an offer, a no with its reason, the name of another; and questions and answers between the ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso, london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid, StateConflict
from hub.core.sentences import worded
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import asking, cascade, commissioning, duties, queries, telling, terms
from hub.spotpurchase.asking import own_ask, refuse_unless_sought
from hub.spotpurchase.models import InterviewAsk, InterviewRequest
from hub.spotpurchase.money.pricing import Card, is_out_of_hours, quoted
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.providers import queries as providers

Told = Mapping[str, Any]
NO_CARD: Final = "Publish a rate card first: the council must know what the interview costs before it accepts."
_MOVED_BEFORE: Final = "You have answered this already. Read it again to see what you said."


def offer(session: Session, actor: Actor, ref: str, told: Told, *, rules: Rulebook, now: datetime) -> InterviewAsk:
    """Offer to hold the interview of the ask *ref*, priced by the card in force.

    *told*: ``earliest_at``, ``mode``, ``by``, and at will ``minutes``, ``miles``, ``note``. With ``first_acceptable`` the first
    offer within the terms is commissioned in this very transaction; any other waits for a person. Raises ``NotFound``;
    ``Invalid``; ``StateConflict`` where somebody else was commissioned before, or the interview is not sought any longer.
    """
    request, ask = own_ask(session, actor, ref)
    refuse_unless_sought(request)
    _refuse_untrue(request, told, now=now)
    priced = _priced(session, actor, told, rules=rules, now=now)
    document = {**_opened(session, ask), **{name: told[name] for name in ("by", "note") if told.get(name)}}
    values = {
        **priced,
        "answered_at": now,
        "earliest_at": told["earliest_at"],
        "mode": told["mode"],
        "decline_code": None,
        "referred_to_id": None,
        "sealed": keys_of(session).seal(ask.ref, document),
    }
    _answer(session, actor, request, ask, "offer", values, rules=rules, now=now)
    said = {"ask": ask.ref, "pence": priced["quoted_pence"], "earliest_at": iso(told["earliest_at"])}
    audit.record(session, actor, Event.INTERVIEW_OFFERED, request.ref, now=now, details=said)
    return _after_offer(session, actor, request, ask, rules=rules, now=now)


def _after_offer(
    session: Session, actor: Actor, request: InterviewRequest, ask: InterviewAsk, *, rules: Rulebook, now: datetime
) -> InterviewAsk:
    """Commission it at once where that is agreed; otherwise tell the placing authority that an offer waits for it."""
    made = queries.ask_by_id(session, ask.id)
    placing, details = [request.placing_authority_id], {"ask": ask.ref, "due_at": made.expires_at}
    telling.note(session, request, "interview.offered", [ask.provider_id], now=now, **details)
    if request.award == "first_acceptable" and not terms.out_of_terms(session, request, made, now=now):
        telling.note(session, request, "interview.offered", placing, now=now, **details)
        commissioning.award(session, actor, request, made, rules=rules, now=now)
        return queries.ask_by_id(session, ask.id)
    telling.tell(session, actor, request, "interview.offered", placing, rules=rules, now=now, **details)
    asking.step_on(session, actor, queries.locked(session, request.id), rules=rules, now=now)
    return made


def _refuse_untrue(request: InterviewRequest, told: Told, *, now: datetime) -> None:
    if told["earliest_at"] < now:
        raise _refused("earliest_at", "That is in the past. Enter when you could see the child.")
    if told["mode"] not in request.needs["modes"]:
        wanted = ", ".join(str(each).replace("_", " ") for each in request.needs["modes"])
        raise _refused(
            "mode", worded("The council asks for another way: {wanted}. Decline, or ask a question.", wanted=wanted)
        )


def _priced(session: Session, actor: Actor, told: Told, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """The card in force and what the interview is expected to come to by it: nothing for a council's team without a card."""
    entry = providers.provider_of(session, actor.organisation)
    row = providers.cards_in_force(session, [entry.id], on=london_date(now)).get(entry.id) if entry else None
    if entry is None or (row is None and entry.run_by_id is None):
        raise StateConflict(NO_CARD, code="no_rate_card")
    if row is None:
        return {"rate_card_id": None, "quoted_pence": 0, "expires_at": None}
    card = Card.of_row(row, entry.opening_hours)
    measures = {name: told[name] for name in ("minutes", "miles") if told.get(name) is not None}
    uplifted = is_out_of_hours(card, told["earliest_at"], calendar=rules.calendar)
    price = quoted(card, **measures, is_out_of_hours=uplifted).total_pence
    return {"rate_card_id": row.id, "quoted_pence": price, "expires_at": now + terms.stands_for(card)}


def decline(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    code: str,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> InterviewAsk:
    """Say no to the ask *ref*, or take an offer back, for a reason (a code of ``DECLINES``): the next provider is asked.

    Raises ``NotFound``; ``StateConflict`` where it has been answered or decided already.
    """
    request, ask = own_ask(session, actor, ref)
    _refuse_answered(ask)
    document = {**_opened(session, ask), "by": by, **({"note": note} if note else {})}
    values = {"answered_at": now, "decline_code": code, "sealed": keys_of(session).seal(ask.ref, document)}
    _answer(session, actor, request, ask, "decline", values, rules=rules, now=now)
    said = {"ask": ask.ref, "code": code}
    audit.record(session, actor, Event.INTERVIEW_DECLINED, request.ref, now=now, details=said)
    _tell_no(session, actor, request, ask, rules=rules, now=now, code=code)
    asking.step_on(session, actor, queries.locked(session, request.id), rules=rules, now=now)
    return queries.ask_by_id(session, ask.id)


def refer(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    to: str,
    by: str,
    note: str | None = None,
    rules: Rulebook,
    now: datetime,
) -> InterviewAsk:
    """Name another provider (*to*: the reference of its organisation), which is then asked.

    Raises as :func:`decline`, and ``Invalid`` for who is none.
    """
    request, ask = own_ask(session, actor, ref)
    _refuse_answered(ask)
    other = asking.provider_id(session, to, "to")
    _refuse_referral(session, request, ask, other)
    document = {**_opened(session, ask), "by": by, **({"note": note} if note else {})}
    values = {"answered_at": now, "referred_to_id": other, "sealed": keys_of(session).seal(ask.ref, document)}
    _answer(session, actor, request, ask, "refer", values, rules=rules, now=now)
    audit.record(session, actor, Event.INTERVIEW_REFERRED, request.ref, now=now, details={"ask": ask.ref, "to": to})
    _tell_no(session, actor, request, ask, rules=rules, now=now, referred_to=to)
    _ask_named(session, actor, request, other, rules=rules, now=now)
    asking.step_on(session, actor, queries.locked(session, request.id), rules=rules, now=now)
    return queries.ask_by_id(session, ask.id)


def _refuse_referral(session: Session, request: InterviewRequest, ask: InterviewAsk, other: int) -> None:
    entry = providers.provider_of(session, other)
    if other == ask.provider_id:
        raise _refused("to", "Name another provider than your own.")
    if entry is not None and entry.run_by_id == request.placing_authority_id:
        raise _refused("to", "That is the own team of the council that asks. It knows of it already.")


def _ask_named(
    session: Session, actor: Actor, request: InterviewRequest, other: int, *, rules: Rulebook, now: datetime
) -> None:
    """Ask whoever was named, unless it was asked before: then its answer stands, or is waited for."""
    known = {each.provider_id: each.state for each in queries.asks_of(session, request.id)}
    if known.get(other, "not_needed") != "not_needed":
        return
    hours = duties.hours_of(request.returned_at, request.latest_at, rules=rules)
    by = cascade.reply_by(hours, load_interview_policy().asking, most=duties.longest_reply(rules, now=now), now=now)
    asking.put(session, actor, request, {other: ["referred"]}, step=request.step, step_by=by, rules=rules, now=now)


def converse(
    session: Session, actor: Actor, ref: str, *, text: str, by: str, rules: Rulebook, now: datetime
) -> InterviewAsk:
    """Ask something about the ask *ref*, or answer: between the provider and the placing authority.

    Raises ``NotFound``; ``StateConflict`` where nothing is left to ask, or too much was said.
    """
    request, ask = asking.ask_between(session, actor, ref)
    if ask.state != "won":
        refuse_unless_sought(request)
    document = _opened(session, ask)
    said = document.get("conversation", [])
    if len(said) >= load_interview_policy().asking.most_messages:
        raise StateConflict(
            "So much was said about this already that it is better to ring. The contact is in the request."
        )
    is_provider = ask.provider_id == actor.organisation
    message = {"from": "provider" if is_provider else "placing", "by": by, "at": iso(now), "text": text}
    sealed = keys_of(session).seal(ask.ref, {**document, "conversation": [*said, message]})
    if not queries.change_ask(session, ask, {"sealed": sealed}):
        raise StateConflict("Somebody else wrote at the same moment. Read it, then write again.")
    audit.record(session, actor, Event.INTERVIEW_CONVERSED, request.ref, now=now, details={"ask": ask.ref})
    ends = [request.placing_authority_id, ask.provider_id]
    telling.tell(session, actor, request, "interview.conversation", ends, rules=rules, now=now, ask=ask.ref)
    return queries.ask_by_id(session, ask.id)


# --- what answers share -----------------------------------------------------------------------------------------------


def _answer(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    ask: InterviewAsk,
    action: str,
    values: dict[str, Any],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    try:
        asking.change_state(session, ask, action, values)
    except StateConflict:
        raise StateConflict(_MOVED_BEFORE) from None
    duties.answered(session, actor, request, ask, rules=rules, now=now)
    telling.asked_no_longer(session, request, ask.provider_id, now=now)


def _refuse_answered(ask: InterviewAsk) -> None:
    if ask.state == "won":
        raise StateConflict("You were commissioned to hold this interview. Give it back, if you cannot.")
    if ask.state == "not_needed":
        raise StateConflict(
            "Nothing more is needed of you: the interview is held by somebody else, or not sought any longer."
        )


def _tell_no(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    ask: InterviewAsk,
    *,
    rules: Rulebook,
    now: datetime,
    **said: Any,
) -> None:
    whom = [request.placing_authority_id, ask.provider_id]
    telling.tell(session, actor, request, "interview.declined", whom, rules=rules, now=now, ask=ask.ref, **said)


def _opened(session: Session, ask: InterviewAsk) -> dict[str, Any]:
    document: dict[str, Any] = keys_of(session).open(ask.ref, ask.sealed)
    return document


def _refused(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
