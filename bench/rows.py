"""The rows that the hub writes for one notice, learnt from the hub itself, and the raw INSERTs that write as many again.

``learn`` lets the hub take one notice and reads back what appeared, table by table. ``Copier`` writes those rows anew with
the bare driver in one commit: fresh references where they must be unique, and keys among the rows of one notice pointing
at each other. Nothing here knows what a notice is, so the reference keeps step with the hub by itself.
"""

import pickle
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.types.string import TextLoader

from bench.engines import Gate, Stage, raw_postgresql, raw_sqlite
from hub import tables
from hub.core.ids import is_ref, new_ref

NOT_OF_A_NOTICE: Final = ("rate_window", "beat", "audit_batch")
"""Written by the clock or the process, not by a notice."""
TABLES: Final = [
    table
    for table in tables.ALL
    if table.name not in NOT_OF_A_NOTICE and ("id" in table.c or any(column.foreign_keys for column in table.c))
]
"""Every table that could hold a row of a notice: what has neither a key nor a reference hangs on nothing."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Of one notice: its rows by table, parents first."""


def _owner_column(name: str) -> str:
    """The integer column by which new rows are told from old: the key, or of a table without one its first foreign key."""
    table = next(table for table in TABLES if table.name == name)
    if "id" in table.c:
        return "id"
    return next(column.name for column in table.c if column.foreign_keys)


@dataclass
class Bare:
    """One bare connection, of either driver, that speaks one dialect of placeholders."""

    connection: Any
    mark: str

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        found = self.connection.execute(sql.replace("?", self.mark), values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def bare(stage: Stage) -> Bare:
    """A bare connection to *stage*; JSON comes back as the text that it is."""
    if stage.engine == "sqlite":
        return Bare(raw_sqlite(stage), "?")
    connection = raw_postgresql(stage)
    connection.adapters.register_loader("json", TextLoader)
    return Bare(connection, "%s")


def marks(database: Bare) -> dict[str, int]:
    """The highest key of each table."""
    found = {}
    for table in TABLES:
        column = _owner_column(table.name)
        found[table.name] = database.rows(f'SELECT coalesce(max({column}), 0) AS top FROM "{table.name}"')[0]["top"]  # noqa: S608
    return found


def learn(stage: Stage, act: Callable[[], None], times: int) -> list[Rows]:
    """Do *act* so often; for each time, the rows that appeared."""
    database = bare(stage)
    learnt: list[Rows] = []
    for _ in range(times):
        before = marks(database)
        database.connection.rollback() if stage.engine == "postgresql" else None
        act()
        learnt.append(
            {table.name: found for table in TABLES if (found := _newer(database, table.name, before[table.name]))}
        )
    database.connection.close()
    return learnt


def _newer(database: Bare, name: str, mark: int) -> list[dict[str, Any]]:
    column = _owner_column(name)
    return database.rows(f'SELECT * FROM "{name}" WHERE {column} > ? ORDER BY {column}', [mark])  # noqa: S608


def counted(rows: Rows) -> dict[str, int]:
    """How many rows in each table."""
    return {name: len(found) for name, found in rows.items()}


def keep(learnt: Sequence[Rows], path: Path) -> None:
    """Write what was learnt for the reference's processes."""
    path.write_bytes(pickle.dumps(list(learnt)))


def kept(path: Path) -> list[Rows]:
    """What :func:`keep` wrote: our own file, in our own folder."""
    learnt: list[Rows] = pickle.loads(path.read_bytes())  # noqa: S301
    return learnt


@dataclass(frozen=True)
class _Insert:
    """One table's part of one notice: the columns, and each row with the places where something fresh goes in."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    fresh: tuple[tuple[tuple[int, Callable[[dict[Any, Any]], Any]], ...], ...]
    """For each row: (position, what makes the value, from the values already made)."""
    old_ids: tuple[Any, ...]
    is_parent: bool


class Copier:
    """Writes the learnt notices again, one after the other, each in one durable commit."""

    def __init__(self, stage: Stage, learnt: Sequence[Rows]) -> None:
        self._plans = [_plan(rows) for rows in learnt]
        self._written = 0
        self._gate = Gate(stage) if stage.engine == "sqlite" else None
        self._stage = stage

    def connect(self) -> Any:
        """A connection for one thread."""
        return raw_sqlite(self._stage) if self._gate else raw_postgresql(self._stage)

    def write(self, connection: Any) -> str:
        """Write one notice; return a reference for the answer."""
        self._written += 1
        plan = self._plans[self._written % len(self._plans)]
        made: dict[Any, Any] = {}
        if self._gate is None:
            _write_postgresql(connection, plan, made)
        else:
            with self._gate.held():
                _write_sqlite(connection, plan, made)
        return str(next(value for key, value in made.items() if isinstance(key, str)))


def _plan(rows: Rows) -> list[_Insert]:
    ids = {(name, row["id"]) for name, found in rows.items() for row in found if "id" in row}
    refs = {row["ref"] for found in rows.values() for row in found if "ref" in row}
    parents = {name for table in TABLES for name in _parents_of(table) if table.name in rows}
    return [_insert(name, found, ids, refs, name in parents) for name, found in rows.items()]


def _parents_of(table: Any) -> set[str]:
    return {key.column.table.name for column in table.c for key in column.foreign_keys if key.column.table is not table}


def _insert(name: str, found: Sequence[Mapping[str, Any]], ids: set[Any], refs: set[Any], is_parent: bool) -> _Insert:
    columns = tuple(column for column in found[0] if column != "id")
    table = next(table for table in TABLES if table.name == name)
    targets = {c.name: key.column.table.name for c in table.c for key in c.foreign_keys}
    fresh = []
    for row in found:
        places = [(at, _maker(column, row[column], targets, ids, refs)) for at, column in enumerate(columns)]
        fresh.append(tuple((at, maker) for at, maker in places if maker))
    values = tuple(tuple(row[column] for column in columns) for row in found)
    return _Insert(name, columns, values, tuple(fresh), tuple(row.get("id") for row in found), is_parent)


def _maker(
    column: str, value: Any, targets: Mapping[str, str], ids: set[Any], refs: set[Any]
) -> Callable[[dict[Any, Any]], Any] | None:
    """What makes the column's fresh value; ``None``: it stays as it was learnt."""
    if column in targets and (targets[column], value) in ids:
        key = targets[column], value
        return lambda made: made[key]
    if isinstance(value, str) and (value in refs or column == "ref") and is_ref(value, value[:3]):
        return lambda made: made.setdefault(value, new_ref(value[:3]))
    if column == "key":
        return lambda _made: secrets.token_hex(16)
    return None


def _fresh_rows(insert: _Insert, made: dict[Any, Any]) -> list[tuple[Any, ...]]:
    rows = []
    for values, places in zip(insert.rows, insert.fresh, strict=True):
        row = list(values)
        for at, maker in places:
            row[at] = maker(made)
        rows.append(tuple(row))
    return rows


def _write_sqlite(connection: sqlite3.Connection, plan: Sequence[_Insert], made: dict[Any, Any]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for insert in plan:
        sql = f'INSERT INTO "{insert.table}" ({", ".join(insert.columns)}) VALUES ({", ".join("?" * len(insert.columns))})'  # noqa: S608
        rows = _fresh_rows(insert, made)
        if not insert.is_parent:
            connection.executemany(sql, rows)
            continue
        for old, row in zip(insert.old_ids, rows, strict=True):
            made[insert.table, old] = connection.execute(sql, row).lastrowid
    connection.execute("COMMIT")


def _write_postgresql(connection: "psycopg.Connection[Any]", plan: Sequence[_Insert], made: dict[Any, Any]) -> None:
    for insert in plan:
        rows = _fresh_rows(insert, made)
        one = f"({', '.join(['%s'] * len(insert.columns))})"
        names = ", ".join(f'"{column}"' for column in insert.columns)
        sql = f'INSERT INTO "{insert.table}" ({names}) VALUES {", ".join([one] * len(rows))}'  # noqa: S608
        values = [value for row in rows for value in row]
        if not insert.is_parent:
            connection.execute(sql, values)
            continue
        new = connection.execute(sql + " RETURNING id", values).fetchall()
        made.update({(insert.table, old): row[0] for old, row in zip(insert.old_ids, new, strict=True)})
    connection.commit()
