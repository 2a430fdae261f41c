"""A guest's desk: the post that reaches it, the browser in which its links are opened, and what the hub's tables then hold."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from hub import tables
from hub.core import clock
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.duties.rulebook import Rulebook
from hub.notify.couriers import Couriers
from tests.conftest import NOW
from tests.notify.post import MailSink, delivered, email_channel

LINK = re.compile(r"https?://[^\s/]+(/n/\S+)")
CODE = re.compile(r"^ {4}(\d{8})$", re.MULTILINE)
DESK, FORCE_DESK = "duty-desk@norfolk.example", "duty-desk@norfolk-police.example"
TYPED = {"name": "T. Example", "role": "duty manager"}
PERSONAL = ("Rowan", "2012", "Fictitious Loke", "NR1", "TEST-1", "settled household")
"""What stands in the notice and nowhere outside it."""


@dataclass
class GuestDesk:
    """The duty desk of an organisation that has not joined."""

    app: Flask
    database: Database
    rules: Rulebook
    cast: Cast
    sink: MailSink
    now: datetime = NOW
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()

    # --- the post

    def fetch_post(self) -> list[EmailMessage]:
        """Let the worker deliver what is due; every message so far, oldest first."""
        with closing(Couriers({"email": email_channel(self.sink.port)})) as couriers:
            delivered(self.database, self.rules, couriers, now=self.now)
        return [message_from_bytes(raw, policy=policy.default) for raw in self.sink.messages]  # type: ignore[misc]

    def messages_to(self, mailbox: str) -> list[str]:
        """The texts of the messages to one mailbox."""
        return [self.text(each) for each in self.fetch_post() if each["To"] == mailbox]

    @staticmethod
    def text(message: EmailMessage) -> str:
        return f"{message['Subject']}\n{message.get_content()}".replace("\r", "")

    def newest_link(self, mailbox: str = "duty-desk@norfolk.example") -> str:
        """The path of the link in the newest notice to a mailbox, codes apart."""
        notices = [each for each in self.messages_to(mailbox) if not CODE.search(each)]
        return LINK.findall(notices[-1])[-1]

    def newest_code(self, mailbox: str = "duty-desk@norfolk.example") -> str:
        return [code for each in self.messages_to(mailbox) for code in CODE.findall(each)][-1]

    # --- the browser

    def opens_with_code(self, link: str, mailbox: str = "duty-desk@norfolk.example") -> TestResponse:
        """Ask for a code, read it in the mailbox, type it."""
        self.browser.post(f"{link}/code")
        return self.browser.post(f"{link}/open", data={"code": self.newest_code(mailbox)})

    def at(self, instant: datetime) -> None:
        self.now = instant
        clock.move(clock.Shift(anchor=0, offset=instant.timestamp(), rate=0))

    # --- the tables

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table, but for the count of visits, by which a network is limited."""
        kept = [table for table in tables.ALL if table.name != "rate_window"]
        with self.database.read() as session:
            return {table.name: sorted(map(repr, session.execute(select(table)).all())) for table in kept}

    def rows(self, statement: str, **given: Any) -> Any:
        with self.database.read() as session:
            return session.execute(text(statement), given).all()

    def events(self, subject: str) -> list[str]:
        """What the audit holds about a reference, in order."""
        return [
            row.event
            for row in self.rows("SELECT event FROM audit_entry WHERE subject_ref = :s ORDER BY id", s=subject)
        ]

    @contextmanager
    def cannot_record(self, event: str) -> Iterator[None]:
        """The database itself refuses the audit's entries of *event*, as a full disk would."""
        if self.database.is_sqlite:
            refuse = (
                f"CREATE TRIGGER refuse_entry BEFORE INSERT ON audit_entry WHEN NEW.event = '{event}' "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
            allow = "DROP TRIGGER refuse_entry"
        else:
            refuse = f"ALTER TABLE audit_entry ADD CONSTRAINT refuse_entry CHECK (event <> '{event}')"
            allow = "ALTER TABLE audit_entry DROP CONSTRAINT refuse_entry"
        self._runs(refuse)
        try:
            yield
        finally:
            self._runs(allow)

    def _runs(self, statement: str) -> None:
        with self.database.write() as session:
            session.execute(text(statement))


def pass_in(page: TestResponse) -> str:
    """The pass that a page's form holds."""
    return re.findall(r'name="pass" value="([^"]+)"', page.text)[0]


def words(page: TestResponse) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def links_in(page: TestResponse) -> Iterator[str]:
    """Every address that a page links to on this hub."""
    yield from re.findall(r'href="(/[^"#]*)', page.text)
