"""Webhooks as Standard Webhooks 1.0 has them: thin, signed, never redirected, and only to public addresses.

Every connection is checked by ``hub.core.outgoing``: what was checked is what is connected to.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as LibraryTimeout

from hub.core.clock import iso, machine_now
from hub.core.outgoing import AddressRefused, CheckedAdapter
from hub.notify.channels.base import Channel, DeliveryError, Letter, Told
from hub.notify.channels.signing import Signer
from hub.notify.messages.kinds import DIGEST
from hub.notify.messages.render import Stationery

_BODY_BYTES: Final = 4096
"""How much of an answer is read: enough to keep the connection, too little to be drowned in."""
_LONGEST_WAIT_SECONDS: Final = 86_400
_NO_PROXIES: Final[dict[str, str]] = {}
"""A proxy would connect to addresses that we have not checked."""


class WebhookChannel(Channel):
    """Posts to webhooks: one adapter of requests, with its kept connections, for each thread.

    No session stands around it: it would add cookies, redirects and the environment's proxies, and a webhook has none of them.
    """

    def __init__(
        self,
        stationery: Stationery,
        signer: Signer,
        *,
        private_addresses: bool = False,
        connect_seconds: float = 5.0,
        read_seconds: float = 15.0,
    ) -> None:
        self._stationery = stationery
        self._signer = signer
        self._private = private_addresses
        self._timeouts = (connect_seconds, read_seconds)
        self._mine = threading.local()
        self._all: list[_Adapter] = []

    def destination(self, letter: Letter) -> str:
        return urlsplit(letter.address).netloc.rpartition("@")[2]

    def send(self, letter: Letter, *, at: datetime) -> str:
        self._check_scheme(letter.address)
        body = payload(letter, self._stationery)
        # The machine's own time: a receiver refuses what looks old, and knows nothing of a hub clock that was moved.
        headers = self._signer.headers(letter, body, seconds=int(machine_now()))
        with _told_apart(), self._post(letter.address, body, headers) as answer:
            self._drain(answer)
        return _judged(answer)

    def _post(self, address: str, body: bytes, headers: dict[str, str]) -> requests.Response:
        request = _unsent(address).copy()
        request.headers.update(headers)
        request.prepare_body(body, None)
        return self._adapter().send(request, stream=True, timeout=self._timeouts, proxies=_NO_PROXIES)

    def _check_scheme(self, address: str) -> None:
        allowed = ("https", "http") if self._private else ("https",)
        if urlsplit(address).scheme not in allowed:
            raise DeliveryError("scheme", permanent=True)

    def _drain(self, answer: requests.Response) -> None:
        """Read the little that a polite answer holds, so that the connection can be kept; leave the rest unread."""
        until, read = monotonic() + self._timeouts[1], 0
        while read < _BODY_BYTES and monotonic() < until:
            part = answer.raw.read1(_BODY_BYTES - read, decode_content=False)
            if not part:
                return
            read += len(part)
        answer.raw.close()

    def _adapter(self) -> "_Adapter":
        adapter: _Adapter | None = getattr(self._mine, "adapter", None)
        if adapter is None:
            adapter = self._mine.adapter = _Adapter(private=self._private)
            self._all.append(adapter)
        return adapter

    def close(self) -> None:
        while self._all:
            self._all.pop().close()
        self._mine = threading.local()


def payload(letter: Letter, stationery: Stationery) -> bytes:
    """The thin body: what waits, by reference; whoever may see it reads it with their own key."""
    first = letter.told[0]
    said: dict[str, Any] = {
        "type": first.kind,
        "timestamp": iso(first.raised_at),
        "data": _said_of(first, letter, stationery),
    }
    if letter.is_digest:
        items = [{"type": told.kind, **_said_of(told, letter, stationery)} for told in letter.told]
        said |= {"type": DIGEST, "data": {"organisation": letter.organisation_ref, "items": items}}
    return json.dumps(said, separators=(",", ":")).encode()


def _said_of(told: Told, letter: Letter, stationery: Stationery) -> dict[str, Any]:
    said: dict[str, Any] = {
        "alert": told.alert_ref,
        "subject": told.subject_ref,
        "organisation": letter.organisation_ref,
        "role": told.role,
        "is_urgent": told.is_urgent,
        "link": stationery.link(told.alert_ref),
    }
    return said | {name: told.details[name] for name in ("due_at", "duty_code") if told.details.get(name)}


def _judged(answer: requests.Response) -> str:
    """2xx is taken; anything else is not, redirects among it. Only 410 and the refusals that repeat are permanent."""
    code = answer.status_code
    if 200 <= code < 300:
        return str(code)
    wait = _retry_after(answer.headers.get("Retry-After", "")) if code in (429, 503) else None
    raise DeliveryError(str(code), permanent=_is_permanent(code), gone=code == 410, retry_after_seconds=wait)


def _is_permanent(code: int) -> bool:
    return 300 <= code < 500 and code not in (408, 409, 425, 429)


def _retry_after(text: str) -> int | None:
    return min(int(text), _LONGEST_WAIT_SECONDS) if text.isascii() and text.isdigit() and len(text) < 9 else None


@contextmanager
def _told_apart() -> Iterator[None]:
    """Every way in which a request can fail, as one code each; what a library says may repeat the address."""
    try:
        yield
    except AddressRefused:
        raise DeliveryError("private_address", permanent=True) from None
    except (requests.Timeout, LibraryTimeout, TimeoutError):
        raise DeliveryError("timeout", permanent=False) from None
    except requests.exceptions.SSLError:
        raise DeliveryError("tls", permanent=False) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
        raise DeliveryError("address", permanent=True) from None
    except (requests.RequestException, HTTPError, OSError):
        raise DeliveryError("connection", permanent=False) from None


@lru_cache(maxsize=1024)
def _unsent(address: str) -> requests.PreparedRequest:
    """A request to *address* without headers and body: taking an address to pieces costs as much as sending to it."""
    request = requests.PreparedRequest()
    request.prepare(method="POST", url=address, headers={}, data=b"")
    return request


class _Adapter(CheckedAdapter):
    """A checked adapter that keeps of an answer what a webhook's sender reads: no cookies, and no guess at its encoding."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.headers, answer.raw = resp.status, resp.headers, resp
        answer.request, answer.url = req, req.url or ""
        return answer
