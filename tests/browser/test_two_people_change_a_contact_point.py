"""A council's mailbox moves: one administrator proposes it, another confirms it, and the first finds that it reaches the desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from hub.access.models import PersonSession
from hub.core.clock import utc_now
from hub.directory.models import ContactPoint
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody

Seat = Callable[..., Somebody]


def points_at(hub: RunningHub, address: str) -> list[ContactPoint]:
    with hub.database.read() as session:
        found = list(session.scalars(select(ContactPoint).where(ContactPoint.address == address)))
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    ("desk", "browser"),
    [
        ("Team manager", {"viewport": {"width": 1280, "height": 900}}),
        ("Service manager", {"viewport": {"width": 360, "height": 740}}),
        ("Virtual school head", {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False}),
        ("Nominated officer", {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}),
    ],
    ids=["desk", "telephone", "desk-no-scripts", "telephone-no-scripts"],
)
def test_a_mailbox_moves_by_two_hands_and_is_tried_before_it_is_used(
    hub: RunningHub, at_desk: Seat, desk: str, browser: dict[str, Any]
) -> None:
    grace, bea = at_desk("grace", **browser), at_desk("bea", **browser)
    address = f"{desk.lower().replace(' ', '.')}.new@kent.example"

    grace.opens("/organisation/contact-points")
    grace.page.get_by_role("link", name=re.compile(rf"^{desk}\b.*E-mail")).click()
    grace.page.get_by_role("link", name="Change it").click()
    grace.types("Address", address)
    grace.presses("Propose the change")
    grace.reads("Nothing is changed yet")
    assert points_at(hub, address) == []

    bea.opens("/organisation")
    bea.reads("of them for you")
    bea.page.get_by_role("link", name="Changes that take two people").click()
    bea.page.get_by_role("link", name=f"Change a contact point: {desk}, E-mail").click()
    bea.reads(address)
    bea.page.get_by_role("button", name="Decide").click()
    bea.presses("Confirm: it counts from now on")
    bea.reads("It is confirmed")
    [moved] = points_at(hub, address)
    assert moved.verified_at is None

    bea.opens(f"/organisation/contact-points/{moved.ref}/verify")
    bea.reads("somebody else verifies it")
    grace.opens(f"/organisation/contact-points/{moved.ref}")
    grace.page.get_by_role("link", name="Verify it").click()
    grace.types("Who tried it?", "G. Lund, administrator")
    grace.presses("It reaches the desk")
    grace.reads("The contact point is verified, and used from now on.")
    [used] = points_at(hub, address)
    assert used.verified_by == "G. Lund, administrator"


def test_the_second_says_why_not_and_the_first_reads_it(hub: RunningHub, at_desk: Seat) -> None:
    grace, bea = at_desk("grace"), at_desk("bea")
    grace.opens("/organisation/contact-points")
    grace.page.get_by_role("link", name=re.compile("^Chief executive.*E-mail")).click()
    grace.page.get_by_role("link", name="Retire it").click()
    grace.presses("Propose to retire it")
    grace.reads("Nothing is changed yet")
    bea.opens(grace.page.url.split("?")[0])
    bea.page.get_by_role("button", name="Decide").click()
    bea.presses("Refuse: nothing is changed")
    bea.reads("Say why")
    bea.types("Why?", "She reads it every day.")
    bea.presses("Refuse: nothing is changed")
    bea.reads("It is refused")
    grace.page.reload()
    grace.reads("She reads it every day.")


def test_a_proof_that_ran_out_while_typing_loses_nothing(hub: RunningHub, at_desk: Seat) -> None:
    """The factors were given too long ago when the form is sent: what was typed is kept, and sent afterwards."""
    grace = at_desk("grace")
    grace.opens("/organisation/contact-points")
    grace.page.get_by_role("link", name=re.compile("^Head of service.*E-mail")).click()
    grace.page.get_by_role("link", name="Change it").click()
    grace.types("What is it for?", "Every head of service")
    grace.types("Address", "heads.of.service@kent.example")
    with hub.database.write() as session:
        session.execute(update(PersonSession).values(proved_at=utc_now().replace(year=2020)))
    grace.presses("Propose the change")
    grace.sees("Show again that it is you")
    player = hub.cast.people["grace"]
    grace.types("Password", player.password)
    grace.types("Code", player.code_now())
    grace.presses("Go on")
    grace.sees("What you typed is kept")
    grace.presses("Send it now")
    grace.reads("Nothing is changed yet")
    grace.reads("heads.of.service@kent.example")
