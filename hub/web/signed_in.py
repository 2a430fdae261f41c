"""What the pages of people who are signed in share: which permission a page asks for, who acts, and a form that is sent once."""

import hashlib
from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from hub.access.browser import CSRF_FIELD
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Conflict, HubError
from hub.core.http import read_json, resource
from hub.core.idempotency import Answered, Once
from hub.core.ids import new_ref
from hub.web import refusals

View = TypeVar("View")
ONCE: Final = "once"
"""The hidden control with the key of a form: sent twice, it is done once."""
_ANSWER: Final = 303


def may(permission: str) -> Callable[[View], View]:
    """Mark a page with the permission (``hub.access.permissions``) that it asks for."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def acting() -> Actor:
    """Who asks: a person who is signed in, or a system with a key."""
    actor: Actor = g.actor
    return actor


def install_refusals(blp: Blueprint) -> None:
    """Let *blp* answer what refuses a request with a page that says what to do next."""
    blp.register_error_handler(HubError, _refused)
    blp.register_error_handler(HTTPException, refusals.failed)


def _refused(error: HubError) -> Any:
    if error.reason == "proof_needed":
        back = request.path if request.method == "GET" else "/account/factors"
        return redirect(url_for("account_prove.form", next=back), 303)
    return refusals.refused(error)


# --- once -------------------------------------------------------------------------------------------------------------


def new_key() -> str:
    """A key for the form that is being made; a form that is shown again after an error keeps its own."""
    return request.form.get(ONCE) or new_ref("key")


def done_once(act: Callable[[Session], str]) -> Response:
    """Do *act* in one transaction and go to the page that it names; the same form sent again leads there, and does nothing.

    A double click, a page loaded again, a second try over a bad line. Raises ``Conflict`` where the form was sent before with
    other words in it (the back button): nothing of it is lost, and nothing is sent twice.
    """
    key = request.form.get(ONCE)
    said = [f"{name}={value}" for name, value in sorted(request.form.items(multi=True)) if name != CSRF_FIELD]
    fingerprint = hashlib.sha256("\n".join([request.path, *said]).encode()).digest()
    once = Once(f"{acting().ref} {request.url_rule}", key, fingerprint, None, _ANSWER)
    with resource(Database).write() as session:
        try:
            answer: Any = once(session, lambda: act(session))
        except Conflict as refusal:
            if refusal.reason != "idempotency_key_reused":
                raise
            raise Conflict(_sent_before(), code="sent_before") from None
    path = read_json(answer.body) if isinstance(answer, Answered) else answer
    return redirect(path, _ANSWER)  # type: ignore[return-value]


def _sent_before() -> str:
    return str(
        gettext(
            "This form was sent already, with something else in it. What was sent first stands. "
            "Look at it; to change it, open the form anew."
        )
    )
