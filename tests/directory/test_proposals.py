"""Two people: how a council or force is reached, and its ladders, change when a second person agrees; until then nothing does."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access import service as access
from hub.access.checking import scopes_for_clients
from hub.audit.models import AuditEntry
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.directory import proposals
from hub.directory.models import Proposal
from hub.jobs import BATCH
from tests.conftest import NOW

API = "/api/v1"
WEBHOOK = {
    "role": "duty_desk",
    "channel": "webhook",
    "address": "https://hooks.leeds.example/hub",
    "purpose": "Case system",
}
RUNGS = [
    {"after_hours": 0, "of": "owed_by", "roles": ["duty_desk"]},
    {"after_working_days": 1, "of": "owed_by", "roles": ["service_manager"], "repeat_every_working_days": 5},
]
WEEK = timedelta(days=7)

Speak = Callable[[str], FlaskClient]


@pytest.fixture
def leeds(client_for: Speak) -> FlaskClient:
    return client_for("leeds")


@pytest.fixture
def manager(client_for: Speak) -> FlaskClient:
    """A second hand in Leeds: it may read and manage, and so confirm."""
    return client_for("leeds_manager")


@pytest.fixture
def webhook(leeds: FlaskClient, cast: Cast) -> dict[str, Any]:
    """A contact point of Leeds, as it stands."""
    added = leeds.post(f"{API}/organisations/{cast.refs['leeds']}/contact-points", json=WEBHOOK)
    point: dict[str, Any] = added.json
    return point


def where(point: Mapping[str, Any], below: str = "") -> str:
    return f"{API}/contact-points/{point['ref']}{below}"


def tag(point: Mapping[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{point["version"]}"'}


def purpose_changed(client: FlaskClient, point: Mapping[str, Any], purpose: str = "Changed") -> Any:
    return client.patch(where(point), json={"purpose": purpose}, headers=tag(point))


def decided(client: FlaskClient, proposed: Any, how: str = "confirmation") -> Any:
    assert proposed.status_code == 202, proposed.text
    return client.post(f"{proposed.headers['Location']}/{how}", json={})


def test_a_change_is_answered_with_a_proposal_and_changes_nothing_yet(
    leeds: FlaskClient, webhook: dict[str, Any]
) -> None:
    answer = purpose_changed(leeds, webhook)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"{API}/proposals/{answer.json['ref']}"
    assert (answer.json["act"], answer.json["subject"]) == ("contact_point.change", webhook["ref"])
    assert answer.json["change"] == {"purpose": "Changed"}
    assert answer.json["state"] == "proposed"
    assert answer.json["expires_at"] == "2026-11-25T10:00:00+00:00"
    assert leeds.get(where(webhook)).json["purpose"] == "Case system"
    assert leeds.get(answer.headers["Location"]).json == answer.json


def test_it_takes_effect_when_a_second_person_confirms_it(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    confirmed = decided(manager, purpose_changed(leeds, webhook))
    assert (confirmed.status_code, confirmed.json["state"]) == (201, "confirmed")
    assert leeds.get(where(webhook)).json["purpose"] == "Changed"


def test_whoever_proposed_it_cannot_confirm_or_refuse_it(leeds: FlaskClient, webhook: dict[str, Any]) -> None:
    proposed = purpose_changed(leeds, webhook)
    for how in ("confirmation", "refusal"):
        refused = decided(leeds, proposed, how)
        assert (refused.status_code, refused.json["code"]) == (409, "second_person_needed")
    assert leeds.get(where(webhook)).json["purpose"] == "Case system"


def test_a_client_that_the_proposer_made_is_the_same_hand(
    app: Flask, leeds: FlaskClient, webhook: dict[str, Any]
) -> None:
    made = leeds.post(f"{API}/clients", json={"name": "Other hand", "scopes": ["administer"]}).json
    key = leeds.post(f"{API}/clients/{made['ref']}/keys", json={}).json["text"]
    other = app.test_client()
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    refused = decided(other, purpose_changed(leeds, webhook))
    assert (refused.status_code, refused.json["code"]) == (409, "second_person_needed")
    refused = decided(leeds, purpose_changed(other, webhook))
    assert (refused.status_code, refused.json["code"]) == (409, "second_person_needed")


def test_a_key_in_the_hand_of_the_person_who_proposed_is_no_second_person(
    app: Flask, database: Database, leeds: FlaskClient, cast: Cast, webhook: dict[str, Any]
) -> None:
    """She administers alone: the systems that she set up act for her."""
    scopes = scopes_for_clients("local_authority")
    her = Actor("person", new_ref("per"), cast.ids["leeds"], cast.refs["leeds"], "local_authority", scopes)
    with database.write() as session:
        system = access.add_client(session, her, cast.ids["leeds"], "Case system", scopes, now=NOW)
        key = access.issue_key(session, her, system.ref, now=NOW)
    hers = app.test_client()
    hers.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
    proposed = purpose_changed(hers, webhook)
    ref = proposed.json["ref"]
    with database.write() as session, pytest.raises(proposals.Conflict, match="A second person must decide this"):
        proposals.confirm(session, her, ref, now=NOW)
    assert decided(leeds, proposed).status_code == 201


def test_one_that_is_refused_or_withdrawn_never_takes_effect(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    refused, withdrawn = purpose_changed(leeds, webhook, "First"), purpose_changed(leeds, webhook, "Second")
    assert decided(manager, refused, "refusal").json["state"] == "refused"
    assert decided(leeds, withdrawn, "withdrawal").json["state"] == "withdrawn"
    for proposed in (refused, withdrawn):
        for how in ("confirmation", "refusal"):
            assert decided(manager, proposed, how).status_code == 409
    assert leeds.get(where(webhook)).json["purpose"] == "Case system"


def test_only_whoever_proposed_it_withdraws_it(
    app: Flask, database: Database, leeds: FlaskClient, cast: Cast, webhook: dict[str, Any]
) -> None:
    with database.write() as session:
        second = access.add_client(session, SYSTEM, cast.ids["leeds"], "Second", ["administer"], now=NOW)
        key = access.issue_key(session, SYSTEM, second.ref, now=NOW)
    other = app.test_client()
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
    answer = decided(other, purpose_changed(leeds, webhook), "withdrawal")
    assert (answer.status_code, answer.json["code"]) == (409, "not_yours_to_withdraw")


def test_a_change_to_what_was_changed_meanwhile_is_stale_when_it_is_confirmed(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    first, second, third = (
        purpose_changed(leeds, webhook, "First"),
        purpose_changed(leeds, webhook, "Second"),
        leeds.delete(where(webhook)),
    )
    assert decided(manager, first).status_code == 201
    for stale in (second, third):
        answer = decided(manager, stale)
        assert (answer.status_code, answer.json["code"]) == (412, "edit_conflict")
        assert leeds.get(stale.headers["Location"]).json["state"] == "proposed", "it can be refused"
        assert decided(manager, stale, "refusal").status_code == 201
    assert leeds.get(where(webhook)).json["purpose"] == "First"


def test_what_cannot_stand_is_refused_when_it_is_proposed(leeds: FlaskClient, webhook: dict[str, Any]) -> None:
    stale = leeds.patch(where(webhook), json={"purpose": "A"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    wrong = leeds.patch(where(webhook), json={"address": "ftp://leeds.example"}, headers=tag(webhook))
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["address"])
    assert leeds.get(f"{API}/proposals").json["items"] == []


def test_a_rotated_secret_is_shown_once_to_whoever_confirms_it(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    proposed = leeds.post(where(webhook, "/secret"), json={"keep_previous": False})
    assert "whsec_" not in proposed.text
    confirmed = decided(manager, proposed)
    assert confirmed.json["signing"]["secret"].startswith("whsec_")
    assert confirmed.json["signing"]["secret"] != webhook["signing"]["secret"]
    assert "whsec_" not in leeds.get(proposed.headers["Location"]).text


def test_a_ladder_takes_two_as_well_and_follows_the_version_that_was_seen(
    leeds: FlaskClient, manager: FlaskClient
) -> None:
    first, second = (leeds.put(f"{API}/ladders/host_desk", json={"rungs": RUNGS}) for _ in range(2))
    assert (first.json["act"], first.json["subject"]) == ("ladder.save", "host_desk")
    assert decided(manager, first).status_code == 201
    assert [row["name"] for row in leeds.get(f"{API}/ladders").json["items"] if row["is_own"]] == ["host_desk"]
    assert decided(manager, second).status_code == 412


def test_a_moved_desk_keeps_to_the_day_it_ends_on(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    change = {"valid_to": "2027-03-31", "opening_hours": {"mon": ["09:00", "17:00"]}}
    decided(manager, leeds.patch(where(webhook), json=change, headers=tag(webhook)))
    point = leeds.get(where(webhook)).json
    assert point["valid_to"] == "2027-03-31"
    assert point["opening_hours"] == {"mon": ["09:00", "17:00"], "bank_holidays": False}


def test_it_expires_after_a_week(
    database: Database,
    leeds: FlaskClient,
    manager: FlaskClient,
    webhook: dict[str, Any],
    time_is: Callable[[datetime], None],
) -> None:
    proposed = purpose_changed(leeds, webhook)
    assert proposals.expire_once(database, now=NOW + WEEK - timedelta(seconds=1), limit=BATCH) == 0
    time_is(NOW + WEEK)
    late = decided(manager, proposed)
    assert (late.status_code, late.json["code"]) == (409, "state_conflict")
    assert "has expired" in late.json["detail"]
    assert proposals.expire_once(database, now=NOW + WEEK, limit=BATCH) == 1
    assert proposals.expire_once(database, now=NOW + WEEK, limit=BATCH) == 0
    assert leeds.get(proposed.headers["Location"]).json["state"] == "expired"
    assert leeds.get(where(webhook)).json["purpose"] == "Case system"


def test_the_operator_proposes_to_one_that_has_joined_and_cannot_confirm_it(
    client_for: Speak, manager: FlaskClient, cast: Cast, webhook: dict[str, Any]
) -> None:
    operator = client_for("operator")
    proposed = purpose_changed(operator, webhook)
    assert operator.get(f"{API}/proposals?organisation={cast.refs['leeds']}").json["items"] == [proposed.json]
    refused = decided(operator, proposed)
    assert refused.status_code == 403
    assert decided(manager, proposed).status_code == 201


def test_the_operator_alone_looks_after_one_that_has_not_joined(client_for: Speak, cast: Cast) -> None:
    operator = client_for("operator")
    points = operator.get(f"{API}/organisations/{cast.refs['norfolk']}/contact-points").json["items"]
    assert purpose_changed(operator, points[0]).status_code == 200
    assert operator.delete(where(points[0])).status_code == 204


def test_a_home_changes_its_own_at_once(client_for: Speak, cast: Cast) -> None:
    home = client_for("willow_house")
    points = home.get(f"{API}/organisations/{cast.refs['willow_house']}/contact-points").json["items"]
    mailbox = next(point for point in points if point["channel"] == "email")
    assert purpose_changed(home, mailbox).json["purpose"] == "Changed"


def test_proposals_of_others_look_as_if_they_did_not_exist(
    client_for: Speak, leeds: FlaskClient, webhook: dict[str, Any], cast: Cast
) -> None:
    theirs, nobodys = purpose_changed(leeds, webhook).json["ref"], new_ref("prp")
    bradford = client_for("bradford")
    for method, below in [("get", ""), ("post", "/confirmation"), ("post", "/refusal"), ("post", "/withdrawal")]:
        answers = [getattr(bradford, method)(f"{API}/proposals/{ref}{below}", json={}) for ref in (theirs, nobodys)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json == answers[1].json
    assert bradford.get(f"{API}/proposals").json["items"] == []
    assert bradford.get(f"{API}/proposals?organisation={cast.refs['leeds']}").status_code == 404


@pytest.mark.parametrize("ref", ["prp_1", "%00", "prp_" + "I" * 26, "con_" + "0" * 26])
def test_what_is_no_proposal_is_not_found(leeds: FlaskClient, ref: str) -> None:
    assert leeds.get(f"{API}/proposals/{ref}").status_code == 404
    assert leeds.post(f"{API}/proposals/{ref}/confirmation").status_code == 404


def test_what_was_decided_is_listed_by_state_and_in_pages(
    leeds: FlaskClient, manager: FlaskClient, webhook: dict[str, Any]
) -> None:
    made = [purpose_changed(leeds, webhook, word) for word in ("First", "Second", "Third")]
    decided(manager, made[0], "refusal")
    waiting = leeds.get(f"{API}/proposals?limit=1").json
    rest = leeds.get(f"{API}/proposals?cursor={waiting['next_cursor']}").json
    assert sorted(row["ref"] for row in waiting["items"] + rest["items"]) == sorted(m.json["ref"] for m in made[1:])
    assert [row["ref"] for row in leeds.get(f"{API}/proposals?state=refused").json["items"]] == [made[0].json["ref"]]


def test_every_step_is_recorded_with_who_took_it_and_never_the_address(
    database: Database, leeds: FlaskClient, manager: FlaskClient, cast: Cast, webhook: dict[str, Any]
) -> None:
    moved = leeds.patch(where(webhook), json={"address": "https://new.leeds.example/hub"}, headers=tag(webhook))
    decided(manager, moved)
    with database.read() as session:
        about = select(AuditEntry).where(AuditEntry.subject_ref == moved.json["ref"]).order_by(AuditEntry.id)
        entries = session.scalars(about).all()
    assert [(entry.event, entry.actor_ref) for entry in entries] == [
        ("proposal.made", cast.actors["leeds"].ref),
        ("proposal.confirmed", cast.actors["leeds_manager"].ref),
    ]
    assert {entry.details["subject"] for entry in entries} == {webhook["ref"]}
    assert "new.leeds.example" not in str([entry.details for entry in entries])


def test_a_proposal_that_was_tried_out_leaves_no_other_trace(
    database: Database, leeds: FlaskClient, webhook: dict[str, Any]
) -> None:
    purpose_changed(leeds, webhook)
    with database.read() as session:
        about = select(AuditEntry.event).where(AuditEntry.subject_ref == webhook["ref"])
        assert session.scalars(about).all() == ["contact_point.added"]
        assert len(session.scalars(select(Proposal)).all()) == 1
