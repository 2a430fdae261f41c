"""A host is told of a child who lives elsewhere: by a postcode it finds whose area it is, and the hub passes the notice on."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import registered
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_by_a_postcode(hub: RunningHub, at_desk: SitDown, scripts: bool, width: int) -> None:
    notice = registered(hub)
    tom = at_desk("tom", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    tom.opens(f"/inbox/{notice}")
    tom.page.get_by_role("link", name="The address is not in our area").click()
    tom.sees("Whose area is it?")
    tom.types("Postcode of the address", "me4 4tr")
    tom.presses("Go on")
    tom.reads("Say how you know")
    assert tom.page.get_by_label("Postcode of the address").input_value() == "me4 4tr"
    tom.types("How do you know?", "Invented: the lane is in Chatham.")
    tom.presses("Go on")
    tom.sees("Pass the notice on to Medway Council?")
    tom.reads("It stands in their inbox at once")
    assert "me4" not in tom.page.url.lower()

    tom.presses("Change something")
    assert tom.page.get_by_label("How do you know?").input_value() == "Invented: the lane is in Chatham."
    tom.presses("Go on")
    tom.presses("Pass it on to Medway Council")
    tom.reads("Your organisation passed this notice on to Medway Council")
    tom.opens("/inbox")
    assert tom.page.locator(f"tr#{notice}").count() == 0
    priya = at_desk("priya", java_script_enabled=scripts)
    priya.opens("/inbox?show=alerts")
    priya.reads("A notice was passed on to another area")


def test_from_the_list_to_a_council_that_has_not_joined(hub: RunningHub, at_desk: SitDown) -> None:
    notice = registered(hub)
    tom = at_desk("tom")
    tom.opens(f"/inbox/{notice}/not-ours")
    tom.page.get_by_label("Or choose the council").select_option(label="Norfolk County Council")
    tom.types("How do you know?", "Invented: the carer moved to Norwich.")
    tom.presses("Go on")
    tom.reads("They have not joined the hub")
    tom.page.get_by_role("button", name="Pass it on to Norfolk").click()
    tom.reads("passed this notice on to Norfolk")


def test_an_area_that_the_sender_chose_is_confirmed(hub: RunningHub, at_desk: SitDown) -> None:
    nowhere = {"lines": ["6 Fictitious End"], "postcode": "ZZ99 9ZZ"}
    notice = registered(hub, address=nowhere, area={"host_authority": "E10000016"})
    tom = at_desk("tom")
    tom.opens("/inbox")
    tom.reads("Area not confirmed")
    tom.page.locator(f"tr#{notice}").get_by_role("link").click()
    tom.presses("Yes, it is in our area")
    tom.reads_nothing_of("Is the address in your area?")
