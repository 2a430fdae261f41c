"""Every statement over notices, their recipients and drafts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.bulk import Insertion
from hub.core.db import connection_of
from hub.directory.models import Organisation
from hub.notify.models import Acknowledgement, Alert, Delivery
from hub.registry.models import Notice, NoticeRecipient, Placement

_NOTICE, _RECIPIENT = cast(Table, Notice.__table__), cast(Table, NoticeRecipient.__table__)
_ADD_NOTICE, _ADD_RECIPIENT = Insertion(_NOTICE), Insertion(_RECIPIENT)
SENDER, PASSED_TO = aliased(Organisation, name="sender"), aliased(Organisation, name="passed_to")
SENT = ("registered", "superseded", "withdrawn")
"""States in which a notice has been sent: it can be read, whatever became of it."""


AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class NoticeFilter:
    """Which notices are wanted. ``box``: sent or received; ``None``: both."""

    box: str | None = None
    kind: str | None = None
    state: str | None = None
    placement: str | None = None


# --- writing --------------------------------------------------------------------------------------------------------


def add_notice(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a notice; its id."""
    return _ADD_NOTICE.one(session, row)


def add_recipients(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert recipients in one statement; the same one twice violates ``uq_notice_recipient_notice_id_organisation_id``."""
    _ADD_RECIPIENT.rows(session, rows)


def change_draft(session: Session, ref: str, sender_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change a draft if it still is one, at *version*; how many rows changed."""
    n = _NOTICE.c
    guarded = update(_NOTICE).where(n.ref == ref, n.sender_id == sender_id, n.state == "draft", n.version == version)
    return int(connection_of(session).execute(guarded.values(version=version + 1, **values)).rowcount)


def link_draft(session: Session, notice_id: int, placement_id: int) -> None:
    """Put a draft on the placement that it tells of."""
    mine = update(_NOTICE).where(_NOTICE.c.id == notice_id, _NOTICE.c.state == "draft")
    connection_of(session).execute(mine.values(placement_id=placement_id))


def pass_on(session: Session, notice_id: int, organisation_id: int, *, to_id: int, capacity: str, now: datetime) -> int:
    """Record that a recipient passed a notice on; how many rows changed (0: it had done so already)."""
    r = _RECIPIENT.c
    guarded = update(_RECIPIENT).where(
        r.notice_id == notice_id, r.organisation_id == organisation_id, r.redirected_at.is_(None)
    )
    values = {"capacity": capacity, "redirected_to_id": to_id, "redirected_at": now}
    return int(connection_of(session).execute(guarded.values(values)).rowcount)


def sealed_of(session: Session, notice_id: int) -> bytes:
    """The sealed document of a notice, as it is now."""
    sealed: bytes = session.execute(select(_NOTICE.c.sealed).where(_NOTICE.c.id == notice_id)).scalar_one()
    return sealed


def reseal(session: Session, notice_id: int, sealed: bytes) -> None:
    """Put another sealed document in a notice's row; what was sent is in it unchanged."""
    connection_of(session).execute(update(_NOTICE).where(_NOTICE.c.id == notice_id).values(sealed=sealed))


# --- reading --------------------------------------------------------------------------------------------------------


def _is_recipient(organisation_id: int) -> ColumnElement[bool]:
    mine = select(NoticeRecipient.notice_id).where(NoticeRecipient.organisation_id == organisation_id)
    return Notice.id.in_(mine)


def _concerns(organisation_id: int) -> ColumnElement[bool]:
    """Condition: the organisation sent the notice, was told of it, or is the placing authority of the child it is about."""
    theirs = select(Placement.id).where(Placement.placing_authority_id == organisation_id)
    return or_(
        Notice.sender_id == organisation_id,
        Notice.state.in_(SENT) & _is_recipient(organisation_id),
        Notice.state.in_(SENT) & Notice.placement_id.in_(theirs),
    )


def _shown() -> AnySelect:
    named: AnySelect = select(Notice, SENDER, Placement.ref.label("placement_ref"))
    return named.join(SENDER, SENDER.id == Notice.sender_id).outerjoin(Placement, Placement.id == Notice.placement_id)


def _drafts() -> AnySelect:
    corrected = aliased(Notice)
    named: AnySelect = _shown().add_columns(corrected.ref.label("corrects_ref"))
    return named.outerjoin(corrected, corrected.id == Notice.supersedes_id)


def notice_seen_by(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """The notice *ref* with its sender and its placement's reference, if it concerns the organisation; drafts apart."""
    sent = Notice.state.in_(SENT)
    return session.execute(_shown().where(Notice.ref == ref, sent, _concerns(organisation_id))).first()


def sent_by(session: Session, ref: str, organisation_id: int, *, lock: bool = False) -> Notice | None:
    """The notice *ref*, if the organisation sent it; with *lock*, kept from other writers."""
    wanted = select(Notice).where(Notice.ref == ref, Notice.sender_id == organisation_id, Notice.state.in_(SENT))
    asked = wanted.with_for_update() if lock else wanted
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def received_by(session: Session, ref: str, organisation_id: int) -> AnyRow | None:
    """The notice *ref*, its placement's reference and the organisation's own row as a recipient; ``None`` when it is not one."""
    mine = (NoticeRecipient.notice_id == Notice.id) & (NoticeRecipient.organisation_id == organisation_id)
    wanted: AnySelect = select(Notice, NoticeRecipient, Placement.ref.label("placement_ref")).join(
        NoticeRecipient, mine
    )
    wanted = wanted.join(Placement, Placement.id == Notice.placement_id)
    return session.execute(wanted.where(Notice.ref == ref, Notice.state.in_(SENT)).with_for_update(of=Notice)).first()


def notices_shown(
    session: Session, wanted: NoticeFilter, organisation_id: int, *, after: str | None, at_most: int
) -> Sequence[AnyRow]:
    """A page of the notices an organisation sent or received, newest first, from after the reference *after*."""
    boxes = {
        "sent": Notice.sender_id == organisation_id,
        "received": _is_recipient(organisation_id),
        None: or_(Notice.sender_id == organisation_id, _is_recipient(organisation_id)),
    }
    rows = _shown().where(Notice.state.in_(SENT), boxes[wanted.box])
    for column, value in ((Notice.kind, wanted.kind), (Notice.state, wanted.state), (Placement.ref, wanted.placement)):
        rows = rows.where(column == value) if value else rows
    if after:
        rows = rows.where(Notice.id < select(Notice.id).where(Notice.ref == after).scalar_subquery())
    return session.execute(rows.order_by(Notice.id.desc()).limit(at_most)).all()


def drafts_of(session: Session, sender_id: int, *, after: str | None, at_most: int) -> Sequence[AnyRow]:
    """A page of an organisation's drafts, newest first, with their placements' references."""
    rows = _drafts().where(Notice.sender_id == sender_id, Notice.state == "draft")
    if after:
        rows = rows.where(Notice.id < select(Notice.id).where(Notice.ref == after).scalar_subquery())
    return session.execute(rows.order_by(Notice.id.desc()).limit(at_most)).all()


def draft_of(session: Session, ref: str, sender_id: int) -> AnyRow | None:
    """The draft *ref*, if it is the organisation's, with its placement's reference and that of the notice it corrects."""
    wanted = _drafts().where(Notice.ref == ref, Notice.sender_id == sender_id, Notice.state == "draft")
    return session.execute(wanted.execution_options(populate_existing=True)).first()


def notices_about(session: Session, placement_id: int, states: Collection[str] = ("registered",)) -> Sequence[Notice]:
    """The notices about a placement in these states, in the order in which they were registered."""
    wanted = select(Notice).where(Notice.placement_id == placement_id, Notice.state.in_(states))
    return session.scalars(wanted.order_by(Notice.registered_at, Notice.id)).all()


def notice_refs(session: Session, placement_id: int) -> Sequence[str]:
    """The references of every notice about a placement."""
    return session.scalars(select(Notice.ref).where(Notice.placement_id == placement_id)).all()


def revisions(session: Session, notice_id: int) -> Sequence[AnyRow]:
    """A notice and the ones it supersedes, newest first: ``id, ref, revision, registered_at``."""
    n = Notice
    chain = (
        select(n.id, n.ref, n.revision, n.registered_at, n.supersedes_id).where(n.id == notice_id).cte(recursive=True)
    )
    before = aliased(Notice)
    chain = chain.union_all(
        select(before.id, before.ref, before.revision, before.registered_at, before.supersedes_id).where(
            before.id == chain.c.supersedes_id
        )
    )
    return session.execute(select(chain).order_by(chain.c.revision.desc())).all()


def newest_version(session: Session, notice_id: int, organisation_id: int) -> str | None:
    """The newest notice that corrects this one and concerns the organisation; ``None`` where there is none."""
    n, later = Notice, aliased(Notice)
    chain = select(n.id).where(n.id == notice_id).cte(recursive=True)
    chain = chain.union_all(select(later.id).join(chain, later.supersedes_id == chain.c.id))
    newer = select(n.ref).where(n.id.in_(select(chain.c.id)), n.id != notice_id)
    newer = newer.where(n.state.in_(SENT), _concerns(organisation_id))
    return session.scalar(newer.order_by(n.revision.desc(), n.id.desc()).limit(1))


def recipients_of(session: Session, notice_id: int) -> Sequence[AnyRow]:
    """The recipients of a notice with their organisations, in the order in which they were told.

    ``reached_at`` is the recipient's own, or the instant at which the first delivery about the notice was accepted.
    """
    r = NoticeRecipient
    accepted = (
        select(func.min(Delivery.accepted_at))
        .join(Alert, Alert.id == Delivery.alert_id)
        .where(
            Alert.subject_ref == Notice.ref,
            Alert.organisation_id == r.organisation_id,
            Delivery.state.in_(("accepted", "delivered")),
        )
        .correlate(r, Notice)
        .scalar_subquery()
    )
    wanted: AnySelect = select(
        r, Organisation, PASSED_TO, func.coalesce(r.reached_at, accepted).label("first_reached_at")
    )
    wanted = wanted.join(Notice, Notice.id == r.notice_id).join(Organisation, Organisation.id == r.organisation_id)
    wanted = wanted.outerjoin(PASSED_TO, PASSED_TO.id == r.redirected_to_id)
    return session.execute(wanted.where(r.notice_id == notice_id).order_by(r.id)).all()


def told_of(session: Session, notice_refs: Collection[str]) -> dict[str, list[str]]:
    """Of each of these notices, the names of those who were told, in that order."""
    wanted = select(Notice.ref, Organisation.name).join(NoticeRecipient, NoticeRecipient.notice_id == Notice.id)
    wanted = wanted.join(Organisation, Organisation.id == NoticeRecipient.organisation_id)
    told: dict[str, list[str]] = {}
    for row in session.execute(wanted.where(Notice.ref.in_(notice_refs)).order_by(NoticeRecipient.id)):
        told.setdefault(row.ref, []).append(row.name)
    return told


def acknowledgements_of(session: Session, notice_refs: Collection[str]) -> Sequence[AnyRow]:
    """Who has read a notice, or an earlier revision of it: the acknowledgements with their organisations, oldest first."""
    wanted: AnySelect = select(Acknowledgement, Organisation)
    wanted = wanted.join(Organisation, Organisation.id == Acknowledgement.organisation_id)
    return session.execute(
        wanted.where(Acknowledgement.subject_ref.in_(notice_refs)).order_by(Acknowledgement.id)
    ).all()


def has_notice_from(
    session: Session, placement_id: int, sender_id: int | None, *, apart_from: int | None = None
) -> bool:
    """Whether a registered notice about the placement stands from this sender (``None``: from anyone), *apart_from* one."""
    wanted = select(literal(1)).where(Notice.placement_id == placement_id, Notice.state == "registered")
    if sender_id is not None:
        wanted = wanted.where(Notice.sender_id == sender_id)
    if apart_from is not None:
        wanted = wanted.where(Notice.id != apart_from)
    return session.execute(wanted.limit(1)).first() is not None


def has_start_from_placing(session: Session, placement: Placement) -> bool:
    """Whether a notice of the start by the placing authority itself stands."""
    wanted = select(literal(1)).where(
        Notice.placement_id == placement.id,
        Notice.state == "registered",
        Notice.sender_id == placement.placing_authority_id,
        Notice.kind.in_(("placement_start", "placement_move")),
    )
    return session.execute(wanted.limit(1)).first() is not None


def kinds_about(session: Session, placement_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """For each placement the kinds of notices about it that stand."""
    standing = select(Notice.placement_id, Notice.kind).where(Notice.placement_id.in_(placement_ids))
    kinds: dict[int, set[str]] = {}
    for row in session.execute(standing.where(Notice.state == "registered").distinct()):
        kinds.setdefault(row.placement_id or 0, set()).add(row.kind)
    return {number: frozenset(found) for number, found in kinds.items()}
