"""The files that we hand out: templates to fill in, faulty rows to correct, results to keep. As CSV and as XLSX.

Every cell is text that no spreadsheet runs (``core.spreadsheets``); in an XLSX file it is marked as text besides. What is
downloaded can be corrected and uploaded again: its own columns are passed over.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import LONDON
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.spreadsheets import CsvSheet, safe_cell
from hub.registry.uploads import queries
from hub.registry.uploads.columns import Column, columns, spoken_words
from hub.registry.uploads.files import MOST_ROWS
from hub.registry.uploads.models import UploadRow
from hub.registry.uploads.service import upload_of
from hub.registry.uploads.sheets import SHEETS, Sheet

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EXPLAINED: Final = "Explanations"
_FAULTS: Final = ("Row", "What to change")
_RESULTS: Final = ("Row", "Outcome", "Reference", "Registered at", "What to change")
_OUTCOMES: Final = {
    "registered": "registered",
    "refused": "not registered",
    "left_out": "left out",
    "faulty": "to be changed",
    "ready": "waits",
}
_WIDEST: Final = 60

Cells = Sequence[Any]


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def template(sheet: Sheet, ending: str) -> Download:
    """The template of *sheet*: headings in words, the row of a child who does not exist, and (XLSX) what each column takes."""
    shown = sheet.template
    example = [sheet.example.get(column.path, "") for column in shown]
    return _download(f"{sheet.name}-template", ending, [column.heading for column in shown], [example], sheet)


def faulty_rows(session: Session, actor: Actor, ref: str, ending: str, *, now: datetime) -> Download:
    """The rows that cannot be registered as they stand, with a column that says what to change. Recorded as an export."""
    return _rows(session, actor, ref, ending, ("faulty", "refused"), _FAULTS, "to-change", now=now)


def results(session: Session, actor: Actor, ref: str, ending: str, *, now: datetime) -> Download:
    """Every row with what became of it and the reference of its notice. Recorded as an export."""
    return _rows(session, actor, ref, ending, tuple(_OUTCOMES), _RESULTS, "results", now=now)


def _rows(
    session: Session,
    actor: Actor,
    ref: str,
    ending: str,
    states: tuple[str, ...],
    added: tuple[str, ...],
    what: str,
    *,
    now: datetime,
) -> Download:
    upload, keys = upload_of(session, actor, ref), keys_of(session)
    shown = [columns()[path] for path in keys.open(ref, upload.sealed).get("columns", ()) if path in columns()]
    found = queries.rows_of(session, upload.id, states=states, at_most=MOST_ROWS)
    if not found:
        raise NotFound("There are no such rows in this spreadsheet, or they were erased.")
    said = {"of": what, "rows": len(found), "format": ending}
    audit.record(session, actor, Event.EXPORT_MADE, ref, now=now, details=said)
    rows = (_cells(row, keys.open(row.ref, row.sealed), shown, added) for row in found)
    headings = [*added, *(column.heading for column in shown)]
    return _download(f"{ref}-{what}", ending, headings, rows, SHEETS[upload.sheet])


def _cells(row: UploadRow, document: dict[str, Any], shown: Sequence[Column], added: tuple[str, ...]) -> list[Any]:
    told = {
        "Row": row.number,
        "Outcome": _OUTCOMES[row.state],
        "Reference": row.notice_ref or "",
        "Registered at": f"{row.registered_at.astimezone(LONDON):%d/%m/%Y %H:%M}" if row.registered_at else "",
        "What to change": reasons(document["faults"]),
    }
    return [*(told[name] for name in added), *(document["cells"].get(column.path, "") for column in shown)]


def reasons(faults: Iterable[dict[str, str]]) -> str:
    """What is wrong with a row, in one cell."""
    return " ".join(
        f"{each['heading']}: {each['sentence']}" if each["heading"] else each["sentence"] for each in faults
    )


# --- writing ------------------------------------------------------------------------------------------------------------


def _download(name: str, ending: str, headings: Cells, rows: Iterable[Cells], sheet: Sheet) -> Download:
    if ending not in MEDIA_TYPES:
        raise NotFound("There are CSV and XLSX files of it, and no others.")
    content = _csv(headings, rows) if ending == CSV else _xlsx(headings, rows, sheet)
    return Download(f"{name}.{ending}", MEDIA_TYPES[ending], content)


def _csv(headings: Cells, rows: Iterable[Cells]) -> bytes:
    """With a byte order mark: Excel takes the file for its own country's letters otherwise."""
    file = io.StringIO(newline="")
    sheet = CsvSheet(file, headings)
    for cells in rows:
        sheet.add(cells)
    return file.getvalue().encode("utf-8-sig")


def _xlsx(headings: Cells, rows: Iterable[Cells], sheet: Sheet) -> bytes:
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
