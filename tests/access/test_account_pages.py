"""The pages of the account, without a browser's scripts; and what every form of sign-in and account refuses and never does."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from hub.access.models import PersonSession
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.visiting import PASSWORD, Phone, Visitor, everything, invited, title, words
from tests.conftest import NOW, moved_to

# --- forms --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/sessions/end-others", "/account/factors/codes"])
def test_a_form_from_elsewhere_is_refused(pat: Visitor, path: str) -> None:
    for given in ({}, {"csrf_token": "guessed"}):
        answer = pat.client.post(path, data=given)
        assert answer.status_code == 403
        assert "not sent from a page of the hub" in words(answer)


def form_paths(app: Flask) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if str(rule.endpoint).startswith(("sign_in", "account"))]
    return sorted(rule.rule for rule in rules if "POST" in (rule.methods or set()))


def test_every_address_that_takes_a_form_refuses_one_without_its_token(app: Flask, pat: Visitor) -> None:
    assert len(form_paths(app)) > 15
    for path in form_paths(app):
        assert pat.client.post(re.sub("<[^>]+>", "x", path), data={"a": "b"}).status_code == 403, path


def test_no_page_of_sign_in_or_account_changes_anything_when_it_is_looked_at(
    app: Flask, database: Database, pat: Visitor
) -> None:
    before = everything(database)
    rules = [rule for rule in app.url_map.iter_rules() if str(rule.endpoint).startswith(("sign_in", "account"))]
    for rule in rules:
        if "GET" in (rule.methods or set()):
            pat.opens(re.sub("<[^>]+>", "x", rule.rule))
    assert everything(database) == before


def test_personal_pages_are_never_kept(pat: Visitor) -> None:
    for path in ("/sign-in", "/account", "/account/factors", "/account/prove"):
        assert pat.opens(path).headers["Cache-Control"] == "no-store"


# --- the account --------------------------------------------------------------------------------------------------------


def test_a_session_that_is_ended_in_one_browser_is_out_in_the_other(
    pat: Visitor, elsewhere: Visitor, phone: Phone
) -> None:
    elsewhere.signs_in(phone)
    page = pat.opens("/account")
    (ref,) = re.findall(r'action="/account/sessions/([^/"]+)/end"', page.text)
    pat.sends(f"/account/sessions/{ref}/end")
    said = words(elsewhere.opens("/account"))
    assert "This session was ended" in said
    assert title(pat.opens("/account")) == "Your account"


def test_all_other_sessions_are_ended_at_once(app: Flask, pat: Visitor, elsewhere: Visitor, phone: Phone) -> None:
    elsewhere.signs_in(phone)
    pat.sends("/account/sessions/end-others", page="/account")
    assert title(elsewhere.opens("/account")) == "Sign in"
    assert title(pat.opens("/account")) == "Your account"


def test_a_session_of_somebody_else_is_not_found(database: Database, cast: Cast, app: Flask, pat: Visitor) -> None:
    other = Visitor(app)
    other.joins(invited(database, cast, member="bradford"))
    with database.read() as session:
        theirs = session.scalars(select(PersonSession.ref).order_by(PersonSession.id.desc())).first()
    assert pat.sends(f"/account/sessions/{theirs}/end", page="/account").status_code == 404
    assert title(other.opens("/account")) == "Your account"


def test_an_api_key_has_no_account(client_for: Callable[[str], FlaskClient]) -> None:
    answer = client_for("leeds").get("/account")
    assert answer.status_code == 403
    assert "An API key has no account" in words(answer)


def test_changing_a_factor_is_asked_of_somebody_who_signed_in_lately(pat: Visitor, phone: Phone) -> None:
    moved_to(NOW.replace(minute=30))
    asked = pat.sends("/account/factors/codes", page="/account/factors")
    assert title(asked) == "Show again that it is you"
    back = pat.sends("/account/prove", password=PASSWORD, code=phone.code(), next="/account/factors")
    assert title(back) == "Your second step"
    assert title(pat.sends("/account/factors/codes")) == "Your recovery codes"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": "not what it was at all"}, "That is not your password"),
        ({"code": "000000x"}, "That code is not right"),
        ({"code": ""}, "Enter the six digits"),
    ],
)
def test_a_wrong_proof_proves_nothing(pat: Visitor, phone: Phone, typed: dict[str, str], sentence: str) -> None:
    moved_to(NOW.replace(minute=30))
    given = {"password": PASSWORD, "code": phone.code()} | typed
    refused = pat.sends("/account/prove", page="/account/prove", **given)
    assert refused.status_code in (401, 422)
    assert sentence in words(refused)
    assert title(pat.sends("/account/factors/codes", page="/account/factors")) == "Show again that it is you"


def test_another_telephone_takes_the_place_of_the_old_one(pat: Visitor, elsewhere: Visitor, phone: Phone) -> None:
    pat.sends("/account/factors/app", page="/account/factors")
    new = Phone(pat.key_shown())
    assert pat.sends("/account/factors/app/code", code="000000x").status_code == 422
    assert title(pat.sends("/account/factors/app/code", code=new.code())) == "Your second step"
    elsewhere.gives_password()
    assert elsewhere.sends("/sign-in/second-factor", code=phone.code()).status_code == 401
    assert title(elsewhere.sends("/sign-in/second-factor", code=new.code())) == "Today"


def test_the_last_factor_stays(pat: Visitor) -> None:
    refused = pat.sends("/account/factors/app/remove", page="/account/factors")
    assert refused.status_code == 409
    assert "Add another first" in words(refused)


def test_a_picture_of_the_key_is_shown_only_while_an_app_is_set_up(pat: Visitor) -> None:
    assert pat.opens("/account/factors/app/qr.svg").status_code == 404
    pat.sends("/account/factors/app", page="/account/factors")
    picture = pat.opens("/account/factors/app/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "<script" not in picture.text


def test_a_new_password_ends_the_other_sessions(pat: Visitor, elsewhere: Visitor, phone: Phone) -> None:
    elsewhere.signs_in(phone)
    weak = pat.sends("/account/password", page="/account/password", password="password1234")
    assert weak.status_code == 422
    changed = pat.sends("/account/password", password="nine kettles on a slow barge")
    assert title(changed) == "Your account"
    assert "The password was changed" in words(elsewhere.opens("/account"))
    assert elsewhere.gives_password().status_code == 401


def test_no_factor_and_no_token_is_kept_readable(database: Database, pat: Visitor, phone: Phone) -> None:
    kept = str(everything(database))
    cookies = [cookie.value for cookie in pat.client._cookies.values()]
    for secret in [phone.secret, PASSWORD, *pat.codes, *cookies]:
        assert secret not in kept


def test_the_audit_follows_a_person_in_and_out(database: Database, pat: Visitor) -> None:
    pat.sends("/sign-out", page="/account")
    with database.read() as session:
        rows = session.execute(text("SELECT event FROM audit_entry WHERE actor_kind = 'person' ORDER BY id")).scalars()
        events = list(rows)
    assert [event for event in events if event.startswith(("factor", "session"))] == [
        "factor.added", "factor.added", "session.began", "session.ended",
    ]  # fmt: skip
