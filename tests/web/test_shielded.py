"""A shielded child on the pages of the force where it lives: wherever its people go, they read whom to ring and nothing else."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.lookup import shields
from tests.access.signing_in import Tab
from tests.conftest import NOW
from tests.lookup.conftest import LEEDS_AT_NIGHT, SHIELD, telephone
from tests.registry.papers import HOME, emergency_start
from tests.registry.test_shielded import CSE, WORDS, Speak
from tests.web.desk_people import Sends, fills, look, mina, sends  # noqa: F401 - fixtures
from tests.web.walking import walk

SAID = "This child is shielded"
LISTS_COUNCILS = re.compile(r"/law/|/missing/report/child|/look-up$")
"""Pages on which one of all councils can be chosen."""


@pytest.fixture
def told(sends: Sends, database: Database, cast: Cast) -> Any:  # noqa: F811
    """Leeds has placed Rowan in Willow House and told the force; it answers the telephone."""
    telephone(database, cast.ids["leeds"], LEEDS_AT_NIGHT)
    return sends("leeds", emergency_start(**HOME, markers=[CSE]))


@pytest.fixture
def shielded(told: Any, database: Database, cast: Cast) -> Any:
    with database.write() as session:
        shields.shield(session, cast.actors["leeds"], told.placement, **SHIELD, now=NOW)
    return told


def test_the_placement_is_whom_to_ring_now(mina: Tab, shielded: Any) -> None:  # noqa: F811
    said = look(mina, f"/placements/{shielded.placement}")
    assert SAID in said
    assert LEEDS_AT_NIGHT in said
    assert "Leeds City Council" in said
    assert "the shield can be broken there" in said


def test_the_notice_is_whom_to_ring_now_and_can_be_acknowledged(mina: Tab, shielded: Any) -> None:  # noqa: F811
    page = f"/inbox/{shielded.notice}"
    said = look(mina, page)
    assert SAID in said
    assert LEEDS_AT_NIGHT in said
    assert fills(mina, page, f"{page}/acknowledgement", by="Mina Test").status_code == 303
    assert "You have acknowledged this notice" in look(mina, f"{page}?acknowledged=1")


def test_the_markers_say_whom_to_ask(mina: Tab, shielded: Any) -> None:  # noqa: F811
    answer = mina.get(f"/placements/{shielded.placement}/markers", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "shielded: ring the council" in answer.text


def test_reporting_a_shielded_child_missing_names_nobody(mina: Tab, shielded: Any) -> None:  # noqa: F811
    for path in ("", "/check?ago=15"):
        page = mina.get(f"/missing/report/{shielded.placement}{path}")
        assert page.status_code == 200
        assert [word for word in WORDS if word in page.text] == []


@pytest.fixture
def beginnings(told: Any, client_for: Speak) -> list[str]:
    """Where a coordinator begins; the child has been reported missing together with nobody."""
    home: FlaskClient = client_for("willow_house")
    gone = {"placement": told.placement, "missing_from_at": NOW.isoformat(), "by": "P. Invented"}
    episode = home.post("/api/v1/missing-episodes", json=gone).json["episode"]
    own = [f"/inbox/{told.notice}", f"/placements/{told.placement}", f"/missing/{episode}"]
    return ["/", "/today", "/inbox", "/owed", "/missing", "/missing/patterns", *own]


def test_no_page_that_a_force_comes_to_says_who_or_where_a_shielded_child_is(
    app: Flask,
    database: Database,
    cast: Cast,
    mina: Tab,  # noqa: F811
    told: Any,
    client_for: Speak,
    beginnings: list[str],
) -> None:
    open_to_it = {page.endpoint for page in walk(app, database, mina, beginnings) if words_in(page.text)}
    assert len(open_to_it) >= 4, "of a child who is not shielded these pages speak: or this test could not fail"
    with database.write() as session:
        shields.shield(session, cast.actors["leeds"], told.placement, **SHIELD, now=NOW)
    found = {"located_at": NOW.isoformat(), "by": "P. Invented"}
    episode = beginnings[-1].rsplit("/", 1)[1]
    assert (
        client_for("willow_house").post(f"/api/v1/missing-episodes/{episode}/location", json=found).status_code == 201
    )
    pages = list(walk(app, database, mina, beginnings))
    assert {page.path for page in pages} >= set(beginnings)
    spoken = [(page.path, words_in(page.text)) for page in pages if not LISTS_COUNCILS.match(page.path)]
    assert [each for each in spoken if each[1]] == []


def words_in(text: str) -> list[str]:
    return [word for word in WORDS if word in text]
