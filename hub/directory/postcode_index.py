"""The postcode index: one compact read-only file on disk, mapped by every process and held in memory by none.

Layout, all numbers big-endian:

* the eight bytes ``HUBPCD01``;
* one six-byte record for each postcode, in order of outward then inward code: the inward code as a number (2), the
  number of its area (2), the month it went out of use, counted from January 1970, or 0 while it is in use (2);
* one eight-byte entry for each outward code in order: the code padded to four letters, the number of its first record;
* a JSON document: source, vintage, when it was built, the areas by number (district and police force), and the counts;
* a footer: where the JSON starts (8), the CRC-32 of everything before the footer (4), and ``HUBPCEND``.

A look-up is two binary searches, some 25 reads of a few bytes each. The file is only ever replaced whole, by renaming,
so that a running process sees the old index or the new one; each look-up notices a new one by the file's identity.
"""

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import ascii_uppercase
from struct import Struct
from typing import Any, BinaryIO, Literal, Protocol

from hub.core.errors import HubError
from hub.core.sentences import worded

MAGIC, END = b"HUBPCD01", b"HUBPCEND"
RECORD_BYTES, ENTRY_BYTES = 6, 8
_RECORD = Struct(">HHH")
_FOOTER = Struct(">QI8s")
_ENDED_SOMETIME = 0xFFFF

INWARD_NUMBER: Mapping[str, int] = {
    f"{figure}{first}{second}": number
    for number, (figure, first, second) in enumerate(
        (figure, first, second) for figure in range(10) for first in ascii_uppercase for second in ascii_uppercase
    )
}
"""Every inward code ("1AA") and its number, in alphabetical order."""


class UnusableIndex(HubError):
    """The postcode index is missing, cut short, damaged or of another version: it must be built again."""

    status, code, title = 503, "postcode_index_unusable", worded("Postcodes cannot be looked up")


class Bytes(Protocol):
    """What a search reads: bytes, a memory map, or a test's counting stand-in."""

    def __getitem__(self, span: slice, /) -> bytes: ...


@dataclass(frozen=True)
class Listing:
    """What the directory says of one postcode: ``district`` may be empty, ``ended_in`` is a month's first day.

    ``use`` is ``unknown`` where the source does not say which postcodes have gone out of use.
    """

    district: str
    force: str
    use: Literal["live", "ended", "unknown"]
    ended_in: date | None = None


@dataclass(frozen=True)
class IndexFacts:
    """Where an index came from. ``knows_ended`` says whether its source tells which postcodes have gone out of use."""

    source: str
    vintage: str
    built_at: str
    rows: int
    outwards: int
    knows_ended: bool
    checksum: str


@dataclass(frozen=True)
class _Opened:
    stamp: tuple[int, int, int]
    contents: mmap.mmap
    facts: IndexFacts
    areas: tuple[tuple[str, str], ...]

    @property
    def entries_at(self) -> int:
        return len(MAGIC) + self.facts.rows * RECORD_BYTES


class PostcodeIndex:
    """An index file, opened on first use and again whenever it has been replaced. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: _Opened | None = None

    def find(self, outward: str, inward: str) -> Listing | None:
        """What the directory says of the postcode *outward* *inward* (upper case), or None where it is not listed."""
        opened = self._current()
        number = INWARD_NUMBER.get(inward)
        first, end = _span(opened, outward)
        if number is None or first == end:
            return None
        key = number.to_bytes(2)
        at = position(opened.contents, key, first=first, end=end, base=len(MAGIC), width=RECORD_BYTES)
        if at == end:
            return None
        record = _record(opened, at)
        return _listing(opened, record) if record[:2] == key else None

    def districts_under(self, outward: str, inward_start: str = "") -> frozenset[str]:
        """Every district (not empty ones) with a postcode under *outward* whose inward code begins *inward_start*."""
        opened = self._current()
        first, end = _span(opened, outward)
        start = len(MAGIC) + first * RECORD_BYTES
        low, high = _numbers_beginning(inward_start)
        records = _RECORD.iter_unpack(opened.contents[start : start + (end - first) * RECORD_BYTES])
        areas = {area for number, area, _ in records if low <= number < high}
        return frozenset(opened.areas[area][0] for area in areas if opened.areas[area][0])

    def about(self) -> IndexFacts:
        """Source, vintage and counts. Raises UnusableIndex when the file is missing or damaged."""
        return self._current().facts

    def _current(self) -> _Opened:
        opened = self._opened
        if opened is None or opened.stamp != _stamp(self.path):
            opened = self._opened = _open(self.path)
        return opened


def position(contents: Bytes, key: bytes, *, first: int, end: int, base: int, width: int) -> int:
    """The number, from *first* up to *end*, of the first *width*-byte record from *base* at or after *key*."""
    size = len(key)
    while first < end:
        middle = (first + end) // 2
        at = base + middle * width
        if contents[at : at + size] < key:
            first = middle + 1
        else:
            end = middle
    return first


def write_index(
    target: Path,
    records: Mapping[str, Iterable[tuple[int, int, int]]],
    areas: Iterable[tuple[str, str]],
    about: Mapping[str, object],
) -> IndexFacts:
    """Write a whole index beside *target*, check it by opening it, then put it in *target*'s place in one step.

    *records* holds, by outward code, (inward number, area number, month ended) in order of inward number. A process
    that has the old index open goes on with it until its next look-up. On any failure *target* is left as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _write(draft, records, list(areas), about)
        facts = _open(draft).facts
        draft.replace(target)
        _settle(target.parent)
        return facts
    finally:
        draft.unlink(missing_ok=True)


def months_since_1970(year: int, month: int) -> int:
    """How a record holds the month a postcode went out of use: never 0, which means that it is in use."""
    count = (year - 1970) * 12 + month
    return count if 0 < count < _ENDED_SOMETIME else _ENDED_SOMETIME


def _write(
    draft: Path,
    records: Mapping[str, Iterable[tuple[int, int, int]]],
    areas: list[tuple[str, str]],
    about: Mapping[str, object],
) -> None:
    entries, rows, pack = bytearray(), 0, _RECORD.pack
    with draft.open("w+b") as file:
        file.write(MAGIC)
        for outward in sorted(records, key=_padded):
            block = b"".join([pack(*record) for record in records[outward]])
            entries += _padded(outward) + rows.to_bytes(4)
            rows += len(block) // RECORD_BYTES
            file.write(block)
        file.write(entries)
        meta_at = file.tell()
        document = {**about, "areas": areas, "rows": rows, "outwards": len(records)}
        file.write(json.dumps(document, ensure_ascii=True).encode())
        length = file.tell()
        checksum = _checksum(file, length)
        file.seek(length)
        file.write(_FOOTER.pack(meta_at, checksum, END))
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make the renaming itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checksum(file: BinaryIO, length: int) -> int:
    """CRC-32 of the first *length* bytes, read in pieces rather than mapped, so that checking costs no memory."""
    checksum = 0
    file.seek(0)
    while length > 0 and (piece := file.read(min(length, 1 << 18))):
        checksum = zlib.crc32(piece, checksum)
        length -= len(piece)
    return checksum


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        return _identity(os.stat(path))
    except OSError as fault:
        raise _unreadable(path, fault) from None


def _unreadable(path: Path, fault: OSError) -> UnusableIndex:
    known = {"path": path, "strerror": fault.strerror, "cure": _CURE}
    return UnusableIndex(worded("There is no postcode index to read at {path} ({strerror}). {cure}", **known))


def _identity(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _open(path: Path) -> _Opened:
    try:
        with path.open("rb") as file:
            stamp = _identity(os.fstat(file.fileno()))
            if stamp[2] < len(MAGIC) + _FOOTER.size:
                raise _damaged(path, worded("is cut short"))
            contents = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            # Of the open file, not of the path again: a newer index may have taken its place meanwhile.
            found = _checksum(file, stamp[2] - _FOOTER.size)
    except OSError as fault:
        raise _unreadable(path, fault) from None
    meta_at, checksum, end = _FOOTER.unpack(contents[-_FOOTER.size :])
    if contents[: len(MAGIC)] != MAGIC:
        raise _damaged(path, worded("is not a postcode index of this version"))
    if end != END:
        raise _damaged(path, worded("is cut short"))
    if found != checksum:
        raise _damaged(path, worded("is damaged: its checksum does not match"))
    return _described(stamp, contents, json.loads(contents[meta_at : -_FOOTER.size]), checksum)


def _described(stamp: tuple[int, int, int], contents: mmap.mmap, document: Mapping[str, Any], checksum: int) -> _Opened:
    facts = IndexFacts(
        source=str(document["source"]),
        vintage=str(document["vintage"]),
        built_at=str(document["built_at"]),
        rows=int(document["rows"]),
        outwards=int(document["outwards"]),
        knows_ended=bool(document["knows_ended"]),
        checksum=f"{checksum:08x}",
    )
    return _Opened(stamp, contents, facts, tuple((district, force) for district, force in document["areas"]))


_CURE = worded("Run `hub directory build-postcodes`, or `hub directory load-postcodes FILE` with a newer directory.")


def _damaged(path: Path, fault: str) -> UnusableIndex:
    return UnusableIndex(worded("The postcode index {path} {fault}. {cure}", path=path, fault=fault, cure=_CURE))


def _span(opened: _Opened, outward: str) -> tuple[int, int]:
    """The numbers of the first record under *outward* and of the one after its last; equal where there is none."""
    key, count, base = _padded(outward), opened.facts.outwards, opened.entries_at
    at = position(opened.contents, key, first=0, end=count, base=base, width=ENTRY_BYTES)
    entry = opened.contents[base + at * ENTRY_BYTES : base + min(at + 2, count) * ENTRY_BYTES]
    if at == count or entry[:4] != key:
        return 0, 0
    following = int.from_bytes(entry[12:16]) if len(entry) > ENTRY_BYTES else opened.facts.rows
    return int.from_bytes(entry[4:8]), following


def _record(opened: _Opened, number: int) -> bytes:
    start = len(MAGIC) + number * RECORD_BYTES
    return opened.contents[start : start + RECORD_BYTES]


def _listing(opened: _Opened, record: bytes) -> Listing:
    _, area, months = _RECORD.unpack(record)
    district, force = opened.areas[area]
    if months == 0:
        return Listing(district, force, "live" if opened.facts.knows_ended else "unknown")
    ended_in = None if months == _ENDED_SOMETIME else date(1970 + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    return Listing(district, force, "ended", ended_in)


def _numbers_beginning(start: str) -> tuple[int, int]:
    """The range of inward numbers whose code begins *start* (none to three characters)."""
    lowest, highest = start + "0AA"[len(start) :], start + "9ZZ"[len(start) :]
    return INWARD_NUMBER[lowest], INWARD_NUMBER[highest] + 1


def _padded(outward: str) -> bytes:
    return outward.ljust(4).encode("ascii")
