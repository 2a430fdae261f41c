"""Ears on this machine: an SMTP server that keeps raw mail, web servers that note who connects, a name server that lies."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailEar:
    """A mail server: every message as it came, byte by byte, with its recipients."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], bytes]] = []
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0, ready_timeout=10)
        self._controller.start()
        self.port: int = self._controller.port

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.messages.append((list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        return "250 ok"

    def to(self, address: str) -> list[bytes]:
        """The messages to *address*."""
        return [message for recipients, message in list(self.messages) if address in recipients]

    def close(self) -> None:
        self._controller.stop()


class _AnyPort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Trap:
    """A port inside the network that nobody outside should be able to make the hub touch: it counts connections."""

    def __init__(self) -> None:
        self.touched = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.touched += 1
            caller.close()

    def close(self) -> None:
        self._socket.close()


class HookEar:
    """A receiver of webhooks: what came, and the answer that it gives (a redirect, for instance)."""

    def __init__(self, status: int = 204, headers: dict[str, str] | None = None) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        ear = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                ear.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - a redirect that was followed would come as a GET

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hub"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


# --- names --------------------------------------------------------------------------------------------------------------

ZONE = "attack.example"
NOWHERE = "2d00::1"
"""A public address that was never handed out: checked as public, and no packet reaches anybody."""
Answers = Callable[[str, int], list[str]]


class NameServer:
    """A DNS server for ``*.attack.example``. *answers*: the addresses for a name at its n-th question (from 1)."""

    def __init__(self, answers: Answers) -> None:
        self.asked: dict[str, int] = {}
        self._answers = answers
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self._socket.recvfrom(512)
                self._socket.sendto(self._answer(question), sender)
            except OSError:
                return

    def _answer(self, question: bytes) -> bytes:
        name, end = _name_in(question)
        (kind,) = struct.unpack("!H", question[end : end + 2])
        if kind == 1:  # a resolver asks for both kinds of address in one look-up: that is one question
            self.asked[name] = self.asked.get(name, 0) + 1
        wanted = [
            each for each in self._answers(name, max(1, self.asked.get(name, 1))) if (":" in each) == (kind == 28)
        ]
        packed = [socket.inet_pton(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in wanted]
        head = question[:2] + struct.pack("!HHHHH", 0x8400, 1, len(packed), 0, 0)
        records = [b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(each)) + each for each in packed]
        return head + question[12 : end + 4] + b"".join(records)

    def close(self) -> None:
        self._socket.close()


def _name_in(message: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while size := message[at]:
        labels.append(message[at + 1 : at + 1 + size].decode("ascii"))
        at += size + 1
    return ".".join(labels).lower(), at + 1


def looked_up(name: str, port: int) -> list[str]:
    """The addresses of *name*, as the name server on *port* of this machine gives them: IPv4 first."""
    found: list[str] = []
    for kind in (1, 28):
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
        question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\0" + struct.pack("!HH", kind, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(5)
            asking.sendto(question, ("127.0.0.1", port))
            found += _addresses_in(asking.recv(512), len(question))
    return found


def _addresses_in(answer: bytes, at: int) -> list[str]:
    (count,) = struct.unpack("!H", answer[6:8])
    found = []
    for _ in range(count):
        kind, _, _, size = struct.unpack("!HHIH", answer[at + 2 : at + 12])
        family = socket.AF_INET if kind == 1 else socket.AF_INET6
        found.append(socket.inet_ntop(family, answer[at + 12 : at + 12 + size]))
        at += 12 + size
    return found


@contextmanager
def closing_all(*ears: MailEar | Trap | HookEar | NameServer) -> Iterator[None]:
    """Close these at the end, whatever happens."""
    try:
        yield
    finally:
        for ear in ears:
            ear.close()
