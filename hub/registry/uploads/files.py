"""What rows does a file hold? CSV in any of the ways that spreadsheets write it, and XLSX, as one grid of cells. Pure.

A CSV file may have a byte order mark, be UTF-8, UTF-16 or Windows-1252, and divide its cells by commas, semicolons or tabs. Rows
are numbered as a spreadsheet's margin numbers them, empty ones included, so that a person finds each by its number.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.core.errors import Invalid
from hub.core.sentences import either, in_a_row, listed, together, worded
from hub.registry.uploads.cells import Cell, text_of
from hub.registry.uploads.columns import NOT_READ, Column, column_named, columns, nearest, normal
from hub.registry.uploads.sheets import Sheet
from hub.registry.uploads.workbooks import is_workbook, refused, workbook_rows

MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 200
MOST_EMPTY: Final = 20_000
"""Empty rows that are passed over before a file is given up."""
LONGEST_CELL: Final = 32_767
_DIVIDERS: Final = (",", ";", "\t", "|")
_LISTED: Final = 6
"""Headings named in one sentence."""

Grid = Iterable[tuple[int, list[Cell]]]


@dataclass(frozen=True)
class Row:
    """One row of a file: its number there, and its cells by the path of their column."""

    number: int
    cells: Mapping[str, tuple[Column, Cell]] = field(repr=False)
    beyond: bool = False
    """Whether something stands to the right of the last heading."""

    def texts(self) -> dict[str, str]:
        """What stands in each cell that is not empty."""
        return {path: said for path, (_, cell) in self.cells.items() if (said := text_of(cell))}


@dataclass(frozen=True)
class Read:
    """What a file holds: its rows, the columns in their order, and the headings that were not read."""

    rows: list[Row] = field(repr=False)
    columns: tuple[Column, ...] = ()
    left_out: tuple[str, ...] = ()


def read_file(content: bytes, sheet: Sheet, *, leave_out_unknown: bool = False) -> Read:
    """The rows of a CSV or XLSX file. Raises ``Invalid`` (field ``file``) with a sentence for whoever sent it."""
    if not content.strip(b"\x00\t\r\n \xff\xfe\xef\xbb\xbf"):
        raise refused("The file is empty. Check that you chose the right one.")
    grid = workbook_rows(content, most_columns=MOST_COLUMNS) if is_workbook(content) else csv_rows(content)
    return read_grid(grid, sheet, leave_out_unknown=leave_out_unknown)


def read_grid(grid: Grid, sheet: Sheet, *, leave_out_unknown: bool = False) -> Read:
    """The rows beneath the first row that is not empty, which has the headings."""
    rows = _filled(grid)
    _, head = next(rows, (0, []))
    headings = [text_of(cell) for cell in head]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise refused(
            worded(
                "The file has more than {most_columns} columns. Leave out those that the hub does not need.",
                most_columns=MOST_COLUMNS,
            )
        )
    found = [column_named(said) if normal(said) not in NOT_READ else None for said in headings]
    filled: set[int] = set()
    listed = [_row(number, cells, found, filled) for number, cells in _bounded(rows)]
    unknown = [headings[place] for place in sorted(filled) if found[place] is None and _asks(headings[place])]
    _refuse_headings(headings, found, [] if leave_out_unknown else unknown, sheet)
    kept = [row for row in listed if (row.cells or row.beyond) and row.texts() != dict(sheet.example)]
    if not kept:
        raise refused("The file has headings, and no rows beneath them. Enter one row for each notice.")
    if len(kept) > MOST_ROWS:
        raise _too_many_rows()
    return Read(kept, tuple(each for each in found if each), tuple(unknown))


def _filled(grid: Grid) -> Iterator[tuple[int, list[Cell]]]:
    empty = 0
    for number, cells in grid:
        if any(text_of(cell) for cell in cells):
            yield number, cells
        elif (empty := empty + 1) > MOST_EMPTY:
            raise refused(
                "The file has too many empty rows. Copy the filled ones into a new spreadsheet, and send that."
            )


def _bounded(rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    for count, (number, cells) in enumerate(rows):
        if count > MOST_ROWS:  # the template's example may be among them
            raise _too_many_rows()
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
            raise refused(
                worded("A cell of row {number} holds more text than a spreadsheet can. Shorten it.", number=number)
            )
        yield number, cells


def _too_many_rows() -> Invalid:
    return refused(
        worded(
            "The file has more than {most_rows:,} rows. Divide it, and send one part after the other.",
            most_rows=MOST_ROWS,
        )
    )


def _row(number: int, cells: list[Cell], found: list[Column | None], filled: set[int]) -> Row:
    read: dict[str, tuple[Column, Cell]] = {}
    beyond = False
    for place, cell in enumerate(cells):
        if not text_of(cell):
            continue
        if place >= len(found):
            beyond = True
            continue
        filled.add(place)
        if (column := found[place]) is not None:
            read[column.path] = (column, _unguarded(cell))
    return Row(number, read, beyond)


def _unguarded(cell: Cell) -> Cell:
    """The cell without the apostrophe that our own files put before what a spreadsheet would run (``core.spreadsheets``)."""
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


_GUARDED: Final = re.compile(r"'\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20\u2212\t\r\n]")


# --- headings -----------------------------------------------------------------------------------------------------------


def _asks(heading: str) -> bool:
    return normal(heading) not in NOT_READ


def _refuse_headings(headings: list[str], found: list[Column | None], unknown: list[str], sheet: Sheet) -> None:
    """Refuse a file of which it is not clear what its columns mean, naming every one."""
    sentences = [*_repeated(headings, found), *_named(unknown), *_missing(found, sheet)]
    if sentences:
        raise Invalid(together(sentences), code="headings", fields={"file": sentences})


def _repeated(headings: list[str], found: list[Column | None]) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for said, column in zip(headings, found, strict=True):
        if column is not None:
            places.setdefault(column.path, []).append(f"“{said}”")
    for twice in (said for said in places.values() if len(said) > 1):
        yield worded("{headings} are the same column: keep one of them.", headings=listed(twice))


def _named(unknown: list[str]) -> Iterator[str]:
    for said in unknown[:_LISTED]:
        if not said:
            yield "A column with something in it has no heading: give it one, or empty it."
            continue
        near, heading = nearest(said), said[:60]
        if near:
            yield worded(
                "The hub does not know the column “{heading}”: did you mean “{near}”?",
                heading=heading,
                near=near.heading,
            )
        else:
            yield worded("The hub does not know the column “{heading}”: rename it, or leave it out.", heading=heading)
    if len(unknown) > _LISTED:
        yield worded("There are {count} more that it does not know.", count=len(unknown) - _LISTED)


def _missing(found: list[Column | None], sheet: Sheet) -> Iterator[str]:
    there = {column.path for column in found if column}
    lacking = [asked.split("|") for asked in sheet.asked if there.isdisjoint(asked.split("|"))]
    if lacking:
        said = in_a_row(either(f"“{columns()[path].heading}”" for path in choice) for choice in lacking)
        yield worded("The first row has no heading {headings}. The template has them all.", headings=said)


# --- CSV ----------------------------------------------------------------------------------------------------------------


def csv_rows(content: bytes) -> Grid:
    """The records of a CSV file, numbered from 1. Raises ``Invalid`` where it is none."""
    text = _decoded(content)
    divider, text = _divider(text)
    if "\0" in text:
        raise refused(_NO_SHEET)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            yield number, list(record[: MOST_COLUMNS + 1])
    except csv.Error:
        raise refused(
            "The file has a quotation mark that is opened and not closed, or a cell that is too long."
        ) from None


_NO_SHEET: Final = "This is not a spreadsheet. Send a CSV or XLSX file: the template is both."


def _decoded(content: bytes) -> str:
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")  # what Excel on Windows writes unless it is told otherwise
    except UnicodeDecodeError:
        raise refused(_NO_SHEET) from None


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:400]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _divider(text: str) -> tuple[str, str]:
    """What divides the cells: as the first line says (``sep=;``), or what makes the most headings that the hub knows."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], "\n" + rest
    heads = {each: next(csv.reader([first], delimiter=each), []) for each in _DIVIDERS}
    known = {each: sum(column_named(said) is not None for said in cells) for each, cells in heads.items()}
    return max(_DIVIDERS, key=lambda each: (known[each], len(heads[each]))), text
