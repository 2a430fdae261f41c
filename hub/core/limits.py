"""How often somebody may do something, counted in the database, so that it holds over all processes.

A durable write per request would cost more than the request. So a process takes allowances in blocks from the row of the
current minute and spends them in memory; what a process leaves unspent makes the limit stricter, never looser.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.core.db import Base, BigId, Database, changed, connection_of
from hub.core.errors import TooMany

_MOST_HELD: Final = 5_000
_GONE: Final = -1
"""Of a limit: nothing is left of this minute."""


class RateWindow(Base):
    """How many allowances of one limit were handed out in one minute."""

    __tablename__ = "rate_window"

    name: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    taken: Mapped[int]


class RateLimits:
    """The limits of one process, on one database. *in_force*: the setting ``limits``."""

    def __init__(self, database: Database, *, in_force: bool = True) -> None:
        self._database = database
        self._in_force = in_force
        self._lock = threading.Lock()
        self._held: dict[str, tuple[int, int]] = {}

    def spend(self, name: str, per_minute: int, *, now: datetime) -> None:
        """Spend one allowance of *name*. Raises ``TooMany`` with the seconds to wait when the minute's are gone."""
        if not self._in_force:
            return
        minute, second = divmod(int(now.timestamp()), 60)
        with self._lock:
            self._forget_others(minute)
            held_minute, left = self._held.get(name, (minute, 0))
            if held_minute != minute or left == 0:
                left = self._take_block(name, minute, max(1, per_minute // 20), per_minute) or _GONE
            if left == _GONE:
                # Remembered, so that a flood of refusals costs the database nothing.
                self._held[name] = (minute, _GONE)
                raise TooMany("Too many requests in this minute. Wait, then go on.", retry_after_seconds=60 - second)
            self._held[name] = (minute, left - 1)

    def _forget_others(self, minute: int) -> None:
        """Let go of what was held in other minutes: names come from outside, and there is no end of them."""
        if len(self._held) > _MOST_HELD:
            self._held = {name: held for name, held in self._held.items() if held[0] == minute}

    def _take_block(self, name: str, minute: int, block: int, per_minute: int) -> int:
        with self._database.write() as session:
            _ensure_window(session, name, minute)
            free = (RateWindow.name == name) & (RateWindow.minute == minute) & (RateWindow.taken + block <= per_minute)
            taken = changed(session, update(RateWindow).where(free).values(taken=RateWindow.taken + block))
            return block if taken == 1 else 0


@dataclass(frozen=True)
class Allowance:
    """At most *at_most* times in each *seconds* (sixty, or an hour, or a part of a minute), counted by *name*."""

    name: str
    at_most: int
    seconds: int

    def window(self, now: datetime) -> tuple[str, int]:
        """Name and minute of the row that counts at *now*."""
        begins = int(now.timestamp()) // self.seconds * self.seconds
        return f"{self.name} {self.seconds}s {begins % 60}", begins // 60

    def wait(self, now: datetime) -> int:
        """Seconds until the window after *now*'s begins."""
        return self.seconds - int(now.timestamp()) % self.seconds


def take(session: Session, wanted: Collection[Allowance], *, now: datetime) -> Allowance | None:
    """Spend one of each allowance in the caller's transaction, in one statement; the one of which nothing is left, if any.

    What is not committed was not spent: whoever raises after a refusal spends nothing.
    """
    rows = {each.window(now): each for each in wanted}
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(RateWindow).values([{"name": n, "minute": m, "taken": 1} for n, m in sorted(rows)])
    at_most = case({name: each.at_most for (name, _), each in rows.items()}, value=added.excluded.name)
    counted = added.on_conflict_do_update(
        index_elements=["name", "minute"], set_={"taken": RateWindow.taken + 1}, where=RateWindow.taken < at_most
    )
    done = {tuple(row) for row in connection_of(session).execute(counted.returning(RateWindow.name, RateWindow.minute))}
    return next((each for window, each in rows.items() if window not in done), None)


def _ensure_window(session: Session, name: str, minute: int) -> None:
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": name, "minute": minute, "taken": 0}
    session.execute(dialect.insert(RateWindow).values(row).on_conflict_do_nothing())


def forget_old_windows(session: Session, *, now: datetime) -> None:
    """Drop the windows of more than an hour ago."""
    changed(session, delete(RateWindow).where(RateWindow.minute < int(now.timestamp()) // 60 - 60))
