"""Wren, of Willow House, at two in the morning with a telephone: a child is not in their bed. Four taps, and everybody knows."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import RunningHub
from tests.browser.missing_seed import placed, reported, telephones
from tests.browser.people import Somebody

TELEPHONE = {"width": 360, "height": 740}
WAYS = [(True, "Rowan", "Fictitious", "/residents"), (False, "Sorrel", "Invented", "/today")]
"""With scripts or without, of whom is told, and from which page."""


@dataclass
class Finger:
    """Counts what it touches. Nothing is typed."""

    somebody: Somebody
    taps: int = 0

    def taps_on(self, what: Locator) -> None:
        what.first.click()
        self.taps += 1

    def link(self, words: str) -> None:
        self.taps_on(self.somebody.page.get_by_role("link", name=words))

    def button(self, words: str) -> None:
        self.taps_on(self.somebody.page.get_by_role("button", name=words))


@pytest.mark.parametrize(("scripts", "given", "family", "begins"), WAYS)
def test_a_home_reports_a_child_missing_in_four_taps(
    hub: RunningHub, at_desk: Callable[..., Somebody], scripts: bool, given: str, family: str, begins: str
) -> None:
    telephones(hub)
    placed(hub, given, family)
    wren = at_desk("wren", java_script_enabled=scripts, viewport=TELEPHONE)
    finger = Finger(wren)
    wren.opens(begins)
    if begins == "/residents":
        finger.button("Report missing")
    else:
        finger.link("Report a child missing")
    reports_from_the_list(wren, finger, f"{given} {family}")
    assert finger.taps == 4
    reads_who_was_reached_and_adds_what_is_known(wren)


def reports_from_the_list(wren: Somebody, finger: Finger, name: str) -> None:
    wren.sees("Who is missing?")
    finger.link(name)
    wren.sees(f"When was {name} last seen?")
    finger.button("30 minutes ago")
    wren.sees(f"Report {name} missing")
    wren.reads("Ring the police as well: 999 where there is danger, or else 101.")
    wren.reads("The Philomena form: held by Leeds emergency duty team")
    finger.button("Report missing")
    wren.sees("Reported missing")


def reads_who_was_reached_and_adds_what_is_known(wren: Somebody) -> None:
    wren.reads("Kent Police: Reached")
    wren.reads("Leeds City Council: Reached")
    expect(wren.page.get_by_role("link", name="01632 960201").first).to_have_attribute("href", "tel:01632960201")
    wren.page.get_by_role("link", name="Add what you know").click()
    wren.types("What happened, and what worries you", "Invented: a window stood open.")
    wren.presses("Add it")
    wren.reads("a window stood open")


@pytest.mark.parametrize(("scripts", "name"), [(True, "Bramble Returned"), (False, "Teasel Homecome")])
def test_a_home_tells_of_the_return_in_two_taps(
    hub: RunningHub, at_desk: Callable[..., Somebody], scripts: bool, name: str
) -> None:
    given, family = name.split()
    reported(hub, "willow_house", placed(hub, given, family))
    wren = at_desk("wren", java_script_enabled=scripts, viewport=TELEPHONE)
    finger = Finger(wren)
    wren.opens("/residents")
    finger.taps_on(wren.page.get_by_role("button", name="Back home").filter(has_text=name))
    wren.sees(f"When did {name} come back?")
    finger.button("Just now")
    wren.reads("It is recorded that the child is back.")
    assert finger.taps == 2


def test_a_report_made_by_mistake_is_taken_back_on_the_telephone(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    placed(hub, "Clover", "Mistaken")
    wren = at_desk("wren", viewport=TELEPHONE)
    wren.opens("/missing/report")
    wren.page.get_by_role("link", name="Clover Mistaken").click()
    wren.presses("Just now")
    wren.presses("Report missing")
    wren.page.get_by_role("link", name="Take it back").click()
    wren.page.get_by_label("The child was not missing").check()
    wren.presses("Take it back")
    wren.reads("It is taken back, and stays on record as taken back.")
    wren.opens("/missing")
    wren.reads_nothing_of("Clover")
