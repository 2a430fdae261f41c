"""A real provider, a real hub on a port of its own, and browsers that go from one to the other."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from hub.access.models import Person, PersonSession
from hub.access.single_sign_on import providers
from hub.access.single_sign_on.addresses import Reach
from hub.access.single_sign_on.issuers import Issuers
from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.http import provide
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from tests.conftest import NOW
from tests.not_run import left_out
from tests.single_sign_on.real_provider import SECRET, RealProvider, running

collect_ignore_glob = left_out("single_sign_on")

GROUPS = {"Social care": "social_worker", "Duty team": "duty_desk", "Hub administrators": "administrator"}
REACH = Reach(private=True, plain_loopback=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def hub_address() -> str:
    return f"http://127.0.0.1:{_free_port()}"


@pytest.fixture(scope="session")
def provider_process(hub_address: str) -> Iterator[RealProvider]:
    common = {"response_types": ["code"], "grant_types": ["authorization_code"], "client_secret": SECRET}
    hub = {
        "client_id": "hub",
        "redirect_uris": [f"{hub_address}/sign-in/callback"],
        "post_logout_redirect_uris": [f"{hub_address}/signed-out"],
        "backchannel_logout_uri": f"{hub_address}/sign-in/backchannel-logout",
        "backchannel_logout_session_required": True,
    }
    other = {"client_id": "another-system", "redirect_uris": ["http://127.0.0.1:9/callback"]}
    with running(_free_port(), [common | hub, common | other]) as started:
        yield started


@pytest.fixture
def provider(provider_process: RealProvider) -> RealProvider:
    """The provider, as new: Robin is in its directory, in the social care group."""
    provider_process.control("reset")
    provider_process.person("robin", **robin())
    provider_process.next("robin")
    return provider_process


def robin(*groups: str, **more: Any) -> dict[str, Any]:
    """What the directory says of Robin, who does not exist."""
    said = {"name": "Robin Fictitious", "email": "robin@leeds.example", "email_verified": True}
    return said | {"groups": list(groups or ["Social care", "All staff"])} | more


@dataclass(frozen=True)
class Hub:
    """The hub at its address, and what came into its database since the test began: the cast apart."""

    address: str
    app: Flask
    database: Database
    cast: Cast
    provider_ref: str
    before: tuple[int, int, int]
    """The highest ids of people, sessions and audit entries."""

    @property
    def way_in(self) -> str:
        return f"{self.address}/sign-in/with/{self.provider_ref}"

    def people(self) -> list[Person]:
        with self.database.read() as session:
            return list(session.scalars(select(Person).where(Person.id > self.before[0]).order_by(Person.id)))

    def sessions(self) -> list[PersonSession]:
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(PersonSession).where(PersonSession.id > self.before[1]).order_by(PersonSession.id)
                )
            )

    def recorded(self, event: str) -> list[AuditEntry]:
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(AuditEntry)
                    .where(AuditEntry.event == event, AuditEntry.id > self.before[2])
                    .order_by(AuditEntry.id)
                )
            )

    def reasons(self) -> list[str]:
        """Why sign-ins were refused, in order."""
        return [entry.details["because"] for entry in self.recorded("sign_in.refused")]


@pytest.fixture
def hub(
    app: Flask, settings: Settings, database: Database, cast: Cast, hub_address: str, provider: RealProvider
) -> Iterator[Hub]:
    """A hub on its own port; Leeds signs in through the provider, which proves second factors."""
    provide(app, replace(settings, base_url=hub_address, provider_private_addresses=True), Issuers(REACH))
    with database.read() as session:
        ids = [session.scalar(select(func.max(table.id))) or 0 for table in (Person, PersonSession, AuditEntry)]
    ref = provider_for(database, cast, provider)
    server = make_server("127.0.0.1", urlsplit(hub_address).port or 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Hub(hub_address, app, database, cast, ref, (ids[0], ids[1], ids[2]))
    server.shutdown()
    thread.join()
    server.server_close()


def provider_for(database: Database, cast: Cast, real: RealProvider, member: str = "leeds", **other: Any) -> str:
    """An organisation's identity provider; its reference."""
    wanted: dict[str, Any] = {
        "name": "Leeds sign-in",
        "issuer": real.issuer,
        "client_id": "hub",
        "client_secret": SECRET,
    }
    wanted |= {"groups_claim": "groups", "group_roles": GROUPS, "proves_second_factor": True}
    with database.write() as session:
        return providers.add(session, cast.actors[member], wanted | other, reach=REACH, now=NOW).ref


@dataclass
class Browser:
    """A browser of somebody's own: it keeps cookies and follows redirects from the hub to the provider and back."""

    hub: Hub
    http: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, way_in: str | None = None) -> requests.Response:
        return self.http.get(way_in or self.hub.way_in, timeout=20)

    def until_callback(self, way_in: str | None = None) -> str:
        """Sign in at the provider, and stop before its answer reaches the hub; that answer's address."""
        answer = self.http.get(way_in or self.hub.way_in, timeout=20, allow_redirects=False)
        for _ in range(10):
            address = requests.compat.urljoin(answer.url, answer.headers["Location"])
            if "/sign-in/callback" in address:
                return address
            answer = self.http.get(address, timeout=20, allow_redirects=False)
        raise AssertionError("the provider did not come to an end")

    def get(self, path: str) -> requests.Response:
        return self.http.get(path if path.startswith("http") else self.hub.address + path, timeout=20)

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form of the hub, with the token of a page that was just read."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/account").text)
        assert found, "no page of one's own is shown"
        address = self.hub.address + path
        return self.http.post(address, data={"csrf_token": found[1], **form}, timeout=20, allow_redirects=False)

    @property
    def is_signed_in(self) -> bool:
        answer = self.http.get(f"{self.hub.address}/account", timeout=20, allow_redirects=False)
        return answer.status_code == 200


@pytest.fixture
def browser(hub: Hub) -> Callable[[], Browser]:
    return lambda: Browser(hub)


@pytest.fixture
def robins(hub: Hub) -> Browser:
    """Robin's browser."""
    return Browser(hub)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
