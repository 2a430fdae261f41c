"""Every statement over the variants of names."""

from collections.abc import Collection, Sequence
from typing import Any, Final, cast

from sqlalchemy import Row, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.core.db import changed, connection_of
from hub.registry.models import Child, NameVariant

_VARIANT: Final = cast(Table, NameVariant.__table__)
_AT_ONCE: Final = 5_000
VariantRow = tuple[str, bytes, bytes]
"""(kind, variant, value)"""


def any_unspread(session: Session) -> bool:
    """Whether there is a child whose names were not looked at yet."""
    return session.scalar(select(Child.id).where(Child.names_spread.is_(False)).limit(1)) is not None


def unspread(session: Session, *, at_most: int) -> Sequence[Row[int, str, bytes]]:
    """Children (id, ref, sealed) whose names were not looked at yet, kept from other writers; those that others hold are left."""
    wanted = select(Child.id, Child.ref, Child.sealed).where(Child.names_spread.is_(False)).order_by(Child.id)
    return session.execute(wanted.limit(at_most).with_for_update(skip_locked=True, key_share=True)).all()


def mark_spread(session: Session, child_ids: Collection[int]) -> None:
    """The names of these children were looked at."""
    changed(session, update(Child).where(Child.id.in_(child_ids)).values(names_spread=True))


def known(session: Session, rows: Collection[VariantRow]) -> set[VariantRow]:
    """Of *rows*, those that are there."""
    wanted = select(_VARIANT.c.kind, _VARIANT.c.variant, _VARIANT.c.value)
    wanted = wanted.where(
        _VARIANT.c.kind.in_({row[0] for row in rows}), _VARIANT.c.variant.in_([row[1] for row in rows])
    )
    found: Sequence[Any] = connection_of(session).execute(wanted).all() if rows else []
    return {(kind, bytes(variant), bytes(value)) for kind, variant, value in found}.intersection(rows)


def add_variants(session: Session, rows: Sequence[VariantRow]) -> None:
    """Insert variants; one that another process has just inserted is left as it is."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(_VARIANT).on_conflict_do_nothing()
    named = [{"kind": kind, "variant": variant, "value": value} for kind, variant, value in sorted(set(rows))]
    for start in range(0, len(named), _AT_ONCE):
        connection_of(session).execute(added, named[start : start + _AT_ONCE])


def values_near(session: Session, kind: str, variants: Collection[bytes]) -> list[bytes]:
    """The values of the names of *kind* that stand under any of *variants*, each once."""
    wanted = select(_VARIANT.c.value).distinct().where(_VARIANT.c.kind == kind, _VARIANT.c.variant.in_(variants))
    return list(connection_of(session).execute(wanted).scalars())
