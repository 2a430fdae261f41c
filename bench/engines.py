# ruff: noqa: S608 - the statements name our own tables
"""The two databases, each made for one measurement and thrown away: with the hub's own durable settings, which are asserted."""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from hub import up
from hub.core.db import Database
from hub.core.settings import REPOSITORY, Settings
from hub.directory.postcodes import ensure_index
from hub.resources import open_database

Engine = Literal["sqlite", "postgresql"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgresql")
SERVER = "HUB_TEST_DATABASE_URL"
"""Where tests/postgres_server.py says its server is; without it, there is no PostgreSQL to measure."""
FOLDER = REPOSITORY / "data" / "bench"
SAME_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "cache_size", "temp_store")


class NotDurable(RuntimeError):
    """The database may lose what it has said is stored: nothing measured on it counts."""


@dataclass(frozen=True)
class Stage:
    """One hub on one fresh database, in a folder of its own."""

    engine: Engine
    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a process reads the same settings."""
        return up.environment_of(self.settings)

    def tokens(self) -> dict[str, str]:
        """The demonstration cast's tokens."""
        return up.read_tokens(self.settings)


@contextmanager
def staged(engine: Engine, *, durable: bool = True, **given: Any) -> Iterator[Stage]:
    """A prepared hub with the demonstration cast, gone after the block. *given* are settings."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{engine}-", dir=FOLDER))
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        (folder / "postcodes.idx").symlink_to(postcodes())
        url = after.enter_context(postgresql_database()) if engine == "postgresql" else ""
        settings = _settings(folder, url, given)
        up.prepare(settings)
        stage = Stage(engine, settings)
        if durable:
            assert_durable(stage)
        yield stage


@contextmanager
def kept_stage(engine: Engine, name: str, *, durable: bool = True) -> Iterator[Stage]:
    """A prepared hub that stays after the block, under *name*; the one that is there already, where its database lives still."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "postcodes.idx").is_symlink():
        (folder / "postcodes.idx").symlink_to(postcodes())
    settings = _settings(folder, _kept_database(name.replace("-", "_")) if engine == "postgresql" else "", {})
    up.prepare(settings)
    stage = Stage(engine, settings)
    if durable:
        assert_durable(stage)
    yield stage


def _kept_database(name: str) -> str:
    admin = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
            connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


def _settings(folder: Path, url: str, given: dict[str, Any]) -> Settings:
    quiet: dict[str, Any] = {
        "log_level": "ERROR",
        "requests_per_minute": 100_000_000,
        "webhook_private_addresses": True,
    }
    return replace(Settings(mode="demo", data_dir=folder, database_url=url), **(quiet | given))


def postcodes() -> Path:
    return ensure_index(
        Path(os.environ.get("HUB_TEST_CACHE", REPOSITORY / "data" / "tests")) / "postcodes.idx"
    ).resolve()


def available() -> list[Engine]:
    """The engines there are on this machine now."""
    return list(ENGINES) if os.environ.get(SERVER) else ["sqlite"]


@contextmanager
def postgresql_database() -> Iterator[str]:
    """The URL of a new database on the server for tests, gone after the block."""
    server, name = os.environ[SERVER], f"hub_bench_{uuid.uuid4().hex[:10]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


def durable_settings(stage: Stage) -> dict[str, Any]:
    """What decides whether a commit is on the disk, as the hub's own connections have it."""
    database = open_database(stage.settings)
    try:
        with database.read() as session:
            if stage.engine == "sqlite":
                return {
                    name: session.execute(text(f"PRAGMA {name}")).scalar_one()
                    for name in ("synchronous", "journal_mode")
                }
            names = ("synchronous_commit", "fsync", "full_page_writes")
            return {name: session.execute(text(f"SHOW {name}")).scalar_one() for name in names}
    finally:
        database.close()


def assert_durable(stage: Stage) -> None:
    """Raises :class:`NotDurable` naming the setting."""
    found = durable_settings(stage)
    wanted = {
        "synchronous": 2,
        "journal_mode": "wal",
        "synchronous_commit": "on",
        "fsync": "on",
        "full_page_writes": "on",
    }
    for name, value in found.items():
        if value != wanted[name]:
            raise NotDurable(f"{stage.engine}: {name} is {value}, and must be {wanted[name]}")


def postmaster(stage: Stage) -> int | None:
    """The process id of the PostgreSQL server, when it runs on this machine as seen from here."""
    if stage.engine == "sqlite":
        return None
    from bench.machine import parent_of

    with psycopg.connect(libpq(stage)) as connection:
        return parent_of(connection.info.backend_pid) or None


def counts(database: Database) -> dict[str, int]:
    """The number of rows of every table."""
    from hub import tables

    with database.read() as session:
        return {
            table.name: session.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
            for table in tables.ALL
        }


def libpq(stage: Stage) -> str:
    """The database's address as psycopg takes it."""
    return make_url(stage.settings.database).set(drivername="postgresql").render_as_string(hide_password=False)


def raw_sqlite(stage: Stage) -> sqlite3.Connection:
    """A bare connection with the pragmas of the hub's own, read from one of those so that they cannot differ."""
    bare = sqlite3.connect(str(stage.settings.data_dir / "hub.sqlite3"), isolation_level=None, check_same_thread=False)
    database = open_database(stage.settings)
    with database.read() as session:
        pragmas = {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in SAME_PRAGMAS}
    database.close()
    for name, value in (pragmas | {"busy_timeout": 30000}).items():
        bare.execute(f"PRAGMA {name}={value}").fetchall()
    return bare


def raw_postgresql(stage: Stage) -> "psycopg.Connection[Any]":
    """A bare connection."""
    return psycopg.connect(libpq(stage), autocommit=False, prepare_threshold=1)


class Gate:
    """The same gate before SQLite's one writer as the hub's own: a thread lock, then a kernel file lock."""

    def __init__(self, stage: Stage) -> None:
        self._lock = threading.Lock()
        self._file = os.open(
            stage.settings.data_dir / "hub.sqlite3.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )

    def close(self) -> None:
        os.close(self._file)

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
