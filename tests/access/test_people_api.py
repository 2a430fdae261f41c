"""People, invitations and sessions over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access.people import invitations
from hub.access.people import service as people
from hub.core.actor import SYSTEM
from hub.core.db import Database, keys_of
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail
from hub.notify.models import PersonalMail
from tests.access.signing_in import PASSWORD, Tab, recorded, tab_of
from tests.conftest import NOW, moved_to
from tests.notify.post import MailSink, mail_sink
from tests.notify.writing import couriers_to

Speak = Callable[[str], FlaskClient]
SignedIn = Callable[[str], Tab]
NORA = {"name": "Nora Wick", "email": "nora.wick@mail.example", "roles": ["social_worker"]}


@pytest.fixture
def signed_in(app: Flask, database: Database, cast: Cast) -> SignedIn:
    """``signed_in("helen")``: a browser in which she has just signed in."""

    def open_tab(who: str) -> Tab:
        with database.read() as session:
            person = people.find(session, SYSTEM, cast.people[who].ref)
        return tab_of(app, database, person)

    return open_tab


@pytest.fixture
def helen(signed_in: SignedIn) -> Tab:
    """The administrator of Leeds."""
    return signed_in("helen")


def mails(database: Database) -> list[dict[str, Any]]:
    """What is queued to people, opened."""
    with database.read() as session:
        rows = session.scalars(select(PersonalMail).order_by(PersonalMail.id)).all()
        return [keys_of(session).open(row.ref, row.sealed) | {"kind": row.kind} for row in rows if row.sealed]


def link_of(mail: dict[str, Any]) -> str:
    return str(mail["details"]["path"]).removeprefix(invitations.PATH)


# --- people -----------------------------------------------------------------------------------------------------------


def test_an_administrator_sees_their_own_people_and_no_others(helen: Tab, cast: Cast) -> None:
    shown = {row["ref"]: row for row in helen.get("/api/v1/people").json["items"]}
    assert set(shown) == {cast.people[who].ref for who in ("priya", "marcus", "dara", "helen", "asha")}
    priya = shown[cast.people["priya"].ref]
    assert (priya["name"], priya["email"]) == ("Priya Shah", cast.people["priya"].email)
    assert (priya["roles"], priya["signs_in_with"], priya["disabled_at"]) == (["social_worker"], "password", None)


def test_the_list_of_people_has_pages(helen: Tab) -> None:
    first = helen.get("/api/v1/people?limit=3").json
    second = helen.get(f"/api/v1/people?limit=3&cursor={first['next_cursor']}").json
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (3, 2, None)


@pytest.mark.parametrize("who", ["priya", "tom", "okoro", "wren"])
def test_nobody_else_sees_them(signed_in: SignedIn, cast: Cast, who: str) -> None:
    tab, ref = signed_in(who), cast.people["helen"].ref
    status = tab.get(f"/api/v1/people/{ref}").status_code
    assert status == (404 if who == "wren" else 403)
    assert tab.send("POST", f"/api/v1/people/{ref}/disabling").status_code == status
    assert tab.get(f"/api/v1/people?organisation={cast.refs['leeds']}").status_code == status


def test_no_answer_holds_what_signs_somebody_in(helen: Tab, database: Database) -> None:
    helen.send("POST", "/api/v1/invitations", json=NORA)
    said = helen.get("/api/v1/people").text + helen.get("/api/v1/invitations").text
    for secret in ("argon2", "token", "hash", "secret", link_of(mails(database)[0])):
        assert secret not in said


def test_roles_are_changed_on_the_version_that_was_read(helen: Tab, cast: Cast) -> None:
    address = f"/api/v1/people/{cast.people['priya'].ref}"
    tag = helen.get(address).headers["ETag"]
    wanted = {"roles": ["team_manager"]}
    assert helen.send("PUT", f"{address}/roles", json=wanted).status_code == 428
    changed = helen.send("PUT", f"{address}/roles", json=wanted, headers={"If-Match": tag})
    assert (changed.status_code, changed.json["roles"]) == (200, ["team_manager"])
    assert changed.headers["ETag"] != tag
    assert helen.send("PUT", f"{address}/roles", json=wanted, headers={"If-Match": tag}).status_code == 412


def test_a_version_whose_tag_a_proxy_weakened_is_that_version(helen: Tab, cast: Cast) -> None:
    """nginx, when it compresses an answer, makes W/"1" of "1"."""
    address = f"/api/v1/people/{cast.people['priya'].ref}"
    weak = "W/" + helen.get(address).headers["ETag"]
    statuses = [
        helen.send("PUT", f"{address}/roles", json={"roles": ["team_manager"]}, headers={"If-Match": weak}).status_code
        for _ in range(2)
    ]
    assert statuses == [200, 412]


@pytest.mark.parametrize("roles", [[], ["operator"], ["call_handler"], ["king"], ["x" * 41], "dcs", [1], None])
def test_roles_that_cannot_be_are_refused_by_field(helen: Tab, cast: Cast, roles: object) -> None:
    address = f"/api/v1/people/{cast.people['priya'].ref}/roles"
    refused = helen.send("PUT", address, json={"roles": roles}, headers={"If-Match": '"1"'})
    assert refused.status_code == 422
    assert all(name.startswith("roles") for name in refused.json["fields"])


@pytest.mark.parametrize("tag", ["W/x", "\u00b2", "9" * 19, "9" * 5_000, "-1", "1.0", ""])
def test_what_names_no_version_is_refused_as_one_that_does_not_stand(helen: Tab, cast: Cast, tag: str) -> None:
    address = f"/api/v1/people/{cast.people['priya'].ref}/roles"
    refused = helen.send("PUT", address, json={"roles": ["dcs"]}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json["code"]) == (412, "edit_conflict")


def test_nothing_else_of_a_person_can_be_written_along_with_the_roles(helen: Tab, cast: Cast) -> None:
    address = f"/api/v1/people/{cast.people['priya'].ref}/roles"
    for more in ({"organisation_id": 1}, {"disabled_at": None}, {"password_hash": "x"}, {"version": 9}):
        body = {"roles": ["social_worker"]} | more
        refused = helen.send("PUT", address, json=body, headers={"If-Match": '"1"'})
        assert (refused.status_code, list(refused.json["fields"])) == (422, list(more))


def test_an_administrator_does_not_change_their_own_account(helen: Tab, cast: Cast) -> None:
    address = f"/api/v1/people/{cast.people['helen'].ref}"
    for method, path, body in (
        ("PUT", "/roles", {"roles": ["administrator", "dcs"]}),
        ("DELETE", "/disabling", None),
        ("POST", "/new-password", {}),
    ):
        refused = helen.send(method, address + path, json=body, headers={"If-Match": '"1"'})
        assert refused.status_code == 403
        assert "another administrator" in refused.json["detail"]


def test_one_who_is_disabled_is_out_and_told(helen: Tab, signed_in: SignedIn, database: Database, cast: Cast) -> None:
    priya, ref = signed_in("priya"), cast.people["priya"].ref
    assert priya.get("/api/v1/organisations").status_code == 200
    disabled = helen.send("POST", f"/api/v1/people/{ref}/disabling")
    assert disabled.json["disabled_at"] is not None
    assert priya.get("/api/v1/organisations").status_code == 401
    helen.send("POST", f"/api/v1/people/{ref}/disabling")
    (mail,) = mails(database)
    assert (mail["kind"], mail["email"]) == ("person.disabled", cast.people["priya"].email)
    assert helen.send("DELETE", f"/api/v1/people/{ref}/disabling").json["disabled_at"] is None
    assert priya.get("/api/v1/organisations").status_code == 401


def test_the_last_administrator_stays(helen: Tab, client_for: Speak, cast: Cast) -> None:
    refused = helen.send("POST", f"/api/v1/people/{cast.people['helen'].ref}/disabling")
    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    stopped = client_for("operator").post(f"/api/v1/people/{cast.people['helen'].ref}/disabling")
    assert stopped.status_code == 200


def test_people_of_others_look_as_if_they_did_not_exist(helen: Tab, cast: Cast) -> None:
    tag = {"If-Match": '"1"'}
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "/roles", {"roles": ["social_worker"]}),
        ("POST", "/disabling", None),
        ("DELETE", "/disabling", None),
        ("POST", "/new-password", {}),
        ("DELETE", "/sessions", None),
    ):
        answers = [
            helen.send(method, f"/api/v1/people/{ref}{path}", json=body, headers=tag)
            for ref in (cast.people["tom"].ref, new_ref("per"), "per_1", "%00")
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert answers[0].json == answers[1].json


# --- sensitive acts -----------------------------------------------------------------------------------------------------


def test_sensitive_acts_ask_for_the_factors_again_and_stopping_somebody_does_not(helen: Tab, cast: Cast) -> None:
    ref = helen.send("POST", "/api/v1/invitations", json=NORA).json["ref"]
    moved_to(NOW + timedelta(minutes=20))
    priya = f"/api/v1/people/{cast.people['priya'].ref}"
    for method, path, body in (
        ("POST", "/api/v1/invitations", NORA | {"email": "other@mail.example"}),
        ("POST", f"/api/v1/invitations/{ref}/letter", None),
        ("PUT", f"{priya}/roles", {"roles": ["dcs"]}),
        ("DELETE", f"{priya}/disabling", None),
        ("POST", f"{priya}/new-password", {}),
        ("POST", "/api/v1/clients", {"name": "A second system", "scopes": ["read"]}),
        ("POST", f"/api/v1/organisations/{new_ref('org')}/contact-points", {}),
        ("PUT", "/api/v1/ladders/E13A", {}),
    ):
        refused = helen.send(method, path, json=body, headers={"If-Match": '"1"'})
        assert (refused.status_code, refused.json["code"]) == (403, "proof_needed")
    assert helen.send("DELETE", f"{priya}/sessions").status_code == 204
    assert helen.send("POST", f"{priya}/disabling").status_code == 200
    assert helen.send("DELETE", f"/api/v1/invitations/{ref}").status_code == 204


# --- invitations --------------------------------------------------------------------------------------------------------


def test_an_invitation_goes_to_the_invited_person_alone(helen: Tab, database: Database) -> None:
    made = helen.send("POST", "/api/v1/invitations", json=NORA)
    assert made.status_code == 201
    assert made.json | {"ref": "", "invited_at": "", "expires_at": ""} == NORA | {
        "ref": "",
        "person": None,
        "invited_by": recorded(database, "person.invited")[0].actor_ref,
        "invited_at": "",
        "expires_at": "",
        "mail": {"state": "queued", "code": None, "closed_at": None},
    }
    (mail,) = mails(database)
    assert (mail["kind"], mail["email"], mail["name"]) == ("person.invited", NORA["email"], "Nora Wick")
    assert mail["details"]["by"] == "Helen Frost"
    assert link_of(mail) not in made.text
    person = invitations.accept(database, link_of(mail), PASSWORD, now=NOW)
    assert person.roles == ["social_worker"]
    assert helen.get("/api/v1/invitations").json["items"] == []


def test_the_same_request_twice_invites_once(helen: Tab, database: Database) -> None:
    key = {"Idempotency-Key": "invite-nora-1"}
    first, second = (helen.send("POST", "/api/v1/invitations", json=NORA, headers=key) for _ in range(2))
    assert (first.json, second.status_code) == (second.json, 201)
    assert len(mails(database)) == 1


def test_a_letter_sent_again_carries_another_link(helen: Tab, database: Database) -> None:
    ref = helen.send("POST", "/api/v1/invitations", json=NORA).json["ref"]
    (first,) = mails(database)
    assert helen.send("POST", f"/api/v1/invitations/{ref}/letter").status_code == 201
    (second,) = mails(database)  # the first, which still waited, is not sent any more
    assert link_of(first) != link_of(second)
    assert invitations.accept(database, link_of(second), PASSWORD, now=NOW)
    assert helen.send("POST", f"/api/v1/invitations/{ref}/letter").status_code == 409
    assert helen.send("DELETE", f"/api/v1/invitations/{ref}").status_code == 409


def test_whoever_invited_sees_that_the_letter_came_back(helen: Tab, database: Database, rules: Rulebook) -> None:
    helen.send("POST", "/api/v1/invitations", json=NORA)
    with mail_sink(MailSink(rcpt_replies=["550 no such mailbox"])) as sink, couriers_to(sink) as couriers:
        personal_mail.send_once(database, rules, couriers, base_url="https://hub.example", now=NOW)
    (shown,) = helen.get("/api/v1/invitations").json["items"]
    assert (shown["mail"]["state"], shown["mail"]["code"]) == ("failed", "550")


def test_the_letter_of_an_invitation_that_was_withdrawn_is_not_sent(helen: Tab, database: Database) -> None:
    ref = helen.send("POST", "/api/v1/invitations", json=NORA).json["ref"]
    helen.send("DELETE", f"/api/v1/invitations/{ref}")
    assert mails(database) == []


def test_a_refused_invitation_queues_no_letter(helen: Tab, database: Database, cast: Cast) -> None:
    for body, status in (
        (NORA | {"email": cast.people["priya"].email}, 409),
        (NORA | {"roles": ["operator"]}, 422),
        (NORA | {"email": "no address"}, 422),
        (NORA | {"name": ""}, 422),
        (NORA | {"name": "Nora\r\nBcc: all@mail.example"}, 201),
        (NORA | {"email": "x@mail.example\r\nBcc: all@mail.example"}, 422),
        (NORA | {"person_id": 1}, 422),
        (NORA | {"organisation": cast.refs["kent"]}, 404),
    ):
        assert helen.send("POST", "/api/v1/invitations", json=body).status_code == status
    (mail,) = mails(database)
    assert mail["name"] == "Nora Bcc: all@mail.example"


def test_the_operator_asks_a_first_administrator_in(client_for: Speak, database: Database, cast: Cast) -> None:
    first = NORA | {"roles": ["administrator"], "organisation": cast.refs["medway"]}
    assert client_for("operator").post("/api/v1/invitations", json=first).status_code == 201
    assert mails(database)[0]["details"]["organisation"] == "Medway Council"
    for body in (first | {"organisation": cast.refs["leeds"]}, first | {"roles": ["dcs"]}):
        refused = client_for("operator").post("/api/v1/invitations", json=body | {"email": "other@mail.example"})
        assert refused.status_code == 403


def test_a_client_without_the_scope_looks_after_nobody(app: Flask, client_for: Speak, cast: Cast) -> None:
    leeds, reader = client_for("leeds"), app.test_client()
    ref = leeds.post("/api/v1/clients", json={"name": "Dashboard", "scopes": ["read"]}).json["ref"]
    key = leeds.post(f"/api/v1/clients/{ref}/keys", json={}).json["text"]
    for method, path in (("GET", "/people"), ("GET", "/invitations"), ("POST", "/invitations")):
        answer = reader.open(
            f"/api/v1{path}",
            method=method,
            json=NORA if method == "POST" else None,
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 403
        assert "people" in answer.json["detail"]


def test_a_client_gives_nobody_a_role_that_may_do_more_than_itself(
    app: Flask, client_for: Speak, database: Database, cast: Cast
) -> None:
    """Who stole such a key would otherwise invite themselves, and read about children."""
    leeds, hr = client_for("leeds"), app.test_client()
    ref = leeds.post("/api/v1/clients", json={"name": "Staff system", "scopes": ["people", "audit"]}).json["ref"]
    key = {"Authorization": f"Bearer {leeds.post(f'/api/v1/clients/{ref}/keys', json={}).json['text']}"}
    for role, lacks in (("social_worker", "missing"), ("administrator", "administer"), ("call_handler", None)):
        refused = hr.post("/api/v1/invitations", json=NORA | {"roles": ["privacy_lead", role]}, headers=key)
        assert refused.status_code == (403 if lacks else 422)
        assert lacks is None or f"lacks the scope “{lacks}”" in refused.json["detail"]
    priya = f"/api/v1/people/{cast.people['priya'].ref}"
    tag = {"If-Match": hr.get(priya, headers=key).headers["ETag"]}
    before = hr.get(priya, headers=key).json["roles"]
    more = hr.put(f"{priya}/roles", json={"roles": [*before, "duty_desk"]}, headers=key | tag)
    assert (more.status_code, "lacks the scope" in more.json["detail"]) == (403, True)
    assert hr.get(priya, headers=key).json["roles"] == before
    assert (mails(database), hr.get("/api/v1/invitations", headers=key).json["items"]) == ([], [])


def test_a_client_takes_roles_away_and_gives_those_that_do_no_more_than_itself(
    app: Flask, client_for: Speak, cast: Cast
) -> None:
    leeds, hr = client_for("leeds"), app.test_client()
    ref = leeds.post("/api/v1/clients", json={"name": "Staff system", "scopes": ["people", "audit"]}).json["ref"]
    key = {"Authorization": f"Bearer {leeds.post(f'/api/v1/clients/{ref}/keys', json={}).json['text']}"}
    assert hr.post("/api/v1/invitations", json=NORA | {"roles": ["privacy_lead"]}, headers=key).status_code == 201
    asha = f"/api/v1/people/{cast.people['asha'].ref}"
    tag = {"If-Match": hr.get(asha, headers=key).headers["ETag"]}
    changed = hr.put(f"{asha}/roles", json={"roles": ["privacy_lead"]}, headers=key | tag)
    assert (changed.status_code, changed.json["roles"]) == (200, ["privacy_lead"])


def test_a_new_password_is_a_link_to_the_person(
    helen: Tab, signed_in: SignedIn, database: Database, cast: Cast
) -> None:
    priya, ref = signed_in("priya"), cast.people["priya"].ref
    made = helen.send("POST", f"/api/v1/people/{ref}/new-password", json={"forgets_factors": True})
    assert (made.status_code, made.json["person"]) == (201, ref)
    assert priya.get("/api/v1/organisations").status_code == 401
    assert helen.get(f"/api/v1/people/{ref}").json["signs_in_with"] == "none"
    (mail,) = mails(database)
    assert (mail["kind"], mail["email"]) == ("person.new_password", cast.people["priya"].email)
    assert helen.get("/api/v1/invitations").json["items"][0]["person"] == ref
    assert invitations.accept(database, link_of(mail), PASSWORD, now=NOW).ref == ref


# --- sessions -----------------------------------------------------------------------------------------------------------


def test_a_person_sees_and_ends_their_own_sessions(signed_in: SignedIn) -> None:
    here, there = signed_in("priya"), signed_in("priya")
    rows = {row["ref"]: row for row in here.get("/api/v1/sessions").json["items"]}
    assert {ref: row["is_this_one"] for ref, row in rows.items()} == {here.session_ref: True, there.session_ref: False}
    assert rows[there.session_ref]["device"] == "Firefox on Linux"
    assert here.send("DELETE", f"/api/v1/sessions/{there.session_ref}").status_code == 204
    assert there.get("/api/v1/sessions").status_code == 401
    assert len(here.get("/api/v1/sessions").json["items"]) == 1


def test_ending_all_ones_sessions_keeps_this_one(
    helen: Tab, signed_in: SignedIn, database: Database, cast: Cast
) -> None:
    here, there = signed_in("priya"), signed_in("priya")
    address = f"/api/v1/people/{cast.people['priya'].ref}/sessions"
    assert here.send("DELETE", address).status_code == 204
    assert [tab.get("/api/v1/sessions").status_code for tab in (here, there)] == [200, 401]
    assert helen.send("DELETE", address).status_code == 204
    assert here.get("/api/v1/sessions").status_code == 401
    assert {entry.details["because"] for entry in recorded(database, "session.ended")} == {"revoked"}


def test_an_administrator_sees_and_ends_the_sessions_of_their_people(
    helen: Tab, signed_in: SignedIn, cast: Cast
) -> None:
    priya = signed_in("priya")
    (row,) = helen.get(f"/api/v1/sessions?person={cast.people['priya'].ref}").json["items"]
    assert (row["ref"], row["person"]) == (priya.session_ref, cast.people["priya"].ref)
    assert helen.send("DELETE", f"/api/v1/sessions/{row['ref']}").status_code == 204
    assert priya.get("/api/v1/sessions").status_code == 401


def test_others_sessions_are_not_shown_and_not_ended(helen: Tab, signed_in: SignedIn, cast: Cast) -> None:
    tom, priya = signed_in("tom"), signed_in("priya")
    assert helen.get(f"/api/v1/sessions?person={cast.people['tom'].ref}").json["items"] == []
    assert priya.get(f"/api/v1/sessions?person={cast.people['helen'].ref}").status_code == 403
    for tab, ref in ((helen, tom.session_ref), (priya, helen.session_ref), (priya, tom.session_ref)):
        theirs, nobodys = (tab.send("DELETE", f"/api/v1/sessions/{each}") for each in (ref, new_ref("ses")))
        assert (theirs.status_code, theirs.json) == (404, nobodys.json)
    assert tom.get("/api/v1/sessions").status_code == 200


def test_a_client_has_no_sessions(client_for: Speak) -> None:
    assert client_for("leeds").get("/api/v1/sessions").json["items"] == []
