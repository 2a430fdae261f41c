"""Whose markers are these? Each page of them says it, to whoever may read them, and on record."""

from typing import Any

import pytest
from sqlalchemy import text

from hub.core.db import Database
from tests.access.signing_in import Tab, recorded
from tests.registry.marking import CSE
from tests.registry.papers import HOME, emergency_start
from tests.web.desk_people import Sends, look, mina, priya, sends, tom  # noqa: F401 - fixtures
from tests.web.reading import title_of

NAME = "Rowan Fictitious"


@pytest.fixture
def placed(sends: Sends) -> Any:  # noqa: F811
    """Leeds has placed Rowan in Willow House, and warned of something."""
    return sends("leeds", emergency_start(**HOME, markers=[CSE]))


@pytest.fixture
def marker(placed: Any, database: Database) -> str:
    with database.read() as session:
        return str(session.execute(text("SELECT marker_ref FROM marker")).scalar_one())


@pytest.mark.parametrize("page", ["/placements/{placement}/markers", "/placements/{placement}/markers/new"])
def test_the_markers_of_a_child_say_whose_they_are(
    priya: Tab,  # noqa: F811
    database: Database,
    placed: Any,
    page: str,
) -> None:
    address = page.format(placement=placed.placement)
    assert NAME in look(priya, address)
    assert "Fictitious" not in title_of(priya.get(address))
    read = recorded(database, "marker.read")
    assert {entry.subject_ref for entry in read} == {placed.placement}
    assert len(read) == 2


@pytest.mark.parametrize("act", ["change", "review", "end"])
def test_so_does_each_form_about_one_of_them(priya: Tab, placed: Any, marker: str, act: str) -> None:  # noqa: F811
    assert f"{NAME}: Child sexual exploitation" in look(priya, f"/markers/{marker}/{act}")


def test_the_host_and_the_force_read_whose_they_are_too(tom: Tab, mina: Tab, placed: Any) -> None:  # noqa: F811
    for tab in (tom, mina):
        assert NAME in look(tab, f"/placements/{placed.placement}/markers")
