"""Every statement of a rotation: what stands under which key, and putting rows under another, a few at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.core.rotation_models import KeyRotation
from hub.core.sealed_models import SealedColumn

_ID_AT, _ID_LENGTH, _TAG_LENGTH = 2, 8, 4


def _key_id(column: Column[Any]) -> ColumnElement[Any]:
    return func.substr(column, _ID_AT, _ID_LENGTH, type_=column.type)


def is_under_another(column: Column[Any], tag: bytes) -> ColumnElement[bool]:
    """Condition: the blind index in *column* was made with another key than *tag*'s."""
    return func.substr(column, 1, _TAG_LENGTH, type_=column.type) != literal(tag, LargeBinary)


def sealed_under_each(session: Session, sealed: SealedColumn) -> dict[bytes, int]:
    """Key id → how many values of the column were sealed with it."""
    under = _key_id(sealed.column)
    wanted = select(under, func.count()).where(sealed.column.is_not(None)).group_by(under)
    return {bytes(key_id): number for key_id, number in session.execute(wanted)}


def indexed_under_each(session: Session, column: Column[Any]) -> dict[bytes, int]:
    """The tag of a key → how many blind indexes of the column were made with it."""
    under = func.substr(column, 1, _TAG_LENGTH, type_=column.type)
    wanted = select(under, func.count()).where(column.is_not(None)).group_by(under)
    return {bytes(tag): number for tag, number in session.execute(wanted)}


def under_another(
    session: Session,
    sealed: SealedColumn,
    key_id: bytes,
    *,
    also: ColumnElement[bool] | None = None,
    after: int,
    at_most: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The next rows (``key``, ``bound_to``, ``sealed``) whose value was not sealed with *key_id*, kept from other writers;
    *also* those of this condition.

    Rows that somebody else is changing are passed over: a rotation waits for nobody, and so keeps nobody waiting in a ring.
    """
    another: ColumnElement[bool] = _key_id(sealed.column) != literal(key_id, LargeBinary)
    wanted = (
        select(sealed.key.label("key"), sealed.bound_to.label("bound_to"), sealed.column.label("sealed"))
        .where(sealed.column.is_not(None), sealed.key > after)
        .where(another if also is None else or_(another, also))
        .order_by(sealed.key)
        .limit(at_most)
        .with_for_update(skip_locked=True, key_share=True, of=sealed.table)
    )
    return session.execute(wanted).all()


def reseal(session: Session, sealed: SealedColumn, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put other values in the place of those that were read: ``key``, ``was``, ``sealed``, and *more* columns by name."""
    if rows:
        more: dict[str, Any] = {name: bindparam(name) for name in rows[0].keys() - {"row_key", "was", "now"}}
        guarded = update(sealed.table).where(sealed.key == bindparam("row_key"), sealed.column == bindparam("was"))
        session.connection().execute(guarded.values({sealed.column.name: bindparam("now"), **more}), list(rows))


# ── Progress ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def progress_of(session: Session, key_id: str) -> dict[str, KeyRotation]:
    """How far the rotation to *key_id* has come, by part."""
    found = session.scalars(select(KeyRotation).where(KeyRotation.key_id == key_id))
    return {row.part: row for row in found}


def begin_part(session: Session, key_id: str, part: str, total: int, now: datetime) -> None:
    """A part of a rotation begins."""
    row = {"key_id": key_id, "part": part, "total": total, "done": 0, "unreadable": 0, "began_at": now}
    session.execute(insert(KeyRotation).values(row))


def more_to_do(session: Session, key_id: str, part: str, more: int) -> None:
    """A part was taken up again, and there is *more* to do than was known."""
    _part(session, key_id, part, {"total": KeyRotation.done + more, "ended_at": None})


def add_done(session: Session, key_id: str, part: str, number: int) -> None:
    """So many more of a part are done."""
    _part(session, key_id, part, {"done": KeyRotation.done + number})


def end_part(session: Session, key_id: str, part: str, unreadable: int, now: datetime) -> None:
    """Nothing more of a part stands under another key, but what does not open."""
    _part(session, key_id, part, {"unreadable": unreadable, "ended_at": now})


def _part(session: Session, key_id: str, part: str, values: Mapping[str, Any]) -> None:
    mine = update(KeyRotation).where(KeyRotation.key_id == key_id, KeyRotation.part == part)
    changed(session, mine.values(**values))
