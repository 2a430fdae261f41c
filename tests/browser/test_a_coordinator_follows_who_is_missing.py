"""Rhys, who answers for the missing of Kent Police, by the keyboard alone: board, grade, reason, found, back, spoken with."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningHub
from tests.browser.missing_seed import does, placed, reported, telephones
from tests.browser.people import Somebody

FOCUSED = "document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"
MOST_TABS = 60


def tabs_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says *words*."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"the keyboard does not reach “{words}” on {page.url}")


def goes(page: Page, words: str) -> None:
    tabs_to(page, words)
    page.keyboard.press("Enter")


def chooses(page: Page, question: str, answer: str) -> None:
    """Reach the radios of a question by Tab, and choose with Space and the arrows."""
    wanted = page.get_by_role("group", name=question).get_by_label(answer, exact=True)
    first = page.get_by_role("group", name=question).get_by_role("radio").first.evaluate("e => e.labels[0].innerText")
    tabs_to(page, first)
    page.keyboard.press("Space")
    for _ in range(6):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"“{answer}” cannot be chosen by the keyboard")


def writes(page: Page, label: str, text: str) -> None:
    tabs_to(page, label)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def sees_two_on_the_board(rhys: Somebody) -> None:
    page = rhys.page
    rhys.opens("/missing")
    expect(page).to_have_title("(2) Who is missing – Placement notification hub")
    expect(page.locator("#board tbody tr").first).to_contain_text("Alder Pretend")
    expect(page.locator("#board")).to_contain_text("01632 960201")


def grades_as_low_and_is_asked_why(rhys: Somebody) -> None:
    page = rhys.page
    goes(page, "Grade the risk")
    rhys.sees("Grade the risk to Rowan Fictitious")
    chooses(page, "Grade", "Low")
    chooses(page, "Have you asked children’s services", "Yes")
    goes(page, "Record the grade")
    rhys.reads("Nothing is recorded yet: a reason is asked for this grade.")
    expect(page.get_by_label("Low", exact=True)).to_be_checked()
    writes(page, "Reason, where the grade is low", "Invented: with a grandmother, who rang.")
    goes(page, "Record the grade")
    rhys.reads("The grade is recorded.")
    rhys.reads("Invented: with a grandmother, who rang.")


def tells_that_the_child_was_found(rhys: Somebody) -> None:
    page = rhys.page
    goes(page, "Say that the child was found")
    rhys.sees("When was Rowan Fictitious found?")
    writes(page, "Time", "00:01")
    writes(page, "Where?", "A kitchen that does not exist")
    goes(page, "Say that the child was found")
    rhys.reads("It is recorded that the child was found.")


def tells_that_the_child_is_back(rhys: Somebody) -> None:
    goes(rhys.page, "Say that the child is back")
    rhys.sees("When did Rowan Fictitious come back?")
    goes(rhys.page, "Just now")
    rhys.reads("It is recorded that the child is back.")


def records_the_interview(rhys: Somebody) -> None:
    page = rhys.page
    goes(page, "Record the prevention interview")
    rhys.sees("When did you speak with Rowan Fictitious?")
    writes(page, "Time", "00:02")
    writes(page, "Summary for the councils", "Invented: went for the cake.")
    goes(page, "Record it")
    rhys.reads("Invented: went for the cake.")


def test_a_coordinator_follows_a_child_from_the_report_to_the_interview(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    telephones(hub)
    high = reported(hub, "leeds", placed(hub, "Alder", "Pretend"), hours=3)
    does(hub, "kent_police", high, "grades", grade="high")
    reported(hub, "willow_house", placed(hub, "Rowan", "Fictitious"), hours=30)
    rhys = at_desk("rhys", viewport={"width": 1280, "height": 900})
    sees_two_on_the_board(rhys)
    goes(rhys.page, "Rowan Fictitious")
    rhys.sees("Rowan Fictitious")
    rhys.reads("Do not grade this child as at lowest risk.")
    grades_as_low_and_is_asked_why(rhys)
    tells_that_the_child_was_found(rhys)
    tells_that_the_child_is_back(rhys)
    records_the_interview(rhys)


def test_the_board_shows_a_new_report_by_itself(hub: RunningHub, at_desk: Callable[..., Somebody]) -> None:
    placement = placed(hub, "Hazel", "Unseen")
    rhys = at_desk("rhys")
    rhys.opens("/missing")
    rhys.reads_nothing_of("Hazel Unseen")
    reported(hub, "willow_house", placement, hours=0.5)
    expect(rhys.page.locator("#board")).to_contain_text("Hazel Unseen", timeout=40_000)


def test_a_force_reports_a_child_whom_nobody_told_of_without_scripts(
    hub: RunningHub, at_desk: Callable[..., Somebody]
) -> None:
    rhys = at_desk("rhys", java_script_enabled=False, viewport={"width": 360, "height": 740})
    rhys.opens("/missing/report")
    rhys.types("Given names", "Linden")
    rhys.types("Family name", "Unheard")
    rhys.types("Postcode", "ME14 1XQ")
    rhys.types("Council that is responsible, if you know it", "Leeds")
    for part, words in (("Day", "1"), ("Month", "11"), ("Year", "2026")):
        rhys.page.get_by_role("group", name="When were they last seen?").get_by_label(part).fill(words)
    rhys.types("Time", "10pm")
    rhys.presses("Report missing")
    rhys.sees("Reported missing")
    rhys.page.get_by_role("link", name="See how it stands").click()
    rhys.reads("Discovered by police")
