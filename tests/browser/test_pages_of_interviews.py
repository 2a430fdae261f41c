"""The pages of a council's return home interviews, looked at one after the other: empty, with an error, and under way."""

from collections.abc import Iterator

from tests.browser.looking import LookedAt, Stop, World, found  # noqa: F401 - a fixture
from tests.browser.people import Somebody

KENT = "E10000016"
STOPS = (
    *("interview-providers", "interview-providers-errors", "interview-providers-of-area", "interview-provider"),
    *("interview-agreements-empty", "interview-agreement-new", "interview-agreement-new-errors", "interview-agreement"),
    *("interview-agreement-to-answer", "interview-agreements"),
)


class TestPagesOfInterviews(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    marcus, bea = (world.signed_in(name) for name in ("marcus", "bea"))
    yield from _directory(marcus)
    yield from _agreements(marcus, bea)


def _directory(marcus: Somebody) -> Iterator[Stop]:
    marcus.opens("/interview-providers")
    yield "interview-providers", marcus.page
    marcus.types("At most, in pounds", "185.5")
    marcus.presses("See who would be asked")
    yield "interview-providers-errors", marcus.page
    marcus.opens(f"/interview-providers?area={KENT}&language=pl&price_cap_pence=200")
    yield "interview-providers-of-area", marcus.page
    marcus.page.get_by_role("link", name="Northstar Interviews").click()
    marcus.sees("Northstar Interviews")
    yield "interview-provider", marcus.page


def _agreements(marcus: Somebody, bea: Somebody) -> Iterator[Stop]:
    marcus.opens("/interview-agreements")
    yield "interview-agreements-empty", marcus.page
    marcus.page.get_by_role("button", name="Propose an agreement").click()
    yield "interview-agreement-new", marcus.page
    marcus.page.get_by_label("The council where the child lives pays", exact=True).check()
    marcus.presses("Send the proposal")
    yield "interview-agreement-new-errors", marcus.page
    marcus.page.get_by_label("The other council", exact=True).select_option(KENT)
    marcus.types("Terms, in your words", "Made up for a test.")
    marcus.presses("Send the proposal")
    marcus.reads("The proposal is sent.")
    yield "interview-agreement", marcus.page
    bea.opens(marcus.page.url.split("?")[0])
    yield "interview-agreement-to-answer", bea.page
    bea.opens("/interview-agreements")
    yield "interview-agreements", bea.page
