"""An administrator changes whom a ladder tells, sees who would be told when, mends what would reach nobody, and saves it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hub.directory.models import ContactPoint
from hub.notify.models import Ladder
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody

Seat = Callable[..., Somebody]
HOME = "A children’s home’s admissions and discharges"
MOST_TABS = 150


def versions(hub: RunningHub, member: str) -> list[Ladder]:
    with hub.database.read() as session:
        wanted = select(Ladder).where(Ladder.organisation_id == hub.cast.ids[member]).order_by(Ladder.version)
        found = list(session.scalars(wanted))
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    "browser",
    [
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 360, "height": 740}},
        {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
        {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
    ],
    ids=["desk", "telephone", "desk-no-scripts", "telephone-no-scripts"],
)
def test_a_rung_is_added_tried_and_saved(hub: RunningHub, at_desk: Seat, browser: dict[str, Any]) -> None:
    wren, before = at_desk("wren", **browser), len(versions(hub, "willow_house"))
    wren.opens("/organisation/ladders")
    wren.page.get_by_role("link", name=HOME).click()
    wren.page.get_by_role("button", name="Change this ladder").click()
    wren.presses("Add a rung")
    wren.types("How many?", "6")
    wren.page.get_by_label("Of what?").select_option(label="working days after it was due")
    wren.page.get_by_label("Duty desk", exact=True).check()
    wren.page.get_by_role("button", name="Keep this rung").last.click()
    wren.reads("6 working days after it was due: Duty desk")
    assert len(versions(hub, "willow_house")) == before
    wren.page.get_by_label("Yes", exact=True).check()
    wren.page.get_by_role("button", name="Try it").last.click()
    expect(wren.page.get_by_label("Yes", exact=True)).to_be_checked()
    wren.presses("Save this ladder")
    wren.reads("The ladder is saved")
    assert versions(hub, "willow_house")[-1].rungs[-1]["roles"] == ["duty_desk"]


def test_a_rung_that_reaches_nobody_is_seen_before_it_is_saved_and_refused(hub: RunningHub, at_desk: Seat) -> None:
    wren = at_desk("wren")
    wanted = (ContactPoint.organisation_id == hub.cast.ids["willow_house"], ContactPoint.role == "out_of_hours")
    with hub.database.write() as session:
        for point in session.scalars(select(ContactPoint).where(*wanted)):
            point.verified_at = None
    before = len(versions(hub, "willow_house"))
    wren.opens("/organisation/ladders/home/change")
    wren.presses("Change rung 1")
    wren.page.get_by_label("Out of hours", exact=True).check()
    wren.page.get_by_role("button", name="Keep this rung").last.click()
    wren.reads("Some desks on this ladder reach nobody")
    wren.presses("Save this ladder")
    wren.reads("Nobody can be reached there")
    wren.reads("Out of hours")
    assert len(versions(hub, "willow_house")) == before


# --- by keyboard alone ------------------------------------------------------------------------------------------------


def focused(page: Page) -> str:
    """What has the focus, as it is called: its label, or its own words."""
    return str(
        page.evaluate(
            "() => { const e = document.activeElement; const said = e.labels && e.labels.length ? e.labels[0] : e;"
            " return said.textContent.replace(/\\s+/g, ' ').trim(); }"
        )
    )


def tabs_to(page: Page, words: str, *, among: str = "") -> None:
    """Press Tab until what is called *words* has the focus (within *among*, a kind of control)."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page) == words and (
            not among or page.evaluate("document.activeElement.matches(" + repr(among) + ")")
        ):
            return
    pytest.fail(f"no Tab leads to “{words}”")


def test_by_keyboard_alone(hub: RunningHub, at_desk: Seat) -> None:
    wren, before = at_desk("wren"), len(versions(hub, "willow_house"))
    wren.opens("/organisation")
    press = wren.page.keyboard.press
    tabs_to(wren.page, "Ladders")
    press("Enter")
    wren.sees("Ladders")
    tabs_to(wren.page, HOME)
    press("Enter")
    wren.sees(HOME)
    tabs_to(wren.page, "Change this ladder")
    press("Enter")
    wren.sees(f"Change: {HOME}")
    removals = wren.page.get_by_role("button", name="Remove")
    rungs = removals.count()
    tabs_to(wren.page, "Remove rung 2")
    press("Space")
    expect(removals).to_have_count(rungs - 1)
    tabs_to(wren.page, "How often does the last rung repeat, in working days?")
    press("Control+a")
    wren.page.keyboard.type("9")
    press("Enter")
    wren.reads("Again every 9 working days")
    tabs_to(wren.page, "Save this ladder")
    press("Enter")
    wren.reads("The ladder is saved")
    assert len(versions(hub, "willow_house")) == before + 1
    assert versions(hub, "willow_house")[-1].rungs[-1]["repeat_every_working_days"] == 9
