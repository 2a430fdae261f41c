"""“What do I owe?” Anybody asks, of one event and its facts: who owes what to whom by when, and why.

The facts come by POST and are kept nowhere: a postcode is close to saying where a child lives, so none is in an address. The
rules and the dates are the registry's and the law's, the same that the API's ``/duties/explain`` answers with.
"""

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import ValidationError

from hub.access.admission import signed_in_person
from hub.access.checking import allows
from hub.core.clock import utc_now
from hub.core.errors import Invalid, NotFound
from hub.core.http import flattened, resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.explain import facts_of, owed_on
from hub.registry.explain_schemas import FactsIn
from hub.web import forms
from hub.web.calculator.answer import answered, spoken_facts
from hub.web.calculator.questions import BY_PATH, EVENTS, WRONG, Asked, options_for
from hub.web.forms import Filled
from hub.web.health import public
from hub.web.pages import page, with_status

blp = Blueprint("calculator", __name__, url_prefix="/law/calculator", template_folder="templates")


@blp.get("")
@public
def events() -> Response:
    """Choose what happened, or is about to."""
    return page("calculator/events.html", events=EVENTS)


@blp.get("/<path>")
@public
def questions(path: str) -> Response:
    """The questions that matter for one event."""
    return _form(_event(path), Filled())


@blp.post("/<path>")
@public
def answer(path: str) -> Response:
    """What is owed on the facts that were sent; or the form again, with what to enter instead."""
    asked, rules, areas = _event(path), resource(Rulebook), resource(Areas)
    given = _filled(asked)
    if given.errors:
        return _form(asked, given)
    try:
        owed = owed_on(given.loaded, law=rules.law, calendar=rules.calendar, areas=areas)
        facts = facts_of(given.loaded, areas=areas)
    except Invalid as refusal:
        return _form(asked, _in_plain_words(asked, forms.refused(given, refusal, asked.names)))
    return _form(asked, given, answer=answered(owed, facts, rules.law, now=utc_now()))


def _event(path: str) -> Asked:
    if path not in BY_PATH:
        raise NotFound("There is no such event. Choose one from the list.")
    return BY_PATH[path]


def _filled(asked: Asked) -> Filled:
    names = asked.names
    body, unread = forms.read(FactsIn(), names, request.form)
    typed = forms.typed_in(names, request.form)
    try:
        loaded = FactsIn().load({"event": asked.event, **body})
    except ValidationError as fault:
        said = {forms.control_of(name, names): "" for name in flattened(fault.messages_dict)}
        return _in_plain_words(asked, Filled(body, {}, typed, {**said, **unread}))
    return Filled(body, {} if unread else loaded, typed, unread)


def _in_plain_words(asked: Asked, given: Filled) -> Filled:
    """*given*, its errors in the order of the form; the sentences of the JSON schema give way to those of the page."""
    _, unread = forms.read(FactsIn(), asked.names, request.form)
    found = {_nearest(asked, name): unread.get(name, "") for name in given.errors}
    errors = {name: found[name] or str(WRONG[name]) for name in asked.names if name in found}
    return Filled(given.body, {}, given.typed, errors)


def _nearest(asked: Asked, name: str) -> str:
    return name if name in asked.names else asked.names[0]


def _form(asked: Asked, given: Filled, *, answer: Any = None) -> Response:
    reader = signed_in_person()
    shown = page(
        "calculator/facts.html",
        asked=asked,
        options=options_for(resource(Areas)),
        typed=given.typed,
        errors=given.errors,
        answer=answer,
        given=spoken_facts(asked, given, resource(Areas)) if answer else [],
        is_signed_in=reader is not None,
        may_write=reader is not None and allows("notice.draft", reader.organisation_kind or "", reader.scopes),
    )
    return with_status(shown, 422 if given.errors else 200)
