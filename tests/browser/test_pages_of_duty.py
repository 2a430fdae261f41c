"""The pages of who is on duty, looked at one after the other."""

from collections.abc import Iterator
from datetime import timedelta

from hub.core.clock import LONDON, utc_now
from tests.browser.duty_desks import OFFICE, telephone
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody

STOPS = ("duty-none", "duty", "duty-override", "duty-override-errors", "duty-overridden", "duty-calendar")


class TestPagesOfDuty(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    helen = world.signed_in("helen")
    yield from opened(helen, ("duty-none", "/organisation/duty"))
    telephone(world.hub, "leeds", "duty_desk", "01632 960001", OFFICE)
    telephone(world.hub, "leeds", "out_of_hours", "01632 960002", {"sat": ["00:00", "24:00"], "bank_holidays": True})
    yield from opened(helen, ("duty", "/organisation/duty"), ("duty-override", "/organisation/duty/override"))
    yield from refused(helen, "duty-override", "Let it answer")
    fill_in(helen)
    helen.presses("Let it answer")
    helen.reads("The other desk answers in that time")
    yield "duty-overridden", helen.page
    helen.presses("Make an address")
    helen.reads(".ics")
    yield "duty-calendar", helen.page


def fill_in(somebody: Somebody) -> None:
    """The form: from tomorrow on, for a day."""
    somebody.types("Which desk answers?", "Storm desk")
    somebody.types("Its telephone number", "01632 960999")
    somebody.types("Why?", "Invented: the lines are down.")
    for name, days in (("from", 1), ("until", 2)):
        on = (utc_now() + timedelta(days=days)).astimezone(LONDON)
        for part, value in (("", on.day), ("-month", on.month), ("-year", on.year)):
            somebody.page.locator(f"#{name}{part}").fill(str(value))
        somebody.page.locator(f"#{name}-time").fill("09:00")
