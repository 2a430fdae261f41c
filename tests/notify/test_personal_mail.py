"""Personal e-mail: one person is told about their own account, once, by the worker; the link in it is kept by nobody."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import CapturingLogger

from hub.audit.events import Event
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify import personal_mail
from hub.notify.messages.personal import PERSONAL_KINDS
from hub.notify.personal_mail import TAKEN_BACK, Mailed
from tests.notify.post import NOW, MailSink, events, mail_sink
from tests.notify.writing import (
    DETAILS,
    HUB,
    PERSON,
    TOKEN,
    became,
    couriers_to,
    details_of,
    kept,
    parsed,
    queued,
    sent,
    text_of,
)

KINDS = sorted(PERSONAL_KINDS)
pytestmark = pytest.mark.usefixtures("the_clock_stands")


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
    for name in PERSONAL_KINDS[kind] - {"expires_at", "at", "until", "factor"}:
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
    assert kept(database) == []


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
    assert (became(database).state, became(database).code) == ("failed", "address")


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
    assert became(database) == Mailed(ref, "person.invited", "failed", NOW, NOW, "550")
    assert kept(database)[0].sealed is None
    given_up = events(database, Event.PERSONAL_MAIL_GIVEN_UP)
    assert [(entry.subject_ref, entry.details) for entry in given_up] == [
        (PERSON, {"mail": ref, "kind": "person.invited", "code": "550"})
    ]


def test_neither_log_nor_audit_holds_the_address_the_name_or_the_link(
    database: Database, rules: Rulebook, logged: CapturingLogger
) -> None:
    queued(database)
    with (
        mail_sink(MailSink(rcpt_replies=["550 ada@eastvale.example is unknown"])) as sink,
        couriers_to(sink) as couriers,
    ):
        sent(database, rules, couriers)
    written = str(logged.calls) + str(events(database, Event.PERSONAL_MAIL_GIVEN_UP)[0].details)
    assert "personal_mail.given_up" in written
    for word in (TOKEN, "Ada", "ada@eastvale.example"):
        assert word not in written


def test_of_each_subject_the_newest_is_told(database: Database) -> None:
    somebody = new_ref("per")
    queued(database)
    newest, theirs = queued(database, "person.disabled"), queued(database, ref=somebody)
    assert (became(database).ref, became(database, somebody).ref) == (newest, theirs)


def test_a_new_link_takes_back_the_one_that_still_waits_and_leaves_news_alone(
    database: Database, rules: Rulebook
) -> None:
    first, news, second = queued(database), queued(database, "person.new_device"), queued(database)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers)
    assert [(mail.ref, mail.state, mail.last_code) for mail in kept(database)] == [
        (first, "failed", TAKEN_BACK),
        (news, "sent", "250"),
        (second, "sent", "250"),
    ]
    assert len(sink.messages) == 2


def test_a_link_that_is_taken_back_is_erased(database: Database) -> None:
    queued(database)
    with database.write() as session:
        assert personal_mail.take_back(session, PERSON, now=NOW) == 1
    assert kept(database)[0].sealed is None


def test_every_kind_has_its_template() -> None:
    folder = Path(personal_mail.__file__).parent / "messages"
    assert {path.stem for path in folder.glob("person.*.txt")} == {*PERSONAL_KINDS, "person.frame"}
