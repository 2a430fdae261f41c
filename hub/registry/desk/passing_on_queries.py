"""Every statement over what a host did after it was told. Seen by that host alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import changed
from hub.directory.models import Organisation
from hub.registry.desk.models import HostStep
from hub.registry.models import Notice, NoticeRecipient, Placement

AnyRow = Row[*tuple[Any, ...]]
TO = aliased(Organisation, name="told")
_ADD = Insertion(cast(Table, HostStep.__table__))


def add_step(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a step."""
    _ADD.rows(session, [row])


def steps_of(session: Session, placement_id: int, organisation_id: int) -> Sequence[AnyRow]:
    """What the organisation did about a placement, oldest first, with whom it told through the hub."""
    wanted: Select[*tuple[Any, ...]] = select(HostStep, TO).outerjoin(TO, TO.id == HostStep.to_id)
    mine = wanted.where(HostStep.placement_id == placement_id, HostStep.organisation_id == organisation_id)
    return session.execute(mine.order_by(HostStep.id).execution_options(populate_existing=True)).all()


def step_of(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """The step *ref* with its placement's reference, if the organisation did it."""
    wanted: Select[*tuple[Any, ...]] = select(HostStep, Placement.ref.label("placement_ref"))
    wanted = wanted.join(Placement, Placement.id == HostStep.placement_id)
    return session.execute(wanted.where(HostStep.ref == ref, HostStep.organisation_id == organisation_id)).first()


def take_back(session: Session, step_id: int, sealed: bytes, *, now: datetime) -> bool:
    """Mark a step as recorded in error; whether it had not been."""
    guarded = update(HostStep).where(HostStep.id == step_id, HostStep.taken_back_at.is_(None))
    return changed(session, guarded.values(taken_back_at=now, sealed=sealed)) == 1


def bodies_to_tell(session: Session, kinds: Collection[str]) -> Sequence[Organisation]:
    """The organisations of these kinds that have joined the hub, by name."""
    wanted = select(Organisation).where(
        Organisation.kind.in_(kinds), Organisation.joined_at.is_not(None), Organisation.valid_to.is_(None)
    )
    return session.scalars(wanted.order_by(Organisation.name)).all()


def host_of(session: Session, notice_ref: str, organisation_id: int) -> AnyRow | None:
    """The notice *ref* with its placement, if it came to the organisation as the host (or as one that passed it on)."""
    mine = (NoticeRecipient.notice_id == Notice.id) & (NoticeRecipient.organisation_id == organisation_id)
    wanted: Select[*tuple[Any, ...]] = select(Notice, Placement, NoticeRecipient).join(NoticeRecipient, mine)
    wanted = wanted.join(Placement, Placement.id == Notice.placement_id)
    return session.execute(wanted.where(Notice.ref == notice_ref)).first()
