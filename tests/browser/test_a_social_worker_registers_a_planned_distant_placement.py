"""Priya plans a placement in Kent: consults, registers, keeps what she types, prints the receipt; nothing is sent twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from hub.core.clock import utc_now
from tests.browser.people import Somebody
from tests.browser.writing import Writer

SAVED = re.compile(r"Saved at \d\d:\d\d")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_a_consultation_becomes_the_notice_of_the_start_without_typing_it_again(
    at_desk: Callable[..., Somebody], has_scripts: bool, size: Any
) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=has_scripts, viewport=size))
    priya.opens("/notices/new")
    priya.begins("A consultation on a distant placement")
    priya.opens(f"{priya.draft}/child")
    priya.tells_of_the_child(given=f"Ivy{size['width']}{has_scripts:d}")
    priya.tells_where()
    priya.tells_when(utc_now() + timedelta(days=10))
    priya.page.get_by_label("Or why it is not given").fill("Invented: it is not written yet.")
    priya.goes_on()
    priya.opens(f"{priya.draft}/check")
    priya.presses("Send the notice")
    priya.sees_receipt()
    priya.opens(priya.page.url.removesuffix("/receipt"))
    priya.presses("Tell of this placement")
    priya.sees_section("What is still asked")
    priya.types("Your assessment of the child’s needs", "Invented.")
    priya.types("Why this placement best meets them", "Invented.")
    priya.presses("Save and go on")
    priya.reads("Out of area and distant")
    priya.presses("Send the notice")
    priya.sees_receipt()


def test_what_is_typed_is_kept_without_being_saved_by_hand_and_nothing_is_sent(
    at_desk: Callable[..., Somebody],
) -> None:
    priya = Writer(at_desk("priya"))
    priya.opens("/notices/new")
    priya.begins("A planned placement")
    priya.opens(f"{priya.draft}/child")
    priya.types("Family name", "Fictitious")
    with priya.page.expect_response(lambda answer: "given_names=Rowan" in (answer.request.post_data or "")):
        priya.page.get_by_label("Given names").press_sequentially("Rowan")
    expect(priya.page.locator("[data-autosaved]")).to_have_text(SAVED)
    priya.opens(priya.draft)
    priya.reads("Rowan Fictitious")
    priya.opens("/notices")
    priya.reads("Nothing in a draft has been sent")


def test_two_tabs_on_one_section_show_both_and_lose_neither(at_desk: Callable[..., Somebody]) -> None:
    priya = Writer(at_desk("priya"))
    priya.opens("/notices/new")
    priya.begins("A planned placement")
    priya.opens(f"{priya.draft}/child")
    tab = Writer(Somebody(priya.address, priya.email, priya.page.context.new_page()), priya.draft)
    tab.opens(f"{priya.draft}/child")
    priya.tells_of_the_child(given="Rowan")
    priya.sees_section("Where")
    tab.types("Given names", "Rowena")
    tab.page.get_by_label("Family name").focus()
    expect(tab.page.locator("[data-autosaved]")).to_contain_text("Somebody else has changed this part")
    tab.presses("Save and go on")
    tab.reads("nothing of it is lost")
    expect(tab.page.get_by_role("row", name="Given names")).to_contain_text("Rowan")
    expect(tab.page.get_by_label("Given names")).to_have_value("Rowena")
    tab.presses("Save what I typed")
    tab.page.wait_for_url("**/where")
    tab.opens(tab.draft)
    tab.reads("Rowena")


def test_a_double_click_and_the_back_button_send_nothing_twice(at_desk: Callable[..., Somebody]) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=False))
    priya.opens("/notices/new")
    priya.begins("A planned placement")
    priya.opens(f"{priya.draft}/child")
    priya.tells_of_the_child(given="Once")
    priya.tells_where()
    priya.tells_when(utc_now() + timedelta(days=7))
    priya.tells_of_care()
    priya.opens(f"{priya.draft}/check")
    priya.page.get_by_role("button", name="Send the notice").dblclick()
    priya.sees_receipt()
    receipt = priya.page.url
    priya.page.go_back()
    priya.page.wait_for_url(receipt)
    priya.sees_receipt()


def test_the_receipt_prints_on_two_sheets_of_a4_without_what_paper_does_not_need(
    at_desk: Callable[..., Somebody],
) -> None:
    priya = Writer(at_desk("priya"))
    priya.sends_a_planned_placement(given="Printed")
    printed = priya.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    priya.page.emulate_media(media="print")
    expect(priya.page.get_by_text("The notice is registered")).to_be_visible()
    expect(priya.page.get_by_role("cell", name="Met").first).to_be_visible()
    for words in ("What to do next", "Menu", "Need help?"):
        expect(priya.page.get_by_text(words).first).to_be_hidden()
    priya.reads_nothing_of("Printed")
