"""The pages of whoever holds interviews, laid on one blueprint by the modules that make them."""

from hub.web.providing import entry, rate_cards
from hub.web.providing.blueprint import blp

__all__ = ["blp", "entry", "rate_cards"]
