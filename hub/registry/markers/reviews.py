"""Reminding whoever said something of a child to look at it again, on the day they named: for the worker.

An alert, and no obligation: no law asks for it, and what nobody looked at again still warns.
"""

from datetime import datetime, timedelta

from hub.core.clock import london_date
from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry.filing import DESK
from hub.registry.markers import queries
from hub.registry.markers.acts import REVIEW_DUE


def remind_once(database: Database, rules: Rulebook, *, now: datetime, limit: int = 100) -> int:
    """Remind the authors of up to *limit* markers whose day of review has come; return how many were reminded.

    Each again after the days of the policy, until it is reviewed, changed or ended, or the placement is over. Safe in any
    number of processes: each marks what it reminds of first.
    """
    again = now - timedelta(days=rules.policy.markers.remind_days)
    with database.read() as session:
        due = queries.due_for_review(session, on=london_date(now), reminded_before=again, at_most=limit)
    for row in due:
        with database.write() as session:
            if queries.mark_reminded(session, row, now=now):
                details = {"placement": row.placement_ref, "due_on": row.review_on}
                wanted = Wanted(REVIEW_DUE, row.author_id, DESK, row.marker_ref, details=details)
                raise_alerts(session, [wanted], rules=rules, now=now)
    return len(due)
