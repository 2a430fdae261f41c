"""Cells that are safe to open: what somebody typed is text in a spreadsheet, and never a formula that runs there.

A cell that begins like a formula is given an apostrophe in front, with which every spreadsheet shows it as it was typed. The one
way in which any export writes a CSV file.
"""

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any, Final

from hub.core.clock import iso

_FORMULA: Final = re.compile(r"^\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20\u2212]|^[\t\r\n]")
"""How a formula begins: also after spaces, and in the wide characters that some spreadsheets take for the same."""
_NEXT_CELL: Final = re.compile(r"([;\t\r\n])(\s*)(?=[=+\-@])")
"""Where a spreadsheet that divides cells otherwise than we do would see one begin."""

Cell = str | int | float


def safe_cell(value: Any) -> Cell:
    """*value* as a cell that no spreadsheet runs: numbers as they are, instants in UTC, everything else as harmless text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return _harmless(str(value))


def _harmless(text: str) -> str:
    text = _NEXT_CELL.sub(r"\1\2'", text.replace("\0", ""))
    return f"'{text}" if _FORMULA.match(text) else text


class CsvSheet:
    """A CSV file being written: every cell in quotes, lines ended as RFC 4180 has them."""

    def __init__(self, file: IO[str], columns: Iterable[str]) -> None:
        self._writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self.add(columns)

    def add(self, cells: Iterable[Any]) -> None:
        """Write one row."""
        self._writer.writerow([safe_cell(cell) for cell in cells])
