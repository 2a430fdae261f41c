"""E-mail, against real SMTP servers: kind ones, slow ones, ones that refuse, and ones that hang up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext, create_default_context

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hub.core.settings import Settings
from hub.notify.channels.base import DeliveryError, Letter, Told
from hub.notify.channels.email import compose, mail_of, mail_server_of
from tests.notify.post import NOW, STATIONERY, MailSink, email_channel, letter, mail_server, mail_sink, mailed


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def composed(sent: Letter) -> bytes:
    return compose(mail_of(sent, STATIONERY, at=NOW), mail_server(25), at=NOW)


def test_a_letter_arrives_with_the_headers_that_mail_needs() -> None:
    sent = letter("desk@eastvale.example")
    with mail_sink() as sink:
        assert mailed(sink.port, sent) == "250"
    message = parsed(sink.messages[0])
    assert sink.recipients == ["desk@eastvale.example"]
    assert message["Message-ID"] == f"<{sent.message_id}@hub.example>"
    assert message["From"].addresses[0].addr_spec == "no-reply@hub.example"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert sent.told[0].subject_ref in message["Subject"]
    assert f"https://hub.example/n/{sent.told[0].alert_ref}" in message.get_content()


def test_every_line_ends_as_mail_has_it_and_none_is_too_long() -> None:
    long_name = "The Council of " + "Very " * 400 + "Long"
    content = composed(letter("a@b.example", organisation_name=long_name))
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) < 998


def test_names_beyond_ascii_pass_through_servers_that_know_only_seven_bits() -> None:
    welsh = letter("desk@wales.example", organisation_name="Cyngor Sir Ynys Môn – Gwasanaeth Plant ŵ")
    with mail_sink(decode_data=False) as sink:
        mailed(sink.port, welsh)
    assert sink.messages[0].isascii()
    assert "Cyngor Sir Ynys Môn – Gwasanaeth Plant ŵ" in parsed(sink.messages[0]).get_content()


def test_a_line_that_begins_with_a_full_stop_arrives_whole() -> None:
    dotted = letter("desk@eastvale.example", organisation_name=".\r\n.\r\nQUIT")
    with mail_sink() as sink:
        mailed(sink.port, dotted)
    assert "To . . QUIT, duty desk" in parsed(sink.messages[0]).get_content()


@pytest.mark.parametrize(
    "address",
    [
        "desk@eastvale.example\r\nBcc: everyone@elsewhere.example",
        "desk@eastvale.example\nRCPT TO:<other@elsewhere.example>",
        "desk@eastvale.example>, <other@elsewhere.example",
        "two words@eastvale.example",
        "no-at-sign.example",
        "",
    ],
)
def test_an_address_that_could_carry_a_header_is_refused_before_anything_is_sent(address: str) -> None:
    with mail_sink() as sink, pytest.raises(DeliveryError) as refused:
        mailed(sink.port, letter(address))
    assert (refused.value.code, refused.value.permanent) == ("address", True)
    assert sink.connections == 0


def test_nothing_in_a_name_or_a_reference_can_begin_a_header() -> None:
    told = Told("alt_1", "notice.registered", "ntc_1\r\nBcc: everyone@elsewhere.example", "duty_desk", False, NOW, {})
    message = parsed(composed(letter("a@b.example", told=(told,))))
    assert message["Bcc"] is None


def test_one_connection_is_kept_for_many_letters() -> None:
    with mail_sink() as sink, closing(email_channel(sink.port)) as channel:
        for _ in range(5):
            channel.send(letter("desk@eastvale.example"), at=NOW)
    assert (len(sink.messages), sink.connections) == (5, 1)


def test_a_kept_connection_that_has_gone_is_replaced_without_an_error() -> None:
    with mail_sink() as first, closing(email_channel(first.port)) as channel:
        channel.send(letter("desk@eastvale.example"), at=NOW)
        channel._mine.smtp.sock.shutdown(socket.SHUT_RDWR)
        channel.send(letter("desk@eastvale.example"), at=NOW)
    assert (len(first.messages), first.connections) == (2, 2)


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("550 no such mailbox", True),
        ("553 mailbox name not allowed", True),
        ("450 greylisted, come back", False),
        ("452 mailbox full", False),
        ("421 closing", False),
        ("530 sign in first", False),
    ],
)
def test_the_reply_to_the_recipient_decides_whether_trying_again_can_help(reply: str, permanent: bool) -> None:
    with mail_sink(MailSink(rcpt_replies=[reply])) as sink, closing(email_channel(sink.port)) as channel:
        with pytest.raises(DeliveryError) as refused:
            channel.send(letter("desk@eastvale.example"), at=NOW)
        assert (refused.value.code, refused.value.permanent) == (reply[:3], permanent)
        assert channel.send(letter("desk@eastvale.example"), at=NOW) == "250"


@pytest.mark.parametrize(("reply", "permanent"), [("554 refused", True), ("451 try later", False)])
def test_the_reply_to_the_message_decides_too(reply: str, permanent: bool) -> None:
    with mail_sink(MailSink(data_replies=[reply])) as sink, pytest.raises(DeliveryError) as refused:
        mailed(sink.port, letter("desk@eastvale.example"))
    assert (refused.value.code, refused.value.permanent) == (reply[:3], permanent)


def test_a_refusal_never_repeats_what_the_server_said() -> None:
    said = "550 no mailbox for Alexandra Canary-Smith"
    with mail_sink(MailSink(rcpt_replies=[said])) as sink, pytest.raises(DeliveryError) as refused:
        mailed(sink.port, letter("desk@eastvale.example"))
    assert "Canary" not in repr(refused.value) + str(refused.value)


def test_a_server_that_is_not_there_may_be_there_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DeliveryError) as refused:
            mailed(taken.getsockname()[1], letter("desk@eastvale.example"))
    assert (refused.value.code, refused.value.permanent) == ("connection", False)


@contextmanager
def raw_server(*says: bytes | None) -> Iterator[int]:
    """A server that answers each line it is sent with the next of *says*; ``None`` hangs up, silence when they run out."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            for reply in says:
                if reply is None:
                    return
                connection.sendall(reply)
                lines.readline()
            ended.wait(5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        thread.join(5)
        listening.close()


def test_a_server_that_greets_nobody_is_left_after_the_time_out() -> None:
    with raw_server() as port, pytest.raises(DeliveryError) as refused:
        mailed(port, letter("desk@eastvale.example"), read_seconds=0.05)
    assert (refused.value.code, refused.value.permanent) == ("timeout", False)


def test_a_server_that_hangs_up_in_the_middle_of_the_message_is_tried_again() -> None:
    talk = (b"220 hello\r\n", b"250 hub\r\n", b"250 sender ok\r\n", b"250 recipient ok\r\n", b"354 go on\r\n", None)
    with raw_server(*talk) as port, pytest.raises(DeliveryError) as refused:
        mailed(port, letter("desk@eastvale.example"))
    assert refused.value.code in ("disconnected", "connection")
    assert not refused.value.permanent


def test_a_server_that_cannot_take_us_at_all_is_no_fault_of_the_mailbox() -> None:
    with raw_server(b"554 no service\r\n") as port, pytest.raises(DeliveryError) as refused:
        mailed(port, letter("desk@eastvale.example"))
    assert (refused.value.code, refused.value.permanent) == ("554", False)


# --- encryption -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    began = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def server_tls(certificate: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_required_encryption_is_used_and_the_certificate_verified(server_tls: SSLContext, certificate: Path) -> None:
    trusting = create_default_context(cafile=str(certificate))
    with mail_sink(tls_context=server_tls) as sink:
        mailed(sink.port, letter("desk@eastvale.example"), starttls="required", tls=trusting)
    assert sink.encrypted == [True]


def test_a_certificate_that_nobody_vouches_for_stops_mail_where_encryption_is_required(server_tls: SSLContext) -> None:
    with mail_sink(tls_context=server_tls) as sink, pytest.raises(DeliveryError) as refused:
        mailed(sink.port, letter("desk@eastvale.example"), starttls="required")
    assert (refused.value.code, refused.value.permanent, sink.messages) == ("tls", False, [])


def test_nothing_is_sent_in_the_clear_where_encryption_is_required() -> None:
    with mail_sink() as sink, pytest.raises(DeliveryError) as refused:
        mailed(sink.port, letter("desk@eastvale.example"), starttls="required")
    assert (refused.value.code, refused.value.permanent, sink.messages) == ("tls", False, [])


def test_encryption_is_taken_when_it_is_offered(server_tls: SSLContext) -> None:
    settings = Settings(smtp_starttls="when_offered")
    tls = mail_server_of(settings, connect_seconds=1, read_seconds=1).tls
    with mail_sink(tls_context=server_tls) as sink:
        mailed(sink.port, letter("desk@eastvale.example"), starttls="when_offered", tls=tls)
    assert sink.encrypted == [True]


def test_encryption_can_be_switched_off(server_tls: SSLContext) -> None:
    with mail_sink(tls_context=server_tls) as sink:
        mailed(sink.port, letter("desk@eastvale.example"), starttls="off")
    assert sink.encrypted == [False]


@pytest.mark.parametrize(
    ("settings", "verified"),
    [
        (Settings(smtp_starttls="required"), True),
        (Settings(smtp_starttls="when_offered"), False),
        (Settings(smtp_starttls="when_offered", smtp_username="hub", smtp_password="word"), True),
    ],
    ids=["required", "only when offered", "a password is sent"],
)
def test_the_mail_servers_certificate_is_verified_when(settings: Settings, verified: bool) -> None:
    assert mail_server_of(settings, connect_seconds=1, read_seconds=1).tls.check_hostname is verified


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_hub_signs_in_where_a_user_name_is_set() -> None:
    def check(_server: object, _session: object, _envelope: object, _way: str, given: object) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"hub", b"word"))  # type: ignore[attr-defined]

    with mail_sink(authenticator=check, auth_required=True, auth_require_tls=False) as sink:
        mailed(sink.port, letter("desk@eastvale.example"), username="hub", password="word")
    assert len(sink.messages) == 1


def test_a_sign_in_that_fails_is_our_own_mistake_and_no_fault_of_the_mailbox() -> None:
    talk = (b"220 hello\r\n", b"250-hub\r\n250 AUTH PLAIN\r\n", b"535 no\r\n")
    with raw_server(*talk) as port, pytest.raises(DeliveryError) as refused:
        mailed(port, letter("desk@eastvale.example"), username="hub", password="wrong")
    assert (refused.value.code, refused.value.permanent) == ("535", False)


def test_the_message_id_is_the_same_in_every_attempt() -> None:
    sent = letter("desk@eastvale.example")
    with mail_sink(MailSink(data_replies=["451 later"])) as sink, closing(email_channel(sink.port)) as channel:
        with pytest.raises(DeliveryError):
            channel.send(sent, at=NOW)
        channel.send(sent, at=NOW + timedelta(minutes=5))
        channel.send(replace(sent), at=NOW + timedelta(minutes=10))
    assert {parsed(content)["Message-ID"] for content in sink.messages} == {f"<{sent.message_id}@hub.example>"}
