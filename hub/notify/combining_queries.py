"""The statements of ``combining``: what obligations, acknowledgements and alerts say they are about."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from hub.notify.models import Acknowledgement, Alert, Obligation

_UNSYNCED = {"synchronize_session": False}


def change_subject(session: Session, obligation_ids: Collection[int], subject_ref: str) -> None:
    """These obligations, open or closed, are about *subject_ref*; nothing else of them changes."""
    if obligation_ids:
        theirs = update(Obligation).where(Obligation.id.in_(list(obligation_ids)))
        changed = theirs.values(subject_ref=subject_ref, version=Obligation.version + 1)
        session.execute(changed, execution_options=_UNSYNCED)


def change_acknowledged_placement(session: Session, notice_refs: Collection[str], placement_ref: str) -> None:
    """The acknowledgements of these notices are about *placement_ref*."""
    theirs = update(Acknowledgement).where(Acknowledgement.subject_ref.in_(list(notice_refs)))
    session.execute(theirs.values(placement_ref=placement_ref), execution_options=_UNSYNCED)


def alerts_about(session: Session, notice_refs: Collection[str]) -> Sequence[Row[int, dict[str, Any]]]:
    """Id and details of the alerts about these notices that still stand."""
    wanted = select(Alert.id, Alert.details).where(
        Alert.subject_ref.in_(list(notice_refs)), Alert.cancelled_at.is_(None)
    )
    return session.execute(wanted).all()


def change_alert(session: Session, alert_id: int, details: Mapping[str, Any]) -> None:
    """Change what an alert says besides its subject."""
    session.execute(
        update(Alert).where(Alert.id == alert_id).values(details=dict(details)), execution_options=_UNSYNCED
    )
