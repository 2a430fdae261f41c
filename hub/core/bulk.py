"""Inserting rows fast: one INSERT per table, put together once per database, its values bound by the column types.

SQLAlchemy spends more on compiling, caching and binding a small INSERT than the database on running it, and every notice makes a
dozen. This says the same to the driver without the machinery; what is stored is the same to the byte.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Column, ColumnDefault, Dialect, Table
from sqlalchemy.orm import Session

from hub.core.db import UTC

Row = Mapping[str, Any]
_Bind = Callable[[Any], Any]


@dataclass(frozen=True)
class _Plan:
    """The statement for one kind of database, what stands in for what a row leaves out, and which values must be converted."""

    sql: str
    stand_ins: Mapping[str, Any]
    pick: Callable[[Row], tuple[Any, ...]]
    conversions: tuple[tuple[int, _Bind], ...]
    returns_id: bool

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
        self._plans: dict[str, _Plan] = {}

    def rows(self, session: Session, rows: Sequence[Row]) -> None:
        """Insert *rows* in one statement."""
        if rows:
            connection = session.connection()
            plan = self._plan(connection.dialect)
            connection.exec_driver_sql(plan.sql, [tuple(plan.values(row)) for row in rows])

    def one(self, session: Session, row: Row) -> int:
        """Insert *row*; the key it was given."""
        connection = session.connection()
        plan = self._plan(connection.dialect)
        result = connection.exec_driver_sql(_returning(plan), tuple(plan.values(row)))
        return int(result.scalar_one() if plan.returns_id else result.lastrowid)

    def _plan(self, dialect: Dialect) -> _Plan:
        if dialect.name not in self._plans:
            self._plans[dialect.name] = _planned(self._table, dialect)
        return self._plans[dialect.name]


def _returning(plan: _Plan) -> str:
    return plan.sql + " RETURNING id" if plan.returns_id else plan.sql


def _planned(table: Table, dialect: Dialect) -> _Plan:
    filled = [column for column in table.columns if column is not table.autoincrement_column]
    marks = ", ".join("?" if dialect.paramstyle == "qmark" else "%s" for _ in filled)
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in filled)
    into = dialect.identifier_preparer.format_table(table)
    return _Plan(
        sql=f"INSERT INTO {into} ({names}) VALUES ({marks})",  # noqa: S608 - our own tables
        stand_ins={column.name: _stands_in(column) for column in filled},
        pick=itemgetter(*(column.name for column in filled)),
        conversions=tuple(
            (place, convert) for place, column in enumerate(filled) if (convert := _converts(column, dialect))
        ),
        returns_id=dialect.name != "sqlite",
    )


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
    return column.type.dialect_impl(dialect).bind_processor(dialect)
