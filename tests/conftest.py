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
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, create_engine, text
from sqlalchemy.engine import make_url

from hub import migrations, tables
from hub.app import create_app
from hub.core import clock
from hub.core.db import Database
from hub.core.http import provide
from hub.core.key_file import write_once
from hub.core.limits import RateLimits
from hub.core.secrets import KeyRing, MasterKey, render_key_file
from hub.core.settings import REPOSITORY, Settings
from hub.demonstration.cast import Cast, load_cast
from hub.directory.areas import Areas, load_areas
from hub.directory.loading import load_reference
from hub.directory.postcodes import PostcodeIndex, ensure_index
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.ladders import sync_ladders
from tests.not_run import pytest_terminal_summary  # noqa: F401 - a hook: what was left out is named at the end

KEY = MasterKey("testkey1", b"k" * 32)
CONFIG = REPOSITORY / "config"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning: the instant at which most tests begin."""


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


@dataclass(frozen=True)
class Templates:
    """What tests' databases are made from: an empty one, and one with the reference organisations and the cast as at NOW.

    SQLite: the paths of two files to copy. PostgreSQL: the URL of this worker's one database, twice; the rows of the second
    are kept in its schema ``saved``, and put back before each test (to copy a database takes half a second).
    """

    empty: str
    peopled: str
    cast: Cast


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, areas: Areas, rules: Rulebook
) -> Iterator[Templates]:
    """Made once by each worker."""
    if server := os.environ.get("HUB_TEST_DATABASE_URL"):
        url = _made(server, f"hub_test_{worker_id}")
        yield Templates(url, url, _people(url, areas, rules))
        for kept in _RESTORING.values():
            kept.close()
        return
    paths = [tmp_path_factory.mktemp("template") / f"{what}.sqlite3" for what in ("empty", "peopled")]
    cast = [_people(f"sqlite:///{path}", areas, rules if path == paths[1] else None) for path in paths][1]
    yield Templates(str(paths[0]), str(paths[1]), cast)


def _people(url: str, areas: Areas, rules: Rulebook | None) -> Any:
    """Migrate the database at *url* and, given the law, load reference and cast into it; on PostgreSQL save their rows."""
    database = Database(url, KeyRing([KEY]))
    migrations.upgrade(database)
    cast = None
    if rules:
        with database.write() as session:
            load_reference(session, areas, now=NOW)
            sync_ladders(session, rules, now=NOW)
            cast = load_cast(session, areas, now=NOW)
    if not database.is_sqlite:
        saved = [f"CREATE TABLE saved.{t.name} AS TABLE public.{t.name}" for t in tables.ALL]
        _run(database, ["CREATE SCHEMA saved", *saved])
    database.close()
    return cast


_RESTORING: dict[str, Database] = {}
"""The connections that databases are restored over, each by its URL: to connect takes longer than to restore."""


def _restore(url: str, *, peopled: bool) -> None:
    """Put a worker's PostgreSQL database back as it was saved, or empty it: without triggers and foreign keys, in one go.

    A table that is empty and was saved empty is left alone: most are, and to say so for all of them takes one question.
    """
    if url not in _RESTORING:
        _RESTORING[url] = Database(url, KeyRing([KEY]))
    database = _RESTORING[url]
    touched = _with_rows(database)
    names = [table.name for table in touched]
    keys = [table.name for table in touched if table.autoincrement_column is not None]
    back = [f"INSERT INTO public.{name} SELECT * FROM saved.{name}" for name in names] if peopled else []
    counters = [
        f"SELECT setval(pg_get_serial_sequence('public.{name}', 'id'), "
        f"(SELECT coalesce(max(id), 0) + 1 FROM public.{name}), false)"
        for name in keys
    ]
    off = ["SET LOCAL session_replication_role = replica"]
    _run(database, off + [f"DELETE FROM public.{name}" for name in names] + back + counters)


def _with_rows(database: Database) -> list[Table]:
    """The tables that hold anything, now or as they were saved."""
    held = "SELECT {0} WHERE EXISTS (SELECT FROM public.{1}) OR EXISTS (SELECT FROM saved.{1})"
    asked = " UNION ALL ".join(held.format(number, table.name) for number, table in enumerate(tables.ALL))
    with database.read() as session:
        return [tables.ALL[number] for number in session.scalars(text(asked))]


def _run(database: Database, statements: list[str]) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(";\n".join(statements))


def _made(server: str, name: str) -> str:
    """The URL of a new PostgreSQL database *name*."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


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
        _restore(template, peopled=peopled)
        return replace(made, database_url=template)
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
