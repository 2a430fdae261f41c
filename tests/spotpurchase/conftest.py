"""The market of interviews: who asks, who offers, who decides; an interview that was bought, and the report of one."""

from collections.abc import Callable

import pytest

from hub.duties.rulebook import Rulebook
from tests.missing.conftest import placement, watch
from tests.registry.conftest import Books, Desk, books, desk
from tests.spotpurchase.brokering import begins
from tests.spotpurchase.interviewing import bought, episode, interviewing, sought
from tests.spotpurchase.reporting import held, reporting, sent
from tests.spotpurchase.seeking import Broker

__all__ = [
    "Books",
    "begins",
    "books",
    "bought",
    "desk",
    "episode",
    "held",
    "interviewing",
    "placement",
    "reporting",
    "sent",
    "sought",
    "watch",
]


@pytest.fixture
def broker(desk: Callable[[str], Desk], books: Books, rules: Rulebook) -> Broker:
    return Broker(desk, books, rules)
