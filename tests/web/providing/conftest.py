"""Whoever holds interviews, at their browsers; and an interview that Leeds asks for, as things stand today."""

from datetime import datetime, timedelta

import pytest

from hub.core.clock import utc_now
from tests.spotpurchase.interviewing import Books, Desk, Interviewing, books, desk, interviewing, placement, watch
from tests.web.interviews.desk import at

__all__ = ["Books", "Desk", "at", "books", "desk", "interviewing", "placement", "watch"]


@pytest.fixture
def now() -> datetime:
    """This moment."""
    return utc_now()


@pytest.fixture
def asked(interviewing: Interviewing, placement: str, now: datetime) -> str:
    """The request: the child came back two hours ago, and Beacon is asked as well as the host's own team."""
    episode = interviewing.comes_back(placement, now - timedelta(hours=2), now=now)
    return interviewing.asks_for(episode, now=now)


@pytest.fixture
def held(interviewing: Interviewing, asked: str, now: datetime) -> str:
    """The request, for which Beacon was commissioned."""
    return interviewing.buys(asked, now=now)
