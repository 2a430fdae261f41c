"""Organisations with desks, and the far ends of channels: real mail and web servers on this machine, some of them unkind."""

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select

from hub.audit.events import Event
from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing, MasterKey
from hub.directory.models import ContactPoint, Organisation
from hub.duties.rulebook import Rulebook
from hub.notify.channels.base import Channel, DeliveryError, Letter
from hub.notify.channels.email import EmailChannel, MailServer
from hub.notify.channels.signing import Signer
from hub.notify.channels.webhook import WebhookChannel
from hub.notify.couriers import Couriers
from hub.notify.deliver import deliver_once, finish
from hub.notify.messages.render import Stationery
from hub.notify.models import Alert, Attempt, Delivery, Obligation
from hub.notify.outbox import Raised, Wanted, raise_alerts

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning."""
STATIONERY = Stationery("https://hub.example")
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
SIGNER = Signer(partial(KeyRing([MasterKey("testkey1", b"k" * 32)]).signing_keys, "webhook"))
OFFICE_HOURS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def organisation(
    database: Database, name: str = "Eastvale", *, joined: bool = True, kind: str = "local_authority"
) -> int:
    """A new organisation; its id."""
    row = {"ref": new_ref("org"), "kind": kind, "name": name, "joined_at": NOW if joined else None}
    with database.write() as session:
        return session.execute(insert(Organisation).values(row).returning(Organisation.id)).scalar_one()


def contact_point(
    database: Database,
    organisation_id: int,
    channel: str,
    address: str = "",
    *,
    role: str = "duty_desk",
    **columns: Any,
) -> int:
    """A verified contact point; its id. A webhook's ``secrets`` are sealed as the directory does."""
    ref = new_ref("con")
    secrets = columns.pop("secrets", None)
    if secrets is not None:
        columns["sealed_secret"] = database.keys.seal(ref, {"hmac": secrets, "ed25519": columns.pop("ed25519", False)})
    row = {
        "ref": ref,
        "organisation_id": organisation_id,
        "role": role,
        "channel": channel,
        "address": address,
        "purpose": "for the tests",
        "verified_by": "somebody",
        "verified_at": NOW,
        "valid_from": date(2026, 1, 1),
    }
    if "entered_by" in ContactPoint.__table__.c:
        row["entered_by"] = "the tests"
    with database.write() as session:
        return session.execute(insert(ContactPoint).values(row | columns).returning(ContactPoint.id)).scalar_one()


def wanted(organisation_id: int, kind: str = "notice.registered", **rest: Any) -> Wanted:
    """An alert to the duty desk about a notice, unless *rest* says otherwise."""
    given = {"role": "duty_desk", "subject_ref": new_ref("ntc")} | rest
    return Wanted(kind, organisation_id, **given)


def raised(database: Database, rules: Rulebook, items: Sequence[Wanted], *, now: datetime = NOW) -> list[Raised]:
    """Raise alerts in a transaction of their own."""
    with database.write() as session:
        return raise_alerts(session, items, rules=rules, now=now)


def deliveries(database: Database, channel: str | None = None) -> list[Delivery]:
    """Every delivery (of one channel), oldest first."""
    with database.read() as session:
        found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        session.expunge_all()
    return [delivery for delivery in found if channel in (None, delivery.channel)]


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        found = list(session.scalars(select(Attempt).order_by(Attempt.id)))
        session.expunge_all()
    return found


def alerts(database: Database, kind: str | None = None) -> list[Alert]:
    with database.read() as session:
        found = list(session.scalars(select(Alert).order_by(Alert.id)))
        session.expunge_all()
    return [alert for alert in found if kind in (None, alert.kind)]


def points(database: Database, number: int) -> ContactPoint:
    with database.read() as session:
        found = session.get_one(ContactPoint, number)
        session.expunge(found)
    return found


def obligation(database: Database, owed_to: int, placement: str, **columns: Any) -> int:
    """The notice of a placement, owed to *owed_to* and registered in time, but not yet reached; its id."""
    row = {
        "ref": new_ref("obl"),
        "duty_code": "E13A",
        "law_in_force": "2014-01-27",
        "basis": "statute",
        "subject_ref": placement,
        "owed_by_role": "placing_authority",
        "owed_to_id": owed_to,
        "owed_to_role": "host_authority",
        "because": "a placement began",
        "event_at": NOW,
        "opened_at": NOW,
        "due_at": NOW + timedelta(days=5),
        "due_is_policy": False,
        "fulfilled_at": NOW,
        "fulfilled_by": "ntc_1",
        "next_step_at": NOW + timedelta(hours=4),
    }
    with database.write() as session:
        return session.execute(insert(Obligation).values(row | columns).returning(Obligation.id)).scalar_one()


def state_of(database: Database, obligation_id: int) -> str:
    with database.read() as session:
        return session.get_one(Obligation, obligation_id).state


def events(database: Database, event: Event) -> list[AuditEntry]:
    """What the audit holds of one kind of event."""
    with database.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.event == event.label).order_by(AuditEntry.id)).all()
        session.expunge_all()
    return list(found)


def delivered(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime = NOW) -> int:
    """Deliver until nothing that is due is left, and wait for the slow ones."""
    count = 0
    while done := deliver_once(database, rules, couriers, now=now):
        count += done
    return count + finish(database, rules, couriers, now=now)


@dataclass
class Recording(Channel):
    """A channel of the tests: it keeps what it is given, and does with it what it is told to."""

    name: str = "recording"
    taken: list[Letter] = field(default_factory=list)
    act: Callable[[Letter], str] = lambda letter: "250"

    def send(self, letter: Letter, *, at: datetime) -> str:
        code = self.act(letter)
        self.taken.append(letter)
        return code

    def destination(self, letter: Letter) -> str:
        return letter.address


@contextmanager
def couriers_with(channel: Recording, *, name: str = "email", **rest: object) -> Iterator[Couriers]:
    couriers = Couriers({name: channel}, **({"threads": 4, "slow_seconds": 5.0} | rest))  # type: ignore[arg-type]
    try:
        yield couriers
    finally:
        couriers.close()


def refuses(code: str, *, permanent: bool, **rest: object) -> Callable[[Letter], str]:
    def act(_letter: Letter) -> str:
        raise DeliveryError(code, permanent=permanent, **rest)  # type: ignore[arg-type]

    return act


def letter(address: str, **rest: Any) -> Letter:
    """A letter about a registered notice."""
    from hub.notify.channels.base import Told

    told = Told(new_ref("alt"), "notice.registered", new_ref("ntc"), "duty_desk", False, NOW, {})
    given: dict[str, Any] = {"message_id": new_ref("dlv"), "channel": "email", "contact_point_id": 1}
    given |= {"organisation_ref": new_ref("org"), "organisation_name": "Eastvale", "told": (told,)}
    return Letter(address=address, **(given | rest))


# --- mail -----------------------------------------------------------------------------------------------------------


@dataclass
class MailSink:
    """A mail server's ears: what it took, and what it answers. ``replies`` are used up first, one a message."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    rcpt_replies: list[str] = field(default_factory=list)
    data_replies: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.rcpt_replies.pop(0) if self.rcpt_replies else "250 ok"
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        reply = self.data_replies.pop(0) if self.data_replies else "250 ok"
        if reply.startswith("2"):
            self.messages.append(bytes(envelope.original_content or b""))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
        return reply


class _AnyPort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def mail_sink(sink: MailSink | None = None, **options: Any) -> Iterator[MailSink]:
    """A real SMTP server on this machine; *options* as aiosmtpd's ``SMTP`` has them."""
    sink = sink or MailSink()
    controller = _AnyPort(sink, hostname="127.0.0.1", port=0, ready_timeout=10, **options)
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()


def mail_server(port: int, **rest: Any) -> MailServer:
    given: dict[str, Any] = {"starttls": "off", "connect_seconds": 2.0, "read_seconds": 2.0} | rest
    return MailServer("127.0.0.1", port, "no-reply@hub.example", **given)


def email_channel(port: int, **rest: Any) -> EmailChannel:
    return EmailChannel(mail_server(port, **rest), STATIONERY)


def mailed(port: int, sent: Letter, *, at: datetime = NOW, **rest: Any) -> str:
    """Send one letter on a connection of its own; the reply code."""
    with closing(email_channel(port, **rest)) as channel:
        return channel.send(sent, at=at)


# --- webhooks -------------------------------------------------------------------------------------------------------


@dataclass
class WebSink:
    """A web server's ears: each request's path, headers and body; ``answers`` are used up first (status, headers, body)."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    otherwise: tuple[int, dict[str, str], bytes] = (204, {}, b"")
    before_answer: Callable[[], None] = lambda: None
    url: str = ""
    connections: int = 0

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.requests]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.requests]


@contextmanager
def web_sink(sink: WebSink | None = None, tls: ssl.SSLContext | None = None) -> Iterator[WebSink]:
    """A real web server on this machine that takes webhooks."""
    sink = sink or WebSink()

    class Ears(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            sink.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            sink.before_answer()
            status, headers, said = sink.answers.pop(0) if sink.answers else sink.otherwise
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ears)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    sink.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/hook"
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()


def webhook_channel(**rest: Any) -> WebhookChannel:
    given: dict[str, Any] = {"private_addresses": True, "connect_seconds": 2.0, "read_seconds": 2.0} | rest
    return WebhookChannel(STATIONERY, SIGNER, **given)


def hooked(sent: Letter, **rest: Any) -> str:
    """Send one letter to a webhook on a session of its own; the status."""
    with closing(webhook_channel(**rest)) as channel:
        return channel.send(sent, at=NOW)
