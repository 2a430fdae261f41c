"""Every statement over patterns: pairs of episodes, and places by their keyed index, of what concerns one host or force."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from hub.missing.models import EpisodeCompanion, EpisodeForce, EpisodePlace, EpisodeReport, EpisodeStep, MissingEpisode
from hub.missing.states import STANDING
from hub.registry.models import Child

AnyRow = Row[*tuple[Any, ...]]
_CONCERNS = ("placed", "reported", "found")


def _concerns(episode: Any, organisation_id: int) -> ColumnElement[bool]:
    """Condition: the organisation is the host, or a force in whose area or to whom it happened."""
    force = exists().where(
        EpisodeForce.episode_id == episode.id,
        EpisodeForce.force_id == organisation_id,
        EpisodeForce.part.in_(_CONCERNS),
    )
    return or_(episode.host_authority_id == organisation_id, force)


def pairs(session: Session, organisation_id: int, *, since: datetime) -> Sequence[AnyRow]:
    """The pairs of episodes of children missing together, both of which concern the organisation."""
    one, other = aliased(MissingEpisode, name="one"), aliased(MissingEpisode, name="other")
    mine, theirs = aliased(Child, name="mine"), aliased(Child, name="theirs")
    wanted = (
        select(
            func.coalesce(mine.merged_into_id, mine.id).label("one_child"),
            func.coalesce(theirs.merged_into_id, theirs.id).label("other_child"),
            one.ref.label("one_ref"),
            other.ref.label("other_ref"),
            one.missing_from_at.label("at"),
        )
        .select_from(EpisodeCompanion)
        .join(one, one.id == EpisodeCompanion.episode_id)
        .join(other, other.id == EpisodeCompanion.with_id)
        .join(mine, mine.id == one.child_id)
        .join(theirs, theirs.id == other.child_id)
        .where(one.missing_from_at >= since, one.state.in_(STANDING), other.state.in_(STANDING))
        .where(_concerns(one, organisation_id), _concerns(other, organisation_id))
    )
    return session.execute(wanted.order_by(one.id)).all()


def places(session: Session, organisation_id: int, *, since: datetime, without: Collection[bytes]) -> Sequence[AnyRow]:
    """The places of the episodes that concern the organisation and share a place with another of those."""
    part, root = aliased(MissingEpisode, name="part"), aliased(MissingEpisode, name="root")
    rows = (
        select(EpisodePlace.kind, EpisodePlace.place_index, root.ref, root.child_id, root.missing_from_at.label("at"))
        .join(part, part.id == EpisodePlace.episode_id)
        .join(root, root.id == func.coalesce(part.merged_into_id, part.id))
        .where(root.missing_from_at >= since, root.state.in_(STANDING), _concerns(root, organisation_id))
        .where(EpisodePlace.place_index.not_in(list(without)), _stands())
    )
    return session.execute(rows.order_by(EpisodePlace.id)).all()


def _stands() -> ColumnElement[bool]:
    """Condition: what the place was said in was not taken back."""
    gone = [
        exists().where(model.ref == EpisodePlace.said_in, model.taken_back_at.is_not(None))
        for model in (EpisodeReport, EpisodeStep)
    ]
    return ~or_(*gone)
