"""A browser for anybody of the cast."""

import pytest
from flask import Flask

from hub.access.sign_in import factor_queries
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, tab_of
from tests.web.casework.owing import Seat


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Seat:
    """``at("priya")``: a browser in which somebody of the cast is signed in."""

    def sit_down(name: str) -> Tab:
        with database.read() as session:
            person = factor_queries.person_by_ref(session, cast.people[name].ref)
            session.expunge_all()
        assert person is not None
        return tab_of(app, database, person)

    return sit_down
