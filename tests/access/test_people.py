"""People: their roles, disabled and enabled, and what an administrator may not do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.access.models import Person
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.permissions import ROLES
from hub.access.sign_in import passwords
from hub.access.sign_in import service as sign_in
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database, keys_of
from hub.core.errors import (
    Conflict,
    EditConflict,
    HubError,
    Invalid,
    NotFound,
    NotPermitted,
    StateConflict,
    Unauthenticated,
)
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from hub.directory.models import KINDS
from tests.access.signing_in import EMAIL, PASSWORD, actor_of, begun, joined, recorded
from tests.conftest import NOW


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return joined(database, cast, "bradford", ["social_worker", "team_manager"])


@pytest.fixture
def boss(database: Database, cast: Cast) -> Actor:
    """An administrator of Bradford, whose other administrator is nobody yet."""
    return actor_for(database, joined(database, cast, "bradford", ["administrator"], email="boss@mail.example"))


def actor_for(database: Database, person: Person) -> Actor:
    return actor_of(database, begun(database, person).token)


def now_of(database: Database, person: Person) -> Person:
    with database.read() as session:
        return people.by_id(session, person.id)


def test_names_and_addresses_are_sealed_and_found_by_address(database: Database, person: Person) -> None:
    with database.read() as session:
        row = session.scalars(select(Person).where(Person.id == person.id)).one()
        for stored in (row.sealed, row.email_index):
            assert b"Pat" not in stored
            assert b"mail.example" not in stored
        assert people.told(session, row) == people.Told("Pat Fictitious", EMAIL)
        found = sign_in.person_with(session, EMAIL.upper())
        assert found is not None
        assert found.ref == person.ref
        assert "Pat" not in repr(people.told(session, row))


def test_an_address_has_one_account_in_the_whole_hub(database: Database, cast: Cast, person: Person) -> None:
    with pytest.raises(Conflict) as refusal:
        joined(database, cast, "kent", ["duty_desk"], email=EMAIL.upper())
    assert refusal.value.reason == "has_account"


def test_an_address_has_one_account_however_many_ask_at_once(database: Database, cast: Cast) -> None:
    def attempt(_: int) -> str:
        try:
            return joined(database, cast, password=None).ref[:3]
        except Conflict as refusal:
            return refusal.reason

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["has_account"] * 3 + ["per"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_organisation_has_its_own_roles_and_no_others(kind: str) -> None:
    for name, role in ROLES.items():
        if kind in role.kinds:
            assert people.checked_roles(kind, [name, name]) == [name]
        else:
            with pytest.raises(Invalid) as refusal:
                people.checked_roles(kind, ["administrator", name])
            offered = refusal.value.fields["roles"][0].removeprefix("Choose from: ").removesuffix(".")
            assert name not in offered.split(", ")


@pytest.mark.parametrize("roles", [[], ["king"], ["administrator", "king"]])
def test_one_holds_a_role_at_least_and_only_those_there_are(roles: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        people.checked_roles("local_authority", roles)
    assert "social_worker" in refusal.value.fields["roles"][0]


# --- roles ------------------------------------------------------------------------------------------------------------


def change(database: Database, actor: Actor, person: Person, *roles: str, version: int | None = None) -> Person:
    with database.write() as session:
        return people.change_roles(session, actor, person.ref, roles, version=version or person.version, now=NOW)


def test_an_administrator_gives_another_role_and_nobody_is_signed_out(
    database: Database, boss: Actor, person: Person
) -> None:
    opened = begun(database, person)
    changed = change(database, boss, person, *person.roles, "dcs")
    assert (changed.roles, changed.version) == (["dcs", "social_worker", "team_manager"], person.version + 1)
    assert "approve" in actor_of(database, opened.token).scopes
    (entry,) = recorded(database, "person.changed")
    assert (entry.actor_ref, entry.details) == (boss.ref, {"gained": ["dcs"], "lost": []})


def test_who_loses_a_role_is_signed_out(database: Database, boss: Actor, person: Person) -> None:
    opened = begun(database, person)
    change(database, boss, person, "social_worker")
    with pytest.raises(Unauthenticated, match="roles were changed"):
        actor_of(database, opened.token)
    assert recorded(database, "session.ended")[0].details["because"] == "roles_changed"


def test_the_same_roles_again_change_nothing(database: Database, boss: Actor, person: Person) -> None:
    assert change(database, boss, person, "team_manager", "social_worker").version == person.version
    assert recorded(database, "person.changed") == []


def test_a_change_on_an_old_version_is_refused(database: Database, boss: Actor, person: Person) -> None:
    change(database, boss, person, "dcs")
    with pytest.raises(EditConflict):
        change(database, boss, person, "social_worker")


def test_nobody_changes_their_own_roles(database: Database, boss: Actor) -> None:
    with database.read() as session:
        self = people.find(session, boss, boss.ref)
    with pytest.raises(NotPermitted, match="another administrator"):
        change(database, boss, self, "administrator", "dcs")


def test_nor_through_a_key_that_they_issued(database: Database, cast: Cast, boss: Actor) -> None:
    with database.read() as session:
        self = people.find(session, boss, boss.ref)
    key = replace(cast.actors["bradford"], key_from=boss.ref)
    with pytest.raises(NotPermitted):
        change(database, key, self, "administrator", "dcs")


def test_an_organisation_keeps_its_last_administrator(database: Database, cast: Cast, boss: Actor) -> None:
    with database.read() as session:
        last = people.find(session, boss, boss.ref)
    key = cast.actors["bradford"]
    with pytest.raises(StateConflict, match="last administrator"):
        change(database, key, last, "dcs")
    with database.write() as session, pytest.raises(StateConflict):
        people.disable(session, boss, last.ref, now=NOW)
    second = joined(database, cast, "bradford", ["administrator"], email="second@mail.example", password=None)
    assert change(database, actor_for(database, second), last, "dcs").roles == ["dcs"]


def test_a_disabled_administrator_is_none(database: Database, cast: Cast, boss: Actor) -> None:
    second = joined(database, cast, "bradford", ["administrator"], email="second@mail.example", password=None)
    with database.write() as session:
        people.disable(session, boss, second.ref, now=NOW)
    with database.read() as session:
        last = people.find(session, boss, boss.ref)
    with pytest.raises(StateConflict):
        change(database, cast.actors["bradford"], last, "dcs")


def test_of_two_administrators_who_remove_each_other_one_stays(database: Database, cast: Cast, boss: Actor) -> None:
    second = joined(database, cast, "bradford", ["administrator"], email="second@mail.example", password=None)
    actors = {boss.ref: second.ref, second.ref: boss.ref}

    def remove(who: str) -> str:
        actor = Actor("person", who, boss.organisation_id, scopes=frozenset({"people"}))
        try:
            with database.write() as session:
                people.disable(session, actor, actors[who], now=NOW)
        except HubError as refusal:
            return refusal.reason
        return "disabled"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, actors)) == ["disabled", "state_conflict"]


# --- disabled and enabled ---------------------------------------------------------------------------------------------


def test_disabling_ends_sessions_sign_ins_and_links(database: Database, boss: Actor, person: Person) -> None:
    opened = begun(database, person)
    step = sign_in.with_password(database, EMAIL, PASSWORD, network="192.0.2.1", device_cookie=None, now=NOW)
    with database.write() as session:
        people.disable(session, boss, person.ref, now=NOW)
        people.disable(session, boss, person.ref, now=NOW)
    with pytest.raises(Unauthenticated):
        actor_of(database, opened.token)
    with database.read() as session, pytest.raises(Unauthenticated):
        sign_in.pending(session, step.token, stages={"enrol"}, now=NOW)
    assert len(recorded(database, "person.disabled")) == 1


def test_a_link_to_set_a_password_ends_with_disabling(database: Database, boss: Actor, person: Person) -> None:
    with database.write() as session:
        letter = invitations.new_password(session, boss, person.ref, forgets_factors=False, now=NOW)
        people.disable(session, boss, person.ref, now=NOW)
    with pytest.raises(StateConflict, match="withdrawn"):
        invitations.accept(database, letter.path.rpartition("/")[2], PASSWORD, now=NOW)


def test_enabling_gives_back_the_account_but_no_session(database: Database, boss: Actor, person: Person) -> None:
    opened = begun(database, person)
    with database.write() as session:
        people.disable(session, boss, person.ref, now=NOW)
        enabled = people.enable(session, boss, person.ref, now=NOW)
    assert (enabled.disabled_at, enabled.roles) == (None, person.roles)
    with pytest.raises(Unauthenticated):
        actor_of(database, opened.token)
    assert actor_for(database, enabled).ref == person.ref
    assert len(recorded(database, "person.enabled")) == 1


def test_nobody_enables_themselves_not_even_through_a_key(database: Database, cast: Cast, boss: Actor) -> None:
    joined(database, cast, "bradford", ["administrator"], email="second@mail.example", password=None)
    with database.write() as session:
        people.disable(session, boss, boss.ref, now=NOW)
    key = replace(cast.actors["bradford"], key_from=boss.ref)
    with database.write() as session, pytest.raises(NotPermitted):
        people.enable(session, key, boss.ref, now=NOW)


def test_others_people_look_as_if_they_did_not_exist(database: Database, cast: Cast, boss: Actor) -> None:
    kents = cast.people["tom"].ref
    for act in (people.disable, people.enable, people.find):
        said = set()
        for ref in (kents, new_ref("per"), "per_1", "", new_ref("org")):
            with database.write() as session, pytest.raises(NotFound) as refusal:
                act(session, boss, ref, **({} if act is people.find else {"now": NOW}))  # type: ignore[operator]
            said.add(refusal.value.sentence)
        assert len(said) == 1


def test_the_operator_stops_anybody_but_gives_nobody_anything(
    database: Database, cast: Cast, boss: Actor, person: Person
) -> None:
    operator = actor_for(database, now_of_ref(database, cast.people["ola"].ref))
    with pytest.raises(NotFound):
        change(database, operator, person, "administrator")
    with database.write() as session:
        people.disable(session, operator, boss.ref, now=NOW)
        with pytest.raises(NotFound):
            people.enable(session, operator, boss.ref, now=NOW)


def now_of_ref(database: Database, ref: str) -> Person:
    with database.read() as session:
        return people.find(session, SYSTEM, ref)


# --- one's own password -----------------------------------------------------------------------------------------------


def test_a_new_password_of_ones_own_ends_every_other_session(database: Database, person: Person) -> None:
    here, there = begun(database, person), begun(database, person)
    actor = actor_of(database, here.token)
    people.change_own_password(database, actor, "violet anchor paper seven", now=NOW)
    assert actor_of(database, here.token)
    with pytest.raises(Unauthenticated, match="password was changed"):
        actor_of(database, there.token)
    kept = now_of(database, person).password_hash
    assert passwords.matches(kept, "violet anchor paper seven")
    assert not passwords.matches(kept, PASSWORD)
    (entry,) = recorded(database, "password.changed")
    assert (entry.actor_ref, entry.subject_ref, entry.details) == (person.ref, person.ref, {})


def test_a_weak_one_changes_nothing(database: Database, person: Person) -> None:
    actor = actor_for(database, person)
    for weak in ("short", "fictitious pat forever", "bradford is my town"):
        with pytest.raises(Invalid):
            people.change_own_password(database, actor, weak, now=NOW)
    assert passwords.matches(now_of(database, person).password_hash, PASSWORD)


def test_it_needs_a_recent_proof(database: Database, person: Person) -> None:
    actor = replace(actor_for(database, person), proved_at=NOW.replace(hour=9))
    with pytest.raises(NotPermitted) as refusal:
        people.change_own_password(database, actor, "violet anchor paper seven", now=NOW)
    assert refusal.value.reason == "proof_needed"


def test_a_persons_row_opens_for_nobody_else(database: Database, person: Person, cast: Cast) -> None:
    with database.read() as session:
        other = people.find(session, SYSTEM, cast.people["tom"].ref)
        with pytest.raises(HubError):
            keys_of(session).open(other.ref, person.sealed)
