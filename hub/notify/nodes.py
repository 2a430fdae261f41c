"""Which worker processes live, and how they fare: each leaves word every few seconds, and takes it back when it ends well.

By the machine's own clock: a rehearsal that runs a day in a minute must not make every worker look dead.
"""

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.clock import machine_now
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.notify import operating_queries as queries
from hub.notify.sweep_queries import record_beat

EVERY_SECONDS: Final = 10
SILENT_SECONDS: Final = 60
"""How long a worker may say nothing before it must be taken to have died."""
FORGOTTEN_SECONDS: Final = 86_400
_JOB: Final = "worker "


@dataclass(frozen=True)
class Node:
    """One worker process. ``failing``: the jobs whose last round failed; ``silent_seconds``: since its last word."""

    name: str
    began_at: datetime
    last_at: datetime
    silent_seconds: float
    failing: tuple[str, ...]

    @property
    def is_alive(self) -> bool:
        """Whether it has spoken lately."""
        return self.silent_seconds <= SILENT_SECONDS


@dataclass(frozen=True)
class Worker:
    """This process: ``ref`` is made anew at each start."""

    ref: str
    began: float


def begin() -> Worker:
    """A worker process begins."""
    return Worker(new_ref("nod"), machine_now())


def beat(database: Database, worker: Worker, *, failing: Iterable[str], now: datetime) -> int:
    """Leave word that *worker* lives, and drop the words of those that have been silent for a day; 0."""
    failed = sorted(failing)
    name = f"{socket.gethostname()} {os.getpid()}"
    details = {"name": name, "began": worker.began, "last": machine_now(), "failing": failed}
    with database.write() as session:
        record_beat(session, _JOB + worker.ref, now=now, is_well=not failed, details=details)
        for row in queries.beats(session, _JOB):
            if machine_now() - row.details["last"] > FORGOTTEN_SECONDS:
                queries.forget_beat(session, row.job)
    return 0


def end(database: Database, worker: Worker) -> None:
    """*worker* ends as it should: it is not missed."""
    with database.write() as session:
        queries.forget_beat(session, _JOB + worker.ref)


def nodes(session: Session) -> Sequence[Node]:
    """The workers that spoke within the last day, those that live first."""
    found = [
        Node(
            name=row.details["name"],
            began_at=datetime.fromtimestamp(row.details["began"], UTC),
            last_at=datetime.fromtimestamp(row.details["last"], UTC),
            silent_seconds=max(0.0, machine_now() - row.details["last"]),
            failing=tuple(row.details["failing"]),
        )
        for row in queries.beats(session, _JOB)
    ]
    return sorted(found, key=lambda node: (not node.is_alive, node.name))
