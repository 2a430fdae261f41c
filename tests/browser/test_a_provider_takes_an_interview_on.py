"""Faye of Kent Return Interviews, on a phone and at a desk: asked, offered in two taps, held, written up; by the keyboard too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RunningHub
from tests.browser.interview_seed import back, sought
from tests.browser.people import Somebody
from tests.browser.providing_seed import commissioned_before, fills_in, opened, says_when
from tests.browser.test_a_coordinator_follows_who_is_missing import chooses, goes, writes

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
NARRATIVE = "What was said, in the order in which it was said"
SAVED = re.compile(r"^Saved at \d\d:\d\d$")


@pytest.mark.parametrize(("scripts", "size"), [(True, PHONE), (False, DESK)], ids=["phone", "desk-without-scripts"])
def test_an_interview_is_taken_on_in_two_taps_and_written_up(
    hub: RunningHub, at_desk: Callable[..., Somebody], scripts: bool, size: dict[str, int]
) -> None:
    ref = sought(hub, back(hub, "Rowan", "Fictitious", hours=4))
    faye = at_desk("faye", java_script_enabled=scripts, viewport=size)
    faye.opens("/providing")
    faye.reads_nothing_of("Rowan")
    faye.page.get_by_role("link", name="Kent County Council: a child").click()
    faye.page.get_by_role("button", name="£140.00").first.click()
    faye.reads("The interview is yours")
    faye.sees("Rowan Fictitious")
    commissioned_before(hub, ref)
    faye.page.get_by_role("link", name="Say that it was held already").click()
    says_when(faye, "When it began", minutes=80)
    faye.presses("Record that it was held")
    faye.reads("It is recorded that the interview was held.")
    faye.page.get_by_role("button", name="Write it up").click()
    faye.types(NARRATIVE, "Invented: begun.")
    faye.page.get_by_role("button", name="Save", exact=True).click()
    faye.reads("It is saved.")
    faye.presses("Send the report")
    faye.reads("Say where the child was seen.")
    fills_in(faye)
    faye.presses("Send the report")
    faye.reads("The report is sent.")
    faye.reads("Not yet acknowledged")
    faye.opens("/providing/before")
    faye.reads("See what became of it: Rowan Fictitious")


def test_what_is_written_without_a_connection_is_kept_until_it_is_back(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    ref = sought(hub, back(hub, "Sorrel", "Invented", hours=3))
    faye = at_desk("faye", viewport=PHONE)
    faye.opens("/providing")
    faye.page.locator('a[href^="/providing/asks/"]').first.click()
    faye.page.locator("button[name=quick]").first.click()
    faye.opens(f"/providing/interviews/{ref}/report")
    said = faye.page.locator("[data-autosaved]")
    faye.page.context.set_offline(True)
    faye.types(NARRATIVE, "Invented: typed in a car park without a signal.")
    opened(faye, "child.words")
    faye.page.locator('[name="record.child.words"]').fill("Invented: nobody asked me.")
    expect(said).to_contain_text("Not saved yet: no connection.")
    faye.presses("Send the report")
    expect(said).to_contain_text("Not saved yet: no connection.")
    faye.page.on("dialog", lambda dialog: dialog.dismiss())
    with faye.page.expect_event("dialog") as warned:
        faye.page.close(run_before_unload=True)
    assert warned.value.type == "beforeunload"
    faye.page.context.set_offline(False)
    expect(said).to_have_text(SAVED)
    faye.opens(f"/providing/interviews/{ref}/report")
    expect(faye.page.get_by_label(NARRATIVE)).to_have_value("Invented: typed in a car park without a signal.")
    expect(faye.page.locator('[name="record.child.words"]')).to_have_value("Invented: nobody asked me.")


def test_a_coordinator_switches_capacity_and_declines_by_the_keyboard_alone(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    sought(hub, back(hub, "Alder", "Pretend", hours=2))
    faye = at_desk("faye", viewport=DESK)
    page = faye.page
    faye.opens("/providing")
    goes(page, "Take no new ones")
    faye.reads("Taking no new ones")
    goes(page, "Take new ones again")
    faye.reads("You take on new interviews again.")
    goes(page, "Kent County Council: a child")
    faye.sees("Interview asked for in Kent County Council")
    goes(page, "Say that you cannot")
    faye.sees("Say that you cannot")
    chooses(page, "Why?", "We have nobody free")
    writes(page, "Your name and role", "F. Marsh, coordinator")
    goes(page, "Say that you cannot")
    faye.reads("You declined: We have nobody free.")
