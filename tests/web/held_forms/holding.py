"""A form that is sent after its session ended: what is typed into it, and the way to it afterwards."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.access import browser
from hub.access.held_forms.models import HeldForm
from hub.access.models import Person
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.ids import new_ref
from tests.access.signing_in import Tab, begun
from tests.conftest import NOW

FORM = "/areas/look-up"
"""The address of the form of these tests, whose view stands in for any that does something."""
CHILD = "Rowan Fictitious"
LATER = NOW + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
TYPED = {"child.name": CHILD, "needs": "Invented:\r\ntwo lines.", "markers": ["cse", "gangs"]}
TimeIs = Callable[[datetime], None]


def form(tab: Tab, **more: Any) -> dict[str, Any]:
    return {"csrf_token": tab.headers[browser.CSRF_HEADER], "once": new_ref("key"), **TYPED, **more}


def posts(tab: Tab, typed: dict[str, Any], **said: Any) -> TestResponse:
    """As a browser's button does, without headers of a script."""
    answer: TestResponse = tab.client.post(FORM, data=typed, **said)
    return answer


def signs_in_again(app: Flask, database: Database, person: Person, client: Any) -> None:
    """In the same browser, however they do it: what a sign-in does to its cookies."""
    opened = begun(database, person, now=utc_now())
    held = "; ".join(f"{name}={client.get_cookie(name).value}" for name in _names(client))
    with app.test_request_context("/sign-in", headers={"Cookie": held}):
        answer = app.process_response(browser.signed_in(app.response_class(), opened))
    for line in answer.headers.getlist("Set-Cookie"):
        name, _, rest = line.partition("=")
        client.set_cookie(name, rest.partition(";")[0])
        if rest.startswith(";"):
            client.delete_cookie(name)


def _names(client: Any) -> list[str]:
    return [name for name in (browser.SESSION, browser.FORM, browser.DEVICE) if client.get_cookie(name)]


def way_to_it(answer: TestResponse) -> str:
    """The address of what is held, from the way to the sign-in."""
    assert answer.status_code == 303
    found = re.fullmatch(r"/sign-in\?next=%2Fheld%2F(hld_\w{26})", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return f"/held/{found[1]}"


def controls(page: TestResponse) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text.partition("</form>")[0])
    return [(unescape(name), unescape(value)) for name, value in found]


def sends_it_now(tab: Tab, page: TestResponse, **more: Any) -> TestResponse:
    action = unescape(re.findall(r'<form method="post" action="([^"]*)"', page.text)[0])
    data: dict[str, Any] = {}
    for name, value in controls(page):
        data.setdefault(name, []).append(value)
    answer: TestResponse = tab.client.post(action, data=data | more)
    return answer


def rows(database: Database) -> list[HeldForm]:
    with database.read() as session:
        found = list(session.scalars(select(HeldForm).order_by(HeldForm.id)))
        session.expunge_all()
        return found
