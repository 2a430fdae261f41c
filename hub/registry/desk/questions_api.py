"""Questions and disputes about notices over HTTP."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.duties.rulebook import Rulebook
from hub.registry.desk import questions
from hub.registry.desk.questions_schemas import (
    AnswerIn,
    AskedAgainIn,
    QuestionIn,
    QuestionOut,
    QuestionsOut,
    SettledIn,
)

blp = Blueprint(
    "questions", __name__, url_prefix="/api/v1", description="Questions: what a recipient asks about a notice"
)

Body = dict[str, Any]


@route(blp, "GET", "/notices/<ref>/questions", permission="question.read", out=QuestionsOut)
def list_questions(actor: Actor, ref: str) -> Any:
    """See the questions about a notice: its sender sees all, a recipient its own; the reading is recorded."""
    with resource(Database).write() as session:
        return {"items": questions.questions_about(session, actor, ref, now=utc_now())}


@route(
    blp,
    "POST",
    "/notices/<ref>/questions",
    permission="question.ask",
    body=QuestionIn,
    out=QuestionOut,
    status=201,
    idempotent=True,
)
def ask(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Ask the sender about a notice that came to your organisation, or say what in it is wrong."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: questions.ask(session, actor, ref, **body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/questions/<ref>/answer",
    permission="question.answer",
    body=AnswerIn,
    out=QuestionOut,
    status=201,
    idempotent=True,
)
def answer(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Answer a question about a notice that your organisation sent; who asked is told."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: questions.answer(session, actor, ref, **body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/questions/<ref>/further",
    permission="question.ask",
    body=AskedAgainIn,
    out=QuestionOut,
    status=201,
    idempotent=True,
)
def ask_again(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that the answer does not settle it, and what you still ask."""
    now, rules = utc_now(), resource(Rulebook)
    return _done(once, lambda session: questions.ask_again(session, actor, ref, **body, rules=rules, now=now))


@route(
    blp,
    "POST",
    "/questions/<ref>/settlement",
    permission="question.ask",
    body=SettledIn,
    out=QuestionOut,
    status=201,
    idempotent=True,
)
def close(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that a question of yours is settled."""
    now = utc_now()
    return _done(once, lambda session: questions.close(session, actor, ref, **body, now=now))


def _done(once: Once, act: Callable[[Session], Any]) -> Any:
    with resource(Database).write() as session:
        return once(session, lambda: act(session))
