"""What somebody searched for, kept between the form and its answer: in no address, and readable by nobody but the hub.

The words go with the form's body. So that the answer can be paged, sorted, loaded again and come back to, they stand sealed in
a cookie: for this session alone, for an hour, and until the browser closes.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from flask import Response, request

from hub.access import browser
from hub.core.clock import iso
from hub.core.db import Database
from hub.core.http import resource
from hub.core.secrets import SealBroken
from hub.web.signed_in import acting

COOKIE: Final = "hub_search"
LASTS: Final = timedelta(hours=1)
_LONGEST: Final = 3_000
"""Browsers keep no cookie of more than four thousand letters."""


def keep(response: Response, what: str, said: Mapping[str, str], *, now: datetime) -> Response:
    """*response*, with what was searched for in the list *what*."""
    sealed = resource(Database).keys.seal(_bound_to(), {"what": what, "said": dict(said), "until": iso(now + LASTS)})
    browser.set_cookie(response, COOKIE, urlsafe_b64encode(sealed).decode().rstrip("="))
    return response


def kept(what: str, *, now: datetime) -> dict[str, str]:
    """What this session last searched for in the list *what*; empty where that is long ago, or was somebody else's."""
    text = request.cookies.get(browser.cookie_name(COOKIE), "")
    if not text or len(text) > _LONGEST:
        return {}
    try:
        document = resource(Database).keys.open(_bound_to(), urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (SealBroken, binascii.Error, ValueError):
        return {}
    if document["what"] != what or document["until"] < iso(now):
        return {}
    said: dict[str, str] = document["said"]
    return said


def _bound_to() -> str:
    actor = acting()
    return f"search of {actor.session_ref or actor.ref}"
