"""The pages of whoever holds interviews, laid on one blueprint by the modules that make them."""

from hub.web.providing import acts, asks, entry, inbox, interviews, rate_cards, report
from hub.web.providing.blueprint import blp

__all__ = ["acts", "asks", "blp", "entry", "inbox", "interviews", "rate_cards", "report"]
