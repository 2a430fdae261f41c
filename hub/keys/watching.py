"""A key file that ceases to be readable while the hub runs: every process goes on with the keys it has, and it is put on record.

A process that starts with such a file has no key to write an entry with: it does not start, and says why.
"""

from datetime import datetime

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Database


def note_unreadable_once(database: Database, *, now: datetime) -> int:
    """Record that the key file cannot be read any more, once until it can be read again; how many entries that were."""
    if not database.keys.has_failed():
        return 0
    with database.write() as session:
        audit.record(session, SYSTEM, Event.KEY_FILE_UNREADABLE, database.keys.newest_id, now=now)
    return 1
