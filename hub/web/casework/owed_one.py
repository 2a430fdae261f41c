"""One duty in a browser: what the law says, how it stands and why, the steps taken; and what a person may decide about it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.http import resource
from hub.duties.pages import law_row
from hub.duties.rulebook import Rulebook
from hub.notify import choices, decisions, schemas, worklists
from hub.registry.casework import caseload
from hub.web import forms
from hub.web.casework import parts, words
from hub.web.forms import Filled
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may

blp = parts.group("owed_one", "/owed")

_WHEN: Final = lazy_gettext("Enter the day on which it was done, and the time if you know it.")
_METHOD: Final = lazy_gettext("Choose how it was done.")
_REASON: Final = lazy_gettext("Choose the reason.")
_BY: Final = lazy_gettext("Enter the name and the role of who decided this.")
_OWNER: Final = lazy_gettext("Enter the name and the role of who has it in hand.")
_NOTE: Final = lazy_gettext("Enter why, in a sentence or two.")
_DUE: Final = lazy_gettext("Enter the day on which it is due.")

Do = Callable[[Session, Actor, str, dict[str, Any], Rulebook, datetime], None]


@dataclass(frozen=True)
class Act:
    """One decision as a form: its controls, the schema of the API that reads them, what an empty one is told, what it does."""

    name: str
    title: Any
    schema: type[Schema]
    names: Collection[str]
    sentences: Mapping[str, Any]
    signs: str
    """The control in which the name of whoever acts is put beforehand; empty: none."""
    do: Do


def _done(s: Session, a: Actor, ref: str, b: dict[str, Any], r: Rulebook, now: datetime) -> None:
    decisions.done_elsewhere(s, a, ref, rules=r, now=now, **b)


def _excuse(s: Session, a: Actor, ref: str, b: dict[str, Any], r: Rulebook, now: datetime) -> None:
    said = {"reason": b["reason"], "note": b["note"], "by": b["authorised_by"]}
    decisions.excuse(s, a, ref, rules=r, now=now, **said)


def _pause(s: Session, a: Actor, ref: str, b: dict[str, Any], _r: Rulebook, now: datetime) -> None:
    decisions.pause(s, a, ref, reason=b["reason"], note=b["note"], by=b["owner"], now=now)


def _date(s: Session, a: Actor, ref: str, b: dict[str, Any], r: Rulebook, now: datetime) -> None:
    decisions.set_due_date(s, a, ref, rules=r, now=now, **b)


def _void(s: Session, a: Actor, ref: str, b: dict[str, Any], _r: Rulebook, now: datetime) -> None:
    decisions.void(s, a, ref, now=now, **b)


def _reopen(s: Session, a: Actor, ref: str, b: dict[str, Any], r: Rulebook, now: datetime) -> None:
    decisions.reopen(s, a, ref, rules=r, now=now, **b)


ACTS: Final = (
    Act(
        "done",
        lazy_gettext("Record that it was done"),
        schemas.FulfilmentIn,
        ("method", "done", "by"),
        {"method": _METHOD, "done": _WHEN, "by": lazy_gettext("Enter the name and the role of who did it.")},
        "by",
        _done,
    ),
    Act(
        "excuse",
        lazy_gettext("Excuse the duty"),
        schemas.ExcuseIn,
        ("reason", "note", "authorised_by"),
        {"reason": _REASON, "note": _NOTE, "authorised_by": _BY},
        "authorised_by",
        _excuse,
    ),
    Act(
        "pause",
        lazy_gettext("Pause the reminders"),
        schemas.PauseIn,
        ("reason", "note", "owner"),
        {"reason": _REASON, "owner": _OWNER},
        "owner",
        _pause,
    ),
    Act("date", lazy_gettext("Give the due date"), schemas.DueDateIn, ("due_on",), {"due_on": _DUE}, "", _date),
    Act(
        "void",
        lazy_gettext("Strike the duty out"),
        schemas.VoidIn,
        ("reason", "note", "by"),
        {"reason": _REASON, "by": _BY},
        "by",
        _void,
    ),
    Act(
        "reopen",
        lazy_gettext("Open the duty again"),
        schemas.ReopeningIn,
        ("reason", "note"),
        {"reason": _REASON},
        "",
        _reopen,
    ),
)
ACT_WORDS: Final = {act.name: act.title for act in ACTS} | {"resume": lazy_gettext("Go on with the reminders")}
OPTIONS: Final = {
    "done": words.METHOD_WORDS,
    "excuse": words.EXCUSE_WORDS,
    "pause": words.PAUSE_WORDS,
    "void": words.VOID_WORDS,
    "reopen": words.REOPEN_WORDS,
}
WAS_DONE: Final = {
    "done": lazy_gettext("It is on record that this was done."),
    "excuse": lazy_gettext("The duty is excused, and your reason is on record."),
    "pause": lazy_gettext("The reminders are paused. It is still owed, and in the hands of the person you named."),
    "resume": lazy_gettext("The reminders go on from where they stood."),
    "date": lazy_gettext("The due date is on record, and the reminders begin."),
    "void": lazy_gettext("The duty is struck out."),
    "reopen": lazy_gettext("It is owed again. Whoever owes it is reminded; what was late stays late."),
}


@blp.get("/<ref>")
@may("obligation.read")
def one(ref: str) -> Response:
    """The duty. What people wrote about it is opened, and the opening is recorded before it is shown."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).write() as session:
        found = worklists.obligation(session, actor, ref, rules=rules, now=now)
        offered = choices.choices(session, actor, ref, rules=rules)
        told = caseload.told_of(session, actor, [found["subject_ref"]])
    duty = rules.law.duties.get(found["duty_code"])
    return parts.shown(
        "owed_one",
        row=found,
        law=law_row(duty) if duty else None,
        rests_on=duty.basis if duty else "",
        placement=told.get(found["subject_ref"]),
        choices=offered,
        act_words=ACT_WORDS,
        was_done=WAS_DONE.get(request.args.get("done", "")),
        now=now,
    )


@blp.post("/<ref>/resume")
@may("obligation.pause")
def resume(ref: str) -> Response:
    """Let the reminders of a paused duty go on."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()

    def act(session: Session) -> str:
        decisions.resume(session, actor, ref, rules=rules, now=now)
        return f"/owed/{ref}?done=resume"

    return done_once(act)


def _form(act: Act, ref: str, given: Filled | None, status: int = 200) -> Response:
    """The form of *act*; what it is about stands above it."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    with resource(Database).read() as session:
        offered = choices.choices(session, actor, ref, rules=rules)
        if act.name not in offered and given is None:
            raise StateConflict(
                gettext("That cannot be decided about this duty now. Read it again to see how it stands.")
            )
        if given is None and (why := offered[act.name]):
            raise StateConflict(why)
        [row] = worklists.briefly(session, actor, ref, rules=rules, now=now)
        typed = given.typed if given else {act.signs: parts.signed(session, actor)} if act.signs else {}
    return parts.shown(
        "owed_act",
        status=status,
        act=act,
        row=row,
        options=list(OPTIONS.get(act.name, {}).items()),
        typed=typed,
        errors=given.errors if given else {},
        now=now,
    )


def _sent(act: Act, ref: str) -> Response:
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    given = asked(forms.filled(act.schema(), act.names, request.form), act.sentences)

    def do(session: Session) -> str:
        act.do(session, actor, ref, given.loaded, rules, now)
        return f"/owed/{ref}?done={act.name}"

    return sent(given, act.names, do, lambda again, status: _form(act, ref, again, status))


def _pages_of(act: Act) -> None:
    """The page of the form and what takes it, under the permission of the API's route."""

    @may(choices.PERMISSIONS[act.name])
    def ask(ref: str) -> Response:
        return _form(act, ref, None)

    @may(choices.PERMISSIONS[act.name])
    def take(ref: str) -> Response:
        return _sent(act, ref)

    blp.add_url_rule(f"/<ref>/{act.name}", f"{act.name}_form", ask, methods=["GET"])
    blp.add_url_rule(f"/<ref>/{act.name}", act.name, take, methods=["POST"])


for _act in ACTS:
    _pages_of(_act)
