"""The directory learns from a redirect that the right council accepted: as a question to the operator, never silently."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from hub.core.db import Database
from hub.directory.area_corrections import FRESH_SECONDS, Learnt
from hub.directory.areas import Areas
from tests.conftest import NOW
from tests.registry.papers import MAIDSTONE, MEDWAY, NORWICH, start

Speak = Callable[[str], FlaskClient]
BY = {"by": "M. Sample, duty desk"}
KENT = "E10000016"


@pytest.fixture(autouse=True)
def later(time_is: Callable[[Any], None]) -> Iterator[Callable[[], None]]:
    """``later()``: what processes have read of corrections is read anew."""
    moved = [NOW]

    def move() -> None:
        moved[0] += timedelta(seconds=FRESH_SECONDS + 1)
        time_is(moved[0])

    time_is(NOW)
    return move


@pytest.fixture
def passed_on(client_for: Speak) -> str:
    """Leeds tells Kent of a child in Maidstone; Kent says that the address is Medway's; Medway accepts it."""
    notice: str = client_for("leeds").post("/api/v1/notices", json=start()).json["notice"]
    said = BY | {"host_authority": MEDWAY, "reason": "Invented: across the boundary."}
    assert client_for("kent").post(f"/api/v1/notices/{notice}/redirect", json=said).status_code == 201
    return notice


@pytest.fixture
def accepted(client_for: Speak, passed_on: str) -> dict[str, Any]:
    answer = client_for("medway").post(f"/api/v1/notices/{passed_on}/area-acceptance", json=BY)
    assert answer.status_code == 201, answer.text
    [put] = waiting(client_for)
    return put


def waiting(client_for: Speak, state: str = "proposed") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client_for("operator").get(f"/api/v1/area-corrections?state={state}").json["items"]
    return items


def decide(client_for: Speak, ref: str, act: str) -> Any:
    return client_for("operator").post(f"/api/v1/area-corrections/{ref}/{act}")


def host_of(client_for: Speak, **changed: Any) -> dict[str, Any]:
    paper = start(child={**start()["child"], "family_name": "Another", "identifiers": {}, "born_on": "2013-05-05"})
    return dict(client_for("leeds").post("/api/v1/notices", json=paper | changed).json["area"])


# --- what is put to the operator --------------------------------------------------------------------------------------


def test_nothing_is_learnt_before_the_right_council_has_accepted(client_for, passed_on) -> None:
    assert waiting(client_for) == []


def test_what_the_right_council_accepts_is_put_to_the_operator(client_for, accepted) -> None:
    assert (accepted["from_authority"], accepted["to_authority"]) == (KENT, MEDWAY)
    assert accepted["state"] == "proposed"


def test_the_operator_is_told_by_an_alert(client_for, accepted) -> None:
    alerts = client_for("operator").get("/api/v1/inbox").json["items"]
    assert [each["subject"] for each in alerts if each["kind"] == "area.disputed"] == [accepted["ref"]]


def test_of_the_postcode_the_operator_sees_the_first_half_and_of_the_placement_nothing(client_for, accepted) -> None:
    assert accepted["postcode_begins"] == "ME14"
    said = client_for("operator").get("/api/v1/area-corrections").text
    assert not [part for part in ("1XQ", "pla_", "ntc_", "Fictitious", "Leeds") if part in said]


def test_the_same_postcode_is_put_once(client_for, accepted) -> None:
    other = start(child={**start()["child"], "family_name": "Another", "identifiers": {}, "born_on": "2013-05-05"})
    notice = client_for("leeds").post("/api/v1/notices", json=other).json["notice"]
    said = BY | {"host_authority": MEDWAY, "reason": "Invented."}
    client_for("kent").post(f"/api/v1/notices/{notice}/redirect", json=said)
    client_for("medway").post(f"/api/v1/notices/{notice}/area-acceptance", json=BY)
    assert [each["ref"] for each in waiting(client_for)] == [accepted["ref"]]


def test_an_acceptance_without_a_redirect_teaches_nothing(client_for) -> None:
    area = {"host_authority": MEDWAY, "reason": "Invented: the sender believes so."}
    notice = client_for("leeds").post("/api/v1/notices", json=start(area=area)).json["notice"]
    assert client_for("medway").post(f"/api/v1/notices/{notice}/area-acceptance", json=BY).json["was_open"] is True
    assert waiting(client_for) == []


def test_a_redirect_to_where_the_tables_point_teaches_nothing(client_for) -> None:
    area = {"host_authority": MEDWAY, "reason": "Invented: the sender is mistaken."}
    notice = client_for("leeds").post("/api/v1/notices", json=start(area=area)).json["notice"]
    said = BY | {"host_authority": KENT, "reason": "Invented."}
    client_for("medway").post(f"/api/v1/notices/{notice}/redirect", json=said)
    client_for("kent").post(f"/api/v1/notices/{notice}/area-acceptance", json=BY)
    assert waiting(client_for) == []


# --- what the operator decides ----------------------------------------------------------------------------------------


def test_until_it_is_confirmed_the_tables_stand(client_for, accepted, later) -> None:
    later()
    assert host_of(client_for)["host_authority"]["gss_code"] == KENT


def test_confirmed_notices_about_the_postcode_go_to_the_council_that_accepted(client_for, accepted, later) -> None:
    assert decide(client_for, accepted["ref"], "confirmation").json["state"] == "confirmed"
    later()
    area = host_of(client_for)
    assert (area["host_authority"]["gss_code"], area["is_confirmed"]) == (MEDWAY, True)


def test_the_sender_is_told_why_it_is_another_council_than_the_tables_name(client_for, accepted, later) -> None:
    decide(client_for, accepted["ref"], "confirmation")
    later()
    place = client_for("leeds").get("/api/v1/areas?postcode=ME14%201XQ").json
    assert (place["authority"], place["confidence"]) == (MEDWAY, "learnt")
    assert place["reason"] == "Medway has accepted an address at ME14 1XQ before; the tables of postcodes name Kent."


def test_other_postcodes_are_where_they_were(client_for, accepted, later) -> None:
    decide(client_for, accepted["ref"], "confirmation")
    later()
    assert host_of(client_for, address=NORWICH)["host_authority"]["gss_code"] == "E10000020"


def test_refused_the_tables_stand_and_it_can_be_put_again(client_for, accepted, later) -> None:
    assert decide(client_for, accepted["ref"], "refusal").json["state"] == "refused"
    later()
    assert host_of(client_for)["host_authority"]["gss_code"] == KENT


def test_what_was_confirmed_can_be_taken_back(client_for, accepted, later) -> None:
    decide(client_for, accepted["ref"], "confirmation")
    assert decide(client_for, accepted["ref"], "refusal").json["state"] == "refused"
    later()
    assert host_of(client_for)["host_authority"]["gss_code"] == KENT


def test_what_is_decided_is_not_confirmed_again(client_for, accepted) -> None:
    decide(client_for, accepted["ref"], "refusal")
    assert decide(client_for, accepted["ref"], "confirmation").status_code == 409


def test_every_step_is_recorded_and_nothing_of_it_names_the_postcode(client_for, accepted, database: Database) -> None:
    decide(client_for, accepted["ref"], "confirmation")
    with database.read() as session:
        wanted = text(
            "SELECT event, details FROM audit_entry WHERE subject_ref = :ref AND event LIKE 'area%' ORDER BY id"
        )
        rows = session.execute(wanted, {"ref": accepted["ref"]}).all()
    assert [row.event for row in rows] == ["area_correction.proposed", "area_correction.confirmed"]
    assert "ME14" not in str(rows)


@pytest.mark.parametrize("member", ["leeds", "kent", "medway"])
def test_nobody_but_the_operator_sees_or_decides(client_for, accepted, member) -> None:
    assert client_for(member).get("/api/v1/area-corrections").status_code == 403
    assert client_for(member).post(f"/api/v1/area-corrections/{accepted['ref']}/confirmation").status_code == 403


# --- how processes go by it -------------------------------------------------------------------------------------------


def test_a_process_reads_corrections_once_in_half_a_minute(
    client_for, accepted, database: Database, areas: Areas, later
) -> None:
    theirs = replace(areas, learnt=Learnt(lambda: database))
    assert theirs.resolve(MAIDSTONE["postcode"]).authority.gss_code == KENT
    decide(client_for, accepted["ref"], "confirmation")
    assert theirs.resolve(MAIDSTONE["postcode"]).authority.gss_code == KENT
    later()
    assert theirs.resolve(MAIDSTONE["postcode"]).authority.gss_code == MEDWAY
