"""The schema migrates forward, from nothing and from every earlier migration, and ends as the models say."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from hub import migrations
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.db import Base, Database
from hub.core.ids import new_ref
from hub.core.secrets import KeyRing
from hub.registry.names.indexes import search_rows
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


def test_what_stood_in_plain_columns_before_0002_is_sealed_and_children_are_still_found(empty: Database) -> None:
    migrations.upgrade(empty, "0001")
    keys, at = empty.keys, 1 if empty.is_sqlite else NOW
    ack, approval, home, child = (new_ref(prefix) for prefix in ("ack", "apr", "org", "chd"))
    told = {"family_name": "Testwell", "given_names": "Ana", "born_on": "2012-03-04"}
    stay = {"child_id": 1, "state": "confirmed", "setting": "other", "legal_status": "S20", "first_source": "home"}
    stay |= {"area_confirmed": True, "is_emergency": False, "starts_at": at, "sealed": b"x", "version": 1}
    read = {"subject_ref": "ntc_1", "placement_ref": "pla_1", "organisation_id": 1, "actor_ref": "cli_1", "at": at}
    approved = {"placement_id": 1, "approved_at": at, "recorded_at": at, "recorded_by": "cli_1"}
    rows: list[tuple[str, dict[str, Any]]] = [
        (
            "organisation",
            {"ref": home, "kind": "childrens_home", "name": "Rowan", "postcode": "ME14 1XQ", "version": 1},
        ),
        ("child", {"ref": child, "sealed": keys.seal(child, told), "created_at": at, "version": 1}),
        ("child_index", {"kind": "born_on", "value": b"an earlier form!", "child_id": 1}),
        ("placement", stay | {"ref": "pla_1", "created_at": at}),
        ("acknowledgement", read | {"ref": ack, "by": "T. Example, duty desk"}),
        ("approval", approved | {"ref": approval, "approver_name": "D. Fictitious", "approver_role": "Director"}),
    ]
    with empty.write() as session:
        for name, row in rows:
            session.execute(insert(Table(name, MetaData(), autoload_with=session.connection())).values(row))
    migrations.upgrade(empty)
    with empty.read() as session:
        names = ("acknowledgement", "approval", "organisation")
        sealed = {name: session.execute(text(f"SELECT sealed FROM {name}")).scalar_one() for name in names}
        index = {(row.kind, bytes(row.value)) for row in session.execute(text("SELECT kind, value FROM child_index"))}
    assert keys.open(ack, sealed["acknowledgement"]) == "T. Example, duty desk"
    assert keys.open(approval, sealed["approval"]) == {"name": "D. Fictitious", "role": "Director"}
    assert keys.open(home, sealed["organisation"])["postcode"] == "ME14 1XQ"
    assert index.intersection(search_rows(keys, told))
