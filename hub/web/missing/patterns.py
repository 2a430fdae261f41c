"""Patterns: who goes missing together, and which places come again. Counts and references, never a name."""

from typing import Final

from flask import Response, request
from flask_babel import lazy_gettext

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.missing.patterns import patterns
from hub.web.missing.blueprint import blp, shown
from hub.web.signed_in import acting, may

_CHOICES: Final = (
    ("30", lazy_gettext("30 days")),
    ("90", lazy_gettext("90 days")),
    ("365", lazy_gettext("A year")),
)
_USUAL: Final = "90"


@blp.get("/missing/patterns")
@may("missing.patterns")
def patterns_page() -> Response:
    """The page; the reading is recorded."""
    asked = request.args.get("days", "")
    days = int(asked if asked in dict(_CHOICES) else _USUAL)
    with resource(Database).write() as session:
        found = patterns(session, acting(), days=days, now=utc_now())
    return shown("patterns", found=found, choices=[(value, said, 0) for value, said in _CHOICES])
