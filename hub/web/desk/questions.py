"""Asking the sender about a notice, answering, asking again, settling: one page for the asking, one for each question."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.registry.desk import lists as desk_lists
from hub.registry.desk import questions
from hub.registry.desk.questions_schemas import AnswerIn, AskedAgainIn, QuestionIn
from hub.web import forms
from hub.web.desk.blueprint import blp
from hub.web.desk.officer import officer
from hub.web.desk.threads import thread_of
from hub.web.forms import Filled
from hub.web.pages import page, with_status
from hub.web.pickup.sections import KIND_WORDS, label_of
from hub.web.signed_in import acting, done_once, may

_ASKED: Final = ("kind", "field", "text", "by")
_SAID: Final = ("text", "by")


@blp.get("/inbox/<ref>/question")
@may("question.ask")
def question_form(ref: str) -> Response:
    """The form in which a question is asked, or something is disputed."""
    return _asking(ref, None)


def _asking(ref: str, given: Filled | None) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).read() as session:
        notice = desk_lists.received_notice(session, actor, ref, now=now)
        typed = given.typed if given else {"by": officer(session, actor), "kind": "question"}
    shown = page(
        "desk/ask.html",
        notice=notice,
        kind=KIND_WORDS[notice.kind],
        fields=sorted(((name, label_of(name)) for name in questions.FIELDS), key=lambda pair: pair[1]),
        typed=typed,
        errors=given.errors if given else {},
    )
    return with_status(shown, 422 if given else 200)


@blp.post("/inbox/<ref>/question")
@may("question.ask")
def ask(ref: str) -> Any:
    """Ask: the sender is told, and the question stands with the notice for both."""
    given = forms.filled(QuestionIn(), _ASKED, request.form)
    if not given.errors:

        def act(session: Session) -> str:
            questions.ask(session, acting(), ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
            return f"/inbox/{ref}#questions"

        try:
            return done_once(act)
        except Invalid as refusal:
            given = forms.refused(given, refusal, _ASKED)
    return _asking(ref, given)


# --- one question -----------------------------------------------------------------------------------------------------


@blp.get("/inbox/questions/<ref>")
@may("question.read")
def question_page(ref: str) -> Response:
    """A question with all that was said, and the form of whoever's turn it is; the reading is recorded."""
    return _question(ref, None)


def _question(ref: str, given: Filled | None, wrong: str = "") -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        seen = questions.read_question(session, actor, ref, now=now)
        typed = given.typed if given else {"by": officer(session, actor)}
    shown = page(
        "desk/question.html",
        thread=thread_of(seen),
        seen=seen,
        kind=KIND_WORDS[seen.notice_kind],
        notice_path=f"/inbox/{seen.notice}" if seen.is_ours else f"/notices/{seen.notice}",
        typed=typed,
        errors=given.errors if given else {},
        wrong=wrong,
    )
    return with_status(shown, 422 if given else 200)


@blp.post("/inbox/questions/<ref>/answer")
@may("question.answer")
def answer(ref: str) -> Any:
    """Answer, as the sender of the notice."""
    return _says(ref, AnswerIn(), "answer", questions.answer)


@blp.post("/inbox/questions/<ref>/further")
@may("question.ask")
def ask_again(ref: str) -> Any:
    """Ask again, where the answer does not settle it."""
    return _says(ref, AskedAgainIn(), "further", questions.ask_again)


def _says(ref: str, schema: Schema, which: str, say: Callable[..., Any]) -> Any:
    given = forms.filled(schema, _SAID, request.form)
    if not given.errors:

        def act(session: Session) -> str:
            say(session, acting(), ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
            return f"/inbox/questions/{ref}"

        try:
            return done_once(act)
        except Invalid as refusal:
            given = forms.refused(given, refusal, _SAID)
    return _question(ref, given, which)


@blp.post("/inbox/questions/<ref>/settlement")
@may("question.ask")
def settle(ref: str) -> Any:
    """Say that it is settled, in one's own name."""

    def act(session: Session) -> str:
        actor = acting()
        by = officer(session, actor) or gettext("A system of the organisation")
        questions.close(session, actor, ref, by=by, now=utc_now())
        return f"/inbox/questions/{ref}"

    return done_once(act)
