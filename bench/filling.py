# ruff: noqa: S608 - the statements name our own tables
"""Many rows fast: open obligations on real ladders, the desks they climb to, and a queue of deliveries, by bulk insert."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from bench.engines import Stage, raw_postgresql, raw_sqlite
from hub.core.db import EPOCH, MICROSECOND, Database
from hub.core.ids import new_ref
from hub.directory.models import ContactPoint, Organisation
from hub.duties.rulebook import Rulebook
from hub.notify.models import Ladder

CHUNK = 20_000


@dataclass(frozen=True)
class Desks:
    """Organisations (councils) by id, each with a contact point for every role, and the ladders by name."""

    councils: tuple[int, ...]
    ladders: dict[str, int]


def add_desks(database: Database, roles: Sequence[str], *, channel: str, address: str, now: datetime) -> Desks:
    """Every council joins and gets a verified contact point of *channel* for each of *roles*.

    ``{council}`` and ``{role}`` in *address* are filled in.
    """
    with database.write() as session:
        session.execute(update(Organisation).where(Organisation.kind == "local_authority").values(joined_at=now))
        councils = tuple(
            session.scalars(
                select(Organisation.id).where(Organisation.kind == "local_authority").order_by(Organisation.id)
            )
        )
        rows = [_point(council, role, channel, address, now) for council in councils for role in roles]
        session.execute(insert(ContactPoint), rows)
        ladders = {row.name: row.id for row in session.execute(select(Ladder.id, Ladder.name).order_by(Ladder.version))}
    return Desks(councils, ladders)


def _point(council: int, role: str, channel: str, address: str, now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref("con"),
        "organisation_id": council,
        "role": role,
        "channel": channel,
        "address": address.format(council=council, role=role.replace("_", "-")),
        "purpose": "The bench",
        "entered_by": "bench",
        "verified_by": "bench",
        "verified_at": now,
        "valid_from": date(2020, 1, 1),
    }


def remove_other_points(database: Database) -> None:
    """Leave no contact point but those added after this: the demonstration's mailboxes would take alerts of their own."""
    with database.write() as session:
        session.execute(text("DELETE FROM contact_point WHERE channel <> 'inbox'"))


def open_obligations(
    stage: Stage, desks: Desks, rules: Rulebook, number: int, *, duty_code: str, rung: int, now: datetime
) -> None:
    """*number* open obligations whose next step (*rung* of the duty's ladder) lies one to sixty days ahead."""
    duty = rules.law.duties[duty_code]
    same: dict[str, Any] = {
        "duty_code": duty_code,
        "law_in_force": "unverified",
        "basis": duty.basis,
        "owed_by_role": "placing_authority",
        "owed_to_role": "host_authority",
        "because": "Made for the bench.",
        "event_at": now,
        "opened_at": now,
        "due_is_policy": False,
        "state": "open",
        "heightened": False,
        "ladder_id": desks.ladders[duty.ladder],
        "next_rung": rung,
        "cycle": 0,
        "faults": 0,
        "was_late": False,
        "version": 1,
    }
    insert_rows(stage, "obligation", _obligations(same, desks, number, now))
    _analyse(stage)


def _obligations(same: dict[str, Any], desks: Desks, number: int, now: datetime) -> Iterator[dict[str, Any]]:
    count, spread = len(desks.councils), timedelta(days=60) / max(number, 1)
    for at in range(number):
        # Neighbours in the table fall due far apart, so that what is due lies scattered as it does in life.
        due = now + timedelta(days=1) + spread * (at * 7919 % number)
        mine = {"ref": new_ref("obl"), "subject_ref": f"pla_{at // 3:026}", "due_at": due, "next_step_at": due}
        yield (
            same
            | mine
            | {"owed_by_id": desks.councils[at % count], "owed_to_id": desks.councils[(at * 31 + 7) % count]}
        )


def make_due(stage: Stage, *, stride: int, offset: int, at: datetime) -> int:
    """Every *stride*-th obligation, from *offset*, fell due at *at*; return how many."""
    sql = "UPDATE obligation SET next_step_at = ?, due_at = ? WHERE id % ? = ? AND state = 'open'"
    return _change(stage, sql, [_instant(stage, at)] * 2 + [stride, offset])


def queue_deliveries(stage: Stage, desks: Desks, number: int, *, channel: str, at: datetime) -> None:
    """*number* alerts, each with one delivery that is due at *at*."""
    first = _scalar(stage, "SELECT coalesce(max(id), 0) FROM alert") + 1
    points = _points(stage, channel)
    same = {
        "kind": "obligation.overdue",
        "role": "social_worker",
        "is_urgent": False,
        "details": {"duty_code": "E13A"},
        "raised_at": at,
    }
    insert_rows(
        stage,
        "alert",
        (
            {
                "id": first + i,
                "ref": new_ref("alt"),
                "subject_ref": new_ref("obl"),
                "organisation_id": points[i % len(points)][1],
                **same,
            }
            for i in range(number)
        ),
    )
    queued = {"channel": channel, "state": "queued", "queued_at": at, "next_attempt_at": at, "attempts": 0}
    insert_rows(
        stage,
        "delivery",
        (
            {"ref": new_ref("dlv"), "alert_id": first + i, "contact_point_id": points[i % len(points)][0], **queued}
            for i in range(number)
        ),
    )
    if stage.engine == "postgresql":
        _change(stage, "SELECT setval(pg_get_serial_sequence('alert', 'id'), (SELECT max(id) FROM alert))", [])
    _analyse(stage)


def _points(stage: Stage, channel: str) -> list[Any]:
    connection = _connect(stage)
    found = connection.execute(
        f"SELECT id, organisation_id FROM contact_point WHERE channel = '{channel}' ORDER BY id"
    ).fetchall()
    connection.close()
    return list(found)


def insert_rows(stage: Stage, table: str, rows: Iterator[dict[str, Any]]) -> None:
    """Write *rows* (all with the same keys) by executemany or COPY, a chunk a commit."""
    connection = _connect(stage)
    while chunk := [row for _, row in zip(range(CHUNK), rows, strict=False)]:
        values = [tuple(_stored(stage, value) for value in row.values()) for row in chunk]
        (_copy if stage.engine == "postgresql" else _executemany)(connection, table, list(chunk[0]), values)
    connection.close()


def _executemany(connection: Any, table: str, columns: list[str], values: list[tuple[Any, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values
    )
    connection.execute("COMMIT")


def _copy(connection: Any, table: str, columns: list[str], values: list[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
    connection.commit()


def _stored(stage: Stage, value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(stage, value)
    return json.dumps(value) if isinstance(value, dict | list) else value


def _instant(stage: Stage, at: datetime) -> Any:
    return (at - EPOCH) // MICROSECOND if stage.engine == "sqlite" else at.astimezone(UTC)


def _connect(stage: Stage) -> Any:
    return raw_sqlite(stage) if stage.engine == "sqlite" else raw_postgresql(stage)


def _change(stage: Stage, sql: str, values: list[Any]) -> int:
    connection = _connect(stage)
    if stage.engine == "postgresql":
        sql = sql.replace("%", "%%").replace("?", "%s") if values else sql
    changed = connection.execute(sql, values).rowcount
    if stage.engine == "postgresql":
        connection.commit()
    connection.close()
    return int(changed)


def _scalar(stage: Stage, sql: str) -> int:
    connection = _connect(stage)
    found = connection.execute(sql).fetchone()[0]
    connection.close()
    return int(found)


def _analyse(stage: Stage) -> None:
    """PostgreSQL's own housekeeping, done now instead of at a random moment of a round. SQLite does none by itself."""
    if stage.engine == "postgresql":
        connection = raw_postgresql(stage)
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        connection.close()


def count_of(session: Session, table: str) -> int:
    """How many rows *table* has."""
    return int(session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())
