"""The pages of spreadsheets, looked at one after the other."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from hub.core.clock import utc_now
from hub.core.settings import REPOSITORY
from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex, ensure_index
from tests.browser.looking import LookedAt, Stop, World, found, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.registry.spreadsheets import FIRST, Counter, csv_file, many, start

STOPS = (
    *("uploads-none", "upload-new", "upload-new-errors", "upload-headings-errors", "upload-of-a-home"),
    *("upload-checked", "upload-ready-rows", "upload-nothing-ready", "upload-registering", "upload-paused"),
    *("upload-stopped", "upload-done", "upload-refused", "uploads", "upload-discarded"),
)


class TestPagesOfUploads(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    priya = world.signed_in("priya")
    yield from _uploading(world, priya)
    yield from _registering(world, priya)


def _file(*rows: dict[str, str]) -> dict[str, object]:
    return {"name": "placements.csv", "mimeType": "text/csv", "buffer": csv_file(rows)}


def _sends(somebody: Somebody, *rows: dict[str, str]) -> None:
    somebody.opens("/uploads/new")
    somebody.page.get_by_label("Placements that were planned", exact=True).check()
    somebody.page.get_by_label("The spreadsheet").set_input_files(_file(*rows))  # type: ignore[arg-type]
    somebody.presses("Upload and check")


def _day(days: int) -> str:
    return f"{utc_now() + timedelta(days=days):%d/%m/%Y}"


def _uploading(world: World, priya: Somebody) -> Iterator[Stop]:
    priya.opens("/uploads")
    yield "uploads-none", priya.page
    priya.opens("/uploads/new")
    yield "upload-new", priya.page
    yield from refused(priya, "upload-new", "Upload and check")
    wrong = {name: value for name, value in start().items() if name != "Legal status"}
    _sends(priya, {**wrong, "Risk marker": "cse", "Favourite colour": "green", "DOB": "14/03/2012"})
    priya.reads("There is a problem")
    yield "upload-headings-errors", priya.page
    wren = world.signed_in("wren")
    wren.opens("/uploads/new")
    yield "upload-of-a-home", wren.page


def _registering(world: World, priya: Somebody) -> Iterator[Stop]:
    counter = Counter(world.hub.cast.actors["leeds"], world.hub.database, world.rules, _areas())
    late = many(2, **{"Start date": _day(-20)})
    wrong = start(**{"Child given names": "Moss", "Start date": "soon", "Legal status": "S99", "Postcode": "ZZ99 9ZZ"})
    _sends(priya, *late, start(**{"Child given names": FIRST[5], "Start date": _day(7)}), wrong, late[0])
    priya.sees("What was understood")
    yield "upload-checked", priya.page
    path = priya.page.url
    priya.opens(path + "?show=ready")
    yield "upload-ready-rows", priya.page
    _sends(priya, start(**{"Child family name": "Nobody", "Start date": "soon"}))
    priya.reads("No row can be registered")
    yield "upload-nothing-ready", priya.page
    priya.opens(path)
    priya.presses("Register 3 notices")
    counter.works(limit=1, now=utc_now())
    priya.page.reload()
    yield "upload-registering", priya.page
    priya.presses("Pause")
    priya.sees("Paused")
    yield "upload-paused", priya.page
    _state(world, "stopped")
    priya.page.reload()
    yield "upload-stopped", priya.page
    priya.presses("Go on as yourself")
    with world.hub.database.write() as session:
        session.execute(text("UPDATE upload_row SET tries = 11 WHERE state = 'ready' AND number = 4"))
    while counter.works(now=utc_now()):
        pass
    priya.opens(path + "?show=registered")
    yield "upload-done", priya.page
    priya.opens(path)
    yield "upload-refused", priya.page
    priya.opens("/uploads")
    yield "uploads", priya.page
    priya.page.get_by_role("row").filter(has_text="Checked").get_by_role("link").first.click()
    priya.presses("Discard this spreadsheet")
    priya.sees("Spreadsheets")
    priya.page.get_by_role("row").filter(has_text="Discarded").get_by_role("link").first.click()
    yield "upload-discarded", priya.page


def _state(world: World, state: str) -> None:
    with world.hub.database.write() as session:
        session.execute(text("UPDATE upload SET state = :state WHERE state = 'paused'"), {"state": state})


def _areas() -> Areas:
    cache = Path(os.environ.get("HUB_TEST_CACHE", REPOSITORY / "data" / "tests"))
    index = ensure_index(cache / "postcodes.idx")
    return load_areas(REPOSITORY / "config" / "reference", PostcodeIndex(index))
