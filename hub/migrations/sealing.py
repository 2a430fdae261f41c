"""What migration 0002 moves: names of officers and homes' postcodes out of plain columns, and blind indexes to their newer form."""

from typing import Any, Final

from alembic.config import Config
from sqlalchemy import Connection, LargeBinary, bindparam, text

from hub.core.secrets import KeyRing
from hub.registry.names.indexes import index_rows

_PLAIN: Final = {
    "acknowledgement": "SELECT id, ref, by FROM acknowledgement",
    "approval": "SELECT id, ref, approver_name, approver_role FROM approval",
    "organisation": "SELECT id, ref, sealed, postcode FROM organisation WHERE postcode IS NOT NULL",
}


def seal_what_was_plain(connection: Connection, config: Config | None) -> None:
    """Seal what stood in the columns that are dropped after this, with the keys that ``hub.migrations.upgrade`` gave."""
    if config is None:
        return
    keys: KeyRing = config.attributes["keys"]
    _put(
        connection,
        "acknowledgement",
        {row.id: keys.seal(row.ref, row.by) for row in _rows(connection, "acknowledgement")},
    )
    approvers = {
        row.id: keys.seal(row.ref, {"name": row.approver_name, "role": row.approver_role})
        for row in _rows(connection, "approval")
    }
    _put(connection, "approval", approvers)
    homes = {
        row.id: keys.seal(
            row.ref, {**(keys.open(row.ref, bytes(row.sealed)) if row.sealed else {}), "postcode": row.postcode}
        )
        for row in _rows(connection, "organisation")
    }
    _put(connection, "organisation", homes)
    _index_anew(connection, keys)


def _rows(connection: Connection, table: str) -> Any:
    return connection.execute(text(_PLAIN[table])).all()


def _put(connection: Connection, table: str, sealed: dict[int, bytes]) -> None:
    if sealed:
        statement = text(f"UPDATE {table} SET sealed = :sealed WHERE id = :id")  # noqa: S608  # nosec B608  # our own tables
        listed = [{"id": number, "sealed": value} for number, value in sealed.items()]
        connection.execute(statement.bindparams(bindparam("sealed", type_=LargeBinary)), listed)


def _index_anew(connection: Connection, keys: KeyRing) -> None:
    """Blind indexes begin with their key's tag since then: those from before would not be found any more."""
    children = connection.execute(text("SELECT id, ref, placing_authority_id, sealed FROM child")).all()
    connection.execute(text("DELETE FROM child_index"))
    rows = [
        {"kind": kind, "value": value, "child_id": child.id}
        for child in children
        for kind, value in index_rows(
            keys, keys.open(child.ref, bytes(child.sealed)), placing_authority_id=child.placing_authority_id
        )
    ]
    if rows:
        added = text("INSERT INTO child_index (kind, value, child_id) VALUES (:kind, :value, :child_id)")
        connection.execute(added.bindparams(bindparam("value", type_=LargeBinary)), rows)
