"""The whole table: every id of the law has its row, every row is sourced, and the page says what the rows say."""

import ast
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hub.directory.reachability import KINDS_OF_PARTY
from hub.duties.applies import CONDITIONS
from hub.duties.calendar import Calendar
from hub.duties.pages import due_words, law_row, render_markdown, rule_rows, sections
from hub.duties.rulebook import load_rulebook
from hub.duties.table import Law
from hub.duties.words import CONDITIONS as NAMED
from hub.duties.words import UNVERIFIED
from tests.law.cases import CWMTEG, GLANAFON, everything_owed
from tests.law.conftest import CONFIG

CODES = tuple(
    """
    E11N E11D E11C E11X E11R E13A E13E E13H E13G E13S E13I E13P E13C E14B E14L E41A E41D E28A E28D EFV EF36 E85 E85C E86
    EPOL EACK EREG EFAN EGAP EMIS EFND EPRV ERHO ERHI ERBK ERFB ERRP ERAK ERRA ERSO ERIN EREP EREV EANN W12P W14A W14E W15 WMIS
    WEXP WDBR ETMP E18 Y13 NTS ECPF
    """.split()  # noqa: SIM905 - a list to be read, not a program
)
ROWS = load_rulebook(CONFIG).law.duties


def test_every_id_has_its_row_and_those_that_packed_two_are_two(law: Law) -> None:
    assert sorted(law.duties) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_row_says_who_owes_what_on_what_authority(code: str) -> None:
    row = ROWS[code]
    assert row.says
    assert row.source
    assert row.in_force_from == UNVERIFIED or isinstance(row.in_force_from, date)
    assert row.enabled
    assert row.says[0].isupper()
    assert not row.says.endswith(".")


@pytest.mark.parametrize("code", [code for code, row in ROWS.items() if row.basis == "statute"])
def test_a_statutory_row_links_to_the_instrument(code: str) -> None:
    assert any(source.href.startswith("https://www.legislation.gov.uk/") for source in ROWS[code].source)


def test_every_row_has_the_basis_that_was_decided_for_it(law: Law) -> None:
    by_basis: dict[str, set[str]] = {}
    for row in law.duties.values():
        by_basis.setdefault(row.basis, set()).add(row.code)
    assert by_basis["recommendation"] == {"EFV", "EPOL", "EFAN"}
    assert by_basis["statutory_guidance"] == {"ERHO", "ERHI", "NTS"}
    assert {"E13C", "EACK", "EGAP", "WDBR", "Y13", "EMIS"} <= by_basis["policy"]
    assert {"E13A", "E28A", "W14E", "WMIS", "EF36", "E86"} <= by_basis["statute"]


def test_every_condition_that_can_be_named_is_a_function_and_the_other_way_round() -> None:
    assert set(CONDITIONS) == set(NAMED)


def test_every_row_of_the_calculator_is_set_off_by_some_facts(law: Law, calendar: Calendar) -> None:
    situations = [
        {"setting": "other", "relation": "adjoining"},
        {"setting": "other"},
        {"setting": "other", "emergency": True},
        {"setting": "childrens_home"},
        {"setting": "supported_accommodation", "age": 16},
        {"setting": "foster_ifa"},
        {"setting": "health", "legal_status": "NONE"},
        {"setting": "youth_detention", "legal_status": "YDA"},
        {"event": "placement_change"},
        *({"event": "placement_end", "ends_at": "2026-05-01 10:00"} | more
          for more in ({"setting": "childrens_home"}, {"setting": "supported_accommodation", "emergency": True},
                       {"setting": "health", "legal_status": "NONE", "starts_at": "2026-01-05 10:00"})),
        {"event": "return", "returned_at": "2026-05-01 10:00"},
        {"event": "return", "returned_at": "2026-05-01 10:00", "placing": CWMTEG},
        {"event": "missing", "reported_at": "2026-05-01 10:00", "host": GLANAFON, "setting": "childrens_home"},
        {"placing": CWMTEG},
        {"placing": CWMTEG, "emergency": True},
        {"placing": CWMTEG, "event": "placement_end", "ends_at": "2026-05-01 10:00"},
    ]  # fmt: skip
    found = {code for situation in situations for code in everything_owed(law, calendar, **situation)}
    assert found == {row.code for row in law.duties.values() if row.opened_by == "calculator"}


def test_what_the_workflow_is_said_to_open_it_opens_and_what_nobody_is_said_to_open_it_does_not(law: Law) -> None:
    """The code of a row that the workflow opens stands in some service; that of a row for the reader alone in none."""
    named = codes_named_by_services()
    by_opener: dict[str, set[str]] = {}
    for duty in law.duties.values():
        by_opener.setdefault(duty.opened_by, set()).add(duty.code)
    assert by_opener["workflow"] <= named
    assert by_opener["nobody"] == {"EF36", "WEXP", "NTS", "ETMP", "EANN"}
    assert not by_opener["nobody"] & named


def test_no_duty_can_be_opened_that_nothing_ever_meets(law: Law) -> None:
    """What the hub is said to send itself, nobody may record as done elsewhere: so there is a service that does it."""
    opened = [duty for duty in law.duties.values() if duty.opened_by != "nobody" and duty.owed_by in KINDS_OF_PARTY]
    assert {duty.code for duty in opened if duty.hub_sends} <= codes_named_by_services()


def codes_named_by_services() -> set[str]:
    hub = CONFIG.parent / "hub"
    services = [
        path for part in ("registry", "missing", "spotpurchase", "notify") for path in (hub / part).rglob("*.py")
    ]
    policies = [(CONFIG / "policy" / "missing.toml").read_text()]
    return {
        code
        for said in (*policies, *(path.read_text() for path in services))
        for code in re.findall(r'"([A-Z0-9]+)"', said)
    }


def test_the_page_says_of_which_rows_the_hub_hears_nothing(law: Law) -> None:
    page = render_markdown(law)
    for duty in law.duties.values():
        entry = page[page.index(f"### {duty.code} ") :].split("\n### ")[0]
        assert ("the hub is not told of this, and opens nothing for it" in entry) is (duty.opened_by == "nobody")


def test_the_page_is_what_the_rows_say() -> None:
    page = CONFIG.parent / "docs" / "law.md"
    assert page.read_text() == render_markdown(load_rulebook(CONFIG).law), (
        "run: python -m hub.duties.pages > docs/law.md"
    )


def test_the_command_prints_the_page() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "hub.duties.pages"], capture_output=True, check=True, cwd=CONFIG.parent, text=True
    )
    assert printed.stdout == (CONFIG.parent / "docs" / "law.md").read_text()


def test_every_row_is_on_the_page_with_its_doubts(law: Law) -> None:
    shown = {row.code: row for section in sections(law) for row in section.rows}
    assert set(shown) == set(CODES)
    for code, row in shown.items():
        assert bool(row.doubt) >= ROWS[code].is_uncertain
    assert "unverified" in shown["Y13"].doubt
    assert shown["W12P"].doubt.startswith("from memory")
    assert shown["E13A"].doubt == ""


def test_an_unsure_row_says_so_before_anything_else_on_the_page(law: Law) -> None:
    page = render_markdown(law)
    entry = page[page.index("### E28A") :]
    assert entry.split("\n\n")[1].startswith("**Unsure: from memory")


def test_local_policy_is_called_so_beside_its_number(law: Law) -> None:
    assert due_words(law.duty("E41A")) == "without delay (local policy: 24 hours after the event)"
    assert due_words(law.duty("EACK")) == "1 working day after what sets it off (local policy)"
    assert due_words(law.duty("E13H")) == "before the event; in an emergency within 5 working days after the event"
    assert due_words(law.duty("E18")) == "28 days before what sets it off (local policy)"


def test_a_row_that_is_switched_off_says_so(law: Law) -> None:
    off = law.switched_off("Y13")
    assert not law_row(off.duty("Y13")).enabled
    assert "**Switched off.**" in render_markdown(off)
    assert "**Switched off.**" not in render_markdown(law)


def test_the_rules_around_the_duties_are_on_the_page_with_their_sources(law: Law) -> None:
    assert len(rule_rows(law)) == len(law.rules.rows) >= 18
    assert all(row.sources for row in rule_rows(law))


def test_a_nation_and_whoever_is_told_are_called_as_people_call_them(law: Law) -> None:
    names = [row.name for row in rule_rows(law)]
    assert {"Short breaks England", "Homes Wales", "Outside England and Wales"} <= set(names)
    assert law_row(law.duty("E14B")).owed_to == "host authority, everybody told of the start, carer"


def test_what_is_verified_of_supported_accommodation_is_not_said_of_children_under_16(law: Law) -> None:
    rule = next(rule for rule in law.rules.rows if rule.name == "supported-accommodation")
    assert "reg 27A, held from memory" in rule.note


def test_editing_the_law_does_not_need_the_engine() -> None:
    """The engine names no code of the table: what a row does is written in the row."""
    engine = CONFIG.parent / "hub" / "duties"
    written = {
        node.value
        for path in Path(engine).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert written & set(CODES) == set()
