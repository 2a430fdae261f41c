"""A form that was sent after the session ended loses nothing that was typed, and shows it to nobody else."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.access import browser, policy, sessions
from hub.access.held_forms import service as held_forms
from hub.access.held_forms.models import HeldForm
from hub.access.models import Person
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.web import signed_in
from tests.access.signing_in import Tab, begun, joined, recorded, tab_of
from tests.access.visiting import title, words
from tests.conftest import NOW

FORM = "/areas/look-up"
"""The address of the form of these tests, whose view stands in for any that does something."""
CHILD = "Rowan Fictitious"
LATER = NOW + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
TYPED = {"child.name": CHILD, "needs": "Invented:\r\ntwo lines.", "markers": ["cse", "gangs"]}
TimeIs = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was done, form by form: everything in it, and the files' content."""
    done: list[dict[str, Any]] = []

    def view() -> Any:
        if request.form.get("child.name") == "":
            raise Invalid("Enter the name.", fields={"child.name": ["Enter the name."]})

        def act(session: Any) -> str:
            files = {name: file.read() for name, file in request.files.items()}
            done.append(request.form.to_dict(flat=False) | files)
            audit.record(session, signed_in.acting(), Event.EXPORT_MADE, signed_in.acting().ref, now=utc_now())
            return "/account"

        return signed_in.done_once(act)

    view.permission = "area.read"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "area_look_up.look_up", view)
    return done


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Person:
    return joined(database, cast)


@pytest.fixture
def tab(app: Flask, database: Database, pat: Person) -> Tab:
    return tab_of(app, database, pat)


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
