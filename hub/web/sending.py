"""A form that was sent: done once, and the page it leads to; or the form again, with one sentence where each fault lies."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from flask import Response
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.errors import Conflict, EditConflict, HubError, Invalid
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.web.forms import Errors, Filled, refused
from hub.web.signed_in import SentBefore, acting, done_once

TOP: Final = "main"
"""Where a fault of the whole form is told: no one control is at fault."""


class Again(Protocol):
    """Shows a form again, with that status: what was typed is kept, and each fault stands at its control."""

    def __call__(self, given: Filled, status: int, /) -> Response: ...


def sent(given: Filled, names: Collection[str], act: Callable[[Session], str], again: Again) -> Response:
    """Do *act* once with the form *given* and go where it says; or show the form *again* with what is wrong with it.

    *names*: the controls at which a fault can be told. What is not acceptable, collides, or was changed meanwhile (status 412) is
    told at the form; every other refusal becomes a page of its own.
    """
    if given.errors:
        return again(replace(given, errors=at_top(given.errors)), Invalid.status)
    try:
        return done_once(act)
    except SentBefore:
        raise
    except (Invalid, Conflict, EditConflict) as refusal:
        return again(refused_of(given, refusal, names), refusal.status)


def acted(given: Filled, names: Collection[str], do: Callable[..., Any], ref: str, path: str, again: Again) -> Response:
    """As :func:`sent`, where what is done is an act of a service on the record *ref*, with what was loaded; then to *path*."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()

    def act(session: Session) -> str:
        do(session, actor, ref, **given.loaded, rules=rules, now=now)
        return path

    return sent(given, names, act, again)


def refused_of(given: Filled, refusal: HubError, names: Collection[str]) -> Filled:
    """*given* with what was refused of it, at its controls or at the top."""
    found = refused(given, Invalid(refusal.sentence, fields=refusal.fields), names)
    return replace(found, errors=at_top(found.errors))


def at_top(errors: Errors) -> Errors:
    """*errors* with a fault of the whole form where a page can show it."""
    return {(name or TOP): said for name, said in errors.items()}


def asked(given: Filled, sentences: Mapping[str, Any]) -> Filled:
    """*given* with our own sentence (by control) wherever what is wrong is that nothing was entered."""
    empty = {name: str(said) for name, said in sentences.items() if name in given.errors and not _is_typed(given, name)}
    return replace(given, errors=given.errors | empty)


def _is_typed(given: Filled, name: str) -> bool:
    return any(value and key.partition("-")[0] == name for key, value in given.typed.items())
