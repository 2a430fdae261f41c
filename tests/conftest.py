"""What every test stands on: a migrated database of its own, the law, the areas, the cast, and clients that speak for it.

SQLite by default, a fresh file per test copied from one migrated template. With HUB_TEST_DATABASE_URL the same tests run on
PostgreSQL: one database per worker, emptied between tests.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from hub import migrations
from hub.app import create_app
from hub.core import clock
from hub.core.db import Database
from hub.core.http import provide
from hub.core.limits import RateLimits
from hub.core.secrets import KeyRing, MasterKey, render_key_file
from hub.core.settings import REPOSITORY, Settings
from hub.demonstration.cast import Cast, load_cast
from hub.directory.areas import Areas, load_areas
from hub.directory.loading import load_reference
from hub.directory.postcodes import PostcodeIndex, ensure_index
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.ladders import sync_ladders

KEY = MasterKey("testkey1", b"k" * 32)
CONFIG = REPOSITORY / "config"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning: the instant at which most tests begin."""


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


@dataclass(frozen=True)
class Templates:
    """Two migrated databases to copy from: one empty, one with the reference organisations and the cast, loaded at NOW."""

    empty: str
    peopled: str
    cast: Cast


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, areas: Areas, rules: Rulebook
) -> Templates:
    """Made once by each worker. SQLite: paths of files. PostgreSQL: URLs of databases."""
    server = os.environ.get("HUB_TEST_DATABASE_URL")
    folder = tmp_path_factory.mktemp("template")
    names = [f"hub_{what}_{worker_id}" for what in ("empty", "peopled")]
    urls = [_made(server, name) if server else f"sqlite:///{folder / name}.sqlite3" for name in names]
    opened = [Database(url, KeyRing([KEY])) for url in urls]
    for database in opened:
        migrations.upgrade(database)
    with opened[1].write() as session:
        load_reference(session, areas, now=NOW)
        sync_ladders(session, rules, now=NOW)
        cast = load_cast(session, areas, now=NOW)
    for database in opened:
        database.close()
    empty, peopled = urls if server else [url.removeprefix("sqlite:///") for url in urls]
    return Templates(empty, peopled, cast)


def _made(server: str, name: str, template: str = "template1") -> str:
    """The URL of a new PostgreSQL database *name*, copied from *template*."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates, postcode_index_path: Path, worker_id: str
) -> Settings:
    """Settings of a hub in test mode, with a data folder and a database of its own: peopled when the test asks for the cast."""
    template = templates.peopled if "cast" in request.fixturenames else templates.empty
    (tmp_path / "keys.toml").write_text(render_key_file([KEY]))
    (tmp_path / "postcodes.idx").symlink_to(postcode_index_path)
    made = Settings(mode="test", data_dir=tmp_path, config_dir=CONFIG, log_level="ERROR", requests_per_minute=100_000)
    if server := os.environ.get("HUB_TEST_DATABASE_URL"):
        url = _made(server, f"hub_test_{worker_id}", make_url(template).database or "")
        return replace(made, database_url=url)
    shutil.copy(template, tmp_path / "hub.sqlite3")
    return made


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A migrated database, empty unless the test asks for the cast."""
    opened = Database(settings.database, KeyRing([KEY]))
    yield opened
    opened.close()


@pytest.fixture
def cast(database: Database, templates: Templates) -> Cast:
    """The cast, who stand in the test's database."""
    return templates.cast


@pytest.fixture(scope="session")
def assembled_app(
    tmp_path_factory: pytest.TempPathFactory, templates: Templates, postcode_index_path: Path
) -> Iterator[Flask]:
    """The application, assembled once by each worker: making the OpenAPI document takes a while."""
    folder = tmp_path_factory.mktemp("assembled")
    (folder / "keys.toml").write_text(render_key_file([KEY]))
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
