"""The pages of a council's return home interviews, looked at one after the other: empty, with an error, and under way."""

from collections.abc import Generator, Iterator

from hub.core.clock import utc_now
from hub.spotpurchase.interviews.following import follow_children_once
from tests.browser.conftest import RunningHub
from tests.browser.interview_seed import again, back, books, declines, hears_from_child, offers, says, sought
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.missing_seed import placed
from tests.browser.people import Somebody

KENT = "E10000016"
STOPS = (
    *("interview-providers", "interview-providers-errors", "interview-providers-of-area", "interview-provider"),
    *("interview-agreements-empty", "interview-agreement-new", "interview-agreement-new-errors", "interview-agreement"),
    *("interview-agreement-to-answer", "interview-agreements", "interviews-empty", "interviews-over-empty"),
    *("interviews-find-errors", "interview-new", "interview-new-errors", "interview-asked", "interview-offers"),
    *(
        "interview-message-errors",
        "interview-commission",
        "interview-booked",
        "interview-take-back",
        "interview-cancel",
    ),
    *("interview-cancel-errors", "interview-child", "interview-child-errors"),
    *("interview-price", "interview-price-errors", "interview-to-decide"),
    *(
        "interview-to-decide-errors",
        "interview-episode",
        "interview-ask",
        "interview-ask-errors",
        "interview-own",
        "interview-social-worker",
        "interview-social-worker-errors",
    ),
    *(
        "interview-not-independent",
        "interview-again",
        "interview-declined",
        "interview-carer",
        "interview-carer-errors",
    ),
    *("interview-offer-back", "interview-offer-back-errors", "interviews", "interviews-of-host", "interview-of-host"),
)


class TestPagesOfInterviews(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    marcus, bea, asha = (world.signed_in(name) for name in ("marcus", "bea", "asha"))
    yield from _directory(marcus)
    yield from _agreements(marcus, bea)
    yield from _empty(asha)
    yield from _asking(world.hub, asha)
    ref = yield from _offers(world.hub, asha)
    yield from _acts(asha, ref)
    yield from _price(marcus, ref)
    yield from _left(world, asha)
    yield from _declined(world.hub, asha)
    yield from opened(asha, ("interviews", "/interviews"))
    yield from _host(world, ref)


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


def _empty(asha: Somebody) -> Iterator[Stop]:
    yield from opened(asha, ("interviews-empty", "/interviews"), ("interviews-over-empty", "/interviews?show=over"))
    asha.opens("/interviews")
    asha.types("Find by reference", "nothing")
    yield from refused(asha, "interviews-find", "Find it")


def _asking(hub: RunningHub, asha: Somebody) -> Iterator[Stop]:
    episode = back(hub, "Rowan", "Fictitious", hours=3)
    asha.opens(f"/missing/{episode}")
    asha.page.get_by_role("button", name="Ask for a return home interview").click()
    asha.sees("Ask for a return home interview")
    yield "interview-new", asha.page
    asha.types("At most, in pounds", "185.5")
    yield from refused(asha, "interview-new", "Ask for the interview")
    asha.types("At most, in pounds", "200")
    asha.types("Purchase order", "PO-0001")
    asha.types("What the interviewer must know to work safely", "Invented: nothing is known.")
    asha.types("Telephone", "01632 960123")
    asha.presses("Ask for the interview")
    asha.reads("The interview is asked for.")
    yield "interview-asked", asha.page


def _offers(hub: RunningHub, asha: Somebody) -> Generator[Stop, None, str]:
    ref = sought(hub, back(hub, "Hazel", "Pretend", hours=50), award="by_hand")
    offers(hub, "kent_returns", ref, hours=30)
    offers(hub, "beacon", ref, hours=5, note="Invented: an interviewer who knows the area.")
    says(hub, "northstar", ref, "Invented: is there a quiet room?")
    yield from opened(asha, ("interview-offers", f"/interviews/{ref}"))
    asha.page.get_by_role("group").filter(has_text="Answer: Northstar").get_by_role("button", name="Send").click()
    asha.reads("There is a problem")
    yield "interview-message-errors", asha.page
    asha.page.get_by_role("link", name="Take this offer").filter(has_text="Beacon").click()
    asha.sees("Take the offer of Beacon Return Interviews")
    yield "interview-commission", asha.page
    asha.presses("Take this offer")
    asha.reads("It is commissioned.")
    books(hub, "beacon", ref, hours=6)
    yield from opened(asha, ("interview-booked", f"/interviews/{ref}"))
    return ref


def _acts(asha: Somebody, ref: str) -> Iterator[Stop]:
    at = f"/interviews/{ref}"
    yield from opened(asha, ("interview-take-back", f"{at}/take-back"), ("interview-cancel", f"{at}/cancel"))
    yield from refused(asha, "interview-cancel", "Cancel the interview")
    yield from opened(asha, ("interview-child", f"{at}/child"))
    asha.types("Time", "25:00")
    yield from refused(asha, "interview-child", "Record it")


def _price(marcus: Somebody, ref: str) -> Iterator[Stop]:
    """A manager agrees that it may come to more."""
    marcus.opens(f"/interviews/{ref}")
    marcus.page.get_by_role("link", name="Agree to a higher price").click()
    marcus.sees("Agree to a higher price")
    yield "interview-price", marcus.page
    marcus.types("What may it come to, VAT and travel included?", "5000")
    yield from refused(marcus, "interview-price", "Agree to it")


def _left(world: World, asha: Somebody) -> Iterator[Stop]:
    """An interview that somebody declined, of a child who was missing again: the social worker holds it."""
    hub = world.hub
    placement = placed(hub, "Alder", "Unheard")
    ref = sought(hub, again(hub, placement, hours=20))
    declines(hub, "kent_returns", ref, "not_commissioned_for_other_councils")
    at = f"/interviews/{ref}"
    again(hub, placement, hours=1)
    follow_children_once(hub.database, world.rules, now=utc_now())
    yield from opened(asha, ("interview-to-decide", at))
    yield from refused(asha, "interview-to-decide", "Record the decision")
    yield from opened(asha, ("interview-episode", f"{at}/episode"), ("interview-ask", f"{at}/ask"))
    for box in asha.page.get_by_role("checkbox").all():
        box.uncheck()
    yield from refused(asha, "interview-ask", "Ask them")
    yield from opened(asha, ("interview-own", f"{at}/own"), ("interview-social-worker", f"{at}/social-worker"))
    yield from refused(asha, "interview-social-worker", "Commission them")
    asha.types("Who goes? Name and role", "Asha Invented, social worker")
    asha.types("Why must it be them?", "Invented: nobody else could come.")
    asha.presses("Commission them")
    asha.reads("Not independent")
    yield "interview-not-independent", asha.page
    asha.opens(f"{at}/cancel")
    asha.page.get_by_label("It was asked for in error.", exact=True).check()
    asha.presses("Cancel the interview")
    yield from opened(asha, ("interview-again", f"{at}/again"))


def _declined(hub: RunningHub, asha: Somebody) -> Iterator[Stop]:
    """A child said no: a carer is asked instead, and what was entered by mistake is taken back."""
    ref = sought(hub, back(hub, "Sorrel", "Specimen"))
    offer = hears_from_child(hub, "leeds", ref, "declined")
    yield from opened(asha, ("interview-declined", f"/interviews/{ref}"))
    yield from opened(asha, ("interview-carer", f"/interview-offers/{offer}/carer"))
    asha.types("Time", "25:00")
    yield from refused(asha, "interview-carer", "Record it")
    yield from opened(asha, ("interview-offer-back", f"/interview-offers/{offer}/take-back"))
    yield from refused(asha, "interview-offer-back", "Take it back")


def _host(world: World, ref: str) -> Iterator[Stop]:
    tom = world.signed_in("tom")
    yield from opened(tom, ("interviews-of-host", "/interviews?part=host"), ("interview-of-host", f"/interviews/{ref}"))
