"""A local mail server that keeps what it is sent and shows it in a browser: for trying the hub out, never for production.

It takes whatever it is given at ``smtp_port``, keeps the newest 500 messages in memory, and shows them at ``/`` (newest
first), ``/messages/<number>`` and, for programs, ``/messages.json``.
"""

import html
import json
import signal
import threading
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hub.core.lifeline import end_with_parent
from hub.core.settings import Settings, load_settings

KEPT = 500


class Caught:
    """The messages caught, oldest first, numbered from 1."""

    def __init__(self) -> None:
        self._messages: deque[tuple[int, list[str], EmailMessage]] = deque(maxlen=KEPT)
        self._count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._count += 1
        message: EmailMessage = message_from_bytes(content, policy=policy.default)
        self._messages.append((self._count, list(envelope.rcpt_tos), message))
        return "250 caught"

    def newest_first(self) -> list[dict[str, Any]]:
        return [
            {"number": number, "to": to, "subject": str(message["Subject"]), "message_id": str(message["Message-ID"]),
             "text": message.get_content()}
            for number, to, message in reversed(self._messages.copy())
        ]  # fmt: skip


def serve(host: str, smtp_port: int, http_port: int) -> tuple[Controller, ThreadingHTTPServer]:
    """Start catching and showing; returns both servers, already running."""
    caught = Caught()
    smtp = Controller(caught, hostname=host, port=smtp_port)
    smtp.start()
    pages = ThreadingHTTPServer((host, http_port), type("Page", (_Page,), {"caught": caught}))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    return smtp, pages


class _Page(BaseHTTPRequestHandler):
    caught: Caught

    def do_GET(self) -> None:
        messages = self.caught.newest_first()
        if self.path == "/messages.json":
            return self._answer("application/json", json.dumps(messages))
        if self.path == "/":
            return self._answer("text/html", _index(messages))
        found = [m for m in messages if self.path == f"/messages/{m['number']}"]
        return self._answer("text/html", _one(found[0])) if found else self.send_error(404)

    def _answer(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing: the catcher shares the terminal with the hub."""


_STYLE = "body{font:16px/1.5 Arial,sans-serif;max-width:48em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap}"


def _page(title: str, body: str) -> str:
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>"
    return f"<!doctype html><html lang=en>{head}<style>{_STYLE}</style><h1>{title}</h1>{body}</html>"


def _index(messages: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<li><a href='/messages/{m['number']}'>{html.escape(m['subject'])}</a><br>to {html.escape(', '.join(m['to']))}</li>"
        for m in messages
    )
    return _page(
        "Caught e-mails", f"<ol reversed>{rows}</ol>" if rows else "<p>None yet. This page shows each as it comes.</p>"
    )


def _one(message: dict[str, Any]) -> str:
    to, text = html.escape(", ".join(message["to"])), html.escape(message["text"])
    return _page(html.escape(message["subject"]), f"<p>To {to}. <a href='/'>All messages</a></p><pre>{text}</pre>")


def page_port(settings: Settings) -> int:
    """Where the catcher shows what it caught: one above where it catches."""
    return settings.smtp_port + 1


def run(settings: Settings) -> None:
    """Catch and show until stopped."""
    serve(settings.smtp_host, settings.smtp_port, page_port(settings))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    end_with_parent()
    run(load_settings())
