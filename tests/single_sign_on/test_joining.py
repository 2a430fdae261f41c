"""Somebody who has an account with a password joins it to who they are at their organisation: proving both, in one browser."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.access import browser as cookies
from hub.access.models import Person
from hub.core.db import Database
from tests.access.signing_in import begun, joined
from tests.conftest import NOW
from tests.single_sign_on.conftest import Browser, Hub, provider_for, robin
from tests.single_sign_on.real_provider import RealProvider

EMAIL = "robin@leeds.example"


@pytest.fixture
def account(hub: Hub, database: Database, provider: RealProvider) -> Person:
    """Robin's account of before, with a password."""
    provider.next("robin", "pwd", "mfa")
    return joined(database, hub.cast, email=EMAIL, name="Robin Fictitious", roles=("team_manager",))


def signed_in(robins: Browser, person: Person, *, at: datetime = NOW) -> Browser:
    """Robin's browser, signed in here with password and code."""
    token = begun(robins.hub.database, person, now=at).token
    robins.http.cookies.set(cookies.SESSION, token, domain="127.0.0.1")
    return robins


def join(robins: Browser, provider_ref: str | None = None) -> Any:
    """Ask for it on the account's page, and follow where that leads."""
    left = robins.post(f"/sign-in/with/{provider_ref or robins.hub.provider_ref}", next="/account")
    assert left.status_code == 200, left.text
    return robins.get(left.headers["Refresh"].removeprefix("0; url="))


def test_the_accounts_page_offers_it_and_the_account_is_joined(hub: Hub, account: Person, robins: Browser) -> None:
    signed_in(robins, account)
    assert "Sign in with Leeds sign-in from now on" in robins.get("/account").text
    assert join(robins).url == f"{hub.address}/account"
    [person] = hub.people()
    assert (person.ref, person.provider_subject) == (account.ref, "robin")
    assert person.password_hash is None
    assert person.roles == ["social_worker"]
    [entry] = hub.recorded("person.linked")
    assert (entry.subject_ref, entry.details) == (account.ref, {"provider": hub.provider_ref})
    assert "from now on" not in robins.get("/account").text


def test_from_then_on_the_provider_lets_them_in(hub: Hub, account: Person, robins: Browser) -> None:
    join(signed_in(robins, account))
    elsewhere = Browser(hub)
    assert elsewhere.sign_in().status_code == 200
    assert len(hub.people()) == 1


@pytest.mark.parametrize(
    "claims", [{"email": "sasha@leeds.example"}, {"email": None}, {"email_verified": False}], ids=str
)
def test_another_address_there_is_somebody_else(
    hub: Hub, provider: RealProvider, account: Person, robins: Browser, claims: dict[str, Any]
) -> None:
    """Should somebody have signed this browser in at the provider as themselves, the account does not become theirs."""
    provider.person("robin", **robin(**claims))
    refused = join(signed_in(robins, account))
    assert refused.status_code == 403
    assert hub.people()[0].provider_id is None
    assert hub.people()[0].password_hash == account.password_hash
    assert hub.reasons() == ["another_address"]


def test_without_a_role_there_nothing_is_joined(
    hub: Hub, provider: RealProvider, account: Person, robins: Browser
) -> None:
    provider.person("robin", **robin("All staff"))
    assert join(signed_in(robins, account)).status_code == 403
    assert (hub.people()[0].roles, hub.people()[0].provider_id) == (["team_manager"], None)


def test_whom_the_provider_has_made_here_already_is_not_joined_to_a_second_account(
    hub: Hub, provider: RealProvider, database: Database, robins: Browser
) -> None:
    provider.person("robin", **robin(email="robin.first@leeds.example"))
    provider.next("robin", "mfa")
    Browser(hub).sign_in()
    account = joined(database, hub.cast, email=EMAIL, name="Robin Fictitious")
    provider.person("robin", **robin(email=EMAIL))
    assert join(signed_in(robins, account)).status_code == 409
    assert hub.people()[1].provider_id is None


def test_it_must_have_been_proved_lately_who_asks(hub: Hub, account: Person, robins: Browser) -> None:
    signed_in(robins, account, at=NOW - timedelta(minutes=20))
    answer = robins.post(f"/sign-in/with/{hub.provider_ref}")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/account/prove")


def test_a_page_of_another_site_cannot_ask_for_it(hub: Hub, account: Person, robins: Browser) -> None:
    signed_in(robins, account)
    address = f"{hub.address}/sign-in/with/{hub.provider_ref}"
    assert robins.http.post(address, data={}, timeout=20).status_code == 403
    assert robins.http.post(address, headers={"Origin": "https://evil.example"}, timeout=20).status_code == 403


def test_another_organisations_provider_joins_nobody(
    hub: Hub, provider: RealProvider, database: Database, account: Person, robins: Browser
) -> None:
    bradfords = provider_for(database, hub.cast, provider, "bradford")
    signed_in(robins, account)
    assert "Bradford" not in robins.get("/account").text
    refused = robins.post(f"/sign-in/with/{bradfords}")
    assert refused.status_code == 403
    assert "another organisation" in refused.text


def test_a_key_of_the_api_joins_nobody(hub: Hub) -> None:
    headers = {"Authorization": f"Bearer {hub.cast.tokens['leeds']}"}
    assert hub.app.test_client().post(f"/sign-in/with/{hub.provider_ref}", headers=headers).status_code == 403
