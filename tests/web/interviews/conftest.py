"""People of the cast's organisations at their browsers, and the market behind the pages."""

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of
from tests.registry.conftest import books, desk
from tests.spotpurchase.conftest import broker

__all__ = ["books", "broker", "desk"]


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("leeds", "team_manager")``: a tab in which somebody there is signed in."""

    @cache
    def sit(member: str, role: str = "social_worker") -> Tab:
        person = joined(database, cast, member, (role,), email=f"pat-{role}@{member}.example".replace("_", "-"))
        return tab_of(app, database, person, now=utc_now())

    return sit
