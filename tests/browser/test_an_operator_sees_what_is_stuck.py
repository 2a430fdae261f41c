"""Whoever runs the hub sees what is stuck, sends again what was given up, and brings an organisation in."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from hub.core.clock import utc_now
from hub.directory.models import ContactPoint
from hub.duties.rulebook import Rulebook
from hub.notify import nodes
from hub.notify.models import Delivery
from hub.notify.outbox import Wanted, raise_alerts
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody

AtDesk = Callable[..., Somebody]
SIZES = pytest.mark.parametrize(
    ("scripts", "width"),
    [(True, 1280), (False, 360)],
    ids=["with scripts at a desk", "without scripts on a telephone"],
)


@pytest.fixture
def given_up(hub: RunningHub, rules: Rulebook) -> str:
    """The reference of an e-mail to Kent's duty desk that was given up."""
    wanted = [Wanted("notice.registered", hub.cast.ids["kent"], "duty_desk", "ntc_" + "7" * 26, is_urgent=False)]
    with hub.database.write() as session:
        raise_alerts(session, wanted, rules=rules, now=utc_now())
        mailbox = ContactPoint.organisation_id == hub.cast.ids["kent"], ContactPoint.channel == "email"
        theirs = Delivery.contact_point_id.in_(select(ContactPoint.id).where(*mailbox))
        closed = {"state": "failed", "closed_at": utc_now(), "next_attempt_at": None, "last_code": "550", "attempts": 9}
        session.execute(update(Delivery).where(theirs, Delivery.state == "queued").values(**closed))
        newest = select(Delivery.ref).where(theirs).order_by(Delivery.id.desc())
        return str(session.scalars(newest.limit(1)).one())


@SIZES
def test_what_was_given_up_is_sent_again(
    at_desk: AtDesk, hub: RunningHub, given_up: str, scripts: bool, width: int
) -> None:
    ola = at_desk("ola", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    ola.opens("/operator")
    ola.sees("Is the hub well?")
    ola.reads("given up after every try")
    assert ola.page.title().startswith("("), "the title counts what waits"
    ola.page.get_by_role("link", name=re.compile("See them.*Messages given up")).click()
    ola.sees("Messages given up")
    ola.page.get_by_role("button", name=f"Send again {given_up}").click()
    ola.reads("It is queued again")
    ola.reads_nothing_of(given_up)
    with hub.database.read() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.ref == given_up)).one() == "queued"


def test_the_page_refreshes_itself_when_a_worker_comes_to_life(at_desk: AtDesk, hub: RunningHub) -> None:
    ola = at_desk("ola")
    ola.opens("/operator")
    ola.reads("No worker is alive.")
    worker = nodes.begin()
    nodes.beat(hub.database, worker, failing=(), now=utc_now())
    ola.reads("1 worker is alive.")
    nodes.end(hub.database, worker)


@SIZES
def test_an_organisation_is_brought_in(at_desk: AtDesk, scripts: bool, width: int) -> None:
    ola = at_desk("ola", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    ola.opens("/operator/organisations/new")
    ola.page.get_by_role("link", name="Fostering agency").click()
    ola.presses("Add it")
    ola.reads("There is a problem")
    name = f"Fictitious Care of {width}"
    ola.types("Name", name)
    ola.presses("Add it")
    ola.sees(name)
    ola.reads("A notice to it would arrive nowhere")

    ola.page.get_by_role("link", name="Add a contact point").click()
    ola.types("Mailbox or telephone number", f"desk{width}@care.example")
    ola.types("What is it for?", "The desk, weekdays")
    ola.presses("Add it")
    ola.reads("It is used once somebody else has verified it.")

    ola.presses("It has joined")
    ola.reads("Inbox in the hub")
    ola.page.get_by_role("button", name="Ask its first administrator in").click()
    ola.types("Name", "Pat Fictitious")
    ola.types("E-mail address at work", f"pat{width}@care.example")
    ola.presses("Send the invitation")
    ola.reads("Asked in, not yet here")
    ola.opens("/operator/organisations")
    ola.types("Part of the name", name)
    ola.presses("Show these")
    ola.page.get_by_role("link", name=name).click()
    ola.sees(name)
