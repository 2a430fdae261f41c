"""What time is it: the only module that may ask.

Instants are UTC and aware. Civil dates, which the law counts in, are dates in Europe/London. In test, demonstration and
sandbox modes the clock can be moved (``shift``), by an offset and a rate, so that ladders of days are rehearsed in seconds;
every process reads the same shift, from the environment or from one small file.
"""

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Shift:
    """How the hub's clock departs from the machine's: ``hub = anchor + offset + (machine - anchor) * rate`` (seconds)."""

    anchor: float = 0.0
    offset: float = 0.0
    rate: float = 1.0

    def apply(self, machine: float) -> float:
        return self.anchor + self.offset + (machine - self.anchor) * self.rate


class _ShiftFile:
    """A shift shared by every process through one file, read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = -1
        self._shift = Shift()

    def current(self) -> Shift:
        try:
            stamp = os.stat(self.path).st_mtime_ns
        except FileNotFoundError:
            return Shift()
        if stamp != self._stamp:
            self._shift, self._stamp = Shift(**json.loads(self.path.read_text())), stamp
        return self._shift


_source: Shift | _ShiftFile = Shift()


def move(source: Shift | Path | None) -> None:
    """Use *source* for the hub's time in this process; ``None`` is the machine's own time.

    The caller (``hub.app``) allows this only in test, demonstration and sandbox modes.
    """
    global _source
    _source = _ShiftFile(source) if isinstance(source, Path) else (source or Shift())


def write_shift(path: Path, shift: Shift) -> None:
    """Publish *shift* to every process that reads *path*, in one atomic replacement."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(vars(shift)))
    draft.replace(path)


def advance(path: Path, seconds: float) -> None:
    """Move the clock that *path* holds forward by *seconds*, at the rate it runs."""
    held = Shift(**json.loads(path.read_text())) if path.exists() else Shift()
    write_shift(path, Shift(anchor=held.anchor, offset=held.offset + seconds, rate=held.rate))


def utc_now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    shift = _source.current() if isinstance(_source, _ShiftFile) else _source
    return datetime.fromtimestamp(shift.apply(time.time()), UTC)


def machine_now() -> float:
    """The machine's own seconds since 1970, which no shift moves: for tokens of outside parties and for the anchor."""
    return time.time()


def london_date(instant: datetime) -> date:
    """The civil date in London at *instant* (aware)."""
    return instant.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """00:00 Europe/London on *day*, in UTC."""
    return datetime.combine(day, time_of_day(), LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 Europe/London on *day*, in UTC: the last instant at which a working-day clock is met."""
    return start_of_day(day + timedelta(days=1))


def iso(instant: datetime) -> str:
    """*instant* as ISO 8601 in UTC with a ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
