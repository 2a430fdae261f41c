"""Who may read the record over HTTP, and how much of it: one's own organisation's, or as its operator all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.access import service as access
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import iso
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.conftest import NOW

ClientFor = Callable[[str], FlaskClient]
SUBJECT = "ntc_" + "7" * 26


Speaking = Callable[..., FlaskClient]


@pytest.fixture
def speaking(app: Flask, cast: Cast, database: Database) -> Speaking:
    """``speaking("leeds", "audit")`` speaks for that member with these scopes alone."""

    def speak(member: str, *scopes: str) -> FlaskClient:
        with database.write() as session:
            made = access.add_client(session, SYSTEM, cast.ids[member], "Another system", scopes, now=NOW)
            token = access.issue_key(session, SYSTEM, made.ref, now=NOW).text
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return speak


@pytest.fixture
def leads(speaking: Speaking) -> Callable[[str], FlaskClient]:
    """``leads("leeds")`` speaks as a privacy lead does: with the scope ``audit``."""
    return lambda member: speaking(member, "audit")


@pytest.fixture
def acts(database: Database, cast: Cast) -> None:
    """Leeds and Kent each read two notices, one of them the same."""
    with database.write() as session:
        for member in ("leeds", "kent"):
            for step, subject in enumerate((SUBJECT, new_ref("ntc"))):
                when = NOW + timedelta(minutes=step)
                audit.record(session, cast.actors[member], Event.NOTICE_READ, subject, now=when)


def listed(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/audit", query_string=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


@pytest.mark.usefixtures("acts")
def test_a_privacy_lead_sees_what_the_own_organisation_did_and_nothing_else(
    leads: Callable[[str], FlaskClient], cast: Cast
) -> None:
    seen = listed(leads("leeds"), event="notice.read")
    assert {entry["actor"] for entry in seen} == {cast.actors["leeds"].ref}
    assert len(seen) == 2
    assert listed(leads("leeds"), actor=cast.actors["kent"].ref) == []


@pytest.mark.usefixtures("acts")
def test_the_operator_sees_all(client_for: ClientFor, cast: Cast) -> None:
    seen = listed(client_for("operator"), event="notice.read")
    assert {entry["actor"] for entry in seen} == {cast.actors["leeds"].ref, cast.actors["kent"].ref}


@pytest.mark.usefixtures("acts")
def test_one_can_ask_about_a_reference_an_event_and_a_time(client_for: ClientFor, cast: Cast) -> None:
    operator, leeds = client_for("operator"), cast.actors["leeds"].ref
    assert len(listed(operator, subject=SUBJECT, event="notice.read")) == 2
    assert len(listed(operator, subject=SUBJECT, actor=leeds)) == 1
    later = iso(NOW + timedelta(minutes=1))
    assert len(listed(operator, event="notice.read", since=later)) == 2
    assert len(listed(operator, event="notice.read", until=later)) == 2


@pytest.mark.usefixtures("acts")
def test_it_comes_in_pages(client_for: ClientFor) -> None:
    operator, numbers, cursor = client_for("operator"), [], {}
    while True:
        answer = operator.get("/api/v1/audit", query_string={"event": "notice.read", "limit": 3, **cursor}).get_json()
        numbers += [entry["number"] for entry in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert len(numbers) == 4
    assert numbers == sorted(numbers)


def test_one_without_the_scope_is_refused_and_that_is_on_record(
    client_for: ClientFor, speaking: Speaking, cast: Cast
) -> None:
    assert speaking("leeds", "read", "register").get("/api/v1/audit").status_code == 403
    (denied,) = listed(client_for("operator"), event="permission.denied")
    assert denied["details"]["permission"] == "audit.read"


def test_reading_it_is_on_record_once_for_all_its_pages(client_for: ClientFor, cast: Cast) -> None:
    operator = client_for("operator")
    listed(operator, subject=SUBJECT, event="notice.read")
    listed(operator, cursor="1")
    (read,) = listed(operator, event="audit.read", limit=1)
    assert (read["subject"], read["details"]) == (SUBJECT, {"subject": SUBJECT, "event": "notice.read"})


def test_what_somebody_typed_instead_of_a_reference_is_not_kept(client_for: ClientFor) -> None:
    operator = client_for("operator")
    listed(operator, subject="Tilly Example", actor="Tilly Example")
    assert "Tilly" not in operator.get("/api/v1/audit").text


def test_an_event_that_there_is_not_is_named(client_for: ClientFor) -> None:
    answer = client_for("operator").get("/api/v1/audit?event=notice.eaten")
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["event"])


def test_a_guests_and_the_systems_acts_are_the_operators_to_see(
    client_for: ClientFor, leads: Callable[[str], FlaskClient], database: Database
) -> None:
    with database.write() as session:
        audit.record(session, SYSTEM, Event.CHANNEL_FLAGGED, new_ref("con"), now=NOW)
        audit.record(session, Actor("guest", "guest"), Event.SIGN_IN_REFUSED, "nobody", now=NOW)
    assert len(listed(client_for("operator"), event="sign_in.refused")) == 1
    assert listed(leads("leeds"), event="sign_in.refused") == []
    assert listed(leads("leeds"), event="channel.flagged") == []
