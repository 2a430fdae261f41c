"""Jobs: what is known of children whose interview is still to be held reaches whoever holds it, and who decides.

A child who goes missing again is reported in ``missing``, where a return is corrected too; one who moves is told of by a notice.
Neither knows of interviews. So a job looks for what has changed since an interview was asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase.interviews import meanwhile, queries
from hub.spotpurchase.interviews.restating import restate
from hub.spotpurchase.states import UNDER_WAY

BATCH: Final = 100


def follow_children_once(database: Database, rules: Rulebook, *, now: datetime, limit: int = BATCH) -> int:
    """Note who went missing again, who moved, and who was back at another time; return how much was noted. For the worker."""
    with database.read() as session:
        restated = queries.restated(session, at_most=limit)
        found = {
            "missing_again": queries.missing_again(session, at_most=limit),
            "moved": queries.moved(session, now=now, at_most=limit),
        }
        settled = queries.settled_meanwhile(session, at_most=limit)
    done = sum(_restate(database, number, rules=rules, now=now) for number in restated)
    done += sum(_note_each(database, kind, rows, rules=rules, now=now) for kind, rows in found.items())
    if settled:
        with database.write() as session:
            meanwhile.settle(session, SYSTEM, settled, rules=rules, now=now)
    return done


def _restate(database: Database, request_id: int, *, rules: Rulebook, now: datetime) -> int:
    with database.write() as session:
        return int(restate(session, request_queries.locked(session, request_id), rules=rules, now=now))


def _note_each(database: Database, kind: str, rows: Sequence[Any], *, rules: Rulebook, now: datetime) -> int:
    """Note each of *rows* in a transaction of its own, unless somebody has meanwhile, or it is over; how many were noted."""
    done = 0
    for request_id, number in rows:
        with database.write() as session:
            request = request_queries.locked(session, request_id)
            if request.state in UNDER_WAY and not queries.is_noted(session, request_id, kind, number):
                meanwhile.note(session, SYSTEM, request, kind, number, rules=rules, now=now)
                done += 1
    return done
