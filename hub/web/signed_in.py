"""What the pages of people who are signed in share: which permission a page asks for, who acts, and a form that is sent once."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from hub.access.admission import way_back_after_proof
from hub.access.browser import CSRF_FIELD, is_page
from hub.access.checking import allows
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Conflict, HubError, Malformed
from hub.core.http import read_json, resource
from hub.core.idempotency import Answered, KeyReused, Once
from hub.core.ids import is_any_ref, is_ref, new_ref
from hub.web import refusals

View = TypeVar("View")
ONCE: Final = "once"
"""The hidden control with the key of a form: sent twice, it is done once."""
_KEY: Final = "key"
_ANSWER: Final = 303
_WHAT_STANDS: Final = lazy_gettext("Look at what was sent first")
_AS_IT_STANDS: Final = lazy_gettext("Read it as it stands now")


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


def allowed(permission: str) -> bool:
    """Whether who asks is let in there at all, so that no page offers what would be refused."""
    actor = acting()
    return allows(permission, actor.organisation_kind or "", actor.scopes)


def install_refusals(blp: Blueprint) -> None:
    """Let *blp* answer what refuses a request with a page that says what to do next."""
    blp.register_error_handler(HubError, _refused)
    blp.register_error_handler(HTTPException, refusals.failed)


def _refused(error: HubError) -> Any:
    if error.reason == "proof_needed":
        back = way_back_after_proof("/account/factors")
        return redirect(url_for("account_prove.form", next=back), 303)
    if isinstance(error, SentBefore):
        return refusals.refused(error, onward=(error.path, _WHAT_STANDS))
    return refusals.refused(error, onward=_as_it_stands() if error.status == Conflict.status else refusals.START)


def _as_it_stands() -> refusals.Onward:
    """The page of the record that something was to be done to; the start page where it has none."""
    path, _, _ = request.path.rpartition("/")
    is_of_record = is_any_ref(path.rpartition("/")[2]) and is_page(path)
    return (path, _AS_IT_STANDS) if is_of_record else refusals.START


# --- once -------------------------------------------------------------------------------------------------------------


class SentBefore(Conflict):
    """The form was sent before, with something else in it (the back button). ``path``: where what was sent first is seen."""

    code = "sent_before"

    def __init__(self, path: str) -> None:
        super().__init__(
            gettext(
                "This form was sent already, with something else in it. What was sent first stands, and nothing was sent twice. "
                "Look at it; to change it, open the form anew."
            )
        )
        self.path = path


def new_key() -> str:
    """A key for the form that is being made; a form that is shown again after an error keeps its own."""
    given = request.form.get(ONCE, "")
    return given if is_ref(given, _KEY) else new_ref(_KEY)


def done_once(act: Callable[[Session], str]) -> Response:
    """Do *act* in one transaction and go to the page that it names; the same form sent again leads there, and does nothing.

    A double click, a page loaded again, a second try over a bad line. Raises :class:`SentBefore` where the form was sent before
    with other words in it (the back button): nothing of it is lost, and nothing is sent twice; and ``Malformed`` for a key that
    is none of ours.
    """
    once = Once(f"{acting().ref} {request.url_rule}", _key_sent(), _fingerprint(), None, _ANSWER)
    with resource(Database).write() as session:
        try:
            answer: Any = once(session, lambda: act(session))
        except KeyReused as refusal:
            raise SentBefore(read_json(refusal.first.body)) from None
    path = read_json(answer.body) if isinstance(answer, Answered) else answer
    return redirect(path, _ANSWER)  # type: ignore[return-value]


def _key_sent() -> str | None:
    key = request.form.get(ONCE)
    if key is not None and not is_ref(key, _KEY):
        raise Malformed(gettext("The form did not arrive whole. Go back, load the page again, and send it from there."))
    return key


def _fingerprint() -> bytes:
    """What tells one filling of the form from another: the address, every control, and each file's content."""
    said = [request.path, *sorted(pair for pair in request.form.items(multi=True) if pair[0] != CSRF_FIELD)]
    files = sorted((name, _digest(file)) for name, file in request.files.items(multi=True))
    return hashlib.sha256(json.dumps([said, files]).encode()).digest()


def _digest(file: FileStorage) -> str:
    digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return digest
