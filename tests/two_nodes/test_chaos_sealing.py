"""Several nodes write and seal the record at once: every entry is in one batch, and the chain is whole."""

import threading

from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.verify import verify
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.jobs import seal_audit_once

NODES, TIMES = 4, 25


def _write_and_seal(database: Database) -> None:
    for _ in range(TIMES):
        with database.write() as session:
            audit.record(session, SYSTEM, Event.CLOCK_MOVED, "hub", now=utc_now())
        seal_audit_once(database)


def test_nodes_that_seal_at_the_same_time_seal_each_entry_once(database: Database) -> None:
    nodes = [Database(database.url.render_as_string(hide_password=False), database.keys) for _ in range(NODES)]
    threads = [threading.Thread(target=_write_and_seal, args=[node]) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for node in nodes:
        node.close()
    with database.read() as session:
        verdict = verify(session)
    assert verdict.fault is None
    assert verdict.entries == NODES * TIMES
