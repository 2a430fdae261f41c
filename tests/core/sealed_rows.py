"""One row in every table that seals something, whatever else the table asks for: made from the tables themselves."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table, insert, select, text
from sqlalchemy.orm import Session

from hub import tables
from hub.core.db import Base, Database
from hub.core.ids import new_ref
from hub.core.sealed_models import SealedColumn, blind_columns, sealed_columns
from hub.registry.files import store as file_store

SEALED = sealed_columns(tables.ALL)
BLIND = blind_columns(tables.ALL)
_PREFIX = {"child": "chd", "person": "per", "placement": "pla", "notice": "ntc", "stored_file": "fil"}


def document(number: int = 0) -> dict[str, str]:
    """What is sealed in every row with this number."""
    email = f"a.specimen{number}@council.example"
    return {
        "email": email,
        "name": "A. Specimen",
        "family_name": "Testwell",
        "given_names": "Ana",
        "incident": "T-1",
        "postcode": "AB1 2CD",
    }


def fill(database: Database, folder: Path, number: int = 1) -> None:
    """*number* rows in every table that has a sealed column, and in those that these stand on; foreign keys are not checked.

    The files that stored files stand for lie in *folder*.
    """
    with database.write() as session:
        _without_foreign_keys(session)
        for each in range(number):
            _fill_once(session, database, folder, each)


def _without_foreign_keys(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))


def _fill_once(session: Session, database: Database, folder: Path, number: int) -> None:
    made: dict[str, int] = {}
    refs: dict[str, str] = {}
    for table in _wanted_tables():
        row = {
            column.name: _value(table, column, number, made, refs)
            for column in table.columns
            if not _is_left_out(column)
        }
        key = session.execute(insert(table).values(row).returning(*table.primary_key.columns)).first()
        made[table.name] = key[0] if key else 0
        refs[table.name] = row.get("ref", "")
    for sealed in SEALED:
        this = sealed.key == made[sealed.table.name]
        bound_to = session.execute(select(sealed.bound_to).select_from(sealed.table).where(this)).scalar_one()
        value = database.keys.seal(bound_to, document(number))
        session.execute(sealed.table.update().where(this).values({sealed.column.name: value}))
        if sealed.name == "stored_file.sealed_name":
            file_store.put(database.keys, folder, bound_to, b"a plan")


def _wanted_tables() -> list[Table]:
    """In the order of their foreign keys."""
    names = {sealed.table.name for sealed in SEALED}
    grew = True
    while grew:
        below = {key.column.table.name for table in tables.ALL if table.name in names for key in table.foreign_keys}
        grew = not below <= names
        names |= below
    return [table for table in tables.ALL if table.name in names]


def _is_left_out(column: Column[Any]) -> bool:
    if column.primary_key and not column.foreign_keys:
        return True
    return column.nullable and not column.foreign_keys and not column.name.startswith("sealed")


def _value(table: Table, column: Column[Any], number: int, made: dict[str, int], refs: dict[str, str]) -> Any:
    for key in column.foreign_keys:
        return (refs if key.column.name == "ref" else made).get(key.column.table.name)
    if column.name == "ref":
        return new_ref(_PREFIX.get(table.name, "xyz"))
    if allowed := _allowed(table, column):
        return allowed
    kind = column.type
    if isinstance(kind, type(Base.type_annotation_map[datetime])):
        return datetime(2026, 11, 18, 11 if column.name.startswith("until") else 10, tzinfo=UTC)
    if isinstance(kind, LargeBinary):
        return f"{number:08}".encode() + table.name.encode()
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, Date):
        return date(2026, 11, 18)
    assert isinstance(kind, String)
    return f"{column.name}-{number}"


def _allowed(table: Table, column: Column[Any]) -> str | None:
    """The first value that a check on the column allows."""
    for constraint in table.constraints:
        said = str(getattr(constraint, "sqltext", ""))
        if said.startswith(f"{column.name} IN ("):
            return said.split("(", 1)[1].split(",")[0].strip("'\") ")
    return None


def opened(database: Database, sealed: SealedColumn) -> list[Any]:
    """Every document of the column."""
    with database.read() as session:
        wanted = select(sealed.bound_to, sealed.column).where(sealed.column.is_not(None))
        rows = session.execute(wanted.order_by(sealed.key)).all()
    return [database.keys.open(bound_to, cast(bytes, value)) for bound_to, value in rows]
