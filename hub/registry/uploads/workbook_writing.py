"""A file that we hand out as a workbook (XLSX): a page of rows, and one that explains the columns.

Every cell is text that no spreadsheet runs (``core.spreadsheets``), and is marked as text besides.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from hub.core.spreadsheets import safe_cell
from hub.registry.uploads.columns import columns, spoken_words
from hub.registry.uploads.sheets import Sheet

_EXPLAINED: Final = "Explanations"
_WIDEST: Final = 60


def workbook(headings: Sequence[Any], rows: Iterable[Sequence[Any]], sheet: Sheet) -> bytes:
    """*rows* under *headings*, and on a second page what each column of *sheet* takes."""
    book = Workbook(write_only=True)
    page = book.create_sheet("Notices")
    page.freeze_panes = "A2"
    _widths(page, [min(_WIDEST, max(12, len(str(heading)) + 2)) for heading in headings])
    page.append([_bold(page, heading) for heading in headings])
    for cells in rows:
        page.append([_text(page, cell) for cell in cells])
    _explain(book.create_sheet(_EXPLAINED), sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _explain(page: Any, sheet: Sheet) -> None:
    """One line for each column: those that the template shows, then those that may be added."""
    _widths(page, [36, 14, 60, 60])
    page.append([_bold(page, each) for each in ("Column", "Needed", "How to write it", "Words it takes")])
    asked = [path for choice in sheet.asked for path in choice.split("|")]
    shown = [*sheet.shown, *(path for path in columns() if path not in sheet.shown)]
    for path in shown:
        column = columns()[path]
        needed = "always" if path in asked else "where known" if path in sheet.shown else "may be added"
        words = ", ".join(spoken_words(column))
        page.append([_text(page, each) for each in (column.heading, needed, column.how, words)])


def _widths(page: Any, widths: Sequence[int]) -> None:
    for number, width in enumerate(widths):
        page.column_dimensions[_letters(number)].width = width


def _letters(number: int) -> str:
    letters = ""
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return letters


def _bold(page: Any, value: Any) -> Any:
    cell = _text(page, value)
    cell.font = Font(bold=True)
    return cell


def _text(page: Any, value: Any) -> Any:
    safe = safe_cell(value)
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", safe) if isinstance(safe, str) else safe)
    if isinstance(safe, str):
        cell.data_type = "s"  # text, whatever it begins with
    return cell
