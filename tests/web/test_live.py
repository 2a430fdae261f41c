"""A page that refreshes itself: it keeps nobody signed in, learns that it is signed out, and is spared what it has."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from hub.access import policy
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of
from tests.access.visiting import words
from tests.conftest import NOW

LIVE = {"X-Hub-Live": "1", "Accept": "text/html"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Tab:
    return tab_of(app, database, joined(database, cast))


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(pat: Tab, time_is: Callable[[datetime], None]) -> None:
    idle = policy.in_force().session.idle
    at = NOW
    while at + 5 * MINUTE < NOW + idle:
        at += 5 * MINUTE
        time_is(at)
        assert pat.get("/account", headers=LIVE).status_code == 200
    time_is(NOW + idle)
    assert pat.get("/account", headers=LIVE).status_code == 401


def test_somebody_who_clicks_stays_signed_in(pat: Tab, time_is: Callable[[datetime], None]) -> None:
    idle = policy.in_force().session.idle
    time_is(NOW + idle - MINUTE)
    assert pat.get("/account").status_code == 200
    time_is(NOW + idle + MINUTE)
    assert pat.get("/account", headers=LIVE).status_code == 200


def test_a_form_that_says_it_asks_by_itself_is_somebody_all_the_same(
    pat: Tab, time_is: Callable[[datetime], None]
) -> None:
    idle = policy.in_force().session.idle
    time_is(NOW + idle - MINUTE)
    assert pat.send("POST", "/areas/look-up", data={"postcode": "LS1 1UR"}, headers=LIVE).status_code == 200
    time_is(NOW + idle + MINUTE)
    assert pat.get("/account").status_code == 200


def test_signed_out_it_is_told_so_and_led_nowhere(app: Flask) -> None:
    answer = app.test_client().get("/account", headers=LIVE)
    assert (answer.status_code, "Location" in answer.headers) == (401, False)
    assert "Sign in" in words(answer)


def test_what_has_not_changed_is_not_sent_again(pat: Tab) -> None:
    first = pat.get("/account", headers=LIVE)
    again = pat.get("/account", headers=LIVE | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["Cache-Control"] == "no-store"


def test_a_page_opened_by_somebody_is_always_sent(pat: Tab) -> None:
    tag = pat.get("/account", headers=LIVE).headers["ETag"]
    opened = pat.get("/account", headers={"If-None-Match": tag})
    assert (opened.status_code, "ETag" in opened.headers) == (200, False)


def test_another_session_or_another_page_is_another_answer(
    app: Flask, database: Database, cast: Cast, pat: Tab
) -> None:
    tag = pat.get("/account", headers=LIVE).headers["ETag"]
    sam = tab_of(app, database, joined(database, cast, email="sam@mail.example", name="Sam Fictitious"))
    assert sam.get("/account", headers=LIVE | {"If-None-Match": tag}).status_code == 200
    assert pat.get("/account/factors", headers=LIVE | {"If-None-Match": tag}).status_code == 200
