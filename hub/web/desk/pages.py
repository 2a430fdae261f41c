"""Every page of the desk: one blueprint, laid in modules by what a desk does."""

from hub.web.desk import inbox, matches, not_ours, notice, passing_on, questions
from hub.web.desk.blueprint import blp

__all__ = ["blp", "inbox", "matches", "not_ours", "notice", "passing_on", "questions"]
