"""The authenticator app: a code counts in its half minute and one either side, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from hub.access.models import Person, Totp
from hub.access.sign_in import totp
from hub.core.db import Database, keys_of
from hub.core.secrets import SealBroken
from hub.demonstration.cast import Cast
from tests.access.enrolling import somebody
from tests.conftest import NOW

STEP = timedelta(seconds=30)


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return somebody(database, cast)


def set_up(database: Database, person: Person, *, now: datetime = NOW) -> pyotp.TOTP:
    """The app in the person's telephone, confirmed with its code of *now*."""
    with database.write() as session:
        totp.propose(session, person)
        app = pyotp.TOTP(totp.proposed(session, person) or "")
        assert totp.confirm(session, person, app.at(now), phone_now=now, now=NOW)
    return app


def takes(database: Database, person: Person, code: str, *, now: datetime = NOW) -> bool:
    with database.write() as session:
        return totp.check(session, person, code, phone_now=now)


def test_an_app_counts_from_its_first_right_code(database: Database, person: Person) -> None:
    with database.write() as session:
        totp.propose(session, person)
        app = pyotp.TOTP(totp.proposed(session, person) or "")
    assert not takes(database, person, app.at(NOW))
    with database.write() as session:
        assert not totp.confirm(session, person, app.at(NOW + 9 * STEP), phone_now=NOW, now=NOW)
        assert totp.confirm(session, person, app.at(NOW), phone_now=NOW, now=NOW)
        assert totp.proposed(session, person) is None
    assert takes(database, person, app.at(NOW + STEP), now=NOW + STEP)


@pytest.mark.parametrize(
    ("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids="{}".format
)
def test_a_telephones_clock_may_be_one_step_off(database: Database, person: Person, steps: int, is_taken: bool) -> None:
    app, later = set_up(database, person), NOW + 10 * STEP
    assert takes(database, person, app.at(later + steps * STEP), now=later) is is_taken


def test_the_code_that_confirmed_the_app_does_not_sign_in_as_well(database: Database, person: Person) -> None:
    app = set_up(database, person)
    assert not takes(database, person, app.at(NOW))


def test_a_code_is_taken_once_and_an_older_one_not_after_it(database: Database, person: Person) -> None:
    app, later = set_up(database, person), NOW + 10 * STEP
    assert takes(database, person, app.at(later), now=later)
    assert not takes(database, person, app.at(later), now=later)
    assert not takes(database, person, app.at(later - STEP), now=later)
    assert takes(database, person, app.at(later + STEP), now=later)


def test_of_many_who_send_the_same_code_at_once_one_is_let_in(database: Database, person: Person) -> None:
    app, later = set_up(database, person), NOW + 10 * STEP
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: takes(database, person, app.at(later), now=later), range(8)))
    assert sorted(outcomes) == [False] * 7 + [True]


@pytest.mark.parametrize("written", ["{} {}", " {}{} ", "{}-{}", "{}\u00a0{}"])
def test_spaces_in_a_code_do_not_matter(database: Database, person: Person, written: str) -> None:
    app, later = set_up(database, person), NOW + 10 * STEP
    code = app.at(later)
    assert takes(database, person, written.format(code[:3], code[3:]), now=later)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "\x00" * 6])
def test_what_is_no_code_is_refused(database: Database, person: Person, code: str) -> None:
    set_up(database, person)
    assert not takes(database, person, code)


def test_the_old_app_works_until_the_new_one_has_given_a_code(database: Database, person: Person) -> None:
    old, later = set_up(database, person), NOW + 10 * STEP
    with database.write() as session:
        totp.propose(session, person)
        new = pyotp.TOTP(totp.proposed(session, person) or "")
    assert not takes(database, person, new.at(later), now=later)
    assert takes(database, person, old.at(later), now=later)
    with database.write() as session:
        assert totp.confirm(session, person, new.at(later + STEP), phone_now=later + STEP, now=NOW)
    assert not takes(database, person, old.at(later + 3 * STEP), now=later + 3 * STEP)
    assert takes(database, person, new.at(later + 3 * STEP), now=later + 3 * STEP)


def test_a_proposal_ends_the_one_before(database: Database, person: Person) -> None:
    with database.write() as session:
        totp.propose(session, person)
        first = pyotp.TOTP(totp.proposed(session, person) or "")
        totp.propose(session, person)
        assert not totp.confirm(session, person, first.at(NOW), phone_now=NOW, now=NOW)


def test_the_secret_is_sealed_for_its_person_and_opens_in_no_other_row(database: Database, cast: Cast) -> None:
    person, other = somebody(database, cast), somebody(database, cast)
    app = set_up(database, person)
    with database.read() as session:
        row = session.scalars(select(Totp).where(Totp.person_id == person.id)).one()
        assert app.secret.encode() not in row.sealed
        with pytest.raises(SealBroken):
            keys_of(session).open(other.ref, row.sealed)


def test_the_address_in_the_qr_code_names_the_hub_and_the_account() -> None:
    address = totp.setup_address("pat@leeds.example", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert address.startswith(
        "otpauth://totp/Placement%20notification%20hub:pat%40leeds.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    )
    assert "issuer=Placement%20notification%20hub" in address
