"""The pages of look-ups, looked at one after the other."""

from collections.abc import Iterator

from sqlalchemy import text

from tests.browser.look_up_papers import BORN, looks_up, placed
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody

STOPS = (
    *("look-ups-none", "reviews-none", "receipts-none", "look-up", "look-up-errors", "look-up-none", "look-up-weak"),
    *("look-up-weak-errors", "look-up-found", "look-up-child", "look-up-risk-detail", "shield", "shield-errors"),
    *(
        "shield-set",
        "placement-shielded",
        "notice-shielded",
        "look-up-shielded",
        "look-up-glass-errors",
        "look-up-glass",
        "look-ups",
        "look-up-whole",
        "reviews",
    ),
    *("review", "review-errors", "review-made", "shield-review", "shield-review-errors", "receipts", "receipts-of-one"),
)


class TestPagesOfLookUps(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    okoro, priya, bryn = world.signed_in("okoro"), world.signed_in("priya"), world.signed_in("bryn")
    yield from opened(bryn, ("look-ups-none", "/look-ups"), ("reviews-none", "/look-up-reviews"))
    yield from opened(priya, ("receipts-none", "/look-up-receipts"))
    yield from _asking(world, okoro)
    rowan = placed(world.hub)
    yield from _one_child(okoro)
    yield from _shielded(world.signed_in("marcus"), okoro, rowan, _notice_of(world, rowan))
    yield from _reviews(bryn)
    yield from opened(priya, ("receipts", "/look-up-receipts"), ("receipts-of-one", f"/placements/{rowan}/look-ups"))


def _asking(world: World, okoro: Somebody) -> Iterator[Stop]:
    yield from opened(okoro, ("look-up", "/look-up"))
    yield from refused(okoro, "look-up", "Look up")
    looks_up(okoro, "Nobodylike", "Zzyzx")
    okoro.sees("Nobody in the hub is like this")
    yield "look-up-none", okoro.page
    placed(world.hub, family_name="Smith", given_names="Jack", born_on="2011-05-02", identifiers={"local_id": "T-7"})
    looks_up(okoro, "Smith", "Jack")
    okoro.reads("Somewhat alike")
    yield "look-up-weak", okoro.page
    yield from refused(okoro, "look-up-weak", "Show this child")


def _one_child(okoro: Somebody) -> Iterator[Stop]:
    okoro.opens("/look-up")
    looks_up(okoro, "Ficticious", "Rowan", BORN)
    okoro.sees("1 child may be meant")
    yield "look-up-found", okoro.page
    okoro.presses("This is the child: show whom to ring")
    okoro.sees("Whom to ring")
    yield "look-up-child", okoro.page
    okoro.presses("Show risk detail")
    okoro.sees("Risk detail")
    yield "look-up-risk-detail", okoro.page


def _notice_of(world: World, placement: str) -> str:
    wanted = (
        "SELECT notice.ref FROM notice JOIN placement ON placement.id = notice.placement_id WHERE placement.ref = :p"
    )
    with world.hub.database.read() as session:
        return str(session.execute(text(wanted), {"p": placement}).scalar_one())


def _shielded(marcus: Somebody, okoro: Somebody, placement: str, notice: str) -> Iterator[Stop]:
    yield from opened(marcus, ("shield", f"/placements/{placement}/shield"))
    yield from refused(marcus, "shield", "Shield the child")
    marcus.types("Why it is needed", "Invented: a relative works in a control room.")
    marcus.types("Your name and role", "M. Bell, team manager")
    marcus.presses("Shield the child")
    marcus.sees("This child is shielded")
    yield "shield-set", marcus.page
    yield from opened(
        okoro, ("placement-shielded", f"/placements/{placement}"), ("notice-shielded", f"/inbox/{notice}")
    )
    okoro.opens("/look-up")
    looks_up(okoro, "Fictitious", "Rowan", BORN)
    okoro.reads("A shielded child")
    yield "look-up-shielded", okoro.page
    okoro.page.get_by_text("Ringing cannot wait: break the shield").click()
    yield from refused(okoro, "look-up-glass", "Break the shield")
    okoro.types("Why ringing the number cannot wait", "Invented: seen beside the railway.")
    okoro.presses("Break the shield")
    okoro.reads("You broke the shield of this child")
    yield "look-up-glass", okoro.page


def _reviews(bryn: Somebody) -> Iterator[Stop]:
    yield from opened(bryn, ("look-ups", "/look-ups"))
    bryn.page.locator("table a").first.click()
    bryn.sees("A look-up")
    yield "look-up-whole", bryn.page
    yield from opened(bryn, ("reviews", "/look-up-reviews"))
    bryn.page.get_by_role("table", name="Today’s sample").get_by_role("link").first.click()
    bryn.sees("Review a look-up")
    yield "review", bryn.page
    yield from refused(bryn, "review", "Record the review")
    _judges(bryn)
    bryn.sees("A look-up")
    yield "review-made", bryn.page
    bryn.opens("/look-up-reviews")
    bryn.page.get_by_role("table", name="Broken shields").get_by_role("link").first.click()
    bryn.sees("A broken shield")
    yield "shield-review", bryn.page
    yield from refused(bryn, "shield-review", "Record the review")
    _judges(bryn)


def _judges(bryn: Somebody) -> None:
    bryn.page.get_by_label("Unusual, and explained").check()
    bryn.types("What you found", "Invented: the call was recorded, and asked for it.")
    bryn.types("Your name and role", "B. Tallis, privacy lead")
    bryn.presses("Record the review")
