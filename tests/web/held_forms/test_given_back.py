"""A form that was sent after the session ended loses nothing that was typed."""

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from hub.access import browser, policy, sessions
from hub.access.held_forms import service as held_forms
from hub.access.held_forms.service import Filling
from hub.access.models import Person
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.web.held import in_words
from tests.access.signing_in import Tab, joined, tab_of
from tests.access.visiting import title, words
from tests.conftest import NOW
from tests.web.held_forms.holding import (
    CHILD,
    FORM,
    LATER,
    MINUTE,
    TimeIs,
    controls,
    form,
    posts,
    rows,
    sends_it_now,
    signs_in_again,
    way_to_it,
)

# --- what was typed comes back ---------------------------------------------------------------------------------------------


def test_everything_typed_is_given_back_and_sent_once(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    typed = form(tab)
    time_is(LATER)
    way = way_to_it(posts(tab, typed))
    assert taken == []

    signs_in_again(app, database, pat, tab.client)
    page = tab.get(way)
    assert title(page) == "What you typed is kept"
    assert "It has not been sent. It is kept until 18 November 2026 at 12:15" in words(page)
    assert "Child, name" in words(page)
    assert CHILD in words(page)

    assert sends_it_now(tab, page).status_code == 303
    assert taken[0]["child.name"] == [CHILD]
    assert taken[0]["needs"] == ["Invented:\r\ntwo lines."]
    assert taken[0]["markers"] == ["cse", "gangs"]
    assert taken[0]["once"] == [typed["once"]]
    assert rows(database) == []


def test_pressed_twice_it_is_done_once(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    typed = form(tab)
    time_is(LATER)
    way = way_to_it(posts(tab, typed))
    signs_in_again(app, database, pat, tab.client)
    page = tab.get(way)
    assert [sends_it_now(tab, page).headers["Location"] for _ in range(2)] == ["/account", "/account"]
    assert len(taken) == 1


def test_what_was_sent_before_the_session_ended_is_not_sent_again(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    """The form is sent, the session ends, and the page is loaded again."""
    typed = form(tab)
    posts(tab, typed)
    time_is(LATER)
    way = way_to_it(posts(tab, typed))
    signs_in_again(app, database, pat, tab.client)
    sends_it_now(tab, tab.get(way))
    assert len(taken) == 1


def test_what_is_refused_stays_kept_until_it_is_taken(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    time_is(LATER)
    way = way_to_it(posts(tab, form(tab) | {"child.name": ""}))
    signs_in_again(app, database, pat, tab.client)
    assert sends_it_now(tab, tab.get(way)).status_code == 422
    assert len(rows(database)) == 1
    assert taken == []


def test_it_can_be_discarded(app: Flask, database: Database, pat: Person, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    way = way_to_it(posts(tab, form(tab)))
    signs_in_again(app, database, pat, tab.client)
    token = dict(controls(tab.get(way)))["csrf_token"]
    assert tab.client.post(f"{way}/discard", data={"csrf_token": token}).status_code == 303
    assert rows(database) == []
    assert tab.get(way).status_code == 303


@pytest.mark.parametrize(
    "because", ["revoked", "signed_out", "password_changed", "roles_changed", "provider_signed_out"]
)
def test_however_the_session_ended(
    app: Flask, database: Database, pat: Person, tab: Tab, because: str, taken: list[dict[str, Any]]
) -> None:
    with database.write() as session:
        sessions.end_all(session, pat.id, because=because, now=NOW)
    way = way_to_it(posts(tab, form(tab)))
    signs_in_again(app, database, pat, tab.client)
    sends_it_now(tab, tab.get(way))
    assert len(taken) == 1


def test_an_hour_without_a_request_and_a_whole_shift_are_ends_too(tab: Tab, time_is: TimeIs) -> None:
    for later in (policy.in_force().session.idle, policy.in_force().session.absolute):
        time_is(NOW + later)
        way_to_it(posts(tab, form(tab)))


def test_after_signing_out_in_another_tab(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]]
) -> None:
    typed = form(tab)
    assert tab.client.post("/sign-out", data={"csrf_token": typed["csrf_token"]}).status_code == 303
    assert tab.client.get_cookie(browser.SESSION) is None
    way = way_to_it(posts(tab, typed))
    signs_in_again(app, database, pat, tab.client)
    sends_it_now(tab, tab.get(way))
    assert len(taken) == 1


def test_after_signing_in_again_in_another_tab_the_form_is_simply_taken(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    """The form in the first tab was made for the session before: the same person's, in the same browser."""
    typed = form(tab)
    time_is(LATER)
    signs_in_again(app, database, pat, tab.client)
    assert posts(tab, typed).headers["Location"] == "/account"
    assert len(taken) == 1


def test_two_tabs_are_both_kept(app: Flask, database: Database, pat: Person, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    ways = [way_to_it(posts(tab, form(tab, number=str(number)))) for number in range(2)]
    signs_in_again(app, database, pat, tab.client)
    assert [dict(controls(tab.get(way)))["number"] for way in ways] == ["0", "1"]


def test_the_sign_in_says_that_it_is_kept(tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    answer = posts(tab, form(tab))
    page = tab.get(answer.headers["Location"])
    assert "What you typed is kept for 15 minutes. Sign in, and send it." in words(page)
    assert held_forms.KEPT.total_seconds() == 15 * 60
    assert CHILD not in page.text


def test_a_file_is_to_be_chosen_again(
    app: Flask, database: Database, pat: Person, tab: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    typed = form(tab) | {"plan": (io.BytesIO(b"the first"), "Rowan's plan.pdf"), "empty": (io.BytesIO(b""), "")}
    time_is(LATER)
    way = way_to_it(posts(tab, typed, content_type="multipart/form-data"))
    signs_in_again(app, database, pat, tab.client)
    page = tab.get(way)
    assert "Files are not kept. Choose them again before you send it." in words(page)
    assert 'enctype="multipart/form-data"' in page.text
    assert re.findall(r'type="file"[^>]*name="([^"]+)"|name="([^"]+)" type="file"', page.text) in (
        [("plan", "")],
        [("", "plan")],
    )
    sends_it_now(tab, page, plan=(io.BytesIO(b"chosen again"), "plan.pdf"))
    assert taken[0]["plan"] == b"chosen again"


def test_where_the_form_was_going_stays_with_its_query(
    app: Flask, database: Database, pat: Person, tab: Tab, time_is: TimeIs
) -> None:
    time_is(LATER)
    answer = tab.client.post(f"{FORM}?step=2&held=hld_{'0' * 26}", data=form(tab))
    signs_in_again(app, database, pat, tab.client)
    page = tab.get(way_to_it(answer))
    action = unescape(re.findall(r'<form method="post" action="([^"]*)"', page.text)[0])
    assert re.fullmatch(rf"{FORM}\?step=2&held=hld_\w{{26}}", action)


# --- showing again that it is you ----------------------------------------------------------------------------------------


@pytest.fixture
def sensitive(app: Flask) -> None:
    app.view_functions["area_look_up.look_up"].permission = "person.invite"  # type: ignore[attr-defined]


@pytest.fixture
def helen(app: Flask, database: Database, cast: Cast) -> Tab:
    person = joined(database, cast, "leeds", ("administrator",), email="helen@mail.example", name="Helen Fictitious")
    return tab_of(app, database, person)


@pytest.mark.usefixtures("sensitive")
def test_a_form_that_asks_for_proof_is_kept_until_it_is_given(
    database: Database, helen: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    time_is(NOW + 20 * MINUTE)
    answer = posts(helen, form(helen))
    found = re.fullmatch(r"/account/prove\?next=(?:%2F|/)held(?:%2F|/)(hld_\w{26})", answer.headers["Location"])
    assert found
    assert taken == []
    assert "What you typed is kept for 15 minutes." in words(helen.get(answer.headers["Location"]))

    with database.write() as session:
        sessions.prove_again(session, helen.session_ref, factors=["password", "totp"], now=NOW + 21 * MINUTE)
    assert sends_it_now(helen, helen.get(f"/held/{found[1]}")).headers["Location"] == "/account"
    assert len(taken) == 1
    assert rows(database) == []


@pytest.mark.usefixtures("sensitive")
def test_without_the_proof_it_is_kept_on_and_not_done(
    database: Database, helen: Tab, taken: list[dict[str, Any]], time_is: TimeIs
) -> None:
    time_is(NOW + 20 * MINUTE)
    first = posts(helen, form(helen)).headers["Location"].rpartition("F")[2].rpartition("/")[2]
    again = sends_it_now(helen, helen.get(f"/held/{first}"))
    assert again.headers["Location"].startswith("/account/prove")
    assert taken == []
    assert [row.ref for row in rows(database)] != [first]
    assert len(rows(database)) == 1


def test_what_was_chosen_stands_in_words_and_a_secret_does_not_stand_there(app: Flask) -> None:
    fields = [("child.legal_status", "S20"), ("chosen", "cse"), ("setting", "parent"), ("client_secret", "hidden")]
    with app.test_request_context():
        assert in_words(Filling("/somewhere", fields)) == [
            ("Child, legal status", "Accommodated (section 20)"),
            ("Chosen", "Child sexual exploitation"),
            ("Setting", "With a parent"),
            ("Client secret", "Kept, and not shown"),
        ]
