"""What these pages share: who acts, and under which name."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.core.actor import Actor
from hub.web.casework import words
from hub.web.pages import page, with_status
from hub.web.signed_in import install_refusals, new_key
from hub.web.standing_words import STANDINGS


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
