"""The statement that lets letters wait for each other."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.notify.models import Alert, Delivery


def hold_together(session: Session, subject_refs: Collection[str], *, is_urgent: bool, until: datetime) -> int:
    """Hold the queued e-mails of the alerts about these until *until*, or longer where they wait already; how many."""
    alerts = select(Alert.id).where(Alert.subject_ref.in_(subject_refs), Alert.is_urgent == is_urgent)
    waiting = (Delivery.alert_id.in_(alerts), Delivery.state == "queued", Delivery.channel == "email")
    later = case((Delivery.next_attempt_at > until, Delivery.next_attempt_at), else_=until)
    held = update(Delivery).where(*waiting, Delivery.attempts == 0, Delivery.leased_until.is_(None))
    return changed(session, held.values(held_for="digest", next_attempt_at=later))
