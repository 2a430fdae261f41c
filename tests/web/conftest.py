"""People at their browsers, in a hub in which something goes on."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access.models import Person
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, tab_of
from tests.conftest import NOW
from tests.registry.papers import ADMISSION, BRADFORD_CENTRE, START


@pytest.fixture
def busy(client_for: Callable[[str], FlaskClient]) -> None:
    """Notices from a council and from a home, a draft, and an answer."""
    leeds, kent, home = client_for("leeds"), client_for("kent"), client_for("willow_house")
    first = leeds.post("/api/v1/notices", json=START)
    assert first.status_code == 201, first.get_json()
    away = START | {"address": BRADFORD_CENTRE, "child": START["child"] | {"given_names": "Robin"}}
    assert leeds.post("/api/v1/notices", json=away).status_code == 201
    admitted = home.post("/api/v1/notices", json=ADMISSION)
    assert admitted.status_code == 201
    gone = {"placement": admitted.get_json()["placement"], "missing_from_at": NOW.isoformat(), "by": "P. Fictitious"}
    assert home.post("/api/v1/missing-episodes", json=gone).status_code == 201
    assert leeds.post("/api/v1/drafts", json={"kind": "placement_start", "child": START["child"]}).status_code == 201
    ref = first.get_json()["notice"]
    kent.post(f"/api/v1/notices/{ref}/acknowledgement", json={"by": "T. Fictitious, duty desk"})


@pytest.fixture
def tab_for(app: Flask, database: Database, cast: Cast) -> Callable[[str], Tab]:
    """One of the cast, signed in."""

    def sit_down(name: str) -> Tab:
        with database.read() as session:
            person = session.scalars(select(Person).where(Person.ref == cast.people[name].ref)).one()
            session.expunge_all()
        return tab_of(app, database, person)

    return sit_down


@pytest.fixture(scope="module")
def within_a_request(assembled_app: Flask) -> Iterator[None]:
    """Sentences are given their words, and links their addresses, as while a page is made."""
    with assembled_app.test_request_context():
        yield
