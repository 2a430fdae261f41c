"""Organisations: the councils and forces of the tables, and homes, agencies and other bodies that the operator adds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.demonstration.cast import Cast
from hub.directory import queries
from hub.directory.areas import Areas
from hub.directory.loading import load_reference
from hub.directory.models import ContactPoint, Organisation

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LEEDS = "E08000035"
HOME = {"kind": "childrens_home", "name": "Rowan House", "postcode": "LS1 1UR"}

Speak = Callable[[str], FlaskClient]


@pytest.fixture
def operator(client_for: Speak) -> FlaskClient:
    return client_for("operator")


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json
    return body


def faults(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return sorted(answer.json.get("fields", {}))


def test_every_council_and_force_of_the_tables_is_an_organisation_and_none_has_joined(
    database: Database, areas: Areas
) -> None:
    with database.write() as session:
        loaded = load_reference(session, areas, now=NOW)
        assert loaded.added == len(areas.authorities) + len(areas.forces) == 175 + 43
        leeds, met = queries.by_gss(session, LEEDS), queries.by_gss(session, "E23000001")
    assert leeds is not None
    assert met is not None
    assert (leeds.kind, leeds.name, leeds.joined_at) == ("local_authority", areas.authorities[LEEDS].name, None)
    assert met.kind == "police_force"


def test_loading_the_same_tables_again_changes_nothing(database: Database, areas: Areas) -> None:
    with database.write() as session:
        load_reference(session, areas, now=NOW)
    with database.write() as session:
        again = load_reference(session, areas, now=NOW)
        counted = session.scalar(select(func.count()).select_from(Organisation))
    assert (again.added, again.changed) == (0, 0)
    assert counted == 175 + 43 + 1


def test_newer_tables_rename_add_and_date_and_keep_the_reference(database: Database, areas: Areas) -> None:
    with database.write() as session:
        load_reference(session, areas, now=NOW)
        before = queries.by_gss(session, LEEDS)
    leeds = replace(areas.authorities[LEEDS], name="Greater Leeds Council", valid_to=datetime(2028, 4, 1).date())
    newcomer = replace(leeds, gss_code="E06099999", name="New Unitary Council", valid_to=None)
    newer = replace(areas, authorities={**areas.authorities, LEEDS: leeds, "E06099999": newcomer})
    with database.write() as session:
        loaded = load_reference(session, newer, now=NOW)
        after = queries.by_gss(session, LEEDS)
        assert queries.by_gss(session, "E06099999") is not None
    assert (loaded.added, loaded.changed) == (1, 1)
    assert before is not None
    assert after is not None
    assert (after.ref, after.name, str(after.valid_to)) == (before.ref, "Greater Leeds Council", "2028-04-01")


def test_the_first_load_makes_the_operator_with_an_inbox(database: Database, areas: Areas) -> None:
    with database.write() as session:
        load_reference(session, areas, now=NOW)
    with database.read() as session:
        row = queries.operator(session)
        assert row is not None
        reached = queries.desk(session, [(row.id, "operator"), (row.id, "duty_desk")], NOW.date())
    assert [len(points) for points in reached.values()] == [1, 1]


def test_a_home_is_in_the_area_that_its_postcode_lies_in(operator: FlaskClient) -> None:
    home = made(operator.post("/api/v1/organisations", json=HOME | {"urn": "sc 123456".replace(" ", "")}))
    assert (home["area_gss"], home["urn"], home["postcode"]) == (LEEDS, "SC123456", "LS1 1UR")
    listed = operator.get(f"/api/v1/organisations?area={LEEDS}&kind=childrens_home").json["items"]
    assert [row["ref"] for row in listed] == [home["ref"]]


def test_ofsteds_area_stands_where_it_differs_from_the_postcodes(operator: FlaskClient) -> None:
    home = made(operator.post("/api/v1/organisations", json=HOME | {"area_gss": "E08000032"}))
    assert home["area_gss"] == "E08000032"


@pytest.mark.parametrize("urn", ["SC123456", "123456", "1234567", "sc123456"])
def test_ofsteds_shapes_of_a_urn_are_taken(operator: FlaskClient, urn: str) -> None:
    assert made(operator.post("/api/v1/organisations", json=HOME | {"urn": urn}))["urn"] == urn.upper()


@pytest.mark.parametrize(
    "urn", ["XXXXXXX", "xxxxxxx", "12345", "12345678", "SC12345", "SC1234567", "AB123456", "١٢٣٤٥٦"]
)
def test_what_is_no_urn_or_only_stands_for_one_is_refused(operator: FlaskClient, urn: str) -> None:
    assert faults(operator.post("/api/v1/organisations", json=HOME | {"urn": urn})) == ["urn"]


def test_a_urn_and_a_gss_code_belong_to_one_organisation(operator: FlaskClient) -> None:
    made(operator.post("/api/v1/organisations", json=HOME | {"urn": "SC123456"}))
    twice = operator.post("/api/v1/organisations", json=HOME | {"name": "Other House", "urn": "SC123456"})
    assert twice.status_code == 409
    assert list(twice.json["fields"]) == ["urn"]
    council = {"kind": "local_authority", "name": "Second Leeds", "gss_code": LEEDS}
    assert list(operator.post("/api/v1/organisations", json=council).json["fields"]) == ["gss_code"]


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"kind": "childrens_home", "name": "Nowhere House"}, ["postcode"]),
        (HOME | {"postcode": "LS1"}, ["postcode"]),
        (HOME | {"postcode": "EH1 1YZ"}, ["postcode"]),
        (HOME | {"postcode": "LS1", "area_gss": LEEDS}, ["postcode"]),
        (HOME | {"area_gss": "E07000223"}, ["area_gss"]),
        (HOME | {"gss_code": LEEDS}, ["gss_code"]),
        (HOME | {"phone": "ring me"}, ["phone"]),
        (HOME | {"kind": "council"}, ["kind"]),
        (HOME | {"name": "x" * 201}, ["name"]),
        (HOME | {"name": "Rowan\x07House"}, ["name"]),
        (HOME | {"name": " "}, ["name"]),
        (HOME | {"name": 7}, ["name"]),
        (HOME | {"beds": 4}, ["beds"]),
        (
            {"kind": "fostering_agency", "name": "A", "postcode": "LS1 1UR", "address": "1 Street"},
            ["address", "postcode"],
        ),
        ({"kind": "health_body", "name": "A", "urn": "SC123456"}, ["urn"]),
        ({"kind": "local_authority", "name": "A"}, ["gss_code"]),
        ({"kind": "police_force", "name": "A", "gss_code": "LEEDS"}, ["gss_code"]),
    ],
)
def test_an_entry_that_cannot_stand_is_refused_by_field(
    operator: FlaskClient, wanted: dict[str, Any], fields: list[str]
) -> None:
    assert faults(operator.post("/api/v1/organisations", json=wanted)) == fields


@pytest.mark.parametrize("kind", ["rhi_provider", "health_body", "oversight", "other_body", "fostering_agency"])
def test_other_bodies_need_a_name_and_nothing_else(operator: FlaskClient, kind: str) -> None:
    assert made(operator.post("/api/v1/organisations", json={"kind": kind, "name": "Lantern"}))["kind"] == kind


def test_where_a_home_stands_is_shown_to_itself_and_the_operator_and_nobody_else(client_for: Speak, cast: Cast) -> None:
    address = f"/api/v1/organisations/{cast.refs['willow_house']}"
    for member in ("operator", "willow_house"):
        shown = client_for(member).get(address).json
        assert (shown["postcode"], shown["address"]) == ("ME14 1XQ", "1 Fictitious Lane, Maidstone")
    for member in ("kent", "leeds", "lantern_lodge"):
        answers = [client_for(member).get(place) for place in (address, "/api/v1/organisations?kind=childrens_home")]
        assert all("Willow House" in answer.text for answer in answers)
        assert not any(word in answer.text for answer in answers for word in ("ME14", "Fictitious", "960001"))


def test_the_address_of_a_home_is_sealed_in_the_database(database: Database, cast: Cast) -> None:
    with database.read() as session:
        row = session.execute(select(Organisation.__table__).where(Organisation.ref == cast.refs["willow_house"])).one()
        entries = session.scalars(select(AuditEntry.details)).all()
    assert row.sealed
    assert "Fictitious" not in str(row) + str(entries)


def test_a_change_is_made_to_the_version_that_was_read_and_no_other(operator: FlaskClient) -> None:
    home = made(operator.post("/api/v1/organisations", json=HOME | {"address": "3 Fictitious Row"}))
    address = f"/api/v1/organisations/{home['ref']}"
    tag = operator.get(address).headers["ETag"]
    assert operator.patch(address, json={"name": "Rowan Lodge"}).status_code == 428
    changed = operator.patch(address, json={"name": "Rowan Lodge"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json["name"], changed.json["address"]) == (
        200,
        "Rowan Lodge",
        "3 Fictitious Row",
    )
    assert changed.headers["ETag"] != tag
    stale = operator.patch(address, json={"name": "Rowan Cottage"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert operator.get(address).json["name"] == "Rowan Lodge"


def test_a_home_that_moves_is_in_the_area_of_its_new_postcode(operator: FlaskClient) -> None:
    home = made(operator.post("/api/v1/organisations", json=HOME))
    moved = operator.patch(
        f"/api/v1/organisations/{home['ref']}", json={"postcode": "BD1 1HY"}, headers={"If-Match": '"1"'}
    )
    assert moved.json["area_gss"] == "E08000032"


def test_an_empty_change_is_refused(operator: FlaskClient, cast: Cast) -> None:
    address = f"/api/v1/organisations/{cast.refs['willow_house']}"
    assert operator.patch(address, json={}, headers=if_match(operator, address)).status_code == 422


def if_match(client: FlaskClient, address: str) -> dict[str, str]:
    return {"If-Match": client.get(address).headers["ETag"]}


def test_joining_gives_the_duty_desk_an_inbox_once(operator: FlaskClient, database: Database, cast: Cast) -> None:
    address = f"/api/v1/organisations/{cast.refs['norfolk']}/joining"
    first = made(operator.post(address))
    again = made(operator.post(address))
    assert first["joined_at"]
    assert again == first
    with database.read() as session:
        inboxes = select(ContactPoint.role).where(
            ContactPoint.organisation_id == cast.ids["norfolk"], ContactPoint.channel == "inbox"
        )
        assert session.scalars(inboxes).all() == ["duty_desk"]


def test_a_closed_organisation_stays_in_the_directory_and_cannot_join_or_close_again(
    operator: FlaskClient, client_for: Speak, cast: Cast
) -> None:
    willow, address = client_for("willow_house"), f"/api/v1/organisations/{cast.refs['willow_house']}"
    assert willow.get(address).status_code == 200
    assert operator.delete(address).status_code == 204
    assert operator.get(address).json["valid_to"] == "2026-11-18"
    assert willow.get(address).status_code == 401
    assert operator.delete(address).status_code == 409
    assert operator.post(f"{address}/joining").status_code == 409


def test_only_the_operator_adds_changes_and_closes_entries(client_for: Speak, cast: Cast) -> None:
    kent, address = client_for("kent"), f"/api/v1/organisations/{cast.refs['kent']}"
    assert kent.post("/api/v1/organisations", json=HOME).status_code == 403
    assert kent.patch(address, json={"name": "X"}, headers={"If-Match": '"1"'}).status_code == 403
    assert kent.delete(address).status_code == 403
    assert kent.post(f"{address}/joining").status_code == 403


def test_filters_narrow_and_pages_follow_each_other_without_gap_or_repeat(client_for: Speak, areas: Areas) -> None:
    kent, seen, cursor = client_for("kent"), [], None
    while True:
        query = {"kind": "local_authority", "limit": 60} | ({"cursor": cursor} if cursor else {})
        page = kent.get("/api/v1/organisations", query_string=query).json
        seen += [row["gss_code"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(areas.authorities)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=willow", ["Willow House"]),
        ("name=WILLOW%20H", ["Willow House"]),
        ("urn=SC900001", ["Willow House"]),
        (f"gss={LEEDS}", ["Leeds City Council"]),
        (f"gss={LEEDS}&kind=police_force", []),
        ("name=%25", []),
        ("name=_", []),
    ],
)
def test_an_organisation_is_found_by_what_is_known_of_it(client_for: Speak, query: str, names: list[str]) -> None:
    found = client_for("kent").get(f"/api/v1/organisations?{query}").json["items"]
    assert [row["name"] for row in found] == names


@pytest.mark.parametrize("query", ["cursor=org_1", "kind=council", "limit=0", "sort=name"])
def test_a_query_that_cannot_be_answered_is_refused(client_for: Speak, query: str) -> None:
    assert client_for("kent").get(f"/api/v1/organisations?{query}").status_code == 422


@pytest.mark.parametrize("ref", ["1", "%00", "org_%00", "cli_" + "0" * 26, "org_" + "0" * 26])
def test_what_is_no_organisation_is_not_found(client_for: Speak, ref: str) -> None:
    assert client_for("kent").get(f"/api/v1/organisations/{ref}").status_code == 404


def test_an_entry_added_twice_under_one_key_is_added_once(operator: FlaskClient) -> None:
    key = {"Idempotency-Key": "rowan-house-1"}
    first, again = (operator.post("/api/v1/organisations", json=HOME, headers=key) for _ in range(2))
    assert first.json == again.json
    assert len(operator.get("/api/v1/organisations?name=Rowan").json["items"]) == 1


def test_what_is_done_to_an_entry_is_recorded(database: Database, operator: FlaskClient) -> None:
    ref = made(operator.post("/api/v1/organisations", json=HOME))["ref"]
    address = f"/api/v1/organisations/{ref}"
    operator.patch(address, json={"phone": "01632 960003"}, headers={"If-Match": '"1"'})
    operator.post(f"{address}/joining")
    operator.delete(address)
    with database.read() as session:
        about = select(AuditEntry).where(AuditEntry.subject_ref == ref).order_by(AuditEntry.id)
        entries = session.scalars(about).all()
    told = ["organisation.added", "organisation.changed", "organisation.joined", "organisation.closed"]
    assert [entry.event for entry in entries] == told
    assert entries[1].details == {"fields": ["phone"]}


def test_a_place_is_answered_as_the_command_answers_it(client_for: Speak) -> None:
    found = client_for("harbour").get("/api/v1/areas?postcode=ls1+1ur&placing=E10000016").json
    told = (found["postcode"], found["authority"], found["police_force"], found["relation"], found["confidence"])
    assert told == ("LS1 1UR", LEEDS, "E23000010", "distant", "listed")
    scotland = client_for("harbour").get("/api/v1/areas?postcode=EH1+1YZ").json
    assert scotland["authority"] is None
    assert "Scotland" in scotland["reason"]


@pytest.mark.parametrize("query", ["", "postcode=", "postcode=LS1+1UR&placing=E99999999"])
def test_a_place_that_cannot_be_asked_about_is_refused_by_field(client_for: Speak, query: str) -> None:
    answer = client_for("harbour").get(f"/api/v1/areas?{query}")
    assert answer.status_code == 422
    assert answer.json["fields"]
