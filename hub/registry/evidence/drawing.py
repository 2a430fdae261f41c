"""Evidence as a PDF: the blocks of ``paper`` on A4, and the signed pack for machines inside it.

The document is PDF/A-3, made for keeping: it names its title and language, carries its own letters and its own attachment, and
has an outline. It is drawn with fpdf2, which needs no libraries of the system.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hub.registry.evidence.paper import Block, Facts, Heading, Pack, Table, Words, blocks, file_name, title_of

if TYPE_CHECKING:
    from fpdf import FPDF

_FONTS: Final = Path(__file__).parent / "fonts"
_FONT: Final = "DejaVu"
_MARGIN: Final = 20
"""Millimetres, as everything here but the sizes of letters, which are points."""
_SIZES: Final = {1: 20, 2: 14, 3: 10.5}
_ABOVE: Final = {1: 0, 2: 8, 3: 5}
_KEPT: Final = 80
"""What is lower than this is not cut between two pages, and a heading stays with so much of what it heads."""
_LINE: Final = 4.6
_TEXT, _SMALL = 9, 8
_QUIET: Final = (80, 84, 86)
_RULE: Final = (177, 180, 182)


def drawn(pack: Pack, *, key_address: str) -> bytes:
    """*pack* as a PDF. *key_address*: where anybody finds the hub's public key."""
    issued_at = datetime.fromisoformat(pack["evidence"]["issued_at"])
    pdf = _document(title_of(pack), issued_at)
    pdf.embed_file(
        bytes=json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        basename=file_name(pack, "json"),
        modification_date=issued_at,
        mime_type="application/json",
        associated_file_relationship="Source",
        desc="The signed evidence, for machines",
        compress=True,
        checksum=True,
    )
    return _filled(pdf, blocks(pack, key_address=key_address))


def on_paper(title: str, drawing: Sequence[Block], *, made_at: datetime) -> bytes:
    """*drawing* as a PDF of that title, with nothing attached: for whatever else is kept on paper."""
    return _filled(_document(title, made_at), drawing)


def _filled(pdf: "FPDF", drawing: Sequence[Block]) -> bytes:
    for block, following in zip_longest(drawing, drawing[1:]):
        _draw(pdf, block, following)
    return bytes(pdf.output())


def _document(title: str, made_at: datetime) -> "FPDF":
    # Only whoever asks for paper pays for its library: it is a tenth of what a web process holds.
    from fpdf import FPDF
    from fpdf.prefs import ViewerPreferences

    class Paper(FPDF):
        """A4 with a foot on each page."""

        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(_FONT, size=_SMALL)
            self.set_text_color(*_QUIET)
            half = self.epw / 2
            self.cell(half, 5, title)
            self.cell(half, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    pdf = Paper(enforce_compliance="PDF/A-3U")
    pdf.set_title(title)
    pdf.set_lang("en-GB")
    pdf.set_creator("Placement notification hub")
    pdf.set_creation_date(made_at)
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    pdf.add_font(_FONT, fname=_FONTS / "DejaVuSansCondensed.ttf")
    pdf.add_font(_FONT, style="B", fname=_FONTS / "DejaVuSansCondensed-Bold.ttf")
    pdf.set_draw_color(*_RULE)
    pdf.add_page()
    return pdf


def _draw(pdf: "FPDF", block: Block, following: Block | None) -> None:
    match block:
        case Heading():
            _heading(pdf, block, min(_height(following), _KEPT))
        case Words():
            _write(pdf, block.text)
            pdf.ln(1.5)
        case Facts():
            _facts(pdf, block)
        case Table():
            _table(pdf, block)


def _height(block: Block | None) -> float:
    """About how high a block is, in millimetres."""
    match block:
        case Facts():
            return sum(_LINE * (1 + len(value) // 75) + 2 for _, value in block.rows)
        case Table():
            return 45
        case Heading():
            return 55
        case _:
            return 20


def _heading(pdf: "FPDF", heading: Heading, headed: float) -> None:
    if pdf.will_page_break(_ABOVE[heading.level] + 12 + headed):
        pdf.add_page()
    else:
        pdf.ln(_ABOVE[heading.level])
    pdf.start_section(heading.text, level=heading.level - 1, strict=False)
    size = _SIZES[heading.level]
    pdf.set_font(_FONT, style="B", size=size)
    pdf.set_text_color(0, 0, 0)
    pdf.multi_cell(0, size * 0.45, heading.text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)


def _write(pdf: "FPDF", text: str) -> None:
    pdf.set_font(_FONT, size=_TEXT)
    pdf.set_text_color(0, 0, 0)
    pdf.multi_cell(0, _LINE, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _facts(pdf: "FPDF", facts: Facts) -> None:
    height = _height(facts)
    if height < _KEPT and pdf.will_page_break(height):
        pdf.add_page()
    _rows(pdf, facts.rows, (38, 132), head=False, size=_TEXT)


def _table(pdf: "FPDF", table: Table) -> None:
    _rows(pdf, (table.head, *table.rows), table.widths, head=True, size=_SMALL)


def _rows(pdf: "FPDF", rows: Any, widths: tuple[int, ...], *, head: bool, size: float) -> None:
    """Rows with a thin line below each; of facts the first column is quiet, of tables the first row is bold."""
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    pdf.set_font(_FONT, size=size)
    pdf.set_text_color(0, 0, 0)
    bold, quiet = FontFace(emphasis="BOLD", color=0), FontFace(color=_QUIET)
    with pdf.table(
        col_widths=widths,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        first_row_as_headings=head,
        headings_style=bold,
        line_height=_LINE * size / _TEXT,
        text_align="LEFT",
        v_align="TOP",
        padding=(0.9, 2, 0.9, 0),
    ) as table:
        for cells in rows:
            row = table.row()
            for place, text in enumerate(cells):
                row.cell(text, style=None if head or place else quiet)
    pdf.ln(2.5)
