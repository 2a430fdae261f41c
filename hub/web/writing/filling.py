"""From the controls of one section to the whole of a draft, and back: what a section does not ask stays as it was."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from hub.core.http import flattened
from hub.registry.schemas import NoticeIn
from hub.web import forms
from hub.web.forms import Errors, Typed
from hub.web.writing.questions import Question

SCHEMA: Final = NoticeIn()
Body = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """A section that was sent: the draft's whole *body* with it in its place, and as the service takes it."""

    body: Body = field(default_factory=dict, repr=False)
    loaded: Body = field(default_factory=dict, repr=False)
    typed: Typed = field(default_factory=dict, repr=False)
    errors: Errors = field(default_factory=dict)


def written(before: Body, questions: Sequence[Question], form: "MultiDict[str, str]") -> Written:
    """The draft *before* with what *form* answers to *questions*; where that cannot be read or taken, one sentence for each."""
    names = [question.name for question in questions]
    numbered, errors = forms.read_numbered(SCHEMA, names, form)
    body = laid_over(before, names, forms.compact(numbered))
    loaded, faults = loaded_from(body, names, numbered)
    return Written(body, loaded, forms.typed_in(names, form), {**faults, **errors})


def as_far_as_it_goes(before: Body, questions: Sequence[Question], form: "MultiDict[str, str]") -> Written:
    """As :func:`written`, leaving out what is not right yet: what is saved while somebody types."""
    whole = written(before, questions, form)
    if not whole.errors:
        return whole
    good = [question for question in questions if question.name not in whole.errors]
    partly = written(before, good, form)
    return Written(partly.body, partly.loaded if not partly.errors else {}, whole.typed, whole.errors)


def loaded_from(body: Body, names: Collection[str], numbered: Body | None = None) -> tuple[Body, Errors]:
    """What the schema makes of *body*, or one sentence for each control that is at fault.

    *numbered*: the form, as ``forms.read_numbered`` reads it, by whose numbers controls are called.
    """
    try:
        return SCHEMA.load(body), {}
    except ValidationError as fault:
        return {}, forms.told(flattened(fault.messages_dict), names, numbered or {})


# --- laying one over the other ----------------------------------------------------------------------------------------


def laid_over(before: Body, names: Collection[str], said: Body) -> Body:
    """*before* with what stood at *names* taken out and *said* put in its place."""
    body: Body = json.loads(json.dumps(before))
    for name in names:
        for path in _paths(name):
            _take_out(body, path.split("."))
    return _merged(body, said)


def _paths(name: str) -> tuple[str, ...]:
    """Where the answer to a control may stand: a moment with its time or without."""
    return (name,) if forms.field_at(SCHEMA, name) is not None else (f"{name}_at", f"{name}_on")


def _take_out(body: Any, path: list[str]) -> None:
    if not isinstance(body, dict) or path[0] not in body:
        return
    if len(path) == 1:
        del body[path[0]]
        return
    _take_out(body[path[0]], path[1:])
    if body[path[0]] == {}:
        del body[path[0]]


def _merged(body: Body, said: Body) -> Body:
    for name, value in said.items():
        both = isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = _merged(body[name], value) if both else value
    return body


def value_at(body: Any, path: str) -> Any:
    """What stands at *path* in plain JSON values; ``None`` where nothing does."""
    for step in path.split("."):
        body = body.get(step) if isinstance(body, Mapping) else None
    return body


# --- what stands in it ------------------------------------------------------------------------------------------------


def standing_in(body: Mapping[str, Any], names: Collection[str]) -> Typed:
    """What stands in the controls *names* of the draft *body*."""
    return forms.spelt(SCHEMA, names, body)


def mark_of(body: Mapping[str, Any], names: Collection[str]) -> str:
    """A short mark of what stands in these controls: while it is the same, nobody has changed them."""
    said = json.dumps(standing_in(body, names), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


# --- markers ----------------------------------------------------------------------------------------------------------


def chosen_in(body: Mapping[str, Any]) -> list[str]:
    """The markers that a draft names, in its order."""
    return [each["marker"] for each in body.get("markers", ())]


def with_chosen(body: Body, chosen: Sequence[str]) -> Body:
    """*body* with these markers: those that stand keep what is said of them, new ones begin bare."""
    known = {each["marker"]: each for each in body.get("markers", ())}
    named = [*(name for name in known if name in chosen), *(name for name in chosen if name not in known)]
    listed = [known.get(name, {"marker": name}) for name in dict.fromkeys(named)]
    rest = {name: value for name, value in body.items() if name != "markers"}
    return {**rest, "markers": listed} if listed else rest
