"""Acknowledging: per organisation, with a promise that is chased when it is not kept."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.core.actor import Actor
from hub.core.clock import end_of_day
from hub.core.db import Database
from hub.core.errors import Invalid, StateConflict
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.acknowledgements import Acknowledged, acknowledge
from hub.notify.models import Acknowledgement
from hub.notify.outbox import Wanted, raise_alerts
from hub.notify.sweep import sweep_once
from tests.notify.owing import DAY, HOUR, NOW, Owing, alerts, notice_owed, opened, queued, read, recorded, register_owed

NOTICE, PLACEMENT = "ntc_first", "pla_first"
FRIDAY = date(2026, 11, 20)


def acknowledged(
    database: Database, rules: Rulebook, actor: Actor, now: datetime = NOW, **promised: Any
) -> Acknowledged:
    with database.write() as session:
        return acknowledge(
            session,
            actor,
            subject_ref=NOTICE,
            placement_ref=PLACEMENT,
            by="H. Mann, duty desk",
            rules=rules,
            now=now,
            **promised,
        )


def owed_by_host(database: Database, rules: Rulebook, owing: Owing, **given: Any) -> tuple[str, str]:
    """Eastvale owes Northmoor an acknowledgement, and its own register an entry, by tomorrow."""
    to_northmoor = {
        "duty_code": "EACK", "owed_to_id": owing.northmoor.organisation_id, "owed_to_role": "placing_authority",
    }  # fmt: skip
    due = {"subject_ref": PLACEMENT, "due_at": NOW + DAY} | given
    ack, entry = opened(database, rules, register_owed(owing, **(to_northmoor | due)), register_owed(owing, **due))
    return ack, entry


def test_acknowledging_meets_that_organisations_duty_to_acknowledge(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ack, entry = owed_by_host(database, rules, owing)
    answer = acknowledged(database, rules, owing.eastvale)
    assert answer.fulfilled == (ack,)
    assert [read(database, ref).state for ref in (ack, entry)] == ["met", "open"]
    assert recorded(database, NOTICE)[-1][0] == "notice.acknowledged"


def test_it_does_not_decide_whether_the_notice_was_in_time(database: Database, rules: Rulebook, owing: Owing) -> None:
    notice = opened(database, rules, notice_owed(owing, subject_ref=PLACEMENT))[0]
    acknowledged(database, rules, owing.eastvale)
    assert read(database, notice).state == "open"


def test_one_organisations_acknowledgement_never_silences_another(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    with database.write() as session:
        both = [
            Wanted("notice.registered", actor.organisation, "duty_desk", NOTICE)
            for actor in (owing.eastvale, owing.northmoor)
        ]
        raise_alerts(session, both, rules=rules, now=NOW)
    acknowledged(database, rules, owing.eastvale)
    live = [alert.organisation_id for alert in alerts(database, subject_ref=NOTICE) if alert.cancelled_at is None]
    assert live == [owing.northmoor.organisation_id]
    assert len(queued(database)) == 1


def test_an_organisation_acknowledges_a_notice_once(database: Database, rules: Rulebook, owing: Owing) -> None:
    acknowledged(database, rules, owing.eastvale)
    with pytest.raises(StateConflict):
        acknowledged(database, rules, owing.eastvale)
    acknowledged(database, rules, owing.northmoor)


def test_a_promise_holds_the_ladder_until_the_day_is_over(database: Database, rules: Rulebook, owing: Owing) -> None:
    _, entry = owed_by_host(database, rules, owing)
    acknowledged(database, rules, owing.eastvale, promise="enter_register", promise_on=FRIDAY)
    row = read(database, entry)
    assert (row.promise_on, row.next_step_at) == (FRIDAY, end_of_day(FRIDAY))


def test_an_unkept_promise_resumes_the_ladder_where_it_stood_and_says_so(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    _, entry = owed_by_host(database, rules, owing)
    acknowledged(database, rules, owing.eastvale, promise="enter_register", promise_on=FRIDAY)
    over = end_of_day(FRIDAY)
    assert sweep_once(database, rules, now=over - HOUR) == 0
    assert sweep_once(database, rules, now=over) == 1
    assert [(alert.kind, alert.role) for alert in alerts(database)] == [("promise.unkept", "duty_desk")]
    row = read(database, entry)
    assert row.next_rung == 1
    assert row.next_step_at is not None
    assert row.next_step_at >= over + DAY, "the next rung is put off by as much, not called at once"


def test_a_promise_never_calls_anybody_earlier_than_the_ladder_would_have(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    _, entry = owed_by_host(database, rules, owing, due_at=NOW + 20 * DAY)
    before = read(database, entry).next_step_at
    acknowledged(database, rules, owing.eastvale, promise="enter_register", promise_on=FRIDAY)
    assert read(database, entry).next_step_at == before


def test_a_promise_on_what_is_paused_leaves_it_with_its_owner(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    _, entry = owed_by_host(database, rules, owing)
    with database.write() as session:
        by = "H. Mann, desk manager"
        obligations.pause(session, owing.eastvale, entry, reason="awaiting_information", by=by, now=NOW)
    acknowledged(database, rules, owing.eastvale, promise="enter_register", promise_on=FRIDAY)
    row = read(database, entry)
    assert (row.owner, row.next_step_at) == (owing.eastvale.ref, None)


@pytest.mark.parametrize("days_later", [0, 30])
def test_a_promise_is_kept_when_what_was_promised_is_done(
    database: Database, rules: Rulebook, owing: Owing, days_later: int
) -> None:
    owed_by_host(database, rules, owing)
    acknowledged(database, rules, owing.eastvale, promise="enter_register", promise_on=FRIDAY)
    done_at = NOW + timedelta(days=days_later)
    with database.write() as session:
        obligations.fulfil(
            session,
            owing.eastvale,
            subject_ref=PLACEMENT,
            duty_codes={"EREG"},
            by_ref="pla_first",
            at=done_at,
            reached_at=None,
            owed_by_id=owing.eastvale.organisation_id,
            rules=rules,
            now=done_at,
        )
    with database.read() as session:
        assert session.scalars(select(Acknowledgement.kept_at)).all() == [done_at]


@pytest.mark.parametrize(
    ("promised", "field"),
    [
        ({"promise": "enter_register"}, "promise_on"),
        ({"promise_on": FRIDAY}, "promise"),
        ({"promise": "do_my_best", "promise_on": FRIDAY}, "promise"),
        ({"promise": "enter_register", "promise_on": date(2026, 11, 17)}, "promise_on"),
        ({"promise": "enter_register", "promise_on": date(2027, 11, 17)}, "promise_on"),
    ],
)
def test_a_promise_names_what_and_by_which_day_soon(
    database: Database, rules: Rulebook, owing: Owing, promised: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        acknowledged(database, rules, owing.eastvale, **promised)
    assert field in refused.value.fields
