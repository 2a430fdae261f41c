"""Putting everything under the key that seals now, while the hub runs.

A few rows a transaction: read and kept from other writers, sealed anew, written if they still are what was read. A row that
somebody else holds is passed over and met again in the next pass. What is left to do stands in the rows themselves, so a
rotation that was killed goes on where it was, and two at once do no harm.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.rotation_queries import add_done, begin_part, end_part, more_to_do, progress_of
from hub.keys.parts import Part, Step

BATCH: Final = 100
_BREATH_SECONDS: Final = 0.002
"""Between two transactions: on SQLite writers queue, and the rotation must not be first in the queue each time."""
_BUSY_SECONDS: Final = 0.1
PASSES: Final = 20
"""How often a part is gone through while others keep hold of rows, or seal with the key before."""


@dataclass(frozen=True)
class Seen:
    """How far one part has come."""

    part: str
    total: int
    done: int


@dataclass(frozen=True)
class Rotated:
    """What a rotation did. ``unreadable``: references of what opens with no key; ``busy``: what others would not let go of."""

    key_id: str
    done: int
    unreadable: Sequence[str]
    busy: int = 0


def rotate(
    database: Database,
    parts: Sequence[Part],
    *,
    watch: Callable[[Seen], None] = lambda _: None,
    batch: int = BATCH,
    passes: int = PASSES,
) -> Rotated:
    """Put *parts* under the key that seals now; *watch* is told after each transaction. Safe to kill and to call again."""
    key_id, done, busy = database.keys.newest_id, 0, 0
    unreadable: list[str] = []
    _record_beginning(database, key_id)
    for part in parts:
        one = _Rotation(database, part, key_id, watch, batch)
        one.run(passes)
        done, busy, unreadable = done + one.done, busy + one.busy, unreadable + sorted(one.unreadable)
    rotated = Rotated(key_id, done, unreadable, busy)
    _record_end(database, rotated)
    return rotated


class _Rotation:
    """The rotation of one part."""

    def __init__(self, database: Database, part: Part, key_id: str, watch: Callable[[Seen], None], batch: int) -> None:
        self._database, self._part, self._key_id, self._watch, self._batch = database, part, key_id, watch, batch
        self.done, self.unreadable, self.busy = 0, set[str](), 0

    def run(self, passes: int) -> None:
        self._begin()
        for _ in range(passes):
            before = self.done
            self._pass()
            self.busy = max(0, self._left() - len(self.unreadable))
            if not self.busy:
                break
            if self.done == before:
                time.sleep(_BUSY_SECONDS)
        self._end()

    def _left(self) -> int:
        with self._database.read() as session:
            found = self._part.count(session, utc_now())
        return sum(found.values()) - found[self._key_id]

    def _begin(self) -> None:
        left = self._left()
        with self._database.write() as session:
            known = progress_of(session, self._key_id).get(self._part.name)
            if known is None:
                begin_part(session, self._key_id, self._part.name, left, utc_now())
            elif left:
                more_to_do(session, self._key_id, self._part.name, left)
            self._total = (known.done if known else 0) + left
            self._done_before = known.done if known else 0
        self._tell()

    def _pass(self) -> None:
        after: int | None = 0
        while after is not None:
            step = self._step(after)
            self.done, after = self.done + step.done, step.last
            self.unreadable.update(step.unreadable)
            self._tell()
            time.sleep(_BREATH_SECONDS)

    def _step(self, after: int) -> Step:
        try:
            with self._database.write() as session:
                if self._database.keys.newest_id != self._key_id:
                    raise StateConflict("Another key began to seal in this moment. Call hub keys rotate again.")
                step = self._part.step(session, after=after, at_most=self._batch, now=utc_now())
                if step.done:
                    add_done(session, self._key_id, self._part.name, step.done)
        except IntegrityError:
            raise StateConflict(
                f"In {self._part.name} two rows come to stand under one index: two accounts with the same e-mail address. "
                "Have one of the two changed, then call hub keys rotate again: nothing is lost, and both keys still open."
            ) from None
        return step

    def _end(self) -> None:
        if not self.busy:
            with self._database.write() as session:
                end_part(session, self._key_id, self._part.name, len(self.unreadable), utc_now())

    def _tell(self) -> None:
        self._watch(Seen(self._part.name, self._total, self._done_before + self.done))


def _record_beginning(database: Database, key_id: str) -> None:
    with database.write() as session:
        if not progress_of(session, key_id):
            audit.record(session, SYSTEM, Event.MASTER_KEY_ROTATION_BEGUN, key_id, now=utc_now())


def _record_end(database: Database, rotated: Rotated) -> None:
    """What does not open is on record by its reference, once."""
    now = utc_now()
    with database.write() as session:
        for ref in rotated.unreadable:
            audit.record(session, SYSTEM, Event.RECORD_UNREADABLE, ref, now=now, details={"found_by": "rotation"})
        if not rotated.busy:
            said = {"done": rotated.done, "unreadable": len(rotated.unreadable)}
            audit.record(session, SYSTEM, Event.MASTER_KEY_ROTATED, rotated.key_id, now=now, details=said)
