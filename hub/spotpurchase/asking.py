"""Putting a request to providers: the next step of the cascade, several at once by hand, and what happens when nobody is left.

Every step is one act in the caller's transaction: whoever is asked owes an answer, and the hub knows when it looks again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.duties.rulebook import Rulebook
from hub.missing import subjects
from hub.spotpurchase import cascade, duties, queries, telling
from hub.spotpurchase.matching import Matching, Wanted, ranked
from hub.spotpurchase.models import InterviewAsk, InterviewRequest
from hub.spotpurchase.policy import load_interview_policy
from hub.spotpurchase.providers import queries as providers
from hub.spotpurchase.reasons import LET_GO
from hub.spotpurchase.standing import move, request_for
from hub.spotpurchase.states import ASK, SEEKING

SPENT: Final = ("asked", "offered", "declined", "referred", "lapsed", "won")
"""The cascade does not ask these again by itself; whoever was only not needed any more, it does."""
AT_ONCE: Final = 20
"""Providers that a person may ask together."""


def matching_of(session: Session, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> Matching:
    """Whom *request* would be put to now, in order and why; and why not the others."""
    needs = request.needs
    born_on = subjects.born_on(session, request.child_id)
    wanted = Wanted(
        area_gss=request.area_gss,
        age=subjects.age_at(born_on, now),
        languages=tuple(needs["languages"]),
        gender=needs["gender"],
        modes=tuple(needs["modes"]),
        price_cap_pence=request.price_cap_pence if request.payer_id == request.placing_authority_id else None,
        host_id=_council_of(session, request.area_gss),
        placing_id=request.placing_authority_id,
    )
    standings = providers.standings(session, request.area_gss, on=london_date(now))
    return ranked(wanted, standings, at=now, calendar=rules.calendar)


def _council_of(session: Session, gss_code: str) -> int | None:
    row = directory.by_gss(session, gss_code)
    return row.id if row else None


# --- the cascade ------------------------------------------------------------------------------------------------------


def step_on(
    session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Take a locked request one step on: ask the next, or wait for who was asked, or hand it to the placing authority.

    Does nothing to a request that is not being sought. Whoever is asked has an alert, and the row says when the hub looks again.
    """
    if request.state not in SEEKING:
        return request
    asks, fallback_at = queries.asks_of(session, request.id), _hours(request, rules).fallback_at
    if request.state == "unplaced" or any(_is_waited_for(each, now) for each in asks):
        return _wait(session, request, now=now)
    step = _next(session, request, asks, rules=rules, now=now)
    if step is not None:
        return _take(session, actor, request, step, rules=rules, now=now)
    if any(each.state in ("asked", "offered") for each in asks) and now < fallback_at:
        return _wait(session, request, at_the_latest=fallback_at, now=now)
    return run_out(session, actor, request, rules=rules, now=now)


def _is_waited_for(ask: InterviewAsk, now: datetime) -> bool:
    """Whether the hub goes on to nobody else before this one has answered."""
    return ask.state == "asked" and now < (ask.goes_on_at or ask.reply_by)


def _next(
    session: Session, request: InterviewRequest, asks: Sequence[InterviewAsk], *, rules: Rulebook, now: datetime
) -> cascade.Step | None:
    spent = {each.provider_id for each in asks if each.state in SPENT} - _let_go(session, request, asks)
    matches = matching_of(session, request, rules=rules, now=now).asked
    terms, most = load_interview_policy().asking, duties.longest_reply(rules, now=now)
    return cascade.next_step(matches, spent, _hours(request, rules), terms, most=most, now=now)


def _let_go(session: Session, request: InterviewRequest, asks: Sequence[InterviewAsk]) -> set[int]:
    """Who won, and would hold it still if the child had not declined or the request had not been cancelled."""
    ended = {each.ask_id: each.end_reason for each in queries.commissions_of(session, request.id)}
    return {each.provider_id for each in asks if each.state == "won" and ended.get(each.id) in LET_GO}


def _take(
    session: Session, actor: Actor, request: InterviewRequest, step: cascade.Step, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    number = request.step + 1
    whom = {each.organisation_id: [each.step, *each.why] for each in step.matches}
    put(session, actor, request, whom, step=number, step_by=step.reply_by, rules=rules, now=now)
    if now >= _hours(request, rules).fallback_at:
        duties.decision_owed(session, actor, request, rules=rules, now=now)
    looks_at = _looks_at(queries.asks_of(session, request.id), None, now)
    return _changed(session, request, {"step": number, "next_step_at": looks_at})


def _wait(
    session: Session, request: InterviewRequest, *, at_the_latest: datetime | None = None, now: datetime
) -> InterviewRequest:
    looks_at = _looks_at(queries.asks_of(session, request.id), at_the_latest, now)
    return request if looks_at == request.next_step_at else _changed(session, request, {"next_step_at": looks_at})


def _looks_at(asks: Sequence[InterviewAsk], at_the_latest: datetime | None, now: datetime) -> datetime | None:
    """When somebody must have answered, or is waited for no longer, or the first offer expires."""
    asked = [each for each in asks if each.state == "asked"]
    instants = [each.goes_on_at for each in asked if each.goes_on_at and now < each.goes_on_at]
    instants += [each.reply_by for each in asked]
    instants += [each.expires_at for each in asks if each.state == "offered" and each.expires_at]
    instants += [at_the_latest] if at_the_latest else []
    return min(instants, default=None)


def run_out(
    session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Nobody is left to ask: the placing authority owes the decision how the interview is to be done, and is told."""
    if request.state == "requested":
        request = move(session, request, "run_out")
        audit.record(session, actor, Event.INTERVIEW_UNPLACED, request.ref, now=now, details={"step": request.step})
        whom, due_at = [request.placing_authority_id], request.latest_at
        telling.tell(session, actor, request, "interview.unplaced", whom, rules=rules, now=now, due_at=due_at)
        telling.note(session, request, "interview.unplaced", [request.host_authority_id], now=now, due_at=due_at)
    duties.decision_owed(session, actor, request, rules=rules, now=now)
    return _wait(session, request, now=now)


def put(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    whom: dict[int, list[str]],
    *,
    step: int,
    step_by: datetime,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Put *request* to these providers (id → why, as codes): anew, or again where they were asked before.

    *step_by*: until when they are waited for. Whoever is closed meanwhile has longer to answer.
    """
    known = {each.provider_id: each for each in queries.asks_of(session, request.id)}
    due = _due(session, request, whom, step_by, rules=rules, now=now)
    rows = []
    for number, why in whom.items():
        goes_on_at = step_by if step_by < due[number] else None
        asked = {"step": step, "why": why, "asked_at": now, "reply_by": due[number], "goes_on_at": goes_on_at}
        if number in known:
            change_state(session, known[number], "ask_again", {**_UNANSWERED, **asked})
        else:
            rows.append(_row(session, request, number, asked))
    if rows:
        queries.add_asks(session, rows)
    duties.answers_owed(session, actor, request, due, rules=rules, now=now)
    for ask in queries.asks_of(session, request.id):
        if ask.provider_id in whom:
            _tell_asked(session, actor, request, ask, rules=rules, now=now)


def _due(
    session: Session,
    request: InterviewRequest,
    provider_ids: Collection[int],
    step_by: datetime,
    *,
    rules: Rulebook,
    now: datetime,
) -> dict[int, datetime]:
    """By when each of these is to answer."""
    hours, terms = _hours(request, rules), load_interview_policy().asking
    opening = providers.opening_hours(session, provider_ids)
    return {
        number: cascade.own_reply_by(step_by, opening[number], hours, terms, calendar=rules.calendar, now=now)
        for number in provider_ids
    }


def _tell_asked(
    session: Session, actor: Actor, request: InterviewRequest, ask: InterviewAsk, *, rules: Rulebook, now: datetime
) -> None:
    said = {"ask": ask.ref, "step": ask.step, "why": list(ask.why)}
    audit.record(session, actor, Event.INTERVIEW_ASKED, request.ref, now=now, details=said)
    told = {"ask": ask.ref, "due_at": ask.reply_by}
    telling.tell(session, actor, request, "interview.asked", [ask.provider_id], rules=rules, now=now, **told)
    telling.note(session, request, "interview.asked", [request.placing_authority_id], now=now, **told)


def _row(session: Session, request: InterviewRequest, provider_id: int, asked: dict[str, Any]) -> dict[str, Any]:
    ref = new_ref("ask")
    own = {"ref": ref, "request_id": request.id, "provider_id": provider_id}
    return {**own, **asked, "sealed": keys_of(session).seal(ref, {})}


_UNANSWERED: Final = dict.fromkeys(
    (
        "answered_at",
        "decline_code",
        "referred_to_id",
        "rate_card_id",
        "quoted_pence",
        "earliest_at",
        "mode",
        "expires_at",
    )
)


def change_state(session: Session, ask: InterviewAsk, action: str, values: dict[str, Any] | None = None) -> None:
    """Move *ask* by *action*, if it still is as it was read. Raises ``StateConflict``."""
    same = (InterviewAsk.id == ask.id) & (InterviewAsk.version == ask.version)
    ASK.apply_one(session, InterviewAsk, action, same, {**(values or {}), "version": ask.version + 1})


def _hours(request: InterviewRequest, rules: Rulebook) -> cascade.Hours:
    return duties.hours_of(request.returned_at, request.latest_at, rules=rules)


def _changed(session: Session, request: InterviewRequest, values: dict[str, Any]) -> InterviewRequest:
    if not queries.change_request(session, request, values):
        raise StateConflict("This request has just been changed by somebody else. Read it again.")
    return queries.locked(session, request.id)


# --- by hand ----------------------------------------------------------------------------------------------------------


def ask_by_hand(
    session: Session, actor: Actor, ref: str, *, providers: Sequence[str], rules: Rulebook, now: datetime
) -> InterviewRequest:
    """Put the request *ref* to these providers (references of organisations) together, beside whom the hub has asked.

    Whoever was asked before and did not say yes is asked again. Raises ``NotFound``; ``Invalid`` for who is no provider, or takes
    nothing on; ``StateConflict`` where it is not being sought, or one of them is at it already.
    """
    request = request_for(session, actor, ref, parts=("placing",))
    refuse_unless_sought(request)
    ids = [provider_id(session, named, f"providers.{place}") for place, named in enumerate(providers)]
    _refuse_busy(session, request, ids)
    hours, terms = _hours(request, rules), load_interview_policy().asking
    by = cascade.reply_by(hours, terms, most=duties.longest_reply(rules, now=now), now=now)
    put(session, actor, request, {each: ["asked_by_hand"] for each in ids}, step=0, step_by=by, rules=rules, now=now)
    return _wait(session, queries.locked(session, request.id), now=now)


def refuse_unless_sought(request: InterviewRequest) -> None:
    """Raise ``StateConflict`` where *request* is not being sought, saying what became of it."""
    if request.state in SEEKING:
        return
    match request.state:
        case "commissioned" | "scheduled":
            sentence = "Somebody has been commissioned to hold this interview. Nobody else is needed."
        case "completed" | "reported":
            sentence = "This interview was held."
        case "declined_by_child":
            sentence = (
                "The child declined this interview. It can be offered to them again by the council that asked for it."
            )
        case _:
            sentence = "This interview is not sought any longer: the council that asked for it cancelled it."
    raise StateConflict(sentence, code="not_sought")


def provider_id(session: Session, ref: str, field: str) -> int:
    """The organisation *ref*, which holds interviews and takes them on. Raises ``Invalid`` about *field*."""
    row = directory.organisation_by_ref(session, ref)
    entry = providers.provider_of(session, row.id) if row else None
    if row is None or entry is None:
        sentence = "There is no provider of interviews with this reference."
        raise Invalid(sentence, fields={field: [sentence]})
    if not entry.is_taking:
        sentence = worded("{name} takes on nothing at present.", name=row.name)
        raise Invalid(sentence, fields={field: [sentence]})
    return int(row.id)


def _refuse_busy(session: Session, request: InterviewRequest, ids: Collection[int]) -> None:
    busy = [each for each in queries.asks_of(session, request.id) if each.provider_id in ids]
    if any(each.state == "asked" for each in busy):
        raise StateConflict("One of these has been asked and has not answered yet. Wait for it, or name others.")
    if any(each.state == "offered" for each in busy):
        raise StateConflict("One of these has offered already. Commission it, or name others.")


# --- for who answers --------------------------------------------------------------------------------------------------


def own_ask(session: Session, actor: Actor, ref: str) -> tuple[InterviewRequest, InterviewAsk]:
    """The ask *ref* of the actor's organisation with its request, both kept from other writers. Raises ``NotFound``."""
    request, ask = ask_between(session, actor, ref)
    if ask.provider_id != actor.organisation:
        raise NotFound(NO_ASK)
    return request, ask


def ask_between(session: Session, actor: Actor, ref: str) -> tuple[InterviewRequest, InterviewAsk]:
    """As :func:`own_ask`, for the provider and for the placing authority."""
    ask = queries.ask_by_ref(session, ref) if is_ref(ref, "ask") else None
    if ask is None:
        raise NotFound(NO_ASK)
    request = queries.locked(session, ask.request_id)
    if actor.organisation not in (ask.provider_id, request.placing_authority_id):
        raise NotFound(NO_ASK)
    # Read anew: whoever wrote at it before had the request to themselves until now.
    return request, queries.ask_by_id(session, ask.id)


NO_ASK: Final = "There is no ask with this reference that you can see."


def concerned(session: Session, request: InterviewRequest) -> list[int]:
    """Ids of the councils, of whoever holds it, and of those whose answer is waited for or stands as an offer."""
    asked = [each.provider_id for each in queries.asks_of(session, request.id) if each.state in ("asked", "offered")]
    standing = queries.standing_commission(session, request.id)
    return [*telling.councils(request), *asked, *([standing.performer_id] if standing else [])]
