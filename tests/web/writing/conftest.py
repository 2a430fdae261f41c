"""Those who write notices, each at a browser."""

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of


@pytest.fixture
def priya(app: Flask, database: Database, cast: Cast) -> Tab:
    """A social worker of Leeds."""
    return tab_of(app, database, joined(database, cast))


@pytest.fixture
def colleague(app: Flask, database: Database, cast: Cast) -> Tab:
    """Another social worker of Leeds."""
    return tab_of(app, database, joined(database, cast, email="sam.fictitious@mail.example", name="Sam Fictitious"))


@pytest.fixture
def director(app: Flask, database: Database, cast: Cast) -> Tab:
    """The Director of Children's Services of Leeds."""
    person = joined(database, cast, roles=("dcs",), email="dee.fictitious@mail.example", name="Dee Fictitious")
    return tab_of(app, database, person)
