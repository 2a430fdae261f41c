"""Somebody signs in through their own organisation, which a real provider stands for."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import requests
from sqlalchemy import select

from hub.access.models import SignIn
from hub.access.people import invitations
from hub.access.people import service as people
from hub.access.sign_in import service as sign_in
from hub.access.sign_in import totp
from hub.access.single_sign_on import providers
from hub.access.single_sign_on.people import roles_for
from hub.core.actor import SYSTEM
from hub.core.clock import machine_now
from hub.core.db import Database
from hub.core.errors import StateConflict, Unauthenticated
from hub.web.account.pages import phone_now
from tests.access.signing_in import joined
from tests.conftest import NOW
from tests.single_sign_on.conftest import Browser, Hub, provider_for, query_of, robin
from tests.single_sign_on.real_provider import RealProvider

SECOND = timedelta(seconds=1)


def with_mfa(provider: RealProvider, sub: str = "robin") -> None:
    provider.next(sub, "pwd", "mfa")


# --- the first time ---------------------------------------------------------------------------------------------------


def test_the_first_sign_in_makes_the_person_with_the_roles_of_their_groups(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    arrived = robins.sign_in()
    assert (arrived.status_code, arrived.url) == (200, f"{hub.address}/today")
    [person] = hub.people()
    with hub.database.read() as session:
        told = people.told(session, person)
    assert (told.name, told.email) == ("Robin Fictitious", "robin@leeds.example")
    assert (person.roles, person.provider_subject) == (["social_worker"], "robin")
    assert person.organisation_id == hub.cast.ids["leeds"]
    assert person.password_hash is None
    assert [entry.details["because"] for entry in hub.recorded("person.joined")] == ["provider"]
    assert hub.sessions()[0].factors == ["provider", "provider_mfa"]


def test_the_second_sign_in_finds_the_same_person(hub: Hub, provider: RealProvider, robins: Browser) -> None:
    with_mfa(provider)
    robins.sign_in()
    Browser(hub).sign_in()
    assert len(hub.people()) == 1
    assert len(hub.sessions()) == 2


def test_a_person_is_known_by_the_providers_word_for_them_not_by_their_address(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    provider.person("robin", **robin(email="robin.married@leeds.example"))
    provider.person("another", **robin())
    assert Browser(hub).sign_in().status_code == 200
    with_mfa(provider, "another")
    refused = Browser(hub).sign_in()
    assert refused.status_code == 409
    assert [person.provider_subject for person in hub.people()] == ["robin"]


def test_nothing_that_the_provider_was_told_can_be_guessed_or_used_again(hub: Hub, robins: Browser) -> None:
    addresses = [robins.http.get(hub.way_in, allow_redirects=False).headers["Location"] for _ in range(2)]
    first, second = map(query_of, addresses)
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{hub.address}/sign-in/callback"
    for secret in ("state", "nonce", "code_challenge"):
        assert first[secret] != second[secret]
        assert len(first[secret]) >= 43
    assert "code_verifier" not in addresses[0]


def test_whoever_wanted_a_page_is_led_to_it_and_never_elsewhere(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    assert robins.sign_in(f"{hub.way_in}?next=/account/factors").url == f"{hub.address}/account/factors"
    for trap in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert Browser(hub).sign_in(f"{hub.way_in}?next={trap}").url.startswith(f"{hub.address}/")


def test_the_list_names_each_organisation_that_signs_in_this_way(hub: Hub, robins: Browser) -> None:
    shown = robins.get("/sign-in/with").text
    assert f"/sign-in/with/{hub.provider_ref}" in shown
    assert "Leeds" in shown
    assert "/sign-in/with" in robins.get("/sign-in").text


def test_claims_that_stand_only_beside_the_id_token_count_too(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    provider.control("lean", lean=True)
    assert robins.sign_in().status_code == 200
    assert provider.asked("/me") == 1
    assert hub.people()[0].roles == ["social_worker"]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email": None}, "no_address"),
        ({"email": "not an address"}, "no_address"),
        ({"email_verified": False}, "no_address"),
        ({"groups": []}, "no_role"),
        ({"groups": ["All staff"]}, "no_role"),
        ({"groups": None}, "no_role"),
        ({"groups": {"Social care": True}}, "no_role"),
    ],
)
def test_without_an_address_or_a_role_nobody_is_made(
    hub: Hub, provider: RealProvider, robins: Browser, claims: dict[str, object], reason: str
) -> None:
    with_mfa(provider)
    provider.person("robin", **robin(**claims))  # type: ignore[arg-type]
    refused = robins.sign_in()
    assert refused.status_code == 403
    assert "administrator" in refused.text
    assert (hub.people(), hub.sessions(), hub.reasons()) == ([], [], [reason])


# --- accounts that are here already -----------------------------------------------------------------------------------


def test_an_account_with_a_password_is_not_taken_over_by_its_address(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    joined(database, hub.cast, email="robin@leeds.example")
    with_mfa(provider)
    refused = robins.sign_in()
    assert refused.status_code == 409
    assert "Sign in with it" in refused.text
    assert hub.people()[0].provider_id is None
    assert (hub.sessions(), hub.reasons()) == ([], ["has_account"])


def test_an_account_in_another_organisation_is_neither_taken_nor_told_of(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    joined(database, hub.cast, "bradford", email="robin@leeds.example")
    with_mfa(provider)
    refused = robins.sign_in()
    assert refused.status_code == 409
    assert "password" not in refused.text
    assert "Bradford" not in refused.text
    assert [person.organisation_id for person in hub.people()] == [hub.cast.ids["bradford"]]


def test_the_same_provider_makes_another_organisations_people_only_through_its_own_entry(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    bradfords = provider_for(database, hub.cast, provider, "bradford")
    refused = Browser(hub).sign_in(f"{hub.address}/sign-in/with/{bradfords}")
    assert refused.status_code == 409
    assert [person.organisation_id for person in hub.people()] == [hub.cast.ids["leeds"]]


def test_who_is_disabled_here_stays_out_whatever_the_provider_says(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    with database.write() as session:
        people.disable(session, SYSTEM, hub.people()[0].ref, now=NOW)
    refused = Browser(hub).sign_in()
    assert refused.status_code == 401
    assert "disabled" in refused.text
    assert not robins.is_signed_in


# --- groups -----------------------------------------------------------------------------------------------------------


def test_roles_follow_the_groups_at_every_sign_in(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser]
) -> None:
    with_mfa(provider)
    provider.person("robin", **robin("Social care", "Hub administrators"))
    before = browser()
    before.sign_in()
    assert hub.people()[0].roles == ["administrator", "social_worker"]
    provider.person("robin", **robin("Duty team"))
    browser().sign_in()
    assert hub.people()[0].roles == ["duty_desk"]
    assert not before.is_signed_in
    [change] = hub.recorded("person.changed")
    assert (change.details["gained"], change.details["lost"]) == (["duty_desk"], ["administrator", "social_worker"])
    assert change.actor_ref == hub.people()[0].ref


def test_who_is_in_no_group_any_more_is_refused_and_out_of_every_session(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser]
) -> None:
    with_mfa(provider)
    before = browser()
    before.sign_in()
    provider.person("robin", **robin("All staff"))
    refused = browser().sign_in()
    assert refused.status_code == 403
    assert "None of your groups" in refused.text
    assert hub.people()[0].roles == []
    assert not before.is_signed_in
    assert hub.reasons() == ["no_role"]


def test_a_role_that_the_organisation_does_not_have_is_never_given() -> None:
    groups = {"A": "operator", "B": "call_handler", "C": "social_worker", "D": "sovereign"}
    assert roles_for(groups, groups.keys(), "local_authority") == ["social_worker"]
    assert roles_for(groups, groups.keys(), "hub_operator") == ["operator"]


# --- the second factor ------------------------------------------------------------------------------------------------


def test_without_mfa_at_the_provider_a_second_factor_is_set_up_here_first(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    provider.next("robin", "pwd", "otp")
    assert robins.sign_in().url == f"{hub.address}/sign-in/enrol"
    assert (hub.sessions(), robins.is_signed_in) == ([], False)


def test_a_provider_that_is_not_trusted_with_it_does_not_stand_for_the_second_factor(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    untrusted = provider_for(database, hub.cast, provider, proves_second_factor=False)
    assert robins.sign_in(f"{hub.address}/sign-in/with/{untrusted}").url == f"{hub.address}/sign-in/enrol"
    assert hub.sessions() == []


def test_with_a_code_of_the_hubs_own_the_session_begins_and_ends_with_the_providers(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    robins.sign_in()
    with database.write() as session:
        person = people.by_id(session, hub.people()[0].id)
        totp.propose(session, person)
        app = pyotp.TOTP(totp.proposed(session, person) or "")
        assert totp.confirm(session, person, app.at(phone_now() - 30 * SECOND), phone_now=phone_now(), now=NOW)
    form = robins.sign_in()
    assert form.url == f"{hub.address}/sign-in/second-factor"
    wrong = send(robins, form.text, code="000000")
    assert wrong.status_code == 401
    assert hub.sessions() == []
    assert send(robins, form.text, code=app.at(phone_now())).url == f"{hub.address}/today"
    [begun] = hub.sessions()
    assert begun.factors == ["provider", "totp"]
    assert begun.provider_session
    assert begun.sealed_provider_token


def send(who: Browser, page: str, **form: str) -> requests.Response:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return who.http.post(f"{who.hub.address}/sign-in/second-factor", data={"csrf_token": token[1], **form}, timeout=20)


def test_whom_the_provider_let_in_unasked_has_proved_nothing_just_now(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    """Whoever finds a browser open could otherwise sign in again in silence, and do what is asked of its owner alone."""
    with_mfa(provider)
    robins.sign_in()
    assert abs(hub.sessions()[0].proved_at - NOW) < timedelta(seconds=30)
    provider.spoil(auth_time=int(machine_now()) - 7200)
    Browser(hub).sign_in()
    assert abs(hub.sessions()[1].proved_at - NOW + timedelta(hours=2)) < timedelta(seconds=30)
    provider.spoil(auth_time=int(machine_now()) - 25 * 3600)
    assert Browser(hub).sign_in().status_code == 401
    assert hub.reasons() == ["token_expired"]


def test_a_passkey_or_a_password_is_no_way_round_the_provider(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    for factors in (["passkey"], ["password", "totp"]):
        with pytest.raises(Unauthenticated, match="through your organisation"), database.write() as session:
            sign_in.go_on(session, people.by_id(session, hub.people()[0].id), factors=factors, now=NOW)
    administrator = replace(hub.cast.actors["leeds"], roles=frozenset({"administrator"}))
    with pytest.raises(StateConflict, match="own provider"), database.write() as session:
        invitations.new_password(session, administrator, hub.people()[0].ref, forgets_factors=False, now=NOW)


def test_when_the_provider_is_disabled_an_administrator_can_let_them_in_with_a_password(
    hub: Hub, database: Database, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    with database.write() as session:
        providers.disable(session, hub.cast.actors["leeds"], hub.provider_ref, now=NOW)
        person = hub.people()[0].ref
        assert invitations.new_password(session, hub.cast.actors["leeds"], person, forgets_factors=False, now=NOW)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_names_addresses_and_tokens_stand_nowhere_in_the_clear(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    with_mfa(provider)
    robins.sign_in()
    [person], [begun] = hub.people(), hub.sessions()
    [token] = provider.control("tokens")["tokens"]
    for kept in (person.sealed, begun.sealed_provider_token or b""):
        assert b"obin" not in kept
        assert token.encode()[:40] not in kept
    said = str([entry.details for entry in hub.recorded("session.began") + hub.recorded("person.joined")])
    assert "obin" not in said
    assert sign_in.NOBODY not in said


def test_a_sign_in_that_nobody_finishes_holds_its_secrets_sealed(hub: Hub, robins: Browser) -> None:
    asked = query_of(robins.http.get(hub.way_in, allow_redirects=False).headers["Location"])
    with hub.database.read() as session:
        [row] = session.scalars(select(SignIn)).all()
    assert row.stage == "provider"
    assert row.ends_at == NOW + timedelta(minutes=10)
    assert asked["nonce"].encode() not in (row.sealed or b"")
    assert asked["state"].encode() != row.token_hash
