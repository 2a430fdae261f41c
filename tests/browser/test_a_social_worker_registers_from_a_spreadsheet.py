"""Priya registers from a spreadsheet: with and without scripts, on a telephone and at a desk, and by keyboard alone."""

import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from hub.core.clock import utc_now
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from tests.browser.conftest import RunningHub
from tests.browser.people import Somebody
from tests.registry.spreadsheets import Counter, csv_file, start

Worker = Callable[[], None]
WIDTHS = {360: 740, 1280: 900}


@pytest.fixture
def worker(hub: RunningHub, rules: Rulebook, areas: Areas) -> Worker:
    """The worker does what there is to do."""
    counter = Counter(hub.cast.actors["leeds"], hub.database, rules, areas)

    def work() -> None:
        while counter.works(now=utc_now()):
            pass

    return work


def rows(family: str, *, wrong: str = "") -> list[dict[str, str]]:
    """Two children who do not exist, placed next week; *wrong*: what stands where the second one's start should."""
    day = f"{utc_now() + timedelta(days=7):%d/%m/%Y}"
    number = zlib.crc32(family.encode())
    born_on = (
        f"{1 + number % 28:02}/{1 + number // 28 % 12:02}/{2010 + number // 336 % 9}"  # other children in each test
    )
    names = {"Child family name": family, "Child date of birth": born_on, "Start date": day}
    first = start(**{**names, "Child given names": "Ash", "Your number for the child": f"{family}-1"})
    second = start(**{**names, "Child given names": "Birch", "Your number for the child": f"{family}-2"})
    return [first, second | ({"Start date": wrong} if wrong else {})]


def spreadsheet(folder: Path, family: str, *, wrong: str = "") -> Path:
    path = folder / "placements.csv"
    path.write_bytes(csv_file(rows(family, wrong=wrong), encoding="utf-8-sig"))
    return path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_she_uploads_sees_what_was_understood_and_registers_what_can_be(
    at_desk: Callable[..., Somebody], worker: Worker, tmp_path: Path, width: int, scripts: bool
) -> None:
    size: Any = {"width": width, "height": WIDTHS[width]}
    priya = at_desk("priya", java_script_enabled=scripts, viewport=size)
    family = f"Fictitious{'with' if scripts else 'without'}at{'desk' if width == 1280 else 'telephone'}"
    _uploads(priya, spreadsheet(tmp_path, family, wrong="soon"))
    priya.sees("What was understood")
    priya.reads("Enter a date such as 27/03/2026.")
    again = _saves_the_rows_to_change(priya, tmp_path)
    priya.presses("Register 1 notice")
    priya.sees("Being registered")
    worker()
    if not scripts:
        priya.page.reload()
    priya.reads("1 notice registered")  # with scripts the page finds out by itself
    _corrects(again)
    _uploads(priya, again)
    priya.presses("Register 1 notice")
    priya.sees("Being registered")
    worker()
    priya.page.reload()
    priya.reads("1 notice registered")
    priya.page.get_by_role("link", name="ntc_").first.click()
    priya.page.wait_for_url("**/receipt")


def _uploads(priya: Somebody, file: Path) -> None:
    priya.opens("/uploads")
    priya.page.get_by_role("button", name="Register from a spreadsheet").click()
    priya.sees("Register from a spreadsheet")
    priya.page.wait_for_load_state("load")  # a script puts a button in the place of the control for files
    priya.page.get_by_label("Placements that were planned", exact=True).check()
    priya.page.get_by_label("The spreadsheet").set_input_files(file)
    priya.presses("Upload and check")


def _saves_the_rows_to_change(priya: Somebody, folder: Path) -> Path:
    with priya.page.expect_download() as saved:
        priya.presses("Save them as CSV")
    path = folder / "to-change.csv"
    saved.value.save_as(path)
    return path


def _corrects(path: Path) -> None:
    said = path.read_text(encoding="utf-8-sig")
    assert "Start date: Enter a date such as 27/03/2026." in said
    day = f"{utc_now() + timedelta(days=7):%d/%m/%Y}"
    path.write_text(said.replace('"soon"', f'"{day}"'), encoding="utf-8-sig")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_that_cannot_be_taken_keeps_what_she_chose_and_says_what_to_do(
    at_desk: Callable[..., Somebody], tmp_path: Path, scripts: bool
) -> None:
    priya = at_desk("priya", java_script_enabled=scripts)
    path = tmp_path / "placements.csv"
    path.write_bytes(csv_file([{**row, "Risk marker": "cse"} for row in rows("Fictitioush")]))
    _uploads(priya, path)
    priya.reads("There is a problem")
    priya.reads("did you mean “Risk markers”?")
    expect(priya.page.get_by_label("Placements that were planned", exact=True)).to_be_checked()
    expect(priya.page).to_have_title("Error: Register from a spreadsheet – Placement notification hub")


def test_the_back_button_and_the_same_file_again_register_nothing_twice(
    at_desk: Callable[..., Somebody], worker: Worker, tmp_path: Path
) -> None:
    priya = at_desk("priya", java_script_enabled=False)
    file = spreadsheet(tmp_path, "Fictitiousback")
    _uploads(priya, file)
    priya.presses("Register 2 notices")
    priya.sees("Being registered")
    priya.page.go_back()
    _uploads(priya, file)
    priya.sees("Being registered")
    worker()
    priya.page.reload()
    priya.reads("2 notices registered")


def test_she_pauses_and_leaves_out_what_was_not_sent(at_desk: Callable[..., Somebody], tmp_path: Path) -> None:
    priya = at_desk("priya")
    _uploads(priya, spreadsheet(tmp_path, "Fictitiouspause"))
    priya.sees("What was understood")
    priya.presses("Register 2 notices")
    priya.presses("Pause")
    priya.sees("Paused")
    priya.presses("Leave out the 2 rows that wait")
    priya.reads("Nothing was registered.")


def test_she_does_it_all_by_keyboard(at_desk: Callable[..., Somebody], worker: Worker, tmp_path: Path) -> None:
    priya = at_desk("priya")
    keyboard = priya.page.keyboard
    priya.opens("/uploads")
    _tabs_to(priya, "Register from a spreadsheet")
    keyboard.press("Enter")
    priya.sees("Register from a spreadsheet")
    priya.page.wait_for_load_state("load")  # a script puts a button in the place of the control for files
    _tabs_to(priya, "planned_start")
    keyboard.press("Space")
    _tabs_to(priya, "file")
    # The computer's own window, in which a file is chosen, is not ours: Chromium without a window does not always open one.
    priya.page.get_by_label("The spreadsheet").set_input_files(spreadsheet(tmp_path, "Fictitiouskeys"))
    _tabs_to(priya, "Upload and check")
    keyboard.press("Enter")
    priya.sees("What was understood")
    _tabs_to(priya, "Register 2 notices")
    keyboard.press("Enter")
    priya.sees("Being registered")
    worker()
    priya.reads("2 notices registered")


def _tabs_to(priya: Somebody, wanted: str) -> None:
    """Press Tab until what has the focus is called *wanted*: its words, its name or its value."""
    called = (
        "() => { const e = document.activeElement; return [e.innerText, e.name, e.value].map((s) => (s || '').trim()) }"
    )
    for _ in range(60):
        if wanted in priya.page.evaluate(called):
            return
        priya.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {wanted}")
