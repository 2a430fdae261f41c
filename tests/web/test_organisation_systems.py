"""An administrator connects the organisation's systems, gives keys out once, and stops them."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from hub.access.models import ApiClient, ApiKey
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.signing_in import recorded
from tests.web.organisation_desk import Administrator, errors_of, long_ago, seat, standing

SYSTEMS = "/organisation/systems"
NEW = f"{SYSTEMS}/new"
KEY = re.compile(r"hub_[a-z0-9]{12}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def grace(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Kent's administrator."""
    return seat(app, database, cast, "grace")


def added(grace: Administrator, database: Database) -> str:
    grace.opens(NEW)
    grace.sends(NEW, {"name": "Case system", "scopes": ["read", "register"]})
    with database.read() as session:
        return f"{SYSTEMS}/{session.scalars(select(ApiClient.ref).where(ApiClient.name == 'Case system')).one()}"


def issued(grace: Administrator, system: str, **typed: str) -> str:
    grace.opens(f"{system}/keys/new")
    answer = grace.sends(f"{system}/keys/new", {"lifetime_days": "365"} | typed)
    [key] = KEY.findall(answer.text)
    return key


def test_a_system_is_added_with_what_it_may_do_in_words(grace: Administrator, database: Database) -> None:
    added(grace, database)
    for said in ("Case system", "No key", "See what concerns its own organisation", "Draft, register, correct"):
        assert said in grace.reads


def test_an_empty_form_says_what_to_enter(grace: Administrator) -> None:
    grace.opens(NEW)
    answer = grace.sends(NEW, {"name": ""})
    assert (answer.status_code, grace.title) == (422, "Error: Add a system")
    assert errors_of(answer) == [
        "Enter the system’s name, such as “Case system”.",
        "Choose at least one thing that it may do.",
    ]


def test_a_key_is_shown_once_works_and_says_when_it_was_used(
    app: Flask, grace: Administrator, database: Database
) -> None:
    system = added(grace, database)
    key = issued(grace, system)
    grace.opens(system)
    assert (key in (grace.shown.text if grace.shown else ""), key[:16] in grace.reads) == (False, True)
    assert "by Grace Lund" in grace.reads
    assert app.test_client().get("/api/v1/worklist", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    grace.opens(SYSTEMS)
    assert "Case system In use 1 18 November 2026 at 10:00" in grace.reads


def test_the_same_form_sent_again_issues_no_second_key(grace: Administrator, database: Database) -> None:
    system = added(grace, database)
    grace.opens(f"{system}/keys/new")
    form = grace.shown
    before = len(recorded(database, "key.issued"))
    grace.posts(f"{system}/keys/new", {"lifetime_days": "30"})
    grace.shown = form
    grace.sends(f"{system}/keys/new", {"lifetime_days": "30"})
    assert "its key was shown then" in grace.reads
    assert len(recorded(database, "key.issued")) == before + 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter for how many days the key is to be good."), ("long", "Enter a whole number.")],
)
def test_how_long_a_key_is_good_is_asked_for(grace: Administrator, database: Database, typed: str, said: str) -> None:
    system = added(grace, database)
    grace.opens(f"{system}/keys/new")
    answer = grace.sends(f"{system}/keys/new", {"lifetime_days": typed})
    assert (answer.status_code, errors_of(answer)) == (422, [said])
    assert standing(answer.text, "lifetime_days") == typed


def test_a_third_key_takes_the_place_of_the_older(grace: Administrator, database: Database) -> None:
    system = added(grace, database)
    for _ in range(2):
        issued(grace, system)
    grace.opens(f"{system}/keys/new")
    answer = grace.sends(f"{system}/keys/new", {"lifetime_days": "30", "replaces_oldest": "no"})
    assert answer.status_code == 409
    assert errors_of(answer) == [
        "This client has two good keys. Revoke the one that is no longer used, then ask for the next."
    ]
    issued(grace, system, replaces_oldest="yes")
    assert len(recorded(database, "key.revoked")) == 1


def test_a_key_is_revoked_at_once_and_needs_no_second_proof(
    app: Flask, grace: Administrator, database: Database
) -> None:
    system = added(grace, database)
    key = issued(grace, system)
    with database.read() as session:
        ref = session.scalars(select(ApiKey.ref).order_by(ApiKey.id.desc())).first()
    long_ago(database, grace)
    path = f"{system}/keys/{ref}/revoke"
    grace.opens(path)
    grace.sends(path)
    assert "The key is revoked" in grace.reads
    assert app.test_client().get("/api/v1/worklist", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_system_is_disabled_for_good(grace: Administrator, database: Database) -> None:
    system = added(grace, database)
    grace.opens(f"{system}/disable")
    grace.sends(f"{system}/disable")
    assert "The system is disabled for good" in grace.reads
    assert "Issue a key" not in grace.reads


def test_systems_of_others_are_not_there(grace: Administrator, app: Flask, database: Database, cast: Cast) -> None:
    system = added(grace, database)
    helen = seat(app, database, cast, "helen")
    for below in ("", "/disable", "/keys/new"):
        assert helen.opens(system + below).status_code == 404


@pytest.mark.parametrize("below", ["/new", "/{}/keys/new"])
def test_what_gives_power_asks_who_it_is_first(grace: Administrator, database: Database, below: str) -> None:
    system = added(grace, database)
    long_ago(database, grace)
    assert grace.opens(SYSTEMS + below.format(system.rsplit("/", 1)[-1])).status_code == 303
