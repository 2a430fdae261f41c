"""The pages of a council's return home interviews, laid on one blueprint by the modules that make them."""

from hub.web.interviews import agreements, directory
from hub.web.interviews.blueprint import blp

__all__ = ["agreements", "blp", "directory"]
