"""Which columns are sealed, and for what; which hold blind indexes. Read from the models themselves, so that none is forgotten.

A column whose name begins with ``sealed`` is sealed for its row's ``ref``, unless its mark says otherwise:
``info={"sealed_for": "{owner} {key}"}`` names columns of the row (bytes are spelt in hexadecimal), ``{person.ref}`` one of the
row that a foreign key leads to, and words without braces stand for themselves. A column with ``info={"blind": …}`` holds keyed
indexes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


@dataclass(frozen=True)
class SealedColumn:
    """One sealed column. ``bound_to``: the words each value is sealed for, as an expression over its row."""

    column: Column[Any]
    bound_to: ColumnElement[str]

    @property
    def table(self) -> Table:
        found: Table = self.column.table
        return found

    @property
    def key(self) -> Column[Any]:
        """The table's key: one column, an integer."""
        [found] = self.table.primary_key.columns
        return found

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def sealed_columns(tables: Sequence[Table]) -> list[SealedColumn]:
    """Every sealed column of *tables*."""
    return [
        SealedColumn(column, _bound_to(column))
        for table in tables
        for column in table.columns
        if column.name.startswith("sealed") and column.type.python_type is bytes
    ]


def blind_columns(tables: Sequence[Table]) -> list[Column[Any]]:
    """Every column of *tables* that holds blind indexes which are looked up as long as their row lives."""
    return [column for table in tables for column in table.columns if column.info.get("blind") is True]


def _bound_to(column: Column[Any]) -> ColumnElement[str]:
    parts = list(_parts(column, column.info.get("sealed_for", "{ref}")))
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + part
    return joined


def _parts(column: Column[Any], template: str) -> Iterator[ColumnElement[str]]:
    for words, name, *_ in Formatter().parse(template):
        if words:
            yield literal(words)
        if name:
            yield _named(column.table, name)


def _named(table: Any, name: str) -> ColumnElement[str]:
    """The column *name* of *table*; ``other.name``: of the row of ``other`` that the row's foreign key leads to."""
    other, _, there = name.rpartition(".")
    if not other:
        own: ColumnElement[str] = table.c[there]
        return _Hexadecimal(own) if own.type.python_type is bytes else own
    [key] = [key for key in table.foreign_keys if key.column.table.name == other]
    far = key.column.table
    return select(far.c[there]).where(key.column == key.parent).correlate(table).scalar_subquery()


class _Hexadecimal(FunctionElement[str]):
    """Bytes as ``bytes.hex`` spells them."""

    type = String()
    inherit_cache = True


@compiles(_Hexadecimal, "sqlite")
def _in_sqlite(element: _Hexadecimal, compiler: Any, **given: Any) -> str:
    return f"lower(hex({compiler.process(element.clauses, **given)}))"


@compiles(_Hexadecimal, "postgresql")
def _in_postgresql(element: _Hexadecimal, compiler: Any, **given: Any) -> str:
    return f"encode({compiler.process(element.clauses, **given)}, 'hex')"
