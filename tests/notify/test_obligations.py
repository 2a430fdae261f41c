"""Obligations: two instants decide, fulfilled and reached; late is for ever; others' do not exist."""

from datetime import date, datetime

import pytest

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.decisions import set_due_date
from hub.notify.messages.render import template_of
from hub.notify.models import Obligation
from hub.notify.sweep import sweep_once
from hub.notify.worklists import standing
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    alerts,
    fulfilled,
    notice_owed,
    opened,
    queued,
    read,
    recorded,
    register_owed,
)

REACH_CHECK = 4 * HOUR


def reached(database: Database, row: Obligation, at: datetime) -> list[str]:
    with database.write() as session:
        host = row.owed_to_id or 0
        return obligations.reach(session, SYSTEM, subject_ref=row.subject_ref, organisation_id=host, at=at, now=at)


def bounced(database: Database, row: Obligation, at: datetime) -> list[str]:
    with database.write() as session:
        return obligations.unreach(
            session,
            SYSTEM,
            subject_ref=row.subject_ref,
            organisation_id=row.owed_to_id or 0,
            reason="bounced",
            now=at,
        )


# --- opening --------------------------------------------------------------------------------------------------------


def test_an_open_obligation_has_a_ladder_and_a_next_step(notice: Obligation) -> None:
    assert (notice.state, notice.next_rung) == ("open", 0)
    assert notice.ladder_id is not None
    assert notice.next_step_at == NOW + DAY, "the reminder comes a day before it is due"


def test_one_already_fulfilled_and_reached_goes_in_as_met(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref, late_ref = opened(
        database,
        rules,
        notice_owed(owing, fulfilled_at=NOW, fulfilled_by="ntc_first", reached_at=NOW),
        notice_owed(owing, due_at=NOW - HOUR, fulfilled_at=NOW, fulfilled_by="ntc_second", reached_at=NOW),
    )
    assert [read(database, one).state for one in (ref, late_ref)] == ["met", "met_late"]
    assert read(database, ref).next_step_at is None


def test_the_instant_of_registration_decides_lateness_and_not_that_of_reaching(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    due = NOW - HOUR
    ref = opened(
        database, rules, notice_owed(owing, due_at=due, fulfilled_at=due, fulfilled_by="ntc_1", reached_at=NOW)
    )[0]
    assert read(database, ref).state == "met"


def test_one_fulfilled_and_not_reached_stays_open_and_is_looked_at_again(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, fulfilled_at=NOW, fulfilled_by="ntc_1"))[0]
    row = read(database, ref)
    assert (row.state, row.next_step_at) == ("open", NOW + REACH_CHECK)
    assert standing(row, now=NOW) == "registered_not_reached"


def test_what_is_owed_to_nobody_else_is_met_as_soon_as_it_is_done(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, register_owed(owing, fulfilled_at=NOW, fulfilled_by="ack_1"))[0]
    assert read(database, ref).state == "met"


def test_the_same_duty_between_the_same_parties_is_opened_once(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    opening = notice_owed(owing)
    assert len(opened(database, rules, opening, opening)) == 1
    assert opened(database, rules, opening) == []


def test_a_void_one_may_be_opened_again(database: Database, rules: Rulebook, owing: Owing) -> None:
    opening = notice_owed(owing)
    opened(database, rules, opening)
    with database.write() as session:
        obligations.void_for(
            session, SYSTEM, subject_ref=opening.subject_ref, duty_codes=None, reason="registered_in_error", now=NOW
        )
    assert len(opened(database, rules, opening)) == 1


def test_opening_many_is_one_audit_entry_for_each_state(database: Database, rules: Rulebook, owing: Owing) -> None:
    first = notice_owed(owing)
    openings = [
        first,
        register_owed(owing, subject_ref=first.subject_ref),
        notice_owed(
            owing, duty_code="EPOL", basis="statutory_guidance", subject_ref=first.subject_ref, fulfilled_at=NOW,
            fulfilled_by="ntc_1", reached_at=NOW,
        ),
    ]  # fmt: skip
    opened(database, rules, *openings)
    said = [details for event, details in recorded(database, first.subject_ref) if event == "obligation.opened"]
    assert {entry["state"]: sorted(entry["obligations"].values()) for entry in said} == {
        "open": ["E13E", "EREG"],
        "met": ["EPOL"],
    }


def test_a_due_date_that_cannot_be_computed_is_asked_of_a_person_at_once(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, notice_owed(owing, due_at=None))[0]
    assert sweep_once(database, rules, now=NOW) == 1
    assert {alert.kind for alert in alerts(database)} == {"obligation.undated"}
    with database.write() as session:
        set_due_date(session, owing.northmoor, ref, due_on=date(2026, 11, 25), rules=rules, now=NOW)
    row = read(database, ref)
    assert (row.due_at, row.next_step_at) == (
        datetime.fromisoformat("2026-11-26T00:00Z"),
        datetime.fromisoformat("2026-11-25T00:00Z"),
    )


def test_the_letter_about_a_missing_date_says_each_reason_that_there_may_be() -> None:
    text = template_of("obligation.undated").text
    assert [each for each in ("an approval", "bank holidays", "not sure") if each not in text] == []


def test_a_due_date_from_the_law_cannot_be_moved(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with pytest.raises(StateConflict), database.write() as session:
        set_due_date(session, owing.northmoor, notice.ref, due_on=date(2027, 1, 1), rules=rules, now=NOW)


# --- fulfilled, reached, lost ---------------------------------------------------------------------------------------


def test_a_notice_in_time_whose_recipient_is_reached_meets_it(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW + HOUR, reached_at=NOW + HOUR)
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_by, row.next_step_at) == ("met", "ntc_first", None)


def test_a_notice_after_the_due_instant_is_met_late(database: Database, rules: Rulebook, notice: Obligation) -> None:
    late = NOW + 3 * DAY
    fulfilled(database, rules, notice, at=late, reached_at=late)
    assert read(database, notice.ref).state == "met_late"


def test_a_notice_at_the_due_instant_itself_is_in_time(database: Database, rules: Rulebook, notice: Obligation) -> None:
    assert notice.due_at is not None
    fulfilled(database, rules, notice, at=notice.due_at, reached_at=notice.due_at)
    assert read(database, notice.ref).state == "met"


def test_registered_and_not_yet_reached_is_open_until_it_is_reached(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=None)
    assert standing(read(database, notice.ref), now=NOW) == "registered_not_reached"
    reached(database, notice, NOW + 5 * DAY)
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_at, row.reached_at) == ("met", NOW, NOW + 5 * DAY)


def test_reaching_without_a_notice_meets_nothing(database: Database, notice: Obligation) -> None:
    assert reached(database, notice, NOW) == []
    assert read(database, notice.ref).state == "open"


def test_reaching_one_organisation_does_not_meet_what_is_owed_to_another(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=None)
    with database.write() as session:
        other = owing.willow.organisation
        met = obligations.reach(session, SYSTEM, subject_ref=notice.subject_ref, organisation_id=other, at=NOW, now=NOW)
    assert met == []


def test_a_bounce_reopens_and_tells_a_person_at_once(database: Database, rules: Rulebook, notice: Obligation) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=NOW)
    assert bounced(database, notice, NOW + HOUR) == [notice.ref]
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_at, row.reached_at) == ("open", NOW, None)
    assert sweep_once(database, rules, now=NOW + HOUR) == 1
    told = {(alert.kind, alert.role) for alert in alerts(database)}
    assert told == {("obligation.not_reached", "duty_desk"), ("obligation.not_reached", "operator")}


def test_after_a_bounce_the_first_registration_still_decides_lateness(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=NOW)
    bounced(database, notice, NOW + HOUR)
    reached(database, notice, NOW + 9 * DAY)
    assert read(database, notice.ref).state == "met"


def test_a_second_notice_does_not_move_the_instant_of_the_first(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=None)
    fulfilled(database, rules, notice, at=NOW + 9 * DAY, reached_at=NOW + 9 * DAY)
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_at) == ("met", NOW)


def test_when_the_notice_that_met_it_is_withdrawn_it_is_owed_again_and_late_stays_late(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    late = NOW + 3 * DAY
    fulfilled(database, rules, notice, at=late, reached_at=late)
    with database.write() as session:
        obligations.reopen_fulfilled_by(
            session,
            SYSTEM,
            subject_ref=notice.subject_ref,
            by_ref="ntc_first",
            reason="withdrawn",
            rules=rules,
            now=late,
        )
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_at, row.was_late) == ("open", None, True)
    assert row.next_step_at == late, "its ladder goes on at once: it is overdue"
    fulfilled(database, rules, notice, at=late + HOUR, reached_at=late + HOUR)
    assert read(database, notice.ref).state == "met_late"


def test_closing_cancels_in_the_same_transaction_what_was_still_to_be_sent(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    sweep_once(database, rules, now=NOW + DAY)
    assert queued(database)
    fulfilled(database, rules, notice, at=NOW + DAY, reached_at=NOW + DAY)
    assert queued(database) == []


def test_every_change_is_recorded_with_it(database: Database, rules: Rulebook, notice: Obligation) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=None)
    reached(database, notice, NOW)
    bounced(database, notice, NOW)
    events = [event for event, _ in recorded(database, notice.ref)]
    assert events == ["obligation.fulfilled", "obligation.met", "obligation.reopened"]
