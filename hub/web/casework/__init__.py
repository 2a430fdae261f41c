"""Pages of those who answer for placements: what waits today, what is due, approvals, one child's whole timeline, teams."""

from types import SimpleNamespace
from typing import Final

from hub.web.casework import approving, owed, owed_one, placements, teams, today

PAGES: Final = (
    today,
    owed,
    owed_one,
    approving,
    SimpleNamespace(blp=approving.asking),
    placements,
    teams,
)
"""What the application registers: each has a ``blp``."""
