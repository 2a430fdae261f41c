"""A nominated officer approves an adjoining placement that a social worker drafted: with scripts and without, at both widths."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hub.notify.models import Obligation
from tests.browser.casework_seed import adjoining, drafted
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.papers import child

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WAYS = [("Hazel", True, DESK), ("Linden", False, DESK), ("Sorrel", True, PHONE), ("Tansy", False, PHONE)]
"""Each with a child of its own."""


@pytest.mark.parametrize(
    ("name", "scripts", "size"), WAYS, ids=["desk", "desk, no scripts", "phone", "phone, no scripts"]
)
def test_a_nominated_officer_approves_what_a_social_worker_asked(
    hub: RunningHub, at_desk: Callable[..., Somebody], name: str, scripts: bool, size: Any
) -> None:
    way = {"java_script_enabled": scripts, "viewport": size}
    paper = adjoining() | {"child": child(given_names=name, family_name="Invented", identifiers={"local_id": name})}
    _, placement = drafted(hub, paper)
    priya, marcus = at_desk("priya", **way), at_desk("marcus", **way)

    priya.opens(f"/placements/{placement}")
    priya.page.get_by_role("button", name="Ask for approval").click()
    priya.types("What your officer should know besides (optional)", "Invented: the IRO agrees.")
    priya.presses("Ask for approval")
    priya.reads("The approval is asked for")

    marcus.opens("/today")
    marcus.reads("for your approval")
    marcus.page.locator("#today a").filter(has_text="Bradford").first.click()
    marcus.reads(f"{name} Invented")
    marcus.reads("the host authority has been notified")
    marcus.presses("Approve the placement")
    marcus.reads("The placement is approved")
    with hub.database.read() as session:
        wanted = (Obligation.subject_ref == placement, Obligation.duty_code == "E11N")
        assert session.scalars(select(Obligation.state).where(*wanted)).one() == "met"

    priya.opens(f"/placements/{placement}")
    priya.reads("Marcus Bell (Nominated officer) approved the placement")
