"""What the hub asks of addresses that others chose: checked before it is connected to, bounded, believed only of itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.util import int_to_base64

from hub.access.single_sign_on.addresses import Reach
from hub.access.single_sign_on.issuers import Client, Issuers, authorization_address
from hub.access.single_sign_on.tokens import keys_of_set
from hub.core.errors import StateConflict, Unauthenticated
from tests.conftest import NOW
from tests.single_sign_on.conftest import REACH, query_of
from tests.single_sign_on.real_provider import SECRET, RealProvider

CALLBACK = "https://hub.example/sign-in/callback"


@contextmanager
def answering(answer: bytes, *, status: int = 200, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything so; its address, in which ``{issuer}`` of the answer is replaced, and what was asked."""
    asked: list[str] = []

    class Ears(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            said = answer.replace(b"{issuer}", address.encode())
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ears)
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield address, asked
    finally:
        server.shutdown()
        server.server_close()


def document(**other: Any) -> bytes:
    said = {"issuer": "{issuer}", "authorization_endpoint": "{issuer}/a", "token_endpoint": "{issuer}/t"}
    return json.dumps(said | {"jwks_uri": "{issuer}/k"} | other).encode()


def test_an_address_inside_the_network_is_not_connected_to(provider: RealProvider) -> None:
    for issuer in (provider.issuer, provider.issuer.replace("http:", "https:"), "https://127.0.0.1:1"):
        with pytest.raises(StateConflict):
            Issuers(Reach()).metadata(issuer, now=NOW)
    assert provider.asked("/.well-known/openid-configuration") == 0


def test_who_answers_there_must_call_itself_so(provider: RealProvider) -> None:
    """The same provider under another spelling of its address is another issuer."""
    with pytest.raises(Unauthenticated, match="another service"):
        Issuers(REACH).metadata(provider.issuer.replace("localhost", "127.0.0.1"), now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_endpoint": "http://login.council.example/token"},
        {"token_endpoint": "https://user@login.council.example/token"},
        {"jwks_uri": None},
        {"jwks_uri": "file:///etc/hostname"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": 7},
        {"end_session_endpoint": "//login.council.example"},
    ],
    ids=str,
)
def test_a_discovery_document_that_leads_to_odd_places_is_not_followed(wrong: dict[str, Any]) -> None:
    with answering(document(**wrong)) as (issuer, asked):
        with pytest.raises(StateConflict):
            Issuers(REACH).metadata(issuer, now=NOW)
        assert len(asked) == 1


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b" " * 300_000 + b"{}"],
    ids=lambda it: str(it[:8]),
)
def test_an_answer_that_is_none_is_a_silence(answer: bytes) -> None:
    with answering(answer) as (issuer, _), pytest.raises(StateConflict, match="does not answer"):
        Issuers(REACH).metadata(issuer, now=NOW)


def test_a_redirect_is_not_followed() -> None:
    with answering(document()) as (elsewhere, asked):
        away = answering(b"", status=302, location=f"{elsewhere}/.well-known/openid-configuration")
        with away as (issuer, _), pytest.raises(StateConflict):
            Issuers(REACH).metadata(issuer, now=NOW)
        assert asked == []


def test_nobody_who_listens_is_a_silence() -> None:
    with pytest.raises(StateConflict):
        Issuers(REACH).metadata("http://127.0.0.1:9", now=NOW)


def test_a_secret_is_sent_as_the_provider_reads_it_and_a_public_client_sends_none(provider: RealProvider) -> None:
    issuers = Issuers(REACH)
    metadata = issuers.metadata(provider.issuer, now=NOW)
    for secret, sentence in [(SECRET, "did not stand by"), ("wrong", "did not stand by"), (None, "did not stand by")]:
        client = Client(provider.issuer, "hub", secret)
        with pytest.raises(Unauthenticated, match=sentence):
            issuers.exchanged(metadata, client, code="made-up", verifier="v" * 43, redirect_uri=CALLBACK)
    assert provider.asked("/token") == 3


def test_the_way_to_the_provider_carries_no_secret() -> None:
    with answering(document()) as (issuer, _):
        metadata = Issuers(REACH).metadata(issuer, now=NOW)
    said = {"redirect_uri": CALLBACK, "state": "s" * 43, "nonce": "n" * 43, "verifier": "v" * 43}
    address = authorization_address(metadata, Client(issuer, "hub", SECRET), **said)
    assert query_of(address)["scope"] == "openid profile email"
    assert "v" * 43 not in address
    assert SECRET[:10] not in address


def weak() -> dict[str, Any]:
    """A key of 1,024 bits, which the library would not make."""
    return {"kty": "RSA", "n": int_to_base64((1 << 1023) + 1), "e": "AQAB", "use": "sig"}


def test_only_strong_public_keys_for_signatures_are_taken_from_a_set() -> None:
    strong, curve = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
    listed = [
        strong.as_dict(private=True) | {"kid": "strong"},
        curve.as_dict(private=False) | {"kid": "curve"},
        weak() | {"kid": "weak"},
        strong.as_dict(private=False) | {"kid": "for encryption", "use": "enc"},
        OctKey.generate_key(256).as_dict(private=True) | {"kid": "shared"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "AKP", "kid": "unknown kind"},
        "not a key",
    ]
    taken = keys_of_set({"keys": listed})
    assert [key.kid for key in taken] == ["strong", "curve"]
    assert not any(key.is_private for key in taken)
    assert keys_of_set({}) == keys_of_set({"keys": "none"}) == []
