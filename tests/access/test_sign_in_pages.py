"""The pages of joining and signing in, without a browser's scripts: what they take and refuse, and what goes on record."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub.access.models import Invitation, Person, PersonSession, SignIn
from hub.access.people import invitations
from hub.core.actor import SYSTEM
from hub.core.clock import LONDON
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.notify.models import PersonalMail
from tests.access.enrolling import recorded
from tests.access.visiting import PASSWORD, Phone, Visitor, everything, invited, title, words
from tests.conftest import NOW, moved_to

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
