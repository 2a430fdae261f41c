"""Filling in the calculator's form, as somebody at a browser does."""

from playwright.sync_api import Page

from tests.browser.people import Somebody


def says_a_placement_starts(
    anyone: Somebody, *, council: str, postcode: str, day: str, month: str, year: str, age: str = ""
) -> None:
    """The facts of an emergency placement in a children's home."""
    page: Page = anyone.page
    page.get_by_label("Which council is responsible for the child?").select_option(label=council)
    page.get_by_label("What is the postcode of the placement?").fill(postcode)
    page.get_by_label("Where does the child live?").select_option(label="In a children’s home")
    page.locator("#starts").fill(day)
    page.locator("#starts-month").fill(month)
    page.locator("#starts-year").fill(year)
    page.get_by_role("group", name="Is it an emergency?").get_by_label("Yes").check()
    page.get_by_label("How old is the child?").fill(age)
