"""Sergeant Okoro answers at two in the morning: with scripts and without, at a desk and on a telephone, by keyboard alone.

Colleagues take the later calls: a person who looks up too often in a few seconds is asked to wait.
"""

from collections.abc import Callable

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.look_up_papers import AT_NIGHT, BORN, INCIDENT, looks_up, placed
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["on a telephone", "at a desk"])
def test_a_misheard_name_leads_to_the_number_to_ring(
    hub: RunningHub, at_desk: SitDown, scripts: bool, size: dict[str, int]
) -> None:
    placement = placed(hub)
    okoro = at_desk("okoro", java_script_enabled=scripts, viewport=size)
    okoro.opens("/look-up")
    looks_up(okoro, "Fictishus", "Rowan", BORN)
    okoro.sees("1 child may be meant")
    okoro.reads_nothing_of(AT_NIGHT)
    okoro.presses("This is the child: show whom to ring")
    okoro.reads(f"Ring now: {AT_NIGHT}")
    okoro.reads("Do not grade this child as lowest risk")
    assert placement not in okoro.page.url
    assert "Fictitious" not in okoro.page.title()


def test_by_keyboard_alone_the_answer_is_above_the_fold(hub: RunningHub, at_desk: SitDown) -> None:
    placed(hub)
    rhys = at_desk("rhys", viewport=DESK)
    rhys.opens("/look-up")
    rhys.page.get_by_label("What for").focus()
    keys = rhys.page.keyboard
    keys.type("A child has been reported")
    for words in (INCIDENT, "Fictitious", "Rowan", *BORN):
        keys.press("Tab")
        keys.type(words)
    keys.press("Enter")
    rhys.sees("1 child may be meant")
    assert rhys.page.evaluate("document.activeElement.tagName") == "H1"
    keys.press("Tab")
    keys.press("Enter")
    rhys.sees("Whom to ring")
    box = rhys.page.locator(".hub-ring").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < DESK["height"]


def test_what_was_typed_stands_there_for_the_next_question(hub: RunningHub, at_desk: SitDown) -> None:
    tom = at_desk("tom")
    tom.opens("/look-up")
    looks_up(tom, "Nobodylike", "Zzyzx")
    tom.sees("Nobody in the hub is like this")
    assert tom.page.get_by_label("Incident reference").input_value() == INCIDENT
    assert tom.page.get_by_label("Family name", exact=True).input_value() == "Nobodylike"
