"""The pages of the host's register, looked at one after the other."""

from collections.abc import Iterator

from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import BRADFORD, admission, child, start

STOPS = (
    *("register-empty", "register-ended-empty", "register-export-empty", "register", "register-narrowed"),
    *("register-narrowed-errors", "register-search-errors", "register-found", "register-found-none"),
    *("register-print", "register-export"),
)


class TestPagesOfTheRegister(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    tom = world.signed_in("tom")
    yield from opened(
        tom,
        ("register-empty", "/register"),
        ("register-ended-empty", "/register?ended=yes"),
        ("register-export-empty", "/register/export"),
    )
    sends(world.hub, "leeds", start())
    sorrel = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={})
    sends(world.hub, "willow_house", admission(child=sorrel, placing_authority=BRADFORD))
    ash = child(family_name="Pretend", given_names="Ash", born_on="2010-12-03", identifiers={})
    mistaken = {"host_authority": "E10000016", "reason": "Invented: the postcode was not known."}
    sends(world.hub, "leeds", start(child=ash, area=mistaken, address={"lines": ["9 Fictitious Way"]}))
    tom.opens("/register")
    tom.page.get_by_text("By placing authority", exact=True).first.click()
    yield "register", tom.page
    tom.opens("/register?provenance=notified&relation=distant&order=name")
    yield "register-narrowed", tom.page
    tom.opens("/register?since-day=31&since-month=2&since-year=2026")
    yield "register-narrowed-errors", tom.page
    yield from _search(tom)
    yield from opened(tom, ("register-print", "/register/print?order=name"), ("register-export", "/register/export"))


def _search(tom: Somebody) -> Iterator[Stop]:
    tom.opens("/register")
    tom.page.get_by_text("Find a child", exact=True).click()
    tom.types("Name", "sorrel")
    tom.page.locator("#born_on").fill("99")
    yield from refused(tom, "register-search", "Find")
    tom.page.locator("#born_on").fill("")
    tom.types("Name", "inventd")
    tom.presses("Find")
    tom.reads("Sorrel Invented")
    yield "register-found", tom.page
    tom.types("Name", "Absent")
    tom.presses("Find")
    tom.reads("No child in this list fits")
    yield "register-found-none", tom.page
