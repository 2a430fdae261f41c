"""Lists that refresh themselves: what scripts say, and “nothing has changed” to a script that asks for a page again.

A page marks what is refreshed: ``<div data-live="20" id="waiting">``, every 20 seconds (static/live.js). Rows in it that have an
id are counted: “2 new”. A page that opens a child's record is not live: each time it is shown is on record. The board of missing
children is, and asks ``has_already`` first: what a script has is not shown again, and not recorded.
"""

import hashlib
import re
from typing import Final

from flask import Flask, Request, Response, request
from flask_babel import lazy_gettext

from hub.access.browser import refreshes_itself

_MADE_ANEW: Final = re.compile(rb'name="(?:once|csrf_token)" value="[^"]*"')
_WORDS: Final = {
    "come": lazy_gettext("%(number)s new", number="{}"),
    "gone": lazy_gettext("%(number)s gone", number="{}"),
    "waits": lazy_gettext("There is news. It is shown when you leave this part of the page."),
    "not_since": lazy_gettext("Not refreshed since %(time)s", time="{}"),
    "signed_out": lazy_gettext("You are signed out."),
    "sign_in": lazy_gettext("Sign in again"),
    "looking": lazy_gettext("Looking up the postcode"),
}
"""What scripts say, ``{}`` for what they put in: in the page, in the reader's language."""


def install(app: Flask) -> None:
    """Let the base template ask for ``script_words()``, and spare live pages what they have."""
    app.add_template_global(script_words, "script_words")
    app.after_request(spared)


def script_words() -> dict[str, str]:
    """What the scripts of a page say."""
    return {name: str(words) for name, words in _WORDS.items()}


def spared(response: Response) -> Response:
    """*response*, or where a script asks for its page again and has the same already, 304 without a body."""
    if refreshes_itself(request) and response.status_code == 200 and response.mimetype == "text/html":
        response.set_etag(_tag_of(response))
        response.make_conditional(request)
    return response


def has_already(asked: Request, response: Response) -> bool:
    """Whether the script that asks for its page again has this one: then it is answered with 304, and is shown nothing."""
    return refreshes_itself(asked) and asked.if_none_match.contains_weak(_tag_of(response))


def _tag_of(response: Response) -> str:
    said = _MADE_ANEW.sub(b"", response.get_data())
    return hashlib.sha256(said).hexdigest()[:32]
