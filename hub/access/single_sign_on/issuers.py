"""What identity providers publish and answer: discovery documents, signing keys, tokens, what they say of a person.

Kept in each process for a while; asked through connections that are checked, bounded in size and time. Keys are asked for again
when a token names one that we do not hold (a provider has changed its signing key), though not more often than every half
minute, so that made-up tokens cannot make us ask.
"""

import base64
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn
from urllib.parse import quote_plus

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import Key
from urllib3.exceptions import HTTPError

from hub.access.single_sign_on.addresses import AddressUnfit, Reach, checked_endpoint
from hub.access.single_sign_on.tokens import key_with, keys_of_set, refuse
from hub.core.errors import StateConflict, Unauthenticated
from hub.core.outgoing import AddressRefused, AnswerTooLong, CheckedAdapter, OutgoingSession, read_at_most

METADATA_KEPT: Final = timedelta(hours=1)
KEYS_KEPT: Final = timedelta(hours=1)
"""So long may a key that was withdrawn be trusted."""
KEYS_AGAIN: Final = timedelta(seconds=30)
SCOPE: Final = "openid profile email"
_MOST_BYTES: Final = 262_144
_WELL_KNOWN: Final = "/.well-known/openid-configuration"

_SILENT: Final = (
    "Your organisation's sign-in does not answer as it should. Try again in a minute; then tell your administrator."
)
_CODE_REFUSED: Final = "Your organisation's sign-in did not stand by its answer. Begin again."


@dataclass(frozen=True)
class Metadata:
    """Where a provider takes what, by its discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    auth_methods: Sequence[str] = ("client_secret_basic",)
    names_itself: bool = False
    """Whether its answers carry ``iss`` (RFC 9207)."""


@dataclass(frozen=True)
class Client:
    """What the hub is to one provider."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """What a code was exchanged for."""

    id_token: str = field(repr=False)
    access_token: str | None = field(repr=False)


@dataclass
class _Keys:
    """The keys of one provider; ``asked_at``: when they were last asked for, answered or not."""

    asked_at: datetime
    held: list[Key] = field(default_factory=list)
    read_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def good(self, now: datetime) -> list[Key]:
        """The keys that are still trusted without asking again."""
        return self.held if self.read_at and _is_fresh(self.read_at, KEYS_KEPT, now) else []


class Issuers:
    """The providers that this process has asked, and what they said. *reach*: which addresses it may ask at all."""

    def __init__(self, reach: Reach, *, connect_seconds: float = 3.0, read_seconds: float = 5.0) -> None:
        self._reach = reach
        self._timeouts = (connect_seconds, read_seconds)
        self._lock = threading.Lock()
        self._metadata: dict[str, tuple[datetime, Metadata]] = {}
        self._keys: dict[str, _Keys] = {}

    def metadata(self, issuer: str, *, now: datetime) -> Metadata:
        """Where *issuer* takes what. Raises ``StateConflict`` when it does not answer, and ``Unauthenticated`` when what
        answers there calls itself something else."""
        with self._lock:
            read_at, found = self._metadata.get(issuer, (None, None))
        if found is None or read_at is None or not _is_fresh(read_at, METADATA_KEPT, now):
            found = self._discovered(issuer)
            with self._lock:
                self._metadata[issuer] = (now, found)
        return found

    def key(self, metadata: Metadata, key_id: str | None, *, now: datetime) -> Key:
        """The key *key_id* of a provider. Raises ``Unauthenticated`` when it publishes none, ``StateConflict`` when silent."""
        with self._lock:
            known = self._keys.setdefault(metadata.issuer, _Keys(asked_at=now - KEYS_AGAIN))
        with known.lock:  # whoever comes while another asks waits for the answer
            found = key_with(known.good(now), key_id)
            if found is None and not _is_fresh(known.asked_at, KEYS_AGAIN, now):
                known.asked_at = now
                known.held, known.read_at = keys_of_set(self._document(metadata.jwks_uri)), now
                found = key_with(known.held, key_id)
            if found is None and not known.good(now):
                _silent()
        return found or refuse("token_key")

    def exchanged(self, metadata: Metadata, client: Client, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """The tokens for *code* (RFC 6749 4.1.3, RFC 7636). Raises ``Unauthenticated`` and ``StateConflict``."""
        with _silence_told(), self._speaking_as(client, metadata) as session:
            answer = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str):
            refuse("token_unreadable")
        return Tokens(id_token, access_token if isinstance(access_token, str) else None)

    def userinfo(self, metadata: Metadata, access_token: str) -> dict[str, Any]:
        """What the provider says of the person besides the ID token. Raises ``StateConflict``."""
        return self._document(metadata.userinfo_endpoint or "", {"Authorization": f"Bearer {access_token}"})

    def _discovered(self, issuer: str) -> Metadata:
        said = self._document(issuer.rstrip("/") + _WELL_KNOWN)
        if said.get("issuer") != issuer:
            refuse("token_issuer")
        try:
            return _read_metadata(said, self._reach)
        except AddressUnfit:
            raise StateConflict(_SILENT, code="provider_unavailable") from None

    def _document(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        with _silence_told(), OutgoingSession(private=self._reach.private) as session:
            sent = {"Accept": "application/json"} | dict(headers or {})
            with session.get(address, headers=sent, timeout=self._timeouts, stream=True) as answer:
                if answer.status_code != 200:
                    _silent()
                document = json.loads(read_at_most(answer, _MOST_BYTES, seconds=self._timeouts[1]))
        if not isinstance(document, dict):
            _silent()
        return document

    @contextmanager
    def _speaking_as(self, client: Client, metadata: Metadata) -> Iterator[Any]:
        method = _auth_method(client, metadata)
        session = OAuth2Session(client.client_id, client.secret, token_endpoint_auth_method=method)
        session.register_client_auth_method(("client_secret_basic", _basic))
        session.register_compliance_hook("access_token_response", self._bounded)
        session.trust_env = False
        session.adapters.clear()
        for scheme in ("https://", "http://") if self._reach.private else ("https://",):
            session.mount(scheme, CheckedAdapter(private=self._reach.private))
        try:
            yield session
        finally:
            session.close()

    def _bounded(self, answer: requests.Response) -> requests.Response:
        """*answer*, read no further than is decent; the library then finds its body read."""
        answer._content = read_at_most(answer, _MOST_BYTES, seconds=self._timeouts[1])
        return answer


def authorization_address(
    metadata: Metadata, client: Client, *, redirect_uri: str, state: str, nonce: str, verifier: str, **more: str
) -> str:
    """Where to send the browser: code flow with PKCE (S256), ``state`` and ``nonce``."""
    session = OAuth2Session(client.client_id, redirect_uri=redirect_uri, scope=SCOPE, code_challenge_method="S256")
    address, _ = session.create_authorization_url(
        metadata.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, **more
    )
    session.close()
    return str(address)


def _read_metadata(said: Mapping[str, Any], reach: Reach) -> Metadata:
    methods = said.get("token_endpoint_auth_methods_supported")
    return Metadata(
        issuer=str(said["issuer"]),
        authorization_endpoint=checked_endpoint(said.get("authorization_endpoint"), reach),
        token_endpoint=checked_endpoint(said.get("token_endpoint"), reach),
        jwks_uri=checked_endpoint(said.get("jwks_uri"), reach),
        userinfo_endpoint=_optional(said.get("userinfo_endpoint"), reach),
        end_session_endpoint=_optional(said.get("end_session_endpoint"), reach),
        auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else ("client_secret_basic",),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _optional(address: object, reach: Reach) -> str | None:
    return None if address is None else checked_endpoint(address, reach)


def _auth_method(client: Client, metadata: Metadata) -> str:
    if client.secret is None:
        return "none"
    for method in ("client_secret_basic", "client_secret_post"):
        if method in metadata.auth_methods:
            return method
    raise StateConflict(_SILENT, code="provider_unavailable")


def _basic(client: Any, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """HTTP Basic as RFC 6749 2.3.1 has it: each half encoded as in a form first, so that no colon or sign is lost."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return uri, headers, body


def _is_fresh(since: datetime, lasts: timedelta, now: datetime) -> bool:
    """Whether *since* is no longer ago than *lasts*; a clock that went back makes nothing fresh."""
    return timedelta(0) <= now - since < lasts


@contextmanager
def _silence_told() -> Iterator[None]:
    """Every way in which a provider can fail to answer, as one sentence; what a library says may repeat an address or a code."""
    try:
        yield
    except AuthlibBaseError:
        raise Unauthenticated(_CODE_REFUSED, code="provider_refused") from None
    except (requests.RequestException, HTTPError, OSError, AddressRefused, AnswerTooLong, ValueError, RecursionError):
        _silent()


def _silent() -> NoReturn:
    raise StateConflict(_SILENT, code="provider_unavailable") from None
