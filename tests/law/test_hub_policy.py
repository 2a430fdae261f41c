"""The hub's own rows: policy, opened by the hub's workflow, with the numbers of config/policy/tolerance.toml."""

import pytest

from hub.core.clock import LONDON
from hub.duties.calendar import Calendar
from hub.duties.clocks import due_from
from hub.duties.table import Law
from tests.law.cases import everything_owed, london

FRIDAY_NOON = "2026-03-06 12:00"


@pytest.mark.parametrize(
    ("code", "due", "says"),
    [
        ("EACK", "by 2026-03-09", "a host acknowledges within one working day"),
        ("EREG", "by 2026-03-09", "a host enters the register within one working day"),
        ("EFAN", "by 2026-03-10", "a host passes the notice on within two working days"),
        ("E11R", "by 2026-03-10", "a host replies to a consultation within two working days"),
        ("EGAP", "by 2026-03-09", "the missing side's notice is asked for within one working day"),
        ("ERBK", "2026-03-06 16:00", "a provider answers within four hours"),
        ("ERFB", "2026-03-08 00:00", "the fallback is decided 36 hours after the return"),
        ("ERRP", "by 2026-03-10", "the report comes within two working days"),
        ("ERAK", "by 2026-03-10", "the report is answered within two working days"),
        ("ERRA", "by 2026-03-13", "a recommendation is answered within five working days"),
        ("ERSO", "by 2026-03-11", "what became of a referral is said within three working days"),
        ("ERIN", "by 2026-03-09", "the extract goes to the police within one working day"),
        ("EREP", "by 2026-03-13", "the repeat-missing meeting is held within five working days"),
        ("EREV", "by 2026-03-20", "a review of the plan is considered within ten working days"),
        ("EANN", "by 2026-06-04", "the register is checked every ninety days"),
        ("ETMP", "by 2026-03-14", "a temporary move is looked at again on the eighth day"),
        ("E18", "by 2026-02-06", "the eighteenth birthday is asked about twenty-eight days before"),
    ],
)
def test_a_row_of_the_workflow_is_due(law: Law, calendar: Calendar, code: str, due: str, says: str) -> None:
    found = due_from(law.duty(code), london(FRIDAY_NOON), calendar=calendar)
    assert found.at
    shown = f"by {found.on}" if found.on else found.at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
    assert shown == due, says
    assert found.is_policy


def test_the_calculator_never_answers_what_the_workflow_opens(law: Law, calendar: Calendar) -> None:
    events = ("placement_start", "placement_change", "placement_end", "return", "missing", "admission", "discharge")
    instants = dict.fromkeys(("starts_at", "ends_at", "returned_at", "reported_at"), "2026-03-02 14:00")
    answered = {code for event in events for code in everything_owed(law, calendar, event=event, **instants)}
    assert {law.duty(code).opened_by for code in answered} == {"calculator"}


def test_no_policy_row_claims_to_be_law(law: Law) -> None:
    from_hub = [duty for duty in law.duties.values() if duty.file == "hub_policy.toml"]
    assert {duty.basis for duty in from_hub} == {"policy", "recommendation"}
    assert {duty.code for duty in from_hub if duty.basis == "recommendation"} == {"EFAN"}


def test_every_policy_row_carries_the_date_of_the_policy(law: Law) -> None:
    dates = {duty.in_force_from for duty in law.duties.values() if duty.basis == "policy"}
    assert dates == {law.tolerance.dated}
