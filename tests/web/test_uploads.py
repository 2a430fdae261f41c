"""The pages and the API of spreadsheets: what is taken, what is said, who may, and that nothing is done twice."""

import io
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry.uploads.files import MOST_ROWS
from tests.access.signing_in import Tab, joined, tab_of
from tests.registry.papers import start as paper
from tests.registry.spreadsheets import START, Counter, csv_file, grid, many, start, xlsx_file

Clients = Callable[[str], FlaskClient]


@pytest.fixture
def priya(app: Flask, database: Database, cast: Cast) -> Tab:
    return tab_of(app, database, joined(database, cast, "leeds", ["social_worker"]))


@pytest.fixture
def worker(cast: Cast, database: Database, rules: Rulebook, areas: Areas) -> Callable[[], None]:
    """The worker does what there is to do."""
    counter = Counter(cast.actors["leeds"], database, rules, areas)

    def work() -> None:
        while counter.works():
            pass

    return work


def sent(tab: Tab, content: bytes, *, sheet: str = "planned_start", name: str = "Fictitious.csv", **more: str) -> Any:
    form = {"file": (io.BytesIO(content), name), "sheet": sheet, **more}
    return tab.send("POST", "/uploads/new", data=form, content_type="multipart/form-data")


def uploaded(tab: Tab, *rows: dict[str, str]) -> str:
    """The path of the page of what was uploaded."""
    answer = sent(tab, csv_file(rows))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


# --- pages --------------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_would_stand_there(priya: Tab) -> None:
    said = priya.get("/uploads").text
    assert "None yet." in said
    assert 'href="/uploads/new"' in said


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_templates_can_be_downloaded(priya: Tab, ending: str) -> None:
    answer = priya.get(f"/uploads/templates/emergency_start.{ending}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=emergency_start-template.{ending}"
    assert priya.get("/uploads/templates/emergency_start.xls").status_code == 404
    assert priya.get(f"/uploads/templates/admission.{ending}").status_code == 422


def test_the_page_says_how_many_can_be_registered_and_what_is_to_be_changed(priya: Tab) -> None:
    said = priya.get(uploaded(priya, *many(2), start(**{"Start date": "soon"}))).text
    assert "Register 2 notices" in said
    assert "Enter a date such as 27/03/2026." in said
    assert "soon" in said


def test_a_form_without_a_file_or_a_kind_says_so_and_keeps_what_was_chosen(priya: Tab) -> None:
    answer = priya.send("POST", "/uploads/new", data={"leave_out_unknown": "yes"})
    assert answer.status_code == 422
    assert "Choose what the spreadsheet tells of." in answer.text
    assert "Choose the spreadsheet: a CSV or XLSX file." in answer.text
    assert 'value="yes" checked' in answer.text


def test_headings_at_fault_are_listed_one_by_one(priya: Tab) -> None:
    row = {name: value for name, value in START.items() if name != "Legal status"} | {"Risk marker": "cse"}
    answer = sent(priya, csv_file([row]))
    assert answer.status_code == 422
    assert "did you mean “Risk markers”?" in answer.text
    assert "“Legal status”" in answer.text


def test_a_column_that_is_not_known_can_be_left_out_and_is_named_after(priya: Tab) -> None:
    answer = sent(priya, csv_file([{**START, "Favourite colour": "green"}]), leave_out_unknown="yes")
    assert "Favourite colour" in priya.get(answer.headers["Location"]).text


def test_the_same_file_sent_twice_is_one_upload(priya: Tab) -> None:
    assert uploaded(priya, START) == uploaded(priya, START)


def test_a_press_registers_and_a_second_press_does_nothing_more(
    priya: Tab, worker: Callable[[], None], database: Database
) -> None:
    path = uploaded(priya, *many(3))
    once = _once(priya.get(path).text)
    for _ in range(2):
        answer = priya.send("POST", f"{path}/registration", data={"once": once})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert "0 of 3 rows" in priya.get(path).text
    worker()
    said = priya.get(path).text
    assert "3 notices registered" in said
    assert "/receipt" in said
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM notice")).scalar() == 3


def _once(said: str) -> str:
    return said.split('name="once" value="')[1].split('"')[0]


def test_pausing_going_on_leaving_out_and_discarding(priya: Tab, worker: Callable[[], None]) -> None:
    path = uploaded(priya, *many(2))
    for act, seen in (
        ("registration", "Being registered"),
        ("pause", "Paused"),
        ("resumption", "Being registered"),
        ("leaving-out", "Nothing was registered."),
    ):
        sent_on = priya.send("POST", f"{path}/{act}", data={"once": _once(priya.get(path).text)})
        assert sent_on.status_code == 303
        assert seen in priya.get(path).text
    too_late = priya.send("POST", f"{path}/resumption", data={})
    assert (too_late.status_code, "Read it as it stands now" in too_late.text, f'href="{path}"' in too_late.text) == (
        409,
        True,
        True,
    )
    other = uploaded(priya, *many(3))
    assert priya.send("POST", f"{other}/discarding", data={}).headers["Location"] == "/uploads"
    assert "Discarded" in priya.get(other).text


def test_rows_to_change_are_saved_with_their_reasons(priya: Tab) -> None:
    path = uploaded(priya, start(**{"Start date": "soon"}))
    answer = priya.send("POST", f"{path}/to-change.csv")
    assert answer.status_code == 200
    assert "What to change" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_stands_in_cells_is_in_no_address_and_no_title(priya: Tab) -> None:
    path = uploaded(priya, start(**{"Start date": "soon"}))
    said = priya.get(path).text
    assert "Fictitious" not in path
    assert "Fictitious" not in said.split("</title>")[0]


def test_a_page_that_refreshes_itself_shows_no_cells(priya: Tab, database: Database) -> None:
    path = uploaded(priya, *many(1), start(**{"Start date": "soon"}))
    priya.send("POST", f"{path}/registration", data={})
    said = priya.get(path).text
    assert 'data-live="5"' in said
    assert "soon" not in said
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry WHERE event = 'upload.read'")).scalar() == 0


def test_pages_are_for_those_who_register_and_for_their_own_organisation(
    app: Flask, database: Database, cast: Cast, priya: Tab
) -> None:
    path = uploaded(priya, START)
    desk = tab_of(app, database, joined(database, cast, "kent", ["duty_desk"], email="desk@kent.example"))
    assert desk.get("/uploads").status_code == 403
    other = tab_of(app, database, joined(database, cast, "kent", ["social_worker"], email="worker@kent.example"))
    assert other.get(path).status_code == 404
    assert other.send("POST", f"{path}/registration", data={}).status_code == 404
    assert other.send("POST", f"{path}/results.csv").status_code == 404


# --- the API ------------------------------------------------------------------------------------------------------------


def test_a_system_uploads_a_file_reads_its_rows_and_registers_it(
    client_for: Clients, worker: Callable[[], None]
) -> None:
    leeds = client_for("leeds")
    form = {"file": (io.BytesIO(xlsx_file(grid([START]))), "a.xlsx"), "sheet": "planned_start"}
    answer = leeds.post("/api/v1/uploads", data=form, content_type="multipart/form-data")
    assert answer.status_code == 201
    ref = answer.json["ref"]
    assert answer.json["counts"]["ready"] == 1
    assert leeds.post(f"/api/v1/uploads/{ref}/registration").status_code == 202
    worker()
    assert leeds.get(f"/api/v1/uploads/{ref}").json["state"] == "done"
    (row,) = leeds.get(f"/api/v1/uploads/{ref}/rows?state=registered").json["items"]
    assert leeds.get(f"/api/v1/notices/{row['notice']}/receipt").status_code == 200


def test_a_system_sends_rows_as_json_and_is_told_each_fault_by_its_path(client_for: Clients) -> None:
    leeds = client_for("leeds")
    bad = {
        name: value
        for name, value in paper(child=paper()["child"] | {"given_names": "Other"}).items()
        if name != "setting"
    }
    answer = leeds.post("/api/v1/uploads", json={"sheet": "planned_start", "rows": [paper(), bad]})
    assert answer.json["counts"] | {"late": 0} == {
        "ready": 1, "faulty": 1, "registered": 0, "refused": 0, "left_out": 0, "late": 0,
    }  # fmt: skip
    (row,) = leeds.get(f"/api/v1/uploads/{answer.json['ref']}/rows?state=faulty").json["items"]
    assert (row["number"], row["faults"][0]["column"]) == (2, "setting")


def test_pages_of_rows_follow_each_other(client_for: Clients) -> None:
    leeds = client_for("leeds")
    children = [paper()["child"] | {"given_names": f"Row{letter}", "identifiers": {}} for letter in "abc"]
    body = {"sheet": "planned_start", "rows": [paper(child=each) for each in children]}
    ref = leeds.post("/api/v1/uploads", json=body).json["ref"]
    first = leeds.get(f"/api/v1/uploads/{ref}/rows?limit=2").json
    assert [row["number"] for row in first["items"]] == [1, 2]
    rest = leeds.get(f"/api/v1/uploads/{ref}/rows?limit=2&cursor={first['next_cursor']}").json
    assert ([row["number"] for row in rest["items"]], rest["next_cursor"]) == ([3], None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rows": [{}]}, "sheet"),
        ({"sheet": "planned_start"}, "rows"),
        ({"sheet": "planned_start", "rows": []}, "rows"),
        ({"sheet": "planned_start", "rows": [1]}, "rows.0"),
        ({"sheet": "admission", "rows": [{}]}, "sheet"),
    ],
)
def test_what_is_wrong_with_the_whole_is_refused(client_for: Clients, body: Any, field: str) -> None:
    answer = client_for("leeds").post("/api/v1/uploads", json=body)
    assert answer.status_code == 422
    assert field in answer.json["fields"]


@pytest.mark.parametrize("sheet", ["planned_start", "emergency_start", "change", "end"])
def test_rows_of_any_shape_are_judged_and_none_is_a_fault_of_ours(client_for: Clients, sheet: str) -> None:
    child = {"identifiers": {"local_id": ["x"]}}
    strange: list[Any] = [
        {},
        {"child": 7},
        {"child": None},
        {"kind": 3},
        {"address": {"lines": [None, {}]}},
        {"starts_on": []},
    ]
    rows = [
        *strange,
        {"child": child},
        {"emergency": "no"},
        {"placement": 4},
        {"provider": {"ref": {}}},
        {"markers": [[]]},
    ]
    answer = client_for("leeds").post("/api/v1/uploads", json={"sheet": sheet, "rows": rows})
    assert answer.status_code == 201
    assert answer.json["counts"]["faulty"] == len(rows)
    said = client_for("leeds").get(f"/api/v1/uploads/{answer.json['ref']}/rows?state=faulty")
    assert len(said.json["items"]) == len(rows)


def test_other_forms_are_refused(client_for: Clients) -> None:
    leeds = client_for("leeds")
    assert leeds.post("/api/v1/uploads", data=b"x", content_type="text/plain").status_code == 415
    form = {"file": (io.BytesIO(b"x"), "a.csv"), "sheet": "planned_start", "more": "x"}
    assert leeds.post("/api/v1/uploads", data=form, content_type="multipart/form-data").status_code == 422
    assert leeds.delete("/api/v1/uploads/upl_" + "0" * 26).status_code == 404


def test_five_thousand_rows_are_checked_in_seconds(priya: Tab) -> None:
    """Two or three seconds, where nothing else runs."""
    began = process_time()
    answer = priya.send("POST", "/uploads/new", **_by_hand(csv_file(many(MOST_ROWS))))
    assert process_time() - began < 30
    assert "Register 5,000 notices" in priya.get(answer.headers["Location"]).text


def _by_hand(content: bytes) -> dict[str, Any]:
    """The form as bytes: the test client would lay a large one on the disk."""
    kind = b'--x\r\nContent-Disposition: form-data; name="sheet"\r\n\r\nplanned_start\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + content + b"\r\n"
    return {"data": kind + file + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
