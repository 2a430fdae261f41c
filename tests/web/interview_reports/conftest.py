"""A report that Beacon sent to Leeds just now, and people at their browsers."""

from datetime import datetime, timedelta

import pytest

from hub.spotpurchase.interviews import service as interviews
from tests.spotpurchase.reporting import BY, Reporting, reporting
from tests.web.providing.conftest import asked, at, books, desk, interviewing, now, placement, watch

__all__ = ["asked", "at", "books", "desk", "interviewing", "now", "placement", "reporting", "watch"]


@pytest.fixture
def sent(reporting: Reporting, asked: str, now: datetime) -> str:
    """The reference of the report: two recommendations, one of them to Kent; one referral; something for the police."""
    own = reporting.interviewing
    ref = own.buys(asked, now=now - timedelta(minutes=100))
    held = {"held_at": now - timedelta(minutes=90), "minutes": 60, "mode": "in_person", "by": BY}
    own.does("beacon", interviews.hold_unbooked, ref, now=now, **held)
    return reporting.sends(ref, now=now)
