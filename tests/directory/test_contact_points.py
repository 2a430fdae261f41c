"""Contact points: entered, verified (of a council or force by a second person), changed, found broken, retired."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.audit.models import AuditEntry
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.directory import contact_points, queries
from hub.directory.contact_points import months_after
from hub.directory.models import ContactPoint
from tests.directory.desks import MAILBOX, NOW, TODAY, TRIED, WEBHOOK, Speak, address_of, agreed, desk, verified

SetClock = Callable[[datetime], None]


def test_a_new_contact_point_is_used_once_it_has_been_verified_and_not_before(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(MAILBOX)
    assert point["is_used"] is False
    assert point["ref"] not in desk(database, cast)
    answer = verified(second, point)
    assert (answer.status_code, answer.json["is_used"]) == (201, True)
    assert answer.json["verified_by"] == TRIED["verified_by"]
    assert answer.json["verified_at"].startswith("2026-11-18T10:00:00")
    assert answer.json["expires_on"] == "2027-11-18"
    assert point["ref"] in desk(database, cast)


def test_of_a_council_or_force_the_client_that_entered_it_cannot_verify_it(
    client_for: Speak, cast: Cast, leeds: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    refused = verified(leeds, add(MAILBOX))
    assert (refused.status_code, refused.json["code"]) == (409, "second_client_needed")
    operator = client_for("operator")
    entered = operator.post(
        f"/api/v1/organisations/{cast.refs['kent_police']}/contact-points",
        json=MAILBOX | {"address": "control@kent-police.example"},
    ).json
    assert verified(operator, entered).status_code == 409
    assert verified(client_for("kent_police"), entered).status_code == 201


def test_of_a_home_one_client_is_enough(client_for: Speak, cast: Cast) -> None:
    home = client_for("willow_house")
    wanted = MAILBOX | {"role": "registered_manager", "address": "rm2@willow-house.example"}
    point = home.post(f"/api/v1/organisations/{cast.refs['willow_house']}/contact-points", json=wanted).json
    assert verified(home, point).status_code == 201


@pytest.mark.parametrize("change", [{"address": "other@leeds.example"}, {"role": "team_manager"}])
def test_what_has_moved_is_verified_again_before_it_is_used(
    database: Database,
    cast: Cast,
    leeds: FlaskClient,
    second: FlaskClient,
    add: Callable[..., dict[str, Any]],
    change: dict[str, str],
) -> None:
    point = add(MAILBOX)
    tag = verified(second, point).headers["ETag"]
    agreed(leeds, second.patch(address_of(point), json=change, headers={"If-Match": tag}))
    changed = leeds.get(address_of(point))
    told = {name: changed.json[name] for name in ("is_used", "verified_by", "verified_at", "expires_on")}
    assert told == {"is_used": False, "verified_by": None, "verified_at": None, "expires_on": None}
    assert verified(leeds, point).status_code == 409, "it is whoever confirmed it that let it in"
    assert verified(second, point).status_code == 201


def test_new_hours_or_words_need_no_new_verification(
    home: FlaskClient, add_at_home: Callable[..., dict[str, Any]]
) -> None:
    point = add_at_home(MAILBOX)
    tag = verified(home, point).headers["ETag"]
    change = {"purpose": "Notices", "opening_hours": {"mon": ["09:00", "17:00"]}, "takes_digest": True}
    changed = home.patch(address_of(point), json=change, headers={"If-Match": tag}).json
    assert changed["is_used"] is True
    assert changed["opening_hours"] == {"mon": ["09:00", "17:00"], "bank_holidays": False}


def test_a_change_is_made_to_the_version_that_was_read(
    home: FlaskClient, add_at_home: Callable[..., dict[str, Any]]
) -> None:
    point = add_at_home(MAILBOX)
    tag = home.get(address_of(point)).headers["ETag"]
    assert home.patch(address_of(point), json={"purpose": "A"}).status_code == 428
    assert home.patch(address_of(point), json={"purpose": "A"}, headers={"If-Match": tag}).status_code == 200
    assert home.patch(address_of(point), json={"purpose": "B"}, headers={"If-Match": tag}).status_code == 412


def test_what_was_tried_must_still_be_the_address(second: FlaskClient, add: Callable[..., dict[str, Any]]) -> None:
    point = add(MAILBOX)
    assert verified(second, point, address="old.desk@leeds.example").status_code == 412
    assert verified(second, point, address="new.desk@leeds.example").status_code == 201


@pytest.mark.parametrize("expires_on", ["2026-11-18", "2020-01-01", "2028-11-19"])
def test_a_verification_ends_after_today_and_within_two_years(
    second: FlaskClient, add: Callable[..., dict[str, Any]], expires_on: str
) -> None:
    answer = verified(second, add(MAILBOX), expires_on=expires_on)
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["expires_on"])


def test_one_whose_verification_ran_out_is_still_used(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(MAILBOX)
    verified(second, point)
    assert point["ref"] in desk(database, cast, on=date(2027, 12, 1))


def test_one_found_broken_is_not_used_until_it_is_verified_again(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(MAILBOX)
    verified(second, point)
    broken = update(ContactPoint).where(ContactPoint.ref == point["ref"]).values(flagged_at=NOW, hard_failures=3)
    with database.write() as session:
        session.execute(broken)
    assert point["ref"] not in desk(database, cast)
    assert verified(second, point).json["flagged_at"] is None
    assert point["ref"] in desk(database, cast)
    with database.read() as session:
        assert session.scalar(select(ContactPoint.hard_failures).where(ContactPoint.ref == point["ref"])) == 0


def test_a_desk_is_its_own_organisations_role_and_nobody_elses(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(MAILBOX | {"role": "iro_manager"})
    verified(second, point)
    assert point["ref"] in desk(database, cast, "iro_manager")
    for role, member in [("duty_desk", "leeds"), ("iro_manager", "bradford"), ("dcs", "leeds")]:
        assert point["ref"] not in desk(database, cast, role, member=member)


def test_several_desks_are_asked_for_at_once_and_one_that_reaches_nobody_is_empty(
    database: Database, cast: Cast
) -> None:
    wanted = [(cast.ids["leeds"], "dcs"), (cast.ids["kent"], "duty_desk"), (cast.ids["norfolk"], "dcs")]
    with database.read() as session:
        found = queries.desk(session, wanted, TODAY)
        assert queries.desk(session, [], TODAY) == {}
    assert [len(found[pair]) for pair in wanted] == [1, 2, 0]
    assert {row.channel for row in found[wanted[1]]} == {"inbox", "email"}
    assert all(row.joined_at is not None for row in found[wanted[1]])


def test_a_telephone_is_for_people_and_the_hub_sends_nothing_to_it(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(
        {"role": "out_of_hours", "channel": "phone", "address": "0113 496 0000", "purpose": "Emergency duty team"}
    )
    verified(second, point)
    assert point["address"] == "01134960000"
    assert point["ref"] not in desk(database, cast, "out_of_hours")


def test_a_retired_point_is_used_no_more_and_can_be_taken_up_again(
    database: Database, cast: Cast, leeds: FlaskClient, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(MAILBOX)
    verified(second, point)
    agreed(second, leeds.delete(address_of(point)))
    assert point["ref"] not in desk(database, cast)
    listed = leeds.get(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points?limit=200").text
    assert point["ref"] not in listed
    again = add(MAILBOX)
    assert (again["ref"], again["is_used"]) == (point["ref"], False)


def test_a_desk_has_each_address_once(leeds: FlaskClient, cast: Cast, add: Callable[..., dict[str, Any]]) -> None:
    add(MAILBOX)
    twice = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=MAILBOX)
    assert (twice.status_code, list(twice.json["fields"])) == (409, ["address"])
    other = add(MAILBOX | {"address": "other@leeds.example"})
    change = {"address": MAILBOX["address"]}
    collides = leeds.patch(address_of(other), json=change, headers={"If-Match": '"1"'})
    assert (collides.status_code, list(collides.json["fields"])) == (409, ["address"])


def test_the_duty_desks_inbox_stays_while_its_organisation_uses_the_hub(leeds: FlaskClient, cast: Cast) -> None:
    points = leeds.get(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points?limit=200").json["items"]
    inbox = next(point for point in points if point["channel"] == "inbox")
    assert leeds.delete(address_of(inbox)).status_code == 409
    moved = leeds.patch(address_of(inbox), json={"role": "dcs"}, headers={"If-Match": f'"{inbox["version"]}"'})
    assert moved.status_code == 409


def test_contact_points_of_others_look_as_if_they_did_not_exist(
    client_for: Speak, cast: Cast, add: Callable[..., dict[str, Any]]
) -> None:
    point, bradford = add(WEBHOOK), client_for("bradford")
    theirs, nobodys = point["ref"], new_ref("con")

    def answers(ref: str) -> list[tuple[int, Any]]:
        place = f"/api/v1/contact-points/{ref}"
        said = [
            bradford.get(place),
            bradford.patch(place, json={"purpose": "Mine"}, headers={"If-Match": '"1"'}),
            bradford.post(f"{place}/verification", json=TRIED),
            bradford.post(f"{place}/secret", json={}),
            bradford.delete(place),
        ]
        return [(answer.status_code, answer.json) for answer in said]

    assert answers(theirs) == answers(nobodys)
    assert {status for status, _ in answers(theirs)} == {404}
    for below in ("contact-points", "reachability"):
        lists = [bradford.get(f"/api/v1/organisations/{ref}/{below}") for ref in (cast.refs["leeds"], new_ref("org"))]
        assert [answer.status_code for answer in lists] == [404, 404]
        assert lists[0].json == lists[1].json
    refused = bradford.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=MAILBOX)
    assert refused.status_code == 404


def test_contact_points_are_listed_in_pages(leeds: FlaskClient, cast: Cast) -> None:
    place = f"/api/v1/organisations/{cast.refs['leeds']}/contact-points"
    whole = [point["ref"] for point in leeds.get(f"{place}?limit=200").json["items"]]
    first = leeds.get(f"{place}?limit=5").json
    rest = leeds.get(f"{place}?limit=200&cursor={first['next_cursor']}").json
    assert [point["ref"] for point in first["items"] + rest["items"]] == whole
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": "tea_lady"}, "role"),
        ({"channel": "fax"}, "channel"),
        ({"address": "a@leeds.example\r\nBcc: b@leeds.example,c"}, "address"),
        ({"address": "two@leeds.example three@leeds.example"}, "address"),
        ({"purpose": ""}, "purpose"),
        ({"channel": "inbox"}, "address"),
        ({"channel": "webhook", "address": "http://hooks.leeds.example"}, "address"),
        ({"channel": "webhook", "address": "https://127.0.0.1/hub"}, "address"),
        ({"channel": "phone", "address": "112"}, "address"),
        ({"channel": "webhook", "address": "https://hooks.leeds.example", "takes_digest": True}, "takes_digest"),
        ({"valid_to": "2026-11-18"}, "valid_to"),
        ({"valid_to": "2026-02-30"}, "valid_to"),
        ({"opening_hours": {}}, "opening_hours"),
        ({"opening_hours": {"bank_holidays": True}}, "opening_hours"),
        ({"opening_hours": {"mon": ["09:00"]}}, "opening_hours.mon"),
        ({"opening_hours": {"mon": ["9:00", "17:00"]}}, "opening_hours.mon"),
        ({"opening_hours": {"mon": ["09:00", "25:00"]}}, "opening_hours.mon"),
        ({"opening_hours": {"mon": ["24:00", "17:00"]}}, "opening_hours.mon"),
        ({"opening_hours": {"monday": ["09:00", "17:00"]}}, "opening_hours.monday"),
        ({"opening_hours": {"mon": ["09:00", "17:00"], "bank_holidays": "maybe"}}, "opening_hours.bank_holidays"),
        ({"signing": "none"}, "signing"),
        ({"verified_by": "me"}, "verified_by"),
    ],
)
def test_a_contact_point_that_cannot_work_is_refused_by_field(
    leeds: FlaskClient, cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    answer = leeds.post(f"/api/v1/organisations/{cast.refs['leeds']}/contact-points", json=MAILBOX | wrong)
    assert answer.status_code == 422, answer.text
    assert list(answer.json["fields"]) == [field]


def test_opening_hours_may_end_at_midnight_or_the_next_morning(add: Callable[..., dict[str, Any]]) -> None:
    hours = {"fri": ["17:00", "24:00"], "sat": ["20:00", "08:00"], "bank_holidays": True}
    assert add(MAILBOX, opening_hours=hours)["opening_hours"] == hours


def test_what_is_done_to_a_contact_point_is_recorded_without_its_address(
    database: Database, leeds: FlaskClient, second: FlaskClient, cast: Cast, add: Callable[..., dict[str, Any]]
) -> None:
    point = add(WEBHOOK)
    verified(second, point)
    agreed(second, leeds.post(address_of(point, "/secret"), json={}))
    agreed(second, leeds.patch(address_of(point), json={"purpose": "A"}, headers={"If-Match": '"3"'}))
    agreed(second, leeds.delete(address_of(point)))
    with database.read() as session:
        about = select(AuditEntry).where(AuditEntry.subject_ref == point["ref"]).order_by(AuditEntry.id)
        entries = session.scalars(about).all()
    told = ["added", "verified", "secret_rotated", "changed", "retired"]
    assert [entry.event for entry in entries] == [f"contact_point.{word}" for word in told]
    assert {entry.details["organisation"] for entry in entries} == {cast.refs["leeds"]}
    assert "hooks.leeds.example" not in str([entry.details for entry in entries])


def test_the_shell_may_verify_what_it_entered(database: Database, cast: Cast) -> None:
    with database.write() as session:
        added = contact_points.add(session, SYSTEM, cast.refs["leeds"], MAILBOX, private_webhooks=False, now=NOW)
        contact_points.verify(session, SYSTEM, added.point.ref, verified_by="The operator", now=NOW)
    assert added.point.ref in desk(database, cast)


def test_one_entered_for_a_later_day_is_used_from_that_day(
    database: Database, cast: Cast, second: FlaskClient, add: Callable[..., dict[str, Any]]
) -> None:
    starts = TODAY + timedelta(days=10)
    point = add(MAILBOX, valid_from=starts.isoformat(), valid_to=(starts + timedelta(days=2)).isoformat())
    verified(second, point)
    used = [point["ref"] in desk(database, cast, on=starts + timedelta(days=n)) for n in (-1, 0, 1, 2)]
    assert used == [False, True, True, False]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 18), 12, date(2027, 11, 18)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 31), 24, date(2028, 10, 31)),
    ],
)
def test_twelve_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
