"""The market of interviews: who asks, who offers, who decides."""

from collections.abc import Callable

import pytest

from hub.duties.rulebook import Rulebook
from tests.registry.conftest import Books, Desk, books, desk
from tests.spotpurchase.seeking import Broker

__all__ = ["Books", "books", "desk"]


@pytest.fixture
def broker(desk: Callable[[str], Desk], books: Books, rules: Rulebook) -> Broker:
    return Broker(desk, books, rules)
