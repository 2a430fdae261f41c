"""One durable commit for several units of work: the writers of one SQLite file queue, and who waits joins the transaction.

SQLite has one writer at a time, and to put a commit on the disk costs half as much as the work before it: a notice changes over a
hundred pages, most of which the next notice changes again. So the threads of a process that wait for each other share a commit.
Each unit of work has a savepoint of its own; the last in the line commits for all, and none of them goes on before that. What
fails alone is undone alone; where the commit fails, it has failed for each of them.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

MOST_TOGETHER: Final = 16
"""Units of work in one commit: so many the first of them may have to wait for."""


class NotStored(RuntimeError):
    """The commit that several units of work shared has failed; this is one of them, and the fault was another's to report."""


class WriteGate:
    """One writer at a time among all processes of one SQLite file; the kernel frees it when a process dies.

    Who waits holds the place of the next, so that a process which has just written does not go before it again.
    """

    def __init__(self, path: Path) -> None:
        self._paths = path.with_name(f"{path.name}.writer"), path.with_name(f"{path.name}.next-writer")
        self._files: list[int] = []

    def enter(self) -> None:
        """Wait until no other process writes."""
        self._files = self._files or [
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths
        ]
        writer, following = self._files
        fcntl.flock(following, fcntl.LOCK_EX)
        fcntl.flock(writer, fcntl.LOCK_EX)
        fcntl.flock(following, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let another process write."""
        fcntl.flock(self._files[0], fcntl.LOCK_UN)


@dataclass
class _Batch:
    """The units of work of one transaction."""

    connection: Connection
    members: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    is_stored: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether SQLite has given the transaction up, as it does when the disk is full."""
        if self.connection.invalidated:
            return True
        return not self.connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]


class SharedCommits:
    """The line in which the threads of a process wait to write to one SQLite file."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._gate = engine, WriteGate(path)
        self._mutex = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._is_taken = False
        self._batch: _Batch | None = None
        self._connection: Connection | None = None
        """Kept from one transaction to the next: its cache holds the pages that every notice changes."""

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """A connection within a transaction that is committed when the block has ended, or undone to its own savepoint.

        The block sets the savepoint. Raises :class:`NotStored` where another's commit was this one's too, and failed.
        """
        self._wait_in_line()
        try:
            batch = self._batch or self._begun()
        except BaseException:
            self._call_next()
            raise
        try:
            yield batch.connection
        finally:
            self._leave(batch)
        batch.ended.wait()
        if not batch.is_stored:
            raise NotStored("Nothing of it was stored: the commit that it shared with others has failed.")

    def close(self) -> None:
        """Let the connection go; the next unit of work opens another."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _wait_in_line(self) -> None:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Event()
            self._line.append(turn)
        turn.wait()

    def _begun(self) -> _Batch:
        self._gate.enter()
        try:
            self._connection = self._connection or self._engine.connect()
            self._connection.begin()
        except BaseException:
            self._gate.leave()
            raise
        self._batch = _Batch(self._connection)
        return self._batch

    def _leave(self, batch: _Batch) -> None:
        """Let the next in line go on in the same transaction, or end it: nobody waits, enough have joined, or it is lost."""
        batch.members += 1
        try:
            if not self._line or batch.members >= MOST_TOGETHER or batch.is_lost:
                self._end(batch)
        finally:
            self._call_next()

    def _end(self, batch: _Batch) -> None:
        self._batch = None
        try:
            batch.connection.commit()
            batch.is_stored = True
        finally:
            if not batch.is_stored:
                self.close()  # whatever it had begun is undone
            self._gate.leave()
            batch.ended.set()

    def _call_next(self) -> None:
        with self._mutex:
            if self._line:
                self._line.popleft().set()
            else:
                self._is_taken = False
