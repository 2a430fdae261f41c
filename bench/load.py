"""A load generator: so many clients on kept connections, each sending its next request when the last was answered.

``python -m bench.load`` reads one JSON object (a :class:`Load`) from standard input and prints one: how many were
answered, with what, and how long each took. It runs as a process of its own, in which nothing else does. In a body
``{{SERIAL}}`` becomes a word that no other request of the run has, ``{{FAMILY}}`` and ``{{GIVEN}}`` become invented names
and ``{{BORN}}`` a date of birth of somebody under 18: every notice is about another child.
"""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.measuring import quantile

SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fen",
    "gar",
    "hol",
    "jen",
    "kes",
    "lam",
    "mor",
    "nor",
    "pel",
    "quil",
    "ros",
    "sten",
    "tav",
    "wick",
)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What is to be sent, where, by how many clients and for how long."""

    host: str
    port: int
    path: str
    bodies: list[str] = field(repr=False)
    token: str = field(default="", repr=False)
    clients: int = 16
    seconds: float = 5.0
    status: int = 201
    """What every answer must be."""


@dataclass(frozen=True)
class Answers:
    """How it went: answers of the wanted status, others by status, and seconds each (sorted)."""

    good: int
    bad: dict[str, int]
    first_bad: str
    elapsed: float
    times: list[float]

    @property
    def per_second(self) -> float:
        return self.good / self.elapsed

    @property
    def p50_ms(self) -> float:
        return quantile(self.times, 0.50) * 1000

    @property
    def p99_ms(self) -> float:
        return quantile(self.times, 0.99) * 1000


def send(load: Load) -> Answers:
    """Run *load* in a process of its own. Raises ``RuntimeError`` when any answer had another status."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(load)).encode(),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    answers = Answers(**json.loads(done.stdout))
    if answers.bad or not answers.good:
        raise RuntimeError(
            f"{load.path}: {answers.good} answers were {load.status}; others: {answers.bad}: {answers.first_bad}"
        )
    return answers


class _Run:
    """What the clients of one run share."""

    def __init__(self, load: Load) -> None:
        self.load, self.run = load, uuid.uuid4().hex[:12]
        self.bodies = [body.encode() for body in load.bodies]
        self.head = (
            f"POST {load.path} HTTP/1.1\r\nHost: {load.host}:{load.port}\r\nContent-Type: application/json\r\n".encode()
        )
        if load.token:
            self.head += f"Authorization: Bearer {load.token}\r\n".encode()
        self.sent, self.times, self.bad, self.first_bad = 0, list[float](), dict[str, int](), ""
        self.ends = time.perf_counter() + load.seconds

    def next_request(self) -> bytes:
        self.sent += 1
        body = self._about_another_child(self.bodies[self.sent % len(self.bodies)])
        return b"%sIdempotency-Key: %s-%d\r\nContent-Length: %d\r\n\r\n%s" % (
            self.head, self.run.encode(), self.sent, len(body), body
        )  # fmt: skip

    def _about_another_child(self, body: bytes) -> bytes:
        born = f"{random.randint(2010, 2024)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        words = {b"SERIAL": f"{self.run}{self.sent}", b"FAMILY": _name(4), b"GIVEN": _name(2), b"BORN": born}
        for marker, word in words.items():
            body = body.replace(b"{{%s}}" % marker, word.encode())
        return body

    def answered(self, status: bytes, body: bytes, took: float) -> None:
        if int(status) == self.load.status:
            self.times.append(took)
            return
        self.bad[status.decode()] = self.bad.get(status.decode(), 0) + 1
        self.first_bad = self.first_bad or body[:500].decode(errors="replace")


def _name(syllables: int) -> str:
    return "".join(random.choices(SYLLABLES, k=syllables)).capitalize()


class _Client(asyncio.Protocol):
    """One client: sends, waits for the whole answer, sends again; opens a new connection when the server closes its own."""

    def __init__(self, run: _Run, done: "asyncio.Future[bool]") -> None:
        self._run, self._done, self._buffer = run, done, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._send()

    def _send(self) -> None:
        self._began = time.perf_counter()
        if self._began >= self._run.ends:
            self._transport.close()
            self._finish(True)
        else:
            self._transport.write(self._run.next_request())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and length and len(body) >= int(length[1]):
            self._buffer = b""
            self._run.answered(head[9:12], body, time.perf_counter() - self._began)
            self._send()

    def connection_lost(self, _fault: Exception | None) -> None:
        self._finish(False)

    def _finish(self, is_done: bool) -> None:
        if not self._done.done():
            self._done.set_result(is_done)


async def _client(run: _Run) -> None:
    loop = asyncio.get_running_loop()
    while time.perf_counter() < run.ends:
        done: asyncio.Future[bool] = loop.create_future()
        await loop.create_connection(lambda done=done: _Client(run, done), run.load.host, run.load.port)  # type: ignore[misc]
        if not await done:
            run.answered(b"000", b"the server closed the connection before it had answered", 0.0)


async def _all(load: Load) -> Answers:
    run, began = _Run(load), time.perf_counter()
    await asyncio.gather(*(_client(run) for _ in range(load.clients)))
    elapsed = time.perf_counter() - began
    return Answers(len(run.times), run.bad, run.first_bad, elapsed, sorted(run.times))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_all(Load(**json.load(sys.stdin)))))))
