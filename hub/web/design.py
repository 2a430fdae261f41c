"""The look of every page: GOV.UK Frontend's components, our words through gettext, and what the header offers to whom.

The components are macros of govuk-frontend-jinja; ours in ``templates/components.html`` hand them what was typed and what is wrong.
"""

from typing import Final

from flask import Flask, g, request
from flask_babel import Babel, gettext
from jinja2 import PackageLoader, PrefixLoader

from hub.access.admission import signed_in_person
from hub.core.actor import Actor

COMPONENTS: Final = "govuk_frontend_jinja"
LANGUAGE: Final = "en"
_PUBLIC: Final = (("/law", "The law"), ("/api/v1/docs", "The API"))


def install(app: Flask) -> None:
    """Let templates use the components, ``_()`` and ``navigation()``."""
    app.jinja_loader = PrefixLoader({COMPONENTS: PackageLoader(COMPONENTS)})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(BABEL_DEFAULT_LOCALE=LANGUAGE, BABEL_DEFAULT_TIMEZONE="Europe/London")
    Babel(app)
    app.add_template_global(navigation, "navigation")


def navigation() -> list[dict[str, object]]:
    """What the header offers: to whoever is signed in their account, to others the sign-in."""
    offered = [*_PUBLIC, ("/account", "Your account") if _person() else ("/sign-in", "Sign in")]
    return [{"href": path, "text": gettext(words), "current": request.path == path} for path, words in offered]


def _person() -> Actor | None:
    acting: Actor | None = g.get("actor")
    return acting if acting is not None and acting.kind == "person" else signed_in_person()
