"""Receivers to send to: a minimal SMTP server and a minimal webhook receiver in one asyncio loop, honest or flaky.

They do as little as a receiver can, so that what is measured is the sender. What they took is kept by message id with a
digest of its body: afterwards one can say what came, how often, and whether a repeat was the same. In a thread
(:class:`Sinks`) for tests and chaos; as a process of its own (``python -m bench.sinks``) for the bench, where it must not
share the sender's interpreter.
"""

import asyncio
import hashlib
import json
import random
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HEADER = re.compile(rb"^Message-ID: <([^@>]+)", re.MULTILINE | re.IGNORECASE)
WEBHOOK_ID = re.compile(rb"^webhook-id: ([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
LENGTH = re.compile(rb"^content-length: *(\d+)", re.MULTILINE | re.IGNORECASE)
CHUNKED = re.compile(rb"^transfer-encoding: *chunked", re.MULTILINE | re.IGNORECASE)


@dataclass
class Received:
    """What a receiver took. A message counts once its sender was told so, or should have been told (a drop after it)."""

    times: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    """How often each kind of misbehaviour was played."""
    last: bytes = b""

    def take(self, message_id: str, content: bytes) -> None:
        self.times[message_id] += 1
        self.last = content
        self.bodies.setdefault(message_id, set()).add(hashlib.sha256(content).hexdigest()[:16])


class Temper:
    """How a receiver behaves: which misbehaviour, if any, it plays next. Seeded, so that a run can be played again."""

    def __init__(self, faults: dict[str, float] | None = None, *, seed: int = 0, hang_seconds: float = 3.0) -> None:
        self.faults = dict(faults or {})
        self.hang_seconds = hang_seconds
        self._random = random.Random(seed)

    def calm_down(self) -> None:
        """Behave from now on."""
        self.faults.clear()

    def next(self) -> str:
        """A kind of fault, or the empty string."""
        drawn = self._random.random()
        for name, share in self.faults.items():
            drawn -= share
            if drawn < 0:
                return name
        return ""


SMTP_FAULTS = {
    "refuse_4xx": 0.10,
    "refuse_data_4xx": 0.05,
    "drop_in_data": 0.08,
    "drop_after": 0.04,
    "slow": 0.05,
    "hang": 0.01,
}
"""``drop_after``: the message is kept and the connection cut before the reply, so that the sender must send it again."""
WEBHOOK_FAULTS = {"500": 0.10, "reset": 0.08, "drop_after": 0.04, "slow": 0.05, "hang": 0.02}
SLOW_SECONDS = 0.2


class SmtpProtocol(asyncio.Protocol):
    """One SMTP connection. ``.invalid`` recipients beginning with ``never`` are refused for good."""

    def __init__(self, received: Received, temper: Temper) -> None:
        self._received, self._temper = received, temper
        self._buffer, self._in_data, self._fault = b"", False, ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._transport.is_closing():
            if self._in_data and self._fault == "drop_in_data" and len(self._buffer) > 200:
                self._transport.abort()
                return
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            part, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            self._message(part) if self._in_data else self._command(part)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say(b"250-sink\r\n250 8BITMIME")
        elif verb == b"RCPT" and b"<never" in line.lower():
            self._say(b"550 no such mailbox")
        elif verb == b"RCPT" and self._play() == "refuse_4xx":
            self._say(b"451 later")
        elif verb == b"DATA":
            self._begin_data()
        elif verb == b"QUIT":
            self._say(b"221 bye")
            self._transport.close()
        else:
            self._say(b"250 ok")

    def _play(self) -> str:
        self._fault = self._temper.next()
        if self._fault:
            self._received.faults[f"smtp {self._fault}"] += 1
        return self._fault

    def _begin_data(self) -> None:
        if self._fault == "refuse_data_4xx":
            self._say(b"452 later")
        else:
            self._in_data = True
            self._say(b"354 go on")

    def _message(self, content: bytes) -> None:
        self._in_data = False
        found = HEADER.search(content)
        self._received.take(found[1].decode() if found else "?", content.partition(b"\r\n\r\n")[2])
        if self._fault == "drop_after":
            self._transport.abort()
        elif self._fault in ("slow", "hang"):
            wait = SLOW_SECONDS if self._fault == "slow" else self._temper.hang_seconds
            asyncio.get_running_loop().call_later(wait, self._say, b"250 taken, slowly")
        else:
            self._say(b"250 taken")

    def _say(self, line: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(line + b"\r\n")


class WebhookProtocol(asyncio.Protocol):
    """One HTTP connection that takes every POST; ``/never`` is refused for good, ``/slow`` is answered after a wait."""

    def __init__(self, received: Received, temper: Temper, control: Callable[[str], bytes]) -> None:
        self._received, self._temper, self._control, self._buffer = received, temper, control, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._transport.is_closing():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            needed = int(length[1]) if length else 0
            if not found or len(rest) < needed:
                return
            self._buffer = rest[needed:]
            self._answer(head, rest[:needed])

    def _answer(self, head: bytes, body: bytes) -> None:
        method, path = head.split(b" ", 2)[:2]
        if method == b"GET":
            self._say("200 OK", self._control(path.decode()))
        elif path.startswith(b"/never"):
            self._say("400 Bad Request")
        else:
            self._take(head, path, body)

    def _take(self, head: bytes, path: bytes, body: bytes) -> None:
        fault = self._temper.next()
        if fault:
            self._received.faults[f"webhook {fault}"] += 1
        if fault == "500":
            self._say("500 Internal Server Error")
        elif fault == "reset":
            self._transport.abort()
        else:
            found = WEBHOOK_ID.search(head)
            self._received.take(found[1].decode() if found else "?", body)
            self._reply(fault, path)

    def _reply(self, fault: str, path: bytes) -> None:
        if fault == "drop_after":
            self._transport.abort()
            return
        wait = {"slow": SLOW_SECONDS, "hang": self._temper.hang_seconds}.get(fault, 0.0)
        wait = max(wait, self._temper.hang_seconds if path.startswith(b"/slow") else 0.0)
        if wait:
            asyncio.get_running_loop().call_later(wait, self._say, "204 No Content")
        else:
            self._say("204 No Content")

    def _say(self, status: str, body: bytes = b"") -> None:
        if not self._transport.is_closing():
            self._transport.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


class Sinks:
    """Both receivers on free ports of this machine. Their loop runs in a thread between ``start`` and ``stop``."""

    def __init__(self, *, mail: Temper | None = None, hooks: Temper | None = None) -> None:
        self.mail, self.hooks = Received(), Received()
        self.mail_temper, self.hook_temper = mail or Temper(), hooks or Temper()
        self.smtp_port = self.http_port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True)

    def start(self) -> "Sinks":
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the sinks did not start")
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self) -> None:
        """Serve until stopped."""
        self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()
        for server in self._servers:
            server.close()
        pending = [task for task in asyncio.all_tasks(self._loop) if not task.done()]
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    def calm_down(self) -> None:
        """Both behave from now on."""
        self.mail_temper.calm_down()
        self.hook_temper.calm_down()

    async def _open(self) -> None:
        smtp = await self._loop.create_server(lambda: SmtpProtocol(self.mail, self.mail_temper), "127.0.0.1", 0)
        http = await self._loop.create_server(
            lambda: WebhookProtocol(self.hooks, self.hook_temper, self._control), "127.0.0.1", 0
        )
        self._servers = [smtp, http]
        self.smtp_port, self.http_port = (server.sockets[0].getsockname()[1] for server in self._servers)

    def _control(self, path: str) -> bytes:
        """``GET /counts``, ``/ids``, ``/reset``: for a bench in another process."""
        if path == "/reset":
            for received in (self.mail, self.hooks):
                received.times.clear()
                received.bodies.clear()
        said: dict[str, Any] = {"mail": _counts(self.mail), "hooks": _counts(self.hooks)}
        if path == "/last":
            said = {"mail": self.mail.last.decode("latin-1"), "hooks": self.hooks.last.decode("latin-1")}
        return json.dumps(said).encode()


def _counts(received: Received) -> dict[str, int]:
    return {"messages": len(received.times), "received": sum(received.times.values())}


def main() -> None:
    """Serve in the foreground; print the two ports first."""
    sinks = Sinks()
    threading.Thread(target=_announce, args=(sinks,), daemon=True).start()
    sinks.run()


def _announce(sinks: Sinks) -> None:
    sinks._ready.wait()
    print(json.dumps({"smtp": sinks.smtp_port, "http": sinks.http_port}), flush=True)
    sys.stdin.read()  # the bench holds the other end: when it goes, so do the sinks
    sinks._loop.call_soon_threadsafe(sinks._loop.stop)


if __name__ == "__main__":
    main()
