"""The pages of a desk that is told, looked at one after the other."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.directory import organisations
from hub.notify.models import Obligation
from tests.browser.desk_papers import another_child, doubted, paper, registered
from tests.browser.looking import LookedAt, Stop, World, found, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.sending import asked
from tests.registry.papers import CHATHAM

STOPS = (
    *(
        "inbox-empty",
        "inbox-next-empty",
        "inbox-alerts-empty",
        "inbox-questions-empty",
        "inbox-notices-empty",
        "matches-empty",
    ),
    *("inbox", "inbox-errors", "inbox-alerts", "inbox-alerts-errors", "inbox-next", "inbox-notices", "inbox-done"),
    *("notice", "notice-errors", "notice-acknowledged", "notice-changed", "notice-withdrawn"),
    *("not-ours", "not-ours-errors", "not-ours-check", "notice-passed-on"),
    *(
        "question-ask",
        "question-ask-errors",
        "inbox-questions",
        "question-answer",
        "question-answer-errors",
        "question-answered",
    ),
    *("passing-on", "step", "step-errors", "passing-on-done", "taking-back", "taking-back-errors"),
    *("matches", "match", "match-errors", "match-decided"),
)


class TestPagesOfTheDesk(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    tom, priya = world.signed_in("tom"), world.signed_in("priya")
    yield from _empty(tom)
    first, second = registered(world.hub, **AT_RISK), registered(world.hub)
    _make_late(world, second)
    yield from _inbox(tom)
    yield from _notice(world, tom, first)
    yield from _not_ours(tom, second)
    yield from _questions(tom, priya, first)
    yield from _next(world, tom, first)
    yield from _matches(world, tom)


AT_RISK: dict[str, Any] = {
    "markers": [
        {
            "marker": "cse",
            "detail": "Invented: seen with older people in a car.",
            "author": "P. Specimen",
            "source": "Invented",
            "noted_on": "2026-10-01",
        },
        {"marker": "missing_history", "author": "P. Specimen", "noted_on": "2026-10-01"},
    ],
    "out_of_hours": {"name": "Leeds emergency duty team", "phone": "01632 960102"},
    "carer": {"name": "C. Imagined", "phone": "01632 960103"},
}


def _empty(tom: Somebody) -> Iterator[Stop]:
    tom.opens("/inbox")
    yield "inbox-empty", tom.page
    for name in ("next", "alerts", "questions", "notices"):
        tom.opens(f"/inbox?show={name}")
        yield f"inbox-{name}-empty", tom.page
    tom.opens("/matches")
    yield "matches-empty", tom.page


def _make_late(world: World, notice: str) -> None:
    theirs = (Obligation.subject_ref == notice, Obligation.duty_code == "EACK")
    with world.hub.database.write() as session:
        session.execute(update(Obligation).where(*theirs).values(due_at=utc_now() - timedelta(days=2)))


def _inbox(tom: Somebody) -> Iterator[Stop]:
    tom.opens("/inbox")
    yield "inbox", tom.page
    yield from refused(tom, "inbox", "Acknowledge those that are ticked")
    tom.opens("/inbox?show=alerts")
    yield "inbox-alerts", tom.page
    yield from refused(tom, "inbox-alerts", "Mark those that are ticked as read")
    tom.opens("/inbox?show=next")
    yield "inbox-next", tom.page
    tom.opens("/inbox?show=notices")
    yield "inbox-notices", tom.page
    tom.opens("/inbox?acknowledged=2&already=1")
    yield "inbox-done", tom.page


def _notice(world: World, tom: Somebody, notice: str) -> Iterator[Stop]:
    tom.opens(f"/inbox/{notice}")
    yield "notice", tom.page
    tom.types("Your name and role", "")
    tom.page.get_by_label("We will enter the child in our register").check()
    yield from refused(tom, "notice", "Acknowledge the notice")
    tom.opens(f"/inbox/{notice}")
    tom.presses("Acknowledge the notice")
    tom.reads("You have acknowledged this notice")
    yield "notice-acknowledged", tom.page
    child = another_child()
    sent = asked(world.hub, "leeds", "/notices", paper(child=child))["notice"]
    corrected = paper(
        child=child, social_worker={"name": "N. Other", "phone": "01632 960199"}, expected_length="A year"
    )
    newer = asked(world.hub, "leeds", f"/notices/{sent}/correction", corrected)["notice"]
    tom.opens(f"/inbox/{newer}")
    yield "notice-changed", tom.page
    asked(world.hub, "leeds", f"/notices/{newer}/withdrawal", {"reason": "Invented: it fell through."})
    tom.opens(f"/inbox/{newer}")
    yield "notice-withdrawn", tom.page


def _not_ours(tom: Somebody, notice: str) -> Iterator[Stop]:
    tom.opens(f"/inbox/{notice}/not-ours")
    yield "not-ours", tom.page
    yield from refused(tom, "not-ours", "Go on")
    tom.types("Postcode of the address", CHATHAM["postcode"])
    tom.types("How do you know?", "Invented: the lane is in Chatham.")
    tom.presses("Go on")
    tom.reads("It stands in their inbox at once")
    yield "not-ours-check", tom.page
    tom.page.get_by_role("button", name="Pass it on to").click()
    tom.reads("Your organisation passed this notice on")
    yield "notice-passed-on", tom.page


def _questions(tom: Somebody, priya: Somebody, notice: str) -> Iterator[Stop]:
    tom.opens(f"/inbox/{notice}/question")
    yield "question-ask", tom.page
    tom.page.get_by_role("button", name="Send it to").click()
    tom.reads("There is a problem")
    yield "question-ask-errors", tom.page
    tom.types("What do you ask, or what is wrong?", "Invented: is the carer's number right?")
    tom.page.get_by_role("button", name="Send it to").click()
    tom.reads("Questions about this notice")
    tom.opens("/inbox?show=questions")
    yield "inbox-questions", tom.page
    priya.opens("/inbox?show=questions")
    priya.page.get_by_role("link", name="Question: the whole notice").click()
    yield "question-answer", priya.page
    yield from refused(priya, "question-answer", "Send the answer")
    priya.types("Your answer", "Invented: it is.")
    priya.presses("Send the answer")
    priya.reads("Answered")
    tom.opens("/inbox?show=questions")
    tom.page.get_by_role("link", name="Question: the whole notice").click()
    yield "question-answered", tom.page


def _next(world: World, tom: Somebody, notice: str) -> Iterator[Stop]:
    with world.hub.database.write() as session:
        wanted = {"kind": "health_body", "name": "Fictitious Health"}
        row = organisations.add(session, SYSTEM, wanted, areas=None, now=utc_now())  # type: ignore[arg-type]
        organisations.join(session, SYSTEM, row.ref, utc_now())
    tom.opens(f"/inbox/{notice}/passing-on")
    yield "passing-on", tom.page
    tom.opens(f"/inbox/{notice}/passing-on/health")
    yield "step", tom.page
    tom.page.get_by_label("Through the hub, now").check()
    yield from refused(tom, "step", "Record it")
    tom.page.get_by_label("Who is told through the hub?").select_option(label="Fictitious Health")
    tom.presses("Record it")
    tom.reads("Fictitious Health")
    tom.presses("The child is in our register")
    tom.reads("In another system")
    yield "passing-on-done", tom.page
    tom.page.get_by_role("link", name="Take it back").click()
    yield "taking-back", tom.page
    yield from refused(tom, "taking-back", "Take it back")


def _matches(world: World, tom: Somebody) -> Iterator[Stop]:
    match = doubted(world.hub)
    tom.opens("/matches")
    yield "matches", tom.page
    tom.opens(f"/matches/{match}")
    yield "match", tom.page
    yield from refused(tom, "match", "Record the decision")
    tom.page.get_by_label("Yes").check()
    tom.page.get_by_label("We checked our records").check()
    tom.presses("Record the decision")
    tom.reads("Decided: the same")
    yield "match-decided", tom.page
