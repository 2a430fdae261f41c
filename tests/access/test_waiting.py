"""A sign-in under way knows what it alone may know: sealed for its own row, and worth nothing in another's."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub.access.models import Person, SignIn
from hub.access.sign_in import service as sign_in
from hub.access.sign_in import waiting
from hub.core.db import Database, keys_of
from hub.core.errors import Unauthenticated
from hub.core.sealed_models import sealed_columns
from hub.core.secrets import SealBroken
from hub.demonstration.cast import Cast
from tests.access.signing_in import joined
from tests.conftest import NOW

LASTS = timedelta(minutes=5)


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return joined(database, cast)


def begun(database: Database, person: Person, **known: str) -> str:
    with database.write() as session:
        return waiting.begin(session, "second_factor", known, person_id=person.id, now=NOW, lasts=LASTS)


def known_under(database: Database, token: str) -> dict[str, str]:
    with database.read() as session:
        return sign_in.recalled(session, sign_in.pending(session, token, stages=["second_factor"], now=NOW))


def sealed_of(database: Database, token: str) -> bytes:
    with database.read() as session:
        row = waiting.find(session, token, ["second_factor"], now=NOW)
        assert row is not None
        assert row.sealed is not None
        return row.sealed


def test_what_a_sign_in_knows_is_found_by_its_token_alone_while_it_lasts(database: Database, person: Person) -> None:
    token = begun(database, person, next="/inbox")
    assert known_under(database, token) == {"next": "/inbox"}
    with database.read() as session:
        assert waiting.find(session, token, ["enrol"], now=NOW) is None
        assert waiting.find(session, token, ["second_factor"], now=NOW + LASTS) is None
        assert waiting.find(session, "another token", ["second_factor"], now=NOW) is None


def test_what_one_sign_in_knows_opens_in_no_other(database: Database, person: Person) -> None:
    own, other = begun(database, person, next="/inbox"), begun(database, person, next="/audit")
    with database.write() as session:
        moved = update(SignIn).where(SignIn.sealed == sealed_of(database, own))
        session.execute(moved.values(sealed=sealed_of(database, other)))
    with pytest.raises(SealBroken, match="moved from another record"):
        known_under(database, own)
    assert known_under(database, other) == {"next": "/audit"}


def test_what_was_sealed_for_its_kind_alone_does_not_open(database: Database, person: Person) -> None:
    token = begun(database, person)
    with database.write() as session:
        session.execute(update(SignIn).values(sealed=keys_of(session).seal("sign_in", {"next": "/audit"})))
    with pytest.raises(SealBroken):
        known_under(database, token)


def test_what_is_remembered_later_is_bound_to_the_same_row(database: Database, person: Person) -> None:
    token, other = begun(database, person, next="/inbox"), begun(database, person)
    with database.write() as session:
        row = sign_in.pending(session, token, stages=["second_factor"], now=NOW)
        sign_in.remember(session, row, device="Firefox on Linux")
    assert known_under(database, token) == {"next": "/inbox", "device": "Firefox on Linux"}
    with database.write() as session:
        session.execute(update(SignIn).values(sealed=sealed_of(database, token)))
    with pytest.raises(SealBroken):
        known_under(database, other)


def test_the_rotation_of_keys_reads_from_the_database_what_a_row_is_bound_to(
    database: Database, person: Person
) -> None:
    begun(database, person, next="/inbox")
    [column] = sealed_columns([SignIn.__table__])  # type: ignore[list-item]
    with database.read() as session:
        bound_to, sealed = session.execute(select(column.bound_to, column.column)).one()
        assert keys_of(session).open(bound_to, sealed) == {"next": "/inbox"}


def test_a_sign_in_is_taken_out_once_with_what_it_knows(database: Database, person: Person) -> None:
    token = begun(database, person, next="/inbox")
    with database.write() as session:
        taken = waiting.take(session, token, "second_factor")
        assert taken is not None
        assert waiting.known_to(keys_of(session), taken) == {"next": "/inbox"}
        assert waiting.take(session, token, "second_factor") is None
    with pytest.raises(Unauthenticated):
        known_under(database, token)
