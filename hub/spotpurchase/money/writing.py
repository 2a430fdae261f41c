"""A statement as a file: CSV for a finance system, PDF for people. Both hold the lines and the sums of the statement itself."""

from datetime import datetime
from typing import IO, Any, Final

from hub.core.clock import LONDON, london_date
from hub.core.spreadsheets import CsvSheet
from hub.registry.evidence.drawing import on_paper
from hub.registry.evidence.paper import Block, Facts, Heading, Table, Words
from hub.spotpurchase.money.pricing import in_pounds
from hub.spotpurchase.money.statements import Statement, StatementLine

COLUMNS: Final = (
    *("month", "buyer", "seller", "line", "kind", "event", "request", "commission", "purchase_order", "card"),
    *("card_version", "occurred_at", "entered_at", "reason", "corrects", "net_pence", "vat_pence", "total_pence"),
)
TOTAL: Final = "total"
"""What stands for the line in the last row, which sums the others."""
KINDS: Final = {
    "interview": "Interview",
    "out_of_hours": "Out of hours",
    "travel": "Travel",
    "abortive": "Visit without an interview",
    "cancellation": "Late cancellation",
    "adjustment": "Correction",
}
REASON_WORDS: Final = {
    "charged_in_error": "charged in error",
    "miles_wrong": "miles were wrong",
    "minutes_wrong": "length was wrong",
    "reduced_by_agreement": "reduced by agreement",
    "more_was_agreed": "more was agreed",
}
ROUNDING: Final = (
    "VAT is worked out for each line by itself and rounded to the nearest penny, half a penny up. "
    "The totals are the sums of the lines."
)
_WIDTHS: Final = (15, 22, 50, 19, 21, 20, 23)
"""Wide enough for what a great council buys of one provider in a month: an amount is never broken between two lines."""


def write_csv(found: Statement, file: IO[str]) -> None:
    """Write the statement to *file*: a row for each line, all money in whole pence, and the sums in the last row."""
    sheet = CsvSheet(file, COLUMNS)
    common = {"month": f"{found.month:%Y-%m}", "buyer": found.buyer.name, "seller": found.seller.name}
    for line in found.lines:
        sheet.add({**common, **vars(line), "line": line.ref, "total_pence": line.total_pence}[name] for name in COLUMNS)
    total: dict[str, Any] = {**common, **vars(found.total), "line": TOTAL, "total_pence": found.total.total_pence}
    sheet.add(total.get(name, "") for name in COLUMNS)


def write_pdf(found: Statement, *, now: datetime) -> bytes:
    """The statement on A4."""
    return on_paper(title_of(found), list(blocks(found, now=now)), made_at=now)


def title_of(found: Statement) -> str:
    """What the document is called."""
    return f"Statement of return home interviews, {found.month:%B %Y}"


def blocks(found: Statement, *, now: datetime) -> list[Block]:
    """What stands on paper, in the order in which a person reads it."""
    return [
        Heading(title_of(found), 1),
        Facts(
            (
                ("Bought by", found.buyer.name),
                ("Sold by", found.seller.name),
                ("Month", f"{found.month:%B %Y}, by the time in London"),
                ("State", _state(found, now)),
                ("Net", in_pounds(found.total.net_pence)),
                ("VAT", in_pounds(found.total.vat_pence)),
                ("Total", in_pounds(found.total.total_pence)),
            )
        ),
        Heading("Lines", 2),
        Table(("Day", "For", "References", "Purchase order", "Net", "VAT", "Total"), _WIDTHS, _rows(found)),
        Words(ROUNDING),
        Words("Late entries and corrections stand in the statement of the month in which they were made."),
    ]


def _state(found: Statement, now: datetime) -> str:
    if found.is_closed:
        return "Closed: nothing more is entered in it"
    return f"As it stood on {now.astimezone(LONDON):%-d %B %Y at %H:%M}; the month is not over"


def _rows(found: Statement) -> tuple[tuple[str, ...], ...]:
    total = ("", "Total", "", "", *_money(found.total))
    return (*(_row(line) for line in found.lines), total)


def _row(line: StatementLine) -> tuple[str, ...]:
    what = KINDS[line.kind] + (f": {REASON_WORDS[line.reason]}" if line.reason else "")
    about = [line.ref, line.request, f"card version {line.card_version}"]
    about += [f"corrects {line.corrects}"] if line.corrects else []
    return f"{london_date(line.occurred_at):%d.%m.%y}", what, "\n".join(about), line.purchase_order or "", *_money(line)


def _money(amount: Any) -> tuple[str, str, str]:
    return in_pounds(amount.net_pence), in_pounds(amount.vat_pence), in_pounds(amount.total_pence)
