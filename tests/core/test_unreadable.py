"""A record that does not open: a sentence for whoever asked, its reference for the operator, nothing else for anybody."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.secrets import KeyRing, MasterKey
from hub.demonstration import papers
from hub.demonstration.cast import Cast
from hub.registry.models import Child, Notice, Placement
from tests.conftest import NOW

Speak = Callable[[str], FlaskClient]
NAME = "Quillfeather"


@pytest.fixture
def notices(client_for: Speak, cast: Cast) -> list[dict[str, Any]]:
    """Two notices of Leeds."""
    return [_sent(client_for, each) for each in range(2)]


def _sent(client_for: Speak, number: int) -> dict[str, Any]:
    paper = papers.late_notice(f"paper {number}", NOW - timedelta(days=9), "E10000016")
    paper["child"] |= {"family_name": NAME, "born_on": f"2012-03-{number + 10}"}
    answer = client_for("leeds").post("/api/v1/notices", json=paper)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.json or {})


def moved(database: Database, model: Any) -> str:
    """Put the ciphertext of the second row of *model* into the first; the reference of the first."""
    with database.write() as session:
        first, second = session.execute(select(model.id, model.ref, model.sealed).order_by(model.id).limit(2)).all()
        session.execute(update(model).where(model.id == first.id).values(sealed=second.sealed))
    return str(first.ref)


def on_record(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        wanted = select(AuditEntry.subject_ref, AuditEntry.actor_kind).where(AuditEntry.event == "record.unreadable")
        return [(row.subject_ref, row.actor_kind) for row in session.execute(wanted)]


def test_a_ciphertext_moved_to_another_row_is_not_shown_and_is_on_record(
    client_for: Speak, database: Database, notices: list[dict[str, Any]]
) -> None:
    ref = moved(database, Notice)
    with capture_logs() as logs:
        answer = client_for("leeds").get(f"/api/v1/notices/{ref}")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    said = answer.json or {}
    assert (said["code"], said["title"]) == ("record_unreadable", "This record cannot be opened")
    assert ref in said["detail"]
    assert "operator" in said["detail"]
    assert on_record(database) == [(ref, "api_client")]
    [entry] = [entry for entry in logs if entry["event"] == "record.unreadable"]
    assert entry["record"] == ref
    assert NAME not in answer.get_data(as_text=True) + json.dumps(logs, default=str)


def test_a_ciphertext_moved_to_another_column_does_not_open_either(
    client_for: Speak, database: Database, notices: list[dict[str, Any]]
) -> None:
    with database.write() as session:
        ref = session.scalars(select(Placement.ref).order_by(Placement.id)).first()
        sealed = session.scalars(select(Child.sealed).order_by(Child.id)).first()
        session.execute(update(Placement).where(Placement.ref == ref).values(sealed=sealed))
    assert client_for("leeds").get(f"/api/v1/placements/{ref}").status_code == 409
    assert [subject for subject, _ in on_record(database)] == [ref]


@pytest.mark.parametrize(
    "damaged", [b"", b"\x01", b"\x01testkey1", b"\x01testkey1" + b"\x00" * 27, b"\x02testkey1" + b"\x00" * 60]
)
def test_a_truncated_or_altered_ciphertext_is_told_apart_from_a_fault_of_ours(
    client_for: Speak, database: Database, notices: list[dict[str, Any]], damaged: bytes
) -> None:
    ref = notices[0]["notice"]
    with database.write() as session:
        session.execute(update(Notice).where(Notice.ref == ref).values(sealed=damaged))
    assert client_for("leeds").get(f"/api/v1/notices/{ref}").status_code == 409


def test_rows_whose_key_is_missing_say_so_and_the_others_are_shown(
    client_for: Speak, database: Database, notices: list[dict[str, Any]]
) -> None:
    first, second = (each["notice"] for each in notices)
    lost = KeyRing([MasterKey("lostkey1", b"l" * 32)])
    with database.write() as session:
        session.execute(update(Notice).where(Notice.ref == first).values(sealed=lost.seal(first, {"content": {}})))
    answer = client_for("leeds").get(f"/api/v1/notices/{first}")
    assert answer.status_code == 409
    assert "a key that this hub does not hold" in (answer.json or {})["detail"]
    assert client_for("leeds").get(f"/api/v1/notices/{second}").status_code == 200


def test_nothing_is_stored_when_a_change_meets_what_does_not_open(
    client_for: Speak, database: Database, notices: list[dict[str, Any]]
) -> None:
    ref = moved(database, Notice)
    before = _counts(database)
    answer = client_for("leeds").post(f"/api/v1/notices/{ref}/withdrawal", json={"reason": "Registered in error."})
    assert answer.status_code == 409
    after = _counts(database)
    assert after.pop("audit_entry") == before.pop("audit_entry") + 1
    assert after == before


def _counts(database: Database) -> dict[str, int]:
    names = ("notice", "obligation", "alert", "delivery", "audit_entry", "idempotency_key")
    with database.read() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}
