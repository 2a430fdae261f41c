"""The sweep: each step once, nobody skipped unseen, and always a next step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.directory.models import ContactPoint
from hub.duties.rulebook import Rulebook
from hub.notify import obligations, sweep_queries
from hub.notify.models import Escalation
from hub.notify.sweep import sweep_once
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    alerts,
    notice_owed,
    open_desk,
    opened,
    queued,
    read,
    recorded,
    register_owed,
    steps_of,
)

DUE = NOW + 2 * DAY
"""A Friday at ten."""


def sweep(database: Database, rules: Rulebook, now: datetime) -> int:
    """Sweep at *now* until nothing is due; return how many steps were taken."""
    taken = 0
    while done := sweep_once(database, rules, now=now):
        taken += done
        assert taken < 1_000, "the sweep finds work for ever"
    return taken


def days(database: Database, rules: Rulebook, start: datetime, number: int) -> None:
    """Let *number* days pass, with a sweep every hour."""
    for hour in range(number * 24 + 1):
        sweep(database, rules, start + timedelta(hours=hour))


def climbed(database: Database, ref: str) -> list[tuple[int, int, str, list[str]]]:
    return [(step.rung, step.cycle, step.outcome, step.roles) for step in steps_of(database, ref)]


# --- climbing -------------------------------------------------------------------------------------------------------


def test_nothing_due_is_nothing_done(database: Database, rules: Rulebook, owing: Owing) -> None:
    opened(database, rules, notice_owed(owing))
    assert sweep_once(database, rules, now=NOW) == 0


def test_an_unkept_duty_climbs_rung_by_rung_to_the_director_and_then_repeats(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    days(database, rules, NOW, 29)
    assert climbed(database, ref) == [
        (0, 0, "raised", ["social_worker"]),
        (1, 0, "raised", ["social_worker", "team_manager"]),
        (2, 0, "raised", ["service_manager"]),
        (3, 0, "raised", ["head_of_service", "nominated_officer"]),
        (4, 0, "raised", ["dcs"]),
        (5, 0, "raised", ["dcs"]),
        (6, 0, "report_prepared", ["dcs"]),
        (6, 1, "report_prepared", ["dcs"]),
    ]


def test_each_step_says_when_it_fell_due_and_when_it_was_taken(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    sweep(database, rules, DUE - DAY + 3 * HOUR)
    step = steps_of(database, ref)[0]
    assert (step.fell_due_at, step.raised_at) == (DUE - DAY, DUE - DAY + 3 * HOUR)


def test_working_days_between_rungs_leave_out_the_weekend(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    days(database, rules, NOW, 10)
    taken = [step.fell_due_at for step in steps_of(database, ref)]
    assert taken[:4] == [DUE - DAY, DUE, DUE + 3 * DAY, DUE + 5 * DAY], "Thursday, Friday, Monday, Wednesday"


def test_steps_missed_while_no_sweep_ran_are_taken_one_after_another_each_once(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    assert sweep(database, rules, DUE + 5 * DAY) == 4
    assert [step.rung for step in steps_of(database, ref)] == [0, 1, 2, 3]


def test_missed_repeats_are_not_made_up_for(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    sweep(database, rules, DUE + 90 * DAY)
    assert climbed(database, ref)[-1][:2] == (6, 0)


def test_what_the_hub_learns_of_late_starts_at_once_and_climbs_from_then(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, due_at=NOW - 9 * DAY))[0]
    sweep(database, rules, NOW)
    assert [step.roles for step in steps_of(database, ref)] == [["social_worker", "team_manager"]]
    days(database, rules, NOW, 8)
    assert [step.fell_due_at for step in steps_of(database, ref)] == [
        NOW,
        NOW + DAY,
        NOW + 5 * DAY,
        NOW + 7 * DAY,
        NOW + 7 * DAY,
    ]


def test_a_child_at_risk_starts_at_the_head_of_service_urgently_and_climbs_in_hours(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, heightened=True, due_at=NOW))[0]
    days(database, rules, NOW, 1)
    first, second = steps_of(database, ref)[:2]
    assert (first.roles, first.fell_due_at) == (["head_of_service", "nominated_officer"], NOW)
    assert (second.roles, second.fell_due_at) == (["dcs"], NOW + 4 * HOUR)
    assert all(alert.is_urgent for alert in alerts(database))


def test_a_recommendation_never_climbs_above_the_service_manager(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    opening = notice_owed(owing, duty_code="EPOL", basis="recommendation", owed_to_role="police_force")
    opened(database, rules, opening)
    days(database, rules, NOW, 40)
    assert {alert.role for alert in alerts(database)} <= {
        "social_worker", "missing_coordinator", "team_manager", "service_manager", "operator", "duty_desk",
    }  # fmt: skip


def test_a_report_for_an_outside_body_goes_to_a_person_of_the_hub_and_to_nobody_outside(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    days(database, rules, NOW, 20)
    reports = alerts(database, kind="report.prepared")
    assert {(alert.organisation_id, alert.role) for alert in reports} == {(owing.eastvale.organisation_id, "dcs")}
    assert steps_of(database, ref)[6].outcome == "report_prepared"


def test_a_rung_for_the_placing_authority_of_a_homes_duty_reaches_it(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    council = notice_owed(owing)
    home = notice_owed(
        owing,
        duty_code="E41A",
        subject_ref=council.subject_ref,
        owed_by_id=owing.willow.organisation_id,
        owed_by_role="registered_person",
        due_at=NOW,
    )
    ref = opened(database, rules, council, home)[1]
    days(database, rules, NOW, 1)
    told = {(a.organisation_id, a.role) for a in alerts(database, obligation_id=read(database, ref).id)}
    assert (owing.northmoor.organisation_id, "team_manager") in told


def test_the_kind_of_alert_says_whether_it_is_due_soon_or_overdue(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    opened(database, rules, notice_owed(owing))
    sweep(database, rules, DUE - DAY)
    assert {alert.kind for alert in alerts(database)} == {"obligation.due_soon"}
    sweep(database, rules, DUE)
    assert {alert.kind for alert in alerts(database)} == {"obligation.due_soon", "obligation.overdue"}


def test_a_step_is_one_escalation_one_audit_entry_and_its_alerts(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, due_at=NOW))[0]
    sweep(database, rules, NOW)
    said = [details for happened, details in recorded(database, ref) if happened == "obligation.escalated"]
    assert [(entry["rung"], entry["cycle"], entry["outcome"]) for entry in said] == [(1, 0, "raised")]
    assert [alert.role for alert in alerts(database)] == ["social_worker", "team_manager"]


def test_a_hundred_due_are_one_transaction_whose_statements_do_not_grow_with_the_rows(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    def statements(number: int) -> int:
        opened(database, rules, *(notice_owed(owing, due_at=NOW) for _ in range(number)))
        count = 0

        def counting(*_args: Any) -> None:
            nonlocal count
            count += 1

        event.listen(database.engine, "before_cursor_execute", counting)
        assert sweep_once(database, rules, now=NOW) == number
        event.remove(database.engine, "before_cursor_execute", counting)
        return count

    statements(1)
    assert statements(100) <= statements(2)


# --- nobody to tell -------------------------------------------------------------------------------------------------


@pytest.fixture
def without_manager(database: Database, owing: Owing) -> Owing:
    """Northmoor's service manager has no working mailbox any more."""
    with database.write() as session:
        gone = ContactPoint.organisation_id == owing.northmoor.organisation_id
        session.execute(update(ContactPoint).where(gone, ContactPoint.role == "service_manager").values(flagged_at=NOW))
    return owing


def test_a_rung_that_reaches_nobody_is_skipped_at_once_and_reported(
    database: Database, rules: Rulebook, without_manager: Owing
) -> None:
    ref = opened(database, rules, notice_owed(without_manager))[0]
    monday = DUE + 3 * DAY
    sweep(database, rules, monday)
    assert climbed(database, ref)[2:] == [
        (2, 0, "reached_nobody", ["service_manager"]),
        (3, 0, "raised", ["head_of_service", "nominated_officer"]),
    ]
    told = {(alert.organisation_id, alert.role) for alert in alerts(database, kind="rung.reached_nobody")}
    assert told == {
        (without_manager.operator.organisation_id, "operator"),
        (without_manager.northmoor.organisation_id, "duty_desk"),
    }


def test_after_a_skipped_rung_the_one_after_the_next_keeps_its_own_time(
    database: Database, rules: Rulebook, without_manager: Owing
) -> None:
    ref = opened(database, rules, notice_owed(without_manager))[0]
    days(database, rules, NOW, 9)
    taken = {step.rung: step.fell_due_at for step in steps_of(database, ref)}
    assert taken[3] == DUE + 3 * DAY, "at once, after the rung that reached nobody"
    assert taken[4] == DUE + 7 * DAY, "five working days after it was due"


def test_somebody_who_is_not_in_the_directory_is_chased_through_the_operator(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, owed_by_id=None))[0]
    sweep(database, rules, DUE)
    assert {step.outcome for step in steps_of(database, ref)} == {"reached_nobody", "raised"}
    assert read(database, ref).next_step_at is not None
    assert alerts(database, role="operator")


def test_a_ladder_on_which_nobody_can_be_reached_still_has_a_next_step(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    nobody = notice_owed(owing, owed_by_id=None, owed_to_id=None)
    ref = opened(database, rules, nobody)[0]
    assert sweep(database, rules, DUE) == 7, "every rung once, skipped at once"
    at = read(database, ref).next_step_at
    assert at is not None
    assert at > DUE


def test_a_desk_that_is_opened_again_is_told_from_the_next_rung_on(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    opening = register_owed(owing, owed_by_id=owing.willow.organisation_id, duty_code="EACK", due_at=NOW)
    ref = opened(database, rules, opening)[0]
    with database.write() as session:
        open_desk(session, owing.willow.organisation, "desk_manager")
    days(database, rules, NOW, 1)
    assert climbed(database, ref)[1] == (1, 0, "raised", ["desk_manager"])


# --- registered, not reached; promises; pauses ----------------------------------------------------------------------


def test_what_is_registered_and_not_reached_is_told_to_the_sender_and_the_operator_until_it_is(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, fulfilled_at=NOW, fulfilled_by="ntc_1"))[0]
    assert sweep(database, rules, NOW + 4 * HOUR) == 1
    told = [(alert.organisation_id, alert.role) for alert in alerts(database, kind="obligation.not_reached")]
    assert told == [(owing.northmoor.organisation_id, "duty_desk"), (owing.operator.organisation_id, "operator")]
    assert read(database, ref).next_step_at == NOW + 8 * HOUR
    assert steps_of(database, ref) == [], "no rung of the ladder: whoever owes it has done their part"


def test_what_a_pause_put_off_is_put_off_by_as_much_for_the_rest_of_the_ladder(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing))[0]
    sweep(database, rules, DUE - DAY)
    with database.write() as session:
        by = "T. Field, team manager"
        obligations.pause(session, owing.northmoor, ref, reason="awaiting_information", by=by, now=DUE - DAY)
    later = DUE + 14 * DAY
    with database.write() as session:
        obligations.resume(session, owing.northmoor, ref, rules=rules, now=later)
    assert sweep(database, rules, later) == 1, "one rung, not all that would have been"
    assert read(database, ref).next_step_at == later + 3 * DAY


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_row_that_raises_is_put_an_hour_ahead_and_shown_and_does_not_stop_the_others(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    refs = opened(database, rules, *(notice_owed(owing, due_at=NOW) for _ in range(3)))
    broken = read(database, refs[1])
    with database.write() as session:  # its step stands recorded already, so taking it must fail
        session.add(
            Escalation(
                obligation_id=broken.id, rung=1, cycle=0, fell_due_at=NOW, raised_at=NOW, outcome="raised", roles=[]
            )
        )
    assert sweep_once(database, rules, now=NOW) == 2
    row = read(database, refs[1])
    assert (row.faults, row.next_step_at) == (1, NOW + HOUR)
    assert all(len(steps_of(database, ref)) == 1 for ref in refs)
    assert [alert.role for alert in alerts(database, kind="sweep.fault")] == ["operator"]
    assert [event for event, _ in recorded(database, refs[1])][-2:] == ["obligation.postponed", "alert.raised"]


def test_a_batch_that_fails_leaves_nothing_behind(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, notice_owed(owing, due_at=NOW))[0]
    with database.write() as session:
        row = read(database, ref)
        session.add(
            Escalation(
                obligation_id=row.id, rung=1, cycle=0, fell_due_at=NOW, raised_at=NOW, outcome="raised", roles=[]
            )
        )
    sweep_once(database, rules, now=NOW)
    assert alerts(database, kind="obligation.overdue") == []
    assert {delivery.held_for for delivery in queued(database)} == {None}, "the operator's alone"


@pytest.mark.parametrize("close", ["met", "void"])
def test_a_closed_obligation_takes_no_step(database: Database, rules: Rulebook, owing: Owing, close: str) -> None:
    opening = notice_owed(owing)
    ref = opened(database, rules, opening)[0]
    closing: dict[str, Callable[[Any], Any]] = {
        "met": lambda session: obligations.fulfil(
            session, SYSTEM, subject_ref=opening.subject_ref, duty_codes={"E13E"}, by_ref="ntc_1", at=NOW,
            reached_at=NOW, rules=rules, now=NOW,
        ),
        "void": lambda session: obligations.void_for(
            session, SYSTEM, subject_ref=opening.subject_ref, duty_codes=None, reason="not_owed", now=NOW
        ),
    }  # fmt: skip
    with database.write() as session:
        closing[close](session)
    days(database, rules, NOW, 10)
    assert steps_of(database, ref) == []


def test_an_open_obligation_that_lost_its_state_race_is_not_moved(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    """The guard names state and instant: a step decided on an older reading of the row changes nothing."""
    ref = opened(database, rules, notice_owed(owing, due_at=NOW))[0]
    row = read(database, ref)
    stale = {"key": row.id, "was": NOW - HOUR, "to_rung": 5, "to_cycle": 0, "at": NOW + DAY}
    with database.write() as session:
        assert sweep_queries.advance(session, [stale]) == 0
    assert read(database, ref).next_rung == row.next_rung
