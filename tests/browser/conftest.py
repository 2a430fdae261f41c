"""A hub in processes of its own, on a database of its own, and people in front of Chromium."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hub.access import browser, sessions
from hub.access.sign_in import factor_queries
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.key_file import write_once
from hub.core.secrets import KeyRing, render_key_file
from hub.core.settings import Settings
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from tests.access.visiting import invited
from tests.browser.chromium import EXECUTABLE, flags
from tests.browser.people import Somebody
from tests.databases import KEY, Templates, made, people, restore
from tests.not_run import left_out

pytest.register_assert_rewrite("tests.browser.looking")

collect_ignore_glob = left_out("browser")

READY_SECONDS = 120
PATIENCE_MILLISECONDS = 30_000
"""How long a page may take on a busy machine."""


@dataclass(frozen=True)
class RunningHub:
    """Where the hub is reached: by a name, for passkeys know no numbers."""

    address: str
    database: Database
    cast: Cast


@dataclass(frozen=True)
class _Server:
    """The processes of a hub, what they say, and how their database is put back as it was."""

    hub: RunningHub
    said: Path
    put_back: Callable[[], None]


@pytest.fixture(scope="session")
def server(
    templates: Templates,
    areas: Areas,
    rules: Rulebook,
    worker_id: str,
    postcode_index_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[_Server]:
    """The web server with two worker processes, on a database that nobody else has: started once, for it takes seconds."""
    folder = tmp_path_factory.mktemp("hub")
    write_once(folder / "keys.toml", render_key_file([KEY]))
    (folder / "postcodes.idx").symlink_to(postcode_index_path)
    settings, cast = Settings(data_dir=folder), templates.cast
    if given := os.environ.get("HUB_TEST_DATABASE_URL"):
        settings = Settings(data_dir=folder, database_url=made(given, f"hub_browser_{worker_id}"))
        cast = people(settings.database, areas, rules)
    else:
        shutil.copy(templates.peopled, folder / "hub.sqlite3")
    database = Database(settings.database, KeyRing([KEY]))
    with _serving(settings) as address:
        hub = RunningHub(address, database, cast)
        yield _Server(hub, folder / "said", partial(_put_back, database, templates.peopled))
    database.close()


def _put_back(database: Database, peopled: str) -> None:
    """Give a database that is in use the rows that it began with."""
    if not database.is_sqlite:
        return restore(database.url.render_as_string(hide_password=False), peopled=True)
    with closing(sqlite3.connect(peopled)) as source, closing(sqlite3.connect(str(database.url.database))) as target:
        source.backup(target)
    return None


@pytest.fixture(scope="module")
def hub(server: _Server) -> Iterator[RunningHub]:
    """The hub as it was at its start, for all tests of a module; none of its requests ends in a fault that nobody foresaw."""
    server.put_back()
    said_before = server.said.stat().st_size
    yield server.hub
    assert "Traceback" not in server.said.read_text()[said_before:]


@contextmanager
def _serving(settings: Settings) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, said = f"http://localhost:{port}", settings.data_dir / "said"
    given = {
        "HUB_MODE": "test",
        "HUB_DATA_DIR": str(settings.data_dir),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_PORT": str(port),
        "HUB_BASE_URL": address,
        "HUB_WEB_WORKERS": "2",
        "HUB_COSTLY_PER_MINUTE": "100000",
        "HUB_REQUESTS_PER_MINUTE": "100000",
        "HUB_LOG_LEVEL": "WARNING",
    }
    with said.open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "hub.serving"], env=os.environ | given, stdout=log, stderr=log)
    try:
        _wait_until_alive(address, server, said)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert "Traceback" not in said.read_text()


def _wait_until_alive(address: str, server: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, said.read_text()
        try:
            if requests.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    pytest.fail("the hub did not answer in time")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a ``stop`` runs for each of its module's."""
    if "stop" in metafunc.fixturenames:
        metafunc.parametrize("stop", metafunc.module.STOPS)


def sign_in(hub: RunningHub, name: str, context: BrowserContext) -> None:
    """Let *name* of the cast be signed in, with every factor given just now, in the browser *context*."""
    now = utc_now()
    with hub.database.write() as session:
        person = factor_queries.person_by_ref(session, hub.cast.people[name].ref)
        assert person is not None
        begun = sessions.begin(session, person, factors=["password", "totp"], device="Chromium on Linux", now=now)
    context.add_cookies([{"name": browser.SESSION, "value": begun.token, "url": hub.address}])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=EXECUTABLE, args=flags(), chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """Pat's address in this test, and in no other."""
    number = zlib.crc32(request.node.nodeid.encode())
    return f"pat{number}@leeds.example"


@pytest.fixture
def invitation(hub: RunningHub, email: str) -> str:
    """The address of the link that Pat, who does not exist, is sent."""
    return hub.address + invited(hub.database, hub.cast, email=email, now=utc_now())


@pytest.fixture
def somebody_at(hub: RunningHub, email: str, chromium: Browser) -> Iterator[Callable[..., Somebody]]:
    """``somebody_at(java_script_enabled=False)``: Pat at a browser of their own; what its pages complain of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sit_down(**options: Any) -> Somebody:
        context = chromium.new_context(**options)
        contexts.append(context)
        page: Page = context.new_page()
        complaints_of(page, complaints)
        return Somebody(hub.address, email, page)

    yield sit_down
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def at_desk(hub: RunningHub, somebody_at: Callable[..., Somebody]) -> Callable[..., Somebody]:
    """``at_desk("priya", java_script_enabled=False)``: somebody of the cast at a browser in which they have signed in."""

    def sit_down(name: str, **options: Any) -> Somebody:
        somebody = somebody_at(**options)
        somebody.email = hub.cast.people[name].email
        sign_in(hub, name, somebody.page.context)
        return somebody

    return sit_down


def complaints_of(page: Page, complaints: list[str]) -> None:
    """Put what *page* complains of, from now on, into *complaints*."""
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)


def _complains(said: Any) -> bool:
    """Whether the browser complains of the page: a policy broken, a script at fault. A refusal's status is no complaint."""
    return said.type == "error" and "Failed to load resource" not in said.text
