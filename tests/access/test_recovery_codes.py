"""Recovery codes: ten, each once, each its owner's alone."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hub.access.models import Person, RecoveryCode
from hub.access.sign_in import recovery_codes
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.enrolling import somebody
from tests.conftest import NOW


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return somebody(database, cast)


def made(database: Database, person: Person) -> list[str]:
    with database.write() as session:
        return recovery_codes.make(session, person, now=NOW)


def takes(database: Database, person: Person, code: str) -> bool:
    with database.write() as session:
        return recovery_codes.use(session, person, code, now=NOW)


def test_ten_codes_of_eighty_bits_without_letters_that_are_misread(database: Database, person: Person) -> None:
    codes = made(database, person)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}", code) for code in codes)


def test_each_code_works_once(database: Database, person: Person) -> None:
    codes = made(database, person)
    assert takes(database, person, codes[3])
    assert not takes(database, person, codes[3])
    assert takes(database, person, codes[4])
    with database.read() as session:
        assert recovery_codes.left(session, person) == 8


def test_a_code_may_be_typed_as_it_is_read(database: Database, person: Person) -> None:
    code = made(database, person)[0]
    heard = code.upper().replace("-", " ").replace("0", "O").replace("1", "l")
    assert takes(database, person, f" {heard} ")


def test_of_many_who_send_the_same_code_at_once_one_is_let_in(database: Database, person: Person) -> None:
    code = made(database, person)[0]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: takes(database, person, code), range(8)))
    assert sorted(outcomes) == [False] * 7 + [True]


def test_new_codes_end_the_old_ones(database: Database, person: Person) -> None:
    old, new = made(database, person), made(database, person)
    assert not takes(database, person, old[0])
    assert takes(database, person, new[0])


def test_a_code_is_its_owners_alone_even_when_its_row_is_moved(database: Database, cast: Cast) -> None:
    person, other = somebody(database, cast), somebody(database, cast)
    code = made(database, person)[0]
    assert not takes(database, other, code)
    with database.write() as session:
        for row in session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person.id)):
            row.person_id = other.id
    assert not takes(database, other, code)


def test_no_code_is_kept(database: Database, person: Person) -> None:
    codes = made(database, person)
    with database.read() as session:
        kept = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not [code for code in codes if code.encode() in kept or code.replace("-", "").encode() in kept]


@pytest.mark.parametrize("code", ["", "123456", "aaaa-bbbb-cccc-ddd", "uuuu-uuuu-uuuu-uuuu", "ä" * 16, "\x00" * 16])
def test_what_is_no_code_is_refused(database: Database, person: Person, code: str) -> None:
    made(database, person)
    assert not recovery_codes.looks_like_one(code)
    assert not takes(database, person, code)


def test_only_good_codes_of_ones_own_are_given_back_as_a_file(database: Database, cast: Cast) -> None:
    person, other = somebody(database, cast), somebody(database, cast)
    codes, theirs = made(database, person), made(database, other)
    with database.read() as session:
        assert recovery_codes.are_unused(session, person, codes)
        assert not recovery_codes.are_unused(session, person, [*codes[:9], theirs[0]])
        assert not recovery_codes.are_unused(session, person, [])
    takes(database, person, codes[0])
    with database.read() as session:
        assert not recovery_codes.are_unused(session, person, codes)
