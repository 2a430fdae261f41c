"""Every statement of the job that writes down by what children, placements and homes can be found."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Row, Table, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.core.bulk import Insertion
from hub.core.db import changed, connection_of
from hub.directory.models import Organisation
from hub.registry.models import UNSPREAD, Child, ChildIndex, HomeIndex, NameVariant, Placement, PlacementIndex

_VARIANT: Final = cast(Table, NameVariant.__table__)
_ADD_INDEX: Final = Insertion(cast(Table, ChildIndex.__table__))
_PLACEMENT_INDEX, _HOME_INDEX = cast(Table, PlacementIndex.__table__), cast(Table, HomeIndex.__table__)
_PLACES: Final[Mapping[Any, tuple[Table, str, Insertion]]] = {
    Placement: (_PLACEMENT_INDEX, "placement_id", Insertion(_PLACEMENT_INDEX)),
    Organisation: (_HOME_INDEX, "organisation_id", Insertion(_HOME_INDEX)),
}
_AT_ONCE: Final = 5_000
VariantRow = tuple[str, bytes, bytes]
"""(kind, variant, value)"""


Kind = type[Child] | type[Placement] | type[Organisation]
_WAITING: Final = text(UNSPREAD)
_HAS_PLACE: Final = {Child: (), Placement: (), Organisation: (text("sealed IS NOT NULL"),)}


def any_unspread(session: Session, kind: Kind) -> bool:
    """Whether there is one whose present version was not looked at yet."""
    return session.scalar(select(kind.id).where(*_HAS_PLACE[kind], _WAITING).limit(1)) is not None


def unspread(session: Session, kind: Kind, *, at_most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those (id, ref, sealed) that were not looked at yet, kept from other writers; those that others hold are left."""
    wanted = select(kind.id, kind.ref, kind.sealed).where(*_HAS_PLACE[kind], _WAITING).order_by(kind.id)
    return session.execute(wanted.limit(at_most).with_for_update(skip_locked=True, key_share=True)).all()


def mark_spread(session: Session, kind: Kind, ids: Collection[int]) -> None:
    """These were looked at, as they are now."""
    changed(session, update(kind).where(kind.id.in_(ids)).values(spread_version=kind.version))


def replace_pairs(session: Session, rows: Mapping[int, Collection[tuple[str, bytes]]]) -> None:
    """Put *rows* in the place of the ``name_pair`` rows that children have."""
    gone = delete(ChildIndex).where(ChildIndex.child_id.in_(list(rows)), ChildIndex.kind == "name_pair")
    changed(session, gone)
    listed = [
        {"kind": kind, "value": value, "child_id": number} for number, each in rows.items() for kind, value in each
    ]
    _ADD_INDEX.rows(session, listed)


def replace_places(session: Session, kind: Kind, rows: Mapping[int, Collection[tuple[str, bytes]]]) -> None:
    """Put *rows* in the place of those under which placements, or homes, can be found by where they are."""
    table, key, insertion = _PLACES[kind]
    changed(session, delete(table).where(table.c[key].in_(list(rows))))
    listed = [{"kind": name, "value": value, key: number} for number, each in rows.items() for name, value in each]
    insertion.rows(session, listed)


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
