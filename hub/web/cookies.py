"""Every cookie that the hub sets, what it is for and how long it lasts: from the constants by which it is set.

All are essential to what somebody asked for, so no consent is asked (PECR 2003 reg 6(4)). A test finds every place that sets a
cookie and fails where one is not in this list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from hub.access import browser, policy
from hub.access.single_sign_on import service as single_sign_on
from hub.web import searches
from hub.web.sign_in import single_sign_on as single_sign_on_pages
from hub.web.sign_in import steps as sign_in_steps


@dataclass(frozen=True)
class Cookie:
    """One cookie. ``max_age_seconds``: ``None`` where it goes when the browser closes."""

    name: str
    purpose: str
    lasts: str
    max_age_seconds: int | None = None


def cookies() -> Iterator[Cookie]:
    """Every cookie of this hub, under the name that it has here."""
    rules = policy.in_force()
    hours, idle = rules.session.absolute.total_seconds() / 3600, rules.session.idle.total_seconds() / 60
    closing = str(gettext("until you close the browser"))
    yield Cookie(
        browser.cookie_name(browser.SESSION),
        gettext("Keeps you signed in. It holds a random number and nothing else."),
        gettext(
            "until you sign out or close the browser; it is worth nothing after %(minutes)d minutes without a request, or "
            "%(hours)d hours",
            minutes=idle,
            hours=hours,
        ),
    )
    yield Cookie(
        browser.cookie_name(browser.DEVICE),
        gettext(
            "Knows a browser in which you signed in before, so that others who guess at your password never delay you."
        ),
        ngettext("%(num)d day", "%(num)d days", browser.DEVICE_DAYS),
        browser.DEVICE_DAYS * 86_400,
    )
    yield Cookie(
        browser.cookie_name(browser.FORM),
        gettext(
            "Proves that a form comes from a page of ours, and from no other website, before you sign in; "
            "and afterwards that what stands open in another tab was opened by you."
        ),
        closing,
    )
    yield Cookie(
        browser.cookie_name(sign_in_steps.UNDER_WAY),
        gettext("Remembers, between the steps of signing in, that your password was right."),
        gettext("%(closing)s, or until you are signed in", closing=closing),
    )
    yield Cookie(
        browser.cookie_name(sign_in_steps.CEREMONY),
        gettext("Ties a passkey to the page that asked for it."),
        gettext("%(closing)s, or until the passkey was given", closing=closing),
    )
    kept_for = int(searches.LASTS.total_seconds() // 60)
    yield Cookie(
        browser.cookie_name(searches.COOKIE),
        gettext("Keeps what you searched for last, encrypted, so that it stands in no address."),
        gettext("%(closing)s; it is worth nothing after %(num)d minutes", closing=closing, num=kept_for),
    )
    minutes = int(single_sign_on.LASTS.total_seconds() // 60)
    yield Cookie(
        browser.cookie_name(single_sign_on_pages.COOKIE),
        gettext("Ties a sign-in at your organisation’s own provider to the browser that began it."),
        ngettext("%(num)d minute", "%(num)d minutes", minutes),
        minutes * 60,
    )
