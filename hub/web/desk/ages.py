"""How long ago, and how late: in words, beside the instant itself."""

from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from hub.core.clock import iso, london_date
from hub.web.design import day, instant, instant_in_words

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


def lasting(span: timedelta) -> str:
    """``3 hours``: in days from the second day on, then in hours, then in minutes."""
    if span >= 48 * _HOUR:
        return str(ngettext("%(num)s day", "%(num)s days", span.days))
    if span >= _HOUR:
        return str(ngettext("%(num)s hour", "%(num)s hours", span // _HOUR))
    return str(ngettext("%(num)s minute", "%(num)s minutes", max(1, span // _MINUTE)))


def ago(at: datetime, now: datetime) -> Markup:
    """``3 hours ago``, with the instant for machines, and for whoever points at it."""
    words = gettext("just now") if now - at < _MINUTE else gettext("%(span)s ago", span=lasting(now - at))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso(at), instant_in_words(at), words)


def day_of(at: datetime) -> Markup:
    """The day of an instant, by London's clocks."""
    return day(london_date(at))


def due(due_at: datetime | None, due_on: date | None, now: datetime) -> Markup:
    """By when, or how late it is: a working-day clock ends with its day, so the day is said."""
    if due_at is None:
        return Markup("")
    when = day(due_on) if due_on else instant(due_at)
    if now <= due_at:
        words = gettext("due by the end of %(when)s") if due_on else gettext("due by %(when)s")
        return escape(words) % {"when": when}
    words = gettext("%(span)s overdue (was due %(when)s)")
    return escape(words) % {"span": lasting(now - due_at), "when": when}


def promised(on: date, now: datetime) -> Markup:
    """The day of a promise, and whether it has passed."""
    has_passed = on < london_date(now)
    words = gettext("promised by %(day)s, which has passed") if has_passed else gettext("promised by %(day)s")
    return escape(words) % {"day": day(on)}
