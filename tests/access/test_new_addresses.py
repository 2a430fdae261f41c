"""Another e-mail address, another name: asked for by one's administrator or oneself, in force only as its owner says."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub.access import policy, sessions
from hub.access.models import AddressChange, Person
from hub.access.people import invitations, new_addresses
from hub.access.people import service as people
from hub.access.sign_in import service as sign_in
from hub.core.actor import Actor
from hub.core.db import Database, keys_of
from hub.core.errors import Conflict, EditConflict, HubError, Invalid, NotFound, NotPermitted, StateConflict
from hub.core.secrets import SealBroken
from hub.demonstration.cast import Cast
from tests.access.signing_in import EMAIL, PASSWORD, actor_of, begun, joined, recorded
from tests.conftest import NOW

NEW = "pat.marrowfield@mail.example"
HERE = "192.0.2.1"


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return joined(database, cast, "bradford", ["social_worker"])


@pytest.fixture
def pat(database: Database, person: Person) -> Actor:
    """The person, signed in just now."""
    return actor_of(database, begun(database, person).token)


@pytest.fixture
def boss(database: Database, cast: Cast) -> Actor:
    """Their administrator."""
    return actor_for(database, joined(database, cast, "bradford", ["administrator"], email="boss@mail.example"))


def actor_for(database: Database, person: Person) -> Actor:
    return actor_of(database, begun(database, person).token)


def asked(database: Database, boss: Actor, person: Person, email: str = NEW) -> str:
    """The token of the link that the new address was sent."""
    with database.write() as session:
        letters = new_addresses.ask(session, boss, person.ref, email, now=NOW)
    return letters.path.removeprefix(new_addresses.PATH)


def followed(database: Database, who: Actor, token: str, *, now: object = NOW) -> new_addresses.Changed | HubError:
    with database.write() as session:
        return new_addresses.confirm(session, who, token, now=now)  # type: ignore[arg-type]


def email_of(database: Database, person: Person) -> str:
    with database.read() as session:
        return people.told(session, people.by_id(session, person.id)).email


def gives_password(database: Database, email: str) -> sign_in.Step:
    return sign_in.with_password(database, email, PASSWORD, network=HERE, device_cookie=None, now=NOW)


# --- in force only when proved ----------------------------------------------------------------------------------------


def test_a_new_address_counts_from_when_its_link_was_followed_and_not_before(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    token = asked(database, boss, person)
    assert email_of(database, person) == EMAIL
    done = followed(database, pat, token)
    assert isinstance(done, new_addresses.Changed)
    assert (done.old_email, email_of(database, person)) == (EMAIL, NEW)


def test_one_signs_in_with_the_new_address_and_no_more_with_the_old(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    token = asked(database, boss, person)
    assert gives_password(database, EMAIL).person_ref == person.ref
    followed(database, pat, token)
    assert gives_password(database, NEW.upper()).person_ref == person.ref
    with pytest.raises(HubError):
        gives_password(database, EMAIL)


def test_sessions_go_on(database: Database, boss: Actor, person: Person, pat: Actor) -> None:
    followed(database, pat, asked(database, boss, person))
    assert recorded(database, "session.ended") == []


def test_the_old_mailbox_keeps_no_link_to_a_new_password(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    token = asked(database, boss, person)
    with database.write() as session:
        old = invitations.new_password(session, boss, person.ref, forgets_factors=False, now=NOW)
    again = actor_for(database, person)  # the letter for a password ended what was open
    token = asked(database, boss, person)
    followed(database, again, token)
    with database.read() as session, pytest.raises(StateConflict) as refusal:
        invitations.look(session, old.path.removeprefix(invitations.PATH), now=NOW)
    assert refusal.value.reason == "invitation_withdrawn"


def test_the_record_says_who_asked_and_who_confirmed_and_no_address(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    followed(database, pat, asked(database, boss, person))
    entries = recorded(database, "person.address_asked") + recorded(database, "person.address_changed")
    assert [(each.actor_ref, each.subject_ref) for each in entries] == [(boss.ref, person.ref), (pat.ref, person.ref)]
    assert "mail.example" not in str([each.details for each in entries])


# --- nobody takes an account so ---------------------------------------------------------------------------------------


def test_the_link_is_worth_nothing_to_whoever_is_not_signed_in_to_that_account(
    database: Database, boss: Actor, person: Person
) -> None:
    token = asked(database, boss, person)
    for act in (new_addresses.look, new_addresses.confirm):
        with database.write() as session, pytest.raises(NotFound, match="not for the account"):
            act(session, boss, token, now=NOW)
    assert email_of(database, person) == EMAIL


def test_the_account_s_owner_shows_again_that_it_is_them(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    token = asked(database, boss, person)
    long_ago = replace(pat, proved_at=NOW - timedelta(hours=2))
    with database.write() as session:
        for sensitive in (
            lambda: new_addresses.look(session, long_ago, token, now=NOW),
            lambda: new_addresses.confirm(session, long_ago, token, now=NOW),
            lambda: new_addresses.ask_for_oneself(session, long_ago, NEW, now=NOW),
            lambda: people.rename_oneself(session, long_ago, "Pat Marrowfield", now=NOW),
        ):
            with pytest.raises(NotPermitted) as refusal:
                sensitive()
            assert refusal.value.reason == "proof_needed"


def test_nobody_asks_for_somebody_of_another_organisation_or_as_their_own_administrator(
    database: Database, cast: Cast, boss: Actor, person: Person
) -> None:
    stranger = actor_for(database, joined(database, cast, "kent", ["administrator"], email="strange@mail.example"))
    with database.write() as session:
        with pytest.raises(NotFound):
            new_addresses.ask(session, stranger, person.ref, NEW, now=NOW)
        with pytest.raises(NotFound):
            people.rename(session, stranger, person.ref, "Pat Marrowfield", version=1, now=NOW)
        with pytest.raises(NotPermitted, match="your own account"):
            new_addresses.ask(session, boss, boss.ref, NEW, now=NOW)


# --- addresses that somebody has --------------------------------------------------------------------------------------


@pytest.fixture
def known_elsewhere(database: Database, cast: Cast) -> str:
    """An address that has an account in another organisation."""
    joined(database, cast, "kent", ["duty_desk"], email="known@mail.example")
    return "known@mail.example"


def test_whether_an_address_has_an_account_elsewhere_is_told_to_its_reader_alone(
    database: Database, boss: Actor, person: Person, pat: Actor, known_elsewhere: str
) -> None:
    token = asked(database, boss, person, known_elsewhere)  # answered as any other
    with database.write() as session:
        new_addresses.ask_for_oneself(session, pat, known_elsewhere, now=NOW)
    token = asked(database, boss, person, known_elsewhere)
    refusal = followed(database, pat, token)
    assert isinstance(refusal, Conflict)
    assert refusal.reason == "has_account"
    assert email_of(database, person) == EMAIL
    [entry] = recorded(database, "person.address_refused")
    assert entry.details == {"because": "has_account"}


def test_a_colleague_s_address_is_told_to_the_administrator_who_sees_it_anyway(
    database: Database, cast: Cast, boss: Actor, person: Person
) -> None:
    joined(database, cast, "bradford", ["duty_desk"], email="colleague@mail.example")
    with pytest.raises(Conflict) as refusal:
        asked(database, boss, person, "Colleague@mail.example ")
    assert "email" in refusal.value.fields


def test_a_colleague_s_address_is_not_told_to_a_colleague(database: Database, cast: Cast, pat: Actor) -> None:
    joined(database, cast, "bradford", ["duty_desk"], email="colleague@mail.example")
    with database.write() as session:
        new_addresses.ask_for_oneself(session, pat, "colleague@mail.example", now=NOW)


def test_of_two_who_take_one_address_at_the_same_time_one_has_it(
    database: Database, cast: Cast, boss: Actor, person: Person, pat: Actor
) -> None:
    other = joined(database, cast, "bradford", ["duty_desk"], email="other@mail.example")
    links = [(pat, asked(database, boss, person)), (actor_for(database, other), asked(database, boss, other))]

    def follow(link: tuple[Actor, str]) -> str:
        try:
            outcome = followed(database, *link)
        except HubError as refusal:
            outcome = refusal
        return outcome.reason if isinstance(outcome, HubError) else "changed"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(follow, links)) == ["changed", "has_account"]


@pytest.mark.parametrize(
    "email", [EMAIL, EMAIL.upper(), "no address", "a@b@c.example", "pat@mail.example\nBcc: x@y.example"]
)
def test_what_is_no_new_address_is_refused_at_its_field(
    database: Database, boss: Actor, person: Person, email: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        asked(database, boss, person, email)
    assert set(refusal.value.fields) == {"email"}
    assert recorded(database, "person.address_asked") == []


# --- links that are not good any more ---------------------------------------------------------------------------------


def test_a_link_works_once(database: Database, boss: Actor, person: Person, pat: Actor) -> None:
    token = asked(database, boss, person)
    assert isinstance(followed(database, pat, token), new_addresses.Changed)
    refusal = followed(database, pat, token)
    assert isinstance(refusal, StateConflict)
    assert refusal.reason == "address_used"


@pytest.fixture
def times() -> timedelta:
    return policy.in_force().invitation_lifetime


def test_a_link_expires(database: Database, boss: Actor, person: Person, times: timedelta) -> None:
    token, later = asked(database, boss, person), NOW + times
    with database.write() as session:
        opened = sessions.begin(session, person, factors=["password", "totp"], device="Firefox", now=later)
        back = sessions.actor_of(session, opened.token, now=later)
        outcome = new_addresses.confirm(session, back, token, now=later)
        assert new_addresses.waiting(session, [person.id], now=later) == {}
    assert isinstance(outcome, StateConflict)
    assert outcome.reason == "address_expired"
    assert email_of(database, person) == EMAIL


def test_an_address_that_is_asked_for_anew_takes_the_place_of_the_one_before(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    first = asked(database, boss, person, "first@mail.example")
    asked(database, boss, person)
    refusal = followed(database, pat, first)
    assert isinstance(refusal, StateConflict)
    assert refusal.reason == "address_withdrawn"
    with database.read() as session:
        [waiting] = new_addresses.waiting(session, [person.id], now=NOW).values()
    assert waiting.email == NEW


def test_an_address_is_withdrawn_by_whoever_may_ask_for_it(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    for who in (boss, pat):
        token = asked(database, boss, person)
        with database.write() as session:
            new_addresses.withdraw(session, who, person.ref, now=NOW)
            new_addresses.withdraw(session, who, person.ref, now=NOW)  # again changes nothing
        assert isinstance(followed(database, pat, token), StateConflict)
    assert len(recorded(database, "person.address_withdrawn")) == 2


def test_whoever_is_disabled_has_no_address_waiting_and_is_asked_none(
    database: Database, boss: Actor, person: Person
) -> None:
    asked(database, boss, person)
    with database.write() as session:
        people.disable(session, boss, person.ref, now=NOW)
        assert new_addresses.waiting(session, [person.id], now=NOW) == {}
    with pytest.raises(StateConflict, match="disabled"):
        asked(database, boss, person)


def test_the_address_that_waits_is_sealed_for_its_row(
    database: Database, boss: Actor, person: Person, pat: Actor, cast: Cast
) -> None:
    other = joined(database, cast, "bradford", ["duty_desk"], email="other@mail.example")
    token = asked(database, boss, person)
    asked(database, boss, other, "elsewhere@mail.example")
    with database.write() as session:
        rows = session.scalars(select(AddressChange).order_by(AddressChange.id)).all()
        assert b"mail.example" not in b"".join(row.sealed for row in rows)
        moved = update(AddressChange).where(AddressChange.id == rows[0].id)
        session.execute(moved.values(sealed=rows[1].sealed))
    with pytest.raises(SealBroken):
        followed(database, pat, token)


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_name_is_changed_and_the_address_stays_found(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    with database.write() as session:
        renamed = people.rename(session, boss, person.ref, "Pat Marrowfield", version=person.version, now=NOW)
        assert people.told(session, renamed) == people.Told("Pat Marrowfield", EMAIL)
        people.rename_oneself(session, pat, "Pat Orchard", now=NOW)
        people.rename_oneself(session, pat, "Pat Orchard", now=NOW)  # again changes nothing
    assert gives_password(database, EMAIL).person_ref == person.ref
    entries = recorded(database, "person.renamed")
    assert [each.actor_ref for each in entries] == [boss.ref, pat.ref]
    assert "Pat" not in str([each.details for each in entries])
    assert recorded(database, "session.ended") == []


def test_a_name_is_changed_on_the_version_that_was_read(database: Database, boss: Actor, person: Person) -> None:
    with database.write() as session:
        people.rename(session, boss, person.ref, "Pat Marrowfield", version=person.version, now=NOW)
        with pytest.raises(EditConflict):
            people.rename(session, boss, person.ref, "Pat Orchard", version=person.version, now=NOW)


# --- somebody for whom a provider vouches -----------------------------------------------------------------------------


def test_whom_a_provider_vouches_for_is_known_by_it_as_before_whatever_the_address(
    database: Database, boss: Actor, person: Person, pat: Actor
) -> None:
    with database.write() as session:
        session.execute(
            update(Person).where(Person.id == person.id).values(provider_subject="sub-1", password_hash=None)
        )
    followed(database, pat, asked(database, boss, person))
    with database.read() as session:
        row = people.by_id(session, person.id)
        assert (row.provider_subject, row.password_hash) == ("sub-1", None)
        assert row.email_index in keys_of(session).blinds(sign_in.EMAIL, NEW)
