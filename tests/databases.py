"""The databases that tests stand on: made once by each worker of pytest, and put back as they were before each test.

SQLite: a fresh file for each test, copied from a template. PostgreSQL: one database for each worker; the rows that it began with
are kept in its schema ``saved``, and put back (to copy a database takes half a second).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, Table, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from hub import migrations, tables
from hub.core.db import Database, engine_of
from hub.core.secrets import KeyRing, MasterKey
from hub.demonstration.cast import Cast, load_cast
from hub.directory.areas import Areas
from hub.directory.loading import load_reference
from hub.duties.rulebook import Rulebook
from hub.notify.ladders import sync_ladders

KEY: Final = MasterKey("testkey1", b"k" * 32)
NOW: Final = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday morning: the instant at which most tests begin."""


@dataclass(frozen=True)
class Templates:
    """What tests' databases are made from: an empty one, and one with the reference organisations and the cast as at NOW.

    SQLite: the paths of two files to copy. PostgreSQL: the URL of this worker's one database, twice.
    """

    empty: str
    peopled: str
    cast: Cast


@contextmanager
def templates_of_a_worker(folder: Path, worker: str, areas: Areas, rules: Rulebook) -> Iterator[Templates]:
    """What the tests of *worker* are to be given; *folder* is for the files."""
    if server := os.environ.get("HUB_TEST_DATABASE_URL"):
        url = made(server, f"hub_test_{worker}")
        yield Templates(url, url, people(url, areas, rules))
        for kept in _RESTORING.values():
            kept.close()
        return
    paths = [folder / f"{what}.sqlite3" for what in ("empty", "peopled")]
    cast = [people(f"sqlite:///{path}", areas, rules if path == paths[1] else None) for path in paths][1]
    yield Templates(str(paths[0]), str(paths[1]), cast)


def people(url: str, areas: Areas, rules: Rulebook | None) -> Any:
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
        _run(database, _saving())
    database.close()
    return cast


def _saving() -> Iterator[str]:
    """Keep the rows of every table; and of each how many they are, and which transaction put them back last: none yet."""
    yield "CREATE SCHEMA saved"
    yield "CREATE TABLE saved.put_back (number integer PRIMARY KEY, row_count bigint, by_transaction xid)"
    for number, table in enumerate(tables.ALL):
        yield f"CREATE TABLE saved.{table.name} AS TABLE public.{table.name}"
        yield f"INSERT INTO saved.put_back SELECT {number}, count(*), '0' FROM saved.{table.name}"


_RESTORING: dict[str, Database] = {}
"""The connections that databases are restored over, each by its URL: to connect takes longer than to restore."""


def restore(url: str, *, peopled: bool) -> None:
    """Put a worker's PostgreSQL database back as it was saved, or empty it: without triggers and foreign keys, in one go.

    A table is left alone in which nothing has changed: most are, and to ask it of all of them takes one question.
    """
    if url not in _RESTORING:
        _RESTORING[url] = Database(url, KeyRing([KEY]))
    database = _RESTORING[url]
    if changed := _changed(database, peopled=peopled):
        statements = [said for number in changed for said in _putting_back(number, peopled=peopled)]
        _run(database, ["SET LOCAL session_replication_role = replica", *statements])


def _putting_back(number: int, *, peopled: bool) -> Iterator[str]:
    table = tables.ALL[number]
    yield f"DELETE FROM public.{table.name}"
    if peopled:
        yield f"INSERT INTO public.{table.name} SELECT * FROM saved.{table.name}"
        yield f"UPDATE saved.put_back SET by_transaction = pg_current_xact_id()::xid WHERE number = {number}"
    if table.autoincrement_column is not None:
        yield (
            f"SELECT setval(pg_get_serial_sequence('public.{table.name}', 'id'), "
            f"(SELECT coalesce(max(id), 0) + 1 FROM public.{table.name}), false)"
        )


def _changed(database: Database, *, peopled: bool) -> list[int]:
    """The numbers of the tables that are not as they are to be: a row is of the transaction that wrote it."""
    asked = " UNION ALL ".join(_question(number, table, peopled=peopled) for number, table in enumerate(tables.ALL))
    with database.read() as session:
        return list(session.scalars(text(asked)))


def _question(number: int, table: Table, *, peopled: bool) -> str:
    rows = f"SELECT FROM public.{table.name}"
    put_back = f"FROM saved.put_back WHERE number = {number}"
    is_astray = f"EXISTS ({rows})"
    if peopled:
        is_astray = f"EXISTS ({rows} WHERE xmin <> (SELECT by_transaction {put_back}))"
        is_astray += f" OR (SELECT count(*) FROM public.{table.name}) <> (SELECT row_count {put_back})"
    if table.autoincrement_column is not None:
        is_astray += f" OR EXISTS (SELECT FROM public.{table.name}_id_seq WHERE is_called)"
    return f"SELECT {number} WHERE {is_astray}"


def _run(database: Database, statements: Iterable[str]) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(";\n".join(statements))


def made(server: str, name: str) -> str:
    """The URL of a new PostgreSQL database *name*."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


# --- one engine for all tests of a worker ---------------------------------------------------------------------------------


@dataclass
class KeptEngine:
    """The engine that all tests of a worker share, and the database to which it connects now.

    SQLAlchemy compiles a statement once for an engine: with an engine for each test, every test would compile all of its
    statements anew, which takes longer than most of them do.
    """

    engine: Engine
    url: URL

    def lead(self, _dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
        """Connect to the database of the test, not to the one that the engine was made for."""
        arguments[0] = str(self.url.database)


@contextmanager
def engine_for_all(url: str) -> Iterator[KeptEngine]:
    """An engine for the databases of all tests of a worker; *url* is one of them."""
    kept = KeptEngine(engine_of(make_url(url)), make_url(url))
    if kept.url.get_backend_name() == "sqlite":
        event.listen(kept.engine, "do_connect", kept.lead)
    yield kept
    kept.engine.dispose()


@contextmanager
def opened(kept: KeptEngine, url: str) -> Iterator[Database]:
    """The database at *url*, over the engine that is *kept*.

    Connections to PostgreSQL are kept as well: a new one knows no table, and plans every statement anew.
    """
    kept.url = make_url(url)
    database = Database(url, KeyRing([KEY]), engine=kept.engine)
    yield database
    if database.is_sqlite:
        database.close()


# --- what is tried and does not stay --------------------------------------------------------------------------------------


class UndoneError(Exception):
    """The story is over: nothing of it stays."""


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """One transaction for all that is done within, of which nothing stays."""
    with suppress(UndoneError), database.write() as session:
        yield session
        raise UndoneError
