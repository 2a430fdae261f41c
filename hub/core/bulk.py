"""Inserting rows fast: one INSERT per table, put together once per database, its values bound by the column types.

SQLAlchemy spends more on compiling, caching and binding a small INSERT than the database on running it, and every notice makes a
dozen. This says the same to the driver without the machinery; what is stored is the same to the byte. PostgreSQL takes many rows
by COPY in its binary form, which costs it and us a fraction of as many INSERTs; a few it takes sooner as INSERTs in one go.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnDefault, Connection, Dialect, Table
from sqlalchemy.orm import Session

from hub.core.db import UTC, connection_of, driven

_as_json = json.JSONEncoder(check_circular=False).encode
Row = Mapping[str, Any]
_Bind = Callable[[Any], Any]
_COPIED_FROM = 5
"""From so many rows on COPY is the quicker one."""


@dataclass(frozen=True)
class _Plan:
    """The statements for one kind of database, what stands in for what a row leaves out, and which values must be converted."""

    sql: str
    copy: str
    copied_as: Sequence[str]
    stand_ins: Mapping[str, Any]
    pick: Callable[[Row], tuple[Any, ...]]
    conversions: tuple[tuple[int, _Bind], ...]

    @property
    def returning(self) -> str:
        return self.sql + " RETURNING id"

    def values(self, row: Row) -> list[Any]:
        picked = list(self.pick({**self.stand_ins, **row}))
        for place, convert in self.conversions:
            if picked[place] is not None:
                picked[place] = convert(picked[place])
        return picked


class Insertion:
    """INSERT INTO one table. Columns that a row leaves out take their default, or NULL; the key is the database's."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._plans: dict[tuple[str, bool], _Plan] = {}

    def rows(self, session: Session, rows: Sequence[Row]) -> None:
        """Insert *rows* in one statement."""
        if rows:
            connection = connection_of(session)
            _insert(connection, self._plan(connection.dialect), rows)

    def numbered(self, session: Session, rows: Sequence[Row]) -> Sequence[int]:
        """Insert *rows* in one statement; the keys they were given, in order."""
        if len(rows) < 2:
            return [self.one(session, row) for row in rows]
        connection = connection_of(session)
        keys = _next_keys(connection, self._table.name, len(rows))
        keyed = [{**row, "id": key} for key, row in zip(keys, rows, strict=True)]
        _insert(connection, self._plan(connection.dialect, with_key=True), keyed)
        return keys

    def one(self, session: Session, row: Row) -> int:
        """Insert *row*; the key it was given."""
        connection = connection_of(session)
        plan = self._plan(connection.dialect)
        with driven(connection, plan.sql) as cursor:
            cursor.execute(plan.returning, plan.values(row))
            return int(cursor.fetchone()[0])

    def _plan(self, dialect: Dialect, *, with_key: bool = False) -> _Plan:
        if (dialect.name, with_key) not in self._plans:
            self._plans[dialect.name, with_key] = _planned(self._table, dialect, with_key=with_key)
        return self._plans[dialect.name, with_key]


def _insert(connection: Connection, plan: _Plan, rows: Sequence[Row]) -> None:
    values = [plan.values(row) for row in rows]
    with driven(connection, plan.sql) as cursor:
        if connection.dialect.name == "postgresql" and len(values) >= _COPIED_FROM:
            _copy(cursor, plan, values)
        elif len(values) == 1:
            cursor.execute(plan.sql, values[0])  # PostgreSQL's driver takes twice as long over a list of one
        else:
            cursor.executemany(plan.sql, values)


def _copy(cursor: Any, plan: _Plan, values: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(plan.copy) as copy:
        copy.set_types(plan.copied_as)
        for row in values:
            copy.write_row(row)


def _next_keys(connection: Connection, table: str, number: int) -> Sequence[int]:
    """Keys that nobody else is given: from the sequence; on SQLite, where this is the only writer, after the last."""
    if connection.dialect.name == "postgresql":
        taken = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return connection.exec_driver_sql(taken, (table, number)).scalars().all()
    last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one()  # noqa: S608  # nosec B608  # our own table
    return range(last + 1, last + 1 + number)


def _planned(table: Table, dialect: Dialect, *, with_key: bool) -> _Plan:
    filled = [column for column in table.columns if with_key or column is not table.autoincrement_column]
    marks = ", ".join("?" if dialect.paramstyle == "qmark" else "%s" for _ in filled)
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in filled)
    into = dialect.identifier_preparer.format_table(table)
    return _Plan(
        sql=f"INSERT INTO {into} ({names}) VALUES ({marks})",  # noqa: S608  # nosec B608  # our own tables
        copy=f"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)",
        copied_as=[_copied_as(column, dialect) for column in filled],
        stand_ins={column.name: _stands_in(column) for column in filled},
        pick=itemgetter(*(column.name for column in filled)),
        conversions=tuple(
            (place, convert) for place, column in enumerate(filled) if (convert := _converts(column, dialect))
        ),
    )


def _copied_as(column: Column[Any], dialect: Dialect) -> str:
    """PostgreSQL's name of the binary form in which a value travels; that of JSON is its text."""
    kind = column.type.compile(dialect).lower()
    return "text" if kind in ("varchar", "json") else kind


def _stands_in(column: Column[Any]) -> Any:
    """The column's own default, or nothing: where the table forbids that, the database says so."""
    default = column.default
    return default.arg if isinstance(default, ColumnDefault) and default.is_scalar else None


def _converts(column: Column[Any], dialect: Dialect) -> _Bind | None:
    """How a value of this column is handed to the driver; ``None`` where it takes the value as it is."""
    if isinstance(column.type, Boolean):
        return None
    if isinstance(column.type, UTC):
        return partial(column.type.process_bind_param, dialect=dialect)
    if isinstance(column.type, JSON):
        return _as_json
    return column.type.dialect_impl(dialect).bind_processor(dialect)
