"""Priya puts right what she sent: a correction is a new version, a move and an end are told, a notice is taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.core.clock import utc_now
from tests.browser.people import Somebody
from tests.browser.writing import Writer

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SCREENS = pytest.mark.parametrize(
    ("has_scripts", "size"),
    [(True, DESK), (False, DESK), (True, PHONE), (False, PHONE)],
    ids=["desk", "desk, no scripts", "phone", "phone, no scripts"],
)


@SCREENS
def test_a_wrong_address_is_corrected_and_the_notice_withdrawn_when_it_falls_through(
    at_desk: Callable[..., Somebody], has_scripts: bool, size: Any
) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=has_scripts, viewport=size))
    priya.sends_a_planned_placement(given=f"Linden{size['width']}{has_scripts:d}")
    first = priya.page.url.removesuffix("/receipt")
    priya.opens(first)
    priya.presses("Correct this notice")
    draft = priya.page.url
    priya.opens(f"{draft}/where")
    priya.tells_where(postcode="NR1 3JU", lines="4 Fictitious Loke\nNorwich")
    priya.opens(f"{draft}/check")
    priya.reads("It will be a new version of the notice that you correct")
    priya.reads("It has not joined")
    priya.presses("Send the correction")
    priya.sees_receipt()
    priya.reads("On its way")
    second = priya.page.url.removesuffix("/receipt")
    priya.opens(first)
    priya.reads("A newer version stands")
    priya.opens(second)
    priya.page.get_by_role("link", name="Withdraw this notice").click()
    priya.presses("Withdraw the notice")
    priya.reads("There is a problem")
    priya.types("Why do you withdraw it?", "Invented: it fell through.")
    priya.presses("Withdraw the notice")
    priya.reads("This notice was withdrawn")
    priya.reads("Invented: it fell through.")


@SCREENS
def test_a_move_and_the_end_are_told_from_the_notice_before(
    at_desk: Callable[..., Somebody], has_scripts: bool, size: Any
) -> None:
    priya = Writer(at_desk("priya", java_script_enabled=has_scripts, viewport=size))
    priya.sends_a_planned_placement(given=f"Maple{size['width']}{has_scripts:d}")
    priya.opens(priya.page.url.removesuffix("/receipt"))
    priya.presses("Tell of a move")
    priya.sees_section("Where")
    draft = priya.page.url.removesuffix("/where")
    priya.tells_where(postcode="ME4 4TR", lines="3 Fictitious Quay\nChatham")
    priya.tells_when(utc_now() + timedelta(days=14))
    priya.tells_of_care()
    priya.opens(f"{draft}/check")
    priya.presses("Send the notice")
    priya.sees_receipt()
    priya.reads("The end of the placement before")
    priya.opens(priya.page.url.removesuffix("/receipt"))
    priya.presses("Tell of the end")
    priya.sees_section("When and why it ends")
    draft = priya.page.url.removesuffix("/end")
    ends = utc_now() + timedelta(days=20)
    priya.types_day("When does it end, or when did it?", ends.day, ends.month, ends.year)
    priya.page.get_by_label("Why it ends").select_option("returned_home")
    priya.goes_on()
    priya.opens(f"{draft}/check")
    priya.reads("You meet")
    priya.presses("Send the notice")
    priya.sees_receipt()
