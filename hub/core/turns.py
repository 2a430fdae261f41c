"""One at a time: transactions that would each look, find nothing and write the same.

No row is there yet that the second could wait for, so they wait for a name. SQLite's writers queue anyway.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from hub.core.db import connection_of


def take_turns(session: Session, keys: Collection[bytes]) -> None:
    """Wait until no other transaction that named one of *keys* is under way; hold them until the end of this one.

    *keys* are digests, of which eight bytes count: two that share them by chance wait for each other once, and no more.
    """
    connection = connection_of(session)
    if connection.dialect.name == "postgresql":
        for number in sorted({int.from_bytes(key[-8:], "big", signed=True) for key in keys}):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (number,))
