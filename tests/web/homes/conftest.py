"""Somebody signed in at every organisation, and notices of any of them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.receipts import Receipt
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import Tab, joined, tab_of
from tests.conftest import NOW


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("willow_house")``: a tab in which a manager there is signed in."""
    roles = {
        "harbour": "registered_manager",
        "lantern_lodge": "shift_staff",
        "kent": "duty_desk",
        "leeds": "social_worker",
    }

    def sit(member: str) -> Tab:
        person = joined(
            database, cast, member, (roles.get(member, "registered_manager"),), email=f"pat@{member}.example"
        )
        return tab_of(app, database, person)

    return sit


@pytest.fixture
def sends(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> Callable[..., Receipt]:
    def register(member: str, paper: Mapping[str, Any]) -> Receipt:
        with database.write() as session:
            return register_notice(
                session, cast.actors[member], NoticeIn().load(paper), rules=rules, areas=areas, now=NOW
            )

    return register
