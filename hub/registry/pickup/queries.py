"""Every statement over guest pick-ups: where a link leads, the codes sent for it, the passes given for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.db import changed
from hub.directory.models import Organisation
from hub.notify.inbox_queries import OF_AN_ALERT
from hub.notify.messages.kinds import CARRY_A_NOTICE
from hub.notify.models import Acknowledgement, Alert, Obligation
from hub.registry.models import Notice, NoticeFile, NoticeRecipient, Pickup, Placement, StoredFile
from hub.registry.notice_queries import SENT

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def _leads_to() -> AnySelect:
    wanted: AnySelect = select(
        Alert.id.label("alert_id"),
        *OF_AN_ALERT,
        Alert.obligation_id,
        Organisation.id.label("organisation_id"),
        Organisation.kind.label("organisation_kind"),
        Organisation.joined_at,
    )
    return wanted.join(Organisation, Organisation.id == Alert.organisation_id)


def link(session: Session, alert_ref: str, *, since: datetime, lock: bool = False) -> AnyRow | None:
    """What the link with this reference leads to, if its alert was raised after *since*; with *lock*, kept from other writers."""
    wanted = _leads_to().where(Alert.ref == alert_ref, Alert.raised_at > since)
    return session.execute(wanted.with_for_update(of=Alert) if lock else wanted).first()


def asked_from(session: Session, code_alert_ref: str) -> str | None:
    """The link for which the code in this alert was sent."""
    wanted = select(Alert.ref).join(Pickup, Pickup.alert_id == Alert.id)
    return session.scalar(wanted.where(Pickup.code_alert_ref == code_alert_ref))


# --- codes and passes -----------------------------------------------------------------------------------------------


def add_pickup(session: Session, row: Mapping[str, Any]) -> None:
    """Keep a code that was sent."""
    session.execute(insert(Pickup).values(dict(row)))


def codes_sent(session: Session, alert_id: int, *, since: datetime, at_most: int) -> int:
    """How many codes were sent for a link after *since*, counted to *at_most*."""
    wanted = select(Pickup.id).where(Pickup.alert_id == alert_id, Pickup.sent_at > since).limit(at_most)
    return len(session.scalars(wanted).all())


def good_codes(session: Session, alert_id: int, *, misses: int, now: datetime) -> Sequence[Pickup]:
    """The codes of a link that can still be used: not used, not too old, fewer than *misses* wrong tries. Newest first."""
    good = select(Pickup).where(
        Pickup.alert_id == alert_id, Pickup.opened_at.is_(None), Pickup.code_until > now, Pickup.misses < misses
    )
    return session.scalars(good.order_by(Pickup.id.desc())).all()


def count_miss(session: Session, pickup_ids: Sequence[int]) -> None:
    """A wrong code was typed while these were good."""
    _changed(session, update(Pickup).where(Pickup.id.in_(pickup_ids)).values(misses=Pickup.misses + 1))


def use_code(session: Session, pickup_id: int, values: Mapping[str, Any]) -> bool:
    """Use a code, once; whether this call did."""
    return (
        _changed(session, update(Pickup).where(Pickup.id == pickup_id, Pickup.opened_at.is_(None)).values(values)) == 1
    )


def with_pass(session: Session, alert_id: int, pass_hashes: Sequence[bytes]) -> Pickup | None:
    """The pick-up of this link for which that pass was given."""
    wanted = select(Pickup).where(Pickup.alert_id == alert_id, Pickup.pass_hash.in_(pass_hashes))
    return session.scalars(wanted).one_or_none()


def use_pass(session: Session, pickup_id: int, *, now: datetime) -> bool:
    """Use a pass, once, while it is good; whether this call did."""
    good = (Pickup.id == pickup_id) & Pickup.answered_at.is_(None) & (Pickup.pass_until > now)
    return _changed(session, update(Pickup).where(good).values(answered_at=now)) == 1


def _changed(session: Session, statement: Any) -> int:
    return changed(session, statement)


# --- what it is about -----------------------------------------------------------------------------------------------


def acknowledged_at(session: Session, notice_ref: str, organisation_id: int) -> datetime | None:
    """When the organisation acknowledged the notice."""
    mine = (Acknowledgement.subject_ref == notice_ref) & (Acknowledgement.organisation_id == organisation_id)
    return session.scalar(select(Acknowledgement.at).where(mine))


def standing_as(session: Session, notice_ref: str, organisation_id: int) -> AnyRow | None:
    """The state of a notice, and in which capacity the organisation was told of it (``None``: it was not)."""
    mine = (NoticeRecipient.notice_id == Notice.id) & (NoticeRecipient.organisation_id == organisation_id)
    wanted: AnySelect = select(Notice.state, NoticeRecipient.capacity).outerjoin(NoticeRecipient, mine)
    return session.execute(wanted.where(Notice.ref == notice_ref)).first()


def is_supplied_with(session: Session, file_ref: str, notice_ref: str) -> bool:
    """Whether the file was supplied with the notice."""
    wanted = select(NoticeFile.id).join(StoredFile, StoredFile.id == NoticeFile.file_id)
    wanted = wanted.join(Notice, Notice.id == NoticeFile.notice_id)
    return session.scalar(wanted.where(StoredFile.ref == file_ref, Notice.ref == notice_ref).limit(1)) is not None


def link_to_notice(session: Session, subject_ref: str, organisation_id: int) -> str | None:
    """The newest of the organisation's links to a notice that is, or is about, *subject_ref*; one that stands comes first."""
    wanted = select(Alert.ref).join(Notice, Notice.ref == Alert.subject_ref)
    wanted = wanted.outerjoin(Placement, Placement.id == Notice.placement_id)
    wanted = wanted.where(Alert.organisation_id == organisation_id, Alert.kind.in_(CARRY_A_NOTICE))
    wanted = wanted.where(or_(Notice.ref == subject_ref, Placement.ref == subject_ref))
    stands_first = case((Notice.state == "registered", 0), else_=1)
    return session.scalar(wanted.order_by(stands_first, Alert.id.desc()).limit(1))


def link_to_episode(session: Session, episode_ref: str, organisation_id: int) -> str | None:
    """The newest of the organisation's links to a missing episode."""
    wanted = select(Alert.ref).where(Alert.organisation_id == organisation_id, Alert.kind.in_(CARRY_A_NOTICE))
    return session.scalar(wanted.where(Alert.subject_ref == episode_ref).order_by(Alert.id.desc()).limit(1))


def correction_of(session: Session, notice_ref: str) -> str | None:
    """The notice that supersedes this one; a correction that is still a draft does not."""
    old = aliased(Notice)
    wanted = select(Notice.ref).join(old, Notice.supersedes_id == old.id)
    wanted = wanted.where(old.ref == notice_ref, Notice.state.in_(SENT))
    return session.scalar(wanted.limit(1))


def obligation_shown(session: Session, obligation_id: int) -> AnyRow | None:
    """An obligation with the names of who owes it and whom it is owed to."""
    by, to = aliased(Organisation), aliased(Organisation)
    wanted: AnySelect = select(Obligation, by.name.label("by_name"), to.name.label("to_name"))
    wanted = wanted.outerjoin(by, by.id == Obligation.owed_by_id).outerjoin(to, to.id == Obligation.owed_to_id)
    return session.execute(wanted.where(Obligation.id == obligation_id)).first()
