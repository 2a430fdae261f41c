"""A privacy lead asks who looked at a child's record, and keeps the answer: with scripts and without, on a telephone too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from hub.core.clock import utc_now
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.papers import CHILD, MAIDSTONE, start

AtDesk = Callable[..., Somebody]
REFERENCE = "Reference of a notice, placement, file or duty"
SIZES = pytest.mark.parametrize(
    ("scripts", "width"),
    [(True, 1280), (False, 360)],
    ids=["with scripts at a desk", "without scripts on a telephone"],
)


@pytest.fixture
def receipt(hub: RunningHub, request: pytest.FixtureRequest) -> Any:
    """What Leeds was answered when its system registered a placement, which it then read."""
    headers = {"Authorization": f"Bearer {hub.cast.tokens['leeds']}"}
    child = {**CHILD, "identifiers": {"local_id": f"AUDIT-{request.node.name[-12:]}"}}
    paper = start(address=MAIDSTONE, child=child, starts_at=(utc_now() + timedelta(days=7)).isoformat())
    registered = requests.post(f"{hub.address}/api/v1/notices", json=paper, headers=headers, timeout=30).json()
    path = f"/api/v1/placements/{registered['placement']}"
    assert requests.get(hub.address + path, headers=headers, timeout=30).status_code == 200
    return registered


@SIZES
def test_who_looked_at_this_childs_record(at_desk: AtDesk, receipt: Any, scripts: bool, width: int) -> None:
    helen = at_desk("helen", java_script_enabled=scripts, viewport={"width": width, "height": 740})
    helen.opens("/audit")
    helen.types(REFERENCE, f"{CHILD['given_names']} {CHILD['family_name']}")
    helen.presses("Search")
    helen.reads("There is a problem")
    assert helen.page.get_by_label(REFERENCE).input_value().startswith(str(CHILD["given_names"]))

    helen.types(REFERENCE, receipt["notice"])
    helen.page.get_by_label("Also everything else about the same child").check()
    helen.page.get_by_label("Only who looked at something, or was shown it").check()
    helen.presses("Search")
    helen.reads("Found, newest first")
    helen.reads("Read a child’s placement")
    helen.reads("Demonstration system of Leeds")
    assert "?" not in helen.page.url, "nothing that was typed stands in the address"
    assert helen.page.get_by_label(REFERENCE).input_value() == receipt["notice"]

    with helen.page.expect_download() as sheet:
        helen.presses("Save as a sheet (CSV)")
    assert "placement.read" in sheet.value.path().read_text()
    with helen.page.expect_download() as packed:
        helen.presses("Save with its proof (ZIP)")
    assert packed.value.suggested_filename.endswith(".zip")

    helen.opens(f"/audit/about/{receipt['placement']}")
    helen.reads("Saved a list as a file")  # the exports say whose record they were of


def test_by_keyboard_alone(at_desk: AtDesk, receipt: Any) -> None:
    helen = at_desk("helen")
    helen.opens("/audit")
    keys = helen.page.keyboard
    tabs_to(helen, "document.activeElement.id === 'subject'")
    keys.type(receipt["placement"])
    keys.press("Enter")
    helen.reads("Found, newest first")
    helen.reads("Opened a placement")
    tabs_to(helen, "document.activeElement.textContent.trim() === 'Save as a sheet (CSV)'")
    with helen.page.expect_download():
        keys.press("Space")


def tabs_to(helen: Somebody, true: str) -> None:
    for _ in range(80):
        if helen.page.evaluate(true):
            return
        helen.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not lead to where {true}")
