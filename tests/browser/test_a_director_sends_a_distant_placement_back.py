"""A director sends a distant placement back, by keyboard alone; the social worker reads why, and asks again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.casework_seed import drafted, planned
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.papers import child

MOST_TABS = 80


def tabs_to(page: Page, role: str, name: str) -> None:
    """Press the tabulator until what has that role and name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach the {role} {name}")


def sends_it_back_by_keyboard(dara: Somebody) -> None:
    keys = dara.page.keyboard
    tabs_to(dara.page, "link", "Placement in Kent County Council")
    keys.press("Enter")
    dara.reads("Aspen Invented")
    tabs_to(dara.page, "button", "Send it back")
    keys.press("Enter")
    dara.reads("Enter what has to change, and why.")
    tabs_to(dara.page, "textbox", "What has to change, and why")
    keys.type("Invented: consult Kent first.")
    tabs_to(dara.page, "button", "Send it back")
    keys.press("Enter")
    dara.reads("The placement is sent back")


def reads_why_on_the_way_to_the_draft(priya: Somebody, draft: str) -> None:
    priya.opens("/today")
    priya.page.locator("#today a").filter(has_text="Placement in Kent").first.click()
    priya.reads("Invented: consult Kent first.")
    priya.page.get_by_role("button", name="Go to the draft").click()
    assert priya.page.url.endswith(f"/drafts/{draft}")
    priya.reads("Sent back by Dara Quist")
    priya.reads("Invented: consult Kent first.")


def asks_again(priya: Somebody, placement: str) -> None:
    priya.page.get_by_role("link", name="then ask for approval again").click()
    assert priya.page.url.endswith(f"/placements/{placement}/approval")
    priya.reads("Invented: consult Kent first.")
    priya.presses("Ask for approval")
    priya.reads("The approval is asked for")


def test_a_director_sends_a_distant_placement_back_by_keyboard_alone(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    paper = planned(child=child(given_names="Aspen", family_name="Invented", identifiers={"local_id": "Aspen"}))
    draft, placement = drafted(hub, paper)
    priya, dara = at_desk("priya"), at_desk("dara")
    priya.opens(f"/placements/{placement}/approval")
    priya.presses("Ask for approval")
    priya.reads("The approval is asked for")
    dara.opens("/today")
    dara.reads("1 placement waits for your approval")
    sends_it_back_by_keyboard(dara)
    reads_why_on_the_way_to_the_draft(priya, draft)
    asks_again(priya, placement)
    dara.opens("/approvals")
    dara.reads("Kent County Council")
