"""Refusals and faults: for a person a page that says what to do next, for a machine a problem document.

A page is answered to whoever asks for a page and takes HTML, and to a browser that asks for what is not there. Under ``/api/``
there are no pages but the API's own.
"""

from collections.abc import Sequence
from typing import Any, Final

from flask import Flask, Response, current_app, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException

from hub.core.errors import HubError, TooMany, WrongHost
from hub.core.http import http_problem, hub_problem
from hub.core.logs import log
from hub.web.design import navigation_when_broken
from hub.web.pages import page
from hub.web.request_refs import request_ref
from hub.web.translating import translated

Onward = tuple[str, str]
START: Final[Onward] = ("/", lazy_gettext("Go to the start page"))

_SORRY: Final = lazy_gettext("Something went wrong")
_TITLES: Final = {
    404: lazy_gettext("Page not found"),
    405: lazy_gettext("There is no page at this address"),
    408: lazy_gettext("That came too slowly"),
    413: lazy_gettext("That is too much at once"),
}
_SENTENCES: Final = {
    404: lazy_gettext("There is nothing here that you can see."),
    405: lazy_gettext("It only takes what a form sends. Go back, and use the form."),
    408: lazy_gettext("Nothing was stored. Go back, and send it again over a better connection."),
    413: lazy_gettext("Nothing was stored. Go back, and try again with less text or a smaller file."),
}
_TAKEN_BY_NOBODY: Final = lazy_gettext("What was sent cannot be taken. Go back, and try again with less text.")
_OURS: Final = lazy_gettext("The fault is ours and has been recorded. Nothing was stored. Try again in some minutes.")
_LOST: Final = (
    lazy_gettext("If you typed the address, see that it is right."),
    lazy_gettext("If you copied it, see that all of it is there."),
    lazy_gettext("If a link of ours led here, what it led to is gone, or not for you to see."),
)


def install(app: Flask) -> None:
    """Answer what no group of pages answers itself. After ``core.http.install_errors``, whose place it takes."""
    app.register_error_handler(HubError, refused)
    app.register_error_handler(HTTPException, failed)


def refused(error: HubError, *, steps: Sequence[str] = (), onward: Onward = START) -> Response:
    """*error*, as whoever asked can read it."""
    if isinstance(error, WrongHost) or not is_for_a_person():
        return hub_problem(error)
    steps = steps or (_LOST if error.status == 404 else ())
    return refusal_page(error, title=translated(error.title), sentence=error.sentence, steps=steps, onward=onward)


def refusal_page(error: HubError, **said: Any) -> Response:
    """A page that refuses: *said* is its ``title``, ``sentence``, ``steps`` and ``onward``."""
    response = _page(error.status, **said)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def failed(error: HTTPException, *, onward: Onward = START) -> Response:
    """A fault, ours or of what was sent, as whoever asked can read it."""
    problem = http_problem(error)
    if not is_for_a_person():
        return problem
    status = error.code or 500
    said: dict[str, Any] = {
        "title": _TITLES.get(status, _SORRY),
        "sentence": _SENTENCES.get(status, _TAKEN_BY_NOBODY) if status < 500 else _OURS,
        "steps": _LOST if status == 404 else (),
        "onward": onward,
    }
    response = _page(status, **said)
    if "Allow" in problem.headers:
        response.headers["Allow"] = problem.headers["Allow"]
    return response


def _page(status: int, **said: Any) -> Response:
    broken = {"navigation": navigation_when_broken} if status >= 500 else {}
    response = page("refused.html", **said, **broken, request_ref=request_ref())
    response.status_code = status
    log(__name__).info("request.refused", method=request.method, rule=str(request.url_rule or "-"), status=status)
    return response


def is_for_a_person() -> bool:
    """Whether the present request is a browser's."""
    accepted = request.accept_mimetypes
    names_html = any(kind == "text/html" and quality > 0 for kind, quality in accepted)
    if _is_of_pages():
        return names_html or not accepted.provided or accepted.quality("text/html") > 0
    return names_html and not request.path.startswith("/api/")


def _is_of_pages() -> bool:
    """Whether the address belongs to a group of pages: those have templates."""
    group = current_app.blueprints.get(request.blueprint or "")
    return group is not None and group.template_folder is not None
