"""Rows inserted without the machinery: stored as SQLAlchemy would store them, keys in order, faults without values."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.audit.models import AuditEntry
from hub.core.bulk import Insertion
from hub.core.db import Database
from hub.notify.models import Beat

NOW = datetime(2026, 11, 18, 10, 0, 0, 123456, tzinfo=UTC)
ENTRIES = Insertion(AuditEntry.metadata.tables["audit_entry"])
BEATS = Insertion(Beat.metadata.tables["beat"])


def entry(subject_ref: str, **details: Any) -> dict[str, Any]:
    return {
        "at": NOW,
        "operation": "alteration",
        "event": "beat.recorded",
        "actor_kind": "job",
        "actor_ref": "job_fictitious",
        "subject_ref": subject_ref,
        "details": details,
        "digest": bytes(range(32)),
    }


def beat(job: str) -> dict[str, Any]:
    return {"job": job, "at": NOW, "is_well": True, "details": {}}


FEW_AND_MANY = pytest.mark.parametrize("number", [2, 40], ids=["few", "many"])
"""PostgreSQL is given them in different ways."""


@FEW_AND_MANY
def test_what_is_stored_reads_back_as_it_was_given(database: Database, number: int) -> None:
    awkward = {"words": "tab\t, newline\n, back\\slash, \\N, “quoted”", "none": None, "list": [1, True]}
    with database.write() as session:
        ENTRIES.rows(session, [entry("obl_\t1\\N", **awkward), *(entry("obl_2") for _ in range(1, number))])
    with database.read() as session:
        first, *others = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    second = others[-1]
    assert len(others) == number - 1
    assert (first.subject_ref, first.details, first.at) == ("obl_\t1\\N", awkward, NOW)
    assert (second.digest, second.details, second.organisation_id) == (bytes(range(32)), {}, None)


def test_keys_are_given_in_the_order_of_the_rows_and_never_twice(database: Database) -> None:
    with database.write() as session:
        one = ENTRIES.one(session, entry("obl_0"))
        keys = [one, *ENTRIES.numbered(session, [entry(f"obl_{n}") for n in range(1, 4)])]
        keys.append(ENTRIES.one(session, entry("obl_4")))
    with database.read() as session:
        stored = {entry.id: entry.subject_ref for entry in session.scalars(select(AuditEntry))}
    assert [stored[key] for key in keys] == ["obl_0", "obl_1", "obl_2", "obl_3", "obl_4"]


def test_no_rows_are_no_statement(database: Database) -> None:
    with database.write() as session:
        ENTRIES.rows(session, [])
        assert list(ENTRIES.numbered(session, [])) == []


@FEW_AND_MANY
def test_a_row_refused_is_told_as_any_other_and_shows_no_value(database: Database, number: int) -> None:
    with pytest.raises(IntegrityError, match="beat") as fault, database.write() as session:
        BEATS.rows(session, [beat("Canary Fictitious")] * number)
    assert "Canary" not in str(fault.value)
