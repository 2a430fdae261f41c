"""When did it happen? In one press (“just now”), or a day of the last month and a time: pure, by London's clocks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import gettext

from hub.core.clock import LONDON, iso, london_date
from hub.web.design import day_in_words
from hub.web.forms import Errors, Typed, Unspelt, instant_in

DAYS: Final = 31
_LONGEST: Final = 6


def read(form: Mapping[str, str], *, now: datetime) -> tuple[str, Errors]:
    """The instant that the form says, as JSON spells it; or empty, with what is wrong at which control."""
    ago = form.get("ago", "")
    if ago.isascii() and ago.isdigit() and len(ago) < _LONGEST:
        return iso((now - timedelta(minutes=int(ago))).replace(second=0, microsecond=0)), {}
    on = _day(form.get("day", ""), now)
    if on is None:
        return "", {"day": gettext("Choose a day from the list.")}
    if not form.get("time", "").strip():
        return "", {"time": gettext("Enter the time, such as 14:30 or 2.30pm.")}
    try:
        return iso(instant_in(on, form["time"].strip())), {}
    except Unspelt:
        return "", {"time": gettext("Enter a time that the clocks showed, such as 14:30 or 2.30pm.")}


def _day(written: str, now: datetime) -> date | None:
    return next((on for on in _days(now) if on.isoformat() == written), None)


def days(now: datetime) -> list[tuple[str, str]]:
    """The days to choose from, today first: value and words."""
    named = {0: gettext("Today, %(day)s"), 1: gettext("Yesterday, %(day)s")}
    return [
        (on.isoformat(), named.get(back, "%(day)s") % {"day": day_in_words(on)}) for back, on in enumerate(_days(now))
    ]


def _days(now: datetime) -> list[date]:
    return [london_date(now) - timedelta(days=back) for back in range(DAYS)]


def spelt(at: datetime) -> Typed:
    """An instant as the two controls have it."""
    local = at.astimezone(LONDON)
    return {"day": local.date().isoformat(), "time": f"{local:%H:%M}"}


def kept(form: Mapping[str, str]) -> Typed:
    """What stands in the controls, as it was typed."""
    return {name: form[name] for name in ("day", "time") if name in form}
