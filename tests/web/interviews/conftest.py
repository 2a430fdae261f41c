"""People of the cast's organisations at their browsers, and the market behind the pages."""

from tests.registry.conftest import books, desk
from tests.spotpurchase.conftest import broker
from tests.web.interviews.desk import at

__all__ = ["at", "books", "broker", "desk"]
