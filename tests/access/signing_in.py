"""People who can sign in, and browsers in which they have, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access import browser, policy, sessions
from hub.access.models import Person
from hub.access.people import service as people
from hub.access.sign_in import passwords
from hub.audit.models import AuditEntry
from hub.core.actor import Actor
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries as directory
from tests.conftest import NOW

PASSWORD = "kettle orbit maple tuesday"
EMAIL = "pat.fictitious@mail.example"


def joined(
    database: Database,
    cast: Cast,
    member: str = "leeds",
    roles: Sequence[str] = ("social_worker",),
    *,
    email: str = EMAIL,
    name: str = "Pat Fictitious",
    password: str | None = PASSWORD,
) -> Person:
    """A person of a member of the cast, with a password."""
    kept = _hashed(password, policy.in_force().password) if password else None
    with database.write() as session:
        organisation = directory.by_ids(session, [cast.ids[member]])[cast.ids[member]]
        return people.add(session, organisation, name=name, email=email, roles=roles, password_hash=kept, now=NOW)


@cache
def _hashed(password: str, _rules: policy.PasswordPolicy) -> str:
    """Once for a password and what is spent on it: thousands of tests begin with somebody who has one."""
    return passwords.hashed(password)


def begun(
    database: Database, person: Person, *, now: datetime = NOW, device: str = "Firefox on Linux"
) -> sessions.Begun:
    """A session of *person*, who gave a password and a code."""
    with database.write() as session:
        return sessions.begin(session, person, factors=["password", "totp"], device=device, now=now)


def actor_of(database: Database, token: str, *, now: datetime = NOW) -> Actor:
    with database.read() as session:
        return sessions.actor_of(session, token, now=now)


@dataclass(frozen=True)
class Tab:
    """A browser in which somebody is signed in; ``headers`` prove that a request comes from our own page."""

    client: FlaskClient
    session_ref: str
    headers: dict[str, str]

    def get(self, path: str, **said: Any) -> Any:
        return self.client.get(path, **said)

    def send(self, method: str, path: str, **said: Any) -> Any:
        headers = self.headers | said.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **said)


def tab_of(app: Flask, database: Database, person: Person, *, now: datetime = NOW) -> Tab:
    """A browser in which *person* has signed in at *now*."""
    opened = begun(database, person, now=now)
    client = app.test_client()
    client.set_cookie(browser.SESSION, opened.token)
    with app.test_request_context("/", headers={"Cookie": f"{browser.SESSION}={opened.token}"}):
        token = browser.csrf_token()
    return Tab(client, opened.ref, {browser.CSRF_HEADER: token})


def recorded(database: Database, event: str) -> list[AuditEntry]:
    """What the audit holds of one kind of event, in order."""
    with database.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.id)).all()
        session.expunge_all()
        return list(rows)
