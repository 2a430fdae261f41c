"""The blueprint on which every page of whoever holds interviews is laid, and how one is shown."""

from typing import Any

from flask import Blueprint, Response

from hub.spotpurchase.money.pricing import in_pounds
from hub.web.interviews import words as interview_words
from hub.web.pages import page, with_status
from hub.web.providing import words
from hub.web.signed_in import install_refusals

blp = Blueprint("providing_pages", __name__, template_folder="../templates")
install_refusals(blp)


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page of whoever holds interviews."""
    given = {"errors": {}, "typed": {}, "words": words, "interview_words": interview_words, "pounds": in_pounds}
    return with_status(page(f"providing/{template}.html", **(given | said)), status)
