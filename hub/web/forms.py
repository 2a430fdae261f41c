"""Forms and the API share their schemas: what a browser sends becomes the JSON that a marshmallow schema loads, and back.

A control is named by the path of its field in the body, ``child.family_name``; a list's items by number, ``markers.0.marker``.
Every kind of field is spelt as forms spell it:

- text and choices as they are; an empty control leaves the field out
- ``Fact``: ``yes`` or ``no``
- ``Day``: three controls, ``child.born_on-day``, ``-month`` and ``-year``
- ``starts`` (a *moment*): a day with or without ``starts-time``; it becomes ``starts_at``, or ``starts_on`` without a time
- a list of words or whole numbers: one in each line; a list of choices: one control for each, and an empty one besides where
  “none of them” is an answer of its own (what is left out may have a default)

What was typed is kept as it was typed; what is wrong is one sentence for each control, the same that the API says.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON, iso
from hub.core.errors import Invalid
from hub.core.http import flattened
from hub.registry.schemas_parts import Day

Typed = dict[str, Any]
"""Control → what stands in it: a string, or for several checkboxes a list of strings."""
Errors = dict[str, str]
"""Control → one sentence that says what to enter instead."""

YES, NO = "yes", "no"
DAY_PARTS: Final = ("day", "month", "year")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME: Final = re.compile(
    r"(\d{1,2})(?:[:.h]?([0-5]\d)(?:[:.]([0-5]\d))?)?\s*(am|pm)?\s*(gmt|bst)?", re.ASCII | re.IGNORECASE
)
_NO_TIME: Final = lazy_gettext("Enter a time such as 14:30 or 2.30pm, or leave it empty.")
_SKIPPED: Final = lazy_gettext("The clocks went forward past this time. Enter the time that they showed.")
_TIME_TOO: Final = lazy_gettext("Enter the time too, such as 14:30 or 2.30pm.")
_OTHER_ZONE: Final = lazy_gettext("The clocks show another time on that day. Leave out BST or GMT, or change it.")
_NO_NUMBER: Final = lazy_gettext("Enter a whole number.")


class Unspelt(ValueError):
    """What stands in a control cannot be read; the sentence says what to enter."""


@dataclass(frozen=True)
class Filled:
    """A form that was sent: the JSON it stands for, what was typed, and what could not be read or loaded."""

    body: dict[str, Any] = field(default_factory=dict, repr=False)
    loaded: dict[str, Any] = field(default_factory=dict, repr=False)
    """What the schema makes of ``body``; empty where there are errors."""
    typed: Typed = field(default_factory=dict, repr=False)
    errors: Errors = field(default_factory=dict)
    numbered: dict[str, Any] = field(default_factory=dict, repr=False)
    """``body`` with the items of lists under their controls' numbers, which may have gaps."""


def filled(schema: Schema, names: Collection[str], form: "MultiDict[str, str]", *, partial: bool = False) -> Filled:
    """The controls *names* of *form*, read for *schema*; *partial*: what is required may be elsewhere."""
    numbered, errors = read_numbered(schema, names, form)
    body, typed = compact(numbered), typed_in(names, form)
    try:
        loaded = schema.load(body, partial=partial)
    except ValidationError as fault:
        said = told(flattened(fault.messages_dict), names, numbered)
        return Filled(body, {}, typed, _in_order({**said, **errors}, names), numbered)
    return Filled(body, {} if errors else loaded, typed, errors, numbered)


def refused(given: Filled, refusal: Invalid, names: Collection[str]) -> Filled:
    """*given* with what a service refused of it: the same form again, each sentence at its control."""
    said = told(refusal.fields, names, given.numbered)
    errors = _in_order({**given.errors, **(said or {"": refusal.sentence})}, names)
    return Filled(given.body, {}, given.typed, errors, given.numbered)


def _in_order(errors: Errors, names: Collection[str]) -> Errors:
    """*errors* in the order of the controls on the page, so that the summary is worked through from top to bottom."""
    place = {name: number for number, name in enumerate(names)}
    return dict(sorted(errors.items(), key=lambda each: place.get(each[0], len(place))))


def told(faults: Mapping[str, Sequence[str]], names: Collection[str], numbered: dict[str, Any]) -> Errors:
    """Each fault's first sentence, by control: items have their number in the body, controls their number on the page."""
    return {control_of(_as_numbered(path, numbered), names): said[0] for path, said in faults.items()}


def _as_numbered(path: str, numbered: Any) -> str:
    steps = []
    for step in path.split("."):
        own = sorted(numbered, key=int) if _is_numbered(numbered) else []
        step = own[int(step)] if step.isdigit() and int(step) < len(own) else step
        numbered = numbered.get(step) if isinstance(numbered, dict) else None
        steps.append(step)
    return ".".join(steps)


def control_of(path: str, names: Collection[str]) -> str:
    """The control at which a fault of the field *path* is told: its own, or the nearest that holds it."""
    stem = re.sub(r"_(at|on)$", "", path)
    for candidate in (path, stem, re.sub(r"\.\d+$", "", path)):
        if candidate in names:
            return candidate
    return next((name for name in names if name.startswith(f"{path}.")), path)


# --- from a form to JSON ----------------------------------------------------------------------------------------------


def read(schema: Schema, names: Collection[str], form: "MultiDict[str, str]") -> tuple[dict[str, Any], Errors]:
    """The controls *names* as the JSON body that *schema* loads, and what could not be read."""
    numbered, errors = read_numbered(schema, names, form)
    return compact(numbered), errors


def read_numbered(schema: Schema, names: Collection[str], form: "MultiDict[str, str]") -> tuple[dict[str, Any], Errors]:
    """As :func:`read`, the items of lists under their controls' numbers, which may have gaps: for :func:`told`."""
    numbered: dict[str, Any] = {}
    errors: Errors = {}
    for name in names:
        try:
            for path, value in _read(schema, name, form):
                _put(numbered, path.split("."), value)
        except Unspelt as fault:
            errors[name] = str(fault)
    return numbered, errors


def _read(schema: Schema, name: str, form: "MultiDict[str, str]") -> list[tuple[str, Any]]:
    found = field_at(schema, name)
    if found is None:
        return _moment(schema, name, form)
    if isinstance(found, fields.List):
        values = _listed(found, name, form)
        return [(name, values)] if values or (_is_choices(found) and name in form) else []
    if isinstance(found, fields.Date) and not isinstance(found, fields.DateTime):
        on = day_in(form, name, found.example if isinstance(found, Day) else Day.example)
        return [(name, on.isoformat())] if on else []
    text = _lines(form.get(name, "")).strip()
    return [(name, _scalar(found, text))] if text else []


def _scalar(kind: fields.Field[Any], text: str) -> Any:
    if isinstance(kind, fields.Boolean):
        return {YES: True, NO: False}.get(text, text)
    if isinstance(kind, fields.Integer):
        if not re.fullmatch(r"\d{1,9}", text):
            raise Unspelt(_NO_NUMBER)
        return int(text)
    return text


def _listed(kind: "fields.List[Any]", name: str, form: "MultiDict[str, str]") -> list[Any]:
    said = form.getlist(name) if _is_choices(kind) else _lines(form.get(name, "")).split("\n")
    return [_scalar(kind.inner, text.strip()) for text in said if text.strip()]


def _is_choices(kind: "fields.List[Any]") -> bool:
    return any(isinstance(each, validate.OneOf) for each in kind.inner.validators)


def _lines(text: str) -> str:
    """*text* with line ends as they were before a browser sent them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _moment(schema: Schema, name: str, form: "MultiDict[str, str]") -> list[tuple[str, Any]]:
    on = day_in(form, name)
    written = form.get(f"{name}-time", "").strip()
    if on is None:
        if written:
            raise _no_day(Day.example)
        return []
    if not written and not _has(schema, f"{name}_on"):
        raise Unspelt(_TIME_TOO)
    return [(f"{name}_at", iso(instant_in(on, written)))] if written else [(f"{name}_on", on.isoformat())]


def day_in(form: "MultiDict[str, str]", name: str, example: date = Day.example) -> date | None:
    """The day in the three controls of *name*; ``None`` when all are empty. Raises :class:`Unspelt`, with *example* of one."""
    day, month, year = (form.get(f"{name}-{part}", "").strip() for part in DAY_PARTS)
    if not (day or month or year):
        return None
    number = str(_MONTHS.index(month[:3].lower()) + 1) if month[:3].lower() in _MONTHS else month
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in (day, number, year)):
        raise _no_day(example)
    whole = int(year)
    try:
        return date(whole + 2000 if len(year) == 2 and whole < 70 else whole, int(number), int(day))
    except ValueError:
        raise _no_day(example) from None


def _no_day(example: date) -> Unspelt:
    return Unspelt(gettext("Enter a real date, such as %(day)s.", day=f"{example.day} {example.month} {example.year}"))


def instant_in(on: date, written: str) -> datetime:
    """The instant at which London's clocks show *written* on *on*. Raises :class:`Unspelt`.

    Of two (the clocks going back) the first, unless “GMT” is written after it.
    """
    found = _TIME.fullmatch(written)
    if found is None:
        raise Unspelt(_NO_TIME)
    hour, minute, second, half = int(found[1]), int(found[2] or 0), int(found[3] or 0), (found[4] or "").lower()
    if half == "am" and hour > 12:
        raise Unspelt(_NO_TIME)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        local = datetime.combine(on, time(hour, minute, second), LONDON)
    except ValueError:
        raise Unspelt(_NO_TIME) from None
    if _is_skipped(local):
        raise Unspelt(_SKIPPED)
    return _in_zone(local, (found[5] or "").upper())


def _in_zone(local: datetime, zone: str) -> datetime:
    """*local*, or of the two instants at which the clocks show it the one in *zone*, if one is named."""
    if not zone:
        return local
    chosen = [each for each in (local, local.replace(fold=1)) if each.tzname() == zone]
    if not chosen:
        raise Unspelt(_OTHER_ZONE)
    return chosen[0]


def _is_skipped(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None)


def field_at(schema: Schema, name: str) -> fields.Field[Any] | None:
    """The schema's field at the path *name*; ``None`` for a moment. Raises ``LookupError`` where the schema has neither."""
    head, _, rest = name.partition(".")
    found = schema.fields.get(head)
    if found is None:
        if not rest and (f"{head}_at" in schema.fields or f"{head}_on" in schema.fields):
            return None
        raise LookupError(f"{type(schema).__name__} has no field {name}")
    if not rest:
        return found
    if isinstance(found, fields.List):
        _, _, rest = rest.partition(".")
        found = found.inner
    if not isinstance(found, fields.Nested):
        raise LookupError(f"{type(schema).__name__}.{head} has no parts")
    return field_at(found.schema, rest) if rest else found


def _has(schema: Schema, path: str) -> bool:
    """Whether *schema* has a field at *path*."""
    try:
        return field_at(schema, path) is not None
    except LookupError:
        return False


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    """Lists stand as objects by number until :func:`compact`: their numbers may have gaps."""
    for step in path[:-1]:
        body = body.setdefault(step, {})
    body[path[-1]] = value


def compact(value: Any) -> Any:
    """*value*, of :func:`read_numbered`, with lists where numbers stood."""
    if not isinstance(value, dict):
        return value
    if _is_numbered(value):
        return [compact(value[key]) for key in sorted(value, key=int)]
    return {key: compact(each) for key, each in value.items()}


def _is_numbered(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(key.isdigit() for key in value)


# --- from JSON, or a form, to what stands in the controls -------------------------------------------------------------


def typed_in(names: Collection[str], form: "MultiDict[str, str]") -> Typed:
    """What stands in the controls *names*, and the parts of dates and times, as it was typed."""
    typed: Typed = {}
    for key in form:
        stem, _, part = key.partition("-")
        if key in names or (stem in names and part in (*DAY_PARTS, "time")):
            several = form.getlist(key)
            typed[key] = several if len(several) > 1 else several[0]
    return typed


def spelt(schema: Schema, names: Collection[str], body: Mapping[str, Any]) -> Typed:
    """The JSON *body* as it stands in the controls *names*: so that :func:`read` reads the same again."""
    typed: Typed = {}
    for name in names:
        found = field_at(schema, name)
        if found is None:
            typed |= _spelt_moment(name, _at(body, f"{name}_at"), _at(body, f"{name}_on"))
        elif (value := _at(body, name)) is not None:
            typed |= _spelt(found, name, value)
    return typed


def _spelt(kind: fields.Field[Any], name: str, value: Any) -> Typed:
    if isinstance(kind, fields.Date) and not isinstance(kind, fields.DateTime):
        return _spelt_day(name, date.fromisoformat(value))
    if isinstance(kind, fields.Boolean):
        return {name: YES if value else NO}
    if isinstance(kind, fields.List):
        return {name: list(value) if _is_choices(kind) else "\n".join(str(each) for each in value)}
    return {name: str(value)}


def _spelt_moment(name: str, at: str | None, on: str | None) -> Typed:
    if at:
        local = datetime.fromisoformat(at).astimezone(LONDON)
        return {**_spelt_day(name, local.date()), f"{name}-time": _spelt_time(local)}
    return _spelt_day(name, date.fromisoformat(on)) if on else {}


def _spelt_time(local: datetime) -> str:
    """``14:30``; with seconds where there are any, and with the zone when the clocks show it for the second time."""
    shown = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{shown} {local.tzname()}" if local.fold else shown


def _spelt_day(name: str, on: date) -> Typed:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit():
            body = body[int(step)] if int(step) < len(body) else None
        else:
            return None
    return body
