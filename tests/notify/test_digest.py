"""The daily digest: one message for each mailbox, each item recorded by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify.channels.base import DeliveryError, Letter
from hub.notify.couriers import Couriers
from hub.notify.deliver import deliver_once
from hub.notify.digest import digest_once
from hub.notify.outbox import cancel_alerts
from tests.notify.post import (
    NOW,
    Recording,
    attempts,
    contact_point,
    deliveries,
    email_channel,
    mail_sink,
    organisation,
    raised,
    wanted,
)

MORNING = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


@pytest.fixture
def eastvale(database: Database) -> int:
    number = organisation(database)
    contact_point(database, number, "email", "desk@eastvale.example", takes_digest=True)
    return number


@contextmanager
def couriers_with(channel: Recording) -> Iterator[Couriers]:
    couriers = Couriers({"email": channel}, slow_seconds=5.0)
    try:
        yield couriers
    finally:
        couriers.close()


def test_everything_that_waits_for_one_mailbox_goes_in_one_message(
    database: Database, rules: Rulebook, eastvale: int
) -> None:
    raised(
        database, rules, [wanted(eastvale), wanted(eastvale, "match.doubtful"), wanted(eastvale, "obligation.overdue")]
    )
    channel = Recording()
    with couriers_with(channel) as couriers:
        assert deliver_once(database, rules, couriers, now=MORNING) == 0
        assert digest_once(database, rules, couriers, now=MORNING) == 3
        assert digest_once(database, rules, couriers, now=MORNING) == 0
    [sent] = channel.taken
    assert (sent.is_digest, len(sent.told)) == (True, 3)
    assert [(d.state, d.attempts) for d in deliveries(database)] == [("accepted", 1)] * 3
    assert len(attempts(database)) == 3


def test_before_the_working_morning_nothing_is_gathered(database: Database, rules: Rulebook, eastvale: int) -> None:
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording()) as couriers:
        assert digest_once(database, rules, couriers, now=MORNING - timedelta(seconds=1)) == 0


def test_what_is_urgent_does_not_wait_for_the_digest(database: Database, rules: Rulebook, eastvale: int) -> None:
    raised(database, rules, [wanted(eastvale, is_urgent=True)])
    channel = Recording()
    with couriers_with(channel) as couriers:
        assert deliver_once(database, rules, couriers, now=NOW) == 1
    assert not channel.taken[0].is_digest


def test_each_mailbox_gets_its_own(database: Database, rules: Rulebook, eastvale: int) -> None:
    oakham = organisation(database, "Oakham")
    contact_point(database, oakham, "email", "desk@oakham.example", takes_digest=True)
    raised(database, rules, [wanted(eastvale), wanted(oakham), wanted(eastvale)])
    channel = Recording()
    with couriers_with(channel) as couriers:
        digest_once(database, rules, couriers, now=MORNING)
    assert sorted((sent.address, len(sent.told)) for sent in channel.taken) == [
        ("desk@eastvale.example", 2),
        ("desk@oakham.example", 1),
    ]


def test_what_was_settled_overnight_is_not_in_it(database: Database, rules: Rulebook, eastvale: int) -> None:
    raised(database, rules, [wanted(eastvale, subject_ref=s) for s in ("ntc_1", "ntc_2")])
    with database.write() as session:
        cancel_alerts(session, now=NOW, subject_ref="ntc_1")
    channel = Recording()
    with couriers_with(channel) as couriers:
        digest_once(database, rules, couriers, now=MORNING)
    assert [told.subject_ref for told in channel.taken[0].told] == ["ntc_2"]


def test_a_digest_that_was_not_taken_is_sent_again_under_the_same_id(
    database: Database, rules: Rulebook, eastvale: int
) -> None:
    raised(database, rules, [wanted(eastvale), wanted(eastvale)])
    ids: list[str] = []

    def refuse_once(sent: Letter) -> str:
        ids.append(sent.message_id)
        if len(ids) == 1:
            raise DeliveryError("451", permanent=False)
        return "250"

    with couriers_with(Recording(act=refuse_once)) as couriers:
        digest_once(database, rules, couriers, now=MORNING)
        assert {d.state for d in deliveries(database)} == {"queued"}
        digest_once(database, rules, couriers, now=MORNING + timedelta(hours=1))
    assert {d.state for d in deliveries(database)} == {"accepted"}
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_it_reads_from_what_is_overdue_to_what_is_new(database: Database, rules: Rulebook, eastvale: int) -> None:
    late = {"due_at": datetime(2026, 11, 17, 0, 0, tzinfo=UTC), "due_on": date(2026, 11, 16), "duty_code": "E13A"}
    raised(
        database,
        rules,
        [
            wanted(eastvale, subject_ref="ntc_new"),
            wanted(eastvale, "obligation.overdue", subject_ref="pla_late", details=late),
            wanted(eastvale, "obligation.due_soon", subject_ref="pla_soon"),
            wanted(eastvale, "rung.reached_nobody", subject_ref="pla_broken"),
        ],
    )
    with mail_sink() as sink:
        couriers = Couriers({"email": email_channel(sink.port)})
        digest_once(database, rules, couriers, now=MORNING)
        couriers.close()
    text = str(message_from_bytes(sink.messages[0], policy=policy.default).get_content())  # type: ignore[attr-defined]
    order = ["OVERDUE (1)", "pla_late", "NOT WORKING (1)", "pla_broken", "\nDUE (1)", "pla_soon", "NEW (1)", "ntc_new"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "by the end of Monday 16 November 2026, 2 days ago" in text
