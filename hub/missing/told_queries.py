"""Statements over who was told of an episode, whom it reached, and which child what they were told of is about."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from hub.directory.models import Organisation
from hub.missing.models import MissingEpisode
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


def children_of(session: Session, refs: Collection[str]) -> dict[str, int | None]:
    """Episode → the child that it, or the one it was merged into, is about."""
    root = aliased(MissingEpisode)
    is_root = root.id == func.coalesce(MissingEpisode.merged_into_id, MissingEpisode.id)
    wanted = select(MissingEpisode.ref, root.child_id).join(root, is_root).where(MissingEpisode.ref.in_(list(refs)))
    return {row.ref: row.child_id for row in session.execute(wanted)}
