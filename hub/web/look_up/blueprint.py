"""The blueprint on which every page of look-ups is laid, and what its pages share."""

from typing import Any

from flask import Blueprint, Response

from hub.core.http import resource
from hub.core.settings import Settings
from hub.lookup import service
from hub.web.look_up import words
from hub.web.pages import page, with_status
from hub.web.signed_in import install_refusals

blp = Blueprint("look_up_pages", __name__, template_folder="../templates")
install_refusals(blp)


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of look-ups."""
    given = {"errors": {}, "typed": {}, "words": words}
    return with_status(page(f"look_up/{template}.html", **(given | said)), status)


def terms() -> service.Terms:
    """What holds here: the policy of disclosure, and the limits."""
    return service.terms_of(resource(Settings))
