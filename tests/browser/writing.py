"""Somebody who writes notices at a browser: whole sections of a draft, in the words that stand on the pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from hub.core.clock import LONDON, utc_now
from tests.browser.people import Somebody


@dataclass
class Writer:
    """*who*, and the address of the draft in hand."""

    who: Somebody
    draft: str = ""

    @property
    def page(self) -> Page:
        return self.who.page

    def __getattr__(self, name: str) -> Any:
        return getattr(self.who, name)

    def begins(self, purpose: str, reason: str = "") -> None:
        """From the page that asks what is to be told of, to the list of tasks."""
        self.page.get_by_role("radio", name=purpose, exact=True).check()
        if reason:
            self.types("Why could it not be planned?", reason)
        self.presses("Go on")
        expect(self.page).to_have_title("Draft of a notice – Placement notification hub")
        self.draft = self.page.url

    def sees_section(self, title: str) -> None:
        """The section with this title is there, or comes soon."""
        expect(self.page).to_have_title(f"{title} – Placement notification hub")

    def goes_on(self) -> None:
        """Save a section, and arrive at the next: with scripts, what is being kept at this moment is waited for."""
        before = self.page.title()
        self.presses("Save and go on")
        expect(self.page).not_to_have_title(before)

    def sees_receipt(self) -> None:
        self.reads("The notice is registered")

    def tells_of_the_child(self, *, given: str = "Rowan", family: str = "Fictitious") -> None:
        self.types("Family name", family)
        self.types("Given names", given)
        self.types_day("Date of birth", 14, 3, 2012)
        self.page.get_by_label("Legal status", exact=True).select_option("S20")
        self.goes_on()

    def tells_where(
        self, *, postcode: str = "ME14 1XQ", lines: str = "1 Fictitious Lane\nMaidstone", stays: bool = False
    ) -> None:
        self.page.get_by_label("Kind of placement").select_option("foster_ifa")
        self.types("Address, without the postcode", lines)
        self.types("Postcode", postcode)
        self.presses("Save and go on") if stays else self.goes_on()

    def tells_when(self, at: datetime) -> None:
        local = at.astimezone(LONDON)
        self.types_day("When does it start, or when did it?", local.day, local.month, local.year)
        self.types("Time, if you know it", f"{local:%H:%M}")
        self.goes_on()

    def types_day(self, legend: str, day: int, month: int, year: int) -> None:
        group = self.page.get_by_role("group", name=legend)
        for label, value in (("Day", day), ("Month", month), ("Year", year)):
            group.get_by_label(label).fill(str(value))

    def tells_of_care(self) -> None:
        self.types("Your assessment of the child’s needs", "Invented: a small, settled household.")
        self.types("Why this placement best meets them", "Invented: the carers offer that.")
        self.page.get_by_role("group", name="Is the care plan to follow?").get_by_label("Yes").check()
        self.types("Why it is to follow", "Invented: it is being typed.")
        self.goes_on()

    def tells_rest(self, at: datetime) -> None:
        """What is still asked of a child who is known, in an emergency."""
        self.types("Address, without the postcode", "2 Fictitious Row")
        self.types("Postcode", "ME4 4TR")
        self.tells_when(at)

    def sends_a_planned_placement(self, **child: str) -> None:
        """From nothing to the receipt of a distant placement a week ahead."""
        self.opens("/notices/new")
        self.begins("A planned placement")
        self.opens(f"{self.draft}/child")
        self.tells_of_the_child(**child)
        self.tells_where()
        self.tells_when(utc_now() + timedelta(days=7))
        self.tells_of_care()
        self.opens(f"{self.draft}/check")
        self.presses("Send the notice")
        self.sees_receipt()
