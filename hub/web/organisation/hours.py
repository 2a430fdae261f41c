"""Opening hours as a form spells them: always, or for each day when it opens and when it closes.

The controls are ``schedule`` and, for each day, ``opening_hours.mon-opens`` and ``-closes``; the schema's field is the pair.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from hub.core.clock import LONDON
from hub.directory.schemas import DAYS
from hub.web import forms
from hub.web.organisation.words import DAY_WORDS

ALWAYS, BY_DAY = "always", "hours"
CONTROLS: Final = {day: f"opening_hours.{day}" for day in DAYS}
BANK_HOLIDAYS: Final = "opening_hours.bank_holidays"
NAMES: Final = (*CONTROLS.values(), BANK_HOLIDAYS)
_SOME_MONDAY: Final = date(2026, 1, 5)
_BOTH: Final = lazy_gettext("Enter when it opens and when it closes on that day, or leave both empty: closed.")
_CLOCK: Final = re.compile(r"[0-2]\d:[0-5]\d")
_NO_CLOCK: Final = lazy_gettext("Enter both times, such as 9am and 17:30.")
_NO_DAY: Final = lazy_gettext("Enter the hours of at least one day, or choose “Always open”.")


def filled(schema: Schema, names: tuple[str, ...], form: "MultiDict[str, str]") -> forms.Filled:
    """The controls *names* and the opening hours of *form*, read for *schema*."""
    by_day = form.get("schedule") == BY_DAY
    pairs = {day: _pair(form, name) for day, name in CONTROLS.items()} if by_day else {}
    named = {day: pair for day, pair in pairs.items() if any(pair)}
    given = forms.filled(schema, (*names, *(NAMES if named else ())), _spread(form, named))
    typed = given.typed | {key: form[key] for key in form if key == "schedule" or key.startswith("opening_hours.")}
    errors = given.errors | {CONTROLS[day]: said for day, pair in named.items() if (said := _fault(pair))}
    if by_day and not named:
        errors["schedule"] = str(_NO_DAY)
    order = {name: number for number, name in enumerate((*names, "schedule", *NAMES))}
    in_order = dict(sorted(errors.items(), key=lambda fault: order.get(fault[0], len(order))))
    return replace(given, typed=typed, errors=in_order, loaded={} if errors else given.loaded)


def _pair(form: "MultiDict[str, str]", name: str) -> tuple[str, str]:
    return _clock(form.get(f"{name}-opens", "")), _clock(form.get(f"{name}-closes", ""))


def _clock(written: str) -> str:
    """``9am`` as ``09:00``; what cannot be read as it was typed, which the schema refuses."""
    text = written.strip()
    try:
        return f"{forms.instant_in(_SOME_MONDAY, text).astimezone(LONDON):%H:%M}" if text else ""
    except forms.Unspelt:
        return text


def _fault(pair: tuple[str, str]) -> str:
    """What is wrong with the hours of one day; empty: nothing."""
    if not all(pair):
        return str(_BOTH)
    return "" if all(_CLOCK.fullmatch(each) for each in pair) else str(_NO_CLOCK)


def _spread(form: "MultiDict[str, str]", named: Mapping[str, tuple[str, str]]) -> "MultiDict[str, str]":
    made = MultiDict(form)
    for day, pair in named.items():
        made.setlist(CONTROLS[day], ["\n".join(pair)])
    return made


def spelt(hours: Mapping[str, Any] | None) -> forms.Typed:
    """*hours* as they stand in the controls."""
    if not hours:
        return {"schedule": ALWAYS}
    typed: forms.Typed = {
        "schedule": BY_DAY,
        BANK_HOLIDAYS: forms.YES if hours.get("bank_holidays") else forms.NO,
    }
    for day, name in CONTROLS.items():
        if day in hours:
            typed |= {f"{name}-opens": hours[day][0], f"{name}-closes": hours[day][1]}
    return typed


def lines(hours: Mapping[str, Any] | None) -> list[str]:
    """*hours* in words, days with the same hours together: “Monday to Friday 09:00 to 17:00”."""
    if not hours:
        return [gettext("Always open")]
    made = [
        gettext("%(days)s %(opens)s to %(closes)s", days=days, opens=pair[0], closes=pair[1])
        for days, pair in _together(hours)
    ]
    return [
        *made,
        gettext("Open on bank holidays") if hours.get("bank_holidays") else gettext("Closed on bank holidays"),
    ]


def _together(hours: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    runs: list[tuple[list[str], list[str]]] = []
    for number, day in enumerate(DAYS):
        if day not in hours:
            continue
        goes_on = runs and runs[-1][1] == list(hours[day]) and runs[-1][0][-1] == DAYS[number - 1]
        if goes_on:
            runs[-1][0].append(day)
        else:
            runs.append(([day], list(hours[day])))
    return [(_days(days), pair) for days, pair in runs]


def _days(days: list[str]) -> str:
    first, last = str(DAY_WORDS[days[0]]), str(DAY_WORDS[days[-1]])
    return first if len(days) == 1 else gettext("%(first)s to %(last)s", first=first, last=last)
