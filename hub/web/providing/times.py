"""When will it be, or was it? A day of a short list and a time, or one press: the instant that a schema loads."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import gettext
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON, iso, london_date
from hub.web import forms
from hub.web.forms import Errors, Filled, Unspelt, instant_in
from hub.web.interviews.words import weekday
from hub.web.missing import moments

QUICK: Final = "quick"
"""The control of a press that is a time itself."""
AHEAD: Final = 15


def coming(now: datetime) -> list[tuple[str, str]]:
    """The days to choose from for what is to come, today first: value and words."""
    named = {0: gettext("Today, %(day)s"), 1: gettext("Tomorrow, %(day)s")}
    return [(on.isoformat(), named.get(ahead, "%(day)s") % {"day": _named(on)}) for ahead, on in enumerate(_days(now))]


def _named(on: date) -> str:
    return weekday(datetime(on.year, on.month, on.day, tzinfo=LONDON))


def _days(now: datetime) -> list[date]:
    return [london_date(now) + timedelta(days=ahead) for ahead in range(AHEAD)]


def filled(
    schema: Schema,
    controls: Collection[str],
    field: str,
    form: "MultiDict[str, str]",
    *,
    now: datetime,
    is_ahead: bool,
) -> Filled:
    """*form* read for *schema*, whose instant *field* is typed as a day and a time; what is wrong with it is told there."""
    at, wrong = _coming(form, now) if is_ahead else moments.read(form, now=now)
    whole = MultiDict(form)
    whole[field] = at
    given = forms.filled(schema, (*controls, field), whole)
    typed = {**forms.typed_in(controls, form), **moments.kept(form)}
    errors = {name: said for name, said in given.errors.items() if name != field or not wrong}
    return at_time(field, replace(given, typed=typed, errors={**wrong, **errors}, loaded={} if wrong else given.loaded))


def _coming(form: "MultiDict[str, str]", now: datetime) -> tuple[str, Errors]:
    if form.get(QUICK):
        return form[QUICK], {}
    on = next((each for each in _days(now) if each.isoformat() == form.get("day", "")), None)
    if on is None:
        return "", {"day": gettext("Choose a day from the list.")}
    written = form.get("time", "").strip()
    if not written:
        return "", {"time": gettext("Enter the time, such as 14:30 or 2.30pm.")}
    try:
        return iso(instant_in(on, written)), {}
    except Unspelt:
        return "", {"time": gettext("Enter a time that the clocks will show, such as 14:30 or 2.30pm.")}


def at_time(field: str, given: Filled) -> Filled:
    """What is said of the instant is told at the time that was typed."""
    told = {("time" if name == field else name): said for name, said in given.errors.items()}
    return replace(given, errors=told)
