"""Signing in: what comes after what, what is refused, and that a refusal tells nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import func, select

from hub.access import policy, sessions
from hub.access.models import Person, PersonSession, SignIn
from hub.access.people import service as people
from hub.access.sign_in import passwords, throttle
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.service import Step
from hub.core.actor import SYSTEM
from hub.core.db import Database
from hub.core.errors import HubError, Invalid, NotPermitted, TooMany, Unauthenticated
from hub.demonstration.cast import Cast
from tests.access.signing_in import EMAIL, PASSWORD, actor_of, begun, joined, recorded
from tests.conftest import NOW

HERE, THERE = "192.0.2.1", "198.51.100.7"
MINUTE = timedelta(minutes=1)
WRONG = "wrong orbit maple tuesday"


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return joined(database, cast)


@pytest.fixture
def priya(cast: Cast, database: Database) -> Person:
    """Somebody with a second factor."""
    with database.read() as session:
        found = people.find(session, SYSTEM, cast.people["priya"].ref)
        session.expunge_all()
        return found


def give(
    database: Database,
    email: str = EMAIL,
    password: str = PASSWORD,
    *,
    network: str = HERE,
    cookie: str | None = None,
    now: datetime = NOW,
) -> Step:
    return sign_in.with_password(
        database, email, password, network=network, device_cookie=cookie, now=now, device="Firefox on Linux"
    )


def refusal(database: Database, email: str = EMAIL, password: str = WRONG, **said: object) -> HubError:
    with pytest.raises(HubError) as raised:
        give(database, email, password, **said)  # type: ignore[arg-type]
    return raised.value


def go_on(database: Database, step: Step, *factors: str, now: datetime = NOW) -> Step:
    with database.write() as session:
        row = sign_in.pending(session, step.token, stages={"second_factor", "enrol"}, now=now)
        person = sign_in.person_of(session, row)
        return sign_in.go_on(session, person, factors=factors, pending=row, device="Firefox on Linux", now=now)


# --- what comes after what --------------------------------------------------------------------------------------------


def test_after_the_password_comes_the_second_factor_and_then_the_session(
    database: Database, cast: Cast, priya: Person
) -> None:
    first = give(database, cast.people["priya"].email, cast.people["priya"].password)
    assert (first.kind, first.person_ref, first.session_ref) == ("second_factor", priya.ref, None)
    last = go_on(database, first, "totp")
    assert last.kind == "signed_in"
    actor = actor_of(database, last.token)
    assert (actor.ref, actor.session_ref) == (priya.ref, last.session_ref)
    with database.read() as session:
        row = session.scalars(select(PersonSession)).one()
        assert (row.factors, row.device) == (["password", "totp"], "Firefox on Linux")


def test_one_without_a_second_factor_must_set_one_up_first(database: Database, person: Person) -> None:
    step = give(database)
    assert step.kind == "enrol"
    with pytest.raises(Unauthenticated):
        actor_of(database, step.token)
    assert go_on(database, step, "totp").kind == "signed_in"


@pytest.mark.parametrize("email", [EMAIL.upper(), f"  {EMAIL} ", EMAIL.title()])
def test_an_address_is_the_same_however_it_is_typed(database: Database, person: Person, email: str) -> None:
    assert give(database, email).person_ref == person.ref


@pytest.mark.parametrize(
    ("factors", "wanted"),
    [
        (["password"], False),
        (["provider"], False),
        (["totp"], False),
        (["recovery_code"], False),
        (["totp", "recovery_code"], False),
        (["password", "provider"], False),
        (["password", "totp"], True),
        (["password", "recovery_code"], True),
        (["provider", "totp"], True),
        (["provider_mfa"], True),
        (["passkey"], True),
        ([], False),
    ],
)
def test_two_things_must_be_proved(factors: list[str], wanted: bool) -> None:
    assert sign_in.is_complete(factors) is wanted


def test_a_passkey_alone_signs_in(database: Database, person: Person) -> None:
    with database.write() as session:
        assert sign_in.go_on(session, person, factors=["passkey"], now=NOW).kind == "signed_in"


def test_a_step_is_used_up_once_also_by_many_at_once(database: Database, person: Person) -> None:
    step = give(database)

    def attempt(_: int) -> str:
        try:
            return go_on(database, step, "totp").kind
        except Unauthenticated as refused:
            return refused.reason

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))
    assert sorted(outcomes) == ["begin_again"] * 5 + ["signed_in"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PersonSession)) == 1


@pytest.mark.parametrize(("stage", "minutes"), [("second_factor", 10), ("enrol", 30)])
def test_a_step_waits_for_some_minutes_only(
    database: Database, cast: Cast, person: Person, stage: str, minutes: int
) -> None:
    player = cast.people["priya"]
    step = give(database, player.email, player.password) if stage == "second_factor" else give(database)
    with database.read() as session:
        early = NOW + (minutes - 1) * MINUTE
        assert sign_in.pending(session, step.token, stages={stage}, now=early)
        for token, stages, now in (
            (step.token, {stage}, NOW + minutes * MINUTE),
            (step.token, {"passkey"}, NOW),
            (step.token + "x", {stage}, NOW),
            ("", {stage}, NOW),
        ):
            with pytest.raises(Unauthenticated) as refused:
                sign_in.pending(session, token, stages=stages, now=now)
            assert "Begin again" in refused.value.sentence


def test_a_step_of_one_person_does_not_go_on_for_another(database: Database, priya: Person, person: Person) -> None:
    step = give(database)
    with database.write() as session:
        row = sign_in.pending(session, step.token, stages={"enrol"}, now=NOW)
        with pytest.raises(Unauthenticated):
            sign_in.go_on(session, priya, factors=["totp"], pending=row, now=NOW)


def test_what_a_step_knows_is_sealed_and_added_to(database: Database, person: Person) -> None:
    step = give(database)
    with database.write() as session:
        row = sign_in.pending(session, step.token, stages={"enrol"}, now=NOW)
        before = sign_in.recalled(session, row)
        sign_in.remember(session, row, next="/notices/ntc_1")
    with database.read() as session:
        row = sign_in.pending(session, step.token, stages={"enrol"}, now=NOW)
        assert sign_in.recalled(session, row) == before | {"next": "/notices/ntc_1"}
        assert b"ntc_1" not in (row.sealed or b"")
        assert step.token.encode() not in row.token_hash


def test_a_password_is_kept_anew_when_the_parameters_have_risen(database: Database, person: Person) -> None:
    held = policy.in_force()
    policy.use(replace(held, password=replace(held.password, passes=held.password.passes + 1)))
    try:
        give(database)
        with database.read() as session:
            kept = people.by_id(session, person.id).password_hash or ""
        assert f"t={held.password.passes + 1}," in kept
        assert passwords.matches(kept, PASSWORD)
    finally:
        policy.use(None)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_account_that_does_not_exist_read_the_same(database: Database, person: Person) -> None:
    wrong, unknown = refusal(database), refusal(database, "nobody@mail.example")
    assert isinstance(wrong, Unauthenticated)
    assert (wrong.sentence, wrong.reason, wrong.status) == (unknown.sentence, unknown.reason, unknown.status)
    assert "Check both" in wrong.sentence


def test_they_take_the_same_time(database: Database, person: Person) -> None:
    """Within the noise of a short trial; ``make attack`` tries a thousand times."""
    took: dict[str, list[float]] = {EMAIL: [], "nobody@mail.example": []}
    for number in range(12):
        for email, times in took.items():
            began = perf_counter()
            refusal(database, email, network=f"192.0.2.{number}")
            times.append(perf_counter() - began)
    known, unknown = (median(times) for times in took.values())
    assert abs(known - unknown) < 0.4 * max(known, unknown)


def test_one_who_has_no_password_cannot_sign_in_with_any(database: Database, cast: Cast) -> None:
    joined(database, cast, password=None)
    for password in ("", "None", PASSWORD, "\x00nobody"):
        assert refusal(database, password=password).reason == "sign_in_refused"


def test_that_an_account_is_disabled_is_told_to_its_owner_alone(database: Database, person: Person) -> None:
    with database.write() as session:
        people.disable(session, SYSTEM, person.ref, now=NOW)
    assert "disabled" in refusal(database, password=PASSWORD).sentence
    assert "disabled" not in refusal(database, password=WRONG).sentence


def test_one_disabled_between_password_and_code_does_not_get_in(database: Database, person: Person) -> None:
    step = give(database)
    with database.write() as session:
        people.disable(session, SYSTEM, person.ref, now=NOW)
    with pytest.raises(Unauthenticated):
        go_on(database, step, "totp")


def test_every_refusal_is_recorded_without_the_address(database: Database, person: Person) -> None:
    refusal(database)
    refusal(database, "nobody@mail.example")
    wrong, unknown = recorded(database, "sign_in.refused")
    assert (wrong.subject_ref, wrong.details) == (person.ref, {"because": "password"})
    assert wrong.organisation_id == person.organisation_id
    assert (unknown.subject_ref, unknown.details) == ("nobody", {"because": "no_account"})
    assert "mail.example" not in str([wrong.details, unknown.details])


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\x00", "\ud800", "ä" * 50])
def test_any_text_may_be_tried_as_a_password(database: Database, person: Person, password: str) -> None:
    assert isinstance(refusal(database, password=password), Unauthenticated)


@pytest.mark.parametrize("email", ["", "x" * 100_000, "\x00@x", "no address", "' or 1=1 --"])
def test_any_text_may_be_tried_as_an_address(database: Database, cast: Cast, email: str) -> None:
    assert isinstance(refusal(database, email), Unauthenticated)


# --- guessing ---------------------------------------------------------------------------------------------------------


def attack(database: Database, email: str = EMAIL, *, network: str = THERE, times: int = 5) -> None:
    for _ in range(times):
        assert isinstance(refusal(database, email, network=network), Unauthenticated)


def test_after_some_wrong_passwords_even_the_right_one_waits(database: Database, person: Person) -> None:
    attack(database)
    waiting = refusal(database, password=PASSWORD, network=THERE)
    assert isinstance(waiting, TooMany)
    assert waiting.retry_after_seconds == 3
    assert recorded(database, "sign_in.refused")[-1].details == {"because": "too_many"}
    assert give(database, network=THERE, now=NOW + timedelta(seconds=3)).kind == "enrol"


def test_an_account_that_does_not_exist_waits_as_any_other(database: Database, person: Person) -> None:
    attack(database)
    attack(database, "nobody@mail.example")
    one, other = (refusal(database, email, network=THERE) for email in (EMAIL, "nobody@mail.example"))
    assert isinstance(one, TooMany)
    assert isinstance(other, TooMany)
    assert (one.sentence, one.retry_after_seconds) == (other.sentence, other.retry_after_seconds)


def test_the_owner_elsewhere_is_not_delayed_by_an_attacker(database: Database, person: Person) -> None:
    attack(database)
    assert isinstance(refusal(database, network=THERE), TooMany)
    assert give(database, network=HERE).kind == "enrol"


def test_the_owner_at_a_known_browser_is_not_delayed_by_an_attacker_in_the_same_network(
    database: Database, person: Person
) -> None:
    cookie = throttle.device_cookie(database.keys, None, person.ref, number="0" * 32)
    attack(database, network=HERE)
    assert isinstance(refusal(database, password=PASSWORD, network=HERE), TooMany)
    assert give(database, network=HERE, cookie=cookie).kind == "enrol"


def test_an_attacker_cannot_use_another_persons_browser_to_escape_the_wait(
    database: Database, person: Person, priya: Person
) -> None:
    cookie = throttle.device_cookie(database.keys, None, priya.ref, number="0" * 32)
    for _ in range(5):
        refusal(database, network=THERE, cookie=cookie)
    assert isinstance(refusal(database, network=THERE, cookie=cookie), TooMany)


def test_a_right_password_alone_does_not_forgive_the_wrong_ones(database: Database, person: Person) -> None:
    attack(database, times=4)
    give(database, network=THERE)
    assert isinstance(refusal(database, password=PASSWORD, network=THERE), TooMany)


def test_a_whole_sign_in_forgives_them(database: Database, person: Person) -> None:
    attack(database, times=4)
    go_on(database, give(database, network=THERE), "totp")
    attack(database, times=5)


def codes(database: Database, step: Step, times: int, now: datetime = NOW) -> list[int]:
    waits = []
    for _ in range(times):
        with database.write() as session:
            row = sign_in.pending(session, step.token, stages={"enrol"}, now=now)
            waits.append(sign_in.spend_code(session, row, sign_in.person_of(session, row), now=now))
    return waits


def test_one_who_has_the_password_cannot_guess_codes_from_many_networks(database: Database, person: Person) -> None:
    for number in range(5):
        assert codes(database, give(database, network=f"192.0.2.{number}"), 1) == [0]
    assert codes(database, give(database, network="192.0.2.77"), 1) == [3]
    assert recorded(database, "sign_in.refused")[-1].details == {"because": "too_many_codes"}


def test_guesses_of_codes_do_not_delay_the_owner_at_a_known_browser(database: Database, person: Person) -> None:
    codes(database, give(database, network=THERE), 6)
    cookie = throttle.device_cookie(database.keys, None, person.ref, number="0" * 32)
    step = give(database, network=HERE, cookie=cookie)
    assert codes(database, step, 1) == [0]
    assert go_on(database, step, "totp").kind == "signed_in"


# --- again, in a session ----------------------------------------------------------------------------------------------


def test_proving_again_opens_sensitive_acts_for_a_while(database: Database, person: Person) -> None:
    opened, later = begun(database, person), NOW + 30 * MINUTE
    actor = actor_of(database, opened.token, now=later)
    with pytest.raises(NotPermitted):
        sessions.refuse_unless_recent(actor, now=later)
    sign_in.password_again(database, actor, PASSWORD, now=later)
    with database.write() as session:
        sign_in.proved(session, actor, factors=["password", "totp"], now=later)
    sessions.refuse_unless_recent(actor_of(database, opened.token, now=later), now=later)
    assert recorded(database, "session.proved")[0].subject_ref == opened.ref


def test_a_stolen_session_cannot_guess_the_password(database: Database, person: Person) -> None:
    actor = actor_of(database, begun(database, person).token)
    for _ in range(5):
        with pytest.raises(Invalid) as refused:
            sign_in.password_again(database, actor, WRONG, now=NOW)
        assert list(refused.value.fields) == ["password"]
    with pytest.raises(TooMany):
        sign_in.password_again(database, actor, PASSWORD, now=NOW)
    causes = [entry.details["because"] for entry in recorded(database, "sign_in.refused")]
    assert causes == ["password_again"] * 5 + ["too_many"]


@pytest.fixture(autouse=True)
def _same_policy() -> Iterator[None]:
    yield
    policy.use(None)


def test_sign_ins_whose_time_is_over_are_swept_away(database: Database, person: Person) -> None:
    give(database)
    with database.write() as session:
        sign_in.forget_old(session, now=NOW + 31 * MINUTE)
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0
