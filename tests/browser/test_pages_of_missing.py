"""The pages of missing children, looked at one after the other: empty, with an error, and as a night would fill them."""

from collections.abc import Generator, Iterator
from datetime import timedelta

from hub.core.clock import iso, utc_now
from tests.browser.desk_papers import asked
from tests.browser.looking import LookedAt, Stop, World, found  # noqa: F401 - a fixture
from tests.browser.missing_seed import does, placed, reported, telephones
from tests.browser.people import Somebody

STOPS = (
    *("missing-empty", "missing-patterns-empty", "missing-describe", "missing-describe-errors", "missing-finding"),
    *("missing-finding-errors", "missing-of-council", "missing-who", "missing-when", "missing-when-errors"),
    *("missing-check", "missing-check-errors", "missing-receipt", "missing-residents", "missing-who-reported"),
    *("missing-board-of-home", "missing-described", "missing-learnt", "missing-learnt-errors"),
    *("missing-described-more", "missing-more", "missing-more-errors", "missing-take-back", "missing-take-back-errors"),
    *("missing-take-back-nothing", "missing-board", "missing-episode", "missing-grade", "missing-grade-errors"),
    *("missing-grade-advice", "missing-graded", "missing-reason", "missing-reason-errors", "missing-found"),
    *("missing-found-errors", "missing-back", "missing-back-errors", "missing-interview", "missing-interview-errors"),
    *(
        "missing-same",
        "missing-same-errors",
        "missing-same-by-reference",
        "missing-patterns",
        "missing-export",
        "missing-board-of-council",
    ),
    *("missing-board-back", "missing-board-taken-back", "missing-episode-of-council", "missing-thresholds"),
    *("missing-thresholds-errors", "missing-thresholds-stale", "missing-today"),
)


class TestPagesOfMissing(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    telephones(world.hub)
    rhys, wren, priya = (world.signed_in(name) for name in ("rhys", "wren", "priya"))
    yield from _empty(rhys, priya)
    ref = yield from _reporting(world, wren)
    yield from _described(world, rhys)
    yield from _said_by_the_home(wren, priya, ref)
    yield from _the_force(world, rhys, ref)
    yield from _questions(world, rhys, priya)
    yield from _the_council(world, priya, ref)


def _empty(rhys: Somebody, priya: Somebody) -> Iterator[Stop]:
    for name, path in (("missing-empty", "/missing"), ("missing-patterns-empty", "/missing/patterns")):
        rhys.opens(path)
        yield name, rhys.page
    for name, path, button in (
        ("missing-describe", "/missing/report/child", "Report missing"),
        ("missing-finding", "/missing/finding", "Say that the child was found"),
    ):
        rhys.opens(path)
        yield name, rhys.page
        rhys.presses(button)
        yield f"{name}-errors", rhys.page
    priya.opens("/missing/report")
    yield "missing-of-council", priya.page


def _reporting(world: World, wren: Somebody) -> Generator[Stop, None, str]:
    placed(world.hub, "Rowan", "Fictitious")
    placed(world.hub, "Sorrel", "Invented")
    wren.opens("/missing/report")
    yield "missing-who", wren.page
    wren.page.get_by_role("link", name="Rowan Fictitious").click()
    yield "missing-when", wren.page
    wren.types("Time", "25:00")
    wren.presses("Go on")
    yield "missing-when-errors", wren.page
    wren.presses("30 minutes ago")
    wren.sees("Report Rowan Fictitious missing")
    yield "missing-check", wren.page
    wren.types("Your name and role", "")
    wren.presses("Report missing")
    yield "missing-check-errors", wren.page
    wren.types("Your name and role", "W. Castle, manager")
    wren.types("What happened, and what worries you", "Invented: went out by the garden after a telephone call.")
    wren.types("Where were they last seen?", "The garden of the home, which does not exist")
    wren.presses("Report missing")
    wren.sees("Reported missing")
    yield "missing-receipt", wren.page
    ref = wren.page.url.split("/")[-2]
    for name, path in (
        ("missing-residents", "/residents"),
        ("missing-who-reported", "/missing/report"),
        ("missing-board-of-home", "/missing"),
    ):
        wren.opens(path)
        yield name, wren.page
    return ref


def _described(world: World, rhys: Somebody) -> Iterator[Stop]:
    """A child nobody had told of, of whom the police learn more."""
    since = iso(utc_now() - timedelta(hours=1))
    told = {"child": {"given_names": "Juniper"}, "missing_from_at": since, "by": "R. Fictitious, control room"}
    ref = asked(world.hub, "kent_police", "/missing-episodes", told)["episode"]
    rhys.opens(f"/missing/{ref}")
    yield "missing-described", rhys.page
    rhys.page.get_by_role("button", name="Say more of who it is").click()
    yield "missing-learnt", rhys.page
    rhys.presses("Add it")
    yield "missing-learnt-errors", rhys.page
    rhys.types("Family name", "Invented")
    rhys.presses("Add it")
    rhys.sees("Juniper Invented")
    yield "missing-described-more", rhys.page


def _said_by_the_home(wren: Somebody, priya: Somebody, ref: str) -> Iterator[Stop]:
    wren.opens(f"/missing/{ref}/more")
    yield "missing-more", wren.page
    wren.types("Your name and role", "")
    wren.presses("Add it")
    yield "missing-more-errors", wren.page
    wren.opens(f"/missing/{ref}/take-back")
    yield "missing-take-back", wren.page
    wren.presses("Take it back")
    yield "missing-take-back-errors", wren.page
    priya.opens(f"/missing/{ref}/take-back")
    yield "missing-take-back-nothing", priya.page


def _the_force(world: World, rhys: Somebody, ref: str) -> Iterator[Stop]:
    high = reported(world.hub, "leeds", placed(world.hub, "Alder", "Pretend"), hours=30)
    does(world.hub, "kent_police", high, "grades", grade="high")
    rhys.opens("/missing")
    yield "missing-board", rhys.page
    rhys.opens(f"/missing/{ref}")
    yield "missing-episode", rhys.page
    rhys.page.get_by_role("button", name="Grade the risk").click()
    yield "missing-grade", rhys.page
    rhys.presses("Record the grade")
    yield "missing-grade-errors", rhys.page
    rhys.page.get_by_label("Low", exact=True).check()
    rhys.presses("Record the grade")
    rhys.reads("Nothing is recorded yet")
    yield "missing-grade-advice", rhys.page
    rhys.presses("Record it without a reason")
    rhys.reads("The grade is recorded.")
    yield "missing-graded", rhys.page
    rhys.page.get_by_role("link", name="Give the reason").click()
    yield "missing-reason", rhys.page
    rhys.presses("Record the reason")
    yield "missing-reason-errors", rhys.page
    yield from _forms(rhys, ref)


def _forms(rhys: Somebody, ref: str) -> Iterator[Stop]:
    for name, button in (
        ("found", "Say that the child was found"),
        ("back", "Say that the child is back"),
    ):
        rhys.opens(f"/missing/{ref}/{name}")
        yield f"missing-{name}", rhys.page
        rhys.presses(button)
        yield f"missing-{name}-errors", rhys.page
    rhys.opens(f"/missing/{ref}/back")
    rhys.presses("Just now")
    rhys.reads("It is recorded that the child is back.")
    rhys.opens(f"/missing/{ref}/interview")
    yield "missing-interview", rhys.page
    rhys.presses("Record it")
    yield "missing-interview-errors", rhys.page


def _questions(world: World, rhys: Somebody, priya: Somebody) -> Iterator[Stop]:
    placement = placed(world.hub, "Bryony", "Madeup")
    place = {"last_seen": {"place": "A pier that does not exist"}}
    first = reported(world.hub, "willow_house", placement, hours=24 * 9, **place)
    second = reported(world.hub, "willow_house", placement, hours=3, **place)
    assert first != second
    priya.opens(f"/missing/{second}")
    priya.page.get_by_role("link", name="Decide", exact=True).click()
    yield "missing-same", priya.page
    priya.presses("Record the decision")
    yield "missing-same-errors", priya.page
    rhys.opens(f"/missing/{second}/same")
    yield "missing-same-by-reference", rhys.page
    rhys.opens("/missing/patterns")
    yield "missing-patterns", rhys.page
    rhys.opens("/missing/export?grade=none")
    yield "missing-export", rhys.page


def _the_council(world: World, priya: Somebody, ref: str) -> Iterator[Stop]:
    wrong = reported(world.hub, "leeds", placed(world.hub, "Clover", "Mistaken"), hours=1)
    does_undo(world, wrong)
    for name, path in (
        ("missing-board-of-council", "/missing"),
        ("missing-board-back", "/missing?show=back"),
        ("missing-board-taken-back", "/missing?show=taken_back"),
        ("missing-episode-of-council", f"/missing/{ref}"),
    ):
        priya.opens(path)
        yield name, priya.page
    marcus = world.signed_in("marcus")
    yield from _thresholds(marcus)
    priya.opens("/today")
    yield "missing-today", priya.page


def does_undo(world: World, ref: str) -> None:
    """Leeds takes its report back."""
    asked(world.hub, "leeds", f"/missing-episodes/{ref}/undo", {"what": "report", "reason": "wrong_child"})


def _thresholds(marcus: Somebody) -> Iterator[Stop]:
    path = "/organisation/missing-thresholds"
    marcus.opens(path)
    yield "missing-thresholds", marcus.page
    first = marcus.page.get_by_role("group", name="Threshold 1")
    first.get_by_label("How many episodes").fill("none")
    marcus.presses("Save the thresholds")
    yield "missing-thresholds-errors", marcus.page
    marcus.opens(path)
    other = marcus.page.context.new_page()
    other.goto(marcus.page.url)
    other.get_by_role("group", name="Threshold 1").get_by_label("How many episodes").fill("4")
    other.get_by_role("button", name="Save the thresholds").click()
    other.wait_for_url("**?done=saved")
    other.close()
    marcus.page.get_by_role("group", name="Threshold 1").get_by_label("How many episodes").fill("5")
    marcus.presses("Save the thresholds")
    marcus.reads("while you were typing")
    yield "missing-thresholds-stale", marcus.page
