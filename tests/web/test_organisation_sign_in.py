"""An administrator connects the organisation's own sign-in, and says which group has which role."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.access.models import IdentityProvider
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.web.organisation_desk import Administrator, errors_of, long_ago, seat, standing

SIGN_IN = "/organisation/sign-in"
NEW = f"{SIGN_IN}/new"
PROVIDER = {
    "name": "Kent sign-in",
    "issuer": "https://login.kent.example",
    "client_id": "hub",
    "client_secret": "not-shown-again",
    "groups_claim": "groups",
    "proves_second_factor": "yes",
    "group-0": "Duty team",
    "role-0": "duty_desk",
}


@pytest.fixture
def grace(app: Flask, database: Database, cast: Cast) -> Administrator:
    """Kent's administrator."""
    return seat(app, database, cast, "grace")


def provider_in(database: Database) -> IdentityProvider:
    with database.read() as session:
        found = session.scalars(select(IdentityProvider)).one()
        session.expunge_all()
        return found


def added(grace: Administrator, **typed: Any) -> Any:
    grace.opens(NEW)
    return grace.sends(NEW, PROVIDER | typed)


def test_a_sign_in_is_added_and_its_secret_never_shown(grace: Administrator, database: Database) -> None:
    answer = added(grace)
    for said in ("The sign-in is added", "https://login.kent.example", "Duty team Duty desk", "Kept sealed"):
        assert said in grace.reads
    assert "not-shown-again" not in answer.text
    assert "/sign-in/callback" in answer.text
    assert provider_in(database).group_roles == {"Duty team": "duty_desk"}


def test_an_empty_form_says_what_to_enter(grace: Administrator) -> None:
    grace.opens(NEW)
    answer = grace.sends(NEW, {})
    assert (answer.status_code, grace.title) == (422, "Error: Add a sign-in")
    assert errors_of(answer) == [
        "Enter what your people call it, such as “Leeds sign-in”.",
        "Enter the issuer’s address, exactly as the provider names it.",
        "Enter what the provider calls the hub: the client ID.",
        "Enter at least one group, and choose its role.",
    ]


def test_a_refused_form_keeps_all_but_the_secret(grace: Administrator) -> None:
    answer = added(grace, issuer="login", **{"group-1": "Night team", "group-2": "Duty team", "role-2": "data_officer"})
    assert answer.status_code == 422
    assert errors_of(answer) == [
        "Choose the role that members of “Night team” have.",
        "This group stands above already. A group has one role.",
    ]
    assert (standing(answer.text, "group-1"), standing(answer.text, "issuer")) == ("Night team", "login")
    assert "not-shown-again" not in answer.text


def test_an_issuer_that_cannot_be_one_is_told_at_its_field(grace: Administrator) -> None:
    answer = added(grace, issuer="login")
    assert answer.status_code == 422
    assert 'id="issuer-error"' in answer.text


def test_groups_are_changed_and_the_secret_kept(grace: Administrator, database: Database) -> None:
    added(grace)
    before = provider_in(database)
    path = f"{SIGN_IN}/{before.ref}/change"
    page = grace.opens(path)
    assert standing(page.text, "group-0") == "Duty team"
    typed = PROVIDER | {
        "client_secret": "",
        "group-0": "",
        "role-0": "",
        "group-4": "Desk",
        "role-4": "register_keeper",
    }
    del typed["issuer"]
    grace.sends(path, typed)
    assert "The sign-in is changed." in grace.reads
    after = provider_in(database)
    assert (after.group_roles, after.sealed_secret) == ({"Desk": "register_keeper"}, before.sealed_secret)


def test_a_stale_change_shows_what_stands_beside_what_was_typed(grace: Administrator, database: Database) -> None:
    added(grace)
    path = f"{SIGN_IN}/{provider_in(database).ref}/change"
    grace.opens(path)
    with database.write() as session:
        row = session.scalars(select(IdentityProvider)).one()
        row.name, row.version = "Kent at work", row.version + 1
    typed = PROVIDER | {"name": "Kent’s own"}
    answer = grace.sends(path, typed)
    assert answer.status_code == 412
    assert "Kent at work" in grace.reads
    assert standing(answer.text, "name") == "Kent’s own"
    grace.sends(path, typed)
    assert provider_in(database).name == "Kent’s own"


def test_a_sign_in_is_disabled_for_good(grace: Administrator, database: Database) -> None:
    added(grace)
    path = f"{SIGN_IN}/{provider_in(database).ref}/disable"
    grace.opens(path)
    grace.sends(path)
    assert "The sign-in is disabled for good." in grace.reads
    assert f"{SIGN_IN}/{provider_in(database).ref}/change" not in (grace.shown.text if grace.shown else "")


def test_only_roles_that_the_organisation_has_can_be_chosen(grace: Administrator) -> None:
    grace.opens(NEW)
    assert "Duty desk" in grace.reads
    assert "Operator of the hub" not in grace.reads


def test_what_makes_people_asks_who_it_is_first(grace: Administrator, database: Database) -> None:
    long_ago(database, grace)
    assert grace.opens(NEW).status_code == 303


def test_the_sign_in_of_others_is_not_there(grace: Administrator, app: Flask, database: Database, cast: Cast) -> None:
    added(grace)
    helen = seat(app, database, cast, "helen")
    for below in ("change", "disable"):
        assert helen.opens(f"{SIGN_IN}/{provider_in(database).ref}/{below}").status_code == 404
