"""Who is told and when while something owed is not done: ceilings, risk, and a last rung that never ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.duties.calendar import Calendar
from hub.duties.policy import Ladder, Policy, ladder_of, load_policy, rung_rows
from hub.duties.rulebook import load_rulebook
from hub.duties.steps import first_index, step_at, steps, working_days_after
from hub.duties.table import Law
from hub.duties.words import CEILINGS, ROLE_HEIGHT
from tests.law.cases import london
from tests.law.conftest import CONFIG

RULEBOOK = load_rulebook(CONFIG)
LADDERS = sorted(RULEBOOK.policy.ladders)
EARLIER = timedelta(days=5)
DUE = london("2026-03-02 14:00")


def climb(ladder: Ladder, *, risk: bool = False, opened_at: datetime = DUE - EARLIER) -> list[tuple[str, str]]:
    found = steps(ladder, due_at=DUE, opened_at=opened_at, risk=risk, calendar=RULEBOOK.calendar)
    return [(step.at.strftime("%d %b %H:%M"), ladder.rungs[step.rung_index].roles[0]) for step in found]


def test_the_council_s_ladder_climbs_to_the_director_and_then_prepares_a_report(policy: Policy) -> None:
    assert climb(policy.ladder_for("E13A", basis="statute")) == [
        ("01 Mar 14:00", "social_worker"),
        ("02 Mar 14:00", "social_worker"),
        ("03 Mar 14:00", "service_manager"),
        ("05 Mar 14:00", "head_of_service"),
        ("09 Mar 14:00", "dcs"),
        ("09 Mar 14:00", "dcs"),
        ("16 Mar 14:00", "dcs"),
    ]


def test_at_risk_it_starts_with_the_head_of_service_and_counts_in_hours(policy: Policy) -> None:
    assert climb(policy.ladder_for("E13A", basis="statute"), risk=True) == [
        ("02 Mar 14:00", "head_of_service"),
        ("02 Mar 18:00", "dcs"),
        ("02 Mar 18:00", "dcs"),
        ("03 Mar 04:00", "dcs"),
    ]


def test_the_home_s_ladder_ends_with_a_report_for_ofsted_that_a_person_sends(policy: Policy) -> None:
    ladder = policy.ladder_for("E41A", basis="statute")
    assert [role for _, role in climb(ladder)] == [
        "registered_manager", "responsible_individual", "social_worker", "duty_desk",
    ]  # fmt: skip
    assert (ladder.rungs[-1].kind, ladder.rungs[-1].report_to) == ("prepare_report", "Ofsted")
    assert ladder.rungs[2].of == "placing_authority"


def test_what_the_hub_learns_of_late_starts_at_the_bottom_on_the_day_it_learns(policy: Policy) -> None:
    late = climb(policy.ladder_for("E13E", basis="statute"), opened_at=DUE + timedelta(days=9))
    assert late[0] == ("11 Mar 14:00", "social_worker")
    assert late[1] == ("12 Mar 14:00", "service_manager")


def test_a_reminder_whose_time_is_gone_is_left_out(policy: Policy) -> None:
    soon = climb(policy.ladder_for("E13A", basis="statute"), opened_at=DUE - timedelta(hours=2))
    assert soon[0] == ("02 Mar 14:00", "social_worker")


def test_the_last_rung_repeats_every_five_working_days_without_end(policy: Policy, calendar: Calendar) -> None:
    ladder = policy.ladder_for("E13A", basis="statute")
    last = len(ladder.rungs) - 1
    when = [
        step_at(ladder, last + n, due_at=DUE, opened_at=DUE - EARLIER, risk=False, calendar=calendar) for n in (0, 1, 2)
    ]
    assert [at and at.strftime("%d %b") for at in when] == ["16 Mar", "23 Mar", "30 Mar"]


def test_at_risk_the_last_rung_repeats_every_day(policy: Policy, calendar: Calendar) -> None:
    ladder = policy.ladder_for("E13A", basis="statute")
    last = len(ladder.rungs) - 1
    first, second = (step_at(ladder, last + n, due_at=DUE, opened_at=DUE, risk=True, calendar=calendar) for n in (0, 1))
    assert first
    assert second
    assert second - first == timedelta(hours=24)


def test_without_a_due_instant_somebody_is_asked_at_once_and_the_ladder_waits(
    policy: Policy, calendar: Calendar
) -> None:
    ladder = policy.ladder_for("E11X", basis="statute")
    found = steps(ladder, due_at=None, opened_at=DUE, risk=False, calendar=calendar)
    assert [(step.rung_index, step.at) for step in found] == [(0, DUE)]


def test_a_step_keeps_the_time_of_day_and_midnight_stays_midnight(calendar: Calendar) -> None:
    assert working_days_after(london("2026-03-27 14:00"), 1, calendar) == london("2026-03-30 14:00")
    assert working_days_after(london("2026-04-14 00:00"), 1, calendar) == london("2026-04-15 00:00")
    assert working_days_after(london("2026-04-02 14:00"), 1, calendar) == london("2026-04-07 14:00")


def test_past_the_loaded_holidays_a_step_comes_early_and_is_not_lost(calendar: Calendar) -> None:
    at = datetime(2027, 12, 31, 12, tzinfo=UTC)
    assert working_days_after(at, 3, calendar) == at + timedelta(days=3)


@pytest.mark.parametrize("code", sorted(RULEBOOK.law.duties))
def test_no_ladder_passes_the_ceiling_of_its_basis(law: Law, policy: Policy, code: str) -> None:
    basis = law.duty(code).basis
    ladder = policy.ladder_for(code, basis=basis)
    assert max(rung.height for rung in ladder.rungs) <= ROLE_HEIGHT[CEILINGS[basis]]


@pytest.mark.parametrize("basis", sorted(CEILINGS))
def test_a_ladder_is_cut_to_the_basis_it_is_used_on_and_still_repeats(policy: Policy, basis: str) -> None:
    ladder = policy.ladder_for("E13A", basis=basis)
    assert max(rung.height for rung in ladder.rungs) <= ROLE_HEIGHT[CEILINGS[basis]]
    assert ladder.rungs[-1].repeat_every_working_days == 5


def test_only_statute_reaches_the_director(policy: Policy) -> None:
    top = {basis: max(r.height for r in policy.ladder_for("E13A", basis=basis).rungs) for basis in CEILINGS}
    assert top == {"recommendation": 3, "policy": 4, "statutory_guidance": 4, "statute": 5}


@pytest.mark.parametrize("name", LADDERS)
@pytest.mark.parametrize("risk", [False, True])
def test_every_ladder_climbs_in_order_and_always_has_a_next_step(name: str, risk: bool) -> None:
    ladder = RULEBOOK.policy.ladders[name]
    begins = first_index(ladder, due_at=DUE, opened_at=DUE - EARLIER, risk=risk)
    at = [
        step_at(ladder, index, due_at=DUE, opened_at=DUE - EARLIER, risk=risk, calendar=RULEBOOK.calendar)
        for index in range(begins, len(ladder.rungs) + 3)
    ]
    assert None not in at
    assert at == sorted(at, key=lambda each: each or DUE)
    assert len(set(at[-3:])) == 3


@given(
    name=st.sampled_from(LADDERS),
    opened=st.datetimes(datetime(2018, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
    days=st.integers(-60, 60),
    risk=st.booleans(),
)
def test_no_step_is_ever_before_the_hub_knew(name: str, opened: datetime, days: int, risk: bool) -> None:
    ladder, due_at = RULEBOOK.policy.ladders[name], opened + timedelta(days=days)
    found = steps(ladder, due_at=due_at, opened_at=opened, risk=risk, calendar=RULEBOOK.calendar)
    assert found
    assert all(step.at >= opened for step in found)


def test_every_ladder_is_used(law: Law, policy: Policy) -> None:
    assert set(policy.ladders) == {duty.ladder for duty in law.duties.values()}


@pytest.mark.parametrize("name", LADDERS)
def test_a_ladder_is_stored_and_read_back_the_same(policy: Policy, name: str) -> None:
    ladder = policy.ladders[name]
    stored = rung_rows(ladder)
    assert ladder_of(stored, name=name, ceiling=ladder.ceiling, version=ladder.version, risk=ladder.risk) == ladder


def test_missing_now_or_a_high_risk_marker_heightens(policy: Policy) -> None:
    assert policy.is_high_risk(frozenset(), missing=True)
    assert policy.is_high_risk(frozenset({"cse"}), missing=False)
    assert not policy.is_high_risk(frozenset({"mental_health"}), missing=False)


def test_delivery_gives_up_after_about_three_days(policy: Policy) -> None:
    assert timedelta(seconds=sum(policy.delivery.retry_seconds)) > timedelta(days=3)
    assert (policy.delivery.hard_failures, policy.delivery.reach_check) == (3, timedelta(hours=4))
    assert policy.delivery.digest_at.isoformat() == "08:00:00"


def test_tolerances_are_asked_for_by_name(policy: Policy) -> None:
    assert policy.tolerance("without_delay").number == 24
    with pytest.raises(ValueError, match="no tolerance 'soon'"):
        policy.tolerance("soon")


def test_a_code_without_a_row_has_no_ladder(policy: Policy) -> None:
    with pytest.raises(ValueError, match="has the code E99"):
        policy.ladder_for("E99", basis="statute")


def test_policy_is_loaded_against_the_law_it_serves(law: Law) -> None:
    assert load_policy(CONFIG, law).by_duty["E13A"] == "placing_statute"
