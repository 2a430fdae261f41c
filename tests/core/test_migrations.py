"""The schema migrates forward, from nothing and from every earlier migration, and ends as the models say."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from hub import migrations
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Base, Database
from hub.core.secrets import KeyRing
from tests.conftest import KEY, NOW


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[Database]:
    """A database without a single table."""
    server = os.environ.get("HUB_TEST_DATABASE_URL")
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if server:
        name = f"hub_empty_{worker_id}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url, KeyRing([KEY]))
    yield database
    database.close()


@pytest.mark.parametrize("start", [None, *migrations.versions()])
def test_every_earlier_schema_reaches_the_newest(empty: Database, start: str | None) -> None:
    if start is not None:
        migrations.upgrade(empty, start)
    assert migrations.current(empty) == start
    migrations.upgrade(empty)
    assert migrations.is_current(empty)
    migrations.upgrade(empty)  # again changes nothing
    assert migrations.is_current(empty)


def test_the_migrated_schema_is_the_models(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "attack",
    ["DELETE FROM audit_entry", "UPDATE audit_entry SET actor_ref = 'x'", "UPDATE audit_entry SET digest = NULL"],
)
def test_the_database_itself_refuses_to_change_the_record(database: Database, attack: str) -> None:
    with database.write() as session:
        audit.record(session, SYSTEM, Event.CLOCK_MOVED, "system", now=NOW)
    with pytest.raises(DatabaseError), database.write() as session:
        session.execute(text(attack))
