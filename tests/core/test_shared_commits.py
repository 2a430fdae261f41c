"""Writers who wait share a commit: each is stored or undone by itself, and none goes on before it is on the disk."""

import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError

from hub.core.db import Database
from hub.core.secrets import KeyRing
from hub.core.shared_commits import MOST_TOGETHER, NotStored
from tests.conftest import KEY

ADD = text("INSERT INTO said (word) VALUES (:word)")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """A database file with two tables; the second needs what the first has, and asks so at the commit."""
    database = Database(f"sqlite:///{tmp_path / 'file.sqlite3'}", KeyRing([KEY]))
    with database.write() as session:
        session.execute(text("CREATE TABLE said (word TEXT PRIMARY KEY)"))
        session.execute(text("CREATE TABLE echo (word TEXT REFERENCES said DEFERRABLE INITIALLY DEFERRED)"))
    yield database
    database.close()


class Commits:
    """How many commits the database has seen."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine, "commit", self._seen)

    def _seen(self, _connection: Any) -> None:
        self.count += 1


def words(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT word FROM said ORDER BY word")))


def say(database: Database, word: str) -> str:
    with database.write() as session:
        session.execute(ADD, {"word": word})
    assert word in words(database), "nobody goes on before it is stored"
    return word


def together(database: Database, acts: list[Callable[[], Any]]) -> list["Future[Any]"]:
    """Do all *acts* in one transaction: the first holds the line until the others wait in it, in their order."""
    waiting = database._commits._line  # type: ignore[union-attr]
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write():
            begun.set()
            go.wait(10)

    with ThreadPoolExecutor(len(acts) + 1) as pool:
        first = pool.submit(hold)
        begun.wait(10)
        futures = []
        for act in acts:
            before = len(waiting)
            futures.append(pool.submit(act))
            while len(waiting) == before:
                time.sleep(0.001)
        go.set()
    return [first, *futures]


def test_who_waits_shares_a_commit(file: Database) -> None:
    commits = Commits(file)
    for future in together(file, [lambda word=word: say(file, word) for word in "abcde"]):  # type: ignore[misc]
        future.result()
    assert words(file) == list("abcde")
    assert commits.count == 1


def test_so_many_share_one_and_no_more(file: Database) -> None:
    commits = Commits(file)
    acts = [lambda number=number: say(file, f"w{number:02}") for number in range(MOST_TOGETHER + 3)]  # type: ignore[misc]
    for future in together(file, acts):
        future.result()
    assert len(words(file)) == len(acts)
    assert commits.count == 2


def test_what_fails_is_undone_alone(file: Database) -> None:
    def fail() -> None:
        with file.write() as session:
            session.execute(ADD, {"word": "undone"})
            raise ArithmeticError

    _, before, failed, after = together(file, [lambda: say(file, "before"), fail, lambda: say(file, "after")])
    assert (before.result(), after.result()) == ("before", "after")
    assert isinstance(failed.exception(), ArithmeticError)
    assert words(file) == ["after", "before"]


def test_a_commit_that_fails_has_failed_for_each_of_them(file: Database) -> None:
    def orphan() -> None:
        with file.write() as session:
            session.execute(text("INSERT INTO echo (word) VALUES ('nowhere')"))

    futures = together(file, [lambda: say(file, "a"), orphan])
    assert [type(future.exception()) for future in futures[:2]] == [NotStored, NotStored]
    assert isinstance(futures[2].exception(), DatabaseError)
    assert words(file) == []
    assert say(file, "again") == "again"


def test_a_transaction_that_the_full_disk_has_ended_stores_nothing_of_anybody(file: Database) -> None:
    def fill() -> None:
        with file.write() as session:
            session.execute(text("PRAGMA max_page_count = 1"))
            session.execute(ADD, {"word": "x" * 100_000})

    futures = together(file, [lambda: say(file, "a"), fill, lambda: say(file, "b")])
    assert isinstance(futures[2].exception(), DatabaseError)
    stored = [future.result() for future in (futures[1], futures[3]) if future.exception() is None]
    assert words(file) == sorted(stored), "who was told that it is stored finds it stored"


def _write(url: str, name: str, both: Any) -> None:
    database = Database(url, KeyRing([KEY]))
    both.wait(60)
    for number in range(100):
        with database.write() as session:
            session.execute(ADD, {"word": f"{name}{number}"})
            time.sleep(0.002)  # the other comes to the gate meanwhile, on a busy machine too
    database.close()


def test_a_process_that_has_just_written_lets_another_go_first(file: Database) -> None:
    """Two processes that both always have something to write take turns."""
    context, url = multiprocessing.get_context("spawn"), str(file.url)
    both = context.Barrier(2)
    writers = [context.Process(target=_write, args=(url, name, both)) for name in "ab"]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    order = [word[0] for word in words_in_order(file)]
    assert sum(one != other for one, other in itertools.pairwise(order)) > 50


def words_in_order(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT word FROM said ORDER BY rowid")))
