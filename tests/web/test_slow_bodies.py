"""A body that trickles in holds up nobody but its sender, and is refused in the end."""

import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import RequestTimeout
from werkzeug.test import create_environ, run_wsgi_app

from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.web import slow_bodies
from hub.web.slow_bodies import PatientApp, may_have_body

SETTINGS = Settings(mode="test", web_threads=1, waiting_threads=8, body_seconds=1)


def read_it(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
    """An application that reads its body, if it has one."""
    return [environ["wsgi.input"].read() if may_have_body(environ) else b"nothing"]


@contextmanager
def arriving(length: int = 10, peer: str = "203.0.113.9") -> Iterator[tuple[socket.socket, dict[str, Any]]]:
    """A sender's end, and the request whose body comes from it."""
    sender, ours = socket.socketpair()
    with sender, ours, ours.makefile("rb") as body:
        yield sender, {"wsgi.input": body, "CONTENT_LENGTH": str(length), "REMOTE_ADDR": peer}


def in_the_background(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    said: list[Any] = []

    def run() -> None:
        try:
            said.append(act())
        except RequestTimeout:
            said.append("too slow")

    thread = threading.Thread(target=run)
    thread.start()
    return thread, said


def test_a_body_that_arrives_is_read_whole() -> None:
    with arriving() as (sender, environ):
        sender.sendall(b"0123456789")
        sender.close()
        assert PatientApp(read_it, SETTINGS)(environ, None) == [b"0123456789"]


def test_others_work_while_one_waits_for_its_body() -> None:
    app = PatientApp(read_it, SETTINGS)
    with arriving() as (sender, environ):
        thread, said = in_the_background(lambda: app(environ, None))
        for _ in range(20):
            assert app({"wsgi.input": io.BytesIO()}, None) == [b"nothing"]
        assert said == []
        sender.sendall(b"0123456789")
        sender.close()
        thread.join()
    assert said == [[b"0123456789"]]


def test_a_body_that_does_not_arrive_in_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_bodies, "PROMPT_SECONDS", 0.01)
    with arriving() as (sender, environ):
        app = PatientApp(read_it, replace(SETTINGS, body_seconds=0))
        with pytest.raises(RequestTimeout):
            app(environ, None)
        sender.close()


def test_a_larger_body_is_given_longer() -> None:
    app = PatientApp(read_it, SETTINGS)
    small, large = app.until({"CONTENT_LENGTH": "10"}), app.until({"CONTENT_LENGTH": "20000000"})
    assert 395 < large - small < 405


@pytest.mark.parametrize("length", ["", "many", "-1", "²", "9" * 30])
def test_a_length_that_is_none_is_given_no_longer(length: str) -> None:
    app = PatientApp(read_it, SETTINGS)
    assert app.until({"CONTENT_LENGTH": length}) - app.until({}) < 0.1


def test_one_network_keeps_only_so_many_slow_bodies_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_bodies, "PROMPT_SECONDS", 0.01)
    monkeypatch.setattr(slow_bodies, "SLOW_OF_ONE_NETWORK", 1)
    app = PatientApp(read_it, replace(SETTINGS, body_seconds=30))
    with arriving() as (first, one), arriving() as (second, two), arriving(peer="198.51.100.1") as (third, other):
        waiting, said = in_the_background(lambda: app(one, None))
        while not app.slow_from("203.0.113.9"):
            waiting.join(0.01)
        with pytest.raises(RequestTimeout):
            app(two, None)
        elsewhere, heard = in_the_background(lambda: app(other, None))
        for sender in (first, second, third):
            sender.close()
        waiting.join()
        elsewhere.join()
    assert (said, heard) == ([[b""]], [[b""]])


def asked_of(app: Flask, path: str, slow: dict[str, Any], token: str = "") -> tuple[str, bytes]:
    """The status and the body of the hub's answer to a POST whose body is *slow*."""
    environ = create_environ(path, method="POST", headers={"Authorization": f"Bearer {token}"})
    environ |= slow | {"CONTENT_TYPE": "application/json"}
    said, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    return status, b"".join(said)


def test_a_small_body_that_nobody_reads_is_taken_in_so_that_the_connection_can_be_kept() -> None:
    with arriving() as (sender, environ):
        sender.sendall(b"0123456789")
        sender.close()
        app = PatientApp(lambda _environ, _start: [b"refused"], SETTINGS)
        body = environ["wsgi.input"]
        assert app(environ, None) == [b"refused"]
        assert body.read() == b""


def test_nobody_waits_long_for_a_body_that_nobody_reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_bodies, "PROMPT_SECONDS", 0.05)
    for path, status in (("/api/v1/nothing", "404"), ("/api/v1/notices", "401")):
        with arriving() as (sender, environ):
            assert asked_of(app, path, environ)[0].startswith(status)
            sender.close()


def test_the_refusal_says_what_to_do(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_bodies, "PROMPT_SECONDS", 0.01)
    monkeypatch.setattr(app, "wsgi_app", PatientApp(Flask.wsgi_app.__get__(app), replace(SETTINGS, body_seconds=0)))
    with arriving() as (sender, environ):
        status, said = asked_of(app, "/api/v1/notices", environ, cast.tokens["leeds"])
        sender.close()
    assert status.startswith("408")
    assert b"came too slowly" in said
