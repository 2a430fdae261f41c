"""The board narrowed by risk, and as a file: what is in it, that it is on record, and for whom it is withheld."""

import csv
import io

from hub.core.db import Database
from tests.access.signing_in import Tab, recorded
from tests.registry.papers import CHILD
from tests.web.missing.acting import NAME, reports
from tests.web.reading import words_of

FILE = "/missing/export"


def rows_of(tab: Tab, path: str) -> list[dict[str, str]]:
    answer = tab.send("POST", path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_board_is_a_file_that_stands_on_record(at, placement, database: Database) -> None:
    ref = reports(at("willow_house"), placement)
    kent = at("kent")
    assert "put on record" in words_of(kent.get(FILE))
    [row] = rows_of(kent, FILE)
    assert (row["episode"], row["family_name"], row["home"]) == (ref, CHILD["family_name"], "Willow House")
    assert row["grade"] == ""
    [entry] = recorded(database, "export.made")
    assert entry.details["episodes"] == [ref]
    assert NAME.split()[1] not in str(entry.details)


def test_the_board_and_its_file_are_narrowed_by_risk(at, placement) -> None:
    ref = reports(at("willow_house"), placement)
    police = at("kent_police")
    assert ref in police.get("/missing?grade=none").text
    assert ref not in police.get("/missing?grade=high").text
    assert "No child here has that grade" in words_of(police.get("/missing?grade=high"))
    assert [row["episode"] for row in rows_of(police, f"{FILE}?grade=none")] == [ref]
    assert rows_of(police, f"{FILE}?grade=high") == []


def test_a_file_of_another_organisation_holds_nothing_of_the_child(at, placement) -> None:
    reports(at("willow_house"), placement)
    assert rows_of(at("cornwall"), FILE) == []
