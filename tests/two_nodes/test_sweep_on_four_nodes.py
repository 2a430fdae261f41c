"""Four worker processes on one database: each due step is taken once, and none is missed."""

import json
import multiprocessing
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from hub.core.db import Database
from hub.core.secrets import KeyRing, MasterKey
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.models import Alert, Escalation, Obligation
from hub.notify.sweep import sweep_once
from tests.notify.owing import NOW, notice_owed, opened, settle_in

NODES, DUE = 4, 400
KEY = MasterKey("testkey1", b"k" * 32)


def node(url: str, start: "multiprocessing.synchronize.Barrier", report: Path) -> None:
    """One worker: waits for the others, then sweeps until nothing is due."""
    database, rules = Database(url, KeyRing([KEY])), load_rulebook(REPOSITORY / "config")
    start.wait(timeout=60)
    taken = 0
    while done := sweep_once(database, rules, now=NOW, limit=10):
        taken += done
    report.write_text(json.dumps(taken))
    database.close()


def test_four_nodes_take_each_due_step_once(database: Database, rules: Rulebook, tmp_path: Path) -> None:
    with database.write() as session:
        owing = settle_in(session)
    opened(database, rules, *(notice_owed(owing, due_at=NOW) for _ in range(DUE)))
    url = database.url.render_as_string(hide_password=False)
    database.close()  # connections do not survive into other processes
    taken = swept_by_nodes(url, tmp_path)
    with database.read() as session:
        steps = Counter(session.execute(select(Escalation.obligation_id, Escalation.cycle, Escalation.rung)).all())
        told = Counter(session.scalars(select(Alert.obligation_id)))
        faults = session.scalar(select(func.sum(Obligation.faults)))
    assert len(steps) == DUE
    assert set(steps.values()) == {1}
    assert set(told.values()) == {2}, "the social worker and the team manager, once each"
    assert (sum(taken), faults) == (DUE, 0)


def swept_by_nodes(url: str, folder: Path) -> list[int]:
    """Run the nodes to the end; how many steps each took."""
    fresh = multiprocessing.get_context("spawn")
    start = fresh.Barrier(NODES)
    reports = [folder / f"node-{number}.json" for number in range(NODES)]
    nodes = [fresh.Process(target=node, args=(url, start, report)) for report in reports]
    for process in nodes:
        process.start()
    for process in nodes:
        process.join(timeout=120)
    assert [process.exitcode for process in nodes] == [0] * NODES
    return [json.loads(report.read_text()) for report in reports]
