"""Signing out here signs out there; signing out there signs out here, at once, in every browser that it concerns."""

import re
from typing import Any

import pytest
import requests

from hub.core.clock import machine_now
from tests.single_sign_on.conftest import Browser, Hub, provider_for, query_of, robin
from tests.single_sign_on.real_provider import RealProvider

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def signed_in(hub: Hub, provider: RealProvider, robins: Browser) -> Browser:
    """Robin's browser, signed in."""
    provider.next("robin", "pwd", "mfa")
    robins.sign_in()
    assert robins.is_signed_in
    return robins


def confirmed(who: Browser, form: requests.Response) -> requests.Response:
    """The provider asks whether one really wants to sign out: yes."""
    action = re.search(r'action="([^"]+)"', form.text)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', form.text)
    assert action
    assert xsrf
    return who.http.post(action[1], data={"xsrf": xsrf[1], "logout": "yes"}, timeout=20)


def told(hub: Hub, token: str) -> requests.Response:
    """A provider's word that somebody signed out there."""
    return requests.post(f"{hub.address}/sign-in/backchannel-logout", data={"logout_token": token}, timeout=20)


def claims(provider: RealProvider, **other: Any) -> dict[str, Any]:
    now = int(machine_now())
    said = {"iss": provider.issuer, "aud": "hub", "iat": now, "exp": now + 120, "jti": "one", "events": {EVENT: {}}}
    return said | {"sub": "robin"} | other


# --- from here --------------------------------------------------------------------------------------------------------


def test_signing_out_here_leads_to_the_providers_sign_out_and_back(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    left = signed_in.post("/sign-out")
    assert not signed_in.is_signed_in
    address = left.headers["Refresh"].removeprefix("0; url=")
    said = query_of(address)
    assert said["post_logout_redirect_uri"] == f"{hub.address}/signed-out"
    assert said["id_token_hint"] == provider.control("tokens")["tokens"][-1]
    assert address.split("&")[0].split("?")[0] in left.text
    assert confirmed(signed_in, signed_in.get(address)).url.split("?")[0] == f"{hub.address}/signed-out"
    before = provider.asked("/token")
    provider.control("next")
    assert "did not let you in" in signed_in.sign_in().text
    assert provider.asked("/token") == before


def test_the_providers_word_is_forgotten_when_the_session_ends(hub: Hub, signed_in: Browser) -> None:
    assert hub.sessions()[0].sealed_provider_token
    signed_in.post("/sign-out")
    assert hub.sessions()[0].sealed_provider_token is None


def test_signing_out_here_works_while_the_provider_is_silent(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    provider.control("silence", silent=True)
    signed_in.post("/sign-out")
    assert not signed_in.is_signed_in


# --- from there -------------------------------------------------------------------------------------------------------


def test_signing_out_at_the_provider_ends_the_session_here(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    confirmed(signed_in, signed_in.get(f"{provider.issuer}/session/end"))
    assert not signed_in.is_signed_in
    [ended] = hub.sessions()
    assert ended.ended_because == "provider_signed_out"
    [taken] = hub.recorded("logout_token.taken")
    assert (taken.subject_ref, taken.details) == (hub.provider_ref, {"sessions_ended": 1})
    assert "You signed out at your organisation" in signed_in.get("/sign-in").text


def test_a_session_of_the_provider_ends_its_own_here_and_no_other(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    at_home = Browser(hub)
    at_home.sign_in()
    provider.person("sasha", **robin(name="Sasha Fictitious", email="sasha@leeds.example"))
    provider.next("sasha", "mfa")
    sashas = Browser(hub)
    sashas.sign_in()
    confirmed(at_home, at_home.get(f"{provider.issuer}/session/end"))
    assert [who.is_signed_in for who in (signed_in, at_home, sashas)] == [True, False, True]


def test_a_token_for_the_person_alone_ends_all_of_their_sessions(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    at_home = Browser(hub)
    at_home.sign_in()
    answer = told(hub, provider.forged(claims(provider), typ="logout+jwt"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert [who.is_signed_in for who in (signed_in, at_home)] == [False, False]


def test_another_organisations_entry_of_the_same_provider_is_not_touched(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    provider_for(hub.database, hub.cast, provider, "bradford", client_id="another-system")
    assert told(hub, provider.forged(claims(provider, aud="another-system"))).status_code == 200
    assert signed_in.is_signed_in


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"events": None}, "token_kind"),
        ({"events": {EVENT: "yes"}}, "token_kind"),
        ({"events": {"http://schemas.example/event/other": {}}}, "token_kind"),
        ({"nonce": "an ID token has one"}, "token_kind"),
        ({"sub": None}, "token_kind"),
        ({"iat": None}, "token_early"),
        ({"jti": None}, "token_unreadable"),
        ({"iat": 1_000_000_000, "exp": None}, "token_expired"),
        ({"exp": 1_000_000_000}, "token_expired"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "token_early"),
        ({"aud": ["hub", 7]}, "token_audience"),
    ],
    ids=str,
)
def test_a_logout_token_that_is_not_one_ends_nothing(
    hub: Hub, provider: RealProvider, signed_in: Browser, wrong: dict[str, Any], code: str
) -> None:
    refused = told(hub, provider.forged(claims(provider, **wrong)))
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert signed_in.is_signed_in
    [entry] = hub.recorded("logout_token.refused")
    assert (entry.subject_ref, entry.details) == (hub.provider_ref, {"because": code})


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"signer": "stranger"}, "token_signature"),
        ({"signer": "nobody", "alg": "none"}, "token_algorithm"),
        ({"signer": "the public key", "alg": "HS256"}, "token_algorithm"),
    ],
    ids=str,
)
def test_a_logout_token_that_the_provider_did_not_sign_ends_nothing(
    hub: Hub, provider: RealProvider, signed_in: Browser, how: dict[str, str], code: str
) -> None:
    refused = told(hub, provider.forged(claims(provider), **how))  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert signed_in.is_signed_in


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ey.ey.ey", "." * 70_000, "é"])
def test_what_is_no_token_is_refused_in_a_sentence(hub: Hub, token: str) -> None:
    refused = told(hub, token)
    assert refused.status_code == 400
    assert refused.json()["detail"]


def test_a_token_of_a_stranger_or_for_another_system_is_refused(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    for other in ({"iss": "https://login.elsewhere.example"}, {"aud": "another-system"}, {"aud": None}):
        refused = told(hub, provider.forged(claims(provider, **other)))
        assert refused.status_code == 400
        assert "not from a provider of ours" in refused.json()["detail"]
    assert signed_in.is_signed_in


def test_an_id_token_is_no_logout_token(hub: Hub, provider: RealProvider, signed_in: Browser) -> None:
    [id_token] = provider.control("tokens")["tokens"]
    assert told(hub, id_token).status_code == 400
    assert signed_in.is_signed_in


def test_a_disabled_provider_signs_everybody_out_and_nobody_in(
    hub: Hub, provider: RealProvider, signed_in: Browser
) -> None:
    client = hub.app.test_client()
    headers = {"Authorization": f"Bearer {hub.cast.tokens['leeds']}"}
    assert client.delete(f"/api/v1/identity-providers/{hub.provider_ref}", headers=headers).status_code == 204
    assert not signed_in.is_signed_in
    assert signed_in.sign_in().status_code == 404
    assert told(hub, provider.forged(claims(provider))).status_code == 400
