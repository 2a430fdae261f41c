"""Priya, a social worker of Leeds, places a child in the night: in three minutes, on a phone, with scripts or without."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.core.clock import utc_now
from tests.browser.people import Somebody
from tests.browser.writing import Writer

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
REASON = "Invented: the earlier placement ended that night."


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_an_emergency_is_registered_before_everything_is_ready(
    at_desk: Callable[..., Somebody], has_scripts: bool, size: Any
) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=has_scripts, viewport=size))
    priya.opens("/notices")
    priya.page.get_by_role("button", name="Register a placement").click()
    priya.begins("An emergency placement", REASON)
    priya.opens(f"{priya.draft}/child")
    priya.tells_of_the_child(given=f"Rowan{size['width']}{has_scripts:d}")
    priya.sees_section("Where")
    priya.tells_where()
    priya.sees_section("When and why")
    priya.tells_when(utc_now() - timedelta(hours=2))
    priya.opens(f"{priya.draft}/check")
    priya.reads("If you send this now")
    priya.reads("You meet")
    priya.reads("To follow: your assessment of the child’s needs, why this placement best meets them, the care plan.")
    priya.reads("It has joined the hub, and is reached at once.")
    priya.presses("Send the notice")
    priya.sees_receipt()
    expect(priya.page.get_by_role("row", name=re.compile("emergency placement out of area"))).to_contain_text("Met")


def test_a_returning_worker_registers_a_known_child_in_under_twelve_interactions(
    at_desk: Callable[..., Somebody],
) -> None:
    """Every click counts, and every control that is filled; from the notice of the earlier placement to the receipt."""
    priya = Writer(at_desk("priya"))
    priya.sends_a_planned_placement(given="Hazel")
    priya.opens(priya.page.url.removesuffix("/receipt"))
    did = Counted(priya.page)
    did.clicks(priya.page.get_by_role("link", name="An emergency placement of this child"))
    did.fills(priya.page.get_by_label("Why could it not be planned?"), REASON)
    did.clicks(priya.page.get_by_role("button", name="Go on"))
    did.fills(priya.page.get_by_label("Address, without the postcode"), "3 Fictitious Quay\nChatham")
    did.fills(priya.page.get_by_label("Postcode", exact=True), "ME4 4TR")
    did.clicks(priya.page.get_by_role("button", name="Fill in this moment"))
    did.clicks(priya.page.get_by_role("button", name="Save and go on"))
    priya.reads("You meet")
    did.clicks(priya.page.get_by_role("button", name="Send the notice"))
    priya.sees_receipt()
    assert did.count == 8


def test_without_scripts_it_takes_fewer_than_twelve_as_well(at_desk: Callable[..., Somebody]) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=False))
    priya.sends_a_planned_placement(given="Alder")
    priya.opens(priya.page.url.removesuffix("/receipt"))
    did = Counted(priya.page)
    did.clicks(priya.page.get_by_role("link", name="An emergency placement of this child"))
    did.fills(priya.page.get_by_label("Why could it not be planned?"), REASON)
    did.clicks(priya.page.get_by_role("button", name="Go on"))
    did.fills(priya.page.get_by_label("Address, without the postcode"), "3 Fictitious Quay\nChatham")
    did.fills(priya.page.get_by_label("Postcode", exact=True), "ME4 4TR")
    began = utc_now() - timedelta(hours=3)
    for label, text in (
        ("Day", began.day),
        ("Month", began.month),
        ("Year", began.year),
        ("Time, if you know it", "1:00"),
    ):
        did.fills(priya.page.get_by_label(label, exact=True), str(text))
    did.clicks(priya.page.get_by_role("button", name="Save and go on"))
    did.clicks(priya.page.get_by_role("button", name="Send the notice"))
    priya.sees_receipt()
    assert did.count == 11


class Counted:
    """What somebody does, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def clicks(self, control: Any) -> None:
        self.count += 1
        control.click()

    def fills(self, control: Any, text: str) -> None:
        self.count += 1
        control.fill(text)


def test_an_emergency_is_registered_by_keyboard_alone(at_desk: Callable[..., Somebody]) -> None:
    """Tab, Enter, Space, arrows and typing: nothing is clicked."""
    priya = Writer(at_desk("priya"))
    priya.opens("/notices/new")
    hand = Keyboard(priya.page)
    hand.reaches("radio", "A planned placement")
    hand.presses("ArrowDown")
    hand.reaches("textbox", "Why could it not be planned?", types=REASON)
    hand.reaches("button", "Go on", presses="Enter")
    expect(priya.page).to_have_title("Draft of a notice – Placement notification hub")
    hand.reaches("link", "The child", presses="Enter")
    priya.sees_section("The child")
    hand.reaches("textbox", "Family name", types="Fictitious")
    hand.reaches("textbox", "Given names", types="Rowan by hand")
    for part, text in (("Day", "14"), ("Month", "3"), ("Year", "2012")):
        hand.reaches("textbox", part, types=text)
    hand.reaches("combobox", "Legal status", types="Accommodated (section 20)")
    hand.reaches("button", "Save and go on", presses="Enter")
    priya.sees_section("Where")
    hand.reaches("combobox", "Kind of placement", types="In a children")
    hand.reaches("textbox", "Address, without the postcode", types="1 Fictitious Lane")
    hand.reaches("textbox", "Postcode", types="ME14 1XQ")
    hand.reaches("button", "Save and go on", presses="Enter")
    priya.sees_section("When and why")
    hand.reaches("button", "Fill in this moment", presses="Space")
    hand.reaches("button", "Save and go on", presses="Enter")
    priya.sees_section("Needs, reasons and care plan")
    priya.opens(f"{priya.page.url.removesuffix('/care')}/check")
    hand.reaches("button", "Send the notice", presses="Enter")
    priya.sees_receipt()


class Keyboard:
    """Somebody who has only a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def reaches(self, role: Any, name: str, *, types: str = "", presses: str = "") -> None:
        """Tab until the focus is on it, then type or press."""
        wanted = self.page.get_by_role(role, name=name, exact=True).first
        expect(wanted).to_be_visible()
        for _ in range(90):
            if wanted.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            pytest.fail(f"the keyboard does not reach {name}")
        if types:
            self.page.keyboard.type(types)
        if presses:
            self.page.keyboard.press(presses)
