"""Asha of Leeds reads a report, answers it and gives the police what they need; Rhys of Kent Police reads it and asks back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.report_seed import gives, reported
from tests.browser.test_a_coordinator_follows_who_is_missing import chooses, goes, tabs_to, writes

SCREENS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
)
WHY = "Why would no less than this do?"


def answers_a_recommendation(asha: Somebody, report: str) -> None:
    asha.opens(f"/interview-reports/{report}")
    asha.reads("Kim Made-Up")
    asha.presses("I have read it")
    asha.reads("Whoever wrote the report sees that it was read.")
    asha.page.get_by_role("link", name="Answer recommendation 1").click()
    asha.page.get_by_label("We accept it, and will do it", exact=True).check()
    asha.presses("Record the answer")
    asha.reads("The answer is recorded.")


def leaves_out_what_the_police_do_not_need(asha: Somebody) -> None:
    asha.page.get_by_role("link", name="Decide what the police are given of it").click()
    asha.page.get_by_role("link", name="Extract for the police").filter(has_text=": Kent Police").click()
    asha.reads("Invented: Kim gives bags to [friend] to carry.")
    asha.page.get_by_text("Leave out what they do not need").click()
    asha.page.get_by_label("While they were missing: which places", exact=True).check()
    asha.presses("See what is left")
    asha.reads("You leave out: While they were missing: which places.")


def gives_it_although_the_child_objects(asha: Somebody) -> None:
    asha.page.get_by_label("To prevent crime", exact=True).check()
    asha.types(WHY, "Invented: no less would tell them whom to look for.")
    asha.presses("Give it")
    asha.reads("The child objects.")
    asha.types("If the child does not want it: why is it given all the same?", "Invented: somebody is in danger.")
    asha.presses("Give it")
    asha.reads("It is given.")


def reads_what_was_given(rhys: Somebody) -> None:
    rhys.opens("/extracts")
    rhys.page.get_by_role("link", name="Extract for the police").first.click()
    rhys.reads("Kim Made-Up")
    rhys.reads_nothing_of("a flat over a shop")
    rhys.reads_nothing_of("Jasper")
    rhys.presses("I have read it")
    rhys.reads("The council that gave it sees that it was read.")


def asks_back(rhys: Somebody) -> str:
    """The address at which the answer will stand."""
    rhys.page.get_by_role("link", name="Ask a question").click()
    rhys.types("What do you need to know?", "Invented: at what time of day?")
    rhys.presses("Ask it")
    rhys.reads("Your question is with the council")
    return rhys.page.url.split("?")[0]


def answers_the_police(faye: Somebody, report: str) -> None:
    faye.opens(f"/interview-reports/{report}")
    faye.page.get_by_role("link", name="Answer the question of Kent Police").click()
    faye.types("Answer", "Invented: always after dark.")
    faye.presses("Give the answer")
    faye.reads("The answer is given.")


@pytest.mark.parametrize("screen", SCREENS, ids=("desk", "telephone without scripts"))
def test_a_report_is_answered_and_the_police_are_given_what_they_need(
    hub: RunningHub, at_desk: Callable[..., Somebody], screen: dict[str, Any]
) -> None:
    report = reported(hub, "Rowan" if "java_script_enabled" in screen else "Alder", "Fictitious")
    asha, rhys, faye = (at_desk(name, **screen) for name in ("asha", "rhys", "faye"))
    answers_a_recommendation(asha, report)
    leaves_out_what_the_police_do_not_need(asha)
    gives_it_although_the_child_objects(asha)
    reads_what_was_given(rhys)
    share = asks_back(rhys)
    answers_the_police(faye, report)
    rhys.opens(share)
    rhys.reads("Invented: always after dark.")


def test_by_the_keyboard_alone_an_extract_is_given_read_and_taken_back(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    report = reported(hub, "Hazel", "Pretend")
    asha, rhys = (at_desk(name, viewport={"width": 1280, "height": 900}) for name in ("asha", "rhys"))
    page = asha.page
    asha.opens(f"/interview-reports/{report}")
    goes(page, "Say what became of referral 1")
    asha.sees("What became of it")
    chooses(page, "What became of it?", "An enquiry was begun")
    goes(page, "Record it")
    asha.reads("The answer is recorded.")
    gives(hub, report)

    police = rhys.page
    rhys.opens("/extracts")
    goes(police, "Extract for the police")
    rhys.sees("Extract for the police")
    writes(police, "Your name and role", "R. Fictitious, coordinator")
    goes(police, "I have read it")
    rhys.reads("The council that gave it sees that it was read.")

    asha.opens(f"/interview-reports/{report}")
    goes(page, "Take it back")
    chooses(page, "Why?", "It holds more than was necessary")
    tabs_to(page, "Take it back")
    page.keyboard.press("Enter")
    asha.reads("It is taken back.")
    police.reload()
    rhys.reads("It was taken back: it was given by mistake.")
    rhys.reads_nothing_of("Kim")
