"""Webhooks, against real web servers and with an independent verifier."""

import base64
import json
import socket
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from hub.core import outgoing
from hub.core.secrets import KeyRing, MasterKey
from hub.notify.channels.base import DeliveryError, Letter, Told
from hub.notify.channels.webhook import payload
from tests.notify.post import NOW, SECRET, STATIONERY, WebSink, hooked, letter, web_sink, webhook_channel

NEWER = "whsec_" + base64.b64encode(b"n" * 32).decode()


def post(url: str, **rest: Any) -> Letter:
    return letter(url, channel="webhook", **({"secrets": (SECRET,)} | rest))


def hub_public_key() -> Ed25519PublicKey:
    private = KeyRing([MasterKey("testkey1", b"k" * 32)]).signing_key("webhook")
    return Ed25519PublicKey.from_public_bytes(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def test_an_independent_verifier_accepts_what_is_sent() -> None:
    with web_sink() as sink:
        assert hooked(post(sink.url)) == "204"
    _, headers, body = sink.requests[0]
    assert Webhook(SECRET).verify(body, headers) == json.loads(body)


def test_what_was_altered_on_the_way_is_not_accepted() -> None:
    with web_sink() as sink:
        hooked(post(sink.url))
    _, headers, body = sink.requests[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"ntc_", b"ntd_"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers | {"webhook-id": "dlv_another"})


def test_while_secrets_change_over_each_of_them_verifies() -> None:
    with web_sink() as sink:
        hooked(post(sink.url, secrets=(NEWER, SECRET)))
    _, headers, body = sink.requests[0]
    for secret in (NEWER, SECRET):
        Webhook(secret).verify(body, headers)


def test_the_hubs_own_signature_verifies_with_its_public_key() -> None:
    with web_sink() as sink:
        hooked(post(sink.url, secrets=(), signed_by_hub=True))
    _, headers, body = sink.requests[0]
    version, _, signature = headers["webhook-signature"].partition(",")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    hub_public_key().verify(base64.b64decode(signature), signed)
    assert version == "v1a"
    with pytest.raises(InvalidSignature):
        hub_public_key().verify(base64.b64decode(signature), signed + b" ")


def test_both_kinds_of_signature_may_stand_side_by_side() -> None:
    with web_sink() as sink:
        hooked(post(sink.url, signed_by_hub=True))
    _, headers, body = sink.requests[0]
    assert [part.partition(",")[0] for part in headers["webhook-signature"].split()] == ["v1", "v1a"]
    Webhook(SECRET).verify(body, headers)


def test_nothing_is_ever_sent_unsigned() -> None:
    with web_sink() as sink:
        hooked(post(sink.url, secrets=()))
    assert sink.requests[0][1]["webhook-signature"].startswith("v1a,")


def test_the_body_is_a_reference_and_a_link() -> None:
    due = {"due_at": "2026-11-25T00:00:00Z", "duty_code": "E13A", "placement": "pla_1", "reason": "unmatched"}
    told = Told("alt_1", "obligation.overdue", "pla_1", "team_manager", True, NOW, due)
    said = json.loads(payload(post("https://x.example", told=(told,), organisation_ref="org_1"), STATIONERY))
    assert said == {
        "type": "obligation.overdue",
        "timestamp": "2026-11-18T10:00:00Z",
        "data": {
            "alert": "alt_1",
            "subject": "pla_1",
            "organisation": "org_1",
            "role": "team_manager",
            "is_urgent": True,
            "link": "https://hub.example/n/alt_1",
            "due_at": "2026-11-25T00:00:00Z",
            "duty_code": "E13A",
        },
    }


def test_a_digest_names_each_thing_that_waits() -> None:
    sent = post("https://x.example", is_digest=True)
    said = json.loads(payload(replace(sent, told=sent.told * 2), STATIONERY))
    assert (said["type"], len(said["data"]["items"])) == ("digest", 2)


def test_the_id_is_the_same_in_every_attempt_and_the_body_too() -> None:
    with web_sink() as sink:
        sent = post(sink.url)
        for _ in range(2):
            hooked(sent)
    assert sink.ids == [sent.message_id] * 2
    assert sink.requests[0][2] == sink.requests[1][2]


def test_one_connection_is_kept_for_many_letters() -> None:
    with web_sink(WebSink(otherwise=(200, {}, b"thank you"))) as sink, closing(webhook_channel()) as channel:
        for _ in range(5):
            channel.send(post(sink.url), at=NOW)
    assert (len(sink.requests), sink.connections) == (5, 1)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (408, False), (409, False), (429, False), (500, False), (503, False)],
)
def test_the_status_decides_whether_trying_again_can_help(status: int, permanent: bool) -> None:
    with web_sink(WebSink(otherwise=(status, {}, b"no"))) as sink, pytest.raises(DeliveryError) as refused:
        hooked(post(sink.url))
    assert (refused.value.code, refused.value.permanent, refused.value.gone) == (str(status), permanent, False)


def test_a_redirect_is_a_refusal_and_is_never_followed() -> None:
    with web_sink() as elsewhere:
        leading_there = WebSink(otherwise=(307, {"Location": elsewhere.url}, b""))
        with web_sink(leading_there) as sink, pytest.raises(DeliveryError) as refused:
            hooked(post(sink.url))
    assert (refused.value.code, refused.value.permanent) == ("307", True)
    assert elsewhere.requests == []


def test_gone_means_never_again() -> None:
    with web_sink(WebSink(otherwise=(410, {}, b""))) as sink, pytest.raises(DeliveryError) as refused:
        hooked(post(sink.url))
    assert (refused.value.permanent, refused.value.gone) == (True, True)


@pytest.mark.parametrize(
    ("said", "waits"),
    [("120", 120), ("9999999", 86_400), ("tomorrow", None), ("-5", None), ("²", None)],
)
def test_a_receiver_may_say_when_to_come_back(said: str, waits: int | None) -> None:
    headers = {"Retry-After": said.encode().decode("latin-1")}
    with web_sink(WebSink(otherwise=(429, headers, b""))) as sink, pytest.raises(DeliveryError) as refused:
        hooked(post(sink.url))
    assert refused.value.retry_after_seconds == waits


def test_a_receiver_that_does_not_answer_is_left_after_the_time_out() -> None:
    answered = threading.Event()
    with web_sink(WebSink(before_answer=lambda: answered.wait(5) and None)) as sink:  # type: ignore[func-returns-value]
        with pytest.raises(DeliveryError) as refused:
            hooked(post(sink.url), read_seconds=0.05)
        answered.set()
    assert (refused.value.code, refused.value.permanent) == ("timeout", False)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with web_sink(WebSink(otherwise=(200, {}, b"x" * 3_000_000))) as sink, closing(webhook_channel()) as channel:
        assert channel.send(post(sink.url), at=NOW) == "200"
        assert channel.send(post(sink.url), at=NOW) == "200"
    assert sink.connections == 2


def test_a_receiver_that_is_not_there_may_be_there_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DeliveryError) as refused:
            hooked(post(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert (refused.value.code, refused.value.permanent) == ("connection", False)


def test_a_secret_that_cannot_be_used_sends_nothing() -> None:
    with web_sink() as sink, pytest.raises(DeliveryError) as refused:
        hooked(post(sink.url, secrets=("whsec_not base64",)))
    assert (refused.value.code, sink.requests) == ("secret", [])


def test_webhooks_go_over_encryption_only() -> None:
    with web_sink() as sink, pytest.raises(DeliveryError) as refused:
        hooked(post(sink.url), private_addresses=False)
    assert (refused.value.code, refused.value.permanent, sink.requests) == ("scheme", True, [])


# --- addresses inside a network ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "169.254.169.254"])
def test_a_webhook_to_an_address_inside_the_network_is_refused_before_it_is_connected_to(host: str) -> None:
    with web_sink() as sink, pytest.raises(DeliveryError) as refused:
        port = sink.url.split(":")[2].split("/")[0]
        hooked(post(f"https://{host}:{port}/hook"), private_addresses=False)
    assert (refused.value.code, refused.value.permanent) == ("private_address", True)
    assert sink.connections == 0


def test_a_name_is_refused_when_any_of_its_addresses_is_inside_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    # A resolver of our own: what the name means is the outside world's to say, and this is how it would lie.
    public, inside = (socket.AF_INET, ("93.184.215.14", 443)), (socket.AF_INET, ("10.0.0.1", 443))
    monkeypatch.setattr(outgoing, "resolve", lambda host, port: [public, inside])
    with pytest.raises(DeliveryError) as refused:
        hooked(post("https://rebinding.example/hook"), private_addresses=False)
    assert refused.value.code == "private_address"


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once for a connection: a second answer cannot lead elsewhere."""
    asked: list[str] = []
    tried: list[object] = []

    def answer(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
        asked.append(host)
        return [(socket.AF_INET, ("93.184.215.14", port))]

    def connect(found: list[tuple[object, tuple[str, int]]], _timeout: object) -> socket.socket:
        tried.extend(address for _, address in found)
        raise OSError("this machine goes nowhere")

    monkeypatch.setattr(outgoing, "resolve", answer)
    monkeypatch.setattr(outgoing, "connected", connect)
    with pytest.raises(DeliveryError) as refused:
        hooked(post("https://receiver.example/hook"), private_addresses=False)
    assert refused.value.code == "connection"
    assert (asked, tried) == (["receiver.example"], [("93.184.215.14", 443)])


def test_the_timestamp_is_the_machines_own_though_the_hubs_clock_was_moved() -> None:
    with web_sink() as sink:
        hooked(post(sink.url))
    stamp = int(sink.requests[0][1]["webhook-timestamp"])
    assert abs(stamp - datetime.now().timestamp()) < 60


# --- certificates -----------------------------------------------------------------------------------------------------

RECEIVER = "receiver.example"


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certified(name: str, issuer: str, signed_with: ec.EllipticCurvePrivateKey, **rest: Any) -> bytes:
    """A certificate in PEM: *name*'s, from *issuer*, for ``public_key``; with ``for_host`` a server's, without an authority's."""
    began, for_host = datetime.now(UTC) - timedelta(days=1), rest.get("for_host")
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer)).serial_number(len(name))
    builder = builder.not_valid_before(began).not_valid_after(began + timedelta(days=30))
    builder = builder.public_key(rest.get("public_key", signed_with.public_key()))
    builder = builder.add_extension(x509.BasicConstraints(ca=not for_host, path_length=None), critical=True)
    if for_host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(for_host)]), critical=False)
    return builder.sign(signed_with, SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SSLContext]:
    """An authority's certificate, and a server's context with one from it for ``receiver.example``."""
    folder = tmp_path_factory.mktemp("tls")
    its_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "authority.pem").write_bytes(certified("An authority", "An authority", its_key))
    secret = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    given = certified("A server", "An authority", its_key, public_key=server_key.public_key(), for_host=RECEIVER)
    (folder / "server.pem").write_bytes(secret + given)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "authority.pem", context


def posted_to(monkeypatch: pytest.MonkeyPatch, sink: WebSink, host: str, trusted: Path | None) -> str:
    """Post to *host*, which a resolver of ours says is *sink*, at an address taken for public; *trusted* vouches for servers."""
    port = int(sink.url.rpartition(":")[2].partition("/")[0])
    monkeypatch.setattr(outgoing, "resolve", lambda host, port: [(socket.AF_INET, ("127.0.0.1", port))])
    monkeypatch.setattr(outgoing, "may_reach", lambda address, private: True)
    if trusted:
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(trusted))
    return hooked(post(f"https://{host}:{port}/hook"), private_addresses=False)


def test_over_the_checked_connection_the_certificate_is_that_of_the_name(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[Path, SSLContext]
) -> None:
    with web_sink(tls=authority[1]) as sink:
        assert posted_to(monkeypatch, sink, RECEIVER, authority[0]) == "204"
    assert sink.requests[0][1]["host"].partition(":")[0] == RECEIVER


@pytest.mark.parametrize("host", ["another.example", "receiver.example.another.example", "127.0.0.1"])
def test_a_certificate_for_another_name_takes_no_webhook(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[Path, SSLContext], host: str
) -> None:
    with web_sink(tls=authority[1]) as sink, pytest.raises(DeliveryError) as refused:
        posted_to(monkeypatch, sink, host, authority[0])
    assert (refused.value.code, refused.value.permanent, sink.requests) == ("tls", False, [])


def test_a_certificate_that_nobody_vouches_for_takes_no_webhook(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[Path, SSLContext]
) -> None:
    with web_sink(tls=authority[1]) as sink, pytest.raises(DeliveryError) as refused:
        posted_to(monkeypatch, sink, RECEIVER, None)
    assert (refused.value.code, sink.requests) == ("tls", [])
