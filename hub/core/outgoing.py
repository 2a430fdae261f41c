"""Requests that the hub makes to addresses which others chose: webhooks, identity providers.

The name is resolved, every one of its addresses is checked and the connection is made to one of them in one step, so that what
was checked is what is connected to: a name server that changes its mind cannot lead inside the network. The name itself still
goes into TLS and the Host header. Nothing is redirected, and no proxy of the environment stands between.

Time is bounded as a whole, not from byte to byte: who answers one letter every few seconds would hold a courier for days.
"""

import io
import socket
from http.client import HTTPResponse
from time import monotonic
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from hub.core.addresses import may_reach

Resolved = tuple[socket.AddressFamily, tuple[str, int]]
_POOL_HOSTS: Final = 32
_PIECE_BYTES: Final = 16_384
_MOST_ADDRESSES: Final = 4
"""Of one name, that are tried one after the other: it is whoever owns the name who says how many it has."""


class AddressRefused(Exception):
    """The name leads to an address that the hub does not connect to."""


class AnswerTooLong(Exception):
    """The other side said more than is read, or took too long to say it."""


class OutgoingSession(requests.Session):
    """A session of requests whose every connection is checked, which follows no redirect and asks no proxy.

    *private*: whether addresses of a closed network, and plain http, are allowed (for tests and closed networks). Give
    every request its ``timeout``. Raises :class:`AddressRefused`, and what requests raises.
    """

    def __init__(self, *, private: bool = False) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        for scheme in ("https://", "http://") if private else ("https://",):
            self.mount(scheme, CheckedAdapter(private=private))

    def send(self, request: requests.PreparedRequest, **given: Any) -> requests.Response:
        """As a session's, but a redirect is an answer like any other."""
        return super().send(request, **(given | {"allow_redirects": False}))


def read_at_most(answer: requests.Response, most_bytes: int, *, seconds: float) -> bytes:
    """The body of *answer* (asked for with ``stream=True``). Raises :class:`AnswerTooLong` beyond either bound."""
    until, read = monotonic() + seconds, bytearray()
    while piece := answer.raw.read1(_PIECE_BYTES, decode_content=True):
        read += piece
        if len(read) > most_bytes or monotonic() > until:
            answer.close()
            raise AnswerTooLong(f"more than {most_bytes} bytes or {seconds} seconds")
    return bytes(read)


class CheckedAdapter(HTTPAdapter):
    """An adapter of requests whose every connection is checked. Kept connections are those that were checked."""

    def __init__(self, *, private: bool = False) -> None:
        self._pools = _PRIVATE_POOLS if private else _PUBLIC_POOLS
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **given: Any) -> None:
        self.poolmanager = PoolManager(num_pools=_POOL_HOSTS, maxsize=maxsize, block=block, **given)
        self.poolmanager.pool_classes_by_scheme = self._pools


class _Timed(io.RawIOBase):
    """What arrives on a connection; until ``until``, where that is set. Raises ``TimeoutError``."""

    def __init__(self, arriving: io.RawIOBase) -> None:
        self._arriving = arriving
        self.until = float("inf")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if monotonic() > self.until:
            raise TimeoutError("the answer came too slowly")
        return self._arriving.readinto(buffer)

    def close(self) -> None:
        self._arriving.close()
        super().close()


class _Prompt(HTTPResponse):
    """An answer whose head must be there within the time that otherwise one reading of the connection may take."""

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self._seconds = sock.gettimeout()
        self._timed = _Timed(self.fp.detach())
        self.fp = io.BufferedReader(self._timed)

    def begin(self) -> None:
        if self._seconds is not None:
            self._timed.until = monotonic() + self._seconds
        super().begin()
        self._timed.until = float("inf")


class _Checked(HTTPConnection):
    """A connection that is made only to an address that was checked."""

    _private = False
    response_class = _Prompt

    def _new_conn(self) -> socket.socket:
        found = resolve(self._dns_host, self.port)
        if not all(may_reach(address[0], private=self._private) for _, address in found):
            raise AddressRefused("the name leads inside the network")
        return connected(found, self.timeout)


class _CheckedTls(_Checked, HTTPSConnection):
    """The same under TLS: certificate and server name are those of the name, not of the address."""


class _PrivateToo(_Checked):
    _private = True


class _PrivateTooTls(_CheckedTls):
    _private = True


def _pool(kind: type[HTTPConnectionPool], connection: type[HTTPConnection]) -> type[HTTPConnectionPool]:
    return type(f"{connection.__name__}Pool", (kind,), {"ConnectionCls": connection})


_PUBLIC_POOLS: Final[dict[str, Any]] = {
    "http": _pool(HTTPConnectionPool, _Checked),
    "https": _pool(HTTPSConnectionPool, _CheckedTls),
}
_PRIVATE_POOLS: Final[dict[str, Any]] = {
    "http": _pool(HTTPConnectionPool, _PrivateToo),
    "https": _pool(HTTPSConnectionPool, _PrivateTooTls),
}


def resolve(host: str, port: int) -> list[Resolved]:
    """What *host* resolves to now: family and address, in the resolver's order. Raises ``OSError``.

    Other spellings of an address (2130706433, 0x7f.1, 0177.1) are resolved here to what they mean, before they are checked.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, (str(address[0]), port)) for family, _, _, _, address in found]


def connected(found: list[Resolved], timeout: Any) -> socket.socket:
    """A connection to the first of these addresses that takes one, of a few. Raises ``OSError``."""
    failure: OSError = OSError("the name has no address")
    for family, address in found[:_MOST_ADDRESSES]:
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(timeout)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.connect(address)
        except OSError as refused:
            made.close()
            failure = refused
        else:
            return made
    raise failure
