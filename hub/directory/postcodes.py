"""Postcodes as people write them, and the building of the index they are looked up in.

The index is built once, by ``make install`` or ``hub directory load-postcodes FILE``, and shared by every process.
"""

import fcntl
import re
import resource
import sys
import unicodedata
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub.core import clock
from hub.core.errors import Invalid
from hub.directory.postcode_files import PACKAGE, PostcodeSource, file_source, package_source, package_version
from hub.directory.postcode_index import (
    INWARD_NUMBER,
    PostcodeIndex,
    UnusableIndex,
    months_since_1970,
    write_index,
)

__all__ = [
    "BuildReport",
    "PostcodeIndex",
    "Reading",
    "UnusableIndex",
    "build_from_file",
    "build_from_package",
    "ensure_index",
    "read_postcode",
]

Progress = Callable[[int], None]
"""Told the number of rows read so far, now and then."""

FEWEST_ROWS = 1_500_000
"""A whole directory has more live postcodes than this; a smaller file is an extract and would hide the rest."""

_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?|GIR|NPT")  # NPT: Newport's old letters; GIR: a bank of its own
_FULL = re.compile(rf"({_OUTWARD.pattern})([0-9][A-Z]{{2}})")
_INWARD_START = re.compile(r"[0-9]?|[0-9][A-Z]")
_DISTRICT = re.compile(r"[A-Z][0-9]{8}|")
_PROGRESS_EVERY = 250_000


@dataclass(frozen=True)
class Reading:
    """What a text says as a postcode: ``full`` (outward, inward), or the ``prefixes`` it may be the beginning of, or
    neither.

    ``shown`` is the canonical postcode ("AB1 2CD"), or the cleaned text.
    """

    shown: str
    full: tuple[str, str] | None = None
    prefixes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class BuildReport:
    """What building an index took. ``peak_megabytes`` is this process's highest memory since it started."""

    rows: int
    skipped: int
    seconds: float
    peak_megabytes: float
    size_megabytes: float
    source: str
    vintage: str


def read_postcode(text: str) -> Reading:
    """Read *text* as a whole postcode or part of one, whatever its case, blanks and width. Never guesses a letter."""
    cleaned = " ".join(unicodedata.normalize("NFKC", text).upper().split())[:40]
    compact = cleaned.replace(" ", "")
    whole = _FULL.fullmatch(compact)
    if whole:
        outward, inward = whole.groups()
        return Reading(f"{outward} {inward}", full=(outward, inward))
    return Reading(cleaned, prefixes=_prefixes(cleaned, compact))


def build_from_package(target: Path, progress: Progress | None = None, *, now: datetime) -> BuildReport:
    """Build the index at *target* from the installed package. *now* is recorded as the time of building."""
    return _build(package_source(), target, progress, now=now, fewest_rows=FEWEST_ROWS)


def build_from_file(
    path: Path, target: Path, progress: Progress | None = None, *, now: datetime, fewest_rows: int = FEWEST_ROWS
) -> BuildReport:
    """Build the index at *target* from an ONSPD or NSPL file, CSV or zip, of any vintage.

    Raises Invalid when the file is not such a directory, is damaged, contradicts itself or has fewer than *fewest_rows*
    postcodes; the index that stood at *target* then stands unchanged.
    """
    return _build(file_source(path), target, progress, now=now, fewest_rows=fewest_rows)


def ensure_index(path: Path, progress: Progress | None = None) -> Path:
    """Make sure that a sound index stands at *path*, and return *path*.

    Builds from the package when there is none, when it is damaged, or when it came from another version of the package.
    An index loaded from a file by an operator is left alone. Two processes at once build it once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _stands(path):
        with _only_one(path):
            if not _stands(path):
                build_from_package(path, progress, now=clock.utc_now())
    return path


def _prefixes(cleaned: str, compact: str) -> tuple[tuple[str, str], ...]:
    """Every way to read part of a postcode: AB12 is the outward AB12, or AB1 2…; a blank settles it."""
    outward, blank, start = cleaned.partition(" ")
    splits = [(outward, start)] if blank else [(compact[:at], compact[at:]) for at in range(len(compact), 1, -1)]
    return tuple(split for split in splits if _OUTWARD.fullmatch(split[0]) and _INWARD_START.fullmatch(split[1]))


def _stands(path: Path) -> bool:
    try:
        source = PostcodeIndex(path).about().source
    except UnusableIndex:
        return False
    return not source.startswith(PACKAGE) or source == f"{PACKAGE} {package_version()}"


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass
class _Gathered:
    """Rows on their way into an index: one number for each, in an array for each outward code (some 25 MB in all)."""

    blocks: dict[str, "array[int]"] = field(default_factory=dict)
    areas: dict[tuple[str, str], int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=lambda: {"": 0})
    rows: int = 0
    skipped: int = 0

    def add(self, postcode: str, district: str, force: str, ended: str) -> None:
        compact = postcode.replace(" ", "")
        inward, block = INWARD_NUMBER.get(compact[-3:]), self.blocks.get(compact[:-3])
        if block is None:
            block = self._new_block(compact[:-3])
        if inward is None or block is None:
            self.skipped += 1
            return
        area = self.areas.get((district, force))
        if area is None:
            area = self._new_area(district, force)
        month = self.months.get(ended)
        if month is None:
            month = self.months[ended] = _month(ended)
        block.append(inward << 32 | area << 16 | month)

    def settled(self) -> Mapping[str, Iterator[tuple[int, int, int]]]:
        """The records by outward code, sorted one block at a time as they are read."""
        return {outward: _settled(outward, block) for outward, block in self.blocks.items()}

    def _new_block(self, outward: str) -> "array[int] | None":
        return self.blocks.setdefault(outward, array("Q")) if _OUTWARD.fullmatch(outward) else None

    def _new_area(self, district: str, force: str) -> int:
        for code in (district, force):
            if not _DISTRICT.fullmatch(code):
                raise Invalid(
                    f"The directory gives {code[:20]!r} where a code such as E06000001 belongs. Check the columns."
                )
        return self.areas.setdefault((district, force), len(self.areas))


def _build(
    source: PostcodeSource, target: Path, progress: Progress | None, *, now: datetime, fewest_rows: int
) -> BuildReport:
    started = clock.machine_now()
    gathered = _gather(source, progress)
    held = gathered.rows - gathered.skipped
    if held < fewest_rows:
        raise Invalid(
            f"{source.name} holds {held:,} postcodes, fewer than the {fewest_rows:,} of a whole directory. "
            "Load the whole file."
        )
    about = {
        "source": source.name,
        "vintage": source.vintage,
        "built_at": clock.iso(now),
        "knows_ended": source.knows_ended,
    }
    facts = write_index(target, gathered.settled(), gathered.areas, about)
    return BuildReport(
        rows=facts.rows,
        skipped=gathered.skipped,
        seconds=clock.machine_now() - started,
        peak_megabytes=peak_megabytes(),
        size_megabytes=target.stat().st_size / 1e6,
        source=source.name,
        vintage=source.vintage,
    )


def _gather(source: PostcodeSource, progress: Progress | None) -> _Gathered:
    gathered = _Gathered()
    for row in source.rows:
        gathered.add(*row)
        gathered.rows += 1
        if progress and gathered.rows % _PROGRESS_EVERY == 0:
            progress(gathered.rows)
    if gathered.skipped * 100 > gathered.rows:
        raise Invalid(
            f"{gathered.skipped:,} of the {gathered.rows:,} rows of {source.name} hold no postcode. "
            "Is it a postcode directory?"
        )
    return gathered


def _settled(outward: str, block: "array[int]") -> Iterator[tuple[int, int, int]]:
    """The records of *block* in order, each postcode once. A postcode in two districts refuses the directory."""
    last_inward, last_area = -1, -1
    for packed in sorted(block):
        inward, area = packed >> 32, packed >> 16 & 0xFFFF
        if inward != last_inward:
            yield inward, area, packed & 0xFFFF
        elif area != last_area:
            raise Invalid(f"The directory lists a postcode under {outward} twice, in two places. Fetch the file again.")
        last_inward, last_area = inward, area


def _month(ended: str) -> int:
    """A month of ending ("201906") as the index holds it; anything else that is not blank is "at some time"."""
    figures = ended.strip().replace("-", "")[:6]
    if not figures:
        return 0
    if not re.fullmatch(r"[0-9]{4}(0[1-9]|1[0-2])", figures):
        return months_since_1970(0, 0)
    return months_since_1970(int(figures[:4]), int(figures[4:]))


def peak_megabytes() -> float:
    """The most memory this program has held. Linux: VmHWM, because ru_maxrss begins with what the parent held when it
    forked; elsewhere ru_maxrss, in kilobytes, except on macOS, where it is in bytes.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
