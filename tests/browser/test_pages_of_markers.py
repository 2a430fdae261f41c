"""The pages of a child's markers, looked at one after the other."""

from collections.abc import Iterator

from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.sending import asked, sends
from tests.registry.papers import child, start

STOPS = (
    *("markers-none", "markers", "markers-host", "marker-add", "marker-add-errors", "marker-change"),
    *(
        "marker-change-errors",
        "marker-change-stale",
        "marker-review",
        "marker-end",
        "marker-end-errors",
        "markers-ended",
    ),
)
CSE = {
    "marker": "cse",
    "detail": "Invented: was met at a station by adults whom she did not know.",
    "author": "P. Specimen, social worker",
    "source": "Invented: strategy discussion",
    "noted_on": "2026-10-01",
    "review_on": "2026-11-01",
}
HELD = {"held": True, "by": "Invented: the carer", "updated_on": "2026-11-01"}


class TestPagesOfMarkers(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    priya = world.signed_in("priya")
    sorrel = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={})
    bare = sends(world.hub, "leeds", start(child=sorrel))["placement"]
    told = sends(world.hub, "leeds", start(markers=[CSE, {"marker": "gangs"}], philomena=HELD))["placement"]
    yield from opened(priya, ("markers-none", f"/placements/{bare}/markers"))
    priya.opens(f"/placements/{told}/markers")
    priya.page.get_by_text("How it came to stand like this").first.click()
    yield "markers", priya.page
    yield from opened(world.signed_in("tom"), ("markers-host", f"/placements/{told}/markers"))
    yield from opened(priya, ("marker-add", f"/placements/{told}/markers/new"))
    priya.page.locator("#review_on").fill("99")
    yield from refused(priya, "marker-add", "Add it")
    listed = asked(world.hub, "leeds", f"/placements/{bare}/markers", {"marker": "cce", "author": "P. Specimen"})
    one = f"/markers/{listed['ref']}"
    yield from opened(priya, ("marker-change", f"{one}/change"))
    yield from refused(priya, "marker-change", "Change it")
    asked(world.hub, "leeds", f"{one}/review", {"version": 1, "by": "Invented system"})
    priya.types("What is known", "Invented: two telephones.")
    priya.types("Why do you change it?", "Invented: he said so.")
    priya.presses("Change it")
    yield "marker-change-stale", priya.page
    yield from opened(priya, ("marker-review", f"{one}/review"), ("marker-end", f"{one}/end"))
    yield from refused(priya, "marker-end", "End it")
    priya.types("Why does it hold no more?", "Invented: it was somebody else.")
    priya.presses("End it")
    priya.reads("The marker was ended")
    yield "markers-ended", priya.page
