"""Every sentence of a page can be translated; what is refused says what to do next, in the form that was asked for."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import hub.web
from hub.core.db import Database
from hub.core.errors import TooMany
from hub.core.http import provide
from hub.core.limits import RateLimits
from hub.core.secrets import KeyRing
from hub.web.design import instant
from hub.web.desk import ages
from hub.web.interviews.words import moment
from tests.access.visiting import title, words
from tests.conftest import KEY, NOW

TEMPLATES = sorted((Path(hub.web.__file__).parent / "templates").rglob("*.html"))
CODE_OF_JINJA = r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}"
SAME_IN_EVERY_LANGUAGE = {"curl -H", "OpenAPI 3.1"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


# --- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_goes_through_gettext(path: Path) -> None:
    said = re.sub(CODE_OF_JINJA, " ", path.read_text(), flags=re.DOTALL)
    said = re.sub(r"<pre>.*?</pre>|<code>.*?</code>|<!doctype html>", " ", said, flags=re.DOTALL)
    spoken = re.findall(r'\s(?:alt|aria-label|title|placeholder)="([^"]*)"', said)
    assert [word for word in spoken if re.search(r"\w", word)] == []
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]+>", " ", said)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_sentence_is_put_together_from_pieces(path: Path) -> None:
    """A translator needs the whole: what changes stands in it by name."""
    assert re.findall(r'_\("[^"]*"\s*~|~\s*_\("', path.read_text()) == []


def test_a_time_is_in_words_with_the_instant_beside_it(app: Flask) -> None:
    with app.test_request_context():
        shown = instant(NOW)
    assert shown == '<time datetime="2026-11-18T10:00:00Z">18 November 2026 at 10:00</time>'


def test_a_time_that_is_told_from_now_carries_its_instant_as_well(app: Flask) -> None:
    """Whoever points at it reads it; so does whoever holds the printed page (``time[title]`` of the stylesheet)."""
    with app.test_request_context():
        told = [ages.ago(NOW, NOW + timedelta(hours=3)), moment(NOW, NOW - timedelta(hours=20)), moment(NOW, NOW)]
    instant_beside = '<time datetime="2026-11-18T10:00:00Z" title="18 November 2026 at 10:00">'
    assert told == [f"{instant_beside}{said}</time>" for said in ("3 hours ago", "tomorrow at 10:00", "10:00")]


# --- refusals -----------------------------------------------------------------------------------------------------------


def test_a_browser_that_asks_for_what_is_not_there_is_shown_a_page(app: Flask) -> None:
    answer = app.test_client().get("/nowhere", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert title(answer) == "Page not found"
    assert "see that all of it is there" in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accepted", ["application/json", "*/*", ""])
def test_a_client_that_asks_for_no_page_is_told_in_a_problem_document(app: Flask, accepted: str) -> None:
    answer = app.test_client().get("/nowhere", headers={"Accept": accepted})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_api_never_answers_with_a_page(app: Flask, client_for: Callable[[str], FlaskClient]) -> None:
    for path in ("/api/v1/nothing", "/api/v1/notices/ntc_none", "/api/v1/inbox"):
        assert app.test_client().get(path, headers=BROWSER).mimetype == "application/problem+json"
    assert client_for("leeds").put("/api/v1/inbox", headers=BROWSER).mimetype == "application/problem+json"


def test_a_page_that_is_asked_for_as_json_refuses_in_json(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"email": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forged")


def test_an_address_that_only_takes_forms_says_so(app: Flask) -> None:
    answer = app.test_client().get("/sign-out", headers=BROWSER)
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
    assert "only takes what a form sends" in words(answer)


def raising(app: Flask, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(**_: object) -> None:
        raise fault

    monkeypatch.setitem(app.view_functions, "pages.law", fail)
    fail.permission = "public"  # type: ignore[attr-defined]


def test_who_asks_too_often_is_told_when_to_come_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(app, monkeypatch, TooMany("Wait 7 seconds.", retry_after_seconds=7))
    answer = app.test_client().get("/law", headers=BROWSER)
    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (429, "text/html", "7")
    assert "Wait 7 seconds." in words(answer)


def test_a_fault_of_ours_says_that_nothing_was_stored_and_nothing_of_what_it_was(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(app, monkeypatch, RuntimeError("Rowan"))
    answer = app.test_client().get("/law", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Nothing was stored" in words(answer)
    assert "Rowan" not in answer.text


def test_the_page_of_a_fault_needs_no_database(app: Flask, tmp_path: Path) -> None:
    """Whoever is signed in has a cookie, which the header of any other page asks the database about."""
    gone = Database(f"sqlite:///{tmp_path}/gone/hub.sqlite3", KeyRing([KEY]))
    provide(app, gone, RateLimits(gone))
    client = app.test_client()
    client.set_cookie("hub_session", "x")
    answer = client.get("/law", headers=BROWSER)
    assert (answer.status_code, title(answer)) == (500, "Something went wrong")


# --- the header ---------------------------------------------------------------------------------------------------------


def test_the_header_says_where_one_is(app: Flask) -> None:
    page = app.test_client().get("/law").text
    assert re.search(r'href="/law"\s+aria-current="page"', page)
    assert page.count('aria-current="page"') == 1
