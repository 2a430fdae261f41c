"""A person's name and e-mail address over HTTP, and on the pages of their administrator and their own."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.access.people import new_addresses
from hub.core.db import Database, keys_of
from hub.demonstration.cast import Cast
from hub.notify.models import PersonalMail
from tests.access.signing_in import recorded
from tests.access.visiting import Visitor, invited, title, words
from tests.conftest import NOW, moved_to
from tests.web.organisation_desk import Administrator, errors_of, hidden, seat

NEW = "priya.marrowfield@leeds.example"


@pytest.fixture
def helen(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Leeds's administrator."""
    return seat(app, database, cast, "helen")


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Visitor:
    """Somebody of Leeds who has joined just now."""
    visitor = Visitor(app)
    visitor.joins(invited(database, cast))
    return visitor


def mails(database: Database) -> list[dict[str, Any]]:
    """What waits to be sent to people, opened."""
    with database.read() as session:
        rows = session.scalars(select(PersonalMail).order_by(PersonalMail.id)).all()
        return [keys_of(session).open(row.ref, row.sealed) | {"kind": row.kind} for row in rows if row.sealed]


def link_in(database: Database) -> str:
    """The link of the newest message that holds one."""
    return next(mail["details"]["path"] for mail in reversed(mails(database)) if "path" in mail["details"])


def address_of(cast: Cast, name: str) -> str:
    return f"/api/v1/people/{cast.people[name].ref}"


# --- over HTTP --------------------------------------------------------------------------------------------------------


def test_a_name_is_put_on_the_version_that_was_read(helen: Administrator, cast: Cast) -> None:
    tag = helen.tab.get(address_of(cast, "priya")).headers["ETag"]
    name, wanted = f"{address_of(cast, 'priya')}/name", {"name": " Priya  Marrowfield "}
    assert helen.tab.send("PUT", name, json=wanted).status_code == 428
    done = helen.tab.send("PUT", name, json=wanted, headers={"If-Match": tag})
    assert (done.status_code, done.json["name"]) == (200, "Priya Marrowfield")
    assert helen.tab.send("PUT", name, json=wanted, headers={"If-Match": tag}).status_code == 412


def test_an_address_is_asked_for_shown_as_waiting_and_withdrawn(
    helen: Administrator, database: Database, cast: Cast
) -> None:
    address = f"{address_of(cast, 'priya')}/new-address"
    asked = helen.tab.send("POST", address, json={"email": NEW.upper()})
    assert (asked.status_code, asked.json["email"], asked.json["person"]) == (201, NEW, cast.people["priya"].ref)
    shown = helen.tab.get(address_of(cast, "priya")).json
    assert (shown["email"], shown["new_email"]) == (cast.people["priya"].email, NEW)
    assert link_in(database) not in asked.text
    assert helen.tab.send("DELETE", address).status_code == 204
    assert helen.tab.get(address_of(cast, "priya")).json["new_email"] is None
    assert not [mail for mail in mails(database) if "path" in mail["details"]]  # its letter is not sent any more


def test_the_link_goes_to_the_new_address_alone_and_the_old_one_is_told(
    helen: Administrator, database: Database, cast: Cast
) -> None:
    helen.tab.send("POST", f"{address_of(cast, 'priya')}/new-address", json={"email": NEW})
    new, old = mails(database)
    assert (new["kind"], new["email"]) == ("person.new_address", NEW)
    assert (old["kind"], old["email"]) == ("person.address_asked", cast.people["priya"].email)
    assert set(old["details"]) == {"by", "at"}
    assert NEW not in str(old)


@pytest.mark.parametrize("who", ["priya", "tom", "wren"])
def test_nobody_but_their_administrator_changes_them(app: Flask, database: Database, cast: Cast, who: str) -> None:
    tab, status = seat(app, database, cast, who).tab, 404 if who == "wren" else 403
    for method, below, body in (
        ("PUT", "name", {"name": "X"}),
        ("POST", "new-address", {"email": NEW}),
        ("DELETE", "new-address", None),
    ):
        answer = tab.send(method, f"{address_of(cast, 'marcus')}/{below}", json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == status


# --- the administrator's pages ----------------------------------------------------------------------------------------


def test_an_administrator_changes_a_name_on_a_page(helen: Administrator, cast: Cast) -> None:
    page = f"/organisation/people/{cast.people['priya'].ref}/name"
    helen.opens(page)
    refused = helen.sends(page, {"name": ""})
    assert (refused.status_code, errors_of(refused)) == (422, ["Enter the person’s name."])
    helen.opens(page)
    helen.sends(page, {"name": "Priya Marrowfield"})
    assert "The name is changed." in helen.reads
    assert "Priya Marrowfield" in helen.reads


def test_a_name_that_was_changed_meanwhile_is_shown_beside_what_was_typed(
    app: Flask, database: Database, helen: Administrator, cast: Cast
) -> None:
    page = f"/organisation/people/{cast.people['priya'].ref}/name"
    before = hidden(helen.opens(page).text, page)
    helen.opens(page)
    helen.sends(page, {"name": "Priya Orchard"})
    late = helen.tab.send("POST", page, data=before | {"name": "Priya Marrowfield"})
    assert late.status_code == 412
    assert "Priya Orchard" in words(late)
    assert 'value="Priya Marrowfield"' in late.text


def test_an_administrator_asks_for_an_address_and_takes_it_back(
    helen: Administrator, database: Database, cast: Cast
) -> None:
    page = f"/organisation/people/{cast.people['priya'].ref}/email"
    helen.opens(page)
    assert errors_of(helen.sends(page, {"email": ""})) == [
        "Enter the new e-mail address at work, such as priya.shah@council.example."
    ]
    taken = helen.sends(page, {"email": cast.people["marcus"].email})
    assert (taken.status_code, len(errors_of(taken))) == (409, 1)
    helen.opens(page)
    helen.sends(page, {"email": NEW})
    assert "A link is on its way to the new address." in helen.reads
    assert NEW in helen.reads
    helen.sends(f"{page}/withdraw")
    assert NEW not in helen.reads
    assert [entry.actor_ref for entry in recorded(database, "person.address_withdrawn")] == [cast.people["helen"].ref]


# --- one's own pages --------------------------------------------------------------------------------------------------


def test_one_changes_ones_own_name(pat: Visitor) -> None:
    assert "Enter your name." in words(pat.sends("/account/name", page="/account/name", name=""))
    assert "Pat Marrowfield" in words(pat.sends("/account/name", name="Pat Marrowfield"))


def test_one_asks_for_an_address_opens_its_link_and_signs_in_with_it(database: Database, pat: Visitor) -> None:
    wrong = pat.sends("/account/email", page="/account/email", email="no address")
    assert (wrong.status_code, title(wrong)) == (422, "Error: Change your e-mail address")
    assert "open the link that was sent there" in words(pat.sends("/account/email", email=NEW))
    link = link_in(database)
    assert link.startswith(new_addresses.PATH)
    opened = words(pat.opens(link))
    assert (NEW in opened, "pat@leeds.example" in opened) == (True, True)
    assert "pat@leeds.example" in words(pat.opens("/account"))  # opening it has changed nothing
    account = words(pat.sends(link, page=link))
    assert (NEW in account, "pat@leeds.example" in account) == (True, False)
    [told] = [mail for mail in mails(database) if mail["kind"] == "person.address_changed"]
    assert told["email"] == "pat@leeds.example"
    assert pat.opens(link).status_code == 409


def test_the_address_that_was_asked_for_is_withdrawn_on_the_account_page(database: Database, pat: Visitor) -> None:
    pat.sends("/account/email", page="/account/email", email=NEW)
    link = link_in(database)
    assert NEW not in words(pat.sends("/account/email/withdraw"))
    assert "not asked for any more" in words(pat.opens(link))


@pytest.mark.parametrize("page", ["/account/name", "/account/email", f"{new_addresses.PATH}{'x' * 43}"])
def test_whoever_signed_in_a_while_ago_shows_again_that_it_is_them(pat: Visitor, page: str) -> None:
    moved_to(NOW.replace(minute=30))
    assert title(pat.opens(page)) == "Show again that it is you"


def test_a_link_opened_without_a_session_leads_through_the_sign_in(
    app: Flask, database: Database, pat: Visitor
) -> None:
    pat.sends("/account/email", page="/account/email", email=NEW)
    elsewhere, link = Visitor(app), link_in(database)
    assert title(elsewhere.opens(link)) == "Sign in"
    assert pat.phone is not None
    elsewhere.sends("/sign-in", email="pat@leeds.example", password="violet tram under seven hats", next=link)
    assert title(elsewhere.sends("/sign-in/second-factor", code=pat.phone.code())) == "Your new e-mail address"
