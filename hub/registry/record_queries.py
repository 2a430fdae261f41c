"""Everything that the hub refers to by a reference and that is about one child, as far as one organisation is party to it."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from hub.notify.models import Obligation
from hub.registry.models import Approval, Child, Match, Notice, NoticeFile, NoticeRecipient, Placement, StoredFile


def placements_behind(session: Session, ref: str) -> Sequence[int]:
    """The placements that *ref* is, or is about: a placement, a child, a notice, a file, a duty, an approval, a match."""
    of_obligation = select(Obligation.subject_ref).where(Obligation.ref == ref)
    of_file = select(NoticeFile.notice_id).join(StoredFile, StoredFile.id == NoticeFile.file_id)
    behind = or_(
        Placement.ref == ref,
        Placement.ref.in_(of_obligation),
        Placement.child_id.in_(select(Child.id).where(Child.ref == ref)),
        Placement.id.in_(select(Notice.placement_id).where(Notice.ref == ref)),
        Placement.id.in_(select(Notice.placement_id).where(Notice.id.in_(of_file.where(StoredFile.ref == ref)))),
        Placement.id.in_(select(Approval.placement_id).where(Approval.ref == ref)),
        Placement.id.in_(select(Match.placement_id).where(Match.ref == ref)),
    )
    return session.scalars(select(Placement.id).where(behind)).all()


def same_child(session: Session, placement_ids: Collection[int], organisation_id: int) -> Sequence[int]:
    """The placements of the same children as these, as far as the organisation is party to them."""
    mine = _is_party(organisation_id)
    children = select(Placement.child_id).where(Placement.id.in_(placement_ids), mine)
    return session.scalars(select(Placement.id).where(Placement.child_id.in_(children), mine)).all()


def _is_party(organisation_id: int) -> ColumnElement[bool]:
    """Condition on a placement: the organisation places, hosts, polices or provides it, or sent or was sent a notice of it."""
    p = Placement
    received = select(NoticeRecipient.notice_id).where(NoticeRecipient.organisation_id == organisation_id)
    notices = select(Notice.placement_id).where(or_(Notice.sender_id == organisation_id, Notice.id.in_(received)))
    parties = (p.placing_authority_id, p.host_authority_id, p.police_force_id, p.provider_id)
    return or_(*(party == organisation_id for party in parties), p.id.in_(notices))


def refs_of(session: Session, placement_ids: Collection[int]) -> tuple[list[str], list[str]]:
    """The references of these placements; and those of what is about them: child, notices, files, duties, approvals, matches."""
    placements = session.scalars(select(Placement.ref).where(Placement.id.in_(placement_ids))).all()
    about_notices = select(Notice.id).where(Notice.placement_id.in_(placement_ids))
    files = select(NoticeFile.file_id).where(NoticeFile.notice_id.in_(about_notices))
    others = (
        select(Child.ref).join(Placement, Placement.child_id == Child.id).where(Placement.id.in_(placement_ids)),
        select(Notice.ref).where(Notice.placement_id.in_(placement_ids)),
        select(StoredFile.ref).where(StoredFile.id.in_(files)),
        select(Obligation.ref).where(Obligation.subject_ref.in_(placements)),
        select(Approval.ref).where(Approval.placement_id.in_(placement_ids)),
        select(Match.ref).where(Match.placement_id.in_(placement_ids)),
    )
    found = {ref for wanted in others for ref in session.scalars(wanted)}
    return sorted(placements), sorted(found)
