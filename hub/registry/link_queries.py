"""Every statement about which placements may be the same, and about what was decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, desc, func, insert, or_, select, text
from sqlalchemy.orm import Session, aliased

from hub.registry.models import Child, ChildIndex, Match, Notice, Placement

AnyRow = Row[*tuple[Any, ...]]
CANDIDATES_AT_MOST = 60
"""How many placements are opened and compared for one notice: those with the most index rows in common come first."""


@dataclass(frozen=True)
class Parties:
    """The organisations that a notice names."""

    placing_authority_id: int | None
    host_authority_id: int | None
    provider_id: int | None


def candidates(session: Session, rows: Sequence[tuple[str, bytes]], parties: Parties) -> Sequence[AnyRow]:
    """Placements of children that share an index row with the one told of, and that the same organisations may know.

    One statement, by the index's own key. A child merged into another is still found under what it was first called.
    """
    kinds, values = {kind for kind, _ in rows}, [value for _, value in rows]
    hits = (
        select(ChildIndex.child_id, func.count().label("hits"))
        .where(ChildIndex.kind.in_(sorted(kinds)), ChildIndex.value.in_(values))
        .group_by(ChildIndex.child_id)
        .subquery("hit")
    )
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Placement.id.label("placement_id"),
            Placement.ref.label("placement_ref"),
            Placement.child_id,
            Placement.placing_authority_id,
            Placement.host_authority_id,
            Placement.police_force_id,
            Placement.provider_id,
            Placement.state,
            Placement.starts_at,
            Placement.ends_at,
            Placement.sealed,
            Child.ref.label("described_ref"),
            Child.sealed.label("described"),
        )
        .join(Child, Child.id == hits.c.child_id)
        .join(Placement, Placement.child_id.in_([Child.id, Child.merged_into_id]))
        .where(Placement.state != "cancelled", _may_concern(parties))
        .order_by(desc(hits.c.hits), desc(Placement.id))
        .limit(CANDIDATES_AT_MOST)
    )
    return session.execute(wanted).all()


def _may_concern(parties: Parties) -> ColumnElement[bool]:
    """A placement with a party in common, or of which a party is not known yet."""
    p = Placement
    return or_(
        p.placing_authority_id == parties.placing_authority_id,
        p.host_authority_id == parties.host_authority_id,
        p.provider_id == parties.provider_id,
        p.placing_authority_id.is_(None),
        p.host_authority_id.is_(None),
    )


def queue_for(session: Session, key: bytes) -> None:
    """Let one notice about the same child through at a time, until the end of the transaction.

    Two senders may tell of one child in one instant, and neither would see the other. SQLite's writers queue anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(key[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def add_matches(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert matches in one statement."""
    session.execute(insert(Match), rows)


OWN = aliased(Placement, name="own")


def _seen_by(organisation_id: int) -> ColumnElement[bool]:
    """Condition: that organisation is placing or host authority of both placements, and so may see both.

    A match that linked by itself has one placement only, whose authorities may see it.
    """
    known = or_(Placement.placing_authority_id == organisation_id, Placement.host_authority_id == organisation_id)
    own = or_(OWN.placing_authority_id == organisation_id, OWN.host_authority_id == organisation_id)
    return known & or_(Match.own_placement_id.is_(None), own)


def _shown() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Match,
            Notice.ref.label("notice_ref"),
            Notice.kind.label("notice_kind"),
            Placement.ref.label("placement_ref"),
            OWN.ref.label("own_placement_ref"),
        )
        .join(Notice, Notice.id == Match.notice_id)
        .join(Placement, Placement.id == Match.placement_id)
        .outerjoin(OWN, OWN.id == Match.own_placement_id)
    )


def listed(
    session: Session, *, organisation_id: int, states: Collection[str], after: str | None, at_most: int
) -> Sequence[AnyRow]:
    """Matches that *organisation_id* may see, oldest first, from after the reference *after*."""
    wanted = _shown().where(Match.state.in_(states), _seen_by(organisation_id))
    if after:
        wanted = wanted.where(Match.id > select(Match.id).where(Match.ref == after).scalar_subquery())
    return session.execute(wanted.order_by(Match.id).limit(at_most)).all()


def shown(session: Session, ref: str, *, organisation_id: int) -> AnyRow | None:
    """One match with the references of what it is between, if *organisation_id* may see both sides."""
    return session.execute(_shown().where(Match.ref == ref, _seen_by(organisation_id))).first()
