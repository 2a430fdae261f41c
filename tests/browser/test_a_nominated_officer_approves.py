"""A nominated officer approves an adjoining placement that a social worker drafted: with scripts and without, at both widths."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from hub.notify.models import Obligation
from tests.browser.casework_seed import adjoining, drafted
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.papers import child

WAYS = [
    {"java_script_enabled": True, "viewport": {"width": 1280, "height": 900}},
    {"java_script_enabled": False, "viewport": {"width": 360, "height": 740}},
]


@pytest.mark.parametrize("way", WAYS, ids=["with scripts at a desk", "without, on a telephone"])
def test_a_nominated_officer_approves_what_a_social_worker_asked(
    hub: RunningHub, at_desk: Callable[..., Somebody], way: dict[str, object]
) -> None:
    name = "Hazel" if way["java_script_enabled"] else "Linden"
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
