"""How much of a clock of hours is left, as people say it: “31 hours left: until Thursday 26 November at 14:10”."""

from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

from hub.core.clock import LONDON, iso
from hub.web.design import LANGUAGE

_HOUR: Final = timedelta(hours=1)
_SHORT, _SOON = timedelta(hours=12), timedelta(hours=24)


def left(until: datetime, now: datetime) -> Markup:
    """How much is left, and until when; of a time that has passed, for how long it has."""
    if until <= now:
        said = gettext("%(long)s over: the time was up on %(when)s", long=long(now - until), when="%(when)s")
    else:
        said = gettext("%(long)s left: until %(when)s", long=long(until - now), when="%(when)s")
    return escape(said) % {"when": clocked(until)}


def long(span: timedelta) -> str:
    """A span in whole hours, and below two hours in minutes: never rounded up."""
    if span >= 2 * _HOUR:
        return str(ngettext("%(num)s hour", "%(num)s hours", span // _HOUR))
    minutes = span // timedelta(minutes=1)
    if minutes < 1:
        return str(gettext("Less than a minute"))
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))


def clocked(at: datetime) -> Markup:
    """``Thursday 26 November at 14:10`` by London's clocks, with the instant itself for machines."""
    return Markup('<time datetime="{}">{}</time>').format(iso(at), clocked_in_words(at))


def clocked_in_words(at: datetime) -> str:
    """``Thursday 26 November at 14:10``"""
    local = at.astimezone(LONDON)
    day = format_date(local.date(), "EEEE d MMMM", locale=get_locale() or LANGUAGE)
    return str(gettext("%(day)s at %(time)s", day=day, time=f"{local:%H:%M}"))


def colour(until: datetime, now: datetime) -> str:
    """The colour of a tag that says so, beside its words."""
    if until <= now or until - now < _SHORT:
        return "red"
    return "yellow" if until - now < _SOON else "green"
