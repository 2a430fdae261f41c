"""Requests to addresses that others chose: checked, pinned, not redirected, not proxied, and read only so far."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests

from hub.core import outgoing
from hub.core.outgoing import AddressRefused, AnswerTooLong, OutgoingSession, read_at_most
from tests.notify.post import WebSink, web_sink

TIMEOUT = (2, 2)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0"]
)
def test_an_address_inside_the_network_is_refused_in_every_spelling(host: str) -> None:
    with web_sink() as sink, pytest.raises(AddressRefused):
        port = sink.url.split(":")[2].split("/")[0]
        OutgoingSession().post(f"https://{host}:{port}/", timeout=TIMEOUT)
    assert sink.connections == 0


def test_plain_http_is_not_spoken_outside_a_closed_network() -> None:
    with web_sink() as sink, pytest.raises(requests.exceptions.InvalidSchema):
        OutgoingSession().post(sink.url, timeout=TIMEOUT)
    assert sink.connections == 0


def test_other_schemes_are_not_spoken_at_all() -> None:
    for url in ("file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            OutgoingSession(private=True).get(url, timeout=TIMEOUT)


def test_a_closed_network_is_reached_where_it_is_allowed() -> None:
    with web_sink() as sink:
        assert OutgoingSession(private=True).post(sink.url, timeout=TIMEOUT).status_code == 204


def test_even_then_the_address_of_a_platforms_secrets_is_refused() -> None:
    with pytest.raises(AddressRefused):
        OutgoingSession(private=True).get("http://169.254.169.254/latest/", timeout=TIMEOUT)


def test_a_redirect_is_an_answer_and_is_never_followed() -> None:
    with web_sink() as elsewhere, web_sink(WebSink(otherwise=(302, {"Location": elsewhere.url}, b""))) as sink:
        answer = OutgoingSession(private=True).post(sink.url, timeout=TIMEOUT, allow_redirects=True)
    assert (answer.status_code, elsewhere.requests) == (302, [])


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with web_sink() as proxy, web_sink() as sink:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        OutgoingSession(private=True).post(sink.url, timeout=TIMEOUT)
    assert (proxy.connections, sink.connections) == (0, 1)


def test_a_name_server_that_changes_its_mind_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once for each connection, and what was checked is what is connected to."""
    asked: list[str] = []
    tried: list[str] = []

    def answer(host: str, port: int) -> list[outgoing.Resolved]:
        asked.append(host)
        return [(socket.AF_INET, ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(found: list[outgoing.Resolved], _timeout: object) -> socket.socket:
        tried.extend(address[0] for _, address in found)
        raise OSError("this machine goes nowhere")

    monkeypatch.setattr(outgoing, "resolve", answer)
    monkeypatch.setattr(outgoing, "connected", connect)
    session = OutgoingSession()
    with pytest.raises(requests.ConnectionError):
        session.get("https://rebinding.example/", timeout=TIMEOUT)
    with pytest.raises(AddressRefused):
        session.get("https://rebinding.example/", timeout=TIMEOUT)
    assert (len(asked), tried) == (2, ["93.184.215.14"])


def test_a_long_answer_is_read_so_far_and_no_further() -> None:
    with web_sink(WebSink(otherwise=(200, {}, b"x" * 3_000_000))) as sink:
        session = OutgoingSession(private=True)
        with pytest.raises(AnswerTooLong):
            read_at_most(session.post(sink.url, timeout=TIMEOUT, stream=True), 100_000, seconds=2)
    with web_sink(WebSink(otherwise=(200, {}, b"a short word"))) as sink:
        assert read_at_most(session.post(sink.url, timeout=TIMEOUT, stream=True), 100, seconds=2) == b"a short word"


def test_an_answer_that_trickles_is_left() -> None:
    with dripping(head=b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n") as port:
        answer = OutgoingSession(private=True).get(f"http://127.0.0.1:{port}/", timeout=TIMEOUT, stream=True)
        with pytest.raises(AnswerTooLong):
            read_at_most(answer, 100_000, seconds=0.1)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["its first line", "a header"])
def test_an_answer_whose_head_trickles_is_left_although_each_byte_comes_in_time(head: bytes) -> None:
    with dripping(head=head) as port, pytest.raises(requests.ReadTimeout):
        OutgoingSession(private=True).get(f"http://127.0.0.1:{port}/", timeout=(2, 0.2), stream=True)


def test_after_its_head_an_answer_may_take_its_time() -> None:
    with web_sink(WebSink(otherwise=(200, {}, b"word"))) as sink:
        answer = OutgoingSession(private=True).post(sink.url, timeout=(2, 0.2), stream=True)
        time.sleep(0.3)
        assert read_at_most(answer, 100, seconds=2) == b"word"


def test_of_a_name_with_many_addresses_a_few_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may take the whole time of a connection, and whoever owns the name says how many it has."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setattr(outgoing, "resolve", lambda _host, _port: [(socket.AF_INET, ("127.0.0.1", port))] * 500)
    made: list[int] = []
    genuine = socket.socket

    def counted(*given: Any, **named: Any) -> socket.socket:
        made.append(1)
        return genuine(*given, **named)

    monkeypatch.setattr(outgoing.socket, "socket", counted)
    with pytest.raises(requests.ConnectionError):
        OutgoingSession(private=True).get("http://many.example/", timeout=TIMEOUT)
    assert len(made) == 4


@contextmanager
def dripping(*, head: bytes) -> Iterator[int]:
    """A server that says *head*, then one byte at a time, and never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            spoken, _ = listening.accept()
            with spoken, suppress(OSError):
                spoken.recv(4096)
                spoken.sendall(head)
                while not done.wait(0.01):
                    spoken.sendall(b"x")

        done = threading.Event()
        thread = threading.Thread(target=drip)
        thread.start()
        yield listening.getsockname()[1]
        done.set()
        thread.join()
