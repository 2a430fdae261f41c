"""The pages for anybody: what the hub is, the law and its search, the calculator, and the statements, looked at one by one."""

from collections.abc import Iterator

from tests.browser.looking import LookedAt, Stop, World, found, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.questions import says_a_placement_starts

STOPS = (
    *("start-signed-in", "joining", "accessibility", "privacy", "cookies"),
    *("law-found", "law-not-found", "calculator", "calculator-start", "calculator-start-errors"),
    *("calculator-start-owed", "calculator-admission", "calculator-missing", "calculator-nothing-owed"),
)


class TestPagesOfAnyone(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    tom = world.signed_in("tom")
    tom.opens("/")
    yield "start-signed-in", tom.page
    anyone = world.sit_down("anyone@mail.example")
    for name in ("joining", "accessibility", "privacy", "cookies"):
        anyone.opens(f"/{name}")
        yield name, anyone.page
    yield from _law(anyone)
    yield from _calculator(anyone)


def _law(anyone: Somebody) -> Iterator[Stop]:
    anyone.opens("/law?words=emergency&basis=statute")
    yield "law-found", anyone.page
    anyone.opens("/law?words=unicorn")
    yield "law-not-found", anyone.page


def _calculator(anyone: Somebody) -> Iterator[Stop]:
    anyone.opens("/law/calculator")
    yield "calculator", anyone.page
    anyone.opens("/law/calculator/placement-start")
    yield "calculator-start", anyone.page
    yield from refused(anyone, "calculator-start", "Show what is owed")
    says_a_placement_starts(anyone, council="Leeds", postcode="ME14 1XQ", day="2", month="4", year="2026")
    anyone.presses("Show what is owed")
    anyone.sees("What is owed: A placement starts")
    yield "calculator-start-owed", anyone.page
    for path in ("admission", "missing"):
        anyone.opens(f"/law/calculator/{path}")
        yield f"calculator-{path}", anyone.page
    anyone.opens("/law/calculator/placement-start")
    says_a_placement_starts(anyone, council="Leeds", postcode="LS1 1UR", day="2", month="4", year="2026", age="19")
    anyone.presses("Show what is owed")
    anyone.reads("nothing is owed that the hub knows of")
    yield "calculator-nothing-owed", anyone.page
