"""The grade of risk that a force gives, and the reason that is asked for a low one: advice, which never stands in the way."""

from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.missing import queries, service
from hub.missing.grades import read_grade
from hub.missing.schemas import GradeIn, GradeReasonIn
from hub.web import forms
from hub.web.forms import Filled
from hub.web.missing import words
from hub.web.missing.acts import read
from hub.web.missing.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, may

NAMES: Final = ("grade", "label", "childrens_services_asked", "reason", "note", "by")


@blp.get("/missing/<ref>/grade")
@may("missing.grade")
def grade_form(ref: str) -> Response:
    """The form, with what speaks against a low grade beside it."""
    return _form(ref, None)


def _form(ref: str, given: Filled | None, status: int = 200, *, advised: tuple[str, ...] = ()) -> Response:
    now = utc_now()
    with resource(Database).write() as session:
        seen, by = read(session, ref, now)
        speaks = _why(session, seen.ref, "low", True)
    return shown(
        "grade",
        status=status,
        seen=seen,
        before=[each for each in seen.timeline if each.kind == "graded" and each.taken_back_at is None],
        speaks=speaks,
        advised=advised,
        grades=words.CHOICES,
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
    )


def _why(session: Session, ref: str, grade: str, childrens_services_asked: bool) -> tuple[str, ...]:
    """Why a reason would be asked for this grade."""
    episode = queries.by_ref(session, ref)
    if episode is None:
        return ()
    return service.why_asked(
        session,
        episode,
        grade,
        childrens_services_asked=childrens_services_asked,
        rules=resource(Rulebook),
        now=utc_now(),
    )


@blp.post("/missing/<ref>/grade")
@may("missing.grade")
def grade(ref: str) -> Response:
    """Record it. Where a reason is asked for and none was written, the form asks once, and takes “without” for an answer."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = forms.filled(GradeIn(), NAMES, request.form)
    is_bare = not given.errors and not given.loaded.get("reason") and "without" not in request.form
    if is_bare and (advised := _asked(ref, given.loaded)):
        return _form(ref, given, advised=advised)

    def act(session: Session) -> str:
        service.grade(session, actor, ref, **given.loaded, rules=rules, now=now)
        return f"/missing/{ref}?done=graded"

    return sent(given, NAMES, act, lambda again, status: _form(ref, again, status))


def _asked(ref: str, told: dict[str, Any]) -> tuple[str, ...]:
    """Why a reason is asked for what was typed; nothing for a grade that no force uses, which the service refuses."""
    try:
        code = read_grade(told["grade"])
    except Invalid:
        return ()
    with resource(Database).write() as session:
        seen, _ = read(session, ref, utc_now())
        return _why(session, seen.ref, code, told["childrens_services_asked"])


# --- the reason, given later ------------------------------------------------------------------------------------------


@blp.get("/missing/<ref>/reason/<grade>")
@may("missing.grade")
def reason_form(ref: str, grade: str) -> Response:
    """Why does the low grade stand?"""
    return _reason(ref, grade, None)


def _reason(ref: str, grade: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen, by = read(session, ref, utc_now())
    said = next((each for each in seen.timeline if each.ref == grade), None)
    return shown(
        "reason",
        status=status,
        seen=seen,
        grade_ref=grade,
        asked=said.details.get("reasons_asked", []) if said else [],
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
    )


@blp.post("/missing/<ref>/reason/<grade>")
@may("missing.grade")
def reason(ref: str, grade: str) -> Response:
    """The placing authority and the forces see it."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    whole = MultiDict(request.form)
    whole["grade"] = grade
    given = forms.filled(GradeReasonIn(), ("grade", "reason", "by"), whole)

    def act(session: Session) -> str:
        service.give_reason(session, actor, ref, **given.loaded, rules=rules, now=now)
        return f"/missing/{ref}?done=reason"

    return sent(given, ("reason", "by"), act, lambda again, status: _reason(ref, grade, again, status))
