"""Second factors together: five tries, nobody left without one, every change and refusal recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from hub.access.models import Person
from hub.access.sign_in import factors, passkeys, totp
from hub.access.sign_in.passkeys import Refused, RelyingParty
from hub.core.db import Database
from hub.core.errors import HubError, NotFound, StateConflict
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.access.authenticator import Authenticator
from tests.access.enrolling import recorded, somebody, under_way
from tests.conftest import NOW

HUB = RelyingParty("hub.example", "https://hub.example")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return somebody(database, cast)


def with_app(database: Database, person: Person) -> pyotp.TOTP:
    with database.write() as session:
        totp.propose(session, person)
        app = pyotp.TOTP(totp.proposed(session, person) or "")
        assert factors.add_app(session, person, app.at(NOW), phone_now=NOW, now=NOW)
    return app


def with_passkey(database: Database, person: Person) -> str:
    with database.write() as session:
        token = passkeys.begin(session, "register", person_id=person.id, now=NOW)
        options = passkeys.options(session, token, "register", HUB, email="pat@leeds.example", now=NOW)
        answer = Authenticator(HUB.origin).registers(options or {})
        ref = factors.add_passkey(session, person, token, answer, name="Work phone", party=HUB, now=NOW)
    assert isinstance(ref, str)
    return ref


def gives(database: Database, person: Person, code: str, sign_in_id: int | None) -> str | Refused:
    with database.write() as session:
        return factors.check_code(session, person, code, sign_in_id=sign_in_id, phone_now=LATER, now=LATER)


def began(database: Database, person: Person) -> int:
    with database.write() as session:
        return under_way(session, person)


# --- needed -----------------------------------------------------------------------------------------------------------


def test_whoever_holds_a_role_needs_a_second_factor(database: Database, cast: Cast) -> None:
    assert factors.required(somebody(database, cast, roles=("data_officer",)))
    assert not factors.required(somebody(database, cast, roles=()))


def test_what_is_enrolled_is_what_was_confirmed(database: Database, person: Person) -> None:
    with database.write() as session:
        assert factors.enrolled(session, person.id) == set()
        totp.propose(session, person)
        assert factors.enrolled(session, person.id) == set()
    with_app(database, person)
    with_passkey(database, person)
    with database.read() as session:
        assert factors.enrolled(session, person.id) == {"totp", "passkey"}


def test_recovery_codes_alone_are_no_second_factor(database: Database, person: Person) -> None:
    with database.write() as session:
        factors.new_codes(session, person, now=NOW)
        assert factors.enrolled(session, person.id) == set()


# --- given ------------------------------------------------------------------------------------------------------------


def test_a_code_says_which_factor_it_is(database: Database, person: Person) -> None:
    app, sign_in = with_app(database, person), began(database, person)
    with database.write() as session:
        codes = factors.new_codes(session, person, now=NOW)
    assert gives(database, person, app.at(LATER), sign_in) == "totp"
    assert gives(database, person, codes[0].upper(), sign_in) == "recovery_code"


def test_the_sixth_try_is_refused_even_with_the_right_code(database: Database, person: Person) -> None:
    app, sign_in = with_app(database, person), began(database, person)
    wrong = f"{(int(app.at(LATER)) + 500_000) % 1_000_000:06}"
    refusals = [gives(database, person, wrong, sign_in) for _ in range(5)]
    assert ["4 more tries" in str(refusals[0]), "1 more try" in str(refusals[3])] == [True, True]
    assert "last try" in str(refusals[4])
    outcome = gives(database, person, app.at(LATER), sign_in)
    assert isinstance(outcome, Refused)
    assert outcome.because == "too_many_tries"
    assert gives(database, person, app.at(LATER), began(database, person)) == "totp"


def test_of_fifty_guesses_at_once_five_are_looked_at(database: Database, person: Person) -> None:
    app, sign_in = with_app(database, person), began(database, person)
    wrong = f"{(int(app.at(LATER)) + 500_000) % 1_000_000:06}"
    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(lambda _: gives(database, person, wrong, sign_in), range(50)))
    looked_at = [each for each in outcomes if isinstance(each, Refused) and each.because == "wrong_totp"]
    assert len(looked_at) == 5


def test_every_refusal_is_recorded_without_the_code(database: Database, person: Person) -> None:
    with_app(database, person)
    gives(database, person, "123 456", began(database, person))
    gives(database, person, "aaaa-bbbb-cccc-dddd", None)
    with database.read() as session:
        entries = recorded(session, "factor.refused")
        assert [(e.subject_ref, e.details) for e in entries] == [
            (person.ref, {"because": "wrong_totp"}),
            (person.ref, {"because": "wrong_recovery_code"}),
        ]


# --- changed ----------------------------------------------------------------------------------------------------------


def test_the_last_factor_cannot_be_removed(database: Database, person: Person) -> None:
    with_app(database, person)
    with database.write() as session, pytest.raises(StateConflict, match="Add another first"):
        factors.remove_app(session, person, now=NOW)
    ref = with_passkey(database, person)
    with database.write() as session:
        factors.remove_app(session, person, now=NOW)
        assert factors.enrolled(session, person.id) == {"passkey"}
        with pytest.raises(StateConflict, match="Add another first"):
            factors.remove_passkey(session, person, ref, now=NOW)


def test_two_removals_at_once_leave_one_factor(database: Database, person: Person) -> None:
    with_app(database, person)
    ref = with_passkey(database, person)

    def remove(which: str) -> bool:
        try:
            with database.write() as session:
                if which == "app":
                    factors.remove_app(session, person, now=NOW)
                else:
                    factors.remove_passkey(session, person, ref, now=NOW)
        except HubError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ["app", "passkey"])) == [False, True]
    with database.read() as session:
        assert len(factors.enrolled(session, person.id)) == 1


def test_a_passkey_of_somebody_else_is_not_found(database: Database, cast: Cast, person: Person) -> None:
    with_app(database, person)
    theirs = with_passkey(database, somebody(database, cast))
    for ref in (theirs, new_ref("psk")):
        with database.write() as session, pytest.raises(NotFound, match="no such passkey"):
            factors.remove_passkey(session, person, ref, now=NOW)


def test_somebody_who_lost_everything_can_be_let_begin_anew(database: Database, cast: Cast, person: Person) -> None:
    with_app(database, person)
    with_passkey(database, person)
    with database.write() as session:
        factors.new_codes(session, person, now=NOW)
        factors.forget_all(session, cast.actors["leeds"], person, now=NOW)
    with database.read() as session:
        left = factors.standing(session, person)
        assert (left.app_since, list(left.passkeys), left.codes_left) == (None, [], 0)
        entry = recorded(session, "factor.removed")[-1]
        assert (entry.actor_ref, entry.details) == (cast.actors["leeds"].ref, {"all_of": ["passkey", "totp"]})


def test_what_is_added_and_removed_is_recorded(database: Database, person: Person) -> None:
    with_app(database, person)
    ref = with_passkey(database, person)
    with database.write() as session:
        factors.new_codes(session, person, now=NOW)
        factors.remove_passkey(session, person, ref, now=NOW)
    with database.read() as session:
        added = [entry.details["factor"] for entry in recorded(session, "factor.added")]
        removed = [entry.details for entry in recorded(session, "factor.removed")]
    assert added == ["totp", "passkey", "recovery_codes"]
    assert removed == [{"factor": "passkey", "passkey": ref}]
