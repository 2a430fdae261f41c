"""Every cookie that the hub ever sets is out of scripts' reach and of other sites', and stays with this host over https."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.core.db import Database
from hub.core.http import provide
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from tests.access.visiting import Visitor, invited

HTTPS = {"base_url": "https://localhost"}


@pytest.fixture
def cookies(app: Flask) -> Iterator[list[str]]:
    """Every Set-Cookie that the hub sends while the test goes on."""
    seen: list[str] = []

    def note(response: TestResponse) -> TestResponse:
        seen.extend(response.headers.getlist("Set-Cookie"))
        return response

    app.after_request_funcs[None].insert(0, note)  # the first that was added is the last that is asked
    yield seen
    app.after_request_funcs[None].remove(note)


def goes_all_ways(app: Flask, database: Database, cast: Cast) -> None:
    """Joins, signs out, signs in with a wrong and a right password, looks around, ends."""
    pat = Visitor(app)
    pat.joins(invited(database, cast))
    for path in ("/", "/account", "/account/factors", "/account/password", "/account/prove", "/api/v1/sessions"):
        pat.opens(path)
    pat.sends("/sign-out", page="/account")
    pat.gives_password(password="not the password")
    assert pat.phone
    pat.signs_in(pat.phone)
    pat.opens("/sign-in/with")
    pat.sends("/account/sessions/end-others", page="/account")
    pat.sends("/sign-out", page="/account")


def name_of(cookie: str) -> str:
    return cookie.partition("=")[0]


def test_every_cookie_is_guarded(app: Flask, database: Database, cast: Cast, cookies: list[str]) -> None:
    goes_all_ways(app, database, cast)
    assert {name_of(each) for each in cookies} >= {"hub_session", "hub_device", "hub_form"}
    for each in cookies:
        flags = [flag.strip() for flag in each.split(";")[1:]]
        assert {"HttpOnly", "Path=/"} <= set(flags), each
        assert {"SameSite=Lax", "SameSite=Strict"} & set(flags), each
        assert not [flag for flag in flags if flag.lower().startswith("domain")], each


def test_over_https_every_cookie_is_the_hosts_own_and_never_sent_in_the_clear(
    app: Flask, database: Database, cast: Cast, cookies: list[str]
) -> None:
    provide(app, replace(app.extensions["hub"][Settings], **HTTPS))  # type: ignore[arg-type]
    client = app.test_client()
    client.get("/sign-in", base_url="https://localhost")
    assert cookies
    for each in cookies:
        assert name_of(each).startswith("__Host-"), each
        assert "Secure" in each, each


def test_no_cookie_says_anything(app: Flask, database: Database, cast: Cast, cookies: list[str]) -> None:
    """Random letters and keyed digests: no name, no reference, no role."""
    goes_all_ways(app, database, cast)
    values = [each.partition("=")[2].partition(";")[0] for each in cookies]
    assert all(re.fullmatch(r"[\w.-]*", value) for value in values)
    refs = re.compile(r"\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b")
    assert not [value for value in values if refs.search(value) or "pat" in value.lower()]
