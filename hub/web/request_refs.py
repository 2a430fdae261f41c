"""A reference for each request: random, on the page of a refusal and in every log line about it, so that one finds the other.

It says nothing about who asked, or what: it is made anew each time and kept nowhere but in the log.
"""

from typing import Final

from flask import Flask, Response, g

from hub.core.ids import new_ref
from hub.core.logs import about_request

HEADER: Final = "X-Request-Reference"


def install(app: Flask) -> None:
    """Give each request its reference before anything else is done; an answer carries it as a header."""
    app.before_request(begin)
    app.after_request(_tell)


def begin() -> None:
    """Make the reference of the present request."""
    g.request_ref = new_ref("req")
    about_request(g.request_ref)


def request_ref() -> str:
    """The reference of the present request."""
    return str(g.get("request_ref", ""))


def _tell(response: Response) -> Response:
    if ref := request_ref():
        response.headers[HEADER] = ref
    return response
