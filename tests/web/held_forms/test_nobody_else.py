"""What is held of a form is shown to nobody else, and a forged form is not held at all."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.access import browser, sessions
from hub.access.held_forms import service as held_forms
from hub.access.held_forms.models import HeldForm
from hub.access.models import Person
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.access.visiting import title
from tests.conftest import NOW
from tests.web.held_forms.holding import (
    CHILD,
    FORM,
    LATER,
    MINUTE,
    TYPED,
    TimeIs,
    form,
    posts,
    rows,
    signs_in_again,
    way_to_it,
)

# --- nobody else -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def way(tab: Tab, time_is: TimeIs) -> str:
    time_is(LATER)
    return way_to_it(posts(tab, form(tab)))


def sam(database: Database, cast: Cast) -> Person:
    return joined(database, cast, "leeds", email="sam@mail.example", name="Sam Fictitious")


def is_told_nothing(answer: TestResponse) -> bool:
    return answer.status_code == 303 and "held" not in answer.headers["Location"] and CHILD not in answer.text


def test_whoever_else_signs_in_at_that_browser_is_told_nothing(
    app: Flask, database: Database, cast: Cast, tab: Tab, way: str, taken: list[dict[str, Any]]
) -> None:
    other = sam(database, cast)
    signs_in_again(app, database, other, tab.client)
    assert is_told_nothing(tab.get(way))
    typed = {"csrf_token": tab.headers[browser.CSRF_HEADER], **TYPED}
    assert tab.client.post(FORM, data=typed).status_code == 403, "Pat's form is not sent in Sam's name"
    assert taken == []


def test_whoever_else_learns_the_address_is_told_nothing_and_can_drop_nothing(
    app: Flask, database: Database, cast: Cast, way: str
) -> None:
    other = tab_of(app, database, sam(database, cast), now=LATER)
    assert is_told_nothing(other.get(way))
    assert is_told_nothing(other.send("POST", f"{way}/discard"))
    other.send("POST", f"{FORM}?held={way.rpartition('/')[2]}", data={"child.name": "Sam's own"})
    assert len(rows(database)) == 1


def test_the_same_person_at_another_browser_is_told_nothing(
    app: Flask, database: Database, pat: Person, way: str
) -> None:
    """Who plants a form, with a token that was stolen, cannot have its owner send it from their own browser."""
    assert is_told_nothing(tab_of(app, database, pat, now=LATER).get(way))


def test_without_a_session_it_is_asked_who_one_is(tab: Tab, way: str) -> None:
    answer = tab.get(way)
    assert answer.headers["Location"].startswith("/sign-in?")
    assert CHILD not in answer.text


def test_it_is_gone_after_a_quarter_of_an_hour(
    app: Flask, database: Database, pat: Person, tab: Tab, way: str, time_is: TimeIs
) -> None:
    time_is(LATER + 15 * MINUTE)
    signs_in_again(app, database, pat, tab.client)
    page = tab.get(way)
    assert title(page) == "What you typed was kept for 15 minutes"
    assert CHILD not in page.text


def test_a_job_deletes_what_nobody_can_have_any_more(database: Database, way: str) -> None:
    assert held_forms.forget_expired_once(database, now=LATER + 15 * MINUTE - timedelta(seconds=1)) == 0
    assert held_forms.forget_expired_once(database, now=LATER + 15 * MINUTE) == 1
    assert rows(database) == []


def test_of_somebody_who_was_disabled_nothing_is_held(
    database: Database, pat: Person, tab: Tab, time_is: TimeIs
) -> None:
    with database.write() as session:
        person = person_with(session, pat.ref)
        person.disabled_at = NOW
    time_is(LATER)
    assert posts(tab, form(tab)).headers["Location"].startswith("/sign-in?next=%2F")
    assert rows(database) == []


def person_with(session: Any, ref: str) -> Person:
    found: Person = session.scalars(select(Person).where(Person.ref == ref)).one()
    return found


@pytest.mark.parametrize("token", ["", "forged", "0" * 64], ids=["none", "nonsense", "made up"])
def test_a_forged_form_is_refused_and_never_held(database: Database, tab: Tab, token: str, time_is: TimeIs) -> None:
    time_is(LATER)
    assert posts(tab, form(tab) | {"csrf_token": token}).status_code == 403
    assert rows(database) == []


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_another_site_is_never_held(
    database: Database, tab: Tab, header: dict[str, str], time_is: TimeIs
) -> None:
    time_is(LATER)
    assert posts(tab, form(tab), headers=header).status_code == 403
    assert rows(database) == []


def test_somebody_elses_token_in_ones_own_cookie_is_forged(
    app: Flask, database: Database, cast: Cast, tab: Tab, time_is: TimeIs
) -> None:
    other = tab_of(app, database, sam(database, cast))
    time_is(LATER)
    assert posts(tab, form(other)).status_code == 403
    assert rows(database) == []


def test_a_browser_that_never_had_a_session_holds_nothing(app: Flask, database: Database) -> None:
    client = app.test_client()
    page = client.get("/sign-in")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    assert client.post(FORM, data={"csrf_token": token, **TYPED}).headers["Location"].startswith("/sign-in")
    assert rows(database) == []


def test_what_is_too_long_is_not_held(database: Database, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    posts(tab, form(tab, needs="x" * held_forms.LONGEST))
    assert rows(database) == []


def test_of_one_person_only_so_many_are_held_the_newest(database: Database, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    ways = [way_to_it(posts(tab, form(tab))) for _ in range(held_forms.MOST_EACH + 2)]
    assert [f"/held/{row.ref}" for row in rows(database)] == ways[2:]


def test_a_password_is_never_held(database: Database, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    posts(tab, form(tab, new_password="violet tram"))
    tab.client.post(
        "/account/password", data={"csrf_token": tab.headers[browser.CSRF_HEADER], "password": "violet tram"}
    )
    assert rows(database) == []


def test_what_a_script_sends_by_itself_is_not_held(database: Database, tab: Tab, time_is: TimeIs) -> None:
    time_is(LATER)
    posts(tab, form(tab), headers={"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"})
    assert rows(database) == []


def test_nothing_typed_is_in_an_address_or_a_log_or_stored_in_the_clear(
    database: Database, tab: Tab, time_is: TimeIs, capfd: pytest.CaptureFixture[str]
) -> None:
    time_is(LATER)
    answer = posts(tab, form(tab))
    [row] = rows(database)
    assert "Rowan" not in answer.headers["Location"] + repr(row) + "".join(capfd.readouterr())
    assert b"Rowan" not in row.sealed
    assert FORM.encode() not in row.sealed


def test_a_row_given_another_owner_in_the_database_opens_for_nobody(
    app: Flask, database: Database, cast: Cast, tab: Tab, way: str
) -> None:
    other = sam(database, cast)
    opened = tab_of(app, database, other, now=LATER)
    with database.write() as session:
        row = session.scalars(select(HeldForm)).one()
        row.person_ref = other.ref
        row.browser_hash = sessions.hash_of(opened.client.get_cookie(browser.SESSION).value)  # type: ignore[union-attr]
    assert is_told_nothing(opened.get(way))


@pytest.mark.parametrize("ref", ["hld_x", "ses_" + "0" * 26, "hld_" + "0" * 26, "%00"])
def test_a_reference_that_is_none_leads_on(tab: Tab, ref: str) -> None:
    assert tab.get(f"/held/{ref}").status_code in (303, 404)


def test_being_shown_changes_nothing(app: Flask, database: Database, pat: Person, tab: Tab, way: str) -> None:
    signs_in_again(app, database, pat, tab.client)
    before = [vars(row) for row in rows(database)]
    for _ in range(3):
        tab.get(way)
    kept = [{name: said for name, said in vars(row).items() if name[0] != "_"} for row in rows(database)]
    assert kept == [{name: said for name, said in each.items() if name[0] != "_"} for each in before]


def test_holding_is_not_doing(database: Database, way: str) -> None:
    assert len(rows(database)) == 1
    assert recorded(database, "export.made") == []
