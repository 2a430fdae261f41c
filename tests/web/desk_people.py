"""People at the desks that the tests of the desk's pages look at, and notices that come to them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import Tab, joined, tab_of
from tests.conftest import NOW
from tests.web.reading import hidden_in, words_of

Sends = Callable[..., Any]


@pytest.fixture
def sends(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Sends:
    """``sends("leeds", paper)`` registers a notice; its receipt."""

    def register(member: str, paper: Mapping[str, Any]) -> Any:
        with database.write() as session:
            content = NoticeIn().load(paper)
            return register_notice(session, cast.actors[member], content, rules=rules, areas=areas, now=NOW)

    return register


@pytest.fixture
def tom(app: Flask, database: Database, cast: Cast) -> Tab:
    """Kent's duty desk."""
    return tab_of(
        app, database, joined(database, cast, "kent", ("duty_desk",), email="tom@kent.example", name="Tom Test")
    )


@pytest.fixture
def priya(app: Flask, database: Database, cast: Cast) -> Tab:
    """A social worker of Leeds."""
    return tab_of(app, database, joined(database, cast, "leeds", email="priya@leeds.example", name="Priya Test"))


@pytest.fixture
def mina(app: Flask, database: Database, cast: Cast) -> Tab:
    """Kent Police's coordinator."""
    roles = ("missing_person_coordinator",)
    return tab_of(
        app, database, joined(database, cast, "kent_police", roles, email="mina@police.example", name="Mina Test")
    )


def look(tab: Tab, address: str) -> str:
    """The words of a page."""
    shown = tab.get(address)
    assert shown.status_code == 200, shown.text
    return words_of(shown)


def fills(tab: Tab, page: str, action: str, **typed: Any) -> Any:
    """Fill in the form of *page* that is sent to *action*, and send it."""
    return tab.send("POST", action, data={**hidden_in(tab.get(page), action), **typed})
