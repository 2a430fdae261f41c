"""The register's pages without a browser: what narrows and finds, what is kept out of addresses, paper and files."""

import csv
import io
from typing import Any

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.registry.papers import BRADFORD, LEEDS, admission, child, start
from tests.web.desk_people import sends  # noqa: F401 - a fixture
from tests.web.reading import hidden_in, title_of, words_of

SORREL = child(family_name="Invented", given_names="Sorrel", born_on="2011-07-01", identifiers={"local_id": "T-9"})


@pytest.fixture
def tom(app: Flask, database: Database, cast: Cast) -> Tab:
    """Kent's register keeper."""
    return tab_of(app, database, joined(database, cast, "kent", ("register_keeper",)))


@pytest.fixture
def two(sends) -> None:  # noqa: F811
    """Leeds told of Rowan; Willow House alone of Sorrel, whom Bradford placed."""
    sends("leeds", start())
    sends("willow_house", admission(child=SORREL, placing_authority=BRADFORD))


def look(tom: Tab, address: str = "/register") -> str:
    shown = tom.get(address)
    assert shown.status_code == 200
    return words_of(shown)


def find(tom: Tab, **known: str) -> Any:
    hidden = hidden_in(tom.get("/register"), "/register/search")
    return tom.send("POST", "/register/search", data={**hidden, **known})


def test_it_says_how_each_child_is_known_and_counts_them(tom, two) -> None:
    said = look(tom)
    assert "Rowan Fictitious" in said
    assert "Sorrel Invented" in said
    assert "1 Notified by the placing authority itself" in said
    assert "1 Inferred from what a home" in said
    assert "0 Discovered" in said
    assert "Bradford" in said


def test_filters_stand_in_the_address_and_narrow(tom, two) -> None:
    assert "Rowan" not in look(tom, f"/register?placing_authority={BRADFORD}")
    assert "Sorrel" not in look(tom, "/register?provenance=notified&order=name")
    said = look(tom, "/register?since-day=20&since-month=11&since-year=2026")
    assert "Rowan" in said
    assert "Sorrel" not in said
    assert "Nobody in the register fits what you chose" in look(tom, "/register?provenance=discovered")


def test_a_date_that_is_none_is_told_and_everybody_is_shown(tom, two) -> None:
    shown = tom.get("/register?since-day=31&since-month=2&since-year=2026")
    assert shown.status_code == 422
    assert title_of(shown).startswith("Error: ")
    assert 'href="#since"' in shown.text
    assert 'value="31"' in shown.text
    assert "Rowan" in words_of(shown)


@pytest.mark.parametrize(
    "known",
    [
        {"name": "sorrel"},
        {"name": "Inventd"},
        {"born_on-day": "1", "born_on-month": "7", "born_on-year": "2011"},
        {"reference": "T-9"},
    ],
)
def test_a_child_is_found_and_nothing_personal_stands_in_an_address(tom, two, known: dict[str, str]) -> None:
    answer = find(tom, **known)
    assert (answer.status_code, answer.location) == (303, "/register?found=yes")
    said = look(tom, answer.location)
    assert "Sorrel Invented" in said
    assert "Rowan" not in said
    page = tom.get(answer.location).text
    for path in ("/register/print?found=yes", "/register/export?found=yes"):
        assert f'href="{path}"' in page


def test_a_search_goes_with_filters_and_is_forgotten_by_asking_for_everybody(tom, two) -> None:
    find(tom, name="sorrel")
    assert "No child in this list fits" in look(tom, "/register?found=yes&provenance=notified")
    assert "Rowan" in look(tom, "/register")
    assert find(tom, name="  ").location == "/register"
    assert find(tom, name="rowan", ended="yes").location == "/register?ended=yes&found=yes"


def test_a_search_that_cannot_be_read_keeps_what_was_typed(tom, two) -> None:
    wrong = find(tom, **{"name": "sorrel", "born_on-day": "31", "born_on-month": "2", "born_on-year": "2011"})
    assert wrong.status_code == 422
    assert 'href="#born_on"' in wrong.text
    assert 'value="sorrel"' in wrong.text


def test_pages_go_on_with_the_same_question(tom, sends, monkeypatch) -> None:  # noqa: F811
    for number in range(52):
        other = child(
            given_names=f"Ash{'abcdefghijklmnopqrstuvwxyz'[number % 26] * (1 + number // 26)}", identifiers={}
        )
        sends("leeds", start(child={**other, "born_on": f"2011-{1 + number % 12:02}-{1 + number // 12:02}"}))
    shown = tom.get("/register?provenance=notified&order=starts")
    further = shown.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "provenance=notified" in further
    assert "order=starts" in further
    rest = tom.get(further)
    assert rest.text.count("Born ") == 2


def test_an_empty_register_teaches_and_offers_no_file(tom) -> None:
    said = look(tom)
    assert "No child placed by another council is known to live in your area" in said
    assert "CSV" not in said
    assert "Nobody has left yet" in look(tom, "/register?ended=yes")
    assert "nothing to put into a file" in look(tom, "/register/export")


def test_the_file_is_announced_recorded_and_holds_what_the_list_was_narrowed_to(tom, two, database) -> None:
    ask = f"/register/export?placing_authority={LEEDS}"
    said = look(tom, ask)
    assert "The file holds 1 child, as you have narrowed the list" in said
    assert "It is personal" in said
    answer = tom.send("POST", ask, data=hidden_in(tom.get(ask), ask))
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="register-2026-11-18.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["family_name"], row["provenance"]) for row in rows] == [("Fictitious", "notified")]
    assert recorded(database, "export.made")[-1].details["placements"] == [rows[0]["placement"]]


def test_paper_names_the_instant_and_warns(tom, two) -> None:
    said = look(tom, "/register/print?order=name")
    assert "As at 18 November 2026 at 10:00" in said
    assert "2 in this list." in said
    assert "shred it" in said
    assert said.index("Rowan") < said.index("Sorrel")


def test_who_reads_the_register_may_not_take_a_file_of_it(app, database, cast, two) -> None:
    social_worker = tab_of(app, database, joined(database, cast, "kent", ("social_worker",)))
    assert "CSV" not in look(social_worker)
    assert social_worker.get("/register/export").status_code == 403


def test_a_home_has_no_register(app, database, cast) -> None:
    wren = tab_of(app, database, joined(database, cast, "willow_house", ("registered_manager",)))
    assert wren.get("/register").status_code == 403
