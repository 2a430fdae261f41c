"""What the pages of an organisation share: whose they are, and who is who.

The models of these pages take the organisation as an argument (*whose*), so that the operator's pages can show another's.
"""

from typing import Any, Final

from flask import Blueprint, Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.access import service
from hub.access.people import service as people
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.web.organisation import words
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, install_refusals, new_key

BASE: Final = "/organisation"


def group(name: str, below: str) -> Blueprint:
    """A group of pages at ``/organisation`` *below*."""
    made = Blueprint(f"organisation_{name}", __name__, url_prefix=BASE + below, template_folder="../templates")
    install_refusals(made)
    return made


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of the organisation; ``was_done`` is what was just done, where the address says so."""
    given = {"base": BASE, "was_done": words.done(request.args.get("done")), "errors": {}}
    made = page(f"organisation/{template}.html", **(given | _SPOKEN | said))
    return with_status(made, status)


_SPOKEN: Final[dict[str, Any]] = {
    "role": words.role,
    "roles": words.roles,
    "any_role": words.any_role,
    "channel_words": words.CHANNEL_WORDS,
    "new_key": new_key,
}


def own(session: Session) -> Brief:
    """The organisation of whoever asks."""
    number = acting().organisation
    return directory.by_ids(session, [number])[number]


def ticked(form: "MultiDict[str, str]", *names: str) -> "MultiDict[str, str]":
    """*form* with every box that was ticked of each of *names* in a line of its own, as the lists of ``forms`` are spelt."""
    made = MultiDict(form)
    for name in names:
        made.setlist(name, ["\n".join(form.getlist(name))])
    return made


def who(session: Session, actor: Actor, ref: str | None) -> str:
    """Who *ref* is, as *actor* may know: a colleague's name, a system's, or the hub."""
    if not ref:
        return ""
    try:
        if ref.startswith("per_"):
            return people.told(session, people.find(session, actor, ref)).name
        if ref.startswith("cli_"):
            return str(gettext("the system %(name)s", name=service.client_of(session, actor, ref).name))
    except NotFound:
        return str(gettext("somebody of another organisation"))
    return str(gettext("the hub"))
