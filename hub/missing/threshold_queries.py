"""Every statement over organisations' own thresholds, newest first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.missing.models import MissingThresholds


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
