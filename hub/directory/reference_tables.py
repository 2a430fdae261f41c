"""Reading the CSV tables of ``config/reference`` so that a bad row is refused by file, line and cure."""

import csv
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.core.errors import Invalid

GSS_CODE = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True)
class Row:
    """One row and where it stands. Reading a column that is missing or empty refuses the row, unless it is optional."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        value = self.optional(column)
        if value is None:
            raise self.refused(f"has no {column}: fill it in")
        return value

    def optional(self, column: str) -> str | None:
        """The cell without surrounding blanks, or None where it is empty. The column itself must exist."""
        if column not in self.cells:
            raise self.refused(f"lacks the column {column}: restore it")
        return (self.cells[column] or "").strip() or None

    def code(self, column: str) -> str:
        """A GSS code: a letter and eight figures."""
        value = self[column]
        self.refuse_if(not GSS_CODE.fullmatch(value), f"has {value} as {column}: use a letter and eight figures")
        return value

    def known(self, column: str, codes: Container[str]) -> str:
        """A code that another table defines."""
        value = self.code(column)
        self.refuse_if(value not in codes, f"names {value} as {column}, which no table defines: correct it or add it")
        return value

    def one_of(self, column: str, choices: Sequence[str]) -> str:
        value = self[column]
        self.refuse_if(value not in choices, f"has {value} as {column}: use {' or '.join(choices)}")
        return value

    def day(self, column: str) -> date | None:
        """A civil date, or None where the cell is empty."""
        value = self.optional(column)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise self.refused(f"has {value} as {column}: write the date as 2025-04-01") from None

    def refuse_if(self, wrong: bool, fault: str) -> None:
        if wrong:
            raise self.refused(fault)

    def refused(self, fault: str) -> Invalid:
        return Invalid(f"{self.place} {fault}.")


def rows(path: Path, unique: str | None = None) -> Iterator[Row]:
    """Every row of the table at *path*, whose column *unique* may not repeat.

    Raises Invalid when the file is missing or is not UTF-8, and for a row that repeats or has too many cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as table:
            yield from _checked(csv.DictReader(table, restval=""), path.name, unique)
    except FileNotFoundError:
        raise Invalid(f"The table {path.name} is missing from {path.parent}: restore it.") from None
    except UnicodeDecodeError:
        raise Invalid(f"The table {path.name} is not UTF-8 text: save it as UTF-8.") from None


def _checked(reader: "csv.DictReader[str]", name: str, unique: str | None) -> Iterator[Row]:
    seen: set[str] = set()
    for cells in reader:
        row = Row(f"{name}, line {reader.line_num}", cells)
        row.refuse_if(None in cells, "has more cells than the header: put quotes round the cell that holds a comma")
        if unique:
            row.refuse_if(row[unique] in seen, f"repeats {unique} {row[unique]}: keep one row")
            seen.add(row[unique])
        yield row
