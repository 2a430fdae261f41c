"""Everything that somebody who has stolen the database has: its tables as text, its files as bytes. And what is looked for."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from hub import tables
from hub.core.db import Database

CODES = {
    "kind", "setting", "legal_status", "part", "has", "sex", "file", "placement", "urn", "placing_authority", "host_authority",
    "starts_at", "approved_at", "promise", "promise_on", "method", "ref", "marker", "noted_on", "sheet",
    "missing_from_at", "located_at", "returned_at", "held_at", "grade",
}  # fmt: skip
"""Fields of a paper that say nothing about anybody by themselves: codes, references, instants."""


def dump(database: Database, files: Path) -> bytes:
    """All of it."""
    stolen = b"".join(_sqlite(database) if database.is_sqlite else _postgresql(database))
    return stolen + b"".join(path.read_bytes() for path in sorted(files.rglob("*")) if path.is_file())


def _sqlite(database: Database) -> Iterator[bytes]:
    path = Path(database.url.database or "")
    yield from _raw(path)
    with sqlite3.connect(path) as connection:
        yield "\n".join(connection.iterdump()).encode()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    yield from _raw(path)


def _raw(path: Path) -> Iterator[bytes]:
    """The database file, its write-ahead log, and whatever else lies beside it under its name."""
    yield from (each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")))


def _postgresql(database: Database) -> Iterator[bytes]:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in tables.ALL:
            for form in ("TEXT", "BINARY"):
                with cursor.copy(f'COPY "{table.name}" TO STDOUT (FORMAT {form})'.encode()) as copy:
                    yield from (bytes(block) for block in copy)


# ── What is looked for ────────────────────────────────────────────────────────────────────────────────────────────────


def said_in(paper: Any, field: str = "") -> Iterator[str]:
    """Every text in a paper that could be about somebody."""
    if isinstance(paper, Mapping):
        for name, below in paper.items():
            yield from said_in(below, str(name))
    elif isinstance(paper, list | tuple):
        for below in paper:
            yield from said_in(below, field)
    elif isinstance(paper, str) and field not in CODES:
        yield paper


def needles(texts: Iterable[str]) -> set[str]:
    """How each text may stand in a dump: as it is, its telling words, without spaces, and a date in each usual spelling."""
    found: set[str] = set()
    for said in texts:
        found |= {said, said.replace(" ", "")} | {word for word in re.findall(r"[\w'-]+", said) if _is_telling(word)}
        if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
            found |= spellings(date.fromisoformat(said))
    # Five figures stand by chance in the digits of any ciphertext; eight hardly ever.
    return {needle for needle in found if len(needle) >= (8 if needle.isdigit() else 5)}


def _is_telling(word: str) -> bool:
    """Names, places and numbers; not the words between them, which the law uses as well."""
    return not word.islower()


def spellings(day: date) -> set[str]:
    """A date as people and programs write it."""
    forms = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%d/%m/%y")
    plain = {day.strftime(form) for form in forms}
    return plain | {f"{day.day} {day:%B %Y}", f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%b %Y}"}


def found_in(stolen: bytes, wanted: Iterable[str]) -> set[str]:
    """Which of *wanted* stand in the dump: as text in any case, or as the hexadecimal digits in which dumps write bytes."""
    lower = stolen.lower()
    hits = set()
    for needle in wanted:
        ways = {needle.lower().encode(), needle.encode().hex().encode(), needle.lower().encode().hex().encode()}
        ways.add(needle.encode("utf-16-le").lower())
        if any(way in lower for way in ways):
            hits.add(needle)
    return hits
