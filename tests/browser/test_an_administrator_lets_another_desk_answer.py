"""An administrator sees who is on duty, lets another desk answer for a while, ends it, and gives a calendar its address."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from tests.browser.conftest import RunningHub
from tests.browser.duty_desks import telephone
from tests.browser.people import Somebody
from tests.browser.test_pages_of_duty import fill_in

SitDown = Callable[..., Somebody]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_overridden_ended_and_read_by_a_calendar(hub: RunningHub, at_desk: SitDown, scripts: bool, width: int) -> None:
    telephone(hub, "leeds", "out_of_hours", "01632 960002")
    helen = at_desk("helen", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    helen.opens("/organisation")
    helen.page.get_by_role("link", name="Who is on duty").click()
    helen.reads("Somebody is on duty at every minute of the next 14 days.")
    helen.page.get_by_role("button", name="Let another desk answer for a while").click()
    helen.presses("Let it answer")
    helen.reads("Enter which desk answers, such as “Storm desk”.")
    fill_in(helen)
    helen.presses("Let it answer")
    helen.reads("The other desk answers in that time.")
    helen.reads("Storm desk")
    helen.presses("End it now")
    helen.reads("The opening hours count again.")
    helen.reads_nothing_of("Storm desk")
    helen.presses("Make an address")
    path = urlsplit(helen.page.locator("code", has_text=".ics").inner_text()).path
    read = requests.get(hub.address + path, timeout=30)
    assert read.headers["Content-Type"].startswith("text/calendar")
    assert "Emergency duty team" in read.text
    helen.opens("/organisation/duty")
    helen.presses("Stop the address")
    helen.reads("The calendar’s address does not work any more.")
    assert requests.get(hub.address + path, timeout=30).status_code == 404
