"""A record with some entries, and hands that go around what guards it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.ids import new_ref
from tests.conftest import NOW

ACTOR = Actor(kind="api_client", ref="cli_" + "0" * 26, organisation_id=7)


@pytest.fixture
def kept(database: Database) -> Callable[..., list[int]]:
    """``kept(5, sealed=True)`` records so many entries, seals them if asked to, and returns their numbers."""

    def keep(count: int, *, sealed: bool = False, actor: Actor = ACTOR) -> list[int]:
        with database.write() as session:
            before = _numbers(session)
        with database.write() as session:
            rows = [
                audit.entry(session, actor, Event.NOTICE_READ, new_ref("ntc"), now=NOW + timedelta(seconds=step))
                for step in range(count)
            ]
            audit.record_many(session, rows)
        with database.write() as session:
            if sealed:
                audit.seal_batch(session, now=NOW)
            return [number for number in _numbers(session) if number not in before]

    return keep


def _numbers(session: Any) -> list[int]:
    return list(session.scalars(text("SELECT id FROM audit_entry ORDER BY id")))


@pytest.fixture
def past_the_guards(database: Database) -> Callable[..., None]:
    """``past_the_guards("DELETE …", x=1)`` runs a statement as somebody who owns the database could: without triggers."""

    def run(statement: str, **values: object) -> None:
        with database.write() as session:
            if database.is_sqlite:
                for trigger in ("audit_entry_kept", "audit_entry_unchanged"):
                    session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
            else:
                session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement), values)

    return run
