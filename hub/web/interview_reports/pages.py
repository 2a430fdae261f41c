"""The pages of reports and of what was given of them, laid on one blueprint by the modules that make them."""

from hub.web.interview_reports import extracts, listing, one, points, sharing
from hub.web.interview_reports.blueprint import blp

__all__ = ["blp", "extracts", "listing", "one", "points", "sharing"]
