"""The pages of homes, supported accommodation and fostering agencies, looked at one after the other."""

from collections.abc import Iterator

from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import HOME, admission, child, start

STOPS = (
    *("residents-empty", "residents-left-empty", "admission", "admission-errors", "admission-check", "admission-sent"),
    *("residents", "residents-found-none", "resident", "residents-print", "admission-begun", "admission-stale"),
    *("admission-late-check", "discharge", "discharge-errors", "discharge-check", "discharge-sent", "residents-left"),
    *("resident-left", "agency-empty", "arrival", "arrival-errors", "arrival-check", "arrival-sent"),
)
IRO = {"name": "I. Invented", "phone": "01632 960101"}
NIGHT = {"name": "Leeds emergency duty team", "phone": "01632 960102"}


class TestPagesOfHomes(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    wren = world.signed_in("wren")
    yield from _admission(wren)
    yield from _list(world, wren)
    yield from _discharge(wren)
    yield from _agency(world.signed_in("ines"))


def describes(somebody: Somebody, given: str, family: str, born: tuple[str, str, str]) -> None:
    """Name a child and the day they were born."""
    somebody.types("Child’s given names", given)
    somebody.types("Child’s family name", family)
    for part, words in zip(("Day", "Month", "Year"), born, strict=True):
        somebody.page.get_by_role("group", name="Date of birth").get_by_label(part).fill(words)


def chooses(somebody: Somebody, question: str, answer: str) -> None:
    """One answer of a question with several."""
    somebody.page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def _admission(wren: Somebody) -> Iterator[Stop]:
    yield from opened(
        wren,
        ("residents-empty", "/residents"),
        ("residents-left-empty", "/residents/left"),
        ("admission", "/admission"),
    )
    wren.types("Council that placed the child", "Wessex")
    chooses(wren, "How is the child looked after?", "Something else")
    chooses(wren, "independent reviewing officer", "We know")
    chooses(wren, "health and care plan", "Yes")
    yield from refused(wren, "admission", "Go on")
    describes(wren, "Ash", "Pretend", ("3", "12", "2011"))
    wren.types("Council that placed the child", "Leeds City Council")
    chooses(wren, "How is the child looked after?", "Interim care order (section 38)")
    chooses(wren, "independent reviewing officer", "The council has not told us yet")
    chooses(wren, "health and care plan", "No")
    wren.presses("Go on")
    wren.sees("Check and send")
    yield "admission-check", wren.page
    wren.presses("Send")
    wren.sees("Admission told")
    yield "admission-sent", wren.page


def _list(world: World, wren: Somebody) -> Iterator[Stop]:
    markers = [{"marker": "missing_history", "detail": "Invented.", "audience": ["host_authority"]}]
    rowan = sends(world.hub, "leeds", start(**HOME, iro=IRO, out_of_hours=NIGHT, markers=markers))
    sorrel = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={})
    sends(world.hub, "willow_house", admission(child=sorrel, placing_authority="E10000016"))
    wren.opens("/admission")
    wren.types("Child’s given names", "Briar")
    wren.presses("Keep for later")
    wren.arrives("/residents?kept=yes")
    yield "residents", wren.page
    wren.types("Find a child by name", "Absent")
    wren.presses("Find")
    wren.reads("Nobody here now has a name like that")
    yield "residents-found-none", wren.page
    wren.opens(f"/residents/{rowan['placement']}")
    yield "resident", wren.page
    wren.opens("/residents/print")
    yield "residents-print", wren.page
    wren.opens("/residents")
    wren.page.get_by_role("link", name="Briar").click()
    wren.sees("Tell of an admission")
    yield "admission-begun", wren.page
    yield from _stale(wren)


def _stale(wren: Somebody) -> Iterator[Stop]:
    """In another tab the same draft is changed; the first tab's is stale."""
    other = wren.page.context.new_page()
    other.goto(wren.page.url)
    other.get_by_label("Child’s family name").fill("Example")
    other.get_by_role("button", name="Keep for later").click()
    other.wait_for_url("**/residents?kept=yes")
    other.close()
    wren.types("Child’s family name", "Specimen")
    wren.presses("Keep for later")
    wren.reads("Somebody changed this while you were typing")
    yield "admission-stale", wren.page
    describes(wren, "Briar", "Example", ("1", "2", "2012"))
    wren.types("Council that placed the child", "Bradford")
    chooses(wren, "When was the child admitted?", "Another day")
    for part, words in (("Day", "1"), ("Month", "11"), ("Year", "2026")):
        wren.page.get_by_role("group", name="On which day?").get_by_label(part).fill(words)
    chooses(wren, "How is the child looked after?", "Section 20: by agreement")
    chooses(wren, "independent reviewing officer", "There is none: the child is not looked after")
    chooses(wren, "health and care plan", "The council has not told us yet")
    wren.presses("Go on")
    wren.sees("Check and send")
    yield "admission-late-check", wren.page


def _discharge(wren: Somebody) -> Iterator[Stop]:
    wren.opens("/residents")
    wren.page.get_by_role("row").filter(has_text="Ash Pretend").get_by_role("link", name="Has left").click()
    wren.sees("Tell of a discharge")
    yield "discharge", wren.page
    chooses(wren, "When did the child leave?", "Earlier today")
    wren.types("At what time?", "25:00")
    yield from refused(wren, "discharge", "Go on")
    chooses(wren, "When did the child leave?", "Just now")
    chooses(wren, "Why did the child leave?", "Returned to their family")
    wren.types("Where to, as far as you know", "To an aunt in Leeds, who does not exist")
    wren.presses("Go on")
    wren.sees("Check and send")
    yield "discharge-check", wren.page
    wren.presses("Send")
    wren.sees("Discharge told")
    yield "discharge-sent", wren.page
    wren.opens("/residents/left")
    yield "residents-left", wren.page
    wren.page.get_by_role("link", name="Ash Pretend").click()
    wren.sees("Ash Pretend")
    yield "resident-left", wren.page


def _agency(ines: Somebody) -> Iterator[Stop]:
    yield from opened(ines, ("agency-empty", "/residents"), ("arrival", "/arrival"))
    yield from refused(ines, "arrival", "Go on")
    describes(ines, "Fern", "Fictitious", ("9", "1", "2013"))
    ines.types("Council that placed the child", "Leeds")
    ines.types("Carer’s name", "C. Invented")
    ines.page.locator("#address\\.lines").fill("4 Fictitious Loke\nNorwich")
    ines.page.locator("#address\\.postcode").fill("NR1 3JU")
    ines.reads("Norfolk County Council. Norfolk Constabulary.")
    ines.presses("Go on")
    ines.sees("Check and send")
    yield "arrival-check", ines.page
    ines.presses("Send")
    ines.sees("Arrival told")
    yield "arrival-sent", ines.page
