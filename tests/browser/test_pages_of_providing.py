"""The pages of whoever holds return home interviews, looked at in turn: empty, with an error, and with work in hand."""

from collections.abc import Iterator

from tests.browser.conftest import RunningHub
from tests.browser.interview_seed import back, declines, hears_from_child, offers, sought, tries
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.providing_seed import commissioned_before, fills_in, says_when

STOPS = (
    *("providing-empty", "providing-before-empty", "providing-entry", "providing-entry-change"),
    *("providing-entry-change-errors", "providing-capacity", "providing-capacity-errors", "providing-rate-cards"),
    *("providing-rate-card", "providing-rate-card-errors", "providing-not-taking", "providing-council-empty"),
    *("providing-asked", "providing-ask", "providing-ask-errors", "providing-decline", "providing-decline-errors"),
    *("providing-refer", "providing-refer-errors", "providing-question", "providing-question-errors"),
    *("providing-conversation", "providing-won", "providing-in-hand", "providing-book", "providing-book-errors"),
    *("providing-booked", "providing-change", "providing-change-errors", "providing-cancel"),
    *("providing-cancel-errors", "providing-attempt", "providing-attempt-errors", "providing-child"),
    *("providing-child-errors", "providing-give-back", "providing-give-back-errors", "providing-held"),
    *("providing-held-errors", "providing-done", "providing-take-back", "providing-take-back-errors"),
    *("providing-report", "providing-report-errors", "providing-became", "providing-became-errors"),
    *("providing-correcting", "providing-before", "providing-declined", "providing-tried", "providing-attempt-back"),
    *("providing-attempt-back-errors", "providing-lost", "providing-offer-back", "providing-offer-back-errors"),
    "providing-offer-undone",
)


class TestPagesOfProviding(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    nadia, faye, asha = (world.signed_in(name) for name in ("nadia", "faye", "asha"))
    yield from _entry(nadia)
    yield from opened(asha, ("providing-council-empty", "/providing"))
    ref = sought(world.hub, back(world.hub, "Rowan", "Fictitious", hours=3))
    yield from _asked(faye)
    yield from _held(faye, ref)
    yield from _written(world.hub, faye, ref)
    declines(world.hub, "kent_returns", sought(world.hub, back(world.hub, "Sorrel", "Invented")))
    yield from _over(faye)
    yield from _by_mistake(world.hub, faye)


def _entry(nadia: Somebody) -> Iterator[Stop]:
    yield from opened(nadia, ("providing-empty", "/providing"), ("providing-before-empty", "/providing/before"))
    yield from opened(nadia, ("providing-entry", "/providing/entry"))
    yield from opened(nadia, ("providing-entry-change", "/providing/entry/change"))
    nadia.types("Councils whose areas you cover", "Nowhere")
    nadia.types("Youngest age", "18")
    yield from refused(nadia, "providing-entry-change", "Save it")
    yield from opened(nadia, ("providing-capacity", "/providing/capacity"))
    nadia.types("How many more", "many")
    yield from refused(nadia, "providing-capacity", "Save it")
    yield from opened(nadia, ("providing-rate-cards", "/providing/rate-cards"))
    yield from opened(nadia, ("providing-rate-card", "/providing/rate-cards/new"))
    nadia.types("Price in pounds, without VAT", "185.5")
    yield from refused(nadia, "providing-rate-card", "Publish it")
    nadia.opens("/providing")
    nadia.presses("Take no new ones")
    nadia.reads("You are asked for no new interviews")
    yield "providing-not-taking", nadia.page
    nadia.presses("Take new ones again")
    nadia.reads("You take on new interviews again.")


def _asked(faye: Somebody) -> Iterator[Stop]:
    yield from opened(faye, ("providing-asked", "/providing"))
    faye.page.get_by_role("link", name="Kent County Council: a child").click()
    faye.sees("Interview asked for in Kent County Council")
    yield "providing-ask", faye.page
    path = faye.page.url
    yield from refused(faye, "providing-ask", "Make this offer")
    for name, button in (
        ("decline", "Say that you cannot"),
        ("refer", "Name them"),
        ("question", "Send it"),
    ):
        yield from opened(faye, (f"providing-{name}", f"{path}/{name}"))
        yield from refused(faye, f"providing-{name}", button)
    faye.types("What do you need to know?", "Invented: does the child speak to women more easily?")
    faye.presses("Send it")
    faye.reads("What you wrote is with the council.")
    yield "providing-conversation", faye.page
    faye.page.locator("button[name=quick]").first.click()
    faye.reads("The interview is yours")
    yield "providing-won", faye.page


def _held(faye: Somebody, ref: str) -> Iterator[Stop]:
    path = f"/providing/interviews/{ref}"
    yield from opened(faye, ("providing-in-hand", "/providing"), ("providing-book", f"{path}/book"))
    yield from refused(faye, "providing-book", "Book it")
    faye.page.get_by_label("Day", exact=True).select_option(index=1)
    faye.types("Time", "16:00")
    faye.presses("Book it")
    faye.reads("The time is booked.")
    yield "providing-booked", faye.page
    yield from _moved(faye)
    yield from _not_held(faye, path)
    faye.presses("Cancel the time")
    faye.reads("The time is cancelled.")


def _moved(faye: Somebody) -> Iterator[Stop]:
    time = faye.page.get_by_role("link", name="Move it").get_attribute("href") or ""
    yield from opened(faye, ("providing-change", time))
    yield from refused(faye, "providing-change", "Move it")
    yield from opened(faye, ("providing-cancel", time.replace("/change", "/cancel")))
    yield from refused(faye, "providing-cancel", "Cancel the time")


def _not_held(faye: Somebody, path: str) -> Iterator[Stop]:
    cancel = faye.page.url
    for name, button in (
        ("attempt", "Record the attempt"),
        ("child", "Record it"),
        ("give-back", "Give it back"),
    ):
        yield from opened(faye, (f"providing-{name}", f"{path}/{name}"))
        yield from refused(faye, f"providing-{name}", button)
    faye.opens(cancel)
    faye.page.get_by_label("The child asked for it", exact=True).check()


def _written(hub: RunningHub, faye: Somebody, ref: str) -> Iterator[Stop]:
    path = f"/providing/interviews/{ref}"
    commissioned_before(hub, ref)
    yield from opened(faye, ("providing-held", f"{path}/held"))
    yield from refused(faye, "providing-held", "Record that it was held")
    says_when(faye, "When it began", minutes=90)
    faye.presses("Record that it was held")
    faye.reads("It is recorded that the interview was held.")
    yield "providing-done", faye.page
    faye.page.get_by_role("link", name="It was not held, or not then").click()
    yield "providing-take-back", faye.page
    yield from refused(faye, "providing-take-back", "Take it back")
    yield from opened(faye, ("providing-report", f"{path}/report"))
    yield from refused(faye, "providing-report", "Send the report")
    fills_in(faye)
    faye.presses("Send the report")
    faye.reads("The report is sent.")
    yield "providing-became", faye.page
    yield from refused(faye, "providing-became", "Begin a correction")
    faye.page.get_by_label("There is a mistake in it", exact=True).check()
    faye.presses("Begin a correction")
    faye.reads("You are writing the next version.")
    yield "providing-correcting", faye.page


def _over(faye: Somebody) -> Iterator[Stop]:
    yield from opened(faye, ("providing-before", "/providing/before"))
    faye.page.get_by_role("link", name="Kent County Council").last.click()
    faye.reads("You declined")
    yield "providing-declined", faye.page


def _by_mistake(hub: RunningHub, faye: Somebody) -> Iterator[Stop]:
    ref = sought(hub, back(hub, "Alder", "Pretend"))
    offers(hub, "kent_returns", ref)
    path = f"/providing/interviews/{ref}"
    tries(hub, "kent_returns", ref)
    yield from opened(faye, ("providing-tried", path))
    faye.page.get_by_role("link", name="Recorded by mistake").click()
    faye.sees("Take back an attempt")
    yield "providing-attempt-back", faye.page
    yield from refused(faye, "providing-attempt-back", "Take it back")
    hears_from_child(hub, "kent_returns", ref, "declined")
    yield from opened(faye, ("providing-lost", path))
    faye.page.get_by_role("link", name="Recorded by mistake").click()
    faye.sees("Take back what the child said")
    yield "providing-offer-back", faye.page
    yield from refused(faye, "providing-offer-back", "Take it back")
    faye.page.get_by_label("It was another child", exact=True).check()
    faye.presses("Take it back")
    faye.reads("It is taken back.")
    yield "providing-offer-undone", faye.page
