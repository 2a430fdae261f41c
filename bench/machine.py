"""The machine under the figures: versions, memory of processes, and the processor time that was not ours."""

import os
import platform
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median

PACKAGES = (
    "flask",
    "granian",
    "marshmallow",
    "sqlalchemy",
    "psycopg",
    "requests",
    "urllib3",
    "apscheduler",
    "cryptography",
)
_TICKS = os.sysconf("SC_CLK_TCK")
_OURS = ("tests/postgres_server.py", "postgres_server")


def about() -> dict[str, object]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory_mb": memory,
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in PACKAGES},
    }


def pss_mb(pid: int) -> float:
    """What the process *pid* holds of memory in megabytes, shared pages counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def family(pid: int) -> list[int]:
    """*pid* and every process below it that lives now."""
    below = _children()
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += below.get(found[-1], [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Processor time used so far by these processes and by those of their children that have ended."""
    return sum(_ticks_of(pid) for pid in pids) / _TICKS


def command_of(pid: int) -> str:
    """The command line of *pid*; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


class ForeignCpu:
    """Samples how many cores were busy with what is not ours: not this process, its children, or *also* and theirs."""

    def __init__(self, also: int | None = None) -> None:
        parent = os.getppid()
        root = parent if any(word in command_of(parent) for word in _OURS) else os.getpid()
        self._roots = [root] + ([also] if also else [])
        self.samples: list[float] = []

    @contextmanager
    def sampled(self, every_seconds: float = 0.5) -> Iterator["ForeignCpu"]:
        """Sample until the block ends."""
        done = threading.Event()
        thread = threading.Thread(target=self._sample, args=(done, every_seconds), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            done.set()
            thread.join()

    @property
    def cores(self) -> float:
        """The median sample."""
        return median(self.samples) if self.samples else 0.0

    def _sample(self, done: threading.Event, every_seconds: float) -> None:
        before = self._read()
        while not done.wait(every_seconds):
            now = self._read()
            took = now[0] - before[0]
            self.samples.append(max(0.0, ((now[1] - before[1]) - (now[2] - before[2])) / took))
            before = now

    def _read(self) -> tuple[float, float, float]:
        ours = {pid for root in self._roots for pid in family(root)}
        return time.monotonic(), _busy_seconds(), cpu_seconds(list(ours))


def _busy_seconds() -> float:
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle, waiting = fields[3], fields[4]
    return (sum(fields) - idle - waiting) / _TICKS


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ticks_of(pid: int) -> int:
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) if fields else 0


def parent_of(pid: int) -> int:
    """The process that started *pid*; 0 when it is gone."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _children() -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            below.setdefault(parent_of(int(entry)), []).append(int(entry))
    return below
