"""Obligations: two instants decide, fulfilled and reached; late is for ever; others' do not exist."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database, keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.decisions import set_due_date
from hub.notify.models import Obligation
from hub.notify.queries import Listing
from hub.notify.states import OBLIGATION
from hub.notify.sweep import sweep_once
from hub.notify.worklists import obligation as as_shown
from hub.notify.worklists import obligations as as_listed
from hub.notify.worklists import standing, worklist
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    alerts,
    notice_owed,
    opened,
    queued,
    read,
    recorded,
    register_owed,
)

REACH_CHECK = 4 * HOUR


def fulfilled(
    database: Database, rules: Rulebook, row: Obligation, *, at: datetime, reached_at: datetime | None
) -> list[str]:
    with database.write() as session:
        return obligations.fulfil(
            session,
            SYSTEM,
            subject_ref=row.subject_ref,
            duty_codes={row.duty_code},
            by_ref="ntc_first",
            at=at,
            reached_at=reached_at,
            rules=rules,
            now=at,
        )


def reached(database: Database, row: Obligation, at: datetime) -> list[str]:
    with database.write() as session:
        host = row.owed_to_id or 0
        return obligations.reach(session, SYSTEM, subject_ref=row.subject_ref, organisation_id=host, at=at, now=at)


def bounced(database: Database, rules: Rulebook, row: Obligation, at: datetime) -> list[str]:
    with database.write() as session:
        return obligations.unreach(
            session,
            SYSTEM,
            subject_ref=row.subject_ref,
            organisation_id=row.owed_to_id or 0,
            reason="bounced",
            rules=rules,
            now=at,
        )


@pytest.fixture
def notice(database: Database, rules: Rulebook, owing: Owing) -> Obligation:
    """An open notice that Northmoor owes Eastvale, due on Friday at ten."""
    return read(database, opened(database, rules, notice_owed(owing))[0])


Act = Callable[[Session, Actor, str], None]


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
    assert bounced(database, rules, notice, NOW + HOUR) == [notice.ref]
    row = read(database, notice.ref)
    assert (row.state, row.fulfilled_at, row.reached_at) == ("open", NOW, None)
    assert sweep_once(database, rules, now=NOW + HOUR) == 1
    told = {(alert.kind, alert.role) for alert in alerts(database)}
    assert told == {("obligation.not_reached", "duty_desk"), ("obligation.not_reached", "operator")}


def test_after_a_bounce_the_first_registration_still_decides_lateness(
    database: Database, rules: Rulebook, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=NOW)
    bounced(database, rules, notice, NOW + HOUR)
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
    bounced(database, rules, notice, NOW)
    events = [event for event, _ in recorded(database, notice.ref)]
    assert events == ["obligation.fulfilled", "obligation.met", "obligation.reopened"]


# --- what people decide ---------------------------------------------------------------------------------------------


def done(method: str, at: datetime, rules: Rulebook) -> Act:
    return lambda session, actor, ref: obligations.done_elsewhere(
        session, actor, ref, method=method, done_at=at, by="P. Rao, social worker", rules=rules, now=NOW
    )


def excused(rules: Rulebook) -> Act:
    return lambda session, actor, ref: obligations.excuse(
        session, actor, ref, reason="not_reasonably_practicable", by="T. Field, team manager", note="Reasons.",
        rules=rules, now=NOW,
    )  # fmt: skip


def paused() -> Act:
    return lambda session, actor, ref: obligations.pause(
        session, actor, ref, reason="awaiting_information", by="T. Field, team manager", now=NOW
    )


def voided() -> Act:
    return lambda session, actor, ref: obligations.void(
        session, actor, ref, reason="not_owed", by="H. Mann, desk manager", now=NOW
    )


def checklist(owing: Owing, **given: Any) -> Any:
    """The notice to the general practitioners, which the hub does not send."""
    return notice_owed(owing, duty_code="E13G", owed_to_id=None, owed_to_role="general_practitioners", **given)


def test_the_checklist_can_be_marked_as_done_elsewhere(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, checklist(owing, due_at=NOW - HOUR))[0]
    with database.write() as session:
        done("letter", NOW - 2 * HOUR, rules)(session, owing.northmoor, ref)
    row = read(database, ref)
    assert (row.state, row.fulfilled_how, row.fulfilled_at) == ("met", "letter", NOW - 2 * HOUR)


def test_what_the_hub_sends_cannot_be_said_to_have_been_done_elsewhere(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with pytest.raises(StateConflict), database.write() as session:
        done("letter", NOW - HOUR, rules)(session, owing.northmoor, notice.ref)


def test_nothing_was_done_in_the_future(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, checklist(owing))[0]
    with pytest.raises(Invalid), database.write() as session:
        done("letter", NOW + HOUR, rules)(session, owing.northmoor, ref)


def test_a_duty_that_was_met_late_cannot_be_met_in_time_by_a_letter_remembered_later(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    ref = opened(database, rules, checklist(owing, due_at=NOW - 3 * HOUR))[0]
    with database.write() as session:
        done("telephone", NOW - HOUR, rules)(session, owing.northmoor, ref)
    with database.write() as session:
        obligations.reopen(session, owing.operator, ref, reason="closed_in_error", rules=rules, now=NOW)
    with database.write() as session:
        done("letter", NOW - 5 * HOUR, rules)(session, owing.northmoor, ref)
    assert read(database, ref).state == "met_late"


def test_a_manager_of_the_placing_authority_may_excuse_what_the_law_lets_be_excused(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with database.write() as session:
        excused(rules)(session, owing.northmoor, notice.ref)
    row = read(database, notice.ref)
    assert (row.state, row.close_reason, row.closed_by) == (
        "excused",
        "not_reasonably_practicable",
        "T. Field, team manager",
    )


def test_what_the_law_does_not_let_be_excused_stays_owed(database: Database, rules: Rulebook, owing: Owing) -> None:
    ref = opened(database, rules, register_owed(owing))[0]
    with pytest.raises(StateConflict), database.write() as session:
        excused(rules)(session, owing.eastvale, ref)


def test_what_people_write_is_sealed_and_its_reading_is_recorded(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with database.write() as session:
        excused(rules)(session, owing.northmoor, notice.ref)
    row = read(database, notice.ref)
    assert row.sealed is not None
    assert b"Reasons" not in row.sealed
    with database.write() as session:
        assert keys_of(session).open(row.ref, row.sealed) == {"close": "Reasons."}
        assert as_shown(session, owing.eastvale, notice.ref, rules=rules, now=NOW)["notes"] == {"close": "Reasons."}
    assert recorded(database, notice.ref)[-1][0] == "obligation.read"


def test_a_paused_one_is_in_the_hands_of_a_named_officer_and_nobody_is_alerted(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with database.write() as session:
        paused()(session, owing.northmoor, notice.ref)
    row = read(database, notice.ref)
    assert (row.owner, row.next_step_at) == ("T. Field, team manager", None)
    assert sweep_once(database, rules, now=NOW + 30 * DAY) == 0


def test_a_resumed_one_goes_on_from_the_rung_where_it_stood(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    sweep_once(database, rules, now=NOW + DAY)
    with database.write() as session:
        paused()(session, owing.northmoor, notice.ref)
    later = NOW + 20 * DAY
    with database.write() as session:
        obligations.resume(session, owing.northmoor, notice.ref, rules=rules, now=later)
    row = read(database, notice.ref)
    assert (row.next_rung, row.next_step_at, row.owner) == (1, later, None)


def test_only_the_organisation_it_is_owed_to_may_say_that_it_was_never_owed(
    database: Database, owing: Owing, notice: Obligation
) -> None:
    with pytest.raises(NotFound), database.write() as session:
        voided()(session, owing.northmoor, notice.ref)
    with database.write() as session:
        voided()(session, owing.eastvale, notice.ref)
    assert read(database, notice.ref).state == "void"


def test_the_organisation_it_is_owed_to_may_reopen_and_the_one_that_owes_it_may_not(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    fulfilled(database, rules, notice, at=NOW, reached_at=NOW)
    with pytest.raises(NotFound), database.write() as session:
        obligations.reopen(session, owing.northmoor, notice.ref, reason="incomplete", rules=rules, now=NOW)
    with database.write() as session:
        obligations.reopen(session, owing.eastvale, notice.ref, reason="incomplete", rules=rules, now=NOW)
    assert read(database, notice.ref).state == "open"


def test_an_obligation_of_others_is_not_found_by_any_act(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    acts: list[Act] = [done("letter", NOW, rules), excused(rules), paused(), voided()]
    for act in acts:
        with pytest.raises(NotFound), database.write() as session:
            act(session, owing.willow, notice.ref)
    with pytest.raises(NotFound), database.write() as session:
        as_shown(session, owing.willow, notice.ref, rules=rules, now=NOW)


def attempted(database: Database, rules: Rulebook, owing: Owing, action: str, ref: str) -> None:
    """Try *action* on the obligation as the party who may."""
    acts: dict[str, Callable[[Session], None]] = {
        "meet": lambda session: done("letter", NOW - HOUR, rules)(session, owing.northmoor, ref),
        "meet_late": lambda session: done("letter", NOW, rules)(session, owing.northmoor, ref),
        "excuse": lambda session: excused(rules)(session, owing.northmoor, ref),
        "void": lambda session: voided()(session, owing.operator, ref),
        "reopen": lambda session: obligations.reopen(
            session, owing.operator, ref, reason="closed_in_error", rules=rules, now=NOW
        ),
    }
    with database.write() as session:
        acts[action](session)


@pytest.mark.parametrize("action", [move.action for move in OBLIGATION.moves])
@pytest.mark.parametrize("state", OBLIGATION.states)
def test_each_move_is_possible_from_its_own_states_and_no_other(
    database: Database, rules: Rulebook, owing: Owing, state: str, action: str
) -> None:
    move = OBLIGATION.move(action)
    ref = opened(database, rules, checklist(owing, due_at=NOW - HOUR))[0]
    reaching = next((m.action for m in OBLIGATION.moves if m.target == state and m.action != "reopen"), None)
    if reaching:
        attempted(database, rules, owing, reaching, ref)
    assert read(database, ref).state == state
    if state in move.sources:
        attempted(database, rules, owing, action, ref)
        assert read(database, ref).state == move.target
    else:
        with pytest.raises(StateConflict):
            attempted(database, rules, owing, action, ref)
        assert read(database, ref).state == state


# --- worklists ------------------------------------------------------------------------------------------------------


def test_a_worklist_counts_overdue_due_and_due_soon_on_both_sides(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    for due_at in (NOW - HOUR, NOW, NOW + HOUR, NOW + 2 * DAY, NOW + 30 * DAY):
        opened(database, rules, notice_owed(owing, due_at=due_at))
    with database.read() as session:
        ours, theirs = (worklist(session, actor, now=NOW) for actor in (owing.northmoor, owing.eastvale))
    assert ours["owed_by_us"] == {"overdue": 1, "due": 2, "due_soon": 1}
    assert theirs["owed_to_us"] == ours["owed_by_us"]
    assert theirs["owed_by_us"] == {"overdue": 0, "due": 0, "due_soon": 0}


def test_a_list_is_in_the_order_of_due_instants_and_pages_without_gaps_or_repeats(
    database: Database, rules: Rulebook, owing: Owing
) -> None:
    openings = [notice_owed(owing, due_at=due) for due in (NOW + DAY, None, NOW, NOW + DAY, None, NOW - DAY)]
    openings.append(register_owed(owing, due_at=NOW + HOUR))
    refs = opened(database, rules, *openings)
    seen: list[str] = []
    with database.read() as session:
        while True:
            page = as_listed(
                session, owing.eastvale, Listing(), after=seen[-1] if seen else None, at_most=2, rules=rules, now=NOW
            )
            if not page:
                break
            seen += [row["ref"] for row in page]
    assert seen == [refs[5], refs[2], refs[6], refs[0], refs[3], refs[1], refs[4]]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Listing(side="owed_by_us"), {"EREG"}),
        (Listing(side="owed_to_us"), {"E13E"}),
        (Listing(due="overdue"), {"E13E"}),
        (Listing(due="due_soon"), {"EREG"}),
        (Listing(duty_code="EREG"), {"EREG"}),
        (Listing(state="met"), set()),
    ],
)
def test_filters_narrow_the_list(
    database: Database, rules: Rulebook, owing: Owing, wanted: Listing, expected: set[str]
) -> None:
    elsewhere = notice_owed(
        owing, duty_code="E41A", owed_by_id=owing.willow.organisation_id, owed_to_id=owing.northmoor.organisation_id
    )
    opened(database, rules, notice_owed(owing, due_at=NOW - HOUR), register_owed(owing), elsewhere)
    with database.read() as session:
        rows = as_listed(session, owing.eastvale, wanted, after=None, at_most=10, rules=rules, now=NOW)
    assert {row["duty_code"] for row in rows} == expected
