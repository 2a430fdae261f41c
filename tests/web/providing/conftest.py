"""Whoever holds interviews, at their browsers; and an interview that Leeds asks for, as things stand today."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import pytest
from flask import Flask

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, tab_of
from tests.spotpurchase.interviewing import Books, Desk, Interviewing, books, desk, interviewing, placement, watch

__all__ = ["Books", "Desk", "books", "desk", "interviewing", "placement", "watch"]


@pytest.fixture
def now() -> datetime:
    """This moment."""
    return utc_now()


@pytest.fixture
def at(app: Flask, database: Database, cast: Cast) -> Callable[..., Tab]:
    """``at("beacon", "coordinator")``: a tab in which somebody there is signed in."""

    @cache
    def sit(member: str, role: str = "coordinator") -> Tab:
        person = joined(database, cast, member, (role,), email=f"pat-{role}@{member}.example".replace("_", "-"))
        return tab_of(app, database, person, now=utc_now())

    return sit


@pytest.fixture
def asked(interviewing: Interviewing, placement: str, now: datetime) -> str:
    """The request: the child came back two hours ago, and Beacon is asked as well as the host's own team."""
    episode = interviewing.comes_back(placement, now - timedelta(hours=2), now=now)
    return interviewing.asks_for(episode, now=now)


@pytest.fixture
def held(interviewing: Interviewing, asked: str, now: datetime) -> str:
    """The request, for which Beacon was commissioned."""
    return interviewing.buys(asked, now=now)
