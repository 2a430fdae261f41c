# ruff: noqa: S608 - the statements name our own tables
"""The generated register in the hub's own tables: every child sealed and indexed as its notice and the job after it would do.

A million children take minutes to seal, index and load, so the database is kept (``data/bench/register-…``; on PostgreSQL a
database of that name, as long as its server lives) and used again until the register, the indexes or the schema are others.
"""

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench import register as made
from bench.engines import FOLDER, Engine, Stage, kept_stage, libpq
from bench.register import register
from hub.core.db import EPOCH, MICROSECOND
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing
from hub.core.settings import REPOSITORY
from hub.registry.names.indexes import index_rows, pair_rows, spread_words_of, variant_rows
from hub.registry.names.places import home_rows, placement_rows
from hub.resources import open_database

_DECIDES = (
    "bench/register.py", "bench/register_load.py", "bench/register_names.toml", "hub/registry/models.py",
    "hub/registry/names/indexes.py", "hub/registry/names/spelling.py", "hub/registry/names/places.py",
)  # fmt: skip
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
TABLES = (
    "child",
    "child_index",
    "name_variant",
    "placement",
    "placement_index",
    "organisation",
    "home_index",
    "register_plain",
)
Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class Register:
    """A hub that holds the register. ``first``: the id of the first child; they follow each other in the register's order."""

    stage: Stage
    number: int
    first: int
    took: float | None
    """Seconds to build it; ``None``: it was kept from before."""


@contextmanager
def loaded(engine: Engine, number: int, *, durable: bool = True) -> Iterator[Register]:
    """The hub with *number* children, built if there is none."""
    name = f"register-{engine}-{number}-{_version()}"
    began = time.perf_counter()
    with kept_stage(engine, name, durable=durable) as stage:
        mark = stage.settings.data_dir / "built"
        is_built = mark.exists() and _is_there(stage)
        if not is_built:
            mark.unlink(missing_ok=True)
            with closing(open_database(stage.settings)) as database:
                mark.write_text(str(fill(stage, number, _Remembering(database.keys))))
        yield Register(stage, number, int(mark.read_text()), None if is_built else time.perf_counter() - began)


def forget(engine: Engine, number: int) -> None:
    """Throw away the kept database of that size (SQLite's: PostgreSQL's goes with its server)."""
    for folder in FOLDER.glob(f"register-{engine}-{number}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _version() -> str:
    said = b"".join((REPOSITORY / path).read_bytes() for path in _DECIDES)
    schema = sorted((REPOSITORY / "hub/migrations/versions").glob("[0-9]*.py"))[-1].read_bytes()
    return hashlib.sha256(said + schema + bytes([made.VERSION])).hexdigest()[:10]


def _is_there(stage: Stage) -> bool:
    with closing(open_database(stage.settings)) as database, database.read() as session:
        connection = session.connection()
        return bool(connection.dialect.has_table(connection, "register_plain"))


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Remembering(KeyRing):
    """The same keys; an index that was made once is not made again: a name comes up a thousand times."""

    def __init__(self, keys: KeyRing) -> None:
        super().__init__(keys.keys)
        self._made: dict[tuple[str, str], bytes] = {}

    def blind(self, kind: str, value: str) -> bytes:
        if (found := self._made.get((kind, value))) is None:
            found = self._made[kind, value] = super().blind(kind, value)
        return found


@dataclass(frozen=True)
class _Around:
    """What children are placed among."""

    keys: KeyRing
    first_child: int
    councils: Sequence[int]
    homes: Sequence[int]


def fill(stage: Stage, number: int, keys: KeyRing) -> int:
    """Put the first *number* children of the register into *stage*'s database, under *keys*; the id of the first."""
    with closing(open_database(stage.settings)) as database, database.read() as session:
        ask = session.connection().exec_driver_sql
        councils = list(ask("SELECT id FROM organisation WHERE kind = 'local_authority' ORDER BY id").scalars())
        last = {
            name: ask(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one() for name in ("child", "organisation")
        }
    homes = range(last["organisation"] + 1, last["organisation"] + 2 + number // 250)
    around = _Around(keys, last["child"] + 1, councils, homes)
    with _bulk(stage) as put:
        put("organisation", _home_columns(), _homes(around))
        put("home_index", ("kind", "value", "organisation_id"), sorted(_home_index(around)))
        put("child", _CHILD_COLUMNS, _children(around, number))
        put("child_index", ("kind", "value", "child_id"), _index(around, number))
        put("name_variant", ("kind", "variant", "value"), _variants(around, number))
        put("placement", _PLACEMENT_COLUMNS, _placements(around, number))
        put("placement_index", ("kind", "value", "placement_id"), sorted(_placement_index(around, number)))
        put("register_plain", ("id", "family", "given", "born"), _plain(around, number))
    return around.first_child


_CHILD_COLUMNS = (
    "id",
    "ref",
    "placing_authority_id",
    "sealed",
    "created_at",
    "version",
    "spread_version",
)


def _children(around: _Around, number: int) -> Rows:
    for place, child in enumerate(register(number)):
        ref = new_ref("chd")
        sealed = around.keys.seal(ref, child.document(place))
        yield around.first_child + place, ref, _council(around, place), sealed, _NOW, 1, 1


def _council(around: _Around, place: int) -> int:
    return around.councils[place % len(around.councils)]


def _index(around: _Around, number: int) -> Rows:
    by_kind: dict[str, list[tuple[bytes, int]]] = {}
    for place, child in enumerate(register(number)):
        document = child.document(place)
        rows = index_rows(around.keys, document, placing_authority_id=_council(around, place))
        for kind, value in (*rows, *pair_rows(around.keys, document)):
            by_kind.setdefault(kind, []).append((value, around.first_child + place))
    for kind in sorted(by_kind):
        yield from ((kind, *row) for row in sorted(by_kind.pop(kind)))


def _variants(around: _Around, number: int) -> Rows:
    words = {word for place, child in enumerate(register(number)) for word in spread_words_of(child.document(place))}
    return sorted({row for kind, word in words for row in variant_rows(around.keys, kind, word)})


_PLACEMENT_COLUMNS = (
    "ref", "child_id", "placing_authority_id", "host_authority_id", "provider_id", "state", "setting", "legal_status",
    "area_confirmed", "is_emergency", "first_source", "starts_at", "sealed", "created_at", "version", "spread_version", "id",
)  # fmt: skip


def _place(place: int) -> Mapping[str, Any]:
    """Where a child lives: two of three with a carer of their own, the third in a home."""
    if place % 3 == 0:
        return _home(place)
    return {
        "postcode": f"QX{place % 97} {place // 97 % 9}{_letters(place // 873)}",
        "phone": f"01632 {place % 1_000_000:06}",
    }


def _home(number: int) -> Mapping[str, Any]:
    return {
        "postcode": f"QH{number % 97} {number // 97 % 9}{_letters(number // 873)}",
        "phone": f"01633 {number % 1_000_000:06}",
    }


def _letters(number: int) -> str:
    return chr(65 + number % 26) + chr(65 + number // 26 % 26)


def _placements(around: _Around, number: int) -> Rows:
    first = 1_000_000_000
    for place in range(number):
        ref, council = new_ref("pla"), _council(around, place)
        home = place % len(around.homes) if place % 3 == 0 else None
        where = _home(home) if home is not None else _place(place)
        document = {"address": {"lines": ["1 Fictitious Lane"], "postcode": where["postcode"]},
                    "carer": {"name": "C. Arer", "phone": where["phone"]} if home is None else {}}  # fmt: skip
        started = _NOW - timedelta(days=place % 700)
        yield (ref, around.first_child + place, council, council, None if home is None else around.homes[home], "confirmed",
               "foster_la" if home is None else "childrens_home", "S20", True, False, "placing_authority", started,
               around.keys.seal(ref, document), _NOW, 1, 1, first + place)  # fmt: skip


def _placement_index(around: _Around, number: int) -> Iterator[tuple[str, bytes, int]]:
    for place in range(number):
        home = place % len(around.homes) if place % 3 == 0 else None
        where = _home(home) if home is not None else _place(place)
        document = {"address": where, "carer": where if home is None else {}}
        yield from ((kind, value, 1_000_000_000 + place) for kind, value in placement_rows(around.keys, document))


def _home_columns() -> Sequence[str]:
    return ("id", "ref", "kind", "name", "sealed", "version", "spread_version")


def _homes(around: _Around) -> Rows:
    for number, home in enumerate(around.homes):
        ref = new_ref("org")
        yield (
            home,
            ref,
            "childrens_home",
            f"Fictitious House {number}",
            around.keys.seal(ref, dict(_home(number))),
            1,
            1,
        )


def _home_index(around: _Around) -> Iterator[tuple[str, bytes, int]]:
    for number, home in enumerate(around.homes):
        yield from ((kind, value, home) for kind, value in home_rows(around.keys, _home(number)))


def _plain(around: _Around, number: int) -> Rows:
    """What the references look through: names and dates in the clear."""
    for place, child in enumerate(register(number)):
        yield (
            around.first_child + place,
            _folded(child.family_name),
            _folded(child.given_names),
            child.born_on.isoformat(),
        )


def _folded(name: str) -> str:
    return name.casefold()


# ── Loading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_MAKE_PLAIN = (
    "CREATE TABLE register_plain (id BIGINT PRIMARY KEY, family TEXT NOT NULL, given TEXT NOT NULL, born TEXT NOT NULL)"
)
_PLAIN_INDEXES = (
    "CREATE INDEX ix_register_plain_family ON register_plain (family, born)",
    "CREATE INDEX ix_register_plain_born ON register_plain (born)",
)


@contextmanager
def _bulk(stage: Stage) -> Iterator[Any]:
    """Put rows into tables, in the order of their keys; other indexes are made when all are in."""
    if stage.engine == "sqlite":
        yield from _sqlite_bulk(stage)
    else:
        yield from _postgresql_bulk(stage)


def _sqlite_bulk(stage: Stage) -> Iterator[Any]:
    names = ", ".join(f"'{name}'" for name in TABLES)
    with closing(sqlite3.connect(str(stage.settings.data_dir / "hub.sqlite3"), isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("DROP TABLE IF EXISTS register_plain")
        connection.execute(_MAKE_PLAIN)
        found = connection.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
        ).fetchall()
        for name, _ in found:
            connection.execute(f"DROP INDEX {name}")

        def put(table: str, columns: Sequence[str], rows: Rows) -> None:
            connection.execute("BEGIN")
            marks = ", ".join("?" * len(columns))
            stored = (tuple(map(_sqlite_value, row)) for row in rows)
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", stored)
            connection.execute("COMMIT")

        yield put
        for sql in (*(sql for _, sql in found), *_PLAIN_INDEXES):
            connection.execute(sql)
        connection.execute("PRAGMA journal_mode=WAL").fetchall()


def _sqlite_value(value: Any) -> Any:
    return (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value


def _postgresql_bulk(stage: Stage) -> Iterator[Any]:
    kinds = {"value": "bytea", "variant": "bytea", "sealed": "bytea", "created_at": "timestamptz", "starts_at": "timestamptz",
             "area_confirmed": "bool", "is_emergency": "bool", "version": "int4",
             "spread_version": "int4"}  # fmt: skip
    with psycopg.connect(libpq(stage), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("DROP TABLE IF EXISTS register_plain")
        connection.execute(_MAKE_PLAIN)
        found = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE 'ix\\_%%'",
            [list(TABLES)],
        ).fetchall()
        for name, _ in found:
            connection.execute(f"DROP INDEX {name}".encode())

        def put(table: str, columns: Sequence[str], rows: Rows) -> None:
            sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
            with connection.cursor().copy(sql.encode()) as copy:
                copy.set_types(
                    [kinds.get(name, "int8" if name == "id" or name.endswith("_id") else "text") for name in columns]
                )
                for row in rows:
                    copy.write_row(row)

        yield put
        for sql in (*(sql for _, sql in found), *_PLAIN_INDEXES):
            connection.execute(sql.encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
