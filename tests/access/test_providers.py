"""An organisation's identity providers: who may name them, and what is refused before anybody signs in through them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access.models import IdentityProvider
from hub.access.single_sign_on.addresses import AddressUnfit, Reach, checked_endpoint, reach_of
from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.settings import Settings
from tests.conftest import KEY

Speak = Callable[[str], FlaskClient]
ADDRESS = "/api/v1/identity-providers"
WANTED: dict[str, Any] = {
    "name": "Leeds sign-in",
    "issuer": "https://login.leeds.example/tenant",
    "client_id": "hub",
    "client_secret": "not-a-real-secret",
    "group_roles": {"Social care": "social_worker", "Hub administrators": "administrator"},
}


@pytest.fixture
def leeds(client_for: Speak) -> FlaskClient:
    return client_for("leeds")


@pytest.fixture
def provider(leeds: FlaskClient) -> dict[str, Any]:
    answer = leeds.post(ADDRESS, json=WANTED)
    assert answer.status_code == 201, answer.text
    return answer.json | {"etag": answer.headers["ETag"]}


def test_a_provider_is_shown_with_everything_but_its_secret(leeds: FlaskClient, provider: dict[str, Any]) -> None:
    shown = leeds.get(f"{ADDRESS}/{provider['ref']}")
    assert shown.json["group_roles"] == WANTED["group_roles"]
    assert (shown.json["groups_claim"], shown.json["proves_second_factor"]) == ("groups", False)
    assert shown.json["has_secret"] is True
    assert WANTED["client_secret"] not in shown.text
    assert [row["ref"] for row in leeds.get(ADDRESS).json["items"]] == [provider["ref"]]


def test_its_secret_is_sealed_for_its_row(database: Database, provider: dict[str, Any]) -> None:
    with database.read() as session:
        row = session.scalars(select(IdentityProvider)).one()
    assert row.sealed_secret is not None
    assert WANTED["client_secret"].encode() not in row.sealed_secret
    assert database.keys.open(provider["ref"], row.sealed_secret) == {"secret": WANTED["client_secret"]}
    assert KEY.key_id.encode() in row.sealed_secret


@pytest.mark.parametrize(
    ("member", "role"),
    [("leeds", "call_handler"), ("kent_police", "social_worker"), ("leeds", "operator"), ("kent_police", "operator")],
)
def test_a_group_leads_only_to_roles_that_the_organisation_has(client_for: Speak, member: str, role: str) -> None:
    refused = client_for(member).post(ADDRESS, json=WANTED | {"group_roles": {"Everyone": role}})
    assert refused.status_code == 422
    assert f"has no role “{role}”" in refused.json["fields"]["group_roles.Everyone"][0]


def test_a_client_lets_no_group_lead_to_a_role_that_may_do_more_than_itself(
    app: Flask, leeds: FlaskClient, provider: dict[str, Any]
) -> None:
    """Who stole such a key would otherwise name a provider of their own, and be vouched for as whoever they like."""
    ref = leeds.post("/api/v1/clients", json={"name": "Staff system", "scopes": ["people"]}).json["ref"]
    key = {"Authorization": f"Bearer {leeds.post(f'/api/v1/clients/{ref}/keys', json={}).json['text']}"}
    hr, address = app.test_client(), f"{ADDRESS}/{provider['ref']}"
    changing = key | {"If-Match": provider["etag"]}
    for refused in (
        hr.post(ADDRESS, json=WANTED | {"issuer": "https://login.thief.example"}, headers=key),
        hr.patch(address, json={"group_roles": {"Everyone": "duty_desk"}}, headers=changing),
        hr.patch(address, json={"groups_claim": "email"}, headers=changing),
    ):
        assert (refused.status_code, "lacks the scope" in refused.json["detail"]) == (403, True)
    assert [row["group_roles"] for row in leeds.get(ADDRESS).json["items"]] == [WANTED["group_roles"]]
    renamed = hr.patch(address, json={"name": "Leeds, as before"}, headers=changing)
    assert renamed.status_code == 200


def test_the_operators_own_people_may_be_operators_through_a_group(client_for: Speak) -> None:
    made = client_for("operator").post(ADDRESS, json=WANTED | {"group_roles": {"Hub team": "operator"}})
    assert made.status_code == 201, made.text


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"issuer": "http://login.leeds.example"}, "issuer"),
        ({"issuer": "https://login.leeds.example/?tenant=1"}, "issuer"),
        ({"issuer": "https://somebody@login.leeds.example"}, "issuer"),
        ({"issuer": "https://10.1.2.3/"}, "issuer"),
        ({"issuer": "https://169.254.169.254/"}, "issuer"),
        ({"issuer": "https://[::1]/"}, "issuer"),
        ({"issuer": "https://2130706433/"}, "issuer"),
        ({"issuer": "https://intranet/"}, "issuer"),
        ({"issuer": "login.leeds.example"}, "issuer"),
        ({"group_roles": {}}, "group_roles"),
        ({"group_roles": {"Everyone": "sovereign"}}, "group_roles.Everyone.value"),
        ({"client_id": ""}, "client_id"),
        ({"organisation": "org_1"}, "organisation"),
        ({"disabled_at": None}, "disabled_at"),
    ],
)
def test_what_cannot_stand_is_refused_by_field(
    leeds: FlaskClient, database: Database, fault: dict[str, Any], field: str
) -> None:
    refused = leeds.post(ADDRESS, json=WANTED | fault)
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [field]
    with database.read() as session:
        assert session.scalars(select(IdentityProvider)).all() == []


def test_private_addresses_need_the_operators_word_and_plain_http_a_loopback_outside_production(
    settings: Settings,
) -> None:
    closed, open_ = reach_of(settings), reach_of(replace(settings, provider_private_addresses=True))
    live = reach_of(replace(settings, provider_private_addresses=True, mode="production"))
    assert (closed, live) == (Reach(), Reach(private=True))
    assert checked_endpoint("https://10.1.2.3/token", live)
    assert checked_endpoint("http://127.0.0.1:3000/token", open_)
    for address, reach in [("http://127.0.0.1:3000/token", live), ("http://10.1.2.3/token", open_)]:
        with pytest.raises(AddressUnfit, match="begins with https://"):
            checked_endpoint(address, reach)


def test_a_change_needs_the_version_that_was_read_and_never_changes_the_issuer(
    leeds: FlaskClient, provider: dict[str, Any]
) -> None:
    address, change = f"{ADDRESS}/{provider['ref']}", {"group_roles": {"Managers": "team_manager"}}
    assert leeds.patch(address, json=change).status_code == 428
    changed = leeds.patch(address, json=change, headers={"If-Match": provider["etag"]})
    assert (changed.status_code, changed.json["group_roles"]) == (200, change["group_roles"])
    assert leeds.patch(address, json=change, headers={"If-Match": provider["etag"]}).status_code == 412
    moved = leeds.patch(address, json={"issuer": "https://x.example"}, headers={"If-Match": changed.headers["ETag"]})
    assert list(moved.json["fields"]) == ["issuer"]
    wrong = leeds.patch(
        address, json={"group_roles": {"All": "operator"}}, headers={"If-Match": changed.headers["ETag"]}
    )
    assert wrong.status_code == 422


def test_a_disabled_provider_stays_in_the_list_without_its_secret_and_changes_no_more(
    leeds: FlaskClient, provider: dict[str, Any]
) -> None:
    address = f"{ADDRESS}/{provider['ref']}"
    assert [leeds.delete(address).status_code for _ in range(2)] == [204, 204]
    shown = leeds.get(address)
    assert shown.json["disabled_at"] is not None
    assert shown.json["has_secret"] is False
    changed = leeds.patch(address, json={"name": "Again"}, headers={"If-Match": shown.headers["ETag"]})
    assert changed.status_code == 409


def test_providers_of_others_look_as_if_they_did_not_exist(client_for: Speak, provider: dict[str, Any]) -> None:
    for other in ("bradford", "operator"):
        speaker = client_for(other)
        assert speaker.get(ADDRESS).json["items"] == []
        for method, given in [("get", {}), ("delete", {}), ("patch", {"json": {"name": "X"}})]:
            answers = [
                getattr(speaker, method)(f"{ADDRESS}/{ref}", headers={"If-Match": '"1"'}, **given)
                for ref in (provider["ref"], new_ref("idp"))
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].json == answers[1].json


def test_a_client_without_the_scope_may_neither_see_nor_add(app: Flask, leeds: FlaskClient) -> None:
    client = leeds.post("/api/v1/clients", json={"name": "Dashboard", "scopes": ["read", "administer"]}).json
    key = leeds.post(f"/api/v1/clients/{client['ref']}/keys", json={}).json["text"]
    headers = {"Authorization": f"Bearer {key}"}
    answers = [
        app.test_client().get(ADDRESS, headers=headers),
        app.test_client().post(ADDRESS, json=WANTED, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_the_audit_tells_the_roles_that_can_be_had_and_neither_groups_nor_secret(
    database: Database, leeds: FlaskClient, provider: dict[str, Any]
) -> None:
    change = {"client_secret": "another-secret", "group_roles": {"Managers": "team_manager"}}
    leeds.patch(f"{ADDRESS}/{provider['ref']}", json=change, headers={"If-Match": provider["etag"]})
    leeds.delete(f"{ADDRESS}/{provider['ref']}")
    with database.read() as session:
        about = select(AuditEntry).where(AuditEntry.subject_ref == provider["ref"]).order_by(AuditEntry.id)
        entries = session.scalars(about).all()
    assert [entry.event.removeprefix("identity_provider.") for entry in entries] == ["added", "changed", "disabled"]
    assert entries[0].details["roles"] == ["administrator", "social_worker"]
    assert entries[1].details == {"fields": ["client_secret", "group_roles"], "roles": ["team_manager"]}
    told = str([entry.details for entry in entries])
    assert not [word for word in ("Social care", "Managers", "secret-", "not-a-real") if word in told]
