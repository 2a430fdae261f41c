"""The pages of the privacy lead and of the operator, looked at one after the other."""

from collections.abc import Iterator

from sqlalchemy import select, update

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.clock import utc_now
from hub.directory.models import ContactPoint
from hub.notify import nodes
from hub.notify.models import Alert, Delivery
from hub.notify.outbox import Wanted, raise_alerts
from tests.browser.looking import LookedAt, Stop, World, found, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody

STOPS = (
    *("audit", "audit-errors", "audit-found", "audit-nothing", "audit-about"),
    *("operator-stuck", "operator-deliveries-none", "operator-deliveries", "operator-resent", "operator-well"),
    *("operator-organisations", "operator-organisations-none", "operator-kinds", "operator-new", "operator-new-errors"),
    *("operator-added", "operator-change", "operator-change-errors", "operator-contact-point"),
    *("operator-contact-point-errors", "operator-administrator", "operator-administrator-errors", "operator-joined"),
    *("operator-close", "operator-closed", "operator-reachability", "operator-systems", "operator-areas"),
)
NOTICE = "ntc_" + "7" * 26


class TestPagesOfOversight(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    yield from _audit(world, world.signed_in("helen"))
    ola = world.signed_in("ola")
    yield from _health(world, ola)
    yield from _directory(ola)


def _audit(world: World, helen: Somebody) -> Iterator[Stop]:
    with world.hub.database.write() as session:
        leeds = world.hub.cast.actors["leeds"]
        for event in (Event.NOTICE_DRAFTED, Event.NOTICE_REGISTERED, Event.NOTICE_READ, Event.EVIDENCE_ISSUED):
            audit.record(session, leeds, event, NOTICE, now=utc_now(), details={"capacity": "sender"})
    helen.opens("/audit")
    yield "audit", helen.page
    helen.types("Reference of a notice, placement, file or duty", "Rowan")
    yield from refused(helen, "audit", "Search")
    helen.types("Reference of a notice, placement, file or duty", NOTICE)
    helen.presses("Search")
    helen.reads("Found, newest first")
    yield "audit-found", helen.page
    helen.page.get_by_label("What exactly").select_option(label="Moved the clock of a rehearsal")
    helen.presses("Search")
    helen.reads("Nobody of your organisation did anything like that.")
    yield "audit-nothing", helen.page
    helen.opens(f"/audit/about/{NOTICE}")
    helen.reads("Issued the evidence of a notice")
    yield "audit-about", helen.page


def _health(world: World, ola: Somebody) -> Iterator[Stop]:
    given_up(world)
    ola.opens("/operator")
    ola.reads("No worker is alive.")
    yield "operator-stuck", ola.page
    with world.hub.database.write() as session:
        session.execute(update(Alert).values(cancelled_at=utc_now()))
    ola.opens("/operator/deliveries")
    yield "operator-deliveries-none", ola.page
    with world.hub.database.write() as session:
        session.execute(update(Alert).values(cancelled_at=None))
    ola.opens("/operator/deliveries")
    yield "operator-deliveries", ola.page
    ola.page.get_by_role("button", name="Send again").first.click()
    ola.reads("It is queued again")
    yield "operator-resent", ola.page
    nodes.beat(world.hub.database, nodes.begin(), failing=(), now=utc_now())
    ola.opens("/operator")
    ola.reads("1 worker is alive.")
    yield "operator-well", ola.page


def given_up(world: World) -> None:
    """Two messages to Kent's duty desk were given up, and its mailbox was set aside."""
    wanted = [Wanted("notice.registered", world.hub.cast.ids["kent"], "duty_desk", NOTICE, is_urgent=False)] * 2
    with world.hub.database.write() as session:
        raise_alerts(session, wanted, rules=world.rules, now=utc_now())
        closed = {"state": "failed", "closed_at": utc_now(), "next_attempt_at": None, "last_code": "550", "attempts": 9}
        theirs = select(ContactPoint.id).where(ContactPoint.organisation_id == world.hub.cast.ids["kent"])
        session.execute(update(Delivery).where(Delivery.contact_point_id.in_(theirs)).values(**closed))
        session.execute(
            update(ContactPoint)
            .where(ContactPoint.id.in_(theirs), ContactPoint.channel == "email")
            .values(flagged_at=utc_now())
        )


def _directory(ola: Somebody) -> Iterator[Stop]:
    ola.opens("/operator/organisations")
    yield "operator-organisations", ola.page
    ola.types("Part of the name", "Unicorn")
    ola.presses("Show these")
    ola.reads("None is called that.")
    yield "operator-organisations-none", ola.page
    ola.opens("/operator/organisations/new")
    yield "operator-kinds", ola.page
    ola.page.get_by_role("link", name="Children’s home").click()
    ola.sees("Add an organisation: Children’s home")
    yield "operator-new", ola.page
    yield from refused(ola, "operator-new", "Add it")
    ola.types("Name", "Fictitious Lodge")
    ola.types("Postcode", "ME14 1XQ")
    ola.presses("Add it")
    ola.reads("The organisation is added.")
    yield "operator-added", ola.page
    yield from _one(ola)
    ola.opens("/operator/reachability")
    yield "operator-reachability", ola.page
    ola.opens("/operator/systems")
    yield "operator-systems", ola.page
    ola.opens("/operator/area-corrections")
    yield "operator-areas", ola.page


def _one(ola: Somebody) -> Iterator[Stop]:
    path = ola.page.url.partition("?")[0]
    ola.opens(f"{path}/change")
    yield "operator-change", ola.page
    ola.types("Name", "")
    yield from refused(ola, "operator-change", "Save the changes")
    for step, button in (("contact-points/new", "Add it"), ("administrator", "Send the invitation")):
        name = "operator-contact-point" if step != "administrator" else "operator-administrator"
        ola.opens(f"{path}/{step}")
        yield name, ola.page
        ola.presses(button)
        ola.reads("There is a problem")
        yield f"{name}-errors", ola.page
    ola.opens(path)
    ola.presses("It has joined")
    ola.reads("It has joined: notices stand in its inbox at once.")
    yield "operator-joined", ola.page
    ola.opens(f"{path}/close")
    yield "operator-close", ola.page
    ola.presses("Close it from today")
    ola.reads("The organisation is closed from today.")
    yield "operator-closed", ola.page
