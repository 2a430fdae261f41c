"""Priya, on duty for Leeds: who of ours is missing, since when, at which risk, whom to ring now, and what follows."""

from collections.abc import Callable

import pytest

from hub.core.clock import utc_now
from tests.browser.conftest import RunningHub
from tests.browser.missing_seed import does, placed, reported, telephones
from tests.browser.people import Somebody

WAYS = [(True, 1280, "Rowan", "Fictitious"), (False, 360, "Sorrel", "Invented")]


@pytest.mark.parametrize(("scripts", "width", "given", "family"), WAYS)
def test_a_duty_worker_reads_whom_to_ring_and_what_is_owed(
    hub: RunningHub, at_desk: Callable[..., Somebody], scripts: bool, width: int, given: str, family: str
) -> None:
    telephones(hub)
    ref = reported(hub, "willow_house", placed(hub, given, family), hours=5)
    does(hub, "kent_police", ref, "grades", grade="low", childrens_services_asked=True)
    priya = at_desk("priya", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    priya.opens("/today")
    priya.page.get_by_role("link", name="missing: since when, and whom to ring").click()
    priya.sees("Who is missing")
    row = priya.page.get_by_role("row").filter(has_text=family)
    for words in ("Low", "5 hours", "Willow House", "01632 960203", "01632960001"):
        assert words in row.inner_text(), words
    priya.reads("Your own organisation answers now: Emergency duty team, 01632 960201.")
    row.get_by_role("link", name=f"{given} {family}", exact=True).click()
    priya.sees(f"{given} {family}")
    priya.reads("No reason was given yet.")
    priya.reads("The grade")
    does(hub, "kent_police", ref, "return", returned_at=utc_now().isoformat())
    priya.opens(f"/missing/{ref}")
    priya.reads("Offer the child a return home interview")
    priya.reads("Due")
    priya.page.emulate_media(media="print")
    priya.reads("Whom to ring now")


def test_the_host_council_sees_the_same_as_its_own_area(hub: RunningHub, at_desk: Callable[..., Somebody]) -> None:
    reported(hub, "willow_house", placed(hub, "Maple", "Hosted"), hours=1)
    tom = at_desk("tom")
    tom.opens("/missing")
    tom.page.get_by_role("link", name="Children who live in our area").click()
    tom.reads("Maple Hosted")
    tom.page.get_by_role("link", name="Children we placed").click()
    tom.reads_nothing_of("Maple Hosted")
