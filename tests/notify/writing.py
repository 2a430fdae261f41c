"""Personal e-mails for the tests: queued, sent, and what is kept of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail
from hub.notify.couriers import Couriers
from hub.notify.messages.personal import PERSONAL_KINDS
from hub.notify.models import PersonalMail
from hub.notify.personal_mail import Mailed
from tests.notify.post import NOW, MailSink, email_channel

HUB = "https://hub.example"


PERSON = "per_0123456789abcdefghjkmnpqrs"


TOKEN = "a-token-that-lets-somebody-in"


DETAILS: dict[str, Any] = {
    "organisation": "Eastvale",
    "by": "Frances Fictitious",
    "path": f"/join/{TOKEN}",
    "expires_at": NOW + timedelta(days=7),
    "device": "Firefox on Windows",
    "factor": "totp",
    "at": NOW,
    "until": NOW + timedelta(hours=8),
    "number": "3",
}


def details_of(kind: str, **rest: Any) -> dict[str, Any]:
    return {name: DETAILS[name] for name in PERSONAL_KINDS[kind]} | rest


def queued(database: Database, kind: str = "person.invited", **rest: Any) -> str:
    """An e-mail to Ada Fictitious, in a transaction of its own; its reference."""
    given: dict[str, Any] = {"kind": kind, "ref": PERSON, "email": "ada@eastvale.example", "name": "Ada Fictitious"}
    given |= {"now": NOW} | rest
    given.setdefault("details", {name: DETAILS[name] for name in PERSONAL_KINDS.get(kind, ())})
    with database.write() as session:
        return personal_mail.queue(session, **given)


@contextmanager
def couriers_to(sink: MailSink, **rest: Any) -> Iterator[Couriers]:
    couriers = Couriers({"email": email_channel(sink.port, **rest)})
    yield couriers
    couriers.close()


def sent(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime = NOW, **rest: Any) -> int:
    return personal_mail.send_once(database, rules, couriers, base_url=HUB, now=now, **rest)


def became(database: Database, ref: str = PERSON) -> Mailed:
    """What is told of the newest e-mail about *ref*."""
    with database.read() as session:
        return personal_mail.newest_about(session, [ref])[ref]


def kept(database: Database) -> list[PersonalMail]:
    with database.read() as session:
        found = list(session.scalars(select(PersonalMail).order_by(PersonalMail.id)))
        session.expunge_all()
    return found


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(content: bytes) -> str:
    return "\n".join(parsed(content).get_content().split("\r\n"))
