"""E-mail over SMTP: one kept connection for each thread, a prepared frame filled as bytes, reply codes told apart.

A 4xx reply, a broken connection or a time-out is temporary. A 5xx reply to the recipient or to the message is permanent for
this recipient; a 5xx reply to our sign-in or our sender address is our own mistake, and no fault of the mailbox.
"""

import quopri
import re
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from hub.core.settings import Settings, StartTls
from hub.notify.channels.base import Channel, DeliveryError, Letter
from hub.notify.messages.render import Stationery

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_STALE: Final = (smtplib.SMTPServerDisconnected, ConnectionError)
_SERVER_LEAVES: Final = frozenset({421})
_OUR_FAULT: Final = frozenset({503, 530, 534, 535, 538})
"""Replies about our order of commands or our sign-in, which say nothing about the mailbox."""


@dataclass(frozen=True)
class Mail:
    """One e-mail, written: to whom, under which id (the same in every attempt), its subject line (ASCII) and its text."""

    message_id: str
    address: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class MailServer:
    """The operator's mail server and how to speak to it. Seconds are of the connection and of each reply."""

    host: str
    port: int
    sender: str
    starttls: StartTls = "when_offered"
    username: str = ""
    password: str = field(default="", repr=False)
    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return self.sender.rpartition("@")[2]


class _Connection(smtplib.SMTP):
    """A connection whose making and whose replies have time-outs of their own.

    The commands of a message are given to the server as they stand: the library would take both addresses to pieces each
    time, which costs more than all the rest of sending, and they were checked before.
    """

    def __init__(self, server: MailServer) -> None:
        self._read_seconds = server.read_seconds
        super().__init__(server.host, server.port, local_hostname="localhost", timeout=server.connect_seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), timeout)
        made.settimeout(self._read_seconds)
        return made

    def begin(self, sender: str, message_id: str) -> int:
        """MAIL: the code of the reply."""
        asked = f" RET=HDRS ENVID={message_id}" if self.has_extn("dsn") else ""
        return self.docmd("MAIL", f"FROM:<{sender}>{asked}")[0]

    def to(self, address: str) -> int:
        """RCPT: the code of the reply."""
        asked = " NOTIFY=FAILURE" if self.has_extn("dsn") else ""
        return self.docmd("RCPT", f"TO:<{address}>{asked}")[0]

    def message(self, message: bytes) -> int:
        """DATA and the message, CRLF at the end of each of its lines: the code of the reply that ended it."""
        code, _ = self.docmd("DATA")
        if code != 354:
            return code
        self.send(_stuffed(message) + b".\r\n")
        return self.getreply()[0]


class EmailChannel(Channel):
    """Sends through one mail server."""

    def __init__(self, server: MailServer, stationery: Stationery) -> None:
        self._server = server
        self._stationery = stationery
        self._mine = threading.local()
        self._all: list[_Connection] = []

    def destination(self, letter: Letter) -> str:
        return f"smtp:{self._server.host}:{self._server.port}"

    def send(self, letter: Letter, *, at: datetime) -> str:
        return self.post(mail_of(letter, self._stationery, at=at), at=at)

    def post(self, mail: Mail, *, at: datetime) -> str:
        """Hand *mail* over; return the reply code. Raises :class:`DeliveryError`."""
        if not _ADDRESS.fullmatch(mail.address):
            raise DeliveryError("address", permanent=True)
        message = compose(mail, self._server, at=at)
        try:
            return self._hand_over(mail, message)
        except (smtplib.SMTPException, OSError) as broken:
            self._drop()
            raise DeliveryError(_word_for(broken), permanent=False) from None

    def hang_up(self) -> None:
        """Let go of this thread's connection: for one who seldom sends."""
        self._drop()

    def _hand_over(self, mail: Mail, message: bytes) -> str:
        smtp = self._begin(mail)
        code = smtp.to(mail.address)
        if code >= 300:
            smtp.rset()
            raise self._refused(code)
        code = smtp.message(message)
        if code != 250:
            raise self._refused(code)
        return str(code)

    def _refused(self, code: int) -> DeliveryError:
        if code in _SERVER_LEAVES:
            self._drop()
        return DeliveryError(str(code), permanent=500 <= code < 600 and code not in _OUR_FAULT)

    def _begin(self, mail: Mail) -> _Connection:
        """A connection on which our sender has been taken. One that went stale while it was kept is replaced, once."""
        kept: _Connection | None = getattr(self._mine, "smtp", None)
        if kept is not None:
            try:
                if kept.begin(self._server.sender, mail.message_id) == 250:
                    return kept
            except _STALE:
                pass  # nothing was sent on it yet: a new one may be tried at once
            self._drop()
        fresh = self._connect()
        code = fresh.begin(self._server.sender, mail.message_id)
        if code != 250:
            self._drop()
            raise DeliveryError(str(code), permanent=False)
        return fresh

    def _connect(self) -> _Connection:
        server = self._server
        smtp = _Connection(server)
        self._mine.smtp = smtp
        self._all.append(smtp)
        smtp.ehlo_or_helo_if_needed()
        self._secure(smtp)
        if server.username:
            smtp.login(server.username, server.password)
        return smtp

    def _secure(self, smtp: smtplib.SMTP) -> None:
        wanted, offered = self._server.starttls, smtp.has_extn("starttls")
        if wanted == "off" or (wanted == "when_offered" and not offered):
            return
        if not offered:
            raise DeliveryError("tls", permanent=False)
        smtp.starttls(context=self._server.tls)
        smtp.ehlo()

    def _drop(self) -> None:
        smtp: _Connection | None = getattr(self._mine, "smtp", None)
        if smtp is not None:
            self._mine.smtp = None
            smtp.close()
            self._all.remove(smtp)

    def close(self) -> None:
        while self._all:
            self._all.pop().close()
        self._mine = threading.local()


def mail_server_of(settings: Settings, *, connect_seconds: float, read_seconds: float) -> MailServer:
    """The mail server that the operator named.

    Its certificate is verified where encryption is required or a password is sent. Where encryption is merely taken when it is
    offered, an unverified certificate is still better than none, and refusing it would send nothing.
    """
    tls = ssl.create_default_context()
    if settings.smtp_starttls != "required" and not settings.smtp_username:
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.mail_from,
        settings.smtp_starttls,
        settings.smtp_username,
        settings.smtp_password,
        connect_seconds,
        read_seconds,
        tls,
    )


def mail_of(letter: Letter, stationery: Stationery, *, at: datetime) -> Mail:
    """*letter* written as an e-mail, as sent at *at*."""
    subject, text = stationery.write(letter, at=at)
    return Mail(letter.message_id, letter.address, subject, text)


def compose(mail: Mail, server: MailServer, *, at: datetime) -> bytes:
    """The whole message as bytes: CRLF lines, ASCII only, no line beyond 998; the same id in every attempt."""
    encoding, body = _body(mail.text)
    head = (
        f"Date: {format_datetime(at)}\n"
        f"From: Placement notification hub <{server.sender}>\n"
        f"To: {mail.address}\n"
        f"Subject: {mail.subject}\n"
        f"Message-ID: <{mail.message_id}@{server.domain}>\n"
        "Auto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All\n"
        f"X-Hub-Delivery: {mail.message_id}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    return head.encode("ascii").replace(b"\n", b"\r\n") + body


def _body(text: str) -> tuple[str, bytes]:
    if text.isascii():
        return "7bit", text.encode("ascii").replace(b"\n", b"\r\n")
    # Not every server takes eight bits: quoted-printable passes through all of them.
    return "quoted-printable", quopri.encodestring(text.encode("utf-8")).replace(b"\n", b"\r\n")


def _stuffed(message: bytes) -> bytes:
    """*message*, its last line ended, with each full stop that begins a line doubled: a line with one alone ends it."""
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    return whole.replace(b"\r\n.", b"\r\n..")


def _word_for(broken: Exception) -> str:
    """One code for what happened; never what the server said, which may repeat what was sent."""
    if isinstance(broken, smtplib.SMTPResponseException):
        return str(broken.smtp_code)
    # smtplib makes a time-out that it meets while it reads into a disconnection.
    if isinstance(broken, TimeoutError) or isinstance(broken.__context__, TimeoutError):
        return "timeout"
    if isinstance(broken, ssl.SSLError):
        return "tls"
    return "disconnected" if isinstance(broken, smtplib.SMTPServerDisconnected) else "connection"
