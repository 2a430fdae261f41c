"""The unit of work, the column types, the durable settings."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from hub.core.db import Database
from hub.core.errors import StateConflict
from hub.core.machine import Machine, Move
from hub.notify.models import Beat

THEN = datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC)


def beat(job: str, at: datetime = THEN) -> dict[str, object]:
    return {"job": job, "at": at, "is_well": True, "details": {"n": 1}}


def test_an_instant_comes_back_to_the_microsecond_and_in_utc(database: Database) -> None:
    with database.write() as session:
        session.execute(insert(Beat), [beat("x", THEN.astimezone(tz=None))])
    with database.read() as session:
        found = session.scalar(select(Beat.at))
    assert found == THEN
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.write() as session:
        session.execute(insert(Beat), [beat("x", THEN.replace(tzinfo=None))])


def test_a_unit_of_work_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.execute(insert(Beat), [beat("x")])
        _ = 1 / 0
    with database.read() as session:
        assert session.scalar(select(Beat.job)) is None


def test_what_is_changed_while_reading_stays_as_it_was(database: Database) -> None:
    with suppress(DBAPIError), database.read() as session:
        session.execute(insert(Beat).values(beat("reader")))
    with database.read() as session:
        assert session.scalars(select(Beat.job)).all() == []


def test_postgresql_keeps_what_it_prepared_when_a_reader_ends(database: Database) -> None:
    """A statement that is asked for again and again is planned once: its driver prepares it at the sixth time."""
    if database.is_sqlite:
        return
    for _ in range(7):
        with database.read() as session:
            session.scalars(select(Beat.job)).all()
    with database.read() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM beat" in each for each in prepared)


def test_a_commit_is_on_the_disk(database: Database) -> None:
    with database.read() as session:
        if database.is_sqlite:
            assert session.scalar(text("PRAGMA synchronous")) == 2
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
        else:
            assert session.scalar(text("SHOW fsync")) in {"on", "off"}  # the tests' own server may be quick


def test_many_threads_write_without_a_lock_error(database: Database) -> None:
    def work(name: str) -> None:
        for n in range(10):
            with database.write() as session:
                session.execute(select(Beat.job)).all()
                session.execute(insert(Beat), [beat(f"{name}-{n}")])

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert len(session.scalars(select(Beat.job)).all()) == 60


def test_a_fault_never_shows_what_was_typed(database: Database) -> None:
    with pytest.raises(Exception, match="beat") as fault, database.write() as session:
        session.execute(insert(Beat), [beat("Canary Fictitious"), beat("Canary Fictitious")])
    assert "Canary" not in str(fault.value)


MACHINE = Machine("delivery", "queued", (Move.of("accept", {"queued"}, "accepted", by="system"),))


def test_a_machine_lists_its_states_in_order() -> None:
    assert MACHINE.states == ("queued", "accepted")
    with pytest.raises(StateConflict, match="must be queued"):
        raise StateConflict(f"must be {' or '.join(MACHINE.move('accept').sources)}")
