"""Every statement that only evidence packs need."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.registry.models import Notice, Placement
from hub.registry.notice_queries import SENT


def versions(session: Session, notice_ids: Collection[int]) -> Sequence[Notice]:
    """These notices, the first version first."""
    return session.scalars(select(Notice).where(Notice.id.in_(notice_ids)).order_by(Notice.revision)).all()


def placement_ref(session: Session, placement_id: int | None) -> str | None:
    """The reference of a placement."""
    return session.scalar(select(Placement.ref).where(Placement.id == placement_id))


def correction_of(session: Session, notice_id: int) -> str | None:
    """The notice that supersedes this one; a correction that is still a draft does not."""
    return session.scalar(select(Notice.ref).where(Notice.supersedes_id == notice_id, Notice.state.in_(SENT)).limit(1))
