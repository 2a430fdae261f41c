"""Many notices at once, one message: letters that a single act queued for one mailbox wait for each other some minutes.

Whoever registers five thousand notices from a spreadsheet would otherwise send their host five thousand e-mails. They are held as
a digest is, though the mailbox takes none; what stands in an inbox, or goes to a system, is there at once as always.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.core.db import EPOCH
from hub.notify import gathering_queries as queries


def gather_letters(
    session: Session,
    subject_refs: Collection[str],
    *,
    every: timedelta,
    urgent_every: timedelta | None,
    now: datetime,
) -> int:
    """Let the letters queued about *subject_refs* by this transaction wait for others to the same mailbox; return how many.

    They go out together at the next multiple of *every*; urgent ones at that of *urgent_every*, or, where it is ``None``, each
    by itself at once. What already waits longer (a closed desk, a daily list) keeps its time.
    """
    held = queries.hold_together(session, subject_refs, is_urgent=False, until=next_multiple(now, every))
    if urgent_every is not None:
        held += queries.hold_together(session, subject_refs, is_urgent=True, until=next_multiple(now, urgent_every))
    return held


def next_multiple(now: datetime, every: timedelta) -> datetime:
    """The next instant, after *now*, that is a whole number of *every* since 1970."""
    return EPOCH + ((now - EPOCH) // every + 1) * every
