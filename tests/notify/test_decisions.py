"""What people decide about an obligation: done elsewhere, excused, paused, never owed, owed again; and nobody about another's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database, keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.duties.rulebook import Rulebook
from hub.notify import obligations
from hub.notify.decisions import officers, written_about
from hub.notify.models import Obligation
from hub.notify.states import OBLIGATION
from hub.notify.sweep import sweep_once
from hub.notify.worklists import obligation as as_shown
from tests.notify.owing import (
    DAY,
    HOUR,
    NOW,
    Owing,
    fulfilled,
    notice_owed,
    opened,
    read,
    recorded,
    register_owed,
)

Act = Callable[[Session, Actor, str], None]


def named(database: Database, row: Obligation) -> dict[str, str]:
    """The officers named on an obligation, by the column that holds for whom they acted."""
    with database.read() as session:
        return officers(written_about(session, row), row)


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
    assert (row.state, row.close_reason) == ("excused", "not_reasonably_practicable")
    assert named(database, row) == {"closed_by": "T. Field, team manager"}


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
    assert b"Field" not in row.sealed
    with database.write() as session:
        assert keys_of(session).open(row.ref, row.sealed)["close"] == "Reasons."
        assert as_shown(session, owing.eastvale, notice.ref, rules=rules, now=NOW)["notes"] == {"close": "Reasons."}
    assert recorded(database, notice.ref)[-1][0] == "obligation.read"


def test_a_paused_one_is_in_the_hands_of_a_named_officer_and_nobody_is_alerted(
    database: Database, rules: Rulebook, owing: Owing, notice: Obligation
) -> None:
    with database.write() as session:
        paused()(session, owing.northmoor, notice.ref)
    row = read(database, notice.ref)
    assert (named(database, row), row.next_step_at) == ({"owner": "T. Field, team manager"}, None)
    assert row.owner == owing.northmoor.ref
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
