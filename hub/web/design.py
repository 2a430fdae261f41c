"""The look of every page: GOV.UK Frontend's components, our words through gettext, and what the header offers to whom.

The components are macros of govuk-frontend-jinja; ours in ``templates/components.html`` hand them
what was typed and what is wrong.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date
from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext, lazy_gettext
from jinja2 import PackageLoader, PrefixLoader
from markupsafe import Markup

from hub.access.admission import signed_in_person
from hub.access.checking import allows
from hub.access.permissions import ALL, FORCE, INTERVIEWS
from hub.core.actor import Actor
from hub.core.clock import LONDON, iso
from hub.web.help_line import help_line, reference_here

COMPONENTS: Final = "govuk_frontend_jinja"
LANGUAGE: Final = "en"


@dataclass(frozen=True)
class Offer:
    """A page that the header offers to whoever has *permission* in an organisation of *kinds*.

    *holds*: other pages that are found from it, and stand in its part of the hub.
    """

    path: str
    permission: str
    words: Any
    kinds: frozenset[str] = ALL
    holds: tuple[str, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Whether it is offered to *actor*."""
        kind = actor.organisation_kind or ""
        return kind in self.kinds and allows(self.permission, kind, actor.scopes)


OFFERED: Final = (
    Offer("/today", "account.use", lazy_gettext("Today")),
    Offer("/notices", "notice.draft", lazy_gettext("Notices")),
    Offer("/residents", "resident.read", lazy_gettext("Residents")),
    Offer("/look-up", "look_up.ask", lazy_gettext("Look up")),
    Offer("/missing", "missing.read", lazy_gettext("Missing")),
    Offer(
        "/interviews",
        "interview.request",
        lazy_gettext("Interviews"),
        holds=(
            *("/providing", "/interview-providers", "/interview-agreements", "/interview-reports", "/interview-offers"),
            *("/extracts", "/statements"),
        ),
    ),
    Offer(
        "/providing",
        "interview.hold",
        lazy_gettext("Interviews to hold"),
        kinds=INTERVIEWS,
        holds=(
            "/interview-providers",
            "/interview-agreements",
            "/interview-reports",
            "/interview-offers",
            "/statements",
        ),
    ),
    Offer("/extracts", "report.acknowledge_view", lazy_gettext("Extracts"), kinds=FORCE),
    Offer("/inbox", "inbox.read", lazy_gettext("Inbox")),
    Offer("/register", "register.read", lazy_gettext("Register")),
    Offer("/owed", "obligation.read", lazy_gettext("Due and overdue")),
    Offer("/organisation", "person.read", lazy_gettext("Organisation")),
    Offer("/audit", "audit.read", lazy_gettext("Audit")),
    Offer("/operator", "organisation.add", lazy_gettext("Operator")),
)
"""What the header offers. Every other page is found from one of these.

A council buys interviews, and now and then holds one itself: it finds those at its interviews, so that nobody there has two
entries of nearly one name. Whoever holds interviews for others has that alone. The police are given extracts.
"""
_PUBLIC: Final = (("/law", lazy_gettext("The law")), ("/api/v1/docs", lazy_gettext("The API")))
_SIGN_IN: Final = ("/sign-in", lazy_gettext("Sign in"))
_ACCOUNT: Final = ("/account", lazy_gettext("Your account"))


def install(app: Flask) -> None:
    """Let templates use the components, ``_()``, ``navigation()``, and the filters ``instant`` and ``day``."""
    app.jinja_loader = PrefixLoader({COMPONENTS: PackageLoader(COMPONENTS)})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.config.update(BABEL_DEFAULT_LOCALE=LANGUAGE, BABEL_DEFAULT_TIMEZONE="Europe/London")
    Babel(app)
    app.add_template_global(navigation, "navigation")
    app.add_template_global(help_line, "help_line")
    app.add_template_global(reference_here, "reference_here")
    app.add_template_filter(instant, "instant")
    app.add_template_filter(day, "day")


# --- the header -------------------------------------------------------------------------------------------------------


def navigation() -> list[dict[str, object]]:
    """What the header offers: to whoever is signed in what their roles open, to others what is public and the sign-in."""
    return _listed_for(_person())


def navigation_when_broken() -> list[dict[str, object]]:
    """What the header offers where the fault is ours: it asks nothing of the database, which may be what is at fault."""
    return _listed_for(g.get("actor"))


def _listed_for(actor: Actor | None) -> list[dict[str, object]]:
    if actor is None:
        return [_item(path, words) for path, words in (*_PUBLIC, _SIGN_IN)]
    offered = [_item(each.path, each.words, each.holds) for each in OFFERED if each.is_for(actor)]
    return [*offered, _item(*_ACCOUNT)]


def _item(path: str, words: str, holds: tuple[str, ...] = ()) -> dict[str, object]:
    is_within = any(request.path == each or request.path.startswith(f"{each}/") for each in (path, *holds))
    return {"href": path, "text": words, "current": request.path == path, "active": is_within}


def _person() -> Actor | None:
    acting: Actor | None = g.get("actor")
    return acting if acting is not None and acting.kind == "person" else signed_in_person()


# --- when -------------------------------------------------------------------------------------------------------------


def instant(at: datetime) -> Markup:
    """:func:`instant_in_words`, with the instant itself for machines."""
    return Markup('<time datetime="{}">{}</time>').format(iso(at), instant_in_words(at))


def day(on: date | str) -> Markup:
    """:func:`day_in_words`, with the date itself for machines. Sealed documents hold dates as ISO 8601."""
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), day_in_words(on))


def instant_in_words(at: datetime) -> str:
    """``18 November 2026 at 10:00`` by London's clocks."""
    local = at.astimezone(LONDON)
    return str(gettext("%(day)s at %(time)s", day=day_in_words(local.date()), time=f"{local:%H:%M}"))


def day_in_words(on: date) -> str:
    """``14 March 2012``"""
    return str(format_date(on, "d MMMM y", locale=get_locale() or LANGUAGE))
