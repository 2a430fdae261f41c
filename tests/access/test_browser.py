"""Cookies, forged requests, and where a browser is led."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from hub.access import browser, sessions
from hub.access.models import Person
from hub.access.people import service as people
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import NotPermitted
from hub.core.http import provide
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from tests.access.signing_in import begun, joined, recorded, tab_of
from tests.conftest import NOW, moved_to

Speak = Callable[[str], FlaskClient]
CLIENT = {"name": "Dashboard", "scopes": ["read"]}


@pytest.fixture
def admin(database: Database, cast: Cast) -> Person:
    return joined(database, cast, roles=["administrator"], password=None)


def opened(database: Database, app: Flask, person: Person, **headers: str) -> Response:
    with app.test_request_context("/", headers=headers):
        return browser.signed_in(Response(), begun(database, person))


def cookies(response: Response) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in response.headers.getlist("Set-Cookie")}


# --- cookies ------------------------------------------------------------------------------------------------------------


def test_over_https_the_session_is_secure_bound_to_the_host_and_out_of_reach_of_scripts(
    app: Flask, settings: Settings, database: Database, admin: Person
) -> None:
    provide(app, replace(settings, base_url="https://hub.example"))
    line = cookies(opened(database, app, admin))["__Host-hub_session"]
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in line
    for absent in ("Domain", "Max-Age", "Expires"):
        assert absent not in line


def test_over_plain_http_the_cookie_has_its_plain_name(app: Flask, database: Database, admin: Person) -> None:
    lines = cookies(opened(database, app, admin))
    assert "Secure" not in lines["hub_session"]
    assert "HttpOnly" in lines["hub_session"]
    assert "Max-Age" in lines["hub_device"]


def test_the_browser_is_known_after_a_sign_in_and_stays_so_after_signing_out(
    app: Flask, database: Database, admin: Person
) -> None:
    device = cookies(opened(database, app, admin))["hub_device"].partition(";")[0]
    with app.test_request_context("/", headers={"Cookie": f"{device}; hub_session=x"}):
        assert browser.is_known_device(request, admin.ref)
        lines = cookies(browser.signed_out(Response()))
    assert "Max-Age=0" in lines["hub_session"]
    assert "hub_device" not in lines
    with app.test_request_context("/"):
        assert not browser.is_known_device(request, admin.ref)


def test_the_cookie_of_a_session_says_nothing_about_its_person(app: Flask, database: Database, admin: Person) -> None:
    assert admin.ref not in str(opened(database, app, admin).headers)


def test_a_token_that_was_planted_before_the_sign_in_is_worth_nothing_after_it(
    app: Flask, database: Database, admin: Person
) -> None:
    planted = sessions.new_token()
    line = cookies(opened(database, app, admin, Cookie=f"hub_session={planted}"))["hub_session"]
    assert planted not in line
    client = app.test_client()
    client.set_cookie(browser.SESSION, planted)
    assert client.get("/api/v1/organisations").status_code == 401


# --- who is let in ------------------------------------------------------------------------------------------------------


def test_a_session_opens_the_api_as_a_key_does(app: Flask, database: Database, admin: Person) -> None:
    tab = tab_of(app, database, admin)
    assert tab.get("/api/v1/clients").status_code == 200
    assert tab.send("POST", "/api/v1/clients", json=CLIENT).status_code in (201, 403)
    assert tab.get("/api/v1/notices").status_code == 403


def test_a_key_goes_before_a_session(
    app: Flask, database: Database, admin: Person, client_for: Speak, cast: Cast
) -> None:
    tab = tab_of(app, database, admin)
    bradford = {"Authorization": f"Bearer {cast.tokens['bradford']}"}
    assert tab.get("/api/v1/clients", headers=bradford).json == client_for("bradford").get("/api/v1/clients").json
    spoilt = {"Authorization": "Bearer hub_0000_wrong"}
    assert tab.get("/api/v1/clients", headers=spoilt).status_code == 401


def test_without_a_session_the_api_says_401(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/clients")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_an_ended_session_says_why(app: Flask, database: Database, admin: Person) -> None:
    tab = tab_of(app, database, admin)
    tab.send("DELETE", f"/api/v1/sessions/{tab.session_ref}")
    answer = tab.get("/api/v1/clients")
    assert (answer.status_code, answer.json["code"]) == (401, "session_ended")
    assert "signed out" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/api/v1/clients", "/account"])
def test_that_somebody_came_with_a_session_that_was_revoked_is_on_record_once_an_hour(
    app: Flask, database: Database, admin: Person, path: str
) -> None:
    tab = tab_of(app, database, admin)
    with database.write() as session:
        sessions.end_all(session, admin.id, because="revoked", now=NOW)
    for _ in range(3):
        assert tab.get(path).status_code in (303, 401)
    (entry,) = recorded(database, "session.refused")
    assert (entry.subject_ref, entry.actor_kind, entry.actor_ref) == (tab.session_ref, "guest", "guest")
    assert entry.details == {"because": "revoked", "person": admin.ref}
    assert entry.organisation_id == admin.organisation_id
    moved_to(NOW + timedelta(hours=1))
    tab.get(path)
    assert len(recorded(database, "session.refused")) == 2


def test_one_whose_owner_was_disabled_is_on_record_too(app: Flask, database: Database, admin: Person) -> None:
    tab = tab_of(app, database, admin)
    with database.write() as session:
        people.disable(session, SYSTEM, admin.ref, now=NOW)
    assert tab.get("/api/v1/clients").status_code == 401
    assert [entry.details["because"] for entry in recorded(database, "session.refused")] == ["disabled"]


def test_neither_one_that_ran_out_by_itself_nor_a_page_that_asks_for_itself_is(
    app: Flask, database: Database, admin: Person
) -> None:
    tab, idle = tab_of(app, database, admin), tab_of(app, database, admin)
    tab.send("DELETE", f"/api/v1/sessions/{tab.session_ref}")
    assert tab.get("/api/v1/clients", headers={browser.LIVE_HEADER: "1"}).status_code == 401
    moved_to(NOW + timedelta(hours=14))
    assert idle.get("/api/v1/clients").status_code == 401
    assert app.test_client().get("/api/v1/clients").status_code == 401
    assert recorded(database, "session.refused") == []


def test_a_person_spends_a_limit_of_their_own(
    app: Flask, settings: Settings, database: Database, admin: Person
) -> None:
    provide(app, replace(settings, requests_per_minute=20))
    tab, other = tab_of(app, database, admin), tab_of(app, database, admin)
    answers = [each.get("/api/v1/organisations").status_code for each in (tab, other) * 12]
    assert answers == [200] * 20 + [429] * 4


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/notices", "/notices"),
        ("/notices/ntc_1?tab=2&x=%2F", "/notices/ntc_1?tab=2&x=%2F"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/a\\b", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("/a b", "/"),
        ("elsewhere", "/"),
        ("", "/"),
        (None, "/"),
        ("/" + "x" * 2000, "/"),
    ],
)
def test_one_is_led_back_to_a_path_of_the_hub_and_nowhere_else(path: str | None, wanted: str) -> None:
    assert browser.local_path(path) == wanted


# --- forged requests ----------------------------------------------------------------------------------------------------


def with_session(app: Flask, database: Database, admin: Person, headers: dict[str, str], **said: Any) -> int:
    tab = tab_of(app, database, admin)
    status: int = tab.client.post("/api/v1/clients", headers=headers, **said).status_code
    return status


FORGED: list[tuple[dict[str, str], str]] = [
    ({}, "no token at all"),
    ({"X-CSRF-Token": ""}, "an empty token"),
    ({"X-CSRF-Token": "0" * 64}, "a guessed token"),
    ({"X-CSRF-Token": "ä"}, "no token of ours"),
]


@pytest.mark.parametrize(("headers", "because"), FORGED)
def test_an_unsafe_request_without_the_token_of_its_session_is_refused(
    app: Flask, database: Database, admin: Person, headers: dict[str, str], because: str
) -> None:
    assert with_session(app, database, admin, headers, json=CLIENT) == 403, because


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none", "Origin": "https://localhost.elsewhere.example"},
    ],
)
def test_a_request_from_another_sites_page_is_refused_even_with_the_token(
    app: Flask, database: Database, admin: Person, headers: dict[str, str]
) -> None:
    tab = tab_of(app, database, admin)
    answer = tab.send("POST", "/api/v1/clients", json=CLIENT, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "forged")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}])
def test_one_from_our_own_page_passes(app: Flask, database: Database, admin: Person, headers: dict[str, str]) -> None:
    tab = tab_of(app, database, admin)
    assert tab.send("POST", "/api/v1/clients", json=CLIENT, headers=headers).status_code == 201


def test_another_sessions_token_is_worth_nothing(app: Flask, database: Database, admin: Person) -> None:
    mine, theirs = tab_of(app, database, admin), tab_of(app, database, admin)
    assert mine.client.post("/api/v1/clients", json=CLIENT, headers=theirs.headers).status_code == 403


def test_a_key_needs_no_token_because_no_page_can_make_a_browser_send_one(client_for: Speak) -> None:
    assert client_for("leeds").post("/api/v1/clients", json=CLIENT).status_code == 201


def test_reading_needs_no_token(app: Flask, database: Database, admin: Person) -> None:
    assert tab_of(app, database, admin).get("/api/v1/clients").status_code == 200


def test_a_forged_request_changes_nothing(app: Flask, database: Database, admin: Person) -> None:
    tab = tab_of(app, database, admin)
    before = tab.get("/api/v1/clients").json
    assert tab.client.delete(f"/api/v1/clients/{before['items'][0]['ref']}").status_code == 403
    assert tab.get("/api/v1/clients").json == before


def form(app: Flask, said: dict[str, str], **headers: str) -> None:
    """Check a form as one sent before there is a session."""
    with app.test_request_context("/sign-in", method="POST", data=said, headers=headers):
        browser.refuse_forged(request)


def test_before_there_is_a_session_a_form_carries_the_token_of_a_cookie_of_its_own(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        token = browser.csrf_token()
        assert browser.csrf_token() == token
        line = cookies(app.process_response(Response()))["hub_form"]
    cookie = line.partition(";")[0]
    assert "HttpOnly" in line
    form(app, {"csrf_token": token}, Cookie=cookie)
    for said, headers in (
        ({"csrf_token": token}, {}),
        ({}, {"Cookie": cookie}),
        ({"csrf_token": token}, {"Cookie": "hub_form=planted"}),
        ({"csrf_token": token}, {"Cookie": cookie, "Origin": "https://elsewhere.example"}),
    ):
        with pytest.raises(NotPermitted) as refusal:
            form(app, said, **headers)
        assert refusal.value.reason == "forged"


def test_a_form_that_was_open_when_its_owner_signed_in_elsewhere_still_counts(
    app: Flask, database: Database, admin: Person
) -> None:
    with app.test_request_context("/sign-in"):
        token = browser.csrf_token()
        cookie = cookies(app.process_response(Response()))["hub_form"].partition(";")[0]
    form(app, {"csrf_token": token}, Cookie=f"{cookie}; hub_session={begun(database, admin).token}")


@pytest.mark.parametrize(
    ("agent", "wanted"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_kind_and_nothing_more(app: Flask, agent: str, wanted: str) -> None:
    with app.test_request_context("/", headers={"User-Agent": agent}):
        assert browser.device(request) == wanted


# --- pages --------------------------------------------------------------------------------------------------------------


def test_a_page_without_a_session_leads_to_the_sign_in_and_back(app: Flask) -> None:
    answer = app.test_client().get("/account?shown=sessions")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Faccount%3Fshown%3Dsessions")


def test_an_ended_session_leads_there_too_from_a_form_that_was_open(
    app: Flask, database: Database, admin: Person
) -> None:
    tab = tab_of(app, database, admin)
    with database.write() as session:
        sessions.end_all(session, admin.id, because="revoked", now=NOW)
    assert tab.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    posted = tab.send("POST", "/account/password", data={"password": "kettle orbit maple"})
    assert (posted.status_code, posted.headers["Location"]) == (303, "/sign-in?next=%2Faccount%2Fpassword")


def test_a_page_asks_for_the_token_of_its_form(app: Flask, database: Database, admin: Person) -> None:
    tab = tab_of(app, database, admin)
    assert tab.get("/account").status_code == 200
    assert tab.client.post("/account/password", data={"password": "kettle orbit maple"}).status_code == 403
    assert app.test_client().post("/sign-in", data={"email": "a@mail.example", "password": "x"}).status_code == 403
