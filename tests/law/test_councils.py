"""Where the law is contested a council may decide for itself; what it decided is said wherever it tells, and changes no law."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hub.duties.calendar import Calendar
from hub.duties.councils import FILE, CouncilPolicy
from hub.duties.explain import NO_EXCEPTION
from hub.duties.pages import render_markdown, rule_rows
from hub.duties.policy import Policy
from hub.duties.reading import LawError
from hub.duties.table import Law, load_law
from tests.law.cases import NORTHMOOR, due_words, everything_owed
from tests.law.conftest import CONFIG

ROW = """
[council.E06000001]
name       = "Hartlepool Borough Council"
decided_on = 2026-11-22
decided_by = "the director of children's services"
because    = "Invented."
"""
Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A copy of the configuration in which councils.toml ends with other rows."""

    def write(rows: str) -> Path:
        config = shutil.copytree(CONFIG, tmp_path / "config", dirs_exist_ok=True)
        (config / "policy" / FILE).write_text(f"dated = 2026-11-22\n{rows}")
        return config

    return write


def decided(law: Law, written: Written, more: str) -> Law:
    """The law where Northmoor has decided *more* for itself; everybody else has decided nothing."""
    [council] = load_law(written(ROW + more)).councils.values()
    return replace(law, councils={NORTHMOOR.gss_code: council})


# --- the notice taken as recommended ----------------------------------------------------------------------------------

RECOMMENDED = 'notice_recommended_for = ["connected_person", "foster_own"]'


@pytest.mark.parametrize("setting", ["connected_person", "foster_own"])
@pytest.mark.parametrize(("emergency", "code"), [(False, "E13A"), (True, "E13E")])
def test_a_council_may_take_the_notice_as_recommended_in_settings_that_manuals_leave_out(
    law: Law, calendar: Calendar, written: Written, setting: str, emergency: bool, code: str
) -> None:
    theirs = decided(law, written, RECOMMENDED)
    owed = everything_owed(theirs, calendar, setting=setting, emergency=emergency)[code]
    assert (owed.basis, owed.due_is_policy) == ("recommendation", True)
    assert owed.source == law.duty(code).source
    assert NO_EXCEPTION in owed.warnings
    assert "Northmoor has decided that this is recommended, not owed" in owed.because


def test_the_due_instant_is_what_the_law_would_have_it_be(law: Law, calendar: Calendar, written: Written) -> None:
    facts = {"setting": "foster_own", "emergency": True}
    theirs = everything_owed(decided(law, written, RECOMMENDED), calendar, **facts)["E13E"]
    assert due_words(theirs) == due_words(everything_owed(law, calendar, **facts)["E13E"])


def test_in_every_other_setting_it_stays_owed_by_statute(law: Law, calendar: Calendar, written: Written) -> None:
    owed = everything_owed(decided(law, written, RECOMMENDED), calendar, setting="foster_ifa")["E13A"]
    assert (owed.basis, owed.warnings) == ("statute", ())


def test_every_other_council_owes_it_by_statute(law: Law, calendar: Calendar, written: Written) -> None:
    elsewhere = load_law(written(ROW + RECOMMENDED))
    assert everything_owed(elsewhere, calendar, setting="foster_own")["E13A"].basis == "statute"


def test_what_is_only_recommended_never_climbs_above_the_service_manager(policy: Policy) -> None:
    ladder = policy.ladder_for("E13A", "recommendation")
    assert ladder.ceiling == "service_manager"
    assert ladder.rungs[-1].repeat_every_working_days


# --- the gate, and the early instant ----------------------------------------------------------------------------------


def test_a_council_may_gate_a_placement_with_a_parent(law: Law, calendar: Calendar, written: Written) -> None:
    theirs = decided(law, written, 'gate_also_applies_to = ["parent"]')
    assert "E11D" in everything_owed(theirs, calendar, setting="parent")
    assert "E11D" not in everything_owed(law, calendar, setting="parent")


def test_a_councils_own_word_on_the_gate_goes_before_the_hubs(law: Law, calendar: Calendar, written: Written) -> None:
    gated = replace(law, tolerance=replace(law.tolerance, gate_also_applies_to=frozenset({"parent"})))
    silent, none = decided(gated, written, ""), decided(gated, written, "gate_also_applies_to = []")
    assert "E11D" in everything_owed(silent, calendar, setting="parent")
    assert "E11D" not in everything_owed(none, calendar, setting="parent")


EARLY = {"relation": "adjoining", "approved_at": "2026-02-20 09:00"}


def test_a_council_may_count_the_notice_of_an_adjoining_placement_to_the_start_alone(
    law: Law, calendar: Calendar, written: Written
) -> None:
    theirs = decided(law, written, "notice_due_by_start = true")
    assert due_words(everything_owed(law, calendar, **EARLY)["E13A"]) == "2026-02-20 09:00"
    assert due_words(everything_owed(theirs, calendar, **EARLY)["E13A"]) == "2026-03-02 14:00"


# --- loading, and where it is shown -----------------------------------------------------------------------------------


def test_as_shipped_nobody_has_decided_anything(law: Law) -> None:
    assert law.councils == {}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("E06000001", "E06009999", "councils.toml, row E06009999: this is not the GSS code of a council in England."),
        ("E06000001", "W06000015", "councils.toml, row W06000015: this is not the GSS code of a council in England."),
        ('because    = "Invented."', "", "councils.toml, row E06000001: there is no reason."),
        ("decided_on = 2026-11-22", "", "councils.toml, row E06000001: there is no date of the decision."),
        ('"Invented."', '"Invented."\ncolour = "red"', "councils.toml, row E06000001: nothing is known of colour."),
        (
            '"Invented."',
            '"Invented."\nnotice_recommended_for = ["childrens_home"]',
            "row E06000001: notice_recommended_for may name only connected_person, foster_own, parent",
        ),
        (
            '"Invented."',
            '"Invented."\ngate_also_applies_to = ["foster_own"]',
            "row E06000001: gate_also_applies_to may name only parent",
        ),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(written: Written, before: str, after: str, sentence: str) -> None:
    config = written(ROW.replace(before, after))
    with pytest.raises(LawError) as refused:
        load_law(config)
    assert sentence in str(refused.value)


def test_what_a_council_decided_stands_among_the_rules(law: Law, written: Written) -> None:
    more = f'{RECOMMENDED}\ngate_also_applies_to = ["parent"]\nnotice_due_by_start = true'
    theirs = load_law(written(ROW + more))
    row = rule_rows(theirs)[-1]
    assert row.name == "Decided by Hartlepool Borough Council"
    assert row.basis == "local policy"
    assert row.says == (
        "The notice to the host authority (E13A, E13E) is taken as recommended, not owed, for a child with a connected person "
        "or with the council's own foster carer. The approval of a placement out of area is needed for a child with a parent. "
        "The notice of an adjoining placement is due by the start, also where the approval comes first. Decided on 22 "
        "November 2026 by the director of children's services: Invented."
    )
    assert row.says in render_markdown(theirs)


def test_a_decision_is_a_value_that_names_its_office_and_no_person(law: Law, written: Written) -> None:
    [council] = load_law(written(ROW)).councils.values()
    assert isinstance(council, CouncilPolicy)
    assert (council.decided_by, council.gate_also_applies_to) == ("the director of children's services", None)
