"""What a database is told, statement by statement: heard at the driver, for inserts and searches go past SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from hub.core.db import Database


@contextmanager
def overheard(database: Database) -> Iterator[list[str]]:
    """Every statement that *database* is told comes into the list; of many rows inserted at once, the first.

    Its connections are made anew, so that each is listened to from its beginning, and none stays that is.
    """
    said: list[str] = []

    class Telling(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            said.append(query)
            return super().execute(query, *args, **kwargs)

        def executemany(self, query: Any, *args: Any, **kwargs: Any) -> None:
            said.append(query)
            super().executemany(query, *args, **kwargs)

        def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
            said.append(statement)
            return super().copy(statement, *args, **kwargs)

    def traced(statement: str) -> None:
        into = statement.partition("VALUES")[0]
        if not (statement.startswith("INSERT") and said and said[-1].startswith(into)):
            said.append(statement)

    def listen(connection: Any, *_args: Any) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(traced)
        else:
            connection.cursor_factory = Telling

    database.close()
    event.listen(database.engine, "connect", listen)
    yield said
    event.remove(database.engine, "connect", listen)
    database.close()
