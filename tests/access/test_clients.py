"""Clients and keys over HTTP: made, rotated, revoked, disabled, each by whoever may."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access import service
from hub.access.authenticate import authenticate
from hub.access.permissions import scopes_of
from hub.audit.models import AuditEntry
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.access.signing_in import recorded
from tests.conftest import NOW

Speak = Callable[[str], FlaskClient]


def with_key(app: Flask, text: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json
    return body


@pytest.fixture
def leeds(client_for: Speak) -> FlaskClient:
    return client_for("leeds")


@pytest.fixture
def reader(leeds: FlaskClient) -> dict[str, Any]:
    """A client of Leeds that may read, and its first key."""
    client = made(leeds.post("/api/v1/clients", json={"name": "Dashboard", "scopes": ["read"]}))
    return client | made(leeds.post(f"/api/v1/clients/{client['ref']}/keys", json={})) | {"client": client["ref"]}


def test_an_administrator_makes_a_client_that_can_do_no_more_than_its_scopes(
    app: Flask, reader: dict[str, Any]
) -> None:
    dashboard = with_key(app, reader["text"])
    assert dashboard.get("/api/v1/organisations").status_code == 200
    refused = dashboard.get("/api/v1/clients")
    assert refused.status_code == 403
    assert "administer" in refused.json["detail"]


def test_two_keys_are_good_while_a_client_changes_over_and_a_third_is_refused(
    app: Flask, leeds: FlaskClient, reader: dict[str, Any]
) -> None:
    address = f"/api/v1/clients/{reader['client']}/keys"
    second = made(leeds.post(address, json={"lifetime_days": 30}))
    for text in (reader["text"], second["text"]):
        assert with_key(app, text).get("/api/v1/organisations").status_code == 200
    assert leeds.post(address, json={}).status_code == 409
    third = made(leeds.post(address, json={"replaces_oldest": True}))
    assert with_key(app, reader["text"]).get("/api/v1/organisations").status_code == 401
    for text in (second["text"], third["text"]):
        assert with_key(app, text).get("/api/v1/organisations").status_code == 200


def test_a_revoked_key_is_refused_at_the_next_request(app: Flask, leeds: FlaskClient, reader: dict[str, Any]) -> None:
    dashboard = with_key(app, reader["text"])
    key = leeds.get("/api/v1/clients").json["items"][-1]["keys"][0]["ref"]
    assert dashboard.get("/api/v1/organisations").status_code == 200
    assert leeds.delete(f"/api/v1/keys/{key}").status_code == 204
    refused = dashboard.get("/api/v1/organisations")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert leeds.delete(f"/api/v1/keys/{key}").status_code == 204


def test_that_somebody_came_with_a_revoked_key_is_on_record_for_whoever_has_its_secret(
    app: Flask, database: Database, leeds: FlaskClient, reader: dict[str, Any], cast: Cast
) -> None:
    key = leeds.get("/api/v1/clients").json["items"][-1]["keys"][0]["ref"]
    leeds.delete(f"/api/v1/keys/{key}")
    prefix = reader["text"].split("_")[1]
    assert with_key(app, f"hub_{prefix}_guessed").get("/api/v1/organisations").status_code == 401
    assert recorded(database, "key.refused") == []
    for _ in range(3):
        assert with_key(app, reader["text"]).get("/api/v1/organisations").status_code == 401
    (entry,) = recorded(database, "key.refused")
    assert (entry.subject_ref, entry.actor_ref) == (reader["client"], "guest")
    assert entry.details == {"because": "revoked", "prefix": prefix}
    assert entry.organisation_id == cast.ids["leeds"]


def test_a_disabled_client_is_refused_and_given_no_more_keys(
    app: Flask, leeds: FlaskClient, reader: dict[str, Any]
) -> None:
    assert leeds.delete(f"/api/v1/clients/{reader['client']}").status_code == 204
    assert with_key(app, reader["text"]).get("/api/v1/organisations").status_code == 401
    assert leeds.post(f"/api/v1/clients/{reader['client']}/keys", json={}).status_code == 409


def test_a_list_shows_ones_own_clients_without_what_opens_the_hub(
    leeds: FlaskClient, client_for: Speak, reader: dict[str, Any]
) -> None:
    mine = leeds.get("/api/v1/clients")
    assert [row["name"] for row in mine.json["items"]][-1] == "Dashboard"
    assert reader["text"].split("_", 2)[2] not in mine.text
    assert "secret" not in mine.text
    assert reader["client"] not in client_for("bradford").get("/api/v1/clients").text


def test_clients_and_keys_of_others_look_as_if_they_did_not_exist(
    client_for: Speak, leeds: FlaskClient, reader: dict[str, Any], cast: Cast
) -> None:
    bradford = client_for("bradford")
    key = leeds.get("/api/v1/clients").json["items"][-1]["keys"][0]["ref"]
    for theirs, nobodys, method in [
        (f"/api/v1/clients/{reader['client']}", f"/api/v1/clients/{new_ref('cli')}", "delete"),
        (f"/api/v1/keys/{key}", f"/api/v1/keys/{new_ref('key')}", "delete"),
        (f"/api/v1/clients?organisation={cast.refs['leeds']}", f"/api/v1/clients?organisation={new_ref('org')}", "get"),
    ]:
        answers = [getattr(bradford, method)(address) for address in (theirs, nobodys)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json == answers[1].json
    issued = [bradford.post(f"/api/v1/clients/{ref}/keys", json={}) for ref in (reader["client"], new_ref("cli"))]
    assert [answer.status_code for answer in issued] == [404, 404]
    assert issued[0].json == issued[1].json
    assert leeds.get("/api/v1/clients").json["items"][-1]["disabled_at"] is None


@pytest.mark.parametrize("ref", ["cli_1", "%00", "cli_%00%00", "key_" + "0" * 26, "ä", "cli_" + "I" * 26])
def test_what_is_no_reference_is_not_found(leeds: FlaskClient, ref: str) -> None:
    assert leeds.delete(f"/api/v1/clients/{ref}").status_code == 404
    assert leeds.delete(f"/api/v1/keys/{ref}x").status_code == 404


def test_a_client_cannot_be_given_what_its_maker_lacks(app: Flask, leeds: FlaskClient) -> None:
    clerk = made(leeds.post("/api/v1/clients", json={"name": "Clerk", "scopes": ["administer"]}))
    clerks_key = made(leeds.post(f"/api/v1/clients/{clerk['ref']}/keys", json={}))["text"]
    wider = {"name": "Wider", "scopes": ["administer", "register"]}
    refused = with_key(app, clerks_key).post("/api/v1/clients", json=wider)
    assert refused.status_code == 403
    assert "register" in refused.json["detail"]
    able = made(leeds.post("/api/v1/clients", json=wider))
    borrowed = with_key(app, clerks_key).post(f"/api/v1/clients/{able['ref']}/keys", json={})
    assert borrowed.status_code == 403


def test_only_the_operators_clients_may_operate(leeds: FlaskClient, client_for: Speak, cast: Cast) -> None:
    wanted = {"name": "Usurper", "scopes": ["operate"]}
    assert leeds.post("/api/v1/clients", json=wanted).status_code == 403


def test_who_runs_the_hub_holds_no_key_of_another_organisation(
    client_for: Speak, leeds: FlaskClient, cast: Cast, database: Database
) -> None:
    operator = client_for("operator")
    client = made(leeds.post("/api/v1/clients", json={"name": "Case system", "scopes": ["read"]}))
    wanted = {"name": "Case system", "scopes": ["read"], "organisation": cast.refs["leeds"]}
    assert operator.post("/api/v1/clients", json=wanted).status_code in (403, 422)
    for body in ({}, {"replaces_oldest": True}):
        assert operator.post(f"/api/v1/clients/{client['ref']}/keys", json=body).status_code in (403, 404)
    listed = operator.get(f"/api/v1/clients?organisation={cast.refs['leeds']}").json["items"]
    assert client["ref"] in [row["ref"] for row in listed]
    running = replace(cast.actors["operator"], scopes=frozenset({"operate", "administer"}))
    with database.write() as session, pytest.raises(NotFound):
        service.issue_key(session, running, client["ref"], now=NOW)
    with database.write() as session, pytest.raises(NotFound):
        service.add_client(session, running, cast.actors["leeds"].organisation, "Theirs", ["read"], now=NOW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": "a\x00b", "scopes": ["read"]}, "name"),
        ({"name": "A", "scopes": []}, "scopes"),
        ({"name": "A", "scopes": ["read", "rule"]}, "scopes.1"),
        ({"name": "A", "scopes": "read"}, "scopes"),
        ({"scopes": ["read"]}, "name"),
        ({"name": "A", "scopes": ["read"], "expires": 3}, "expires"),
    ],
)
def test_a_client_that_cannot_stand_is_refused_by_field(leeds: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = leeds.post("/api/v1/clients", json=body)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_half_a_character_is_refused_before_it_is_read(leeds: FlaskClient) -> None:
    answer = leeds.post("/api/v1/clients", json={"name": "a\ud800b", "scopes": ["read"]})
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


@pytest.mark.parametrize("days", [0, -1, 731, "ten", 1.5])
def test_a_lifetime_is_one_day_to_two_years(leeds: FlaskClient, reader: dict[str, Any], days: object) -> None:
    answer = leeds.post(f"/api/v1/clients/{reader['client']}/keys", json={"lifetime_days": days})
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["lifetime_days"]


def test_what_is_done_to_clients_and_keys_is_recorded_without_the_key(
    database: Database, leeds: FlaskClient, reader: dict[str, Any]
) -> None:
    key = leeds.get("/api/v1/clients").json["items"][-1]["keys"][0]
    leeds.delete(f"/api/v1/keys/{key['ref']}")
    leeds.delete(f"/api/v1/clients/{reader['client']}")
    with database.read() as session:
        about = select(AuditEntry).where(AuditEntry.subject_ref.in_([reader["client"], key["ref"]]))
        entries = session.scalars(about.order_by(AuditEntry.id)).all()
    assert [entry.event for entry in entries] == ["client.added", "key.issued", "key.revoked", "client.disabled"]
    assert reader["text"].split("_", 2)[2] not in str([entry.details for entry in entries])
    assert entries[1].details["prefix"] == key["prefix"]


def test_a_person_who_administers_connects_a_case_system_that_may_more_than_they(
    database: Database, cast: Cast
) -> None:
    administrator = Actor(
        "person", "per_a", cast.ids["leeds"], cast.refs["leeds"], "local_authority", scopes_of(["administrator"])
    )
    with database.write() as session:
        client = service.add_client(session, administrator, cast.ids["leeds"], "Case", ["read", "register"], now=NOW)
        key = service.issue_key(session, administrator, client.ref, now=NOW)
        system = authenticate(session, f"Bearer {key.text}", now=NOW)
    assert system.scopes == {"read", "register"}
    assert system.hand == "per_a"


def test_a_key_that_a_client_issued_counts_as_the_hand_of_whoever_issued_its_own(
    database: Database, cast: Cast
) -> None:
    actor = cast.actors["leeds"]
    with database.write() as session:
        for _ in range(2):
            client = service.add_client(session, actor, actor.organisation, "Next", ["administer"], now=NOW)
            key = service.issue_key(session, actor, client.ref, now=NOW)
            actor = authenticate(session, f"Bearer {key.text}", now=NOW)
    assert actor.hand == cast.actors["leeds"].ref != actor.ref


@pytest.mark.parametrize(("member", "scope"), [("leeds", "operate"), ("willow_house", "approve")])
def test_a_scope_that_opens_nothing_to_an_organisation_is_not_given(
    client_for: Speak, cast: Cast, member: str, scope: str
) -> None:
    refused = client_for(member).post("/api/v1/clients", json={"name": "System", "scopes": [scope]})
    assert refused.status_code == 403
    assert scope in refused.json["detail"]
