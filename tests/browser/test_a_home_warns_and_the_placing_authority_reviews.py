"""A home adds a marker from a phone; the placing authority sees it, changes it, ends it; the force sees only what it may."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import admission, child

SitDown = Callable[..., Somebody]


def adds_a_marker_that_the_host_is_not_to_see(wren: Somebody) -> None:
    wren.reads("No marker that you may see stands for this child.")
    wren.page.get_by_role("button", name="Add a marker").click()
    wren.presses("Add it")
    wren.reads("Choose what it is.")
    wren.page.get_by_label("What is it?").select_option(label="Criminal exploitation or county lines")
    wren.types("What is known", "Invented: came back with two telephones.")
    wren.page.get_by_label("The host authority").uncheck()
    wren.presses("Add it")
    wren.reads("The marker was added.")
    wren.reads("Willow House")


def lets_the_host_see_it(priya: Somebody) -> None:
    priya.reads("do not grade the risk as the lowest")
    priya.page.get_by_role("link", name="Change Criminal").click()
    priya.page.get_by_label("The host authority").check()
    priya.types("Why do you change it?", "Invented: the host must know.")
    priya.presses("Change it")
    priya.reads("The marker was changed.")


def reviews_it_and_ends_it(priya: Somebody) -> None:
    priya.page.get_by_role("link", name="Review Criminal").click()
    priya.presses("It still holds")
    priya.reads("The review was recorded.")
    priya.page.get_by_role("link", name="End Criminal").click()
    priya.types("Why does it hold no more?", "Invented: they were his sister's.")
    priya.presses("End it")
    priya.reads("The marker was ended.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_added_changed_reviewed_and_ended(hub: RunningHub, at_desk: SitDown, scripts: bool, width: int) -> None:
    other = child(given_names=f"Rowan {width} {scripts}", identifiers={})
    markers = f"/placements/{sends(hub, 'willow_house', admission(child=other))['placement']}/markers"
    given = {"java_script_enabled": scripts, "viewport": {"width": width, "height": 740}}
    wren, priya, tom = (at_desk(name, **given) for name in ("wren", "priya", "tom"))
    wren.opens(markers)
    adds_a_marker_that_the_host_is_not_to_see(wren)
    tom.opens(markers)
    tom.reads_nothing_of("two telephones")
    priya.opens(markers)
    lets_the_host_see_it(priya)
    tom.opens(markers)
    tom.reads("two telephones")
    reviews_it_and_ends_it(priya)
    wren.opens(markers)
    wren.page.get_by_text("How it came to stand like this").click()
    wren.reads("Invented: they were his sister's.")
