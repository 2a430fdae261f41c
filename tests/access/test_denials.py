"""Whoever is told that they may not, is on record: what they asked for, and no flood of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.access.denials import RECORDED_PER_MINUTE
from hub.audit.models import AuditEntry
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast

ClientFor = Callable[[str], FlaskClient]


def denials(database: Database) -> list[AuditEntry]:
    with database.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.event == "permission.denied")).all()
        session.expunge_all()
        return list(found)


def test_a_refusal_of_somebody_known_is_recorded_with_the_permission(
    client_for: ClientFor, database: Database, cast: Cast
) -> None:
    assert client_for("kent_police").post("/api/v1/notices", json={}).status_code == 403
    (entry,) = denials(database)
    actor = cast.actors["kent_police"]
    assert (entry.actor_ref, entry.organisation_id) == (actor.ref, actor.organisation_id)
    assert entry.details == {"permission": "notice.register", "code": "not_permitted"}
    assert entry.subject_ref == actor.ref


def test_it_says_what_was_asked_for_where_that_is_a_reference(client_for: ClientFor, database: Database) -> None:
    ref = new_ref("ntc")
    client_for("kent_police").post(f"/api/v1/notices/{ref}/withdrawal", json={"reason": "x"})
    assert [entry.subject_ref for entry in denials(database)] == [ref]


@pytest.mark.parametrize("typed", ["Tilly Example", "ntc_", "ntc_x' OR 1=1", "%0d%0aname"])
def test_what_somebody_typed_instead_is_not_kept(
    client_for: ClientFor, database: Database, cast: Cast, typed: str
) -> None:
    client_for("kent_police").post(f"/api/v1/notices/{typed}/withdrawal", json={"reason": "x"})
    said: list[Any] = [(entry.subject_ref, entry.details) for entry in denials(database)]
    assert said
    assert all(subject == cast.actors["kent_police"].ref for subject, _ in said)
    assert typed not in str(said)


def test_what_is_merely_not_there_is_no_denial(client_for: ClientFor, database: Database) -> None:
    assert client_for("leeds").get(f"/api/v1/notices/{new_ref('ntc')}").status_code == 404
    assert client_for("leeds").get("/api/v1/nothing").status_code == 404
    assert denials(database) == []


def test_somebody_unknown_is_not_on_record(app: Any, database: Database) -> None:
    assert app.test_client().post("/api/v1/notices", json={}).status_code == 401
    assert denials(database) == []


def test_the_record_cannot_be_flooded(client_for: ClientFor, database: Database) -> None:
    client = client_for("kent_police")
    statuses = {client.post("/api/v1/notices", json={}).status_code for _ in range(RECORDED_PER_MINUTE + 15)}
    assert statuses == {403}
    assert len(denials(database)) == RECORDED_PER_MINUTE
