"""Statements over who was told of an episode, and whom it reached."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from hub.directory.models import Organisation
from hub.notify.delivery_states import REACHED
from hub.notify.models import Alert, Delivery


def alerts_about(session: Session, subject_refs: Collection[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every alert about these, oldest first: ``kind``, ``raised_at``, to whom, and when a message first ``arrived_at``."""
    arrived = select(func.min(Delivery.accepted_at)).where(Delivery.alert_id == Alert.id, Delivery.state.in_(REACHED))
    wanted = (
        select(
            Alert.kind,
            Alert.raised_at,
            Organisation.id.label("organisation_id"),
            Organisation.ref.label("ref"),
            Organisation.name.label("name"),
            Organisation.gss_code.label("gss_code"),
            Organisation.joined_at.label("joined_at"),
            arrived.scalar_subquery().label("arrived_at"),
        )
        .join(Organisation, Organisation.id == Alert.organisation_id)
        .where(Alert.subject_ref.in_(list(subject_refs)))
    )
    return session.execute(wanted.order_by(Alert.id)).all()
