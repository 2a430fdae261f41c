"""Personal e-mail that does not arrive at once: tried again, by any worker, reported late, and never lost sight of."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hub.audit.events import Event
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify.auditor import describe, findings
from hub.notify.bounces import Bounce, read_bounce, record_bounce
from hub.notify.couriers import Couriers
from hub.notify.models import PersonalMail
from hub.notify.personal_mail import EXPIRED, UNREADABLE, Mailed
from tests.notify.post import NOW, MailSink, events, mail_sink
from tests.notify.writing import became, couriers_to, details_of, kept, parsed, queued, sent

pytestmark = pytest.mark.usefixtures("the_clock_stands")


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
    assert (became(database).state, became(database).code) == ("sent", "250")
    assert [parsed(content)["Message-ID"] for content in sink.messages] == [f"<{ref}@hub.example>"]


def test_it_is_given_up_when_the_waits_are_used_up(database: Database, rules: Rulebook) -> None:
    queued(database, "person.disabled")
    now = NOW
    tries = len(rules.policy.delivery.retry_seconds)
    with mail_sink(MailSink(rcpt_replies=["450 busy"] * tries)) as sink, couriers_to(sink) as couriers:
        for wait in (*rules.policy.delivery.retry_seconds[1:], 0):
            sent(database, rules, couriers, now=now)
            now += timedelta(seconds=wait)
    assert (became(database).state, became(database).code) == ("failed", "450")
    assert (kept(database)[0].attempts, kept(database)[0].sealed) == (tries, None)
    assert len(events(database, Event.PERSONAL_MAIL_GIVEN_UP)) == 1


def test_a_link_that_no_longer_works_is_not_sent(database: Database, rules: Rulebook) -> None:
    soon = details_of("person.new_password", expires_at=NOW + timedelta(minutes=30))
    queued(database, "person.new_password", details=soon)
    with mail_sink() as sink, couriers_to(sink) as couriers:
        sent(database, rules, couriers, now=NOW + timedelta(minutes=30))
    assert sink.messages == []
    assert (became(database).state, became(database).code) == ("failed", EXPIRED)


def test_without_a_mail_server_it_is_given_up_and_seen_to_be(database: Database, rules: Rulebook) -> None:
    queued(database)
    assert sent(database, rules, Couriers({})) == 1
    assert (became(database).state, became(database).code) == ("failed", "channel_off")


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
        queued(database, "person.disabled")
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
    assert became(database) == Mailed(ref, "person.invited", "failed", NOW, NOW + timedelta(hours=1), "5.1.1")
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
