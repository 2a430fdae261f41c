"""Ines, of Harbour Fostering, tells of a child who came to a carer: voluntarily, and never in the words of a duty."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Somebody

WAYS = [
    (True, 360, "Fern", "Fostered", "2013"),
    (False, 360, "Gorse", "Entrusted", "2010"),
    (True, 1280, "Hazel", "Welcomed", "2012"),
    (False, 1280, "Iris", "Sheltered", "2009"),
]
"""With scripts or without, how wide, and of whom is told: children who do not resemble each other."""


def enters_who_came(ines: Somebody, given: str, family: str, born: tuple[str, str, str]) -> None:
    ines.types("Child’s given names", given)
    ines.types("Child’s family name", family)
    for part, words in zip(("Day", "Month", "Year"), born, strict=True):
        ines.page.get_by_role("group", name="Date of birth").get_by_label(part).fill(words)
    ines.types("Council that placed the child", "Leeds")
    ines.types("Carer’s name", "C. Invented")
    ines.types("Carer’s address, one line under another", "3 Fictitious Quay\nChatham")
    ines.types("Carer’s postcode", "ME4 4TR")


def sends_it_voluntarily(ines: Somebody) -> None:
    ines.sees("Check and send")
    ines.reads("Medway Council, where the child lives, is told all of this.")
    ines.reads("No law asks this of you: you tell of it voluntarily.")
    ines.presses("Send")
    ines.sees("Arrival told")
    ines.reads("You told of it voluntarily; no law asks it of you.")
    ines.reads_nothing_of("your duty")


def tells_of_the_leaving(ines: Somebody, family: str) -> None:
    ines.page.get_by_role("button", name="Back to the list").click()
    ines.page.get_by_role("row").filter(has_text=family).get_by_role("link", name="Has left").click()
    ines.page.get_by_label("Turned 18").check()
    ines.presses("Go on")
    ines.sees("Check and send")
    ines.reads_nothing_of("your duty")
    ines.presses("Send")
    ines.sees("Leaving told")


@pytest.mark.parametrize(("scripts", "width", "given", "family", "year"), WAYS)
def test_an_agency_tells_of_an_arrival_and_of_the_leaving(
    at_desk: Callable[..., Somebody], scripts: bool, width: int, given: str, family: str, year: str
) -> None:
    ines = at_desk("ines", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    ines.opens("/residents")
    ines.page.get_by_role("button", name="Tell of an arrival").first.click()
    ines.reads("no law asks it of a fostering agency")
    enters_who_came(ines, given, family, (year[2:], "1" if scripts else "7", year))
    if scripts:
        ines.reads("Medway")  # what stands below the postcode moves the button: wait until it does
    ines.presses("Go on")
    sends_it_voluntarily(ines)
    tells_of_the_leaving(ines, family)
    ines.opens("/residents")
    expect(ines.page.get_by_text(family)).to_have_count(0)
