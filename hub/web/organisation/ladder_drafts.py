"""A ladder that is being changed: it travels in the form, whole, from step to step, and is stored when it is saved.

The control ``rungs`` holds them as the API takes them (JSON); ``seen`` is the version that was read; ``repeat``, the day
``due`` and ``at_risk`` are what stands in the form beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import marshmallow as ma
from flask import json
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from hub.core.clock import london_date
from hub.duties.words import ROLE_HEIGHT
from hub.notify.schemas import RungSchema
from hub.web import forms
from hub.web.organisation import ladders_shown, rung_words, words
from hub.web.sending import asked

MOST_RUNGS: Final = 12
MOST_REPEAT: Final = 90
UNITS: Final = {
    "before_hours": lazy_gettext("hours before it is due"),
    "after_hours": lazy_gettext("hours after it was due"),
    "after_working_days": lazy_gettext("working days after it was due"),
}
_RUNG: Final = ("of", "roles", "channel", "urgent", "report_to")
_MISSING: Final = {
    "number": lazy_gettext("Enter how many hours or working days. 0 means: when it is due."),
    "of": lazy_gettext("Choose whose desks are told."),
    "roles": lazy_gettext("Choose at least one desk."),
}


@dataclass(frozen=True)
class Draft:
    """The ladder as it stands in the form, and what is wrong with what was typed beside it."""

    rungs: list[dict[str, Any]]
    seen: int
    repeat: int
    due_on: date
    is_at_risk: bool = False
    typed: forms.Typed = field(default_factory=dict)
    errors: forms.Errors = field(default_factory=dict)

    @property
    def ordered(self) -> list[dict[str, Any]]:
        """The rungs as they are reached; the last repeats."""
        return rung_words.in_order(self.rungs, self.repeat)

    @property
    def as_json(self) -> str:
        """The rungs, for the form that carries them."""
        return json.dumps(self.ordered)


def begun(rungs: list[dict[str, Any]], seen: int, *, now: datetime) -> Draft:
    """A draft of *rungs*, of which *seen* is the organisation's own version."""
    repeat = rungs[-1].get("repeat_every_working_days", 5) if rungs else 5
    due_on = ladders_shown.ahead(now)
    return Draft(rungs, seen, repeat, due_on, typed=_spelt(repeat, due_on, is_at_risk=False))


def _spelt(repeat: int, due_on: date, *, is_at_risk: bool) -> forms.Typed:
    day = {"due-day": str(due_on.day), "due-month": str(due_on.month), "due-year": str(due_on.year)}
    return {"repeat": str(repeat), "at_risk": forms.YES if is_at_risk else forms.NO, **day}


def read(form: "MultiDict[str, str]", otherwise: Draft, *, now: datetime) -> Draft:
    """The draft in *form*; *otherwise* where it did not arrive whole."""
    rungs = _rungs(form.get("rungs", ""))
    if rungs is None:
        return otherwise
    errors: forms.Errors = {}
    repeat = _repeat(form.get("repeat", ""), errors)
    due_on = _due_on(form, errors, now=now)
    seen = int(form["seen"]) if form.get("seen", "").isdecimal() and len(form["seen"]) < 10 else otherwise.seen
    typed = {key: form[key] for key in form if key in ("repeat", "at_risk") or key.startswith("due-")}
    at_risk = form.get("at_risk") == forms.YES
    return Draft(rungs, seen, repeat or otherwise.repeat, due_on or otherwise.due_on, at_risk, typed, errors)


def _rungs(text: str) -> list[dict[str, Any]] | None:
    try:
        loaded: list[dict[str, Any]] = RungSchema(many=True).load(json.loads(text))
    except (ValueError, ma.ValidationError):
        return None
    return loaded if len(loaded) <= MOST_RUNGS else None


def _repeat(text: str, errors: forms.Errors) -> int | None:
    number = text.strip()
    if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= MOST_REPEAT:
        return int(number)
    errors["repeat"] = gettext("Enter a number of working days from 1 to %(most)s.", most=MOST_REPEAT)
    return None


def _due_on(form: "MultiDict[str, str]", errors: forms.Errors, *, now: datetime) -> date | None:
    today = london_date(now)
    try:
        on = forms.day_in(form, "due")
    except forms.Unspelt as fault:
        errors["due"] = str(fault)
        return None
    if on is None or not today <= on <= today + timedelta(days=365):
        errors["due"] = gettext("Enter a day from today to a year from now.")
        return None
    return on


# --- one rung ---------------------------------------------------------------------------------------------------------


def role_options(ceiling: str) -> list[tuple[str, str]]:
    """The desks under the ceiling of a ladder, lowest first: value and words."""
    height = ROLE_HEIGHT[ceiling]
    return [(name, words.role(name)) for name, at in ROLE_HEIGHT.items() if at <= height and name != "operator"]


def spelt_rung(rung: Mapping[str, Any]) -> forms.Typed:
    """*rung* as it stands in the controls of its form."""
    unit = next((unit for unit in UNITS if unit in rung), "after_working_days")
    typed = forms.spelt(RungSchema(), _RUNG, rung)
    return {"urgent": forms.NO, "of": "owed_by"} | typed | {"unit": unit, "number": str(rung.get(unit, ""))}


def read_rung(form: "MultiDict[str, str]") -> forms.Filled:
    """The rung that was typed."""
    unit, number = form.get("unit", ""), form.get("number", "").strip()
    made = form.copy()
    if unit in UNITS:
        made[unit] = number
    if form.get("report_to", "").strip():
        made["kind"] = "prepare_report"
    given = forms.filled(RungSchema(), (*_RUNG, "kind", *((unit,) if unit in UNITS else ())), made)
    errors = {("number" if name == unit else name): said for name, said in given.errors.items()}
    if not number:
        errors["number"] = str(_MISSING["number"])
    typed = given.typed | {"unit": unit, "number": form.get("number", "")}
    given = replace(given, typed=typed, errors=errors, loaded={} if errors else given.loaded)
    given = asked(given, _MISSING)
    return replace(given, loaded=_without_no(given.loaded))


def _without_no(rung: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rung.items() if value is not False}


def with_rung(draft: Draft, index: int, rung: dict[str, Any]) -> Draft:
    """*draft* with *rung* in the place of that number, or added."""
    rungs = list(draft.rungs)
    rungs[index : index + 1] = [rung]
    return replace(draft, rungs=rung_words.in_order(rungs, draft.repeat))


def without_rung(draft: Draft, index: int) -> Draft:
    """*draft* without that rung."""
    rungs = [rung for number, rung in enumerate(draft.rungs) if number != index]
    return replace(draft, rungs=rung_words.in_order(rungs, draft.repeat))
