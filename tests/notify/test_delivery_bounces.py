"""Mail that was taken and came back: which delivery it was, what it re-opens, who is told."""

import pytest

from hub.audit.events import Event
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.notify.bounces import Bounce, read_bounce, record_bounce
from hub.notify.couriers import Couriers
from hub.notify.deliver import deliver_once
from hub.notify.digest import digest_once
from tests.notify.post import (
    NOW,
    Recording,
    alerts,
    attempts,
    contact_point,
    delivered,
    deliveries,
    events,
    obligation,
    organisation,
    points,
    raised,
    state_of,
    wanted,
)
from tests.notify.test_digest import MORNING

REF = "dlv_06h02ngd7w7x2dnabpd027084m"


def report(
    *, action: str = "failed", status: str = "5.1.1", envelope: str = "", quoted: str = f"<{REF}@hub.example>"
) -> bytes:
    """A report as mail servers write it (RFC 3464), about a message of ours."""
    envelope_line = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    return (
        "From: MAILER-DAEMON@mail.example\r\nTo: no-reply@hub.example\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered to Alexandra Canary.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mail.example\r\n{envelope_line}\r\n"
        f"Final-Recipient: rfc822; desk@eastvale.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such mailbox\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {quoted}\r\nSubject: A notice\r\n\r\n--b--\r\n"
    ).encode()


def test_a_report_of_failure_names_our_delivery_by_the_message_it_quotes() -> None:
    assert read_bounce(report()) == Bounce(REF, "5.1.1")


def test_a_report_may_name_it_by_our_envelope_id_alone() -> None:
    assert read_bounce(report(envelope=REF, quoted="<stripped@elsewhere.example>")) == Bounce(REF, "5.1.1")


def test_a_report_about_a_digest_names_it_by_its_first_delivery() -> None:
    assert read_bounce(report(quoted=f"<{REF}.0a1b2c3d4e5f@hub.example>")) == Bounce(REF, "5.1.1")


def test_a_report_may_quote_the_whole_message() -> None:
    whole = report().replace(b"text/rfc822-headers", b"message/rfc822")
    assert read_bounce(whole) == Bounce(REF, "5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_of_anything_else_than_failure_is_no_bounce(action: str) -> None:
    assert read_bounce(report(action=action)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am away\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday.",
        report(quoted="<somebody-elses@mail.example>"),
        report().replace(b"multipart/report", b"multipart/mixed"),
    ],
)
def test_what_is_no_report_about_our_mail_is_left_alone(content: bytes) -> None:
    assert read_bounce(content) is None


def sent_to_northmoor(database: Database, rules: Rulebook) -> tuple[int, int, str]:
    """A notice whose e-mail was accepted: the mailbox, the obligation it met, the delivery."""
    northmoor = organisation(database, "Northmoor", joined=False)
    mailbox = contact_point(database, northmoor, "email", "desk@northmoor.example")
    owed = obligation(database, northmoor, "pla_1")
    raised(database, rules, [wanted(northmoor, subject_ref="ntc_1", details={"placement": "pla_1"})])
    couriers = Couriers({"email": Recording()}, slow_seconds=5.0)
    delivered(database, rules, couriers)
    couriers.close()
    assert state_of(database, owed) == "met"
    return mailbox, owed, deliveries(database)[0].ref


def bounce(database: Database, rules: Rulebook, ref: str) -> bool:
    with database.write() as session:
        return record_bounce(session, Bounce(ref, "5.1.1"), rules=rules, now=NOW)


def test_a_bounce_reopens_what_no_other_channel_reached(database: Database, rules: Rulebook) -> None:
    running = organisation(database, "Those who run the hub", kind="hub_operator")
    contact_point(database, running, "inbox", role="operator")
    mailbox, owed, ref = sent_to_northmoor(database, rules)
    assert bounce(database, rules, ref)
    assert state_of(database, owed) == "open"
    assert deliveries(database)[0].state == "bounced"
    assert [a.outcome for a in attempts(database)] == ["accepted", "bounced"]
    assert [e.subject_ref for e in events(database, Event.DELIVERY_BOUNCED)] == ["ntc_1"]
    assert [a.organisation_id for a in alerts(database, "delivery.given_up")] == [running]
    assert points(database, mailbox).hard_failures == 1


def test_a_bounce_beside_a_channel_that_arrived_reopens_nothing(database: Database, rules: Rulebook) -> None:
    northmoor = organisation(database, "Northmoor", joined=False)
    for name in ("desk", "second"):
        contact_point(database, northmoor, "email", f"{name}@northmoor.example")
    owed = obligation(database, northmoor, "pla_1")
    raised(database, rules, [wanted(northmoor, subject_ref="ntc_1", details={"placement": "pla_1"})])
    couriers = Couriers({"email": Recording()}, slow_seconds=5.0)
    delivered(database, rules, couriers)
    couriers.close()
    bounce(database, rules, deliveries(database)[0].ref)
    assert state_of(database, owed) == "met"


def test_a_bounce_that_comes_twice_counts_once(database: Database, rules: Rulebook) -> None:
    mailbox, _, ref = sent_to_northmoor(database, rules)
    assert bounce(database, rules, ref)
    assert not bounce(database, rules, ref)
    assert points(database, mailbox).hard_failures == 1


def test_a_bounce_that_overtakes_our_own_record_is_not_overwritten_by_it(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    contact_point(database, eastvale, "email", "desk@eastvale.example")
    raised(database, rules, [wanted(eastvale)])
    ref = deliveries(database)[0].ref

    def bounce_meanwhile(_letter: object) -> str:
        bounce(database, rules, ref)
        return "250"

    couriers = Couriers({"email": Recording(act=bounce_meanwhile)}, slow_seconds=5.0)
    deliver_once(database, rules, couriers, now=NOW)
    couriers.close()
    assert deliveries(database)[0].state == "bounced"


def test_the_bounce_of_a_digest_is_that_of_everything_in_it(database: Database, rules: Rulebook) -> None:
    eastvale = organisation(database)
    mailbox = contact_point(database, eastvale, "email", "desk@eastvale.example", takes_digest=True)
    raised(database, rules, [wanted(eastvale), wanted(eastvale), wanted(eastvale)])
    couriers = Couriers({"email": Recording()}, slow_seconds=5.0)
    digest_once(database, rules, couriers, now=MORNING)
    couriers.close()
    assert bounce(database, rules, deliveries(database)[0].ref)
    assert {d.state for d in deliveries(database)} == {"bounced"}
    assert points(database, mailbox).hard_failures == 1


def test_a_bounce_of_something_we_never_sent_changes_nothing(database: Database, rules: Rulebook) -> None:
    assert not bounce(database, rules, new_ref("dlv"))
