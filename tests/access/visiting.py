"""Somebody at a browser without scripts, and the telephone in their hand."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import tables
from hub.access.people import invitations
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries as directory
from tests.conftest import NOW

PASSWORD = "violet tram under seven hats"
EDGE_SECONDS = 1.5


@dataclass
class Phone:
    """An authenticator app that never shows a code twice: the hub would refuse it. It has the machine's own time."""

    secret: str
    last_step: int = 0

    def code(self) -> str:
        present = self._present()
        step = max(self.last_step + 1, present - 1)
        if step > present + 1:
            time.sleep((step - 1) * 30 - time.time() + 0.1)
        self.last_step = step
        return pyotp.TOTP(self.secret).generate_otp(step)

    def wrong_code(self) -> str:
        near = {pyotp.TOTP(self.secret).generate_otp(self._present() + step) for step in range(-3, 4)}
        return next(code for number in range(100) if (code := f"{number:06}") not in near)

    @staticmethod
    def _present() -> int:
        """The half minute; on its last second and a half, the next, so that a code does not age on its way."""
        left = 30 - time.time() % 30
        if left < EDGE_SECONDS:
            time.sleep(left + 0.05)
        return int(time.time()) // 30


def invited(
    database: Database,
    cast: Cast,
    *,
    member: str = "leeds",
    email: str = "",
    roles: tuple[str, ...] = ("duty_desk",),
    now: datetime = NOW,
) -> str:
    """The path of the link that Pat, who does not exist, is sent."""
    with database.write() as session:
        organisation = directory.by_ids(session, [cast.ids[member]])[cast.ids[member]]
        address = email or f"pat@{member}.example".replace("_", "-")
        asked = {"name": "Pat Fictitious", "email": address, "roles": roles}
        return invitations.invite(session, SYSTEM, organisation, now=now, **asked).path


@dataclass
class Visitor:
    """A browser without scripts: it follows links, and sends forms with the tokens that it finds in them."""

    app: Flask
    client: FlaskClient = field(init=False)
    shown: TestResponse | None = None
    phone: Phone | None = None
    codes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def opens(self, path: str) -> TestResponse:
        self.shown = self.client.get(path, follow_redirects=True)
        return self.shown

    def sends(self, path: str, *, page: str | None = None, **typed: Any) -> TestResponse:
        """Send a form of the page shown (or of *page*, opened first), and go where the answer leads."""
        if page:
            self.opens(page)
        assert self.shown is not None
        found = re.findall(r'name="csrf_token" value="([^"]+)"', self.shown.text)
        assert found, "no form is on this page"
        self.shown = self.client.post(path, data={"csrf_token": found[0]} | typed, follow_redirects=True)
        return self.shown

    # --- whole ways

    def joins(self, link: str) -> TestResponse:
        """Follow an invitation, set up an app, and keep the recovery codes."""
        self.sends(link, page=link, password=PASSWORD)
        self.sends("/sign-in/enrol/app")
        self.phone = Phone(self.key_shown())
        page = self.sends("/sign-in/enrol/app/code", code=self.phone.code())
        self.codes = re.findall(r'name="code" value="([^"]+)"', page.text)
        return page

    def key_shown(self) -> str:
        """The key of the app, from the page that shows it."""
        assert self.shown is not None
        return re.findall(r'class="hub-key">([^<]+)<', self.shown.text)[0].replace(" ", "")

    def gives_password(self, email: str = "pat@leeds.example", password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.sends("/sign-in", page="/sign-in", email=email, password=password, **more)

    def signs_in(self, phone: Phone) -> TestResponse:
        self.gives_password()
        return self.sends("/sign-in/second-factor", code=phone.code())


def words(page: TestResponse) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def title(page: TestResponse) -> str:
    return unescape(re.findall(r"<title>([^<]+)</title>", page.text)[0]).removesuffix(" – Placement notification hub")


def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table, but for the counts of requests: what nothing may change by being looked at."""
    with database.read() as session:
        kept = [table for table in tables.ALL if table.name != "rate_window"]
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in kept}
