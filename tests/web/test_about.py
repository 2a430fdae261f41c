"""What the pages about the hub say is so: cookies, help, how the law is searched, where a fault is found in the log."""

import ast
import importlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest
from flask import Flask

from hub.core.db import Database
from hub.core.http import provide
from hub.core.logs import configure_logs
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.web.cookies import cookies
from tests.access.signing_in import joined, tab_of
from tests.access.visiting import title, words
from tests.house.source import modules
from tests.web.test_cookies import cookies as sent_cookies  # noqa: F401 - a fixture
from tests.web.test_cookies import goes_all_ways

BROWSER = {"Accept": "text/html"}


# --- cookies ------------------------------------------------------------------------------------------------------------


def test_every_cookie_that_is_sent_is_on_the_page_and_lasts_as_long_as_it_says(
    app: Flask,
    database: Database,
    cast: Cast,
    sent_cookies: list[str],  # noqa: F811
) -> None:
    goes_all_ways(app, database, cast)
    with app.test_request_context():
        listed = {each.name: each.max_age_seconds for each in cookies()}
    kept = [each for each in sent_cookies if each.partition("=")[2].partition(";")[0]]
    assert {each.partition("=")[0] for each in kept} >= {"hub_session", "hub_device", "hub_form"}
    for each in kept:
        name, found = each.partition("=")[0], re.search(r"Max-Age=(\d+)", each)
        assert name in listed, "hub/web/cookies.py lists every cookie"
        assert listed[name] == (int(found[1]) if found else None), each


def test_every_place_that_sets_a_cookie_sets_one_that_is_listed(app: Flask) -> None:
    with app.test_request_context():
        listed = {each.name for each in cookies()}
    named = [(path, name) for path, tree in modules().items() for name in cookies_set_in(path, tree)]
    assert len(named) >= 8
    assert [each for each in named if each[1] not in listed] == [], "list it in hub/web/cookies.py"


def cookies_set_in(path: Path, tree: ast.Module) -> Iterator[str]:
    """The names of the cookies that a module sets; where the name is a parameter, its callers are looked at instead."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1):
        if getattr(call.func, "attr", getattr(call.func, "id", "")) == "set_cookie":
            name = ast.unparse(call.args[1])
            if name.rpartition(".")[2].isupper():
                module = importlib.import_module("hub." + ".".join(path.with_suffix("").parts))
                yield reduce(getattr, name.split("."), module)


def test_the_page_of_cookies_shows_each(app: Flask) -> None:
    said = app.test_client().get("/cookies").text
    with app.test_request_context():
        assert [each.name for each in cookies() if f"<code>{each.name}</code>" not in said] == []


# --- help and statements ------------------------------------------------------------------------------------------------


@pytest.fixture
def told(app: Flask, settings: Settings) -> Flask:
    """The hub of an operator who has said how to reach them."""
    helped = {
        "help_phone": "0300 555 0100",
        "help_email": "help@hub.example",
        "help_hours": "Monday to Friday, 9am to 5pm",
    }
    provide(app, replace(settings, **helped, operator_name="Nowhere Shared Services", privacy_email="dpo@hub.example"))
    return app


@pytest.mark.parametrize("path", ["/", "/law", "/sign-in", "/cookies", "/api/v1/docs", "/nowhere"])
def test_the_help_line_stands_on_every_page(told: Flask, path: str) -> None:
    answer = told.test_client().get(path, headers=BROWSER)
    said = words(answer)
    assert "Ring 0300 555 0100 or write to help@hub.example" in said
    assert "Somebody answers Monday to Friday, 9am to 5pm." in said
    assert 'href="tel:03005550100"' in answer.text


def test_without_a_help_line_one_is_sent_to_the_administrator(app: Flask) -> None:
    assert "Ask your organisation’s administrator" in words(app.test_client().get("/"))


def test_the_privacy_notice_names_who_runs_the_hub_and_their_officer(told: Flask) -> None:
    said = words(told.test_client().get("/privacy"))
    assert "Nowhere Shared Services runs the hub for them, as their processor" in said
    assert "dpo@hub.example" in said


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/cookies", "/joining", "/law/calculator"])
def test_the_foot_of_every_page_leads_there(app: Flask, path: str) -> None:
    client = app.test_client()
    assert f'href="{path}"' in client.get("/sign-in").text
    assert client.get(path).status_code == 200


def test_the_start_page_leads_whoever_is_signed_in_to_their_day(app: Flask, database: Database, cast: Cast) -> None:
    tab = tab_of(app, database, joined(database, cast))
    assert 'href="/today"' in tab.get("/").text
    assert 'href="/sign-in"' in app.test_client().get("/").text


# --- references of requests ---------------------------------------------------------------------------------------------


def test_a_refusal_shows_a_reference_that_stands_in_the_answer_and_in_the_log(
    app: Flask, capsys: pytest.CaptureFixture[str], logs_at: Callable[[str], None]
) -> None:
    logs_at("INFO")
    answer = app.test_client().get("/nowhere?name=Rowan", headers=BROWSER)
    ref = answer.headers["X-Request-Reference"]
    assert ref.startswith("req_")
    assert ref in words(answer)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if ref in line]
    assert [line["event"] for line in lines] == ["request.refused"]
    assert "Rowan" not in str(lines)


def test_a_fault_of_ours_is_found_in_the_log_by_the_reference_on_its_page(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, logs_at: Callable[[str], None]
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("Rowan")

    logs_at("ERROR")
    monkeypatch.setitem(app.view_functions, "pages.law", fail)
    fail.permission = "public"  # type: ignore[attr-defined]
    answer = app.test_client().get("/law", headers=BROWSER)
    assert (answer.status_code, title(answer)) == (500, "Something went wrong")
    [line] = [line for line in capsys.readouterr().err.splitlines() if answer.headers["X-Request-Reference"] in line]
    assert json.loads(line)["fault"] == "RuntimeError"
    assert "Rowan" not in line
    assert answer.headers["X-Request-Reference"] in words(answer)


@pytest.fixture
def logs_at() -> Iterator[Callable[[str], None]]:
    """``logs_at("INFO")``: until the test ends."""
    yield configure_logs
    configure_logs("ERROR")


# --- the law ------------------------------------------------------------------------------------------------------------


def test_the_law_says_what_may_be_excused_and_of_what_the_hub_hears_nothing(app: Flask) -> None:
    said = words(app.test_client().get("/law", headers=BROWSER))
    assert "may be excused: not reasonably practicable" in said
    assert "set off by: an event of Schedule 7 (the hub is not told of this, and opens nothing for it)" in said


def test_the_law_is_searched_by_words_in_any_order(app: Flask) -> None:
    said = app.test_client().get("/law?words=emergency+13(4)").text
    assert 'id="E13E"' in said
    assert 'id="E41A"' not in said


def test_the_law_is_narrowed_by_who_owes_what_it_rests_on_and_where_it_holds(app: Flask) -> None:
    client = app.test_client()
    owed_by_home = client.get("/law?owed_by=registered+person&jurisdiction=England&basis=statute").text
    assert 'id="E41A"' in owed_by_home
    assert 'id="E13A"' not in owed_by_home
    assert 'id="WMIS"' not in owed_by_home


def test_a_search_that_finds_nothing_says_what_to_do(app: Flask) -> None:
    assert "Use fewer words" in words(app.test_client().get("/law?words=unicorn"))


def test_what_was_searched_for_stands_on_the_page_as_text(app: Flask) -> None:
    assert "<script>alert" not in app.test_client().get("/law?words=%3Cscript%3Ealert").text
