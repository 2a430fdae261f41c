"""Invitations: sent once, good for some days, taken once, by whoever was asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from hub.access import policy
from hub.access.cli import access_group
from hub.access.models import Invitation, Person
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.people.invitations import Letter
from hub.access.sign_in import factors, passwords
from hub.access.sign_in import service as sign_in
from hub.core.actor import SYSTEM, Actor
from hub.core.db import Database
from hub.core.errors import Conflict, HubError, Invalid, NotFound, NotPermitted, StateConflict, Unauthenticated
from hub.core.ids import new_ref
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory import queries as directory
from hub.directory.models import Organisation
from tests.access.signing_in import EMAIL, PASSWORD, actor_of, begun, joined, recorded
from tests.conftest import NOW

DAY = timedelta(days=1)
NEW = "nora.wick@mail.example"


@pytest.fixture
def helen(database: Database, cast: Cast) -> Actor:
    """The administrator of Leeds."""
    return actor_for(database, cast, "helen")


def actor_for(database: Database, cast: Cast, who: str) -> Actor:
    with database.read() as session:
        person = people.find(session, SYSTEM, cast.people[who].ref)
    return actor_of(database, begun(database, person).token)


def ask(
    database: Database,
    cast: Cast,
    actor: Actor,
    *roles: str,
    email: str = NEW,
    member: str = "leeds",
    now: object = NOW,
) -> Letter:
    with database.write() as session:
        organisation = directory.by_ids(session, [cast.ids[member]])[cast.ids[member]]
        return invitations.invite(
            session,
            actor,
            organisation,
            name="Nora Wick",
            email=email,
            roles=roles or ["social_worker"],
            now=now,  # type: ignore[arg-type]
        )


def token_of(letter: Letter) -> str:
    return letter.path.removeprefix(invitations.PATH)


def accept(database: Database, letter: Letter, password: str = PASSWORD, *, now: object = NOW) -> Person:
    return invitations.accept(database, token_of(letter), password, now=now)  # type: ignore[arg-type]


def fault(database: Database, token: str, *, now: object = NOW) -> HubError:
    """Why the link is refused: looking at it says the same as taking it."""
    with database.read() as session, pytest.raises(HubError) as looked:
        invitations.look(session, token, now=now)  # type: ignore[arg-type]
    with pytest.raises(HubError) as taken:
        invitations.accept(database, token, PASSWORD, now=now)  # type: ignore[arg-type]
    assert (looked.value.sentence, looked.value.reason) == (taken.value.sentence, taken.value.reason)
    return taken.value


def people_with(database: Database, email: str) -> int:
    with database.read() as session:
        return 1 if sign_in.person_with(session, email) else 0


# --- asked in ---------------------------------------------------------------------------------------------------------


def test_who_is_invited_chooses_a_password_and_holds_the_roles(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen, "social_worker", "data_officer", email=NEW.upper())
    with database.read() as session:
        invited = invitations.look(session, token_of(letter), now=NOW)
    assert (invited.name, invited.email, invited.organisation) == ("Nora Wick", NEW, "Leeds City Council")
    assert not invited.is_new_password
    person = accept(database, letter)
    assert person.roles == ["data_officer", "social_worker"]
    assert person.organisation_id == cast.ids["leeds"]
    step = sign_in.with_password(database, NEW, PASSWORD, network="192.0.2.1", device_cookie=None, now=NOW)
    assert step.kind == "enrol"


def test_the_letter_says_who_asks_and_where_and_how_long(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    assert (letter.by, letter.organisation, letter.email) == ("Helen Frost", "Leeds City Council", NEW)
    assert letter.expires_at == NOW + 7 * DAY == NOW + policy.in_force().invitation_lifetime
    for secret in (token_of(letter), NEW, "Nora"):
        assert secret not in repr(letter)


def test_looking_at_a_link_any_number_of_times_changes_nothing(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    for _ in range(5):
        with database.read() as session:
            assert invitations.look(session, token_of(letter), now=NOW).ref == letter.ref
    assert people_with(database, NEW) == 0
    accept(database, letter)


def test_neither_the_token_nor_the_address_is_in_the_database(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    with database.read() as session:
        row = session.scalars(select(Invitation)).one()
        for stored in (row.sealed, row.email_index, row.token_hash):
            assert token_of(letter).encode() not in stored
            assert b"nora" not in stored.lower()


def test_a_weak_password_leaves_the_invitation_open(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    for weak in ("short", "nora.wick@mail.example", "wick and candle wax", "leeds by the river aire"):
        with pytest.raises(Invalid) as refusal:
            accept(database, letter, weak)
        assert list(refusal.value.fields) == ["password"]
    assert accept(database, letter)


@pytest.mark.parametrize(
    "email", ["", "nora", "a@b", "a b@mail.example", "a@mail.example, b@mail.example", "ä@mail.example"]
)
def test_an_address_that_cannot_be_written_to_is_refused(
    database: Database, cast: Cast, helen: Actor, email: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(database, cast, helen, email=email)
    assert list(refusal.value.fields) == ["email"]


# --- links that are worth nothing -------------------------------------------------------------------------------------


def test_an_expired_link_says_since_when_and_what_to_do(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    refusal = fault(database, token_of(letter), now=NOW + 7 * DAY)
    assert refusal.reason == "invitation_expired"
    assert "until 25 November 2026" in refusal.sentence
    assert "administrator" in refusal.sentence


def test_a_used_link_says_so(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    accept(database, letter)
    assert fault(database, token_of(letter)).reason == "invitation_used"


def test_a_withdrawn_link_says_so(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    with database.write() as session:
        invitations.withdraw(session, helen, letter.ref, now=NOW)
        invitations.withdraw(session, helen, letter.ref, now=NOW)
    assert fault(database, token_of(letter)).reason == "invitation_withdrawn"
    assert len(recorded(database, "invitation.withdrawn")) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "ä", "\x00", "\ud800", "../../etc"])
def test_a_guessed_link_is_none_of_ours(database: Database, cast: Cast, helen: Actor, token: str) -> None:
    ask(database, cast, helen)
    assert isinstance(fault(database, token), NotFound)


def test_a_link_into_an_organisation_that_closed_meanwhile_is_worth_nothing(
    database: Database, cast: Cast, helen: Actor
) -> None:
    letter = ask(database, cast, helen)
    with database.write() as session:
        closed = update(Organisation).where(Organisation.id == cast.ids["leeds"]).values(valid_to=NOW.date())
        session.execute(closed)
    assert fault(database, token_of(letter)).reason == "invitation_withdrawn"
    with pytest.raises(StateConflict):
        ask(database, cast, SYSTEM, email="another@mail.example")  # type: ignore[arg-type]


def test_each_refusal_of_a_link_is_recorded_and_stores_nothing(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)
    fault(database, token_of(letter), now=NOW + 8 * DAY)
    (entry,) = recorded(database, "invitation.refused")
    assert (entry.subject_ref, entry.details) == (letter.ref, {"because": "invitation_expired"})
    assert entry.organisation_id == cast.ids["leeds"]
    assert people_with(database, NEW) == 0


def test_of_many_who_accept_at_once_one_has_the_account(database: Database, cast: Cast, helen: Actor) -> None:
    letter = ask(database, cast, helen)

    def attempt(number: int) -> str:
        try:
            return accept(database, letter, f"kettle orbit maple {number}").ref[:3]
        except StateConflict as refusal:
            return refusal.reason

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))
    assert sorted(outcomes) == ["invitation_used"] * 3 + ["per"]
    winner = outcomes.index("per")
    with database.read() as session:
        person = sign_in.person_with(session, NEW)
        assert person is not None
        assert passwords.matches(person.password_hash, f"kettle orbit maple {winner}")
        assert session.scalars(select(Invitation.person_id)).one() == person.id


# --- again, and who is known already ----------------------------------------------------------------------------------


def test_an_invitation_sent_again_has_a_new_link_and_its_whole_time(
    database: Database, cast: Cast, helen: Actor
) -> None:
    first = ask(database, cast, helen)
    with database.write() as session:
        second = invitations.repeat(session, helen, first.ref, now=NOW + 6 * DAY)
    assert (second.ref, second.expires_at) == (first.ref, NOW + 13 * DAY)
    assert isinstance(fault(database, token_of(first)), NotFound)
    assert accept(database, second, now=NOW + 12 * DAY)
    with database.write() as session, pytest.raises(StateConflict):
        invitations.repeat(session, helen, first.ref, now=NOW)
    with database.write() as session, pytest.raises(StateConflict, match="Disable"):
        invitations.withdraw(session, helen, first.ref, now=NOW)


def test_an_expired_invitation_can_be_sent_again(database: Database, cast: Cast, helen: Actor) -> None:
    first = ask(database, cast, helen)
    with database.write() as session:
        again = invitations.repeat(session, helen, first.ref, now=NOW + 30 * DAY)
    assert accept(database, again, now=NOW + 31 * DAY)


def test_an_address_is_invited_once_at_a_time_by_one_organisation(database: Database, cast: Cast, helen: Actor) -> None:
    first = ask(database, cast, helen)
    with pytest.raises(Conflict, match="invited already"):
        ask(database, cast, helen, email=NEW.title())
    with database.write() as session:
        invitations.withdraw(session, helen, first.ref, now=NOW)
    ask(database, cast, helen)


def test_ones_own_colleague_is_not_invited_twice(database: Database, cast: Cast, helen: Actor) -> None:
    with pytest.raises(Conflict, match="in your organisation"):
        ask(database, cast, helen, email=cast.people["priya"].email)


def test_whether_an_address_has_an_account_elsewhere_is_told_to_its_owner_alone(
    database: Database, cast: Cast, helen: Actor
) -> None:
    joined(database, cast, "kent", ["duty_desk"])
    known, unknown = ask(database, cast, helen, email=EMAIL), ask(database, cast, helen, email="other@mail.example")
    assert known.expires_at == unknown.expires_at
    with pytest.raises(Conflict) as refusal:
        accept(database, known)
    assert refusal.value.reason == "has_account"
    assert recorded(database, "invitation.refused")[0].details == {"because": "has_account"}
    with database.read() as session:
        person = sign_in.person_with(session, EMAIL)
        assert person is not None
        assert person.organisation_id == cast.ids["kent"]


# --- what nobody gives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["operator", "call_handler", "registered_manager", "analyst", "king", ""])
def test_nobody_is_invited_into_a_role_that_the_organisation_does_not_have(
    database: Database, cast: Cast, helen: Actor, role: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(database, cast, helen, "social_worker", role)
    assert list(refusal.value.fields) == ["roles"]


def test_another_organisations_door_looks_as_if_it_were_not_there(database: Database, cast: Cast, helen: Actor) -> None:
    with pytest.raises(NotFound):
        ask(database, cast, helen, "duty_desk", member="kent")
    letter = ask(database, cast, actor_for(database, cast, "grace"), "duty_desk", member="kent")
    for act in (invitations.repeat, invitations.withdraw):
        said = set()
        for ref in (letter.ref, new_ref("inv"), "inv_1"):
            with database.write() as session, pytest.raises(NotFound) as refusal:
                act(session, helen, ref, now=NOW)
            said.add(refusal.value.sentence)
        assert len(said) == 1


def test_the_operator_invites_an_organisations_first_administrator_and_nobody_else(
    database: Database, cast: Cast
) -> None:
    ola = actor_for(database, cast, "ola")
    for roles in (["social_worker"], ["administrator", "dcs"]):
        with pytest.raises(NotPermitted):
            ask(database, cast, ola, *roles, member="bradford")
    person = accept(database, ask(database, cast, ola, "administrator", member="bradford"))
    assert person.organisation_id == cast.ids["bradford"]
    with pytest.raises(NotPermitted, match="first administrator"):
        ask(database, cast, ola, "administrator", member="bradford", email="second@mail.example")
    assert ask(database, cast, ola, "operator", member="operator", email="third@mail.example")


# --- a new password ---------------------------------------------------------------------------------------------------


def let_set(database: Database, actor: Actor, ref: str, *, forgets_factors: bool = False) -> Letter:
    with database.write() as session:
        return invitations.new_password(session, actor, ref, forgets_factors=forgets_factors, now=NOW)


def test_a_new_password_ends_the_old_one_and_every_session_at_once(
    database: Database, cast: Cast, helen: Actor
) -> None:
    priya = cast.people["priya"]
    person_actor = actor_for(database, cast, "priya")
    letter = let_set(database, helen, priya.ref)
    assert (letter.is_new_password, letter.email) == (True, priya.email)
    assert person_actor.session_ref in [entry.subject_ref for entry in recorded(database, "session.ended")]
    with pytest.raises(Unauthenticated):
        sign_in.with_password(database, priya.email, priya.password, network="192.0.2.1", device_cookie=None, now=NOW)
    assert accept(database, letter).ref == priya.ref
    step = sign_in.with_password(database, priya.email, PASSWORD, network="192.0.2.1", device_cookie=None, now=NOW)
    assert step.kind == "second_factor"
    assert [entry.subject_ref for entry in recorded(database, "password.changed")] == [priya.ref]


def test_one_who_lost_every_factor_sets_up_new_ones(database: Database, cast: Cast, helen: Actor) -> None:
    priya = cast.people["priya"]
    person = accept(database, let_set(database, helen, priya.ref, forgets_factors=True))
    with database.read() as session:
        assert factors.enrolled(session, person.id) == set()
    step = sign_in.with_password(database, priya.email, PASSWORD, network="192.0.2.1", device_cookie=None, now=NOW)
    assert step.kind == "enrol"


def test_nobody_lets_themselves_in_anew(database: Database, helen: Actor) -> None:
    with pytest.raises(NotPermitted):
        let_set(database, helen, helen.ref)


def test_a_disabled_person_is_enabled_first(database: Database, cast: Cast, helen: Actor) -> None:
    with database.write() as session:
        people.disable(session, helen, cast.people["priya"].ref, now=NOW)
    with pytest.raises(StateConflict, match="Enable it first"):
        let_set(database, helen, cast.people["priya"].ref)


def test_the_operator_helps_administrators_and_nobody_else_elsewhere(database: Database, cast: Cast) -> None:
    ola = actor_for(database, cast, "ola")
    assert let_set(database, ola, cast.people["helen"].ref).is_new_password
    with pytest.raises(NotPermitted):
        let_set(database, ola, cast.people["priya"].ref)


# --- by command -------------------------------------------------------------------------------------------------------


def test_the_first_administrator_is_invited_by_command(database: Database, settings: Settings, cast: Cast) -> None:
    group = access_group(lambda: settings, lambda _: database)
    words = ["invite", NEW, "--organisation", "E08000032", "--name", "Nora Wick", "--role", "administrator"]
    printed = CliRunner().invoke(group, words)
    assert printed.exit_code == 0, printed.output
    link = printed.output.splitlines()[-1]
    assert link.startswith(f"{settings.base_url}/invitation/")
    person = invitations.accept(database, link.rpartition("/")[2], PASSWORD, now=NOW)
    assert (person.roles, person.organisation_id) == (["administrator"], cast.ids["bradford"])
    assert recorded(database, "person.invited")[0].actor_ref == "system"


def test_the_command_says_which_organisation_it_does_not_know(database: Database, settings: Settings) -> None:
    words = ["invite", NEW, "--organisation", "E99999999", "--name", "Nora Wick", "--role", "administrator"]
    printed = CliRunner().invoke(access_group(lambda: settings, lambda _: database), words)
    assert printed.exit_code == 1
    assert "no organisation E99999999" in printed.output
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0
