"""A spreadsheet is read however people's programs write it; what cannot be read is refused in words that help."""

import csv
import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from hub.core.errors import Invalid
from hub.registry.uploads.files import MOST_ROWS, Read, read_file
from hub.registry.uploads.sheets import SHEETS
from hub.registry.uploads.writing import CSV, XLSX, template
from tests.registry.spreadsheets import START, csv_file, grid, many, start, xlsx_file

PLANNED = SHEETS["planned_start"]


def read(content: bytes, sheet: str = "planned_start", **how: Any) -> Read:
    return read_file(content, SHEETS[sheet], **how)


def texts(content: bytes) -> list[dict[str, str]]:
    return [row.texts() for row in read(content).rows]


def refusal(content: bytes, sheet: str = "planned_start") -> str:
    with pytest.raises(Invalid) as refused:
        read(content, sheet)
    return " ".join(refused.value.fields["file"])


# --- CSV in the ways that programs write it -----------------------------------------------------------------------------

ZOE = start(**{"Child given names": "Zoë – “Fictitious”"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    assert texts(csv_file([ZOE], encoding=encoding))[0]["child.given_names"] == "Zoë – “Fictitious”"


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
def test_any_usual_divider_is_read(divider: str) -> None:
    row = start(**{"Needs assessment": "One, two; three"})
    assert texts(csv_file([row], divider=divider))[0]["needs_assessment"] == "One, two; three"


def test_the_first_line_may_say_what_divides_the_cells() -> None:
    assert len(texts(b"sep=;\r\n" + csv_file([START], divider=";"))) == 1


def test_a_cell_may_hold_several_lines() -> None:
    row = start(**{"Needs assessment": "First line.\nSecond line."})
    assert texts(csv_file([row, START]))[0]["needs_assessment"] == "First line.\nSecond line."
    assert len(texts(csv_file([row, START]))) == 2


def test_rows_are_numbered_as_in_the_margin_and_empty_ones_are_passed_over() -> None:
    lines = csv_file([START, start(Postcode="LS1 1UR")]).decode().split("\r\n")
    spaced = "\r\n".join([lines[0], "", ",,,", lines[1], "", lines[2]])
    assert [row.number for row in read(spaced.encode()).rows] == [4, 6]


def test_an_apostrophe_that_our_own_files_put_before_a_telephone_number_is_taken_away() -> None:
    row = start(**{"Social worker phone": "'+44 1632 960100", "Child family name": "'Tooley"})
    assert texts(csv_file([row]))[0]["social_worker.phone"] == "+44 1632 960100"
    assert texts(csv_file([row]))[0]["child.family_name"] == "'Tooley"


# --- XLSX ---------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_its_real_dates_numbers_and_truths() -> None:
    cells = {
        **START,
        "Child date of birth": date(2012, 3, 14),
        "Start date": datetime(2026, 11, 25),
        "Start time": time(10, 0),
        "Your number for the child": 4711.0,
        "Care plan is to follow": True,
    }
    read_texts = texts(xlsx_file(grid([cells])))[0]
    assert read_texts["child.born_on"] == "14/03/2012"
    assert (read_texts["starts"], read_texts["starts-time"]) == ("25/11/2026", "10:00")
    assert read_texts["child.identifiers.local_id"] == "4711"
    assert read_texts["care_plan.to_follow"] == "yes"


def test_rows_of_a_workbook_are_numbered_as_in_the_margin() -> None:
    head, row = grid([START])
    assert [each.number for each in read(xlsx_file([[], head, [], row])).rows] == [4]


def test_a_formula_counts_as_what_it_last_showed() -> None:
    """One that was never worked out shows nothing."""
    head, row = grid([START])
    place = head.index("Social worker name")
    cells = [*row[:place], "=1+1", *row[place + 1 :]]
    assert "social_worker.name" not in texts(xlsx_file([head, cells]))[0]


def test_a_hidden_sheet_is_not_what_is_meant() -> None:
    book = Workbook()
    book.active.title = "Lists"
    book.active.sheet_state = "hidden"
    book.active.append(["female", "male"])
    shown = book.create_sheet("Placements")
    for cells in grid([START]):
        shown.append(cells)
    file = io.BytesIO()
    book.save(file)
    assert len(texts(file.getvalue())) == 1


# --- headings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelt",
    [
        "Child date of birth",
        "CHILD DATE OF BIRTH",
        "child_date_of_birth",
        "child.born_on",
        "born_on",
        "DOB",
        "Date of Birth",
    ],
)
def test_a_heading_may_be_spelt_in_many_ways(spelt: str) -> None:
    rows = [{spelt if name == "Child date of birth" else name: value for name, value in START.items()}]
    assert texts(csv_file(rows))[0]["child.born_on"] == "14/03/2012"


def test_a_heading_that_is_not_known_is_named_with_the_nearest() -> None:
    said = refusal(csv_file([{**START, "Risk marker": "cse", "Favourite colour": "green"}]))
    assert "“Risk marker”: did you mean “Risk markers”?" in said
    assert "“Favourite colour”: rename it, or leave it out." in said


def test_columns_that_are_not_known_are_left_out_when_somebody_says_so_and_named() -> None:
    found = read(csv_file([{**START, "Favourite colour": "green"}]), leave_out_unknown=True)
    assert found.left_out == ("Favourite colour",)


def test_an_empty_column_that_is_not_known_disturbs_nobody() -> None:
    assert len(texts(csv_file([{**START, "Favourite colour": ""}]))) == 1


def test_a_column_with_something_in_it_has_a_heading() -> None:
    assert "has no heading" in refusal(csv_file([{"": "stray", **START}]))


def test_two_spellings_of_one_column_are_named() -> None:
    said = refusal(csv_file([{**START, "DOB": "14/03/2012"}]))
    assert "“Child date of birth” and “DOB” are the same column" in said


def test_headings_that_are_missing_are_named() -> None:
    row = {name: value for name, value in START.items() if name not in ("Legal status", "Start date")}
    assert "no heading “Legal status”, “Start date”" in refusal(csv_file([row]))


def test_either_of_two_headings_may_be_enough() -> None:
    rows = [{"Your number for the child": "T-1", "End date": "20/11/2026", "Why it ends": "returned home"}]
    assert len(read(csv_file(rows), "end").rows) == 1
    said = refusal(csv_file([{"End date": "20/11/2026", "Why it ends": "adopted"}]), "end")
    assert "“Placement reference” or “Your number for the child”" in said


# --- templates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [CSV, XLSX])
@pytest.mark.parametrize("name", SHEETS)
def test_a_template_is_read_again_and_its_example_is_not_taken_for_a_child(name: str, ending: str) -> None:
    content = template(SHEETS[name], ending).content
    assert "no rows beneath" in refusal(content, name)


def test_a_template_explains_every_column_and_its_words_on_a_second_sheet() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(template(PLANNED, XLSX).content))
    explained = {row[0]: row for row in book["Explanations"].iter_rows(values_only=True)}
    assert explained["Child family name"][1] == "always"
    assert "not known" in explained["Child sex"][3]
    assert explained["School name"][1] == "may be added"
    assert [cell.value for cell in book["Notices"][1]] == [column.heading for column in PLANNED.template]


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert "The file is empty" in refusal(content)


def test_a_file_with_headings_alone_is_said_to_have_no_rows() -> None:
    assert "no rows beneath" in refusal(csv_file([dict.fromkeys(START, "")]))
    assert "no rows beneath" in refusal(xlsx_file([grid([START])[0]]))


def test_five_thousand_rows_are_taken_and_one_more_is_not() -> None:
    assert MOST_ROWS == 5_000
    small = [{name: row[name] for name in START} for row in many(2)]
    assert len(texts(csv_file(small * 2_500))) == 5_000
    assert "more than 5,000 rows" in refusal(csv_file([*(small * 2_500), START]))


def test_what_is_no_spreadsheet_is_said_to_be_none() -> None:
    assert "not a spreadsheet" in refusal(b"%PDF-1.7\n\x00\x01\x81\x8d")
    assert "not an Excel workbook" in refusal(_zipped({"word/document.xml": b"<x/>"}))


def test_a_quotation_mark_that_is_not_closed_is_named() -> None:
    assert "quotation mark" in refusal(csv_file([START]) + b'"never closed')


def test_an_old_or_locked_workbook_is_told_from_a_new_one() -> None:
    assert "password" in refusal(b"\xd0\xcf\x11\xe0" + b"\0" * 600)


def test_macros_are_refused() -> None:
    assert "macros" in refusal(_with({"xl/vbaProject.bin": b"x"}))
    types = b'<Types><Override PartName="/xl/workbook.xml" ContentType="x.sheet.macroEnabled.main+xml"/></Types>'
    assert "macros" in refusal(_with({"[Content_Types].xml": types}))


def test_links_to_other_files_are_refused_and_links_for_people_are_not() -> None:
    outside = b'<Relationships><Relationship Id="r" Type="x/oleObject" Target="file://a" TargetMode="External"/></Relationships>'
    assert "other files" in refusal(_with({"xl/externalLinks/externalLink1.xml": b"<x/>"}))
    assert "other files" in refusal(_with({"xl/worksheets/_rels/sheet1.xml.rels": outside}))
    mail = outside.replace(b"x/oleObject", b"x/hyperlink")
    assert len(texts(_with({"xl/worksheets/_rels/sheet1.xml.rels": mail}))) == 1


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
    assert "damaged" in refusal(_with({"xl/sharedStrings.xml": bomb}))


def test_a_file_that_swells_is_refused_before_it_is_unpacked_and_while_it_is() -> None:
    bomb = _with({"xl/media/image1.png": b"\0" * 90_000_000})
    assert len(bomb) < 200_000
    assert "swells" in refusal(bomb)
    assert "damaged" in refusal(_lying(bomb)) or "swells" in refusal(_lying(bomb))


def test_a_damaged_workbook_is_said_to_be_damaged() -> None:
    whole = xlsx_file(grid([START]))
    assert "damaged" in refusal(whole[: len(whole) // 2])
    assert "damaged" in refusal(_with({"xl/workbook.xml": b"<not closed"}))


def test_a_row_with_something_beyond_the_last_heading_says_so() -> None:
    file = io.StringIO()
    head, row = grid([START])
    csv.writer(file).writerows([head, [*row, "stray"]])
    assert [each.beyond for each in read(file.getvalue().encode()).rows] == [True]


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            archive.writestr(name, content)
    return file.getvalue()


def _with(parts: dict[str, bytes]) -> bytes:
    """A workbook in whose archive these parts stand as well, or instead."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file(grid([START])))) as whole,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            if name not in parts:
                made.writestr(name, whole.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def _lying(archive: bytes) -> bytes:
    """The same archive, whose list says that its large part is small."""
    return archive.replace((90_000_000).to_bytes(4, "little"), (90_000).to_bytes(4, "little"))


def test_workbooks_are_read_by_a_parser_that_expands_no_entity() -> None:
    import openpyxl

    assert openpyxl.DEFUSEDXML
