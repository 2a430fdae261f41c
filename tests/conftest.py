"""What every test stands on: a migrated database of its own, the law, the areas, the cast, and clients that speak for it.

SQLite by default, a fresh file per test copied from one migrated template. With HUB_TEST_DATABASE_URL the same tests run on
PostgreSQL: one database per worker, emptied between tests.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from hub import migrations, tables
from hub.app import create_app
from hub.core import clock
from hub.core.db import Database
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


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """SQLite: the path of a migrated file. PostgreSQL: the URL of this worker's migrated database."""
    if server := os.environ.get("HUB_TEST_DATABASE_URL"):
        return _postgresql_database(server, f"hub_test_{worker_id}")
    path = tmp_path_factory.mktemp("template") / "hub.sqlite3"
    database = Database(f"sqlite:///{path}", KeyRing([KEY]))
    migrations.upgrade(database)
    database.close()
    return str(path)


def _postgresql_database(server: str, name: str) -> str:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url, KeyRing([KEY]))
    migrations.upgrade(database)
    database.close()
    return url


@pytest.fixture
def settings(tmp_path: Path, database_template: str, postcode_index_path: Path) -> Settings:
    """Settings of a hub in test mode with a data folder of its own."""
    (tmp_path / "keys.toml").write_text(render_key_file([KEY]))
    (tmp_path / "postcodes.idx").symlink_to(postcode_index_path)
    made = Settings(mode="test", data_dir=tmp_path, config_dir=CONFIG, log_level="ERROR", requests_per_minute=100_000)
    if database_template.startswith("postgresql"):
        return replace(made, database_url=database_template)
    shutil.copy(database_template, tmp_path / "hub.sqlite3")
    return made


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A migrated, empty database."""
    opened = Database(settings.database, KeyRing([KEY]))
    if not opened.is_sqlite:
        _empty(opened)
    yield opened
    opened.close()


def _empty(database: Database) -> None:
    names = ", ".join(table.name for table in tables.ALL)
    with database.write() as session:
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def cast(database: Database, areas: Areas, rules: Rulebook) -> Cast:
    """The reference organisations and the demonstration cast, loaded."""
    with database.write() as session:
        load_reference(session, areas, now=NOW)
        sync_ladders(session, rules, now=NOW)
        return load_cast(session, areas, now=NOW)


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    """The whole application on the test's database, at NOW."""
    made = create_app(settings)
    moved_to(NOW)
    yield made
    clock.move(None)
    made.extensions["hub"][Database].close()


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
