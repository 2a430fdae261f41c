"""Every statement over organisations' own thresholds, and over episodes that pass one while time goes by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.missing.models import MissingEpisode, MissingThresholds


def newest(session: Session, organisation_id: int) -> MissingThresholds | None:
    """The newest version of the organisation's own thresholds."""
    own = select(MissingThresholds).where(MissingThresholds.organisation_id == organisation_id)
    own = own.order_by(MissingThresholds.version.desc()).limit(1)
    return session.scalars(own.execution_options(populate_existing=True)).first()


def add(session: Session, row: Mapping[str, Any]) -> bool:
    """Insert a version; false where somebody else has just saved the same one."""
    try:
        with session.begin_nested():
            session.execute(insert(MissingThresholds).values(dict(row)))
    except IntegrityError:
        return False
    return True


def reported_between(session: Session, *, after: int, missing_before: datetime, at_most: int) -> Sequence[int]:
    """Ids of the children's episodes that run on, who went missing before an instant; from after the id *after*."""
    wanted = select(MissingEpisode.id).where(
        MissingEpisode.state == "reported",
        MissingEpisode.missing_from_at <= missing_before,
        MissingEpisode.placing_authority_id.is_not(None),
        MissingEpisode.id > after,
    )
    return session.scalars(wanted.order_by(MissingEpisode.id).limit(at_most)).all()
