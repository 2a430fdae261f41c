"""A team manager finds what is overdue in the team and excuses it with a reason: with scripts and without, at both widths."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.core.clock import utc_now
from hub.notify.models import Obligation
from tests.browser.casework_seed import drafted, falls_due, looks_after, planned
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.papers import child

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WAYS = [("Hazel", True, DESK), ("Linden", False, DESK), ("Sorrel", True, PHONE), ("Tansy", False, PHONE)]
"""Each with a child of its own."""


@pytest.mark.parametrize(
    ("name", "scripts", "size"), WAYS, ids=["desk", "desk, no scripts", "phone", "phone, no scripts"]
)
def test_a_team_manager_excuses_an_overdue_duty(
    hub: RunningHub, at_desk: Callable[..., Somebody], name: str, scripts: bool, size: Any
) -> None:
    way = {"java_script_enabled": scripts, "viewport": size}
    paper = planned(child=child(given_names=name, family_name="Invented", identifiers={"local_id": name}))
    _, placement = drafted(hub, paper)
    looks_after(hub, placement, "priya", team=f"Team of {name}")
    late = falls_due(hub, placement, "E13G", utc_now() - timedelta(days=2))
    marcus = at_desk("marcus", **way)

    marcus.opens("/owed?whose=team&due=overdue")
    marcus.reads("2 days overdue")
    marcus.page.locator(f"tr#{late} a").first.click()
    marcus.reads("SI 2010/959 reg 13(1) and (2)(g)")
    marcus.page.get_by_role("link", name="Excuse the duty").click()
    marcus.types("What happened", "Invented: no practice was known.")
    marcus.presses("Excuse the duty")
    marcus.reads("Choose the reason.")
    assert marcus.page.get_by_label("What happened").input_value() == "Invented: no practice was known."
    marcus.page.get_by_label("It was not reasonably practicable").check()
    marcus.presses("Excuse the duty")
    marcus.reads("The duty is excused, and your reason is on record.")
    marcus.reads("Invented: no practice was known.")

    marcus.opens("/owed?whose=team&due=overdue")
    marcus.reads_nothing_of("2 days overdue")
    with hub.database.read() as session:
        assert session.scalars(select(Obligation.state).where(Obligation.ref == late)).one() == "excused"
