"""Every page of writing, under one blueprint."""

from hub.web.writing import attached, beginning, drafting, listing, seen, sending  # noqa: F401 - they add their pages
from hub.web.writing.blueprint import blp

__all__ = ["blp"]
