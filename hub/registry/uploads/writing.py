"""The files that we hand out: templates to fill in, faulty rows to correct, results to keep. As CSV and as XLSX.

Every cell is text that no spreadsheet runs (``core.spreadsheets``). What is downloaded can be corrected and uploaded again: its
own columns are passed over.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import LONDON
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.spreadsheets import CsvSheet
from hub.registry.uploads import queries
from hub.registry.uploads.columns import Column, columns
from hub.registry.uploads.files import MOST_ROWS
from hub.registry.uploads.models import UploadRow
from hub.registry.uploads.service import upload_of
from hub.registry.uploads.sheets import SHEETS, Sheet

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FAULTS: Final = ("Row", "What to change")
_RESULTS: Final = ("Row", "Outcome", "Reference", "Registered at", "What to change")
_OUTCOMES: Final = {
    "registered": "registered",
    "refused": "not registered",
    "left_out": "left out",
    "faulty": "to be changed",
    "ready": "waits",
}

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
    write = _csv if ending == CSV else _xlsx
    return Download(f"{name}.{ending}", MEDIA_TYPES[ending], write(headings, rows, sheet))


def _xlsx(headings: Cells, rows: Iterable[Cells], sheet: Sheet) -> bytes:
    from hub.registry.uploads import workbook_writing  # here: it loads a large library, and few ask for a workbook

    return workbook_writing.workbook(headings, rows, sheet)


def _csv(headings: Cells, rows: Iterable[Cells], _sheet: Sheet) -> bytes:
    """With a byte order mark: Excel takes the file for its own country's letters otherwise."""
    file = io.StringIO(newline="")
    sheet = CsvSheet(file, headings)
    for cells in rows:
        sheet.add(cells)
    return file.getvalue().encode("utf-8-sig")
