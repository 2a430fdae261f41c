"""Anybody asks what is owed: without an account, with scripts and without, on a telephone and at a desk, and by keyboard."""

from collections.abc import Callable

import pytest

from tests.browser.people import Somebody
from tests.browser.questions import says_a_placement_starts

SitDown = Callable[..., Somebody]
MOST_TABS = 120


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_somebody_who_never_heard_of_the_hub_is_told_what_is_owed(
    somebody_at: SitDown, scripts: bool, width: int
) -> None:
    anyone = somebody_at(java_script_enabled=scripts, viewport={"width": width, "height": 740})
    anyone.opens("/")
    anyone.page.get_by_role("main").get_by_role("link", name="What do I owe?").click()
    anyone.sees("What do I owe?")
    anyone.page.get_by_role("link", name="A placement starts").click()
    anyone.presses("Show what is owed")
    anyone.reads("There is a problem")
    anyone.page.get_by_role("link", name="Choose the council that is responsible for the child.").click()
    if scripts:
        assert anyone.page.evaluate("document.activeElement.id") == "placing_authority"

    says_a_placement_starts(anyone, council="Leeds", postcode="ME14 1XQ", day="2", month="4", year="2026")
    anyone.presses("Show what is owed")
    anyone.sees("What is owed: A placement starts")
    anyone.reads("Owed by the placing authority (Leeds)")
    anyone.reads("by the end of 13 April 2026")
    assert "ME14" not in anyone.page.url

    anyone.page.get_by_role("group", name="Is it an emergency?").get_by_label("No").check()
    anyone.presses("Show what is owed")
    anyone.reads("before 2 April 2026 begins")
    anyone.page.get_by_role("link", name="E13A").click()
    anyone.sees("The law as the hub holds it")


def test_by_keyboard_alone(somebody_at: SitDown) -> None:
    anyone = somebody_at()
    anyone.opens("/law/calculator/return")
    keys = anyone.page.keyboard
    _tabs_to(anyone, "category")
    keys.press("Space")
    _tabs_to(anyone, "placing_authority")
    keys.type("Leeds")
    _tabs_to(anyone, "returned")
    for part in ("18", "11", "2026", "10:00"):
        keys.type(part)
        keys.press("Tab")
    _tabs_to_words(anyone, "Show what is owed")
    keys.press("Enter")
    anyone.sees("What is owed: A missing child returns")
    anyone.reads("by 21 November 2026 at 10:00")


def _tabs_to(anyone: Somebody, control: str) -> None:
    _tabs_until(anyone, f"document.activeElement.id === '{control}'")


def _tabs_to_words(anyone: Somebody, words: str) -> None:
    _tabs_until(anyone, f"document.activeElement.textContent.trim() === '{words}'")


def _tabs_until(anyone: Somebody, true: str) -> None:
    for _ in range(MOST_TABS):
        if anyone.page.evaluate(true):
            return
        anyone.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not lead to where {true}")


def test_the_law_is_searched_without_scripts(somebody_at: SitDown) -> None:
    anyone = somebody_at(java_script_enabled=False, viewport={"width": 360, "height": 740})
    anyone.opens("/law")
    anyone.types("Words to look for", "police")
    anyone.page.get_by_label("What it rests on").select_option(label="Recommendation")
    anyone.presses("Show these")
    anyone.reads("duty found")
    anyone.reads("EPOL")
    anyone.page.get_by_role("link", name="ask what you owe").click()
    anyone.sees("What do I owe?")
