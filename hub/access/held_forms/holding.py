"""Which forms of the present request are held (``held_forms``), and where their sender is led to have them back."""

from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request

from hub.access import browser, sessions
from hub.access.held_forms import service as held_forms
from hub.access.held_forms.service import Filling
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource

PATH: Final = "/held"
MARK: Final = "held"
"""In the address to which a held form is sent again: its reference, so that it is dropped once it was taken."""
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
View = TypeVar("View")


def never_held(view: View) -> View:
    """Mark a view whose form is not held: it has a password in it, or does nothing worth keeping."""
    view.is_never_held = True  # type: ignore[attr-defined]
    return view


def keep_of_ended_session(view: Any) -> str | None:
    """Hold the form that was made for a session which has ended since; return where its sender gets it back after signing in.

    Nothing where the form is none of ours (its token is of no session of this browser), where its person is disabled or their
    organisation closed, or where the view wants none held.
    """
    token = browser.session_of_form(request)
    if token is None or not _may_be_held(view):
        return None
    with resource(Database).read() as session:
        person_ref = sessions.owner_of(session, token, now=utc_now())
    return _held(person_ref, token) if person_ref else None


def keep_of(actor: Actor, view: Any) -> str | None:
    """Hold the form of somebody who is to show again that it is them; return where they get it back afterwards."""
    token = browser.session_of_form(request)
    if token is None or actor.kind != "person" or not _may_be_held(view):
        return None
    return _held(actor.ref, token)


def _may_be_held(view: Any) -> bool:
    """Forms that somebody sent by a button: not what a script sends by itself, and nothing with a password."""
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    is_form = request.method == "POST" and request.mimetype in _FORMS
    return is_form and not by_script and not getattr(view, "is_never_held", False) and not _has_password()


def _has_password() -> bool:
    return any("password" in name for name in request.form)


def _held(person_ref: str, token: str) -> str | None:
    asked = urlsplit(request.full_path)
    query = [(name, value) for name, value in parse_qsl(asked.query) if name != MARK]
    path = f"{asked.path}?{urlencode(query)}" if query else asked.path
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != browser.CSRF_FIELD]
    files = list(dict.fromkeys(name for name, file in request.files.items(multi=True) if file.filename))
    with resource(Database).write() as session:
        ref = held_forms.hold(session, person_ref, Filling(path, fields, files), token=token, now=utc_now())
        if ref and MARK in request.args:
            held_forms.drop(session, request.args[MARK], person_ref)
    return f"{PATH}/{ref}" if ref else None


def address_for(ref: str, path: str) -> str:
    """Where the held form *ref* is sent again: to *path*, marked."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({MARK: ref})}"
