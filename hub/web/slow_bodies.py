"""Bodies that trickle in: a request is given the time its size deserves, and waits without keeping others from their work.

The web server lends each request a thread, and a body that is still on its way holds that thread for as long as its sender
likes. So (1) there are more threads than work: those that wait for a body lend their place to others; (2) a body that does
not arrive in time is refused (408), which closes the connection and frees the thread that listens to it; (3) one network may
keep so many slow bodies waiting in a process and no more.
"""

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, Final

from werkzeug.exceptions import RequestTimeout

from hub.core.network import client_network
from hub.core.settings import Settings

_BYTES_PER_SECOND: Final = 50_000
_SMALL_BYTES: Final = 65_536
PROMPT_SECONDS: Final = 0.5
"""What arrives within this is not slow."""
SLOW_OF_ONE_NETWORK: Final = 8

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class PatientApp:
    """*app*, which at most ``web_threads`` requests work in at once, those apart that wait for their bodies."""

    def __init__(self, app: Wsgi, settings: Settings) -> None:
        self._app = app
        self._seconds = settings.body_seconds
        self._trusted = settings.trusted_proxies
        self._places = threading.BoundedSemaphore(settings.web_threads)
        self._listeners = ThreadPoolExecutor(settings.web_threads + settings.waiting_threads, "body")
        self._slow: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"]
        if isinstance(body, io.BytesIO) or not may_have_body(environ):
            with self._places:
                return self._app(environ, start_response)
        environ["wsgi.input"] = patient = _PatientBody(body, self, environ)
        with self._places:
            said = self._app(environ, start_response)
            patient.take_the_rest()
            return said

    def heard(self, read: Callable[[], bytes], environ: dict[str, Any], until: float) -> bytes:
        """What *read* returns, waited for without holding a place. Raises ``RequestTimeout``."""
        asked = self._listeners.submit(read)
        self._places.release()
        try:
            return _result(asked, min(PROMPT_SECONDS, until - monotonic()))
        except TimeoutError:
            return self._patiently(asked, environ, until)
        finally:
            self._places.acquire()

    def _patiently(self, asked: "Future[bytes]", environ: dict[str, Any], until: float) -> bytes:
        with self._counted(client_network(environ, self._trusted)) as slow_ones:
            if slow_ones > SLOW_OF_ONE_NETWORK:
                raise RequestTimeout
            try:
                return _result(asked, until - monotonic())
            except TimeoutError:
                raise RequestTimeout from None

    def slow_from(self, network: str) -> int:
        """How many slow bodies of *network* are waited for."""
        with self._lock:
            return self._slow[network]

    @contextmanager
    def _counted(self, network: str) -> Iterator[int]:
        with self._lock:
            self._slow[network] += 1
            slow_ones = self._slow[network]
        try:
            yield slow_ones
        finally:
            with self._lock:
                self._slow[network] -= 1
                if not self._slow[network]:
                    del self._slow[network]

    def until(self, environ: dict[str, Any]) -> float:
        """The instant by which the body of *environ* must have arrived."""
        return monotonic() + self._seconds + _length(environ) / _BYTES_PER_SECOND


def may_have_body(environ: dict[str, Any]) -> bool:
    """Whether a body may follow the head of this request."""
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _length(environ: dict[str, Any]) -> int:
    said = environ.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 12 else 0


def _result(asked: "Future[bytes]", seconds: float) -> bytes:
    return asked.result(max(0.0, seconds))


class _PatientBody(io.RawIOBase):
    """The input stream of one request. Time runs from its first reading: what nobody reads costs nothing."""

    def __init__(self, body: Any, app: PatientApp, environ: dict[str, Any]) -> None:
        self._body, self._app, self._environ = body, app, environ
        self._until: float | None = None

    def take_the_rest(self) -> None:
        """Take in a small body that nobody read, if it is there: the server closes a connection on which one is left, and a
        client that was refused would have to open another."""
        if self._until is None and 0 < _length(self._environ) <= _SMALL_BYTES:
            self._until = monotonic() + PROMPT_SECONDS
            with suppress(RequestTimeout):
                self.read()

    def readable(self) -> bool:
        return True

    def _heard(self, read: Callable[[], bytes]) -> bytes:
        if self._until is None:
            self._until = self._app.until(self._environ)
        return self._app.heard(read, self._environ, self._until)

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = -1 if size is None else size
        return self._heard(lambda: bytes(self._body.read(wanted) if wanted >= 0 else self._body.read()))

    def readinto(self, buffer: Any, /) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def readline(self, size: int | None = -1, /) -> bytes:
        wanted = -1 if size is None else size
        return self._heard(lambda: bytes(self._body.readline(wanted) if wanted >= 0 else self._body.readline()))
