"""Tom at Kent's duty desk empties his inbox: with scripts and without, on a telephone and at a desk, and by keyboard alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from hub.core.clock import london_date, utc_now
from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import another_child, paper, registered
from tests.browser.people import Somebody
from tests.browser.sending import asked

SitDown = Callable[..., Somebody]
MOST_TABS = 80
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["on a telephone", "at a desk"])
def test_one_is_read_and_promised_one_is_pressed_and_two_are_ticked(
    hub: RunningHub, at_desk: SitDown, scripts: bool, size: dict[str, int]
) -> None:
    child = another_child(given_names="Hazel")
    read = str(asked(hub, "leeds", "/notices", paper(child=child))["notice"])
    pressed, *ticked = [registered(hub) for _ in range(3)]
    tom = at_desk("tom", java_script_enabled=scripts, viewport=size)
    tom.opens("/inbox")
    tom.sees("Inbox")
    assert tom.page.title().startswith("(")
    tom.reads_nothing_of("Hazel")

    tom.page.locator(f"tr#{read}").get_by_role("link").click()
    tom.reads("Hazel Fictitious")
    tom.page.get_by_label("We will pass it on to health").check()
    for part, number in zip(("Day", "Month", "Year"), tomorrow(), strict=True):
        tom.types(part, number)
    tom.presses("Acknowledge the notice")
    tom.reads("You have acknowledged this notice")
    tom.reads("to pass it on to health and education")

    tom.page.get_by_role("link", name="Back to the inbox").click()
    tom.page.locator(f"tr#{pressed}").get_by_role("button").click()
    tom.reads("1 notice is acknowledged")
    expect(tom.page.locator(f"tr#{pressed}")).to_have_count(0)

    for notice in ticked:
        tom.page.get_by_label(f"I have read the notice {notice}").check()
    tom.presses("Acknowledge those that are ticked")
    tom.reads("2 notices are acknowledged")
    tom.reads("Nothing waits to be acknowledged")


def tomorrow() -> tuple[str, str, str]:
    day = london_date(utc_now()) + timedelta(days=1)
    return str(day.day), str(day.month), str(day.year)


def test_by_keyboard_alone(hub: RunningHub, at_desk: SitDown) -> None:
    notice = registered(hub)
    tom = at_desk("tom")
    tom.opens("/inbox")
    _tabs_to(tom, f"/inbox/{notice}")
    tom.page.keyboard.press("Enter")
    tom.reads("Acknowledge it")
    _tabs_to(tom, "Acknowledge the notice")
    tom.page.keyboard.press("Enter")
    tom.reads("You have acknowledged this notice")
    _tabs_to(tom, "passing-on")
    tom.page.keyboard.press("Enter")
    tom.sees("What you do next")
    _tabs_to(tom, "The child is in our register")
    tom.page.keyboard.press("Enter")
    tom.reads("In another system")


def _tabs_to(somebody: Somebody, words: str) -> None:
    """Press Tab until what has the focus says *words*, or leads there."""
    for _ in range(MOST_TABS):
        somebody.page.keyboard.press("Tab")
        if words in somebody.page.evaluate("document.activeElement.outerHTML"):
            return
    pytest.fail(f"the keyboard does not reach {words}")


def test_what_a_colleague_acknowledged_meanwhile_stays_theirs(hub: RunningHub, at_desk: SitDown) -> None:
    first, second = registered(hub), registered(hub)
    tom, bea = at_desk("tom"), at_desk("bea")
    tom.opens("/inbox")
    bea.opens(f"/inbox/{first}")
    bea.presses("Acknowledge the notice")
    bea.reads("You have acknowledged this notice")
    for notice in (first, second):
        tom.page.get_by_label(f"I have read the notice {notice}").check()
    tom.presses("Acknowledge those that are ticked")
    tom.reads("1 notice is acknowledged")
    tom.reads("1 notice was left as it is")
    tom.opens(f"/inbox/{first}")
    tom.reads("Bea Ostrom")


def test_a_double_click_and_the_back_button_acknowledge_once(hub: RunningHub, at_desk: SitDown) -> None:
    notice = registered(hub)
    tom = at_desk("tom", java_script_enabled=False)
    tom.opens(f"/inbox/{notice}")
    tom.page.get_by_role("button", name="Acknowledge the notice").dblclick()
    tom.reads("You have acknowledged this notice")
    tom.page.go_back()
    tom.reads("Who has acknowledged it")
    expect(tom.page.get_by_role("button", name="Acknowledge the notice")).to_have_count(0)
    given = tom.page.get_by_role("table", name="Who has acknowledged it").locator("tbody tr")
    expect(given).to_have_count(1)


def test_a_notice_that_comes_while_tom_looks_appears_by_itself(hub: RunningHub, at_desk: SitDown) -> None:
    tom = at_desk("tom")
    registered(hub)
    tom.opens("/inbox")
    newer = registered(hub)
    expect(tom.page.locator(f"tr#{newer}")).to_be_visible(timeout=40_000)
