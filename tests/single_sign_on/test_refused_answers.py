"""What a provider, or somebody in its place, may answer wrongly: refused in a sentence, recorded, nothing kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select

from hub.access.models import SignIn
from tests.conftest import NOW
from tests.single_sign_on.conftest import Browser, Hub, query_of
from tests.single_sign_on.real_provider import SECRET, RealProvider

TimeIs = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _with_mfa(provider: RealProvider) -> None:
    provider.next("robin", "pwd", "mfa")


def refused(hub: Hub, answer: requests.Response, code: str, *, status: int = 401) -> None:
    """It was refused for this reason alone, and nothing was kept but the record of that."""
    assert answer.status_code == status, answer.text
    assert hub.reasons() == [code]
    assert (hub.people(), hub.sessions()) == ([], [])
    with hub.database.read() as session:
        assert session.scalars(select(SignIn)).all() == []
    said = str(hub.recorded("sign_in.refused")[0].details)
    assert "robin" not in said.lower()
    assert "<h1" in answer.text


# --- the token --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"aud": "another-system"}, "token_audience"),
        ({"aud": ["another-system"]}, "token_audience"),
        ({"aud": ["hub", "another-system"]}, "token_audience"),
        ({"aud": ["hub", "another-system"], "azp": "another-system"}, "token_audience"),
        ({"azp": "another-system"}, "token_audience"),
        ({"aud": None}, "token_audience"),
        ({"iss": "https://login.elsewhere.example"}, "token_issuer"),
        ({"iss": None}, "token_issuer"),
        ({"nonce": "of another sign-in"}, "token_nonce"),
        ({"nonce": None}, "token_nonce"),
        ({"exp": 1_000_000_000}, "token_expired"),
        ({"exp": None}, "token_expired"),
        ({"exp": "tomorrow"}, "token_expired"),
        ({"nbf": 4_000_000_000}, "token_early"),
        ({"iat": 4_000_000_000}, "token_early"),
        ({"iat": None}, "token_early"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "token_mismatch"),
        ({"sub": None}, "token_unreadable"),
        ({"sub": ""}, "token_unreadable"),
        ({"sub": "x" * 300}, "token_unreadable"),
        ({"sub": 7}, "token_unreadable"),
        ({"amr": "mfa"}, "token_unreadable"),
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(
    hub: Hub, provider: RealProvider, robins: Browser, spoilt: dict[str, Any], code: str
) -> None:
    provider.spoil(**spoilt)
    refused(hub, robins.sign_in(), code)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"signer": "nobody", "header": {"alg": "none"}}, "token_algorithm"),
        ({"signer": "nobody", "header": {"alg": "None"}}, "token_algorithm"),
        ({"signer": "nobody"}, "token_signature"),
        ({"signer": "the public key", "header": {"alg": "HS256"}}, "token_algorithm"),
        ({"signer": "stranger"}, "token_signature"),
        ({"header": {"kid": "never-published"}}, "token_key"),
        ({"signer": "nobody", "header": {"crit": ["exp"], "exp": 1}}, "token_unreadable"),
    ],
    ids=str,
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    hub: Hub, provider: RealProvider, robins: Browser, how: dict[str, Any], code: str
) -> None:
    provider.spoil(**how)
    refused(hub, robins.sign_in(), code)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ey.ey.ey.ey.ey", "x" * 70_000])
def test_what_is_no_token_is_refused(hub: Hub, provider: RealProvider, robins: Browser, token: str) -> None:
    provider.spoil(sub="robin")
    provider.control("give", id_token=token or " ")
    refused(hub, robins.sign_in(), "token_unreadable")


def test_the_second_clients_own_token_is_refused_though_all_else_in_it_is_right(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    """The provider's own token, signed and in time, for the same person and even the same nonce: for another system."""
    waiting = robins.http.get(hub.way_in, allow_redirects=False).headers["Location"]
    provider.control("give", id_token=token_of_another_system(provider, nonce=query_of(waiting)["nonce"]))
    refused(hub, robins.get(waiting), "token_audience")


def token_of_another_system(provider: RealProvider, *, nonce: str) -> str:
    somewhere, verifier = requests.Session(), "v" * 43
    callback = "http://127.0.0.1:9/callback"
    asked = {"client_id": "another-system", "response_type": "code", "scope": "openid", "redirect_uri": callback}
    asked |= {"nonce": nonce, "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
    answer = somewhere.get(f"{provider.issuer}/auth?{urlencode(asked)}", allow_redirects=False, timeout=20)
    while not answer.headers["Location"].startswith(callback):
        address = requests.compat.urljoin(answer.url, answer.headers["Location"])
        answer = somewhere.get(address, allow_redirects=False, timeout=20)
    code = query_of(answer.headers["Location"])["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
    quoted = tuple(requests.utils.quote(part, safe="") for part in ("another-system", SECRET))
    token: str = requests.post(f"{provider.issuer}/token", data=form, auth=quoted, timeout=20).json()["id_token"]
    return token


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [45, -45, -340])
def test_a_provider_whose_clock_is_less_than_a_minute_off_is_believed(
    hub: Hub, provider: RealProvider, robins: Browser, seconds: int
) -> None:
    """Its tokens are good for 300 seconds: one made 340 seconds ago by its clock has been out of date for 40."""
    provider.control("skew", seconds=seconds)
    assert robins.sign_in().status_code == 200
    assert len(hub.sessions()) == 1


@pytest.mark.parametrize(("seconds", "code"), [(90, "token_early"), (-375, "token_expired")])
def test_beyond_a_minute_the_clocks_are_named(
    hub: Hub, provider: RealProvider, robins: Browser, seconds: int, code: str
) -> None:
    provider.control("skew", seconds=seconds)
    answer = robins.sign_in()
    assert "clocks is wrong" in answer.text
    refused(hub, answer, code)


def test_a_rehearsal_that_moves_the_hubs_clock_does_not_lock_everybody_out(
    hub: Hub, provider: RealProvider, robins: Browser, time_is: TimeIs
) -> None:
    """A provider knows nothing of it: its tokens are judged by a clock that nobody moves."""
    time_is(NOW + timedelta(days=40))
    assert robins.sign_in().status_code == 200


# --- signing keys -----------------------------------------------------------------------------------------------------


def test_a_new_signing_key_is_asked_for_when_it_is_first_seen(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser], time_is: TimeIs
) -> None:
    browser().sign_in()
    provider.control("rotate")
    time_is(NOW + timedelta(seconds=31))
    assert browser().sign_in().status_code == 200
    assert provider.asked("/jwks") == 2
    assert len(hub.sessions()) == 2


def test_made_up_keys_do_not_make_the_hub_ask_more_than_once_in_half_a_minute(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser], time_is: TimeIs
) -> None:
    browser().sign_in()
    provider.spoil(header={"kid": "never-published"})
    for seconds in (10, 20, 29, 31, 40, 60):
        time_is(NOW + timedelta(seconds=seconds))
        assert browser().sign_in().status_code == 401
    assert provider.asked("/jwks") == 2
    assert hub.reasons() == ["token_key"] * 6


def test_a_key_that_was_withdrawn_is_trusted_for_an_hour_at_most(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser], time_is: TimeIs
) -> None:
    browser().sign_in()
    [token] = provider.control("tokens")["tokens"]
    provider.control("rotate")
    time_is(NOW + timedelta(minutes=61))
    provider.control("give", id_token=token)
    assert browser().sign_in().status_code == 401
    assert hub.reasons() == ["token_key"]


def test_the_discovery_document_is_kept_for_an_hour(
    hub: Hub, provider: RealProvider, browser: Callable[[], Browser], time_is: TimeIs
) -> None:
    path = "/.well-known/openid-configuration"
    for minutes, asked in [(0, 1), (59, 1), (61, 2)]:
        time_is(NOW + timedelta(minutes=minutes))
        browser().sign_in()
        assert provider.asked(path) == asked


# --- the way back -----------------------------------------------------------------------------------------------------


def test_an_answer_is_taken_once(hub: Hub, robins: Browser) -> None:
    answer = robins.until_callback()
    assert robins.get(answer).status_code == 200
    again = robins.get(answer)
    assert again.status_code == 401
    assert "done already" in again.text
    assert hub.reasons() == ["begin_again"]
    assert len(hub.sessions()) == 1


def test_an_answer_that_was_refused_is_not_taken_later(hub: Hub, provider: RealProvider, robins: Browser) -> None:
    answer = robins.until_callback()
    provider.control("silence", silent=True)
    assert robins.get(answer).status_code == 409
    provider.control("silence", silent=False)
    assert robins.get(answer).status_code == 401
    assert hub.reasons() == ["provider_unavailable", "begin_again"]


def test_an_answer_is_taken_only_in_the_browser_that_asked(hub: Hub, robins: Browser) -> None:
    """Somebody's own answer, put into another's browser, would sign that browser in as them."""
    answer, another = robins.until_callback(), Browser(hub)
    another.http.get(hub.way_in, allow_redirects=False)
    refusal = another.get(answer)
    assert refusal.status_code == 401
    assert "another browser" in refusal.text
    assert robins.get(answer).status_code == 401
    assert hub.reasons() == ["another_browser", "begin_again"]
    assert hub.sessions() == []


def test_without_the_browsers_cookie_nothing_is_taken(hub: Hub, robins: Browser) -> None:
    answer = robins.until_callback()
    refused(hub, requests.get(answer, timeout=20), "another_browser")


def test_after_ten_minutes_an_answer_comes_too_late(hub: Hub, robins: Browser, time_is: TimeIs) -> None:
    answer = robins.until_callback()
    time_is(NOW + timedelta(minutes=10))
    refused(hub, robins.get(answer), "begin_again")


@pytest.mark.parametrize("query", ["", "state=", "state=guessed&code=guessed", "error=access_denied"])
def test_an_answer_that_nobody_asked_for_is_refused(hub: Hub, robins: Browser, query: str) -> None:
    refused(hub, robins.get(f"/sign-in/callback?{query}"), "begin_again")
    assert hub.recorded("sign_in.refused")[0].subject_ref == "nobody"


@pytest.mark.parametrize("issuer", ["https://login.elsewhere.example", "", None])
def test_an_answer_that_names_another_issuer_or_none_is_refused_before_its_code_is_used(
    hub: Hub, provider: RealProvider, robins: Browser, issuer: str | None
) -> None:
    answer = robins.until_callback()
    said = {name: value for name, value in query_of(answer).items() if name != "iss"}
    said |= {"iss": issuer} if issuer is not None else {}
    refused(hub, robins.get(f"/sign-in/callback?{urlencode(said)}"), "token_issuer")
    assert provider.asked("/token") == 0


def test_whom_the_provider_does_not_let_in_is_told_so(hub: Hub, provider: RealProvider, robins: Browser) -> None:
    provider.control("next")
    answer = robins.sign_in()
    assert "did not let you in" in answer.text
    refused(hub, answer, "provider_refused")


def test_a_code_of_another_sign_in_is_not_exchanged(hub: Hub, provider: RealProvider, robins: Browser) -> None:
    """A code that was stolen is worth nothing without the verifier of the sign-in it was made for."""
    stolen = query_of(robins.until_callback())["code"]
    thief = Browser(hub)
    own = query_of(thief.until_callback())
    refusal = thief.get(f"/sign-in/callback?{urlencode(own | {'code': stolen})}")
    assert refusal.status_code == 401
    assert hub.reasons() == ["provider_refused"]


def test_what_the_provider_tells_beside_the_token_must_be_of_the_same_person(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    provider.control("lean", lean=True)
    provider.spoil(sub="sasha")
    refused(hub, robins.sign_in(), "token_mismatch")


# --- silence ----------------------------------------------------------------------------------------------------------


def test_a_silent_provider_is_named_as_the_cause_and_nothing_is_begun(
    hub: Hub, provider: RealProvider, robins: Browser
) -> None:
    provider.control("silence", silent=True)
    answer = robins.sign_in()
    assert answer.status_code == 409
    assert "does not answer" in answer.text
    with hub.database.read() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_an_unknown_way_in_is_not_found(hub: Hub, robins: Browser) -> None:
    for ref in ("idp_1", "idp_" + "0" * 26, "%00"):
        assert robins.get(f"/sign-in/with/{ref}").status_code == 404
