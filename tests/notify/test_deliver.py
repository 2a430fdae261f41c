"""Delivery: what is due is sent once, outside any transaction, recorded as it comes, and never given up in silence."""

import threading
from datetime import timedelta

from sqlalchemy import update

from hub.audit.events import Event
from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries as queries
from hub.notify.channels.base import Letter
from hub.notify.deliver import deliver_once, finish
from hub.notify.models import Delivery
from hub.notify.outbox import cancel_alerts
from tests.notify.post import (
    NOW,
    Recording,
    alerts,
    attempts,
    contact_point,
    couriers_with,
    delivered,
    deliveries,
    events,
    obligation,
    organisation,
    raised,
    refuses,
    state_of,
    wanted,
)

NEVER_ANSWERS = 5.0


def test_what_is_due_is_sent_and_recorded(database: Database, rules: Rulebook, eastvale: int, mailbox: int) -> None:
    raised(database, rules, [wanted(eastvale), wanted(eastvale)])
    with couriers_with(Recording()) as couriers:
        assert deliver_once(database, rules, couriers, now=NOW) == 2
        assert deliver_once(database, rules, couriers, now=NOW) == 0
    assert [(d.state, d.attempts, d.last_code, d.lease_owner) for d in deliveries(database)] == [
        ("accepted", 1, "250", None)
    ] * 2
    assert [(a.number, a.outcome, a.code) for a in attempts(database)] == [(1, "accepted", "250")] * 2


def test_the_letter_bears_the_deliverys_own_reference(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    channel = Recording()
    with couriers_with(channel) as couriers:
        delivered(database, rules, couriers)
    assert [sent.message_id for sent in channel.taken] == [d.ref for d in deliveries(database)]


def test_what_is_not_due_yet_waits(database: Database, rules: Rulebook, eastvale: int, mailbox: int) -> None:
    raised(database, rules, [wanted(eastvale)], now=NOW + timedelta(hours=1))
    with couriers_with(Recording()) as couriers:
        assert deliver_once(database, rules, couriers, now=NOW) == 0
    assert deliveries(database)[0].state == "queued"


def test_no_transaction_is_open_while_a_letter_is_sent(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])

    def write_meanwhile(_letter: Letter) -> str:
        with database.write() as session:
            session.execute(update(Delivery).values(last_code="meanwhile"))
        return "250"

    with couriers_with(Recording(act=write_meanwhile)) as couriers:
        assert delivered(database, rules, couriers) == 1
    assert deliveries(database)[0].state == "accepted"


def test_a_temporary_refusal_waits_as_the_ladder_says(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    waits = rules.policy.delivery.retry_seconds
    with couriers_with(Recording(act=refuses("451", permanent=False))) as couriers:
        deliver_once(database, rules, couriers, now=NOW)
    [delivery] = deliveries(database)
    assert (delivery.state, delivery.attempts, delivery.last_code) == ("queued", 1, "451")
    assert delivery.next_attempt_at is not None
    assert 0 <= (delivery.next_attempt_at - NOW).total_seconds() - waits[1] < 1


def test_a_receiver_that_says_when_to_come_back_is_given_that_long(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording(act=refuses("429", permanent=False, retry_after_seconds=600))) as couriers:
        deliver_once(database, rules, couriers, now=NOW)
    waited = deliveries(database)[0].next_attempt_at
    assert waited is not None
    assert waited - NOW >= timedelta(seconds=600)


def test_a_spent_ladder_is_given_up_and_told(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    contact_point(database, eastvale, "inbox", role="team_manager")
    raised(database, rules, [wanted(eastvale, subject_ref="ntc_1", is_urgent=True)])
    now = NOW
    with couriers_with(Recording(act=refuses("451", permanent=False))) as couriers:
        for _ in rules.policy.delivery.retry_seconds:
            deliver_once(database, rules, couriers, now=now)
            now += timedelta(days=2)
    given_up = deliveries(database, "email")[0]
    tries = len(rules.policy.delivery.retry_seconds)
    assert (given_up.state, given_up.attempts, given_up.next_attempt_at) == ("failed", tries, None)
    told = [(a.organisation_id, a.role, a.is_urgent) for a in alerts(database, "delivery.given_up")]
    assert told == [(eastvale, "team_manager", True), (operator, "operator", True)]
    assert [e.subject_ref for e in events(database, Event.DELIVERY_GIVEN_UP)] == ["ntc_1"]


def test_a_permanent_refusal_is_given_up_at_once(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording(act=refuses("550", permanent=True))) as couriers:
        delivered(database, rules, couriers)
    assert deliveries(database, "email")[0].state == "failed"
    assert [a.organisation_id for a in alerts(database, "delivery.given_up")] == [operator]


def test_what_cannot_tell_of_a_failure_does_not_raise_another_for_ever(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    running = organisation(database, "Those who run the hub", kind="hub_operator")
    contact_point(database, running, "email", "operator@hub.example", role="operator")
    contact_point(database, eastvale, "email", "manager@eastvale.example", role="team_manager")
    raised(database, rules, [wanted(eastvale)])
    with couriers_with(Recording(act=refuses("550", permanent=True))) as couriers:
        for minutes in range(5):
            delivered(database, rules, couriers, now=NOW + timedelta(minutes=minutes))
    assert len(alerts(database)) < 6
    assert {d.state for d in deliveries(database)} <= {"failed", "suppressed"}


def test_many_failures_of_one_contact_point_tell_the_operator_once(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int, operator: int
) -> None:
    raised(database, rules, [wanted(eastvale) for _ in range(20)])
    with couriers_with(Recording(act=refuses("550", permanent=True)), threads=1) as couriers:
        delivered(database, rules, couriers)
    assert len(alerts(database, "delivery.given_up")) == 1
    assert alerts(database, "delivery.given_up")[0].details["count"] == 20


def test_an_organisation_that_has_not_joined_is_reached_when_its_server_took_the_mail(
    database: Database, rules: Rulebook
) -> None:
    northmoor = organisation(database, "Northmoor", joined=False)
    contact_point(database, northmoor, "email", "desk@northmoor.example")
    owed = obligation(database, northmoor, "pla_1")
    raised(database, rules, [wanted(northmoor, subject_ref="ntc_1", details={"placement": "pla_1"})])
    assert state_of(database, owed) == "open"
    with couriers_with(Recording()) as couriers:
        delivered(database, rules, couriers)
    assert state_of(database, owed) == "met"
    assert [e.subject_ref for e in events(database, Event.NOTICE_REACHED)] == ["ntc_1"]


def test_a_reminder_of_something_else_reaches_nobody_in_the_laws_sense(database: Database, rules: Rulebook) -> None:
    northmoor = organisation(database, "Northmoor", joined=False)
    contact_point(database, northmoor, "email", "desk@northmoor.example")
    owed = obligation(database, northmoor, "pla_1")
    raised(database, rules, [wanted(northmoor, "obligation.overdue", subject_ref="pla_1")])
    with couriers_with(Recording()) as couriers:
        delivered(database, rules, couriers)
    assert state_of(database, owed) == "open"


# --- what was settled is not sent -----------------------------------------------------------------------------------


def test_what_was_settled_after_the_claim_is_not_sent(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale, subject_ref=s) for s in ("ntc_1", "ntc_2")])

    def settle_the_other(_letter: Letter) -> str:
        with database.write() as session:
            cancel_alerts(session, now=NOW, subject_ref="ntc_2")
        return "250"

    channel = Recording(act=settle_the_other)
    with couriers_with(channel, threads=1, recheck_seconds=0) as couriers:
        delivered(database, rules, couriers)
    assert [sent.told[0].subject_ref for sent in channel.taken] == ["ntc_1"]
    assert [d.state for d in deliveries(database)] == ["accepted", "cancelled"]


def test_what_was_settled_while_it_was_sent_stays_settled_and_the_attempt_is_evidence(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale, subject_ref="ntc_1")])

    def settle_it(_letter: Letter) -> str:
        with database.write() as session:
            cancel_alerts(session, now=NOW, subject_ref="ntc_1")
        return "250"

    with couriers_with(Recording(act=settle_it)) as couriers:
        delivered(database, rules, couriers)
    assert deliveries(database)[0].state == "cancelled"
    assert [a.outcome for a in attempts(database)] == ["accepted"]


# --- leases ---------------------------------------------------------------------------------------------------------


def test_what_another_worker_holds_is_left_to_it_until_its_lease_ends(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    lease = timedelta(seconds=rules.policy.delivery.lease_seconds)
    with database.write() as session:
        queries.claim(session, owner="another worker, now dead", until=NOW + lease, now=NOW, at_most=10)
    with couriers_with(Recording()) as couriers:
        assert deliver_once(database, rules, couriers, now=NOW) == 0
        assert deliver_once(database, rules, couriers, now=NOW + lease) == 1


def test_an_outcome_whose_lease_has_passed_to_another_changes_nothing(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])

    def lose_the_lease(_letter: Letter) -> str:
        with database.write() as session:
            session.execute(update(Delivery).values(lease_owner="another worker"))
        return "250"

    with couriers_with(Recording(act=lose_the_lease)) as couriers:
        delivered(database, rules, couriers)
    [delivery] = deliveries(database)
    assert (delivery.state, delivery.lease_owner, attempts(database)) == ("queued", "another worker", [])


def test_a_fault_of_ours_is_tried_again_and_ends_no_thread(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale) for _ in range(3)])
    faults = iter([ZeroDivisionError("at Canary Street 1"), None, None])

    def act(_letter: Letter) -> str:
        if fault := next(faults):
            raise fault
        return "250"

    with couriers_with(Recording(act=act), threads=1) as couriers:
        assert delivered(database, rules, couriers) == 3
    assert sorted(d.last_code or "" for d in deliveries(database)) == ["250", "250", "fault"]


# --- slow receivers -------------------------------------------------------------------------------------------------


def test_a_receiver_that_does_not_answer_holds_up_nobody_else(
    database: Database, rules: Rulebook, eastvale: int
) -> None:
    contact_point(database, eastvale, "webhook", "slow.eastvale.example")
    oakham = organisation(database, "Oakham")
    contact_point(database, oakham, "webhook", "quick.oakham.example")
    raised(database, rules, [wanted(eastvale) for _ in range(30)])
    raised(database, rules, [wanted(oakham) for _ in range(120)])
    answers = threading.Event()

    def act(sent: Letter) -> str:
        if sent.address.startswith("slow"):
            answers.wait(NEVER_ANSWERS)
        return "250"

    channel = Recording(act=act)
    with couriers_with(channel, name="webhook", slow_seconds=0.1) as couriers:
        for _ in range(4):
            deliver_once(database, rules, couriers, now=NOW)
        quick = [d.state for d in deliveries(database) if d.id > 30]
        assert quick == ["accepted"] * 120
        held = [d for d in deliveries(database) if d.lease_owner is not None]
        assert len(held) <= 2, "what has not begun is given back"
        answers.set()
        finish(database, rules, couriers, now=NOW)
        delivered(database, rules, couriers)
    assert {d.state for d in deliveries(database)} == {"accepted"}
    assert len(channel.taken) == 150


def test_what_is_under_way_when_a_worker_stops_is_still_recorded(
    database: Database, rules: Rulebook, eastvale: int, mailbox: int
) -> None:
    raised(database, rules, [wanted(eastvale)])
    answers = threading.Event()
    with couriers_with(Recording(act=lambda _: (answers.wait(5) and "250") or "none"), slow_seconds=0.01) as couriers:
        assert deliver_once(database, rules, couriers, now=NOW) == 0
        answers.set()
        assert finish(database, rules, couriers, now=NOW) == 1
    assert deliveries(database)[0].state == "accepted"


def test_finished_letters_are_recorded_while_a_slow_one_is_still_under_way(
    database: Database, rules: Rulebook, eastvale: int
) -> None:
    for name in ("a-slow", "b", "c", "d"):
        contact_point(database, eastvale, "email", f"{name}@eastvale.example")
    raised(database, rules, [wanted(eastvale)])
    recorded = threading.Event()

    def act(sent: Letter) -> str:
        if sent.address.startswith("a-slow"):
            for _ in range(100):
                if sum(d.state == "accepted" for d in deliveries(database)) == 3:
                    recorded.set()
                    break
                threading.Event().wait(0.02)
        return "250"

    with couriers_with(Recording(act=act)) as couriers:
        delivered(database, rules, couriers)
    assert recorded.is_set()
