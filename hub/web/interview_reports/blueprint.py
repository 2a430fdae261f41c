"""The blueprint on which the pages of reports, and of what was given of them, are laid, and how one is shown."""

from typing import Any

from flask import Blueprint, Response

from hub.web import report_words
from hub.web.interview_reports import words
from hub.web.pages import page, with_status
from hub.web.signed_in import install_refusals

blp = Blueprint("interview_reports_pages", __name__, template_folder="../templates")
install_refusals(blp)


def shown(template: str, *, status: int = 200, **said: Any) -> Response:
    """A page about a report."""
    given = {"errors": {}, "typed": {}, "words": words, "report_words": report_words}
    return with_status(page(f"interview_reports/{template}.html", **(given | said)), status)
