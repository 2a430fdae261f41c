"""Tom keeps Kent's register: he finds a child, sees how the council knows of each, and takes a file of them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.browser.sending import sends
from tests.registry.papers import BRADFORD, admission, child, start

WAYS = [(True, 360), (False, 360), (True, 1280), (False, 1280)]


@pytest.fixture(scope="module", autouse=True)
def known(hub: RunningHub) -> None:
    """Leeds told of Rowan; Willow House alone of Sorrel, whom Bradford placed."""
    sends(hub, "leeds", start())
    sorrel = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={})
    sends(hub, "willow_house", admission(child=sorrel, placing_authority=BRADFORD))


@pytest.fixture(params=WAYS, ids=["phone", "phone, no scripts", "desk", "desk, no scripts"])
def tom(request: pytest.FixtureRequest, at_desk: Callable[..., Somebody]) -> Somebody:
    scripts, width = request.param
    return at_desk("tom", java_script_enabled=scripts, viewport={"width": width, "height": 800})


def test_a_child_is_found_by_a_misspelt_name_and_the_back_button_keeps_the_answer(tom: Somebody) -> None:
    tom.opens("/register")
    tom.reads("Rowan Fictitious")
    tom.page.get_by_text("Find a child", exact=True).click()
    tom.types("Name", "inventd")
    tom.presses("Find")
    tom.reads("Sorrel Invented")
    tom.reads_nothing_of("Rowan")
    assert "invent" not in tom.page.url
    tom.page.get_by_role("link", name="A list to print").click()
    tom.reads("1 in this list.")
    tom.page.go_back()
    tom.reads("Sorrel Invented")
    tom.reads_nothing_of("Rowan")


def test_the_list_is_narrowed_sorted_and_taken_as_a_file(tom: Somebody) -> None:
    tom.opens("/register")
    tom.page.get_by_text("Narrow and sort", exact=True).click()
    tom.page.get_by_label("How we know", exact=True).select_option(label="Inferred")
    tom.page.get_by_label("Sort by").select_option(label="Family name")
    tom.presses("Show")
    tom.reads("Sorrel Invented")
    tom.reads_nothing_of("Rowan Fictitious")
    expect(tom.page.get_by_role("row").filter(has_text="Sorrel")).to_contain_text("Inferred")
    tom.page.get_by_role("link", name="A file of the list (CSV)").click()
    tom.reads("The file holds 1 child")
    tom.reads("It is personal")
    with tom.page.expect_download() as taken:
        tom.presses("Make the file")
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert [row["given_names"] for row in rows] == ["Sorrel"]
    assert taken.value.suggested_filename.startswith("register-")
