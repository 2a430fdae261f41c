"""Each row of a spreadsheet is judged as its notice would be, and each fault says where, what stands there, and what to enter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.core.db import Database
from hub.core.errors import Invalid, NotPermitted, StateConflict
from hub.registry.schemas import NoticeIn
from hub.registry.uploads import service as uploads
from hub.registry.uploads.columns import NOT_IN_CELLS, columns
from hub.registry.uploads.sheets import SHEETS
from hub.registry.uploads.writing import CSV, XLSX, faulty_rows, results
from tests.conftest import NOW
from tests.registry.conftest import Desk
from tests.registry.papers import START as PAPER
from tests.registry.papers import admission, emergency_start
from tests.registry.papers import start as paper
from tests.registry.spreadsheets import (
    POLICY,
    START,
    Counter,
    csv_file,
    many,
    start,
    xlsx_file,
)

Counters = Callable[[str], Counter]


def sentences(counter: Counter, *rows: dict[str, str], sheet: str = "planned_start") -> dict[tuple[int, str], str]:
    return counter.faults(counter.takes(csv_file(rows), sheet=sheet))


# --- columns are the schema's -------------------------------------------------------------------------------------------


def test_every_field_of_a_notice_has_a_column_or_a_reason_for_none() -> None:
    covered = {path.split(".")[0].split("-")[0] for path in columns()}
    fields = {name.removesuffix("_at").removesuffix("_on") for name in NoticeIn().fields}
    assert fields == covered | NOT_IN_CELLS.keys()


def test_every_sheet_shows_and_asks_for_columns_that_there_are() -> None:
    for sheet in SHEETS.values():
        named = {*sheet.shown, *sheet.example, *(path for asked in sheet.asked for path in asked.split("|"))}
        assert named <= columns().keys(), sheet.name


# --- what can be registered ---------------------------------------------------------------------------------------------


def test_a_complete_row_can_be_registered(counter: Counters) -> None:
    upload = counter("leeds").takes(csv_file([START]))
    assert (upload.state, dict(upload.counts)) == ("checked", {"ready": 1})


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        *(("Start date", day) for day in ("2026-11-25", "25 Nov 2026", "25.11.26", "Wed 25th November 2026", "46351")),
        *(("Start time", at) for at in ("10.00", "10am", "1000", "0.4166666667", "")),
        ("Start date", "25/11/2026 10:00"),
        *(("Care plan is to follow", word) for word in ("Y", "TRUE", "Yes", "1", "x")),
        *(("Kind of placement", word) for word in ("foster_ifa", "Foster IFA", "IFA", "Foster carer of an Agency")),
        *(("Legal status", word) for word in ("s31c", "full care order")),
        ("Postcode", "me141xq"),
    ],
)
def test_a_cell_may_be_written_as_people_write(counter: Counters, heading: str, written: str) -> None:
    assert sentences(counter("leeds"), {**START, heading: written}) == {}


def test_markers_and_lines_of_an_address_are_several_in_one_cell(counter: Counters, database: Database) -> None:
    row = start(**{"Risk markers": "cse; County lines", "Address line 1": "1 Fictitious Lane\nOld Town"})
    upload = counter("leeds").takes(csv_file([row]))
    body = _body(database, upload.ref)
    assert [each["marker"] for each in body["markers"]] == ["cse", "cce"]
    assert body["address"]["lines"] == ["1 Fictitious Lane", "Old Town", "Maidstone"]


def _body(database: Database, ref: str) -> Any:
    with database.read() as session:
        row = session.execute(
            text("SELECT r.ref, r.sealed FROM upload_row r JOIN upload u ON u.id = r.upload_id WHERE u.ref = :ref"),
            {"ref": ref},
        ).one()
    return database.keys.open(row.ref, row.sealed)["body"]


def test_a_home_names_the_council_by_its_name(counter: Counters) -> None:
    row = {
        "Surname": "Fictitious", "First name": "Rowan", "DOB": "14/03/2012", "Admission date": "18/11/2026",
        "Placing authority": "Leeds City Council", "Section 20 or 21": "no", "Section 31": "yes", "EHC plan": "no",
        "Why no IRO is named": "Invented.",
    }  # fmt: skip
    assert sentences(counter("willow_house"), row, sheet="admission") == {}
    nowhere = sentences(counter("willow_house"), {**row, "Placing authority": "Atlantis"}, sheet="admission")
    assert "such as Leeds" in nowhere[2, "placing_authority"]


# --- what has to be changed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "written", "path", "said"),
    [
        ("Child date of birth", "31/02/2012", "child.born_on", "then the month: 27/03/2012"),
        ("Child date of birth", "spring", "child.born_on", "such as 27/03/2012"),
        ("Child date of birth", "03/27/2012", "child.born_on", "day first"),
        ("Child date of birth", "14/03/1982", "child.born_on", "30 years ago"),
        ("Child date of birth", "", "child.born_on", "date of birth"),
        ("Start date", "soon", "starts", "such as 27/03/2026"),
        ("Start date", "", "starts", "such as 27/03/2026"),
        ("Start date", "25/11/2031", "starts", "more than a year away"),
        ("Start time", "late", "starts-time", "such as 14:30"),
        ("Legal status", "S99", "legal_status", "Enter one of: S20"),
        ("Care plan is to follow", "perhaps", "care_plan.to_follow", "yes or no"),
        ("Postcode", "ZZ99 9ZZ", "address.postcode", "“Host council”"),
        ("Postcode", "", "address.postcode", "Enter the postcode"),
        ("Needs assessment", "", "needs_assessment", "SI 2010/959 reg 13(4)"),
        ("Why the care plan is to follow", "", "care_plan.reason", "to follow"),
        ("Risk markers", "cse; purple", "markers", "child sexual exploitation"),
        ("Social worker e-mail", "nobody", "social_worker.email", "e-mail address"),
        ("Child NHS number", "943 476 5910", "child.identifiers.nhs_number", "not an NHS number"),
        ("Provider URN", "12", "provider.urn", "URN"),
    ],
)
def test_a_fault_is_told_at_its_column_with_what_to_enter(
    counter: Counters, heading: str, written: str, path: str, said: str
) -> None:
    found = sentences(counter("leeds"), {**START, heading: written}, start(**{"Child given names": "Other"}))
    assert [key for key in found if key[0] == 2] == [(2, path)]
    assert said in found[2, path]


def test_a_fault_says_what_stands_there(counter: Counters) -> None:
    upload = counter("leeds").takes(csv_file([start(**{"Start date": "soon"})]))
    (row,) = counter("leeds").rows(upload, "faulty")
    assert row.faults[0]["stands"] == "soon"
    assert row.faults[0]["heading"] == "Start date"


def test_every_fault_of_a_row_is_told_at_once(counter: Counters) -> None:
    found = sentences(counter("leeds"), start(**{"Start date": "soon", "Legal status": "S99", "Postcode": ""}))
    assert set(found) == {(2, "starts"), (2, "legal_status"), (2, "address.postcode")}


def test_a_row_that_tells_the_same_as_another_is_named_before_anything_is_sent(counter: Counters) -> None:
    again = start(**{"Child family name": " FICTITIOUS ", "Your number for the child": "", "Start date": "2026-11-25"})
    found = sentences(counter("leeds"), START, again, start(**{"Start date": "26/11/2026"}))
    assert found == {(3, ""): "It tells the same as row 2. Remove one of the two."}


def test_a_row_that_waits_in_another_spreadsheet_is_named(counter: Counters) -> None:
    first = counter("leeds").takes(csv_file([START]))
    found = sentences(counter("leeds"), start(**{"Social worker name": "Another"}))
    assert f"row 2 of the spreadsheet {first.ref}" in found[2, ""]
    counter("leeds").does(uploads.discard, first)
    assert sentences(counter("leeds"), start(**{"Social worker name": "A third"})) == {}


def test_a_start_that_was_registered_before_is_named_with_its_notice(
    counter: Counters, desk: Callable[[str], Desk]
) -> None:
    receipt = desk("leeds").registers(PAPER)
    found = sentences(counter("leeds"), START)
    assert receipt.notice in found[2, ""]
    assert "18 November 2026" in found[2, ""]
    assert sentences(counter("leeds"), start(**{"Start date": "25/02/2027"})) == {}


def test_another_councils_notices_are_nobodys_business(counter: Counters, desk: Callable[[str], Desk]) -> None:
    desk("willow_house").registers(admission())
    desk("leeds").registers(PAPER)
    assert sentences(counter("kent"), start(Postcode="LS1 1UR")) == {}


def test_what_comes_late_is_counted(counter: Counters) -> None:
    rows = [*many(2, **{"Start date": "02/11/2026"}), start()]
    upload = counter("leeds").takes(csv_file(rows))
    assert dict(upload.counts) == {"ready": 3, "late": 2}


def test_an_emergency_asks_for_its_reason_and_time_and_not_for_what_may_follow(counter: Counters) -> None:
    row = {
        name: value
        for name, value in START.items()
        if name
        not in ("Needs assessment", "Suitability reasons", "Care plan is to follow", "Why the care plan is to follow")
    } | {"Start date": "18/11/2026", "Start time": "08:00", "Why it was an emergency": "Invented."}
    assert sentences(counter("leeds"), row, sheet="emergency_start") == {}
    found = sentences(
        counter("leeds"), {**row, "Start time": "", "Why it was an emergency": ""}, row, sheet="emergency_start"
    )
    assert "Say why" in found[2, "emergency.reason"]


# --- changes and ends ---------------------------------------------------------------------------------------------------


def test_an_end_names_its_placement_by_reference_or_by_the_councils_own_number(
    counter: Counters, desk: Callable[[str], Desk]
) -> None:
    receipt = desk("leeds").registers(emergency_start())
    end = {"End date": "20/11/2026", "Why it ends": "returned home", "Placement reference": ""}
    by_number = {"Your number for the child": "TEST-1", **end}
    assert sentences(counter("leeds"), by_number, sheet="end") == {}
    by_ref = {**end, "Placement reference": receipt.placement}
    assert "same as row 2" in sentences(counter("leeds"), {**by_number, "End note": "x"}, by_ref, sheet="end")[3, ""]
    unknown = sentences(counter("leeds"), {**by_number, "Your number for the child": "NOBODY"}, sheet="end")
    assert "No placement of yours" in unknown[2, "child.identifiers.local_id"]


def test_an_end_before_the_start_or_of_anothers_placement_is_named(
    counter: Counters, desk: Callable[[str], Desk]
) -> None:
    receipt = desk("leeds").registers(emergency_start())
    end = {"Placement reference": receipt.placement, "End date": "10/11/2026", "Why it ends": "returned home"}
    assert "before the start" in sentences(counter("leeds"), end, sheet="end")[2, "ends"]
    assert "no placement of yours" in sentences(counter("kent"), end, sheet="end")[2, "placement"]


# --- who may, and how much ----------------------------------------------------------------------------------------------


def test_an_organisation_uploads_the_sheets_of_its_own_kind(counter: Counters) -> None:
    with pytest.raises(Invalid, match="admission"):
        counter("willow_house").takes(csv_file([START]))
    with pytest.raises(NotPermitted):
        counter("kent_police").takes(csv_file([START]))


def test_the_same_file_again_is_the_same_upload(counter: Counters) -> None:
    first = counter("leeds").takes(csv_file([START]))
    assert counter("leeds").takes(csv_file([START])).ref == first.ref
    counter("leeds").does(uploads.discard, first)
    assert counter("leeds").takes(csv_file([START])).ref != first.ref


def test_an_organisation_lets_only_so_many_wait(counter: Counters) -> None:
    for number in range(POLICY.most_waiting):
        counter("leeds").takes(
            csv_file([start(**{"Your number for the child": f"T-{number}", "Child family name": f"F{number}"})])
        )
    with pytest.raises(StateConflict, match="10 spreadsheets that wait"):
        counter("leeds").takes(csv_file([START]))


# --- what is handed back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [CSV, XLSX])
def test_faulty_rows_come_back_with_their_reasons_and_can_be_corrected_and_uploaded_again(
    counter: Counters, database: Database, ending: str
) -> None:
    leeds = counter("leeds")
    rows = [
        start(**{"Child given names": "Good", "Your number for the child": "TEST-2"}),
        start(**{"Start date": "soon", "Social worker phone": "+44 1632 960100"}),
    ]
    upload = leeds.takes(csv_file(rows))
    with database.write() as session:
        made = faulty_rows(session, leeds.actor, upload.ref, ending, now=NOW)
    assert made.name == f"{upload.ref}-to-change.{ending}"
    corrected = _corrected(made.content, ending)
    assert dict(leeds.takes(corrected).counts) == {"ready": 1}


def _corrected(content: bytes, ending: str) -> bytes:
    """The file in which somebody has put a date for “soon”."""
    if ending == CSV:
        said = content.decode("utf-8-sig")
        assert "Start date: Enter a date such as 27/03/2026." in said
        assert "'+44 1632 960100" in said
        return content.replace(b"soon", b"25/11/2026")
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [[cell.value for cell in row] for row in book["Notices"].iter_rows()]
    assert cells[1][:2] == [3, "Start date: Enter a date such as 27/03/2026."]
    return xlsx_file([["25/11/2026" if value == "soon" else value for value in row] for row in cells])


def test_nothing_that_runs_is_written_into_a_file(counter: Counters, database: Database) -> None:
    import io

    import openpyxl

    leeds = counter("leeds")
    upload = leeds.takes(csv_file([start(**{"Start date": "soon", "Social worker name": '=HYPERLINK("http://x")'})]))
    with database.write() as session:
        made = faulty_rows(session, leeds.actor, upload.ref, XLSX, now=NOW)
        plain = faulty_rows(session, leeds.actor, upload.ref, CSV, now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert all(cell.data_type != "f" for row in book["Notices"].iter_rows() for cell in row)
    assert b"\"'=HYPERLINK" in plain.content


def test_downloads_and_readings_are_recorded_and_say_nothing_about_a_child(
    counter: Counters, database: Database
) -> None:
    leeds = counter("leeds")
    upload = leeds.takes(csv_file([start(**{"Start date": "soon"})]))
    leeds.rows(upload, "faulty")
    with database.write() as session:
        results(session, leeds.actor, upload.ref, CSV, now=NOW)
    with database.read() as session:
        found = session.execute(
            text("SELECT event, details FROM audit_entry WHERE subject_ref = :ref ORDER BY id"), {"ref": upload.ref}
        ).all()
    assert [row.event for row in found] == ["upload.taken", "upload.read", "export.made"]
    assert "Fictitious" not in str(found)


def test_bodies_that_a_system_sends_are_judged_alike(counter: Counters) -> None:
    from hub.registry.uploads.taking import take_in_bodies

    leeds = counter("leeds")
    good, bad = paper(), paper("address", child={**PAPER["child"], "given_names": "Other"})
    given = {"rules": leeds.rules, "areas": leeds.areas, "policy": POLICY, "now": NOW}
    upload = take_in_bodies(leeds.database, leeds.actor, [good, bad], b"1", sheet="planned_start", **given)
    assert dict(upload.counts) == {"ready": 1, "faulty": 1}
    assert "address" in str(leeds.faults(upload))


def test_what_an_upload_said_is_erased_some_days_after_it_served(counter: Counters, database: Database) -> None:
    from hub.registry.uploads.registering import erase_once

    leeds = counter("leeds")
    upload = leeds.registers(leeds.takes(csv_file([START])))
    left = leeds.takes(csv_file([start(**{"Child given names": "Other"})]), now=NOW)
    assert erase_once(database, POLICY, now=NOW + timedelta(days=POLICY.unfinished_days - 1)) == 0
    assert erase_once(database, POLICY, now=NOW + timedelta(days=POLICY.unfinished_days, seconds=1)) == 1
    assert leeds.sees(left).state == "erased"
    assert erase_once(database, POLICY, now=NOW + timedelta(days=POLICY.kept_days, seconds=1)) == 1
    seen = leeds.sees(upload)
    assert (seen.state, seen.name, dict(seen.counts)) == ("erased", "", {"registered": 1, "late": 0})
    assert leeds.rows(upload) == []
