"""The pages of missing children, laid on one blueprint by the modules that make them."""

from hub.web.missing import acts, board, describing, episode, grading, matches, patterns, reporting, thresholds
from hub.web.missing.blueprint import blp

__all__ = ["acts", "blp", "board", "describing", "episode", "grading", "matches", "patterns", "reporting", "thresholds"]
