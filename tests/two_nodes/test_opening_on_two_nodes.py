"""Two processes learn of one case in one instant: each duty of it comes to be owed once."""

import multiprocessing
from collections import Counter

from sqlalchemy import select

from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.secrets import KeyRing, MasterKey
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import load_rulebook
from hub.notify.models import Obligation
from hub.notify.obligations import open_obligations
from tests.notify.owing import NOW, Owing, notice_owed, register_owed, settle_in

CASES = 40
KEY = MasterKey("testkey1", b"k" * 32)


def node(
    url: str, owing: Owing, together: "multiprocessing.synchronize.Barrier", opened: "multiprocessing.Queue[int]"
) -> None:
    """One process: opens what is owed in each case at the same instant as the other."""
    database, rules = Database(url, KeyRing([KEY])), load_rulebook(REPOSITORY / "config")
    count = 0
    for number in range(CASES):
        case = f"pla_{number:026}"
        wanted = [notice_owed(owing, subject_ref=case), register_owed(owing, subject_ref=case)]
        together.wait(timeout=60)
        with database.write() as session:
            count += len(open_obligations(session, SYSTEM, wanted, rules=rules, now=NOW))
    opened.put(count)
    database.close()


def test_what_two_processes_open_at_once_is_owed_once(database: Database) -> None:
    with database.write() as session:
        owing = settle_in(session)
    url = database.url.render_as_string(hide_password=False)
    database.close()  # connections do not survive into other processes
    fresh = multiprocessing.get_context("spawn")
    together, opened = fresh.Barrier(2), fresh.Queue()
    nodes = [fresh.Process(target=node, args=(url, owing, together, opened)) for _ in range(2)]
    for process in nodes:
        process.start()
    for process in nodes:
        process.join(timeout=120)
    assert [process.exitcode for process in nodes] == [0, 0]
    with database.read() as session:
        owed = Counter(session.execute(select(Obligation.subject_ref, Obligation.duty_code)).all())
    assert len(owed) == 2 * CASES
    assert set(owed.values()) == {1}
    assert opened.get() + opened.get() == 2 * CASES, "each process is told of those that it opened, and of no others"
