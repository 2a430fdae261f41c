"""Personal e-mail: one person is told about their own account, once, by the worker; the link in it is kept by nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text, update
from structlog.testing import CapturingLogger

from hub.audit.events import Event
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.core.logs import log
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail
from hub.notify.auditor import describe, findings
from hub.notify.bounces import Bounce, read_bounce, record_bounce
from hub.notify.couriers import Couriers
from hub.notify.messages.personal import PERSONAL_KINDS
from hub.notify.models import PersonalMail
from hub.notify.personal_mail import EXPIRED, UNREADABLE, Mailed
from tests.notify.post import NOW, MailSink, email_channel, events, mail_sink

HUB = "https://hub.example"
PERSON = "per_0123456789abcdefghjkmnpqrs"
TOKEN = "a-token-that-lets-somebody-in"
DETAILS: dict[str, Any] = {
    "organisation": "Eastvale",
    "by": "Frances Fictitious",
    "path": f"/join/{TOKEN}",
    "expires_at": NOW + timedelta(days=7),
    "device": "Firefox on Windows",
    "factor": "totp",
    "at": NOW,
}
KINDS = sorted(PERSONAL_KINDS)


@pytest.fixture(autouse=True)
def _the_clock_stands(time_is: Callable[[datetime], None]) -> None:
    time_is(NOW)


def details_of(kind: str, **rest: Any) -> dict[str, Any]:
    return {name: DETAILS[name] for name in PERSONAL_KINDS[kind]} | rest


def queued(database: Database, kind: str = "person.invited", **rest: Any) -> str:
    """An e-mail to Ada Fictitious, in a transaction of its own; its reference."""
    given: dict[str, Any] = {"kind": kind, "ref": PERSON, "email": "ada@eastvale.example", "name": "Ada Fictitious"}
    given |= {"now": NOW} | rest
    given.setdefault("details", {name: DETAILS[name] for name in PERSONAL_KINDS.get(kind, ())})
    with database.write() as session:
        return personal_mail.queue(session, **given)


@contextmanager
def couriers_to(sink: MailSink, **rest: Any) -> Iterator[Couriers]:
    couriers = Couriers({"email": email_channel(sink.port, **rest)})
    yield couriers
    couriers.close()


def sent(database: Database, rules: Rulebook, couriers: Couriers, *, now: datetime = NOW, **rest: Any) -> int:
    return personal_mail.send_once(database, rules, couriers, base_url=HUB, now=now, **rest)


def became(database: Database, ref: str = PERSON) -> list[Mailed]:
    with database.read() as session:
        return personal_mail.mailed_about(session, ref)


def kept(database: Database) -> list[PersonalMail]:
    with database.read() as session:
        found = list(session.scalars(select(PersonalMail).order_by(PersonalMail.id)))
        session.expunge_all()
    return found


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(content: bytes) -> str:
    return "\n".join(parsed(content).get_content().split("\r\n"))


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_an_invitation_arrives_once_with_a_link_into_the_hub(database: Database, rules: Rulebook) -> None:
    ref = queued(database)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        assert sent(database, rules, couriers) == 1
        assert sent(database, rules, couriers) == 0
    message = parsed(sink.messages[0])
    assert sink.recipients == ["ada@eastvale.example"]
    assert message["Message-ID"] == f"<{ref}@hub.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    said = text_of(sink.messages[0])
    assert f"\n    {HUB}/join/{TOKEN}\n" in said
    assert said.startswith("To Ada Fictitious\n")
    assert "Wednesday 25 November 2026, 10:00 (London time)" in said


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_happened_and_what_to_do(database: Database, rules: Rulebook, kind: str) -> None:
    queued(database, kind)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    said = text_of(sink.messages[0])
    assert "What to do next:" in said
    assert HUB in said
    assert "{" not in said
    assert max(map(len, said.splitlines())) <= 78
    for name in PERSONAL_KINDS[kind] - {"expires_at", "at", "factor"}:
        assert DETAILS[name] in " ".join(said.split())


@pytest.mark.parametrize(
    ("factor", "words"),
    [("totp", "an authenticator app"), ("passkey", "a passkey"), ("a hardware key", "a hardware key")],
)
def test_a_factor_is_named_in_words(database: Database, rules: Rulebook, factor: str, words: str) -> None:
    queued(database, "person.factor_removed", details=details_of("person.factor_removed", factor=factor))
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    assert f"{words} was removed" in text_of(sink.messages[0])


def test_it_commits_or_vanishes_with_the_change_it_tells_of(database: Database) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), database.write() as session:
        personal_mail.queue(
            session, kind="person.disabled", ref=PERSON, email="ada@eastvale.example", name="Ada",
            details=details_of("person.disabled"), now=NOW,
        )  # fmt: skip
        raise Undone
    assert became(database) == []


# --- nothing in a name can begin a header ------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x00"], ids=ascii)
def test_nothing_in_a_name_begins_a_header_or_ends_the_message(
    database: Database, rules: Rulebook, ending: str
) -> None:
    sly = f"Ada{ending}Bcc: everyone@elsewhere.example{ending}.{ending}QUIT"
    queued(database, name=sly, details=details_of("person.invited", organisation=sly, by=sly))
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    message = parsed(sink.messages[0])
    assert (message["Bcc"], sink.recipients) == (None, ["ada@eastvale.example"])
    assert "To Ada Bcc: everyone@elsewhere.example . QUIT\n" in text_of(sink.messages[0])


def test_names_beyond_ascii_arrive(database: Database, rules: Rulebook) -> None:
    queued(database, name="Siân Ffugiol-Ŵyn")
    with mail_sink(decode_data=False) as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    assert sink.messages[0].isascii()
    assert "To Siân Ffugiol-Ŵyn\n" in text_of(sink.messages[0])


def test_an_address_that_could_carry_a_header_is_given_up_before_anything_is_sent(
    database: Database, rules: Rulebook
) -> None:
    queued(database, email="ada@eastvale.example\r\nBcc: everyone@elsewhere.example")
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    assert sink.connections == 0
    assert [(mail.state, mail.code) for mail in became(database)] == [("failed", "address")]


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example/", "join", "/two words", "/a\nb", ""]
)
def test_a_link_leads_nowhere_but_into_the_hub(database: Database, path: str) -> None:
    with pytest.raises(ValueError, match="must begin with one"):
        queued(database, details=details_of("person.invited", path=path))
    assert kept(database) == []


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("person.unheard_of", {}),
        ("person.invited", {}),
        ("person.disabled", {"organisation": "Eastvale", "at": NOW, "child": "somebody"}),
    ],
)
def test_a_kind_is_given_its_own_details_and_no_others(database: Database, kind: str, details: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"person\."):
        queued(database, kind, details=details)


# --- what is kept ---------------------------------------------------------------------------------------------------


def raw_rows(database: Database) -> str:
    with database.read() as session:
        return str(session.execute(text("SELECT * FROM personal_mail")).all())


def test_while_it_waits_its_content_is_sealed(database: Database) -> None:
    queued(database)
    assert kept(database)[0].sealed
    for word in (TOKEN, "Ada", "ada@eastvale.example", "Eastvale"):
        assert word not in raw_rows(database)


def test_once_sent_its_content_is_erased(database: Database, rules: Rulebook) -> None:
    queued(database)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    mail = kept(database)[0]
    assert (mail.state, mail.sealed, mail.next_attempt_at, mail.lease_owner) == ("sent", None, None, None)
    assert (mail.attempts, mail.last_code, mail.closed_at) == (1, "250", NOW)


def test_once_refused_for_good_it_is_erased_recorded_and_shown_to_whoever_asked(
    database: Database, rules: Rulebook
) -> None:
    ref = queued(database)
    with mail_sink(MailSink(rcpt_replies=["550 no such mailbox"])) as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    assert became(database) == [Mailed(ref, "person.invited", "failed", NOW, NOW, "550")]
    assert kept(database)[0].sealed is None
    given_up = events(database, Event.PERSONAL_MAIL_GIVEN_UP)
    assert [(entry.subject_ref, entry.details) for entry in given_up] == [
        (PERSON, {"mail": ref, "kind": "person.invited", "code": "550"})
    ]


def test_neither_log_nor_audit_holds_the_address_the_name_or_the_link(database: Database, rules: Rulebook) -> None:
    lines, before = CapturingLogger(), structlog.get_config()
    structlog.configure(logger_factory=lambda *_: lines, cache_logger_on_first_use=False)
    queued(database)
    with mail_sink(MailSink(rcpt_replies=["550 ada@eastvale.example is unknown"])) as sink:
        with couriers_to(sink) as couriers:
            sent(database, rules, couriers)
        log(__name__).info("the log is listened to")
    structlog.configure(**before)
    kept_words = str(lines.calls) + str(events(database, Event.PERSONAL_MAIL_GIVEN_UP)[0].details)
    assert "the log is listened to" in kept_words
    assert "personal_mail.given_up" in kept_words
    for word in (TOKEN, "Ada", "ada@eastvale.example"):
        assert word not in kept_words


# --- trying again ---------------------------------------------------------------------------------------------------


def test_a_server_that_is_busy_is_tried_again_after_the_waits_of_the_policy_under_the_same_id(
    database: Database, rules: Rulebook
) -> None:
    ref = queued(database, "person.disabled")
    waits, now = rules.policy.delivery.retry_seconds, NOW
    with mail_sink(MailSink(data_replies=["451 later"] * 2)) as sink, couriers_to(sink) as couriers:
        for wait in waits[1:3]:
            assert sent(database, rules, couriers, now=now) == 1
            assert kept(database)[0].next_attempt_at == now + timedelta(seconds=wait)
            assert sent(database, rules, couriers, now=now + timedelta(seconds=wait - 1)) == 0
            now += timedelta(seconds=wait)
        sent(database, rules, couriers, now=now)
    assert [(mail.state, mail.code) for mail in became(database)] == [("sent", "250")]
    assert [parsed(content)["Message-ID"] for content in sink.messages] == [f"<{ref}@hub.example>"]


def test_it_is_given_up_when_the_waits_are_used_up(database: Database, rules: Rulebook) -> None:
    queued(database, "person.disabled")
    now = NOW
    tries = len(rules.policy.delivery.retry_seconds)
    with mail_sink(MailSink(rcpt_replies=["450 busy"] * tries)) as sink, couriers_to(sink) as couriers:
        for wait in (*rules.policy.delivery.retry_seconds[1:], 0):
            sent(database, rules, couriers, now=now)
            now += timedelta(seconds=wait)
    assert [(mail.state, mail.code) for mail in became(database)] == [("failed", "450")]
    assert (kept(database)[0].attempts, kept(database)[0].sealed) == (tries, None)
    assert len(events(database, Event.PERSONAL_MAIL_GIVEN_UP)) == 1


def test_a_link_that_no_longer_works_is_not_sent(database: Database, rules: Rulebook) -> None:
    soon = details_of("person.new_password", expires_at=NOW + timedelta(minutes=30))
    queued(database, "person.new_password", details=soon)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers, now=NOW + timedelta(minutes=30))
    assert sink.messages == []
    assert [(mail.state, mail.code) for mail in became(database)] == [("failed", EXPIRED)]


def test_without_a_mail_server_it_is_given_up_and_seen_to_be(database: Database, rules: Rulebook) -> None:
    queued(database)
    assert sent(database, rules, Couriers({})) == 1
    assert [(mail.state, mail.code) for mail in became(database)] == [("failed", "channel_off")]


def test_one_that_does_not_open_is_put_back_and_does_not_hold_up_the_others(
    database: Database, rules: Rulebook
) -> None:
    moved, whole = queued(database), queued(database, ref=new_ref("per"))
    with database.write() as session:
        theirs = select(PersonalMail.sealed).where(PersonalMail.ref == whole).scalar_subquery()
        session.execute(update(PersonalMail).where(PersonalMail.ref == moved).values(sealed=theirs))
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
        sent(database, rules, couriers)
    assert [(mail.ref, mail.state, mail.last_code) for mail in kept(database)] == [
        (moved, "queued", UNREADABLE),
        (whole, "sent", "250"),
    ]


def test_a_round_takes_no_more_than_it_was_told(database: Database, rules: Rulebook) -> None:
    for _ in range(3):
        queued(database)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        assert sent(database, rules, couriers, limit=2) == 2
        assert sent(database, rules, couriers, limit=2) == 1
    assert (len(sink.messages), sink.connections) == (3, 2), "one connection a round, and none kept"


# --- any number of workers ------------------------------------------------------------------------------------------


def test_while_one_worker_sends_it_another_does_not(database: Database, rules: Rulebook) -> None:
    queued(database)
    elsewhere: list[int] = []
    with mail_sink() as sink, couriers_to(sink) as others:

        class InTheMiddle(MailSink):
            async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
                elsewhere.append(sent(database, rules, others))
                return await super().handle_RCPT(*given)

        with mail_sink(InTheMiddle()) as asking, couriers_to(asking) as first:
            assert sent(database, rules, first) == 1
    assert (elsewhere, len(sink.messages), len(asking.messages)) == ([0], 0, 1)


def test_a_worker_that_died_loses_nothing(database: Database, rules: Rulebook) -> None:
    ref = queued(database, "person.disabled")
    until = NOW + timedelta(seconds=rules.policy.delivery.lease_seconds)
    with database.write() as session:
        session.execute(update(PersonalMail).values(lease_owner="a worker that died", leased_until=until))
    with mail_sink() as sink, couriers_to(sink) as couriers:
        assert sent(database, rules, couriers, now=until - timedelta(seconds=1)) == 0
        assert sent(database, rules, couriers, now=until) == 1
    assert parsed(sink.messages[0])["Message-ID"] == f"<{ref}@hub.example>"


def test_an_outcome_whose_lease_has_passed_to_another_changes_nothing(database: Database, rules: Rulebook) -> None:
    queued(database)

    class TakenOver(MailSink):
        async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
            with database.write() as session:
                session.execute(update(PersonalMail).values(lease_owner="another worker"))
            return await super().handle_DATA(*given)

    with mail_sink(TakenOver()) as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    mail = kept(database)[0]
    assert (mail.state, mail.lease_owner, mail.attempts) == ("queued", "another worker", 0)


# --- a late report that it did not arrive ---------------------------------------------------------------------------


def test_a_late_report_that_it_came_back_makes_it_failed(database: Database, rules: Rulebook) -> None:
    ref = queued(database)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    report = (
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nOriginal-Envelope-Id: {ref}\r\n\r\n"
        f"Final-Recipient: rfc822; ada@eastvale.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    bounce = read_bounce(report.encode())
    assert bounce == Bounce(ref, "5.1.1")
    with database.write() as session:
        assert record_bounce(session, bounce, rules=rules, now=NOW + timedelta(hours=1))
        assert not record_bounce(session, bounce, rules=rules, now=NOW + timedelta(hours=2)), "it was known"
    assert became(database) == [Mailed(ref, "person.invited", "failed", NOW, NOW + timedelta(hours=1), "5.1.1")]
    assert len(events(database, Event.PERSONAL_MAIL_GIVEN_UP)) == 1


def test_a_report_about_an_e_mail_that_is_not_ours_changes_nothing(database: Database, rules: Rulebook) -> None:
    with database.write() as session:
        assert not record_bounce(session, Bounce(new_ref("pml"), "5.1.1"), rules=rules, now=NOW)


# --- the auditor ----------------------------------------------------------------------------------------------------


def test_the_auditor_names_a_queued_e_mail_without_a_next_attempt(database: Database) -> None:
    ref = queued(database)
    with database.read() as session:
        assert findings(session, now=NOW).is_well
    with database.write() as session:
        session.execute(update(PersonalMail).values(next_attempt_at=None))
    with database.read() as session:
        found = findings(session, now=NOW)
    assert (found.is_well, found.stuck_mails) == (False, (ref,))
    assert ref in describe(found)


def test_what_became_of_them_is_told_newest_first_and_of_one_subject(database: Database) -> None:
    first, second = queued(database), queued(database, "person.disabled", now=NOW + timedelta(hours=1))
    queued(database, ref=new_ref("per"))
    assert [mail.ref for mail in became(database)] == [second, first]


def test_every_kind_has_its_template() -> None:
    folder = Path(personal_mail.__file__).parent / "messages"
    assert {path.stem for path in folder.glob("person.*.txt")} == {*PERSONAL_KINDS, "person.frame"}
