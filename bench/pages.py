"""W5: how long a page keeps somebody waiting for its first byte, page by page, beside a page that asks nothing of the database.

The hub runs as ``hub serve`` starts it, on the demonstration's organisations and people with some weeks of notices. Each of the
cast follows every link from their first page; of the pages of one view one is measured. The reference is the
page that says "you are signed out": the same server, frame and components, and no query but whose session it is.
"""

import http.client
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from statistics import median
from typing import Final
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException

from bench.accept import notice
from bench.engines import Engine, Stage, staged
from bench.measuring import Figure, Floor, Outcome, interleaved, ratio
from bench.plan import Plan
from bench.servers import post, web
from hub.access import sessions
from hub.access.browser import SESSION
from hub.access.sign_in import service as sign_in
from hub.app import create_app
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.people import PEOPLE
from hub.resources import open_database

MOST_MS: Final = 100
REFERENCE: Final = "/signed-out"
BEGINNINGS: Final = ("/today", "/account", "/")
NOT_PAGES: Final = ("/api/", "/static/", "/healthz", "/readyz", "/metrics")
EACH_ROUND: Final = 3
"""Requests of which a round takes the median."""
_LINK: Final = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"')


@dataclass(frozen=True)
class Seat:
    """Somebody's browser: one connection that stays open, and a session."""

    connection: http.client.HTTPConnection
    token: str = field(repr=False)

    def first_byte(self, path: str) -> tuple[float, int, str]:
        """Milliseconds until the answer began; its status; the page, or nothing for what is none."""
        try:
            return self._asked(path)
        except http.client.RemoteDisconnected:  # it had been idle for too long
            self.connection.close()
            return self._asked(path)

    def _asked(self, path: str) -> tuple[float, int, str]:
        if self.connection.sock is None:
            self.connection.connect()
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": f"{SESSION}={self.token}", "Accept": "text/html"})
        answer = self.connection.getresponse()
        took = (time.perf_counter() - began) * 1000
        content = answer.read()
        is_page = answer.getheader("Content-Type", "").startswith("text/html")
        return took, answer.status, content.decode() if is_page else ""


def measure(engine: Engine, plan: Plan) -> Outcome:
    """Every page of each of the cast, once in each round, beside the reference."""
    with ExitStack() as after:
        stage = after.enter_context(staged(engine, durable=plan.durable, web_workers=plan.web_workers))
        port, _ = after.enter_context(web(stage, "hub.cli", "serve"))
        _fill(stage, port, plan.learn)
        seats = {
            name: Seat(http.client.HTTPConnection("127.0.0.1", port), token)
            for name, token in _tokens(stage, plan.clients).items()
        }
        pages = dict(_pages(seats, _routes(stage)))
        times = _times(pages, seats, plan.rounds)
        for seat in seats.values():
            seat.connection.close()
    return _outcome(engine, times)


def _fill(stage: Stage, port: int, notices: int) -> None:
    """Some notices about children who do not exist, from Leeds into Kent."""
    token = stage.tokens()["leeds"]
    for number in range(notices):
        words = {"SERIAL": f"page-{number}", "FAMILY": f"Shown{'abcdefghijklmnopqrst'[number % 20]}", "GIVEN": "Sample"}
        body = json.dumps(notice())
        for marker, word in (words | {"BORN": f"2012-{number % 12 + 1:02}-{number % 28 + 1:02}"}).items():
            body = body.replace("{{" + marker + "}}", word)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"page-{number:08}"}
        post(port, "/api/v1/notices", body.encode(), headers)


def _tokens(stage: Stage, at_most: int) -> dict[str, str]:
    """A session of each of the cast: of the first so many."""
    database, begun = open_database(stage.settings), {}
    try:
        for name, (member, full_name, _) in islice(PEOPLE.items(), at_most):
            email = f"{full_name.lower().replace(' ', '.')}@{member.replace('_', '-')}.example"
            with database.write() as session:
                person = sign_in.person_with(session, email)
                if person is None:
                    raise RuntimeError(f"{name} is not among the people of the demonstration")
                factors = ["password", "totp"]
                begun[name] = sessions.begin(session, person, factors=factors, device="bench", now=utc_now()).token
    finally:
        database.close()
    return begun


def _routes(stage: Stage) -> Callable[[str], str | None]:
    """Which view answers at a path: its rule; ``None`` where there is none."""
    app = create_app(stage.settings)
    app.extensions["hub"][Database].close()
    routes = app.url_map.bind("localhost")

    def rule_of(path: str) -> str | None:
        try:
            return str(routes.match(urlsplit(path).path, method="GET", return_rule=True)[0])
        except HTTPException:
            return None

    return rule_of


def _pages(seats: Mapping[str, Seat], rule_of: Callable[[str], str | None]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What each page is called → who sees it and where, found by following links: each once, for the first who sees it."""
    known: set[str] = set()
    for name, seat in seats.items():
        waiting, seen = deque(BEGINNINGS), {rule_of(path) for path in BEGINNINGS}
        while waiting:
            path = waiting.popleft()
            _, status, words = seat.first_byte(path)
            if status >= 400:
                raise RuntimeError(f"a link that {name} sees leads to {path}, which answers {status}")
            rule = rule_of(path)
            if status == 200 and words and rule and rule not in known:
                known.add(rule)
                yield f"{rule} ({name})", (name, path)
            for link in _links(words, path):
                if (mine := rule_of(link)) not in seen:
                    seen.add(mine)
                    waiting.append(link)


def _links(words: str, base: str) -> Iterator[str]:
    for href in _LINK.findall(words):
        parts = urlsplit(urljoin(base, unescape(href)))
        if not (parts.scheme or parts.netloc) and not parts.path.startswith(NOT_PAGES):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


Times = Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]
"""For each page its milliseconds round by round, and the reference's beside it."""


def _times(pages: Mapping[str, tuple[str, str]], seats: Mapping[str, Seat], rounds: int) -> Times:
    found = {}
    for called, (name, path) in pages.items():
        took = interleaved(rounds, {"it": _runner(seats[name], path), "beside": _runner(seats[name], REFERENCE)})
        found[called] = (took["it"], took["beside"])
    return found


def _runner(seat: Seat, path: str) -> Callable[[int], float]:
    return lambda _round: _median(seat, path)


def _median(seat: Seat, path: str) -> float:
    return median(seat.first_byte(path)[0] for _ in range(EACH_ROUND))


def _outcome(engine: Engine, times: Times) -> Outcome:
    slowest = max(times, key=lambda called: median(times[called][0]))
    ordered = sorted(times, key=lambda called: -median(times[called][0]))
    ratios = [ratio(f"first byte of {called}", *times[called]) for called in ordered]
    longest = Figure("first byte of the slowest page", "ms", times[slowest][0])
    beside = Figure(f"first byte of {REFERENCE}, the reference", "ms", times[slowest][1])
    said = {
        "pages": len(times),
        "the slowest": f"{slowest}: {median(times[slowest][0]):.1f} ms",
        "in milliseconds": {called: round(median(times[called][0]), 1) for called in ordered[:10]},
    }
    return Outcome("pages", engine, [longest, beside, *ratios], [Floor(longest, "at most", MOST_MS)], said)
