"""The blueprint on which every page of missing children is laid, and what its forms share."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from hub.core.errors import Conflict, HubError, Invalid
from hub.web.account.pages import with_status
from hub.web.forms import Errors, Filled, refused
from hub.web.missing import ringing, words
from hub.web.pages import page
from hub.web.signed_in import SentBefore, done_once, install_refusals

blp = Blueprint("missing_pages", __name__, template_folder="../templates")
install_refusals(blp)

TOP: Final = "main"
"""Where a fault of the whole form is told: no one control is at fault."""

Again = Callable[[Filled, int], Response]
"""Shows a form again, with that status: what was typed is kept, and each fault stands at its control."""


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of missing children."""
    given = {"errors": {}, "typed": {}, "words": words, "ringing": ringing}
    return with_status(page(f"missing/{template}.html", **(given | said)), status)


def sent(given: Filled, names: Collection[str], act: Callable[[Session], str], again: Again) -> Response:
    """Do *act* once with the form *given* and go where it says; or show the form again with what is wrong with it."""
    if given.errors:
        return again(replace(given, errors=_told(given.errors)), 422)
    try:
        return done_once(act)
    except SentBefore:
        raise
    except (Invalid, Conflict) as refusal:
        return again(_refused(given, refusal, names), refusal.status)


def _refused(given: Filled, refusal: HubError, names: Collection[str]) -> Filled:
    found = refused(given, Invalid(refusal.sentence, fields=refusal.fields), names)
    return replace(found, errors=_told(found.errors))


def _told(errors: Errors) -> Errors:
    return {(name or TOP): sentence for name, sentence in errors.items()}
