"""What asking makes whom owe: an answer by each provider that is asked (ERBK), a decision by the placing authority (ERFB).

Both are rows of local policy (``config/law/hub_policy.toml``). Any answer meets the first; a commission, whoever holds it, the
second. The interview itself is owed on the episode, by the law, and its clock is never touched here.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.clocks import due_from
from hub.duties.rulebook import Rulebook
from hub.notify import queries as notify_queries
from hub.notify import restating
from hub.notify.decisions import reopen_row
from hub.notify.models import Obligation
from hub.notify.opening import Opening, open_obligations
from hub.notify.settling import settle
from hub.spotpurchase.cascade import Hours
from hub.spotpurchase.models import InterviewAsk, InterviewRequest

ANSWER, DECISION, INTERVIEW, DEBRIEF = "ERBK", "ERFB", "ERHI", "WDBR"
_DAY: Final = timedelta(days=1)


def hours_of(returned_at: datetime, latest_at: datetime, *, rules: Rulebook) -> Hours:
    """The instants that rule the asking after a return."""
    due = due_from(rules.law.duty(DECISION), returned_at, calendar=rules.calendar)
    return Hours(min(due.at or latest_at, latest_at), latest_at)


def latest_after(returned_at: datetime, *, is_welsh: bool, rules: Rulebook) -> datetime:
    """The 72nd hour after a return, by the row of the law table: in Wales that of the debrief."""
    due = due_from(rules.law.duty(DEBRIEF if is_welsh else INTERVIEW), returned_at, calendar=rules.calendar)
    return due.at or returned_at + 3 * _DAY


def longest_reply(rules: Rulebook, *, now: datetime) -> timedelta:
    """What a provider is given to answer at the most."""
    due = due_from(rules.law.duty(ANSWER), now, calendar=rules.calendar)
    return (due.at or now + _DAY) - now


# --- an answer of whoever is asked --------------------------------------------------------------------------------------


def answers_owed(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    due: Mapping[int, datetime],
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """Each provider of *due* was asked now and owes an answer by then; what it answered when asked before does not count."""
    answers_struck(session, actor, request, due, reason="asked_again", now=now)
    row = rules.law.duty(ANSWER)
    openings = [
        Opening(
            duty_code=ANSWER,
            law_in_force=str(row.in_force_from),
            basis=row.basis,
            subject_ref=request.ref,
            owed_by_id=provider_id,
            owed_by_role=row.owed_by,
            owed_to_id=request.placing_authority_id,
            owed_to_role=row.owed_to,
            because="It was asked to hold a return home interview.",
            event_at=now,
            due_at=due_at,
            due_on=None,
            due_is_policy=True,
        )
        for provider_id, due_at in due.items()
    ]
    open_obligations(session, actor, openings, rules=rules, now=now)


def answered(
    session: Session, actor: Actor, request: InterviewRequest, ask: InterviewAsk, *, rules: Rulebook, now: datetime
) -> None:
    """The provider of *ask* has answered, whatever it said."""
    rows = _open(session, request, ANSWER, ask.provider_id)
    settle(session, actor, rows, by_ref=ask.ref, at=now, reached_at=now, rules=rules, now=now)


def answers_struck(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    provider_ids: Collection[int],
    *,
    reason: str,
    now: datetime,
) -> None:
    """No answer of these is owed: strike out those that are open; asked again, those that were given too."""
    states = ("open", "met", "met_late") if reason == "asked_again" else ("open",)
    conditions = [*notify_queries.about(request.ref, [ANSWER]), Obligation.state.in_(states)]
    rows = notify_queries.locked(session, *conditions, Obligation.owed_by_id.in_(list(provider_ids)))
    restating.strike_out(session, actor, rows, reason=reason, now=now)


# --- the decision of the placing authority ------------------------------------------------------------------------------


def decision_owed(session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime) -> None:
    """Nobody has accepted: the placing authority decides how the interview is to be done, by an hour counted from the return."""
    there = notify_queries.locked(session, *notify_queries.about(request.ref, [DECISION]), Obligation.state != "void")
    for obligation in there:
        if obligation.state != "open":
            reopen_row(session, actor, obligation, reason="nobody_accepted", rules=rules, now=now)
    if there:
        return
    open_obligations(session, actor, [_decision(request, rules)], rules=rules, now=now)


def _decision(request: InterviewRequest, rules: Rulebook) -> Opening:
    row = rules.law.duty(DECISION)
    due = due_from(row, request.returned_at, calendar=rules.calendar)
    return Opening(
        duty_code=DECISION,
        law_in_force=str(row.in_force_from),
        basis=row.basis,
        subject_ref=request.ref,
        owed_by_id=request.placing_authority_id,
        owed_by_role=row.owed_by,
        owed_to_id=None,
        owed_to_role=row.owed_to,
        because="No provider has accepted the request for a return home interview.",
        event_at=request.returned_at,
        due_at=due.at,
        due_on=due.on,
        due_is_policy=True,
    )


def decision_restated(
    session: Session, actor: Actor, request: InterviewRequest, *, rules: Rulebook, now: datetime
) -> None:
    """The child was back at another time than was said: the decision is owed by the hour that is counted from there."""
    opening = _decision(request, rules)
    for row in notify_queries.locked(
        session, *notify_queries.about(request.ref, [DECISION]), Obligation.state != "void"
    ):
        if (row.event_at, row.due_at) != (opening.event_at, opening.due_at):
            restating.restate(session, actor, row, opening, rules=rules, now=now)


def decided(
    session: Session, actor: Actor, request: InterviewRequest, by_ref: str, *, rules: Rulebook, now: datetime
) -> None:
    """Somebody was commissioned by *by_ref*, whoever it is: the decision has been made."""
    rows = _open(session, request, DECISION)
    settle(session, actor, rows, by_ref=by_ref, at=now, reached_at=now, rules=rules, now=now)


def nothing_owed(session: Session, actor: Actor, request: InterviewRequest, *, reason: str, now: datetime) -> None:
    """The interview is not sought any longer: neither answers nor a decision are owed. *reason*: a code."""
    conditions = [*notify_queries.about(request.ref, [ANSWER, DECISION]), Obligation.state == "open"]
    restating.strike_out(session, actor, notify_queries.locked(session, *conditions), reason=reason, now=now)


def _open(
    session: Session, request: InterviewRequest, code: str, owed_by_id: int | None = None
) -> Sequence[Obligation]:
    about = notify_queries.about(request.ref, [code], owed_by_id)
    return notify_queries.locked(session, notify_queries.IS_OPEN, *about)
