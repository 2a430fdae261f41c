"""The pages of a council's return home interviews, laid on one blueprint by the modules that make them."""

from hub.web.interviews import acts, agreeing, agreements, board, child_offers, deciding, directory, one, requesting
from hub.web.interviews.blueprint import blp

__all__ = [
    "acts",
    "agreeing",
    "agreements",
    "blp",
    "board",
    "child_offers",
    "deciding",
    "directory",
    "one",
    "requesting",
]
