"""Every statement over the host's register: other councils' children who live, or lived, in its area."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from hub.registry.content import ARRIVALS, PLACING_KINDS
from hub.registry.models import Child, ChildIndex, Notice, Placement
from hub.registry.placement_queries import PLACING, AnyRow, AnySelect, shown

PROVENANCES: Final = ("notified", "inferred", "discovered")
ORDERS: Final = ("newest", "starts", "placing_authority", "name")
"""How a register is sorted: last entered first, last arrived first, by council, by family name."""
_STARTS: Final = ("placement_start", "placement_move")


@dataclass(frozen=True)
class RegisterFilter:
    """Which entries are wanted: every field that is not ``None`` narrows."""

    ended: bool = False
    provenance: str | None = None
    setting: str | None = None
    placing_authority: str | None = None
    """Its GSS code."""
    relation: str | None = None
    area_confirmed: bool | None = None
    since: datetime | None = None
    """Arrived then or later."""


def register_of(
    session: Session, host_id: int, wanted: RegisterFilter, *, order: str, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    """A page of the register in one of :data:`ORDERS` but ``name``, from after the placement *after*."""
    rows = _narrowed(shown(), host_id, wanted)
    if after:
        rows = rows.where(_comes_after(order, after))
    return session.execute(rows.order_by(*_ORDER_BY[order]).limit(at_most)).all()


def entries(session: Session, host_id: int, wanted: RegisterFilter, refs: Collection[str]) -> Mapping[str, AnyRow]:
    """Entries of a register by the references of their placements; those that are not *wanted* in it are left out."""
    rows = session.execute(_narrowed(shown(), host_id, wanted).where(Placement.ref.in_(refs))).all()
    return {row.Placement.ref: row for row in rows}


def candidates(
    session: Session,
    host_id: int,
    wanted: RegisterFilter,
    *,
    indexed: Collection[tuple[str, bytes]] = (),
    ref: str | None = None,
    at_most: int,
) -> Sequence[AnyRow]:
    """``placement_ref, child_ref, sealed`` of the entries whose child stands under any of *indexed*, or whose own or whose
    notice's reference is *ref*; of all, where neither is given. Newest first."""
    rows: AnySelect = select(Placement.ref.label("placement_ref"), Child.ref.label("child_ref"), Child.sealed)
    rows = _narrowed(rows.join(Child, Child.id == Placement.child_id), host_id, wanted)
    found = [_indexed(kind, value) for kind, value in indexed]
    if ref:
        found += [Placement.ref == ref, _has_notice(Notice.ref == ref, Notice.state != "draft")]
    if found:
        rows = rows.where(or_(*found))
    return session.execute(rows.order_by(Placement.id.desc()).limit(at_most)).all()


def counts(session: Session, host_id: int, wanted: RegisterFilter) -> Sequence[AnyRow]:
    """How many entries: ``provenance, name, gss_code, entries`` for each provenance and placing authority."""
    provenance = _provenance().label("provenance")
    rows: AnySelect = select(provenance, PLACING.name, PLACING.gss_code, func.count().label("entries"))
    rows = rows.select_from(Placement).outerjoin(PLACING, PLACING.id == Placement.placing_authority_id)
    return session.execute(_narrowed(rows, host_id, wanted).group_by(provenance, PLACING.name, PLACING.gss_code)).all()


def placing_authorities(session: Session, host_id: int) -> Sequence[int]:
    """The ids of the councils whose children are, or were, in the register."""
    rows = select(Placement.placing_authority_id).where(Placement.host_authority_id == host_id).distinct()
    return [number for number in session.scalars(rows) if number is not None]


# --- conditions -------------------------------------------------------------------------------------------------------


def _narrowed(rows: AnySelect, host_id: int, wanted: RegisterFilter) -> AnySelect:
    """*rows* of other councils' children in the host's area, as far as they are *wanted*."""
    living = ("ended",) if wanted.ended else ("unconfirmed", "confirmed")
    conditions: list[ColumnElement[bool] | None] = [
        Placement.host_authority_id == host_id,
        Placement.placing_authority_id.is_distinct_from(host_id),
        Placement.state.in_(living),
        _provenance() == wanted.provenance if wanted.provenance else None,
        Placement.setting == wanted.setting if wanted.setting else None,
        _of_council(wanted.placing_authority) if wanted.placing_authority else None,
        Placement.relation == wanted.relation if wanted.relation else None,
        Placement.area_confirmed.is_(wanted.area_confirmed) if wanted.area_confirmed is not None else None,
        Placement.starts_at >= wanted.since if wanted.since else None,
    ]
    return rows.where(*(each for each in conditions if each is not None))


def _of_council(gss_code: str) -> ColumnElement[bool]:
    return Placement.placing_authority_id == select(PLACING.id).where(PLACING.gss_code == gss_code).scalar_subquery()


def _provenance() -> ColumnElement[str]:
    """As ``views.provenance_of``: by the kinds of notices that stand."""
    notified = _has_notice(Notice.state == "registered", Notice.kind.in_(_STARTS))
    inferred = _has_notice(Notice.state == "registered", Notice.kind.in_((*ARRIVALS, *PLACING_KINDS)))
    return case((notified, "notified"), (inferred, "inferred"), else_="discovered")


def _has_notice(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Notice.placement_id == Placement.id, *conditions).correlate(Placement)


def _indexed(kind: str, value: bytes) -> ColumnElement[bool]:
    here = (ChildIndex.child_id == Placement.child_id, ChildIndex.kind == kind, ChildIndex.value == value)
    return exists().where(*here).correlate(Placement)


# --- order ------------------------------------------------------------------------------------------------------------

_COUNCIL: Final = func.coalesce(PLACING.name, "")
_ORDER_BY: Final[Mapping[str, tuple[Any, ...]]] = {
    "newest": (Placement.id.desc(),),
    "starts": (Placement.starts_at.desc(), Placement.id.desc()),
    "placing_authority": (_COUNCIL, Placement.id.desc()),
}


def _comes_after(order: str, ref: str) -> ColumnElement[bool]:
    """Condition: the entry stands after the placement *ref*."""
    older: ColumnElement[bool] = Placement.id < _of(ref, Placement.id)
    if order == "starts":
        started = _of(ref, Placement.starts_at)
        return or_(Placement.starts_at < started, and_(Placement.starts_at == started, older))
    if order == "placing_authority":
        council = _of(ref, _COUNCIL)
        return or_(council < _COUNCIL, and_(council == _COUNCIL, older))
    return older


def _of(ref: str, column: Any) -> Any:
    """What *column* holds of the placement *ref*."""
    rows = select(column).select_from(Placement).outerjoin(PLACING, PLACING.id == Placement.placing_authority_id)
    return rows.where(Placement.ref == ref).correlate(None).scalar_subquery()
