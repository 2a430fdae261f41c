"""After a host was told: a checklist of its register, health, education and the others, each step recorded by a named officer."""

from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound
from hub.core.http import resource
from hub.duties.pages import BASIS_WORDS
from hub.duties.rulebook import Rulebook
from hub.registry.desk import lists as desk_lists
from hub.registry.desk import passing_on
from hub.registry.desk.passing_on import HUB, NOT_NEEDED, STEPS, TOLD_AS, WAYS
from hub.registry.desk.passing_on_schemas import HostStepIn, TakingBackIn
from hub.web import forms
from hub.web.desk import ages, words
from hub.web.desk.blueprint import blp
from hub.web.desk.officer import officer
from hub.web.forms import Filled
from hub.web.pages import page, with_status
from hub.web.pickup.sections import KIND_WORDS
from hub.web.signed_in import acting, allowed, done_once, may
from hub.web.standing_words import STANDINGS

_RECORDED: Final = ("step", "method", "organisation", "to", "done_on", "note", "by")
_TAKEN_BACK: Final = ("reason", "by")
_AT_ONCE: Final = {"register": "other_system"}
"""Steps that one button records as done today, and how."""


@blp.get("/inbox/<ref>/passing-on")
@may("host_step.read")
def checklist_page(ref: str) -> Response:
    """The checklist: what was done, by whom, when and how; what is still owed, and by when."""
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        found = passing_on.checklist(session, actor, ref, now=now)
        notice = desk_lists.received_notice(session, actor, ref, now=now)
        by = officer(session, actor)
    return page(
        "desk/passing_on.html",
        notice=notice,
        kind=KIND_WORDS[notice.kind],
        items=found.items,
        may_record=found.may_record and allowed("host_step.record"),
        at_once=_AT_ONCE,
        officer=by,
        now=now,
        ages=ages,
        words=words,
        standings=STANDINGS,
        basis_words=BASIS_WORDS,
    )


@blp.get("/inbox/<ref>/passing-on/<step>")
@may("host_step.record")
def step_form(ref: str, step: str) -> Response:
    """The form in which one step is recorded, or through which a body that has joined is told now."""
    return _form(ref, step, None)


def _form(ref: str, step: str, given: Filled | None) -> Response:
    if step not in STEPS:
        raise NotFound("There is no such step.")
    actor, now = acting(), utc_now()
    with resource(Database).read() as session:
        notice = desk_lists.received_notice(session, actor, ref, now=now)
        bodies = passing_on.bodies_for(session, step)
        typed = given.typed if given else {"by": officer(session, actor), "method": "secure_email"}
    ways = [way for way in WAYS if way != HUB or bodies]
    ways = [way for way in ways if way != NOT_NEEDED or step not in ("reply", "register")]
    shown = page(
        "desk/step.html",
        notice=notice,
        kind=KIND_WORDS[notice.kind],
        step=step,
        ways=[(way, words.WAY_WORDS[way]) for way in ways],
        bodies=bodies,
        tells_somebody=step not in ("register", "reply"),
        typed=typed,
        errors=given.errors if given else {},
        words=words,
    )
    return with_status(shown, 422 if given else 200)


@blp.post("/inbox/<ref>/passing-on/<step>")
@may("host_step.record")
def record_step(ref: str, step: str) -> Any:
    """Record one step."""
    given = forms.filled(HostStepIn(), _RECORDED, _with_step(step))
    if not given.errors:

        def act(session: Session) -> str:
            passing_on.record_step(session, acting(), ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
            return f"/inbox/{ref}/passing-on"

        try:
            return done_once(act)
        except Invalid as refusal:
            given = forms.refused(given, refusal, _RECORDED)
    return _form(ref, step, given)


def _with_step(step: str) -> Any:
    """The form that was sent, about the step that its address names; whom to tell stands only where it is through the hub."""
    said = request.form.copy()
    said["step"] = step
    if said.get("method") != HUB or step not in TOLD_AS:
        said.poplist("organisation")
    return said


# --- taking back ------------------------------------------------------------------------------------------------------


@blp.get("/inbox/<ref>/steps/<step_ref>")
@may("host_step.record")
def taking_back_form(ref: str, step_ref: str) -> Response:
    """The form that takes back a step recorded in error."""
    return _taking_back(ref, step_ref, None)


def _taking_back(ref: str, step_ref: str, given: Filled | None) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).write() as session:
        items = passing_on.checklist(session, actor, ref, now=now).items
        by = officer(session, actor)
    taken = [each for item in items for each in item.taken if each.ref == step_ref]
    if not taken:
        raise NotFound("There is no such step that you can see.")
    shown = page(
        "desk/taking_back.html",
        ref=ref,
        taken=taken[0],
        typed=given.typed if given else {"by": by},
        errors=given.errors if given else {},
        words=words,
    )
    return with_status(shown, 422 if given else 200)


@blp.post("/inbox/<ref>/steps/<step_ref>")
@may("host_step.record")
def take_back(ref: str, step_ref: str) -> Any:
    """Take a step back: what it fulfilled is owed again."""
    given = forms.filled(TakingBackIn(), _TAKEN_BACK, request.form)
    if given.errors:
        return _taking_back(ref, step_ref, given)

    def act(session: Session) -> str:
        passing_on.take_back(session, acting(), step_ref, **given.loaded, rules=resource(Rulebook), now=utc_now())
        return f"/inbox/{ref}/passing-on"

    return done_once(act)
