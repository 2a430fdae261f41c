"""Contact points for the tests: entered, verified, proposed and agreed, used."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


TODAY = NOW.date()


MAILBOX = {"role": "duty_desk", "channel": "email", "address": "new.desk@leeds.example", "purpose": "New notices"}


WEBHOOK = {
    "role": "duty_desk",
    "channel": "webhook",
    "address": "https://hooks.leeds.example/hub",
    "purpose": "Case system",
}


TRIED = {"verified_by": "Sam Fictitious, duty manager"}


Speak = Callable[[str], FlaskClient]


def agreed(by: FlaskClient, proposed: Any) -> Any:
    """What *by* answers to a proposal, by confirming it."""
    assert proposed.status_code == 202, proposed.text
    confirmed = by.post(f"{proposed.headers['Location']}/confirmation")
    assert confirmed.status_code == 201, confirmed.text
    return confirmed


def address_of(point: dict[str, Any], below: str = "") -> str:
    return f"/api/v1/contact-points/{point['ref']}{below}"


def desk(database: Database, cast: Cast, role: str = "duty_desk", on: date = TODAY, member: str = "leeds") -> list[str]:
    """The references of the contact points that the hub would use."""
    with database.read() as session:
        pair = (cast.ids[member], role)
        return [row.ref for row in queries.desk(session, [pair], on)[pair]]


def verified(client: FlaskClient, point: dict[str, Any], **more: Any) -> Any:
    return client.post(address_of(point, "/verification"), json=TRIED | more)
