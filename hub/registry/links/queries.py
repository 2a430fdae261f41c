"""Every statement about which placements may be the same, and about what was decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, desc, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.db import connection_of
from hub.core.turns import take_turns
from hub.registry.models import Approval, Child, ChildIndex, Match, Notice, Placement

AnyRow = Row[*tuple[Any, ...]]
CANDIDATES_AT_MOST = 60
"""How many placements are opened and compared for one notice: those with the most index rows in common come first."""


@dataclass(frozen=True)
class Parties:
    """The organisations that a notice names."""

    placing_authority_id: int | None
    host_authority_id: int | None
    provider_id: int | None


def _candidates() -> Select[*tuple[Any, ...]]:
    index, child, place = (cast(Table, model.__table__).c for model in (ChildIndex, Child, Placement))
    hits = (
        select(index.child_id, func.count().label("hits"))
        .where(
            index.kind.in_(bindparam("kinds", expanding=True)), index.value.in_(bindparam("blinded", expanding=True))
        )
        .group_by(index.child_id)
        .subquery("hit")
    )
    # A placement with a party in common, or of which a party is not known yet.
    may_concern = or_(
        place.placing_authority_id == bindparam("placing_authority_id"),
        place.host_authority_id == bindparam("host_authority_id"),
        place.provider_id == bindparam("provider_id"),
        place.placing_authority_id.is_(None),
        place.host_authority_id.is_(None),
    )
    return (
        select(
            place.id.label("placement_id"),
            place.ref.label("placement_ref"),
            place.child_id,
            place.placing_authority_id,
            place.host_authority_id,
            place.police_force_id,
            place.provider_id,
            place.state,
            place.starts_at,
            place.ends_at,
            place.sealed,
            child.ref.label("described_ref"),
            child.sealed.label("described"),
        )
        .select_from(hits)
        .join(Child.__table__, child.id == hits.c.child_id)
        .join(Placement.__table__, place.child_id.in_([child.id, child.merged_into_id]))
        .where(place.state != "cancelled", may_concern)
        .order_by(desc(hits.c.hits), desc(place.id))
        .limit(CANDIDATES_AT_MOST)
    )


_CANDIDATES = _candidates()
"""Made once: putting this statement together costs more than running it, and every notice runs it."""


def candidates(session: Session, rows: Sequence[tuple[str, bytes]], parties: Parties) -> Sequence[AnyRow]:
    """Placements of children that share an index row with the one told of, and that the same organisations may know.

    One statement, by the index's own key. A child merged into another is still found under what it was first called.
    """
    asked = {"kinds": sorted({kind for kind, _ in rows}), "blinded": [value for _, value in rows], **vars(parties)}
    return connection_of(session).execute(_CANDIDATES, asked).all()


def queue_for(session: Session, keys: Collection[bytes]) -> None:
    """Let one notice about the same child through at a time, until the end of the transaction.

    *keys*: one blind index of the child, under each key of the ring: two processes of which one has been given a new key have
    another in common. Two senders may tell of one child in one instant, and neither would see the other.
    """
    take_turns(session, keys)


def add_matches(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert matches in one statement."""
    session.execute(insert(Match), rows)


OWN = aliased(Placement, name="own")
_FRESH = {"populate_existing": True}


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
    return session.execute(wanted.order_by(Match.id).limit(at_most), execution_options=_FRESH).all()


def shown(session: Session, ref: str, *, organisation_id: int) -> AnyRow | None:
    """One match with the references of what it is between, if *organisation_id* may see both sides."""
    wanted = _shown().where(Match.ref == ref, _seen_by(organisation_id))
    return session.execute(wanted, execution_options=_FRESH).first()


# ── Merging and parting ───────────────────────────────────────────────────────────────────────────────────────────────

_UNSYNCED = {"synchronize_session": False}


def notices_on(session: Session, placement_id: int) -> Sequence[Notice]:
    """Every notice about a placement, drafts and corrected ones included, in order."""
    wanted = select(Notice).where(Notice.placement_id == placement_id).order_by(Notice.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def notice(session: Session, notice_id: int) -> Notice:
    """The notice with this id, as it is now."""
    wanted = select(Notice).where(Notice.id == notice_id).execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def move_notices(session: Session, notice_ids: Collection[int], placement_id: int) -> None:
    """These notices are about this placement. What they say does not change."""
    theirs = update(Notice).where(Notice.id.in_(list(notice_ids)))
    session.execute(theirs.values(placement_id=placement_id), execution_options=_UNSYNCED)


def approvals_on(session: Session, placement_id: int) -> Sequence[Approval]:
    """The approvals of a placement."""
    return session.scalars(select(Approval).where(Approval.placement_id == placement_id).order_by(Approval.id)).all()


def move_approvals(session: Session, approval_ids: Collection[int], placement_id: int) -> None:
    """These approvals are of this placement."""
    if approval_ids:
        theirs = update(Approval).where(Approval.id.in_(list(approval_ids)))
        session.execute(theirs.values(placement_id=placement_id), execution_options=_UNSYNCED)


def root_of(session: Session, child_id: int) -> int:
    """The child that *child_id* was merged into, or itself."""
    wanted = select(func.coalesce(Child.merged_into_id, Child.id)).where(Child.id == child_id)
    return int(session.execute(wanted).scalar_one())


def merged_into(session: Session, child_id: int) -> list[int]:
    """The children that were merged into *child_id*."""
    return list(session.scalars(select(Child.id).where(Child.merged_into_id == child_id)))


def merge_children(session: Session, child_ids: Collection[int], into_id: int | None) -> None:
    """These children are the child *into_id*; ``None``: they are children of their own again."""
    if child_ids:
        theirs = update(Child).where(Child.id.in_(list(child_ids)))
        changed = theirs.values(merged_into_id=into_id, version=Child.version + 1)
        session.execute(changed, execution_options=_UNSYNCED)


def other_matches(session: Session, placement_id: int, *, apart_from: int) -> Sequence[Match]:
    """Undecided matches with this placement on either side, apart from one."""
    either = or_(Match.placement_id == placement_id, Match.own_placement_id == placement_id)
    wanted = select(Match).where(either, Match.state == "doubtful", Match.id != apart_from).order_by(Match.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def set_sides(session: Session, match_id: int, placement_id: int, own_placement_id: int | None) -> None:
    """The two placements that a match is about."""
    values = {"placement_id": placement_id, "own_placement_id": own_placement_id}
    session.execute(update(Match).where(Match.id == match_id).values(values), execution_options=_UNSYNCED)


def keep_undo(session: Session, match_id: int, sealed: bytes) -> None:
    """Keep, sealed, what is needed to undo a match."""
    theirs = update(Match).where(Match.id == match_id).values(sealed_undo=sealed)
    session.execute(theirs, execution_options=_UNSYNCED)
