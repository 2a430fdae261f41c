"""The auditor: proves that nothing open waits for nobody, and says so when it cannot."""

from typing import Any

from sqlalchemy import update

from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify.auditor import STALLED_AFTER, audit_once, describe, findings, is_fresh
from hub.notify.models import Delivery, Obligation
from hub.notify.sweep import sweep_once
from tests.notify.owing import DAY, HOUR, NOW, Owing, notice_owed, opened, plans_of


def change(database: Database, ref: str, **values: Any) -> None:
    with database.write() as session:
        session.execute(update(Obligation).where(Obligation.ref == ref).values(values))


def test_an_empty_hub_is_well(database: Database) -> None:
    found = audit_once(database, now=NOW)
    assert found.is_well
    assert describe(found).startswith("Well")


def test_open_obligations_with_a_next_step_or_an_owner_are_well(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    _, paused = opened(database, rules, notice_owed(owing), notice_owed(owing))
    change(database, paused, next_step_at=None, owner="T. Field, team manager", paused_at=NOW)
    assert audit_once(database, now=NOW).is_well


def test_an_open_obligation_with_neither_is_named(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    change(database, ref, next_step_at=None)
    found = audit_once(database, now=NOW)
    assert (found.is_well, found.unattended) == (False, (ref,))
    assert ref in describe(found)


def test_a_closed_obligation_needs_neither(database: Database, rules: Rulebook, owing: Owing) -> None:
    opened(database, rules, notice_owed(owing, fulfilled_at=NOW, fulfilled_by="ntc_1", reached_at=NOW))
    assert audit_once(database, now=NOW).is_well


def test_a_sweep_that_stopped_is_noticed(database: Database, rules: Rulebook, owing: Owing) -> None:
    opened(database, rules, notice_owed(owing, due_at=NOW))
    assert audit_once(database, now=NOW + STALLED_AFTER).is_well, "a tick may be a little late"
    found = audit_once(database, now=NOW + STALLED_AFTER + HOUR)
    assert (found.is_well, found.waiting_since) == (False, NOW)
    sweep_once(database, rules, now=NOW + HOUR)
    assert audit_once(database, now=NOW + HOUR).is_well


def test_news_of_something_long_overdue_is_no_fault_of_the_sweep(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    opened(database, rules, notice_owed(owing, due_at=NOW - 90 * DAY))
    assert audit_once(database, now=NOW).is_well


def test_a_queued_delivery_without_a_next_attempt_is_named(database: Database, rules: Rulebook, owing: Owing) -> None:
    opened(database, rules, notice_owed(owing, due_at=NOW))
    sweep_once(database, rules, now=NOW)
    with database.write() as session:
        session.execute(update(Delivery).values(next_attempt_at=None))
    found = audit_once(database, now=NOW)
    assert not found.is_well
    assert len(found.stuck_deliveries) == 2


def test_rows_the_sweep_failed_on_are_shown_and_are_not_unwell(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    change(database, ref, faults=1)
    found = audit_once(database, now=NOW)
    assert (found.is_well, found.faulty) == (True, (ref,))
    assert ref in describe(found)


def test_readiness_needs_a_recent_word_that_all_is_well(database: Database, rules: Rulebook, owing: Owing) -> None:
    def fresh(now: Any) -> bool:
        with database.read() as session:
            return is_fresh(session, now=now, stale_seconds=120)

    assert not fresh(NOW), "it has not spoken yet"
    audit_once(database, now=NOW)
    assert fresh(NOW + HOUR / 60)
    assert not fresh(NOW + HOUR), "stale"
    ref = opened(database, rules, notice_owed(owing))[0]
    change(database, ref, next_step_at=None)
    audit_once(database, now=NOW + HOUR)
    assert not fresh(NOW + HOUR), "recent, and not well"


def test_each_of_its_questions_is_answered_by_an_index(database: Database) -> None:
    """A watchdog that reads whole tables is one that gets switched off."""
    with database.read() as session:
        plans = plans_of(session, lambda: findings(session, now=NOW))
    used = [index for plan in plans for index in INDEXES if index in plan]
    assert sorted(used) == sorted(INDEXES)
    assert len(plans) == len(INDEXES)


INDEXES = (
    "ix_obligation_next_step", "ix_obligation_without_step", "ix_obligation_faulty", "ix_delivery_next_attempt",
    "ix_personal_mail_next_attempt",
)  # fmt: skip
