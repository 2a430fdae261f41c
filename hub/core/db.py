"""The database: one engine, ``read()`` and ``write()`` sessions, and the column types every table uses.

``write()`` is the unit of work: opened once per command at the edge, committed when the block ends, rolled back when it
raises. The same code runs on SQLite and PostgreSQL. What differs is said here and nowhere else:

- SQLite writers take ``BEGIN IMMEDIATE`` (a read-then-write transaction otherwise fails at once, whatever the busy timeout),
  after queueing for a kernel file lock, which is fairer than SQLite's busy wait (p99 24 ms against 110 ms at 16 clients); who
  queues within a process shares a commit (``shared_commits``).
- Errors never carry the parameters of a statement: those are what people typed about children.
- A reader on PostgreSQL is read-only and ends with a commit: at a rollback the driver forgets every statement it has prepared.
- The pysqlite driver opens transactions late and by itself; we switch that off and emit BEGIN ourselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    URL,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from hub.core.secrets import KeyRing
from hub.core.shared_commits import SharedCommits

EPOCH = datetime(1970, 1, 1, tzinfo=UTC_ZONE)
MICROSECOND = timedelta(microseconds=1)


class UTC(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes. TIMESTAMPTZ on PostgreSQL; whole microseconds since 1970 on SQLite,
    which sort and index as numbers."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say which zone it is in")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return EPOCH + timedelta(microseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC_ZONE)


class Base(DeclarativeBase):
    """Every table. Constraints are named, so that a lost race can be told as a sentence about a field."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UTC(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        bytes: LargeBinary(),
        str: String(),
    }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'ref', None) or getattr(self, 'id', '?')}>"


BigId = BigInteger().with_variant(Integer(), "sqlite")


class Keyed:
    """An integer key inside the database (dense, fast to insert and join); it never leaves it."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True, sort_order=-10)


class Database:
    """One database for one process. Make it after forking: connections do not survive a fork.

    *engine*: one of :func:`engine_of`, by whoever makes several databases over it, as tests do.
    """

    def __init__(self, url: str, keys: KeyRing, *, pool_size: int = 10, engine: Engine | None = None) -> None:
        self.keys = keys
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = engine or engine_of(self.url, pool_size=pool_size)
        self._writing = self.engine.execution_options(hub_writes=True)
        self._reading = self.engine.execution_options(postgresql_readonly=True)
        self._at_one_moment = self._reading.execution_options(isolation_level="REPEATABLE READ")
        self._without_transaction = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._commits: SharedCommits | None = None
        if self.is_sqlite:
            self._commits = SharedCommits(self._writing, Path(str(self.url.database)))

    @contextmanager
    def read(self, *, at_one_moment: bool = False) -> Iterator[Session]:
        """A session to read with. On SQLite whatever it changed is rolled back; PostgreSQL refuses to change anything.

        *at_one_moment*: several statements see the same moment, as they always do on SQLite; on PostgreSQL each otherwise
        sees what was committed before it.
        """
        with self._reader(self._at_one_moment if at_one_moment else self._reading) as session:
            yield session

    @contextmanager
    def read_once(self) -> Iterator[Session]:
        """A session for one statement, which needs no transaction around it: PostgreSQL is asked once and not three times."""
        with self._reader(self._without_transaction) as session:
            yield session

    @contextmanager
    def _reader(self, on_postgresql: Engine) -> Iterator[Session]:
        if self.is_sqlite:
            with Session(self.engine, info={"keys": self.keys}, autoflush=False) as session:
                yield session
            return
        with (
            on_postgresql.begin() as connection,
            Session(connection, autoflush=False, join_transaction_mode="rollback_only") as session,
        ):
            session.info |= {"keys": self.keys, "connection": connection}
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One unit of work: committed, durably, when the block ends; nothing at all when it raises."""
        if self._commits is None:
            with self._unit_of_work(self._writing) as session:
                yield session
        else:
            with self._commits.unit() as connection, self._unit_of_work(connection) as session:
                yield session

    @contextmanager
    def _unit_of_work(self, bind: Engine | Connection) -> Iterator[Session]:
        session = Session(
            bind, info={"keys": self.keys}, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        with session, session.begin():
            session.info["connection"] = session.connection()
            yield session

    def close(self) -> None:
        """Close every connection; the database can be used again afterwards."""
        if self._commits is not None:
            self._commits.close()
        self.engine.dispose()


def engine_of(url: URL, *, pool_size: int = 10) -> Engine:
    """An engine as a hub needs it; *pool_size* is PostgreSQL's. Raises ValueError for SQLite that is no file."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url)
    else:
        engine = create_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_use_lifo=True, hide_parameters=True
        )
    event.listen(engine, "handle_error", _keep_values_out)
    return engine


def _sqlite_engine(url: URL) -> Engine:
    path = Path(url.database or "")
    if not path.name or path.name == ":memory:":
        raise ValueError("the hub's SQLite database must be a file: several processes share it")
    path.parent.mkdir(parents=True, exist_ok=True)
    # The connection used last is taken first: each keeps pages of its own, and few fill up.
    options: dict[str, Any] = {"pool_size": 20, "max_overflow": 40, "pool_use_lifo": True, "hide_parameters": True}
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a receipt means it is on the disk
        "foreign_keys=ON",
        "busy_timeout=30000",
        "wal_autocheckpoint=8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _keep_values_out(context: ExceptionContext) -> None:
    if withhold_values(context.original_exception) and context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = context.original_exception.args


def withhold_values(fault: BaseException) -> bool:
    """PostgreSQL's errors quote the values at fault in their detail: keep the first line, which names only the constraint.

    One that the server has no word in is about the connection, and names host, port and user: it stays as it is.
    """
    diagnosis = getattr(fault, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        fault.args = (diagnosis.message_primary,)
    elif diagnosis is not None and type(fault).__name__ != "OperationalError":
        fault.args = ("the database gave no reason",)
    return diagnosis is not None


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hub_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def keys_of(session: Session) -> KeyRing:
    """The key ring with which this session's sealed rows are sealed and opened."""
    keys: KeyRing = session.info["keys"]
    return keys


def connection_of(session: Session) -> Connection:
    """The connection of this session's transaction; a session that has it at hand is not asked anew for each statement."""
    return session.info.get("connection") or session.connection()


@contextmanager
def driven(connection: Connection, sql: str) -> Iterator[Any]:
    """The driver's own cursor, for *sql*; its errors are told as SQLAlchemy's, and never with values."""
    faults, cursor = connection.dialect.loaded_dbapi.Error, connection.connection.cursor()
    try:
        yield cursor
    except faults as fault:
        withhold_values(fault)
        raise DBAPIError.instance(sql, None, fault, faults, hide_parameters=True) from fault
    finally:
        cursor.close()


def changed(session: Session, statement: UpdateBase) -> int:
    """Execute an UPDATE or DELETE; how many rows it changed. A guarded UPDATE that changed none is a race that was lost."""
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]
