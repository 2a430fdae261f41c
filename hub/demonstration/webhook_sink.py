"""A receiver of webhooks, as a council's system would have one: takes what comes, verifies its signature, keeps it."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hub.core.clock import machine_now


class WebhookSink:
    """Listens on a free port of this machine until closed. ``secret`` may be set after the hub has made it known."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.secret = ""
        self.verified: list[dict[str, Any]] = []
        self.refused = 0
        sink = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                is_good = sink.take(dict(self.headers.items()), body)
                self.send_response(204 if is_good else 401)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((host, 0), Receiver)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/hub"

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Verify one message (Standard Webhooks 1.0) and keep it if it is good."""
        if not is_signed(self.secret, {name.lower(): value for name, value in headers.items()}, body):
            self.refused += 1
            return False
        self.verified.append(json.loads(body))
        return True

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def is_signed(secret: str, headers: dict[str, str], body: bytes, *, tolerance_seconds: float = 300) -> bool:
    """Whether one of the signatures is ours, over id, timestamp and body, and the timestamp is about now."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not secret or not stamp.isdecimal() or abs(machine_now() - int(stamp)) > tolerance_seconds:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)).decode()
    given = [part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split(" ")]
    return any(hmac.compare_digest(wanted, one) for one in given)
