"""Somebody signed in at every organisation, and a child of Leeds who lives in Willow House, in Kent."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from tests.access.signing_in import Tab, joined, tab_of
from tests.registry.papers import HOME, start

ROLES = {
    "willow_house": "shift_staff",
    "leeds": "social_worker",
    "kent": "duty_desk",
    "kent_police": "missing_person_coordinator",
    "west_yorkshire_police": "missing_person_coordinator",
    "harbour": "supervising_social_worker",
    "cornwall": "duty_desk",
}


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("willow_house")``: a tab in which somebody there is signed in."""

    @cache
    def sit(member: str, role: str = "") -> Tab:
        email = f"pat{len(role)}@{member}.example".replace("_", "-")
        person = joined(database, cast, member, (role or ROLES[member],), email=email)
        return tab_of(app, database, person, now=utc_now())

    return sit


@pytest.fixture
def placement(database: Database, cast: Cast, rules: Rulebook, areas: Areas) -> str:
    """A child of Leeds in Willow House, in Kent, for a month."""
    now = utc_now()
    paper = start(**HOME, starts_at=(now - timedelta(days=30)).isoformat())
    with database.write() as session:
        receipt = register_notice(
            session, cast.actors["leeds"], NoticeIn().load(paper), rules=rules, areas=areas, now=now
        )
    return receipt.placement
