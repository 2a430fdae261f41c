"""A home and a council tell of what may be one placement: a person compares the two, decides, and may take it back."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import doubted
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_compared_decided_and_taken_back(hub: RunningHub, at_desk: SitDown, scripts: bool, width: int) -> None:
    match = doubted(hub)
    tom = at_desk("tom", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    tom.opens("/inbox")
    tom.page.get_by_role("link", name="may be about one placement").click()
    tom.page.locator(f"tr#{match}").get_by_role("link").click()
    tom.sees("Are these one placement?")
    tom.reads("Differs")
    tom.page.get_by_label("Yes").check()
    tom.presses("Record the decision")
    tom.reads("There is a problem")
    assert tom.page.get_by_label("Yes").is_checked()
    tom.page.get_by_label("We asked whoever sent it").check()
    tom.presses("Record the decision")
    tom.reads("Decided: the same")
    tom.page.get_by_label("It had been decided in error").check()
    tom.presses("Take it back")
    tom.reads("Decide otherwise")
