"""The pages of sign-in and account, without a browser's scripts: what they take, what they refuse, and what they never do."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from hub import tables
from hub.access.models import Invitation, Person, PersonSession, SignIn
from hub.access.people import invitations
from hub.core.actor import SYSTEM
from hub.core.clock import LONDON
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.notify.models import PersonalMail
from tests.access.enrolling import recorded
from tests.access.visiting import PASSWORD, Phone, Visitor, invited, title, words
from tests.conftest import NOW, moved_to


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Visitor:
    """Somebody who has joined, and is signed in."""
    visitor = Visitor(app)
    visitor.joins(invited(database, cast))
    return visitor


@pytest.fixture
def phone(pat: Visitor) -> Phone:
    assert pat.phone is not None
    return pat.phone


@pytest.fixture
def elsewhere(app: Flask, pat: Visitor) -> Visitor:
    """Another browser, in which nobody has signed in."""
    return Visitor(app)


def everything(database: Database) -> dict[str, list[str]]:
    with database.read() as session:
        kept = [table for table in tables.ALL if table.name != "rate_window"]
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in kept}


# --- joining ------------------------------------------------------------------------------------------------------------


def test_an_invitation_leads_to_an_account_with_two_factors_and_ten_codes(pat: Visitor) -> None:
    assert pat.shown is not None
    assert title(pat.shown) == "Your recovery codes"
    assert len(pat.codes) == 10
    said = words(pat.opens("/account"))
    assert "Pat Fictitious" in said
    assert "Duty desk: takes in what other councils send" in said
    assert "with password, code from the app" in said


def test_looking_at_an_invitation_changes_nothing(app: Flask, database: Database, cast: Cast) -> None:
    link, visitor = invited(database, cast), Visitor(app)
    before = everything(database)
    for _ in range(3):
        assert "Leeds City Council asks you" in words(visitor.opens(link))
    assert everything(database) == before


@pytest.mark.parametrize(("spoil", "because"), [("withdrawn", "invitation_withdrawn"), ("late", "invitation_expired")])
def test_that_a_link_was_followed_which_leads_nowhere_any_more_is_on_record(
    app: Flask, database: Database, cast: Cast, spoil: str, because: str
) -> None:
    """Its page has no form to send: whoever finds such a link opens it, and that is all they can do."""
    link, visitor = invited(database, cast), Visitor(app)
    if spoil == "late":
        moved_to((NOW + timedelta(days=8)).astimezone(LONDON))
    else:
        with database.write() as session:
            invitations.withdraw(session, SYSTEM, session.scalars(select(Invitation.ref)).one(), now=NOW)
    answer = visitor.opens(link)
    assert (answer.status_code, "<form" in answer.text.partition("<main")[2]) == (409, False)
    assert "pat" not in words(answer).lower(), "whose it was is nobody's business"
    with database.read() as session:
        (entry,) = recorded(session, "invitation.refused")
        assert session.scalars(select(Person.id).where(Person.created_at > NOW)).all() == []
    assert (entry.details, entry.actor_kind) == ({"because": because}, "guest")
    assert entry.organisation_id == cast.ids["leeds"]


def test_an_invitation_is_used_once(app: Flask, pat: Visitor, database: Database) -> None:
    with database.read() as session:
        assert session.scalars(select(SignIn)).all() == []
    again = Visitor(app).opens("/invitation/" + "x" * 43)
    assert again.status_code == 404
    assert "not one of ours" in words(again)


def test_a_weak_password_is_refused_with_its_cure_and_not_shown_again(
    app: Flask, database: Database, cast: Cast
) -> None:
    link, visitor = invited(database, cast), Visitor(app)
    refused = visitor.sends(link, page=link, password="tooshort")
    assert refused.status_code == 422
    assert title(refused) == "Error: You are invited"
    assert "at least 12 characters" in words(refused)
    assert "tooshort" not in refused.text


def test_recovery_codes_are_given_as_a_file_to_the_browser_that_was_shown_them(pat: Visitor) -> None:
    answer = pat.sends("/account/factors/codes/file", code=pat.codes)
    assert answer.mimetype == "text/plain"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [code for code in pat.codes if code not in answer.text] == []


def test_nothing_but_ones_own_codes_is_given_as_a_file(pat: Visitor) -> None:
    refused = pat.sends("/account/factors/codes/file", code=["<script>alert(1)</script>"])
    assert refused.status_code == 422
    assert "alert" not in refused.text


# --- signing in ---------------------------------------------------------------------------------------------------------


def test_password_and_code_sign_in_and_lead_to_where_one_was_going(elsewhere: Visitor, phone: Phone) -> None:
    asked = elsewhere.opens("/account/factors")
    assert title(asked) == "Sign in"
    elsewhere.sends("/sign-in", email="PAT@leeds.example ", password=PASSWORD, next="/account/factors")
    assert title(elsewhere.sends("/sign-in/second-factor", code=phone.code())) == "Your second step"


@pytest.mark.parametrize(
    "elsewhither",
    ["https://attacker.example/", "//attacker.example", "/\\attacker.example", "javascript:alert(1)", "/\n/x"],
)
def test_one_is_never_led_out_of_the_hub(elsewhere: Visitor, phone: Phone, elsewhither: str) -> None:
    elsewhere.gives_password(next=elsewhither)
    assert elsewhere.shown is not None
    token = re.findall(r'name="csrf_token" value="([^"]+)"', elsewhere.shown.text)[0]
    answer = elsewhere.client.post("/sign-in/second-factor", data={"csrf_token": token, "code": phone.code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_what_was_typed_is_kept_but_for_the_password(elsewhere: Visitor) -> None:
    refused = elsewhere.gives_password(password="not what it was at all")
    assert refused.status_code == 401
    assert title(refused) == "Error: Sign in"
    assert 'value="pat@leeds.example"' in refused.text
    assert "not what it was" not in refused.text
    assert '<a href="#email">' in refused.text


def test_an_unknown_address_is_answered_as_a_wrong_password_is(elsewhere: Visitor) -> None:
    wrong = words(elsewhere.gives_password(password="not what it was at all"))
    assert wrong == words(elsewhere.gives_password(email="nobody@leeds.example", password="not what it was at all"))


@pytest.mark.parametrize(
    ("typed", "field"), [({"email": ""}, "email"), ({"email": "pat"}, "email"), ({"password": ""}, "password")]
)
def test_what_is_missing_is_named_with_its_cure(elsewhere: Visitor, typed: dict[str, str], field: str) -> None:
    refused = elsewhere.gives_password(**typed)
    assert refused.status_code == 422
    assert re.search(rf'<a href="#{field}">Enter your ', refused.text)


def test_a_recovery_code_stands_in_for_the_app_once(app: Flask, elsewhere: Visitor, pat: Visitor) -> None:
    elsewhere.gives_password()
    assert title(elsewhere.sends("/sign-in/second-factor", code=pat.codes[0].upper())) == "Today"
    assert "9 not used" in words(elsewhere.opens("/account"))
    third = Visitor(app)
    third.gives_password()
    assert "That recovery code is not good" in words(third.sends("/sign-in/second-factor", code=pat.codes[0]))


def test_a_code_that_signed_in_does_not_sign_in_again(app: Flask, elsewhere: Visitor, phone: Phone) -> None:
    elsewhere.gives_password()
    code = phone.code()
    assert title(elsewhere.sends("/sign-in/second-factor", code=code)) == "Today"
    onlooker = Visitor(app)
    onlooker.gives_password()
    refused = onlooker.sends("/sign-in/second-factor", code=code)
    assert refused.status_code == 401
    assert "was used before" in words(refused)


def test_after_five_wrong_codes_it_begins_again_from_the_password(
    database: Database, elsewhere: Visitor, phone: Phone
) -> None:
    elsewhere.gives_password()
    pages = [elsewhere.sends("/sign-in/second-factor", code=phone.wrong_code()) for _ in range(5)]
    assert "4 more tries" in words(pages[0])
    assert "Begin again" in words(pages[4])
    with database.read() as session:
        refused = [entry.details["because"] for entry in recorded(session, "factor.refused")]
    assert refused == ["wrong_totp"] * 5


def test_a_second_step_without_a_first_leads_back_to_the_beginning(app: Flask) -> None:
    for path in ("/sign-in/second-factor", "/sign-in/enrol", "/sign-in/enrol/app", "/sign-in/enrol/app/qr.svg"):
        answer = Visitor(app).opens(path)
        assert answer.status_code == 401
        assert 'href="/sign-in"' in answer.text


def test_a_sign_in_under_way_opens_nothing(elsewhere: Visitor) -> None:
    elsewhere.gives_password()
    assert title(elsewhere.opens("/account")) == "Sign in"
    assert elsewhere.client.get("/api/v1/organisations").status_code == 401


def test_the_second_step_cannot_be_set_up_anew_with_a_password_alone(elsewhere: Visitor) -> None:
    elsewhere.gives_password()
    refused = elsewhere.sends("/sign-in/enrol/app")
    assert refused.status_code == 401


def test_a_sign_in_that_began_before_there_was_a_second_step_sets_up_no_other(
    app: Flask, database: Database, cast: Cast
) -> None:
    """Who had the password first, and waited, would otherwise put their own telephone in the owner's place."""
    owner, thief = Visitor(app), Visitor(app)
    link = invited(database, cast)
    owner.sends(link, page=link, password=PASSWORD)
    thief.gives_password()
    thief.sends("/sign-in/enrol/app")
    owner.sends("/sign-in/enrol/app", page="/sign-in/enrol")
    owner.phone = Phone(owner.key_shown())
    thieving = Phone(owner.phone.secret)
    assert title(owner.sends("/sign-in/enrol/app/code", code=owner.phone.code())) == "Your recovery codes"
    refused = thief.sends("/sign-in/enrol/app/code", code=thieving.wrong_code())
    assert refused.status_code == 401
    assert "set up for this account meanwhile" in words(refused)
    for path in ("/sign-in/enrol", "/sign-in/enrol/app", "/sign-in/enrol/app/qr.svg", "/sign-in/enrol/passkey"):
        assert thief.opens(path).status_code == 401
    assert title(Visitor(app).signs_in(owner.phone)) == "Today"


def test_a_wrong_code_of_an_app_that_is_being_set_up_is_on_record(app: Flask, database: Database, cast: Cast) -> None:
    visitor, link = Visitor(app), invited(database, cast)
    visitor.sends(link, page=link, password=PASSWORD)
    visitor.sends("/sign-in/enrol/app")
    refused = visitor.sends("/sign-in/enrol/app/code", code=Phone(visitor.key_shown()).wrong_code())
    assert (refused.status_code, "not the code that the app shows now" in words(refused)) == (422, True)
    with database.read() as session:
        (entry,) = recorded(session, "factor.refused")
        assert session.scalars(select(PersonSession)).all() == []
    assert entry.details == {"because": "wrong_totp"}


def test_somebody_who_was_signed_out_is_told_why(pat: Visitor) -> None:
    moved_to(NOW.replace(hour=15).astimezone(LONDON))
    assert "because nothing was done here for a while" in words(pat.opens("/account"))


def test_a_new_device_is_told_by_e_mail_and_a_known_one_is_not(
    database: Database, pat: Visitor, elsewhere: Visitor, phone: Phone
) -> None:
    pat.sends("/sign-out", page="/account")
    pat.signs_in(phone)
    with database.read() as session:
        assert session.scalars(select(PersonalMail.kind)).all() == []
    elsewhere.signs_in(phone)
    with database.read() as session:
        assert session.scalars(select(PersonalMail.kind)).all() == ["person.new_device"]


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
