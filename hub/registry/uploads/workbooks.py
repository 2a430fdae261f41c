"""What is in an XLSX file, if it is safe to open? Macros, parts fetched from elsewhere, entities and bombs are refused first.

The file is an archive of XML. Its list of parts is judged before anything is unpacked, and what really comes out is counted,
for the list may lie. openpyxl then reads one row after the other; with defusedxml installed it expands no entity.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from hub.core.errors import Invalid
from hub.registry.uploads.cells import Cell

MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 80_000_000
"""Bytes: 5,000 rows of care plans' length come to half of that."""
_PIECE: Final = 1 << 16
_MOST_BEFORE_HEADINGS: Final = 1_000
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How files of Excel before 2007 begin, and workbooks locked with a password."""
_DAMAGED: Final = "The spreadsheet is damaged or cannot be opened. Save it again as an Excel workbook (.xlsx)."
_MACROS: Final = "The spreadsheet has macros or programs in it. Save it as a plain Excel workbook (.xlsx)."
_FETCHES: Final = (
    "The spreadsheet takes parts of itself from other files. Paste its values into a new one, and send that."
)
_SWELLS: Final = "The spreadsheet swells too much when it is opened. Copy its rows into a new one, and send that."
_EXTERNAL: Final = re.compile(rb"<relationship\b[^>]*\btargetmode\s*=\s*[\"']external[\"'][^>]*>")
_HYPERLINK: Final = re.compile(rb"type\s*=\s*[\"'][^\"']*/hyperlink[\"']")


def refused(sentence: str) -> Invalid:
    """The refusal of a file."""
    return Invalid(sentence, code="file_refused", fields={"file": [sentence]})


def is_workbook(content: bytes) -> bool:
    """Whether *content* claims to be a workbook. Raises ``Invalid`` for one of the kinds that are not taken."""
    if content.startswith(_OLD):
        raise refused(
            "This is an old Excel file, or one with a password. Save it as an Excel workbook (.xlsx) without."
        )
    return content.startswith(b"PK")


def workbook_rows(content: bytes, *, most_columns: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of the first sheet that is shown, by number. Raises ``Invalid``."""
    from openpyxl import load_workbook  # here: it is large, and a worker seldom meets a workbook

    _refuse_unsafe(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet: Any = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise refused(_DAMAGED)
        sheet.reset_dimensions()
        width = _width(sheet, most_columns + 1)
        for number, cells in enumerate(sheet.iter_rows(max_col=width, values_only=True), start=1):
            yield number, list(cells)
    except _BROKEN:
        raise refused(_DAMAGED) from None


def _width(sheet: Any, most: int) -> int:
    """How many cells of each row are looked at: those of the first row that is not empty, and one beyond."""
    for number, cells in enumerate(sheet.iter_rows(max_col=most, values_only=True)):
        filled = [place for place, cell in enumerate(cells, start=1) if cell is not None]
        if filled or number > _MOST_BEFORE_HEADINGS:
            return min(most, max(filled, default=0) + 1)
    return 1


_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What openpyxl raises on files that nobody's spreadsheet wrote. A fault of XML is a ``SyntaxError``, an entity that
defusedxml refused a ``ValueError``."""


def _refuse_unsafe(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_parts(archive.infolist())
            _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, OSError):
        raise refused(_DAMAGED) from None


def _refuse_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if not {"[content_types].xml", "xl/workbook.xml"} <= set(names):
        raise refused("This is not an Excel workbook. Send a CSV or XLSX file: the template is both.")
    if len(parts) > MOST_PARTS or len(names) != len(set(names)) or any(part.flag_bits & 0x1 for part in parts):
        raise refused(_DAMAGED)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refused(_SWELLS)
    if any("vbaproject" in name or "/activex/" in name or "/embeddings/" in name for name in names):
        raise refused(_MACROS)
    if any(name.startswith("xl/externallinks/") or name == "xl/connections.xml" for name in names):
        raise refused(_FETCHES)


def _unpack(archive: zipfile.ZipFile) -> None:
    """Unpack every part, counting what comes out."""
    left = MOST_UNPACKED
    for part in archive.infolist():
        name, tail = part.filename.lower(), b""
        kept = bytearray()
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise refused(_SWELLS)
                _refuse_entities(name, tail + piece)
                tail = piece[-32:]
                if name.endswith(".rels") or name == "[content_types].xml":
                    kept += piece
        _refuse_relations(name, bytes(kept).replace(b"\0", b"").lower())


def _refuse_entities(name: str, piece: bytes) -> None:
    if name.endswith((".xml", ".rels", ".vml")):
        plain = piece.replace(b"\0", b"")
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise refused(_DAMAGED)


def _refuse_relations(name: str, plain: bytes) -> None:
    if name == "[content_types].xml" and b"macroenabled" in plain:
        raise refused(_MACROS)
    if any(not _HYPERLINK.search(found) for found in _EXTERNAL.findall(plain)):
        raise refused(_FETCHES)
