"""Which episodes say otherwise than their placement, and which children are missing for long without a meeting asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from hub.missing.models import MissingEpisode
from hub.missing.states import STANDING
from hub.notify.models import Obligation
from hub.registry.models import Match, Placement

_PARTIES = (
    (MissingEpisode.placing_authority_id, Placement.placing_authority_id),
    (MissingEpisode.host_authority_id, Placement.host_authority_id),
    (MissingEpisode.provider_id, Placement.provider_id),
    (MissingEpisode.child_id, Placement.child_id),
)


def astray(session: Session, *, at_most: int) -> Sequence[int]:
    """Ids of episodes whose placement names another party, or was combined with another placement."""
    combined = exists().where(Match.own_placement_id == Placement.id, Match.state == "confirmed")
    differs = or_(*(mine.is_distinct_from(theirs) for mine, theirs in _PARTIES))
    wanted = select(MissingEpisode.id).join(Placement, Placement.id == MissingEpisode.placement_id)
    wanted = wanted.where(MissingEpisode.state.in_(STANDING), or_((Placement.state == "cancelled") & combined, differs))
    return session.scalars(wanted.order_by(MissingEpisode.id).limit(at_most)).all()


def lives_on_as(session: Session, placement_id: int) -> int | None:
    """The placement with which a cancelled one was combined; ``None`` where it was not."""
    wanted = (
        select(Match.placement_id)
        .join(Placement, Placement.id == Match.own_placement_id)
        .where(Match.own_placement_id == placement_id, Match.state == "confirmed", Placement.state == "cancelled")
    )
    return session.scalars(wanted.order_by(Match.id.desc()).limit(1)).first()


def without_meeting(session: Session, *, after: int, missing_before: datetime, at_most: int) -> Sequence[int]:
    """Ids of episodes that run on since before that instant and ask for no meeting yet; from after the id *after*."""
    asked = exists().where(
        Obligation.subject_ref == MissingEpisode.ref, Obligation.duty_code == "EREP", Obligation.state != "void"
    )
    wanted = select(MissingEpisode.id).where(
        MissingEpisode.state == "reported",
        MissingEpisode.missing_from_at <= missing_before,
        MissingEpisode.placing_authority_id.is_not(None),
        MissingEpisode.id > after,
        ~asked,
    )
    return session.scalars(wanted.order_by(MissingEpisode.id).limit(at_most)).all()
