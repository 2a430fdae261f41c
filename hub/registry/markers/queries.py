"""Every statement over markers. The hot path is one INSERT, however many markers a notice has."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import changed
from hub.directory.models import Organisation
from hub.registry.markers.models import MarkerVersion
from hub.registry.models import Placement

_MARKER = cast(Table, MarkerVersion.__table__)
_ADD = Insertion(_MARKER)
_AUTHOR, _BY = aliased(Organisation, name="author"), aliased(Organisation, name="by")
RUNNING = ("proposed", "unconfirmed", "confirmed")

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert versions in one statement."""
    _ADD.rows(session, rows)


def supersede(session: Session, marker_refs: Collection[str], *, now: datetime) -> int:
    """What stands of these markers stands no longer; how many did."""
    if not marker_refs:
        return 0
    standing = update(MarkerVersion).where(MarkerVersion.marker_ref.in_(marker_refs), MarkerVersion.state == "current")
    return changed(session, standing.values(state="superseded", ended_at=now))


def supersede_at(session: Session, marker_ref: str, version: int, *, now: datetime) -> int:
    """The same of one marker, if it still is at *version*; how many rows changed (0: somebody was faster)."""
    m = MarkerVersion
    guarded = update(m).where(m.marker_ref == marker_ref, m.version == version, m.state == "current")
    return changed(session, guarded.values(state="superseded", ended_at=now))


def _named() -> AnySelect:
    named: AnySelect = select(MarkerVersion, _AUTHOR, _BY).join(_AUTHOR, _AUTHOR.id == MarkerVersion.author_id)
    return named.join(_BY, _BY.id == MarkerVersion.by_id)


def current(session: Session, placement_ids: Collection[int]) -> Sequence[AnyRow]:
    """What stands for these placements, with the author's organisation and that of the version, in the order of saying."""
    if not placement_ids:
        return []
    return session.execute(_CURRENT, {"placements": list(placement_ids)}).all()


_CURRENT: AnySelect = (
    _named()
    .where(
        MarkerVersion.placement_id.in_(bindparam("placements", expanding=True)),
        MarkerVersion.state == "current",
    )
    .order_by(MarkerVersion.id)
)
"""Made once: every child that is shown to the police is asked for its markers."""


def versions(session: Session, placement_id: int) -> Sequence[AnyRow]:
    """Every version of every marker of a placement, oldest first."""
    return session.execute(_named().where(MarkerVersion.placement_id == placement_id).order_by(MarkerVersion.id)).all()


def latest(session: Session, marker_ref: str) -> AnyRow | None:
    """The newest version of a marker with its placement, kept from other writers."""
    wanted: AnySelect = select(MarkerVersion, Placement).join(Placement, Placement.id == MarkerVersion.placement_id)
    wanted = wanted.where(MarkerVersion.marker_ref == marker_ref, MarkerVersion.state != "superseded")
    return session.execute(wanted.with_for_update(of=MarkerVersion).execution_options(populate_existing=True)).first()


# --- placements become one, and two again -----------------------------------------------------------------------------


def on(session: Session, placement_id: int) -> list[str]:
    """The markers, standing or not, that stand on a placement."""
    wanted = select(MarkerVersion.marker_ref).where(MarkerVersion.placement_id == placement_id).distinct()
    return list(session.scalars(wanted.order_by(MarkerVersion.marker_ref)))


def told_by(session: Session, placement_id: int, notice_refs: Collection[str]) -> list[str]:
    """The markers of a placement that any of these notices named."""
    m = MarkerVersion
    wanted = select(m.marker_ref).where(m.placement_id == placement_id, m.notice_ref.in_(notice_refs)).distinct()
    return list(session.scalars(wanted.order_by(m.marker_ref)))


def put(session: Session, marker_refs: Collection[str], placement_id: int) -> None:
    """Put markers, with their history, on a placement."""
    if marker_refs:
        changed(
            session,
            update(MarkerVersion).where(MarkerVersion.marker_ref.in_(marker_refs)).values(placement_id=placement_id),
        )


# --- reviews ----------------------------------------------------------------------------------------------------------


def due_for_review(session: Session, *, on: date, reminded_before: datetime, at_most: int) -> Sequence[AnyRow]:
    """Markers of running placements whose day of review has come, and whose author was not reminded lately."""
    m = MarkerVersion
    wanted: AnySelect = select(
        m.id, m.marker_ref, m.author_id, m.review_on, m.version, m.reminded_at, Placement.ref.label("placement_ref")
    ).join(Placement, Placement.id == m.placement_id)
    wanted = wanted.where(m.state == "current", m.review_on <= on, Placement.state.in_(RUNNING))
    wanted = wanted.where(or_(m.reminded_at.is_(None), m.reminded_at <= reminded_before))
    return session.execute(wanted.order_by(m.review_on, m.id).limit(at_most)).all()


def mark_reminded(session: Session, row: AnyRow, *, now: datetime) -> int:
    """Note that a reminder goes out; how many rows changed (0: another process reminds, or it changed)."""
    m = MarkerVersion
    unchanged = m.reminded_at.is_(None) if row.reminded_at is None else m.reminded_at == row.reminded_at
    return changed(session, update(m).where(m.id == row.id, m.state == "current", unchanged).values(reminded_at=now))
