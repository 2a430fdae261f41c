"""Every statement over what happened in one placement, and over the other placements of the child."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from hub.directory.models import Organisation
from hub.notify.models import Escalation, Obligation
from hub.registry import placement_queries
from hub.registry.models import Child, Match, Notice, Placement
from hub.registry.placement_queries import AnyRow, PlacementFilter

BY, TO = aliased(Organisation, name="owed_by"), aliased(Organisation, name="owed_to")


def owed_about(session: Session, subject_refs: Collection[str], organisation_id: int) -> Sequence[AnyRow]:
    """The obligations about these subjects that the organisation owes or is owed, oldest first, with their parties' names."""
    wanted: Any = select(Obligation, BY.name.label("by_name"), TO.name.label("to_name"))
    wanted = wanted.outerjoin(BY, BY.id == Obligation.owed_by_id).outerjoin(TO, TO.id == Obligation.owed_to_id)
    party = or_(Obligation.owed_by_id == organisation_id, Obligation.owed_to_id == organisation_id)
    rows: Sequence[AnyRow] = session.execute(
        wanted.where(Obligation.subject_ref.in_(subject_refs), party).order_by(Obligation.id)
    ).all()
    return rows


def steps_for(session: Session, obligation_ids: Collection[int]) -> Sequence[Escalation]:
    """The steps of ladders taken for these obligations, oldest first."""
    wanted = select(Escalation).where(Escalation.obligation_id.in_(obligation_ids))
    return session.scalars(wanted.order_by(Escalation.id)).all() if obligation_ids else []


def matches_of(session: Session, placement_id: int) -> Sequence[Match]:
    """What was thought to be the same as this placement, oldest first."""
    either = or_(Match.placement_id == placement_id, Match.own_placement_id == placement_id)
    return session.scalars(select(Match).where(either).order_by(Match.id)).all()


def other_placements(session: Session, placement: Placement) -> Sequence[AnyRow]:
    """The placements of the same child, under whichever row, by the same placing authority, newest first; not *placement*."""
    same = select(Child.id).where(
        or_(
            Child.id == placement.child_id,
            Child.merged_into_id == placement.child_id,
            Child.id.in_(select(Child.merged_into_id).where(Child.id == placement.child_id)),
        )
    )
    wanted = placement_queries.shown().where(
        Placement.child_id.in_(same),
        Placement.placing_authority_id == placement.placing_authority_id,
        Placement.id != placement.id,
        Placement.state != "cancelled",
    )
    return session.execute(wanted.order_by(Placement.starts_at.desc(), Placement.id.desc()).limit(100)).all()


def own_placements(
    session: Session, wanted: PlacementFilter, organisation_id: int, among: Any, *, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    """A page of a placing authority's own placements, newest first (*among*: a statement that selects ids)."""
    rows = placement_queries.shown().where(Placement.placing_authority_id == organisation_id)
    rows = rows.where(Placement.state == wanted.state if wanted.state else Placement.state != "cancelled")
    if wanted.relation:
        rows = rows.where(Placement.relation == wanted.relation)
    if among is not None:
        rows = rows.where(Placement.id.in_(among))
    if after:
        rows = rows.where(Placement.id < select(Placement.id).where(Placement.ref == after).scalar_subquery())
    return session.execute(rows.order_by(Placement.id.desc()).limit(at_most)).all()


def placements_told_of(session: Session, subject_refs: Collection[str], organisation_id: int) -> dict[str, AnyRow]:
    """For references of placements and notices the placement that each is about, as far as the organisation may know of it."""
    if not subject_refs:
        return {}
    found = session.execute(select(Notice.ref, Notice.placement_id).where(Notice.ref.in_(subject_refs)))
    by_notice = {row.ref: row.placement_id for row in found}
    about = or_(Placement.ref.in_(subject_refs), Placement.id.in_([n for n in by_notice.values() if n]))
    rows = session.execute(placement_queries.shown().where(about, placement_queries.may_see(organisation_id))).all()
    by_id, by_ref = {row.Placement.id: row for row in rows}, {row.Placement.ref: row for row in rows}
    told = {ref: by_id[number] for ref, number in by_notice.items() if number in by_id}
    return told | {ref: by_ref[ref] for ref in subject_refs if ref in by_ref}
