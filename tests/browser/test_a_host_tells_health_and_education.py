"""A host does what comes after it was told: its register, health through the hub, education by telephone; and takes one back."""

from collections.abc import Callable

import pytest

from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.directory import organisations
from hub.directory.areas import Areas
from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import registered
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


@pytest.fixture
def nurses(hub: RunningHub, areas: Areas) -> str:
    """A health body that uses the hub."""
    with hub.database.write() as session:
        wanted = {"kind": "health_body", "name": f"Fictitious Health {utc_now():%H%M%S%f}"}
        row = organisations.add(session, SYSTEM, wanted, areas=areas, now=utc_now())
        organisations.join(session, SYSTEM, row.ref, utc_now())
        return str(row.name)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_each_step_is_recorded_and_the_list_asks_no_more(
    hub: RunningHub, at_desk: SitDown, nurses: str, scripts: bool, width: int
) -> None:
    notice = registered(hub)
    tom = at_desk("tom", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    tom.opens("/inbox?show=next")
    tom.page.locator("tr", has=tom.page.locator(f'a[href="/inbox/{notice}"]')).first.get_by_role("link").first.click()
    tom.sees("What you do next")
    tom.presses("The child is in our register")
    tom.reads("In another system")

    tom.page.locator("#health").get_by_role("link").click()
    tom.page.get_by_label("Through the hub, now").check()
    tom.presses("Record it")
    tom.reads("Choose who is to be told.")
    tom.page.get_by_label("Who is told through the hub?").select_option(label=nurses)
    tom.presses("Record it")
    tom.reads(f"Through the hub, {nurses}")

    tom.page.locator("#education").get_by_role("link").click()
    tom.page.get_by_label("By telephone").check()
    tom.types("Who was told? (optional)", "Invented: the virtual school")
    tom.presses("Record it")
    tom.reads("By telephone, Invented: the virtual school")
    tom.opens("/inbox?show=next")
    assert tom.page.locator(f'a[href="/inbox/{notice}"]').count() == 0

    tom.opens(f"/inbox/{notice}/passing-on")
    tom.page.locator("#education").get_by_role("link", name="Take it back").click()
    tom.types("Why is it taken back?", "Invented: it was another child.")
    tom.presses("Take it back")
    tom.reads("Taken back")
    tom.opens("/inbox?show=next")
    assert tom.page.locator(f'a[href="/inbox/{notice}"]').count() == 1
