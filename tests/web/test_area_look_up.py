"""Whose area is a postcode in, said while it is typed."""

import logging

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Tab:
    """Of Leeds."""
    return tab_of(app, database, joined(database, cast))


def said(tab: Tab, postcode: str) -> str:
    answer = tab.send("POST", "/areas/look-up", data={"postcode": postcode})
    assert answer.status_code == 200
    return str(answer.get_json()["said"])


@pytest.mark.parametrize(
    ("postcode", "sentence"),
    [
        ("ME14 1XQ", "Kent County Council. Kent Police. That area does not adjoin yours: a distant placement."),
        ("bd11hy", "City of Bradford Metropolitan District Council. West Yorkshire Police. That area adjoins yours."),
        ("LS1 1UR", "Leeds City Council. West Yorkshire Police. That is in your own area."),
        ("EH1 1YZ", "EH1 1YZ is in Scotland. No council of England or Wales answers for it."),
        ("ME14", "So far: Kent. Enter the whole postcode."),
        ("ME5 8", "So far: Kent or Medway. Enter the whole postcode."),
        ("S", "Enter the whole postcode, such as ME14 1XQ."),
        ("ZZ99 9ZZ", "That postcode is not in the directory. Check it, or choose the council yourself."),
        ("the blue house", "Enter the whole postcode, such as ME14 1XQ."),
        ("", "Enter the whole postcode, such as ME14 1XQ."),
    ],
)
def test_a_council_is_told_whose_area_it_is_and_how_it_lies_to_its_own(pat: Tab, postcode: str, sentence: str) -> None:
    assert said(pat, postcode) == sentence


def test_a_home_is_told_of_no_relation_for_it_places_nobody(app: Flask, database: Database, cast: Cast) -> None:
    bryn = joined(database, cast, "willow_house", ("registered_manager",))
    assert said(tab_of(app, database, bryn), "ME14 1XQ") == "Kent County Council. Kent Police."


def test_it_asks_for_the_token_of_the_form(pat: Tab) -> None:
    assert pat.client.post("/areas/look-up", data={"postcode": "ME14 1XQ"}).status_code == 403


def test_a_postcode_is_asked_for_in_no_address(pat: Tab) -> None:
    assert pat.get("/areas/look-up?postcode=ME14+1XQ").status_code == 405


def test_a_postcode_is_in_no_log(
    pat: Tab, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        said(pat, "ME14 1XQ")
    assert "ME14" not in caplog.text + "".join(capsys.readouterr())
