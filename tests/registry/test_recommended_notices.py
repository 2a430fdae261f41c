"""A council that takes the notice as recommended in a setting: its obligation says so, and stops saying so in another setting."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from hub.duties.councils import CouncilPolicy
from hub.duties.rulebook import Rulebook
from hub.registry.corrections import correct_notice
from tests.registry.conftest import Desk, line
from tests.registry.papers import LATER, read, start

LEEDS = "E08000035"


@pytest.fixture
def leeds(desk: Callable[[str], Desk], rules: Rulebook) -> Desk:
    """Leeds, which has decided that the notice about a connected person's child is recommended."""
    decided = CouncilPolicy(
        gss_code=LEEDS,
        name="Leeds City Council",
        decided_on=date(2026, 11, 1),
        decided_by="the director of children's services",
        because="Invented.",
        gate_also_applies_to=None,
        notice_recommended_for=frozenset({"connected_person"}),
        notice_due_by_start=False,
    )
    theirs = replace(rules, law=replace(rules.law, councils={LEEDS: decided}))
    return replace(desk("leeds"), rules=theirs)


def test_the_obligation_is_of_a_recommendation_and_says_whose_decision_that_is(leeds, books) -> None:
    receipt = leeds.registers(start(setting="connected_person"))
    owed = books.owed(receipt.placement, "E13A")
    assert (owed.basis, owed.state) == ("recommendation", "met")
    assert "Leeds City Council has decided that this is recommended, not owed" in owed.because


def test_every_other_setting_is_owed_by_statute(leeds, books) -> None:
    receipt = leeds.registers(start(setting="foster_ifa"))
    assert books.owed(receipt.placement, "E13A").basis == "statute"


def test_a_correction_of_the_setting_corrects_the_basis_in_the_same_row(leeds, books) -> None:
    receipt = leeds.registers(start(setting="connected_person"))
    before = books.owed(receipt.placement, "E13A")
    second = leeds.does_in_area(correct_notice, receipt.notice, read(start(setting="foster_ifa")), now=LATER)
    after = books.owed(receipt.placement, "E13A")
    assert (after.ref, after.basis, after.state) == (before.ref, "statute", "met")
    assert line(second, "E13A").basis == "statute"
