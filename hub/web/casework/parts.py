"""What these pages share: who acts, under which name; a form that is sent once, or shown again with what is wrong with it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from flask import Blueprint, Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.core.actor import Actor
from hub.core.errors import Conflict, EditConflict, HubError, Invalid
from hub.web.account.pages import with_status
from hub.web.casework import words
from hub.web.forms import Errors, Filled, refused
from hub.web.pages import page
from hub.web.signed_in import SentBefore, done_once, install_refusals, new_key
from hub.web.standing_words import STANDINGS

TOP: Final = "main"
"""Where a fault of the whole form is told: no one control is at fault."""


def group(name: str, prefix: str) -> Blueprint:
    """A group of pages at *prefix*."""
    made = Blueprint(name, __name__, url_prefix=prefix, template_folder="../templates")
    install_refusals(made)
    return made


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of casework."""
    given = {"errors": {}, "words": words, "new_key": new_key, "standings": STANDINGS}
    return with_status(page(f"casework/{template}.html", **(given | said)), status)


def signature(session: Session, actor: Actor) -> tuple[str, str]:
    """The name and the role of whoever acts, to stand in a form; empty for a system."""
    person = people_queries.person(session, actor.ref, actor.organisation) if actor.kind == "person" else None
    if person is None:
        return "", ""
    roles = sorted(actor.roles, key=_HEIGHT.get)  # type: ignore[arg-type]
    return people.told(session, person).name, words.role(roles[-1]) if roles else ""


_HEIGHT: Final[Mapping[str, int]] = {
    name: height
    for height, name in enumerate(
        (
            *("privacy_lead", "data_officer", "administrator", "call_handler", "interviewer", "shift_staff"),
            *(
                "register_keeper",
                "duty_desk",
                "desk",
                "coordinator",
                "missing_coordinator",
                "missing_person_coordinator",
            ),
            *("social_worker", "supervising_social_worker", "registered_manager", "team_manager", "service_manager"),
            *("nominated_officer", "dcs", "analyst", "operator"),
        )
    )
}
"""In which of several roles somebody signs: the one that answers for most."""


def signed(session: Session, actor: Actor) -> str:
    """“Marcus Bell, team manager”, or nothing for a system."""
    name, role = signature(session, actor)
    return gettext("%(name)s, %(role)s", name=name, role=role) if name and role else name


class Again(Protocol):
    """Shows a form again: what was typed is kept, and each fault stands at its control."""

    def __call__(self, given: Filled, status: int) -> Response: ...


def sent(given: Filled, names: Collection[str], act: Callable[[Session], str], again: Again) -> Response:
    """Do *act* once with the form *given* and go where it says; or show the form again with what is wrong with it."""
    if given.errors:
        return again(replace(given, errors=_told(given.errors)), 422)
    try:
        return done_once(act)
    except SentBefore:
        raise
    except (Invalid, Conflict, EditConflict) as refusal:
        return again(_refused(given, refusal, names), refusal.status)


def asked(given: Filled, sentences: Mapping[str, Any]) -> Filled:
    """*given* with our own sentence (by control) wherever what is wrong is that nothing was entered."""
    empty = {name: str(said) for name, said in sentences.items() if name in given.errors and not _is_typed(given, name)}
    return replace(given, errors=given.errors | empty)


def _is_typed(given: Filled, name: str) -> bool:
    return any(value and key.partition("-")[0] == name for key, value in given.typed.items())


def _refused(given: Filled, refusal: HubError, names: Collection[str]) -> Filled:
    again = refused(given, Invalid(refusal.sentence, fields=refusal.fields), names)
    return replace(again, errors=_told(again.errors))


def _told(errors: Errors) -> Errors:
    return {(name or TOP): said for name, said in errors.items()}
