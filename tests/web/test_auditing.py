"""A privacy lead reads the audit: what the own organisation did, who looked at a child's record, in words, and as a file."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.access import service as access
from hub.audit import service as audit
from hub.audit.events import Event
from hub.audit.export import verify_export
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab, joined, recorded, tab_of
from tests.access.visiting import words
from tests.conftest import NOW
from tests.registry.papers import MAIDSTONE, start

ClientFor = Callable[[str], FlaskClient]
SUBJECT = "ntc_" + "7" * 26


@pytest.fixture
def helen(app: Flask, database: Database, cast: Cast) -> Tab:
    """A privacy lead of Leeds at a browser."""
    return tab_of(app, database, joined(database, cast, roles=("privacy_lead",), name="Helen Fictitious"))


def asks(tab: Tab, **typed: str) -> Any:
    return tab.send("POST", "/audit", data=typed, follow_redirects=True)


def read(database: Database, cast: Cast, member: str, subject: str, *, minutes: int = 0, **details: Any) -> None:
    with database.write() as session:
        now = NOW + timedelta(minutes=minutes)
        audit.record(session, cast.actors[member], Event.NOTICE_READ, subject, now=now, details=details)


def found(answer: Any) -> list[str]:
    """The rows of the table, as text."""
    body = answer.text.partition("<tbody")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr")[1:]]


def test_what_the_own_organisation_did_is_listed_newest_first_in_words(
    helen: Tab, database: Database, cast: Cast
) -> None:
    read(database, cast, "leeds", SUBJECT)
    read(database, cast, "leeds", SUBJECT, minutes=5)
    read(database, cast, "kent", SUBJECT, minutes=9)
    rows = found(asks(helen, subject=SUBJECT))
    assert len([row for row in rows if "Read a notice" in row]) == 2
    times = re.findall(r"18 November 2026 at (10:0[05])", " ".join(row for row in rows if "Read a notice" in row))
    assert times == ["10:05", "10:00"]


@pytest.mark.parametrize(
    ("event", "details", "said"),
    [
        (Event.SIGN_IN_REFUSED, {"because": "no_account"}, "why: there is no such account"),
        (Event.SIGN_IN_REFUSED, {"because": "token_audience"}, "why: it was made for another system"),
        (Event.FACTOR_REFUSED, {"because": "wrong_totp"}, "why: the code was wrong, or used before"),
        (Event.SESSION_ENDED, {"because": "roles_changed"}, "why: a role was taken away"),
        (Event.SESSION_BEGAN, {"factors": ["password", "totp"]}, "with: password, code from the app"),
        (
            Event.PERSON_CHANGED,
            {"gained": ["dcs"], "lost": ["duty_desk"]},
            "roles given: Director of Children’s Services; roles taken away: Duty desk",
        ),
        (Event.CLIENT_ADDED, {"scopes": ["look_up"]}, "may: look a child up"),
        (Event.PROPOSAL_MADE, {"act": "ladder.save"}, "what: Change a ladder"),
        (Event.OBLIGATION_EXCUSED, {"reason": "not_reasonably_practicable"}, "reason: It was not reasonably practicable"),
        (Event.OBLIGATION_MET, {"late": False, "due_at": "2026-11-18T17:30:00Z"}, "late: no; due: 18 November 2026 at 17:30"),
        (Event.MISSING_GRADED, {"grade": "very_low", "state": "reported"}, "grade: Very low; state: Reported"),
        (Event.INTERVIEW_DECLINED, {"code": "no_capacity"}, "said as: It has nobody free."),
        (Event.LOOK_UP_ASKED, {"purpose": "found_child"}, "purpose: A child has been found"),
        (Event.AUDIT_READ, {"event": "notice.read", "since": "2026-11-18T00:00:00Z"}, "only: Read a notice"),
        (Event.OBLIGATION_OPENED, {"duty": "E13A", "state": "met_late"}, "duty: E13A; state: Met late"),
        (Event.PERMISSION_DENIED, {"permission": "client.add"}, "tried: client.add"),
        (Event.NOTICE_READ, {"some_code": "of_an_earlier_version"}, "some code: of an earlier version"),
    ],
)  # fmt: skip
def test_the_details_of_an_entry_are_said_in_words(
    helen: Tab, database: Database, cast: Cast, event: Event, details: dict[str, Any], said: str
) -> None:
    with database.write() as session:
        audit.record(session, cast.actors["leeds"], event, SUBJECT, now=NOW, details=details)
    (row,) = [row for row in found(asks(helen, subject=SUBJECT)) if said.partition(":")[0] in row]
    assert said in row


def test_the_sheet_keeps_every_code_as_it_was_recorded(helen: Tab, database: Database, cast: Cast) -> None:
    with database.write() as session:
        details = {"because": "no_account", "roles": ["duty_desk"]}
        audit.record(session, cast.actors["leeds"], Event.SIGN_IN_REFUSED, SUBJECT, now=NOW, details=details)
    sheet = csv.DictReader(io.StringIO(helen.send("POST", "/audit/file", data={"subject": SUBJECT}).text))
    assert [json.loads(row["details"]) for row in sheet if row["event"] == "sign_in.refused"] == [details]


def test_what_was_typed_stands_in_no_address(helen: Tab) -> None:
    answer = helen.send("POST", "/audit", data={"subject": SUBJECT, "since-day": "1"})
    assert answer.status_code == 422, "half a day"
    answer = helen.send("POST", "/audit", data={"subject": SUBJECT})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/audit#found")


def test_a_name_in_the_place_of_a_reference_is_refused_and_not_recorded(helen: Tab, database: Database) -> None:
    answer = helen.send("POST", "/audit", data={"subject": "Rowan Fictitious"})
    assert answer.status_code == 422
    assert "Enter a whole reference" in words(answer)
    assert 'value="Rowan Fictitious"' in answer.text
    assert "Rowan" not in str([entry.details for entry in recorded(database, "audit.read")])


def test_a_period_that_ends_before_it_begins_is_refused(helen: Tab) -> None:
    days = {"since-day": "2", "since-month": "11", "since-year": "2026"}
    days |= {"until-day": "1", "until-month": "11", "until-year": "2026"}
    answer = helen.send("POST", "/audit", data=days)
    assert answer.status_code == 422
    assert "not before the first day" in words(answer)


def test_the_last_day_of_a_period_belongs_to_it(helen: Tab, database: Database, cast: Cast) -> None:
    read(database, cast, "leeds", SUBJECT, minutes=13 * 60)
    day = {"since-day": "18", "since-month": "11", "since-year": "2026"}
    day |= {"until-day": "18", "until-month": "11", "until-year": "2026"}
    assert [row for row in found(asks(helen, event="notice.read", **day)) if "23:00" in row]


def test_people_are_chosen_by_name_and_shown_by_it(helen: Tab, database: Database, cast: Cast) -> None:
    with database.write() as session:
        audit.record(session, cast.actors["leeds"], Event.LADDER_SAVED, "team-manager", now=NOW)
        another = access.add_client(session, SYSTEM, cast.ids["leeds"], "Case system", ["read"], now=NOW)
    page = helen.get("/audit").text
    assert f'<option value="{another.ref}">Case system (a system)</option>' in page
    assert "Helen Fictitious" in page
    rows = found(asks(helen, actor=cast.people["priya"].ref))
    assert rows, "Priya joined"
    assert all("Priya Shah" in row for row in rows)


def test_who_looked_at_a_childs_record_includes_its_notices_and_lists_in_which_it_was_shown(
    helen: Tab, database: Database, cast: Cast, client_for: ClientFor
) -> None:
    leeds = client_for("leeds")
    receipt = leeds.post("/api/v1/notices", json=start(address=MAIDSTONE)).get_json()
    placement, notice = receipt["placement"], receipt["notice"]
    leeds.get(f"/api/v1/notices/{notice}")
    leeds.get(f"/api/v1/placements/{placement}")
    with database.write() as session:
        shown = {"placements": [placement, new_ref("pla")]}
        audit.record(session, cast.actors["leeds"], Event.PLACEMENTS_LISTED, "org_leeds", now=NOW, details=shown)
        others = {"placements": [new_ref("pla")]}
        audit.record(session, cast.actors["leeds"], Event.PLACEMENTS_LISTED, "org_leeds", now=NOW, details=others)
    rows = found(helen.get(f"/audit/about/{notice}"))
    said = " ".join(rows)
    assert "Read a notice" in said
    assert "Read a child’s placement" in said
    assert said.count("Saw children in a list") == 1
    assert "Sent a notice" not in said, "sending is no looking"


def test_the_record_of_a_child_that_the_organisation_has_nothing_to_do_with_leads_nowhere(
    app: Flask, database: Database, cast: Cast, client_for: ClientFor
) -> None:
    receipt = client_for("leeds").post("/api/v1/notices", json=start(address=MAIDSTONE)).get_json()
    outsider = tab_of(app, database, joined(database, cast, "harbour", roles=("privacy_lead",)))
    with database.write() as session:
        audit.record(session, cast.actors["harbour"], Event.NOTICE_READ, receipt["notice"], now=NOW)
    assert found(outsider.get(f"/audit/about/{receipt['placement']}")) == []


def test_that_the_audit_was_read_is_recorded_once_for_all_its_pages(helen: Tab, database: Database, cast: Cast) -> None:
    with database.write() as session:
        rows = [
            audit.entry(session, cast.actors["leeds"], Event.NOTICE_READ, new_ref("ntc"), now=NOW) for _ in range(60)
        ]
        audit.record_many(session, rows)
    first = asks(helen, event="notice.read")
    [path] = re.findall(r'href="(/audit\?before=\d+)"', first.text)
    second = helen.get(path)
    assert (len(found(first)), len(found(second))) == (50, 10)
    assert "next ones" not in words(second)
    assert [entry.details for entry in recorded(database, "audit.read")] == [{"event": "notice.read"}]


def test_the_sheet_holds_what_was_asked_for_and_is_recorded(helen: Tab, database: Database, cast: Cast) -> None:
    read(database, cast, "leeds", SUBJECT)
    read(database, cast, "kent", SUBJECT)
    answer = helen.send("POST", "/audit/file", data={"subject": SUBJECT})
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [row["subject"] for row in rows if row["event"] == "notice.read"] == [SUBJECT]
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-2026-11-18.csv"
    [entry] = recorded(database, "export.made")
    assert entry.details["subject"] == SUBJECT


def test_the_proof_beside_the_sheet_holds(helen: Tab, database: Database, cast: Cast) -> None:
    read(database, cast, "leeds", SUBJECT)
    answer = helen.send("POST", "/audit/file", data={"subject": SUBJECT, "proof": "yes"})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        sheet = packed.read("audit-2026-11-18.csv")
        proof = json.loads(packed.read("audit-2026-11-18.csv.proof.json"))
        assert "hub audit verify --export audit-2026-11-18.csv" in packed.read("READ ME.txt").decode()
    with database.read() as session:
        verdict = verify_export(session, io.BytesIO(sheet), proof)
        assert (verdict.entries, verdict.fault) == (1, None)
        assert verify_export(session, io.BytesIO(sheet + b"x"), proof).fault


def test_only_a_privacy_lead_reads_it(app: Flask, database: Database, cast: Cast) -> None:
    tab = tab_of(app, database, joined(database, cast, roles=("social_worker",)))
    assert tab.get("/audit").status_code == 403
    assert 'href="/audit"' not in tab.get("/account").text


def test_an_empty_answer_says_what_to_do(helen: Tab) -> None:
    assert "Take a longer period" in words(asks(helen, subject="ntc_" + "8" * 26))
