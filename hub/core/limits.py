"""How often somebody may do something, counted in the database, so that it holds over all processes.

A durable write per request would cost more than the request. So a process takes allowances in blocks from the row of the
current minute and spends them in memory; what a process leaves unspent makes the limit stricter, never looser.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import TextClause, delete, text, update
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
    rows = sorted((*each.window(now), each.at_most) for each in wanted)
    given = {f"{what}{place}": value for place, row in enumerate(rows) for what, value in zip("nml", row, strict=True)}
    done = {tuple(row) for row in connection_of(session).execute(_counting(len(rows)), given)}
    return next((each for each in wanted if each.window(now) not in done), None)


@lru_cache(maxsize=8)
def _counting(number: int) -> TextClause:
    """Count one more in so many windows, each up to its own limit; which of them were counted. Put together once."""
    places = range(number)
    rows = ", ".join(f"(:n{place}, :m{place}, 1)" for place in places)
    limits = " ".join(f"WHEN :n{place} THEN CAST(:l{place} AS INTEGER)" for place in places)
    return text(
        f"INSERT INTO rate_window (name, minute, taken) VALUES {rows} "  # noqa: S608  # nosec B608  # numbered marks alone
        "ON CONFLICT (name, minute) DO UPDATE SET taken = rate_window.taken + 1 "
        f"WHERE rate_window.taken < CASE excluded.name {limits} END RETURNING name, minute"
    )


def _ensure_window(session: Session, name: str, minute: int) -> None:
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": name, "minute": minute, "taken": 0}
    session.execute(dialect.insert(RateWindow).values(row).on_conflict_do_nothing())


def forget_old_windows(session: Session, *, now: datetime) -> None:
    """Drop the windows of more than an hour ago."""
    changed(session, delete(RateWindow).where(RateWindow.minute < int(now.timestamp()) // 60 - 60))
