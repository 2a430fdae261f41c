"""The blueprint on which every page of missing children is laid, and how one is shown."""

from typing import Any

from flask import Blueprint, Response

from hub.web.missing import ringing, words
from hub.web.pages import page, with_status
from hub.web.signed_in import install_refusals

blp = Blueprint("missing_pages", __name__, template_folder="../templates")
install_refusals(blp)


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of missing children."""
    given = {"errors": {}, "typed": {}, "words": words, "ringing": ringing}
    return with_status(page(f"missing/{template}.html", **(given | said)), status)
