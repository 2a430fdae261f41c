"""Sessions: how long they last, who ends them, and that nobody who was ended stays in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.access import policy, session_queries, sessions
from hub.access.models import Person, PersonSession
from hub.access.people import service as people
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.errors import NotFound, NotPermitted, Unauthenticated
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory import organisations
from hub.directory.models import Organisation
from tests.access.signing_in import actor_of, begun, joined, recorded, tab_of
from tests.conftest import KEY, NOW, moved_to

HOURS, MINUTES = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return joined(database, cast, password=None)


@pytest.fixture
def elsewhere(settings: Settings, database: Database) -> Iterator[Database]:
    """The database as another process has it."""
    opened = Database(settings.database, KeyRing([KEY]))
    yield opened
    opened.close()


def refused(database: Database, token: str, now: object) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        actor_of(database, token, now=now)  # type: ignore[arg-type]
    return refusal.value.sentence


def test_a_session_stands_for_its_person_their_roles_and_their_organisation(
    database: Database, person: Person, cast: Cast
) -> None:
    opened = begun(database, person)
    actor = actor_of(database, opened.token)
    assert (actor.kind, actor.ref, actor.session_ref) == ("person", person.ref, opened.ref)
    assert actor.organisation_ref == cast.refs["leeds"]
    assert (actor.roles, actor.scopes) == ({"social_worker"}, {"read", "register", "missing"})
    assert actor.proved_at == NOW


def test_the_token_is_nowhere_in_the_database(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.read() as session:
        row = session.scalars(select(PersonSession)).one()
        assert opened.token.encode() not in row.token_hash
        assert row.token_hash == sessions.hash_of(opened.token)
    assert opened.token not in repr(opened)
    assert len(opened.token) >= 43


@pytest.mark.parametrize("token", ["", "x", "x" * 101, "ä", "\x00", "\ud800", "' or 1=1 --"])
def test_what_is_no_token_is_nobody(database: Database, person: Person, token: str) -> None:
    begun(database, person)
    assert "Sign in again" in refused(database, token, NOW)


def test_somebody_disabled_is_out_at_once_in_every_process(
    database: Database, elsewhere: Database, person: Person
) -> None:
    opened = begun(database, person)
    assert actor_of(elsewhere, opened.token).ref == person.ref
    with database.write() as session:
        people.disable(session, SYSTEM, person.ref, now=NOW)
    assert "disabled" in refused(elsewhere, opened.token, NOW)


def test_somebody_disabled_is_out_even_where_ending_the_sessions_was_missed(
    database: Database, elsewhere: Database, person: Person
) -> None:
    opened = begun(database, person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(disabled_at=NOW))
    assert "disabled" in refused(elsewhere, opened.token, NOW)


def test_a_request_is_refused_as_soon_as_its_person_was_disabled_elsewhere(
    app: Flask, database: Database, elsewhere: Database, person: Person
) -> None:
    tab = tab_of(app, database, person)
    assert tab.get("/api/v1/organisations").status_code == 200
    with elsewhere.write() as session:
        people.disable(session, SYSTEM, person.ref, now=NOW)
    assert tab.get("/api/v1/organisations").status_code == 401


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(roles=["data_officer"]))
    assert actor_of(database, opened.token).scopes == {"read"}


def test_a_role_that_the_kind_of_organisation_does_not_have_gives_nothing(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(roles=["operator", "call_handler"]))
    actor = actor_of(database, opened.token)
    assert (actor.roles, actor.scopes) == (frozenset(), frozenset())


def test_the_people_of_a_closed_organisation_are_out(database: Database, person: Person, cast: Cast) -> None:
    opened = begun(database, person)
    with database.write() as session:
        closed = update(Organisation).where(Organisation.id == cast.ids["leeds"]).values(valid_to=NOW.date())
        session.execute(closed)
    assert "closed" in refused(database, opened.token, NOW)
    with pytest.raises(Unauthenticated):
        begun(database, person)


def test_a_session_ends_after_a_shift_and_its_handover_however_busy(database: Database, person: Person) -> None:
    opened = begun(database, person)
    absolute = policy.in_force().session.absolute
    assert absolute == 13 * HOURS
    assert opened.ends_at == NOW + absolute
    seen = NOW
    while seen < NOW + absolute - 30 * MINUTES:
        seen += 30 * MINUTES
        note(database, opened.token, seen)
    assert actor_of(database, opened.token, now=NOW + absolute - MINUTES)
    assert "whole shift" in refused(database, opened.token, NOW + absolute)


def note(database: Database, token: str, now: object) -> None:
    with database.read() as session:
        found = sessions.signed_in(session, token, now=now)  # type: ignore[arg-type]
    sessions.note_seen(database, found, now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("member", "roles", "idle", "because"),
    [
        ("leeds", ["social_worker"], 60 * MINUTES, "an office"),
        ("kent_police", ["call_handler"], 240 * MINUTES, "a control room"),
        ("kent_police", ["call_handler", "administrator"], 60 * MINUTES, "the shortest of one's roles"),
    ],
)
def test_a_session_ends_when_nothing_was_done_for_a_while(
    database: Database, cast: Cast, member: str, roles: list[str], idle: timedelta, because: str
) -> None:
    opened = begun(database, joined(database, cast, member, roles, password=None))
    assert actor_of(database, opened.token, now=NOW + idle - MINUTES), because
    assert "nothing was done" in refused(database, opened.token, NOW + idle), because


def test_use_is_written_down_at_most_once_a_minute(database: Database, person: Person) -> None:
    opened = begun(database, person)
    seen = []
    for seconds in (59, 60, 61, 119, 120):
        note(database, opened.token, NOW + timedelta(seconds=seconds))
        with database.read() as session:
            seen.append((session.scalars(select(PersonSession.seen_at)).one() - NOW).seconds)
    assert seen == [0, 60, 60, 60, 120]


def test_reading_pages_over_http_keeps_a_session_alive(app: Flask, database: Database, person: Person) -> None:
    tab = tab_of(app, database, person)
    for minutes in (50, 100, 150):
        moved_to(NOW + minutes * MINUTES)
        assert tab.get("/api/v1/organisations").status_code == 200
    moved_to(NOW + 211 * MINUTES)
    assert tab.get("/api/v1/organisations").status_code == 401


def test_a_session_that_ended_cannot_be_kept_alive(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.read() as session:
        found = sessions.signed_in(session, opened.token, now=NOW)
    with database.write() as session:
        sessions.end(session, found.actor, opened.ref, because="signed_out", now=NOW)
    sessions.note_seen(database, found, now=NOW + 2 * MINUTES)
    with database.read() as session:
        assert session.scalars(select(PersonSession.seen_at)).one() == NOW
    assert "signed out" in refused(database, opened.token, NOW)


def test_a_person_ends_one_of_their_sessions_and_keeps_the_other(database: Database, person: Person) -> None:
    here, lost = begun(database, person), begun(database, person, device="Chrome on Android")
    actor = actor_of(database, here.token)
    with database.write() as session:
        sessions.end(session, actor, lost.ref, because="revoked", now=NOW)
        sessions.end(session, actor, lost.ref, because="revoked", now=NOW)
    assert "ended by you" in refused(database, lost.token, NOW)
    assert actor_of(database, here.token)
    assert [entry.details["because"] for entry in recorded(database, "session.ended")] == ["revoked"]


@pytest.mark.parametrize(
    ("member", "roles", "may"),
    [
        ("leeds", ["administrator"], True),
        ("leeds", ["social_worker"], False),
        ("bradford", ["administrator"], False),
        ("operator", ["operator", "administrator"], False),
    ],
)
def test_only_ones_own_administrator_ends_ones_sessions(
    database: Database, cast: Cast, person: Person, member: str, roles: list[str], may: bool
) -> None:
    opened = begun(database, person)
    other = joined(database, cast, member, roles, email="other@mail.example", password=None)
    actor = actor_of(database, begun(database, other).token)
    with database.write() as session:
        if may:
            sessions.end(session, actor, opened.ref, because="revoked", now=NOW)
        else:
            with pytest.raises(NotFound) as theirs:
                sessions.end(session, actor, opened.ref, because="revoked", now=NOW)
            with pytest.raises(NotFound) as nobodys:
                sessions.end(session, actor, new_ref("ses"), because="revoked", now=NOW)
            assert theirs.value.sentence == nobodys.value.sentence
    if may:
        refused(database, opened.token, NOW)
    else:
        assert actor_of(database, opened.token)


def test_all_sessions_of_a_person_end_but_the_one_that_is_kept(database: Database, cast: Cast, person: Person) -> None:
    kept, *others = (begun(database, person) for _ in range(3))
    neighbour = begun(database, joined(database, cast, email="neighbour@mail.example", password=None))
    with database.write() as session:
        assert sessions.end_all(session, person.id, because="password_changed", now=NOW, but=kept.ref) == 2
    assert actor_of(database, kept.token)
    assert actor_of(database, neighbour.token)
    for each in others:
        assert "password was changed" in refused(database, each.token, NOW)


def test_a_sensitive_act_asks_for_the_factors_again_after_a_quarter_of_an_hour(
    database: Database, person: Person
) -> None:
    opened = begun(database, person)
    actor = actor_of(database, opened.token)
    sessions.refuse_unless_recent(actor, now=NOW + 14 * MINUTES)
    with pytest.raises(NotPermitted) as refusal:
        sessions.refuse_unless_recent(actor, now=NOW + 15 * MINUTES)
    assert refusal.value.reason == "proof_needed"
    later = NOW + 20 * MINUTES
    with database.write() as session:
        sessions.prove_again(session, opened.ref, factors=["password", "totp"], now=later)
    sessions.refuse_unless_recent(actor_of(database, opened.token, now=later), now=later)


def test_a_key_of_a_system_is_its_own_proof(cast: Cast) -> None:
    sessions.refuse_unless_recent(cast.actors["leeds"], now=NOW)


def test_a_session_that_ended_cannot_be_proved_again(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.write() as session:
        sessions.end_all(session, person.id, because="revoked", now=NOW)
    with database.write() as session, pytest.raises(Unauthenticated):
        sessions.prove_again(session, opened.ref, factors=["password", "totp"], now=NOW)


def test_the_list_of_sessions_shows_those_that_last(database: Database, cast: Cast, person: Person) -> None:
    first, second = begun(database, person), begun(database, person, device="Safari on an iPhone")
    begun(database, joined(database, cast, email="neighbour@mail.example", password=None))
    with database.write() as session:
        sessions.end(session, SYSTEM, first.ref, because="revoked", now=NOW)
    with database.read() as session:
        shown = session_queries.listed(session, person.ref, cast.ids["leeds"], NOW, after=None, at_most=9)
        assert [(row.ref, row.device) for row in shown] == [(second.ref, "Safari on an iPhone")]
        assert not session_queries.listed(session, person.ref, cast.ids["kent"], NOW, after=None, at_most=9)


def test_beginning_and_ending_are_recorded_without_the_token(database: Database, person: Person) -> None:
    opened = begun(database, person)
    with database.write() as session:
        sessions.end(session, Actor("person", person.ref), opened.ref, because="signed_out", now=NOW)
    (began,), (ended,) = recorded(database, "session.began"), recorded(database, "session.ended")
    assert began.details == {"person": person.ref, "factors": ["password", "totp"]}
    assert ended.details == {"person": person.ref, "because": "signed_out"}
    assert opened.token not in str([began.details, ended.details])


def test_what_the_identity_provider_gave_is_sealed_and_goes_with_the_session(
    database: Database, person: Person
) -> None:
    with database.write() as session:
        opened = sessions.begin(
            session,
            person,
            factors=["provider", "provider_mfa"],
            device="Edge on Windows",
            now=NOW,
            provider_session="sid-1",
            provider_token="header.payload.signature",
        )
    with database.read() as session:
        assert sessions.provider_token(session, opened.ref) == "header.payload.signature"
        assert b"payload" not in (session.scalars(select(PersonSession.sealed_provider_token)).one() or b"")
    with database.write() as session:
        sessions.end_all(session, person.id, because="signed_out", now=NOW)
        assert sessions.provider_token(session, opened.ref) is None


def test_closing_an_organisation_through_the_directory_puts_its_people_out(
    database: Database, person: Person, cast: Cast
) -> None:
    opened = begun(database, person)
    with database.write() as session:
        organisations.close(session, SYSTEM, cast.refs["leeds"], now=NOW)
    assert "closed" in refused(database, opened.token, NOW)
