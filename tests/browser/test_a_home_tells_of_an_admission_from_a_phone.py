"""Wren, who manages Willow House, tells of who came and who left, from the home's shared phone or the office's computer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import HOME, child, start

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
MOST_STEPS = 12
"""A returning user's measure, in steps (a box filled, an answer chosen, a button pressed): under a minute on a phone."""
MOST_TABS = 60
IRO = {"name": "I. Invented", "phone": "01632 960101"}


@dataclass
class Counted:
    """Somebody whose steps are counted."""

    who: Somebody
    steps: int = 0

    def fills(self, label: str, words: str, *, group: str | None = None) -> None:
        within: Any = self.who.page.get_by_role("group", name=group) if group else self.who.page
        within.get_by_label(label, exact=True).fill(words)
        self.steps += 1

    def chooses(self, question: str, answer: str) -> None:
        self.who.page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
        self.steps += 1

    def presses(self, words: str) -> None:
        self.who.presses(words)
        self.steps += 1


@dataclass(frozen=True)
class Way:
    """How Wren sits, and of whom is told meanwhile: children who do not resemble each other."""

    viewport: dict[str, int]
    scripts: bool
    given: str
    family: str
    expected: str
    born: tuple[str, str, str]


WAYS = {
    "phone": Way(PHONE, True, "Ash", "Pretend", "Rowan Foretold", ("3", "12", "2011")),
    "phone, no scripts": Way(PHONE, False, "Birch", "Madeup", "Quince Announced", ("7", "6", "2010")),
    "desk": Way(DESK, True, "Cedar", "Nonesuch", "Sorrel Awaited", ("21", "9", "2013")),
    "desk, no scripts": Way(DESK, False, "Damson", "Imaginary", "Teasel Heralded", ("30", "1", "2009")),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.fixture
def wren(way: Way, at_desk: Callable[..., Somebody]) -> Somebody:
    """Wren, at each width, with scripts and without."""
    return at_desk("wren", viewport=way.viewport, java_script_enabled=way.scripts)


def answers_for(counted: Counted, given: str, family: str, born: tuple[str, str, str]) -> None:
    counted.fills("Child’s given names", given)
    counted.fills("Child’s family name", family)
    for part, words in zip(("Day", "Month", "Year"), born, strict=True):
        counted.fills(part, words, group="Date of birth")
    counted.fills("Council that placed the child", "Leeds")
    counted.chooses("How is the child looked after?", "Interim care order (section 38)")
    counted.chooses("independent reviewing officer", "The council has not told us yet")
    counted.chooses("health and care plan", "No")


def test_an_admission_takes_a_dozen_steps_and_the_discharge_half_as_many(wren: Somebody, way: Way) -> None:
    coming, leaving = Counted(wren), Counted(wren)
    tells_of_the_admission(coming, way)
    assert coming.steps <= MOST_STEPS
    expect(wren.page.locator(".hub-reference")).to_have_text(wren.page.url.split("/")[-2])
    wren.page.get_by_role("button", name="Back to the list").click()
    row = wren.page.get_by_role("row").filter(has_text=way.family)
    expect(row).to_contain_text("Overdue")
    row.get_by_role("link", name="Has left").click()
    tells_of_the_discharge(leaving)
    assert leaving.steps <= MOST_STEPS // 2
    wren.page.get_by_role("button", name="Back to the list").click()
    wren.reads_nothing_of(way.family)
    wren.opens("/residents/left")
    wren.reads(f"{way.given} {way.family}")


def tells_of_the_admission(steps: Counted, way: Way) -> None:
    wren = steps.who
    wren.opens("/admission")
    answers_for(steps, way.given, way.family, way.born)
    steps.presses("Go on")
    wren.sees("Check and send")
    wren.reads("Kent County Council, where the child lives, is told all of this.")
    wren.reads("You meet your duty: Children’s Homes (England) Regulations 2015, regulation 41.")
    wren.reads("The council that placed the child has not sent its own notice.")
    steps.presses("Send")
    wren.sees("Admission told")
    wren.reads("You met your duty")


def tells_of_the_discharge(steps: Counted) -> None:
    steps.chooses("Why did the child leave?", "Returned to their family")
    steps.fills("Where to, as far as you know", "To an aunt in Leeds, who does not exist")
    steps.presses("Go on")
    steps.who.reads("To an aunt in Leeds")
    steps.presses("Send")
    steps.who.sees("Discharge told")


def test_a_child_who_was_expected_is_told_of_in_two_presses(wren: Somebody, hub: RunningHub, way: Way) -> None:
    given, family = way.expected.split()
    day, month, year = map(int, way.born)
    other = child(family_name=family, given_names=given, born_on=f"{year + 1}-{month:02}-{day:02}", identifiers={})
    sends(hub, "leeds", start(**HOME, child=other, iro=IRO, ehc_plan={"has": "no"}))
    wren.opens("/residents")
    card = wren.page.locator(".govuk-summary-card").filter(has_text=family)
    expect(card).to_contain_text("From Leeds City Council, expected 25 November 2026 at 10:00.")
    card.get_by_role("button").click()
    wren.sees("Check and send")
    wren.reads(way.expected)
    wren.reads("Care order (section 31)")
    wren.presses("Send")
    wren.sees("Admission told")
    wren.reads("has sent its own notice.")
    wren.page.get_by_role("button", name="Back to the list").click()
    expect(wren.page.get_by_role("row").filter(has_text=family)).to_contain_text("Has come")


def test_a_call_at_the_door_loses_nothing(wren: Somebody) -> None:
    wren.opens("/admission")
    wren.types("Child’s given names", "Briar")
    wren.presses("Keep for later")
    wren.reads("What you entered is kept. Nothing was sent yet.")
    wren.page.get_by_role("link", name="Briar", exact=True).first.click()
    expect(wren.page.get_by_label("Child’s given names")).to_have_value("Briar")
    wren.presses("Go on")
    wren.reads("There is a problem")
    expect(wren.page.get_by_label("Child’s given names")).to_have_value("Briar")
    wren.presses("Discard what I began")
    wren.reads("What you had begun is gone. Nothing was sent.")
    wren.reads_nothing_of("Briar")


def test_a_telephone_that_dies_loses_nothing_that_was_typed(at_desk: Callable[..., Somebody]) -> None:
    wren = at_desk("wren", viewport=PHONE)
    wren.opens("/admission")
    wren.types("Child’s given names", "Alder")
    wren.types("Child’s family name", "Batteryless")
    said = wren.page.locator("[data-autosaved]")
    expect(said).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"))
    wren.types("Council that placed the child", "Leeds")
    with wren.page.expect_response(lambda answer: "council=Leeds" in (answer.request.post_data or "")):
        wren.page.get_by_label("Just now").focus()
    wren.page.close()

    again = at_desk("wren")
    again.opens("/residents")
    again.page.get_by_role("link", name="Alder Batteryless", exact=True).first.click()
    expect(again.page.get_by_label("Child’s given names")).to_have_value("Alder")
    expect(again.page.get_by_label("Council that placed the child")).to_have_value("Leeds City Council")
    again.presses("Discard what I began")
    again.reads("Nothing was sent.")


def test_a_page_that_is_loaded_again_shows_what_was_kept_and_goes_on(at_desk: Callable[..., Somebody]) -> None:
    wren = at_desk("wren", viewport=PHONE)
    wren.opens("/admission")
    with wren.page.expect_response(lambda answer: "ehc_plan.has=no" in (answer.request.post_data or "")):
        answers_for(Counted(wren), "Maple", "Reloaded", ("6", "6", "2012"))
    expect(wren.page.locator("[data-autosaved]")).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"))
    wren.page.wait_for_url("**/admission/ntc_*")
    wren.page.reload()
    expect(wren.page.get_by_label("Child’s family name")).to_have_value("Reloaded")
    wren.presses("Go on")
    wren.sees("Check and send")
    wren.reads("Maple Reloaded")


TYPED = {
    "#child\\.given_names": "Linden",
    "#child\\.family_name": "Keyboarder",
    "#child\\.born_on": "4",
    "#child\\.born_on-month": "5",
    "#child\\.born_on-year": "2012",
    "#council": "Leeds City Council",
}
CHOSEN = {"order": 1, "iro_told": 0, "ehc_plan.has": 0}
"""The name of a question → how far down its answer stands."""


def reaches(page: Page, selector: str) -> None:
    for _ in range(MOST_TABS):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def chooses_by_arrows(page: Page, question: str, down: int) -> None:
    reaches(page, f'[name="{question}"]')
    page.keyboard.press("Space")
    for _ in range(down):
        page.keyboard.press("ArrowDown")


def presses_enter(page: Page, selector: str) -> None:
    reaches(page, selector)
    page.keyboard.press("Enter")


def test_by_keyboard_alone(at_desk: Callable[..., Somebody]) -> None:
    """Tab, typing, arrows, Space and Enter, from the first question to the receipt."""
    wren = at_desk("wren")
    wren.opens("/admission")
    for selector, words in TYPED.items():
        reaches(wren.page, selector)
        wren.page.keyboard.type(words)
    for question, down in CHOSEN.items():
        chooses_by_arrows(wren.page, question, down)
    presses_enter(wren.page, "main button:not([name])")
    wren.sees("Check and send")
    wren.reads("Linden Keyboarder")
    wren.reads("Care order (section 31)")
    presses_enter(wren.page, "main button")
    wren.sees("Admission told")


def test_two_presses_and_the_back_button_send_once(at_desk: Callable[..., Somebody], hub: RunningHub) -> None:
    wren = at_desk("wren", viewport=PHONE)
    wren.opens("/admission")
    answers_for(Counted(wren), "Reed", "Twicepressed", ("2", "2", "2012"))
    wren.presses("Go on")
    wren.sees("Check and send")
    wren.page.get_by_role("button", name="Send", exact=True).dblclick()
    wren.sees("Admission told")
    receipt = wren.page.url
    wren.page.go_back()
    wren.page.wait_for_load_state()
    wren.opens(receipt.removesuffix("sent") + "check")
    wren.sees("Admission told")
    wren.opens("/residents")
    expect(wren.page.get_by_role("row").filter(has_text="Twicepressed")).to_have_count(1)
