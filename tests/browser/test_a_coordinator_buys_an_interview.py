"""Asha, who follows Leeds's missing children: from a return to a commissioned interview, and on where somebody declines."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.interview_seed import back, books, declines, offers, sought
from tests.browser.people import Somebody
from tests.browser.test_a_coordinator_follows_who_is_missing import goes, tabs_to, writes

SCREENS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
)


@pytest.mark.parametrize("screen", SCREENS, ids=("desk", "telephone without scripts"))
def test_a_return_is_followed_by_an_interview_that_is_bought(
    hub: RunningHub, at_desk: Callable[..., Somebody], screen: dict[str, Any]
) -> None:
    name = "Rowan" if "java_script_enabled" in screen else "Alder"
    back(hub, name, "Fictitious", hours=1)
    asha = at_desk("asha", **screen)
    asha.opens("/today")
    asha.page.get_by_role("link", name="back: ask for the").click()
    asha.page.get_by_role("link", name="Ask for an interview").filter(has_text=name).click()
    asha.types("At most, in pounds", "200")
    asha.types("Purchase order", "PO-0001")
    asha.types("What the interviewer must know to work safely", "Invented: nothing is known.")
    asha.types("Telephone", "01632 960123")
    asha.page.get_by_label("I choose among the offers", exact=True).check()
    asha.presses("Ask for the interview")
    asha.reads("The interview is asked for.")
    asha.reads("Kent Return Interviews: to answer by")
    ref = asha.page.url.split("/")[-1].split("?")[0]
    offers(hub, "kent_returns", ref, hours=20)
    asha.opens(f"/interviews/{ref}")
    asha.reads("1 offer waits for you to choose.")
    asha.page.get_by_role("link", name="Take this offer").click()
    asha.reads("£140.00, VAT and travel included")
    asha.presses("Take this offer")
    asha.reads("It is commissioned.")
    asha.reads("Kent Return Interviews: to book the interview, or try it, by")
    books(hub, "kent_returns", ref, hours=20)
    asha.opens("/interviews")
    asha.reads("To be held")


def test_by_the_keyboard_alone_a_decline_leads_to_the_councils_own_interviewer(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    ref = sought(hub, back(hub, "Hazel", "Pretend", hours=5))
    declines(hub, "kent_returns", ref, "lone_working_risk")
    asha = at_desk("asha", viewport={"width": 1280, "height": 900})
    page = asha.page
    asha.opens("/interviews")
    goes(page, "Hazel Pretend")
    asha.sees("Hazel Pretend")
    asha.reads("Its interviewer could not go there alone safely.")
    goes(page, "Our own interviewer holds it")
    asha.sees("Our own interviewer holds it")
    writes(page, "Who goes? Name and role", "A. Specimen, participation worker")
    tabs_to(page, "Commission them")
    page.keyboard.press("Enter")
    asha.reads("It is commissioned.")
    asha.reads("Your turn: Book the interview, or try it, by")
    goes(page, "Take it back and ask others")
    asha.sees("Take the interview back")
    tabs_to(page, "It has nobody free after all.")
    page.keyboard.press("Space")
    goes(page, "Take it back and ask others")
    asha.reads("It is taken back, and others are asked.")
