"""Web addresses as contact points: where they may lead, and the secrets with which messages to them are signed."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.audit.models import AuditEntry
from hub.core.db import Database, keys_of
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory.contact_points import SIGNING_PURPOSE
from hub.directory.models import ContactPoint
from tests.directory.desks import MAILBOX, WEBHOOK, address_of


def test_webhooks_go_to_private_addresses_only_where_the_operator_allows_it(
    app: Flask, settings: Settings, add: Callable[..., dict[str, Any]]
) -> None:
    app.extensions["hub"][Settings] = replace(settings, webhook_private_addresses=True)
    assert add(WEBHOOK | {"address": "http://127.0.0.1:9000/hub"})["address"] == "http://127.0.0.1:9000/hub"


def kept_secrets(database: Database, ref: str) -> dict[str, Any]:
    with database.read() as session:
        sealed = session.scalar(select(ContactPoint.sealed_secret).where(ContactPoint.ref == ref))
        assert sealed is not None
        opened: dict[str, Any] = keys_of(session).open(ref, sealed)
        return opened


def test_a_webhooks_secret_is_shown_once_and_kept_sealed(
    database: Database, leeds: FlaskClient, cast: Cast, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(WEBHOOK)
    secret = point["signing"]["secret"]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert kept_secrets(database, point["ref"]) == {"hmac": [secret], "ed25519": False}
    shown = (
        leeds.get(address_of(point)).text + leeds.get(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points").text
    )
    assert secret not in shown
    with database.read() as session:
        rows = (
            session.execute(select(ContactPoint.__table__)).all() + session.execute(select(AuditEntry.__table__)).all()
        )
    assert secret not in str(rows)


def test_other_channels_have_no_secret(leeds: FlaskClient, add: Callable[..., dict[str, Any]]) -> None:
    point = add(MAILBOX)
    assert point["signing"] is None
    assert leeds.post(address_of(point, "/secret"), json={}).status_code == 409


def test_secrets_change_over_without_a_gap_and_no_third_is_kept(
    database: Database, home: FlaskClient, add_at_home: Callable[..., dict[str, Any]]
) -> None:
    point = add_at_home(WEBHOOK)
    secrets = [point["signing"]["secret"]]
    secrets += [home.post(address_of(point, "/secret"), json={}).json["signing"]["secret"] for _ in range(2)]
    assert len(set(secrets)) == 3
    assert kept_secrets(database, point["ref"])["hmac"] == [secrets[2], secrets[1]]


def test_a_secret_that_leaked_ends_at_once(
    database: Database, home: FlaskClient, add_at_home: Callable[..., dict[str, Any]]
) -> None:
    point = add_at_home(WEBHOOK)
    new = home.post(address_of(point, "/secret"), json={"keep_previous": False}).json["signing"]["secret"]
    assert kept_secrets(database, point["ref"]) == {"hmac": [new], "ed25519": False}


def test_a_webhook_may_be_signed_with_the_hubs_own_key_whose_public_half_is_shown(
    database: Database, home: FlaskClient, add_at_home: Callable[..., dict[str, Any]]
) -> None:
    point = add_at_home(WEBHOOK, signing="ed25519")
    shown = point["signing"]["public_key"]
    ours = database.keys.signing_key(SIGNING_PURPOSE).public_key()
    theirs = Ed25519PublicKey.from_public_bytes(base64.b64decode(shown.removeprefix("whpk_")))
    assert point["signing"]["secret"] is None
    assert theirs.public_bytes(Encoding.Raw, PublicFormat.Raw) == ours.public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert kept_secrets(database, point["ref"]) == {"hmac": [], "ed25519": True}
    back = home.post(address_of(point, "/secret"), json={"signing": "hmac"}).json["signing"]["secret"]
    assert kept_secrets(database, point["ref"]) == {"hmac": [back], "ed25519": True}
