"""Nothing is shown without a committed row: also when the database dies between the writing and the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from hub.core.db import Database
from hub.core.shared_commits import NotStored
from hub.lookup import shields
from hub.registry.receipts import Receipt
from tests.lookup.conftest import ROWAN, SHIELD, Rooms
from tests.registry.conftest import Books

ASKED = {
    "purpose": "missing_report",
    "incident_reference": "18-1234-26",
    "by": "Sgt A. Okoro, 4711",
    "family_name": ROWAN["family_name"],
    "given_names": ROWAN["given_names"],
    "born_on": "2012-03-14",
}
NEVER = ("Willow", "Maidstone", "R. F.", "Leeds", "01632", "cse", "Invented")


@contextmanager
def dies_at_the_commit(database: Database) -> Iterator[list[str]]:
    """The database itself fails at the next commits, after everything was written; how often it did.

    PostgreSQL: the server ends the connection that is about to commit. SQLite: what is committed breaks a foreign key that is
    judged at the commit, so that the commit fails as it does on a full disk.
    """
    died: list[str] = []

    def kill(session: Session) -> None:
        if session.get_bind().dialect.name == "postgresql":
            number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            _terminate(database, number)
        else:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            session.execute(text("UPDATE look_up SET organisation_id = -1"))
        died.append("at the commit")

    event.listen(Session, "before_commit", kill)
    try:
        yield died
    finally:
        event.remove(Session, "before_commit", kill)


def _terminate(database: Database, number: int) -> None:
    admin = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:n)"), {"n": number})
    admin.dispose()


@pytest.fixture
def handler(client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("kent_police")


def counted(books: Books) -> dict[str, int]:
    return {table: books.count(table) for table in ("look_up", "disclosure", "look_up_review", "alert")}


def refused(answer: Any) -> str:
    """The answer is a fault, and holds nothing of any child."""
    assert answer.status_code == 500
    said = str(answer.get_data(as_text=True))
    assert [word for word in NEVER if word in said] == []
    return said


def test_a_look_up_whose_commit_fails_shows_nobody(
    placed: Receipt, handler: FlaskClient, database: Database, books: Books
) -> None:
    handler.get("/api/v1/look-up-purposes")  # the key's use is noted once, before
    before = counted(books)
    with dies_at_the_commit(database) as died:
        refused(handler.post("/api/v1/look-ups", json=ASKED))
    assert died
    assert counted(books) == before
    assert handler.post("/api/v1/look-ups", json=ASKED).status_code == 201


@pytest.mark.parametrize("stage", ["confirmed", "risk_detail"])
def test_a_disclosure_whose_commit_fails_shows_nothing_and_sends_no_receipt(
    placed: Receipt, handler: FlaskClient, database: Database, books: Books, stage: str
) -> None:
    asked = handler.post("/api/v1/look-ups", json=ASKED).get_json()
    said = {"candidate": asked["matches"][0]["candidate"], "purpose": "missing_report", "by": ASKED["by"]}
    path = f"/api/v1/look-ups/{asked['ref']}/disclosures"
    if stage == "risk_detail":
        assert handler.post(path, json=said).status_code == 201
    before = counted(books)
    with dies_at_the_commit(database) as died:
        refused(handler.post(path, json={**said, "stage": stage}))
    assert died
    assert counted(books) == before
    shown = handler.post(path, json={**said, "stage": stage})
    assert shown.status_code == 201
    assert books.all("SELECT stage FROM disclosure WHERE ref = :r", r=shown.get_json()["ref"]) == [(stage,)]


def test_a_glass_whose_breaking_fails_at_the_commit_shows_nothing_and_asks_for_no_review(
    placed: Receipt, room: Rooms, handler: FlaskClient, database: Database, books: Books
) -> None:
    room("leeds").reads(shields.shield, placed.placement, **SHIELD)
    asked = handler.post("/api/v1/look-ups", json=ASKED).get_json()
    said = {"candidate": asked["matches"][0]["candidate"], "purpose": "missing_report", "by": ASKED["by"]}
    path, why = f"/api/v1/look-ups/{asked['ref']}/glass-breaking", {"reason": "The line is dead."}
    before = counted(books)
    with dies_at_the_commit(database) as died:
        refused(handler.post(path, json={**said, **why}))
    assert died
    assert counted(books) == before
    assert handler.post(path, json={**said, **why}).status_code == 201
    assert books.count("look_up_review") == 2


def test_a_service_gives_no_answer_that_was_not_committed(
    placed: Receipt, room: Rooms, database: Database, books: Books
) -> None:
    asker = room("kent_police")
    before = books.count("look_up")
    with dies_at_the_commit(database), pytest.raises(Exception) as fault:
        asker.asks()
    assert asker.last is None
    assert not isinstance(fault.value, AssertionError | NotStored)
    assert books.count("look_up") == before


def test_every_answer_that_leaves_has_its_row(placed: Receipt, handler: FlaskClient, books: Books) -> None:
    asked = handler.post("/api/v1/look-ups", json=ASKED).get_json()
    assert books.all("SELECT candidates FROM look_up WHERE ref = :r", r=asked["ref"]) == [(1,)]
    for match in asked["matches"]:
        [row] = books.all("SELECT stage FROM disclosure WHERE ref = :r", r=f"dsc_{match['candidate'][4:]}")
        assert row.stage == "possible_match"


def test_an_answer_is_kept_by_nobody_on_the_way(placed: Receipt, handler: FlaskClient) -> None:
    answer = handler.post("/api/v1/look-ups", json=ASKED)
    assert answer.headers["Cache-Control"] == "no-store"
