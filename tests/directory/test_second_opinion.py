"""A second opinion from a postcodes.io service: it is reported, it never replaces ours, and its silence harms
nothing.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from hub.core.http import provide
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.directory.second_opinion import SecondOpinion, disagreement, second_opinion

TIMEOUT = (0.2, 0.2)
WESTMINSTER = {
    "postcode": "SW1A 2AA",
    "country": "England",
    "admin_district": "Westminster",
    "pfa": "Metropolitan Police",
    "codes": {"admin_district": "E09000033", "admin_county": "E99999999", "pfa": "E23000001"},
}

Reply = tuple[int, bytes]


class Service(ThreadingHTTPServer):
    """A postcodes.io service that gives one prepared reply and keeps what it was asked."""

    daemon_threads = True
    reply: Reply | Callable[[], Reply] = (500, b"")
    seen: list[tuple[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, json.loads(body)))
        status, contents = self.server.reply() if callable(self.server.reply) else self.server.reply
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(contents)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(contents)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def bulk(found: object) -> Reply:
    return 200, json.dumps({"status": 200, "result": [{"query": "SW1A 2AA", "result": found}]}).encode()


def ask(service: Service, session: requests.Session) -> SecondOpinion | None:
    base_url = f"http://127.0.0.1:{service.server_port}/"
    return second_opinion("SW1A 2AA", base_url=base_url, session=session, timeout=TIMEOUT)


def test_the_service_names_district_force_and_nation(service: Service, session: requests.Session) -> None:
    service.reply = bulk(WESTMINSTER)
    assert ask(service, session) == SecondOpinion(True, "E09000033", "E23000001", "England")


def test_the_postcode_goes_in_the_body_and_never_in_the_address(service: Service, session: requests.Session) -> None:
    service.reply = bulk(WESTMINSTER)
    ask(service, session)
    assert service.seen == [("/postcodes", {"postcodes": ["SW1A 2AA"]})]


@pytest.mark.parametrize("codes", [{"admin_district": "E09000033", "pfa": None}, {"admin_district": "E09000033"}])
def test_an_older_service_may_not_know_the_force(
    service: Service, session: requests.Session, codes: dict[str, str]
) -> None:
    service.reply = bulk({**WESTMINSTER, "codes": codes})
    assert ask(service, session) == SecondOpinion(True, "E09000033", None, "England")


def test_a_postcode_the_service_does_not_list_is_an_opinion(service: Service, session: requests.Session) -> None:
    service.reply = bulk(None)
    assert ask(service, session) == SecondOpinion(listed=False)


@pytest.mark.parametrize(
    "reply",
    [
        (404, b'{"status":404,"error":"Postcode not found"}'),
        (404, b'{"status":404,"error":"Invalid postcode"}'),
        (400, b'{"status":400,"error":"Invalid JSON submitted."}'),
        (500, b"Internal Server Error"),
        (503, b""),
        (302, b""),
        (200, b""),
        (200, b"<html>Welcome</html>"),
        (200, b"\xff\xfe\x00garbage"),
        (200, b"[" * 100_000),
        (200, b"null"),
        (200, b'"result"'),
        (200, b'{"status":200}'),
        (200, b'{"status":200,"result":{}}'),
        (200, b'{"status":200,"result":[]}'),
        (200, b'{"status":200,"result":["SW1A 2AA"]}'),
        (200, b'{"status":200,"result":[{"query":"SW1A 2AA"}]}'),
        (200, b'{"status":200,"result":[{"query":"SW1A 2AA","result":"Westminster"}]}'),
        (200, b'{"status":200,"result":[{"query":"SW1A 2AA","result":{"codes":[],"country":7}}]}'),
    ],
)
def test_whatever_is_not_an_answer_is_no_opinion(service: Service, session: requests.Session, reply: Reply) -> None:
    service.reply = reply
    assert ask(service, session) is None
    assert len(service.seen) == 1, "asked once, and no redirect followed"


def test_a_service_too_slow_to_wait_for_has_no_opinion(service: Service, session: requests.Session) -> None:
    answer_now = threading.Event()

    def late() -> Reply:
        answer_now.wait(2)
        return bulk(WESTMINSTER)

    service.reply = late
    started = time.monotonic()
    base_url = f"http://127.0.0.1:{service.server_port}"
    assert second_opinion("SW1A 2AA", base_url=base_url, session=session, timeout=(0.2, 0.05)) is None
    assert time.monotonic() - started < 1
    answer_now.set()


def test_an_unreachable_service_has_no_opinion(session: requests.Session) -> None:
    for base_url in ("http://127.0.0.1:9", "nonsense", "http://"):
        assert second_opinion("SW1A 2AA", base_url=base_url, session=session, timeout=TIMEOUT) is None


def test_it_is_off_without_an_address(session: requests.Session) -> None:
    assert second_opinion("SW1A 2AA", base_url="", session=session, timeout=TIMEOUT) is None


@pytest.mark.parametrize(
    ("postcode", "opinion", "said"),
    [
        ("SW1A 2AA", None, None),
        ("SW1A 2AA", SecondOpinion(True, "E09000033", "E23000001", "England"), None),
        ("SW1A 2AA", SecondOpinion(True, "E09000033", None, "England"), None),
        ("AL1 4GL", SecondOpinion(True, "E07000240", "E23000027", "England"), None),
        ("S70 2AA", SecondOpinion(True, "E08000016", "E23000011", "England"), None),
        ("AB10 1AB", SecondOpinion(True, "S12000033", "S23000009", "Scotland"), None),
        (
            "AB10 1AB",
            SecondOpinion(True, "E06000057", None, "England"),
            "no authority for this postcode, and the second",
        ),
        ("ZZ9 9ZZ", SecondOpinion(listed=False), None),
        ("ZZ9 9ZZ", SecondOpinion(True, "E06000057", None, "England"), "the second opinion finds Northumberland"),
        ("SW1A 2AA", SecondOpinion(listed=False), "does not list this postcode as one in use"),
        (
            "SW1A 2AA",
            SecondOpinion(True, "E09000022", "E23000001", "England"),
            "Westminster for this postcode, and the",
        ),
        ("SW1A 2AA", SecondOpinion(True, None, None, "Scotland"), "the second opinion finds Scotland"),
        ("SW1A 2AA", SecondOpinion(True, "E06009999", None, None), "finds a place we do not know"),
        ("SW1A 2AA", SecondOpinion(True, "E09000033", "E23000034", "England"), "finds police area E23000034"),
    ],
)
def test_disagreement_is_one_sentence_and_our_answer_stands(
    areas: Areas, postcode: str, opinion: SecondOpinion | None, said: str | None
) -> None:
    resolution = areas.resolve(postcode)
    sentence = disagreement(resolution, opinion, areas)
    assert (sentence is None) == (said is None)
    assert said is None or (sentence is not None and said in sentence)
    assert postcode not in (sentence or "")
    assert areas.resolve(postcode) == resolution


def test_an_answer_over_http_says_how_a_second_opinion_differs(
    service: Service, app: Flask, client_for: Callable[[str], FlaskClient]
) -> None:
    service.reply = bulk({**WESTMINSTER, "codes": {"admin_district": "E09000007", "pfa": "E23000001"}})
    provide(app, replace(app.extensions["hub"][Settings], second_opinion_url=f"http://127.0.0.1:{service.server_port}"))
    shown = client_for("leeds").get("/api/v1/areas?postcode=SW1A 2AA").get_json()
    assert shown["authority"] == "E09000033"
    assert "Camden" in shown["disagreement"]
