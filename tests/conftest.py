"""What every test stands on: a migrated database of its own, the law, the areas, the cast, and clients that speak for it.

SQLite by default, a fresh file per test copied from one migrated template. With HUB_TEST_DATABASE_URL the same tests run on
PostgreSQL: one database per worker, emptied between tests.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.app import create_app
from hub.core import clock
from hub.core.db import Database
from hub.core.http import provide
from hub.core.key_file import write_once
from hub.core.limits import RateLimits
from hub.core.secrets import render_key_file
from hub.core.settings import REPOSITORY, Settings
from hub.demonstration.cast import Cast
from hub.directory.areas import Areas, load_areas
from hub.directory.postcodes import PostcodeIndex, ensure_index
from hub.duties.rulebook import Rulebook, load_rulebook
from tests.databases import KEY, NOW, KeptEngine, Templates, engine_for_all, opened, restore, templates_of_a_worker
from tests.not_run import pytest_terminal_summary  # noqa: F401 - a hook: what was left out is named at the end

CONFIG = REPOSITORY / "config"

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder in it that nobody else may enter
ROOM = 4 * 2**30
LONGEST = (
    *("tests/browser/test_pages_of_", "tests/access/test_matrix", "tests/attack/", "tests/bench/", "tests/api/"),
    *("tests/journeys/test_an_operator_starts", "tests/two_nodes/", "tests/browser/", "tests/core/"),
)
"""Where files take longest, the longest first: begun last, one of them would keep a worker busy while the others are done."""


def pytest_configure() -> None:
    """Put the tests' folders into memory where there is room: every commit on SQLite waits for the disk, thousands of times."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest."""
    rank = {start: number for number, start in enumerate(LONGEST)}
    items.sort(key=lambda item: next((rank[start] for start in LONGEST if item.nodeid.startswith(start)), len(rank)))


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    return load_rulebook(CONFIG)


@pytest.fixture(scope="session")
def postcode_index_path() -> Path:
    cache = Path(os.environ.get("HUB_TEST_CACHE", REPOSITORY / "data" / "tests"))
    return ensure_index(cache / "postcodes.idx")


@pytest.fixture(scope="session")
def areas(postcode_index_path: Path) -> Areas:
    return load_areas(CONFIG / "reference", PostcodeIndex(postcode_index_path))


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, areas: Areas, rules: Rulebook
) -> Iterator[Templates]:
    """Made once by each worker."""
    with templates_of_a_worker(tmp_path_factory.mktemp("template"), worker_id, areas, rules) as made:
        yield made


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates, postcode_index_path: Path
) -> Settings:
    """Settings of a hub in test mode, with a data folder and a database of its own: peopled when the test asks for the cast."""
    peopled = "cast" in request.fixturenames
    template = templates.peopled if peopled else templates.empty
    write_once(tmp_path / "keys.toml", render_key_file([KEY]))
    (tmp_path / "postcodes.idx").symlink_to(postcode_index_path)
    made = Settings(mode="test", data_dir=tmp_path, config_dir=CONFIG, log_level="ERROR", requests_per_minute=100_000)
    if template.startswith("postgresql"):
        restore(template, peopled=peopled)
        return replace(made, database_url=template)
    shutil.copy(template, tmp_path / "hub.sqlite3")
    return made


@pytest.fixture(scope="session")
def kept_engine(templates: Templates) -> Iterator[KeptEngine]:
    """The one engine of each worker, over which every test opens its own database."""
    url = templates.empty if templates.empty.startswith("postgresql") else f"sqlite:///{templates.empty}"
    with engine_for_all(url) as kept:
        yield kept


@pytest.fixture
def database(kept_engine: KeptEngine, settings: Settings) -> Iterator[Database]:
    """A migrated database, empty unless the test asks for the cast."""
    with opened(kept_engine, settings.database) as database:
        yield database


@pytest.fixture
def cast(database: Database, templates: Templates) -> Cast:
    """The cast, who stand in the test's database."""
    return templates.cast


@pytest.fixture(scope="session")
def assembled_app(
    tmp_path_factory: pytest.TempPathFactory, templates: Templates, postcode_index_path: Path
) -> Iterator[Flask]:
    """The application, assembled once by each worker, for all of its tests."""
    folder = tmp_path_factory.mktemp("assembled")
    write_once(folder / "keys.toml", render_key_file([KEY]))
    (folder / "postcodes.idx").symlink_to(postcode_index_path)
    made = create_app(Settings(mode="test", data_dir=folder, config_dir=CONFIG, log_level="ERROR"))
    yield made
    made.extensions["hub"][Database].close()


@pytest.fixture
def app(assembled_app: Flask, settings: Settings, database: Database, cast: Cast) -> Iterator[Flask]:
    """The whole application on the test's database, at NOW."""
    before = dict(assembled_app.extensions["hub"])
    provide(assembled_app, settings, database, RateLimits(database))
    moved_to(NOW)
    yield assembled_app
    clock.move(None)
    assembled_app.extensions["hub"].update(before)


def moved_to(instant: datetime) -> None:
    """Stop this process's clock at *instant*."""
    clock.move(clock.Shift(anchor=0, offset=instant.timestamp(), rate=0))


@pytest.fixture
def time_is() -> Iterator[Callable[[datetime], None]]:
    """``time_is(instant)`` stops the clock there, until the test ends."""
    yield moved_to
    clock.move(None)


@pytest.fixture
def client_for(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """``client_for("leeds")`` speaks for that member of the cast."""

    def speak(member: str) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cast.tokens[member]}"
        return client

    return speak
