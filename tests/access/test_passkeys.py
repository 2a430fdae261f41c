"""Passkeys: a challenge is answered once, by the device it was asked of, with its owner verified, counting upwards."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.access.models import Passkey, Person, SignIn
from hub.access.sign_in import factors, passkeys
from hub.access.sign_in.passkeys import Answered, Purpose, Refused, RelyingParty
from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.authenticator import Authenticator, altered
from tests.access.enrolling import recorded, somebody
from tests.conftest import NOW

HUB = RelyingParty("hub.example", "https://hub.example")


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return somebody(database, cast)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(HUB.origin)


def asked(
    database: Database, purpose: Purpose, person: Person | None, *, now: datetime = NOW
) -> tuple[str, dict[str, Any]]:
    """A ceremony that was begun: its token, and what the browser is asked."""
    with database.write() as session:
        token = passkeys.begin(session, purpose, person_id=person.id if person else None, now=now)
        found = passkeys.options(session, token, purpose, HUB, email="pat@leeds.example", now=now)
    assert found is not None
    return token, found


def registered(database: Database, person: Person, token: str, answer: str, *, now: datetime = NOW) -> str | Refused:
    with database.write() as session:
        return factors.add_passkey(session, person, token, answer, name="Work phone", party=HUB, now=now)


def given(
    database: Database, token: str, answer: str, *, purpose: Purpose = "sign_in", now: datetime = NOW
) -> Answered | Refused:
    with database.write() as session:
        return factors.check_passkey(session, token, answer, purpose=purpose, party=HUB, now=now)


def add(database: Database, person: Person, device: Authenticator) -> str:
    token, options = asked(database, "register", person)
    ref = registered(database, person, token, device.registers(options))
    assert isinstance(ref, str)
    return ref


def because(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.because


# --- registering ------------------------------------------------------------------------------------------------------


def test_a_registration_asks_for_a_discoverable_passkey_with_its_owner_verified(
    database: Database, person: Person
) -> None:
    _, options = asked(database, "register", person)
    assert options["rp"] == {"name": "Placement notification hub", "id": "hub.example"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["user"]["name"] == "pat@leeds.example"


def test_devices_that_are_registered_are_not_asked_again(
    database: Database, person: Person, device: Authenticator
) -> None:
    add(database, person, device)
    token, options = asked(database, "register", person)
    assert [each["id"] for each in options["excludeCredentials"]] == [json.loads(device.registers(options))["id"]]
    assert because(registered(database, person, token, device.registers(options))) == "known_passkey"


def test_a_device_that_did_not_verify_its_owner_is_refused(database: Database, person: Person) -> None:
    token, options = asked(database, "register", person)
    careless = Authenticator(HUB.origin, verifies=False)
    assert because(registered(database, person, token, careless.registers(options))) == "not_verified"


def test_a_registration_is_its_persons_alone(database: Database, cast: Cast, device: Authenticator) -> None:
    person, other = somebody(database, cast), somebody(database, cast)
    token, options = asked(database, "register", person)
    assert because(registered(database, other, token, device.registers(options))) == "late"


def test_there_is_an_end_to_how_many_passkeys_somebody_has(database: Database, person: Person) -> None:
    for _ in range(passkeys.MOST):
        add(database, person, Authenticator(HUB.origin))
    token, options = asked(database, "register", person)
    one_more = Authenticator(HUB.origin).registers(options)
    assert because(registered(database, person, token, one_more)) == "too_many_passkeys"


# --- signing in -------------------------------------------------------------------------------------------------------


def test_a_passkey_signs_in_without_an_address(database: Database, person: Person, device: Authenticator) -> None:
    ref = add(database, person, device)
    token, options = asked(database, "sign_in", None)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert given(database, token, device.answers(options)) == Answered(person.id, ref)
    with database.read() as session:
        kept = session.scalars(select(Passkey)).one()
        assert (kept.sign_count, kept.used_at) == (1, NOW)


def test_an_answer_is_taken_once(database: Database, person: Person, device: Authenticator) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    answer = device.answers(options)
    assert isinstance(given(database, token, answer), Answered)
    assert because(given(database, token, answer)) == "late"
    again, _ = asked(database, "sign_in", None)
    assert because(given(database, again, answer)) == "not_verified"


def test_a_wrong_answer_uses_up_the_challenge(database: Database, person: Person, device: Authenticator) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    assert because(given(database, token, altered(device.answers(options), "signature"))) == "not_verified"
    assert because(given(database, token, device.answers(options))) == "late"
    with database.read() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_an_answer_that_comes_late_is_refused(database: Database, person: Person, device: Authenticator) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    late = NOW + timedelta(minutes=passkeys.MINUTES)
    assert because(given(database, token, device.answers(options), now=late)) == "late"


def test_a_copy_of_a_device_is_refused_once_the_original_was_used(
    database: Database, person: Person, device: Authenticator
) -> None:
    ref = add(database, person, device)
    copy = device.copied()
    for _ in range(2):
        token, options = asked(database, "sign_in", None)
        assert isinstance(given(database, token, device.answers(options)), Answered)
    token, options = asked(database, "sign_in", None)
    refused = given(database, token, copy.answers(options))
    assert because(refused) == "sign_count"
    with database.read() as session:
        entry = recorded(session, "factor.refused")[-1]
        assert (entry.subject_ref, entry.details) == (ref, {"because": "sign_count"})


def test_a_device_that_does_not_count_is_taken(database: Database, person: Person) -> None:
    device = Authenticator(HUB.origin, counts=False)
    add(database, person, device)
    for _ in range(2):
        token, options = asked(database, "sign_in", None)
        assert isinstance(given(database, token, device.answers(options)), Answered)


def test_a_device_that_did_not_verify_its_owner_does_not_sign_in(
    database: Database, person: Person, device: Authenticator
) -> None:
    add(database, person, device)
    device.verifies = False
    token, options = asked(database, "sign_in", None)
    assert because(given(database, token, device.answers(options))) == "not_verified"


@pytest.mark.parametrize(
    "instead",
    [
        {"origin": "https://hub.example.attacker.example"},
        {"origin": "http://hub.example"},
        {"type": "webauthn.create"},
        {"challenge": "AAAA"},
    ],
    ids=str,
)
def test_an_answer_made_for_another_page_or_question_is_refused(
    database: Database, person: Person, device: Authenticator, instead: dict[str, str]
) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    assert because(given(database, token, device.answers(options, **instead))) == "not_verified"


def test_an_answer_for_another_host_is_refused(database: Database, person: Person, device: Authenticator) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    elsewhere = device.answers(options | {"rpId": "attacker.example"})
    assert because(given(database, token, elsewhere)) == "not_verified"


def test_a_ceremony_for_one_purpose_serves_no_other(database: Database, person: Person, device: Authenticator) -> None:
    add(database, person, device)
    token, options = asked(database, "prove", person)
    assert because(given(database, token, device.answers(options), purpose="sign_in")) == "late"


def test_to_prove_who_one_is_only_ones_own_passkey_serves(
    database: Database, cast: Cast, device: Authenticator
) -> None:
    person, other = somebody(database, cast), somebody(database, cast)
    add(database, other, device)
    token, options = asked(database, "prove", person)
    assert because(given(database, token, device.answers(options), purpose="prove")) == "unknown_passkey"


def test_a_passkey_that_nobody_has_is_refused_and_recorded(database: Database, device: Authenticator) -> None:
    token, options = asked(database, "sign_in", None)
    assert because(given(database, token, device.answers(options))) == "unknown_passkey"
    with database.read() as session:
        entry = recorded(session, "factor.refused")[-1]
        assert (entry.actor_kind, entry.subject_ref) == ("guest", "passkey")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "not json",
        "[" * 100_000,
        '{"id": 1, "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "!", "type": "public-key", "response": {"clientDataJSON": "", "authenticatorData": "", '
        '"signature": ""}}',
        '{"id": "\ud800", "rawId": "\ud800", "type": "public-key", "response": {"clientDataJSON": "\ud800", '
        '"authenticatorData": "", "signature": ""}}',
    ],
    ids=lambda answer: answer[:20].encode("ascii", "replace").decode(),
)
def test_what_is_no_answer_is_refused_without_a_fault(database: Database, person: Person, answer: str) -> None:
    token, _ = asked(database, "sign_in", None)
    assert because(given(database, token, answer)) in {"not_verified", "unknown_passkey"}
    token, _ = asked(database, "register", person)
    assert because(registered(database, person, token, answer)) == "not_verified"


@pytest.mark.parametrize("place", range(0, 37, 4))
def test_a_changed_byte_anywhere_in_what_was_signed_is_refused(
    database: Database, person: Person, device: Authenticator, place: int
) -> None:
    add(database, person, device)
    token, options = asked(database, "sign_in", None)
    changed = altered(device.answers(options), "authenticatorData", place)
    assert because(given(database, token, changed)) == "not_verified"


# --- where passkeys work ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_url", "party"),
    [
        ("https://hub.example", RelyingParty("hub.example", "https://hub.example")),
        ("https://hub.example/", RelyingParty("hub.example", "https://hub.example")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_browsers_know_the_hub_by_its_name_and_not_by_a_number(base_url: str, party: RelyingParty | None) -> None:
    assert passkeys.relying_party(base_url) == party
