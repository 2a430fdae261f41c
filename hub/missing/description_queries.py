"""Every statement over what became known of described children."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub.missing.models import EpisodeDescription


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a description."""
    session.execute(insert(EpisodeDescription).values(dict(row)))


def descriptions_of(session: Session, ids: Collection[int]) -> Sequence[EpisodeDescription]:
    """What became known of these episodes' children, in the order in which it was recorded."""
    wanted = select(EpisodeDescription).where(EpisodeDescription.episode_id.in_(list(ids)))
    return session.scalars(wanted.order_by(EpisodeDescription.id)).all()
