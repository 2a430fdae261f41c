"""Every statement behind a desk's lists: notices that came, what it owes next, counts. Each is scoped by the organisation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from hub.directory.models import Organisation
from hub.notify.models import Acknowledgement, Alert, Obligation
from hub.notify.queries import COUNTED_AT_MOST, IS_OPEN, count_bounded
from hub.registry.links import queries as link_queries
from hub.registry.models import Notice, NoticeRecipient, Placement
from hub.registry.notice_queries import SENT

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
SENDER, PASSED_TO = aliased(Organisation, name="sender"), aliased(Organisation, name="passed_to")
PLACING = aliased(Organisation, name="placing")
_EACK = "EACK"


@dataclass(frozen=True)
class Page:
    """Which page of a list: *number* from 0, of *size* rows; one more is fetched where there is one."""

    number: int = 0
    size: int = 25  # of which a first view stays under 120 kB

    def of(self, wanted: AnySelect) -> AnySelect:
        return wanted.offset(self.number * self.size).limit(self.size + 1)


def _received(organisation_id: int) -> AnySelect:
    """Notices that came to the organisation: what they are, what it owes and gave, and whether an alert of them is unread."""
    mine = (NoticeRecipient.notice_id == Notice.id) & (NoticeRecipient.organisation_id == organisation_id)
    duty = and_(
        Obligation.subject_ref == Notice.ref,
        Obligation.duty_code == _EACK,
        Obligation.owed_by_id == organisation_id,
        Obligation.state != "void",
    )
    given = (Acknowledgement.subject_ref == Notice.ref) & (Acknowledgement.organisation_id == organisation_id)
    unread = (
        select(Alert.id)
        .where(
            Alert.subject_ref == Notice.ref,
            Alert.organisation_id == organisation_id,
            Alert.read_at.is_(None),
            Alert.cancelled_at.is_(None),
        )
        .correlate(Notice)
        .exists()
    )
    wanted: AnySelect = select(
        Notice,
        NoticeRecipient,
        Placement,
        Obligation,
        Acknowledgement,
        SENDER,
        PLACING,
        PASSED_TO,
        unread.label("unread"),
    )
    return (
        wanted.join(NoticeRecipient, mine)
        .join(Placement, Placement.id == Notice.placement_id)
        .join(SENDER, SENDER.id == Notice.sender_id)
        .outerjoin(PLACING, PLACING.id == Placement.placing_authority_id)
        .outerjoin(PASSED_TO, PASSED_TO.id == NoticeRecipient.redirected_to_id)
        .outerjoin(Obligation, duty)
        .outerjoin(Acknowledgement, given)
        .where(Notice.state.in_(SENT))
    )


def to_acknowledge(session: Session, organisation_id: int, *, page: Page, now: datetime) -> Sequence[AnyRow]:
    """Notices that the organisation has still to acknowledge: overdue first, then of a child at risk, then the newest."""
    is_overdue = func.coalesce(Obligation.due_at < now, False)
    open_duty = select(Obligation.subject_ref).where(IS_OPEN, *_owes(organisation_id, [_EACK]))
    wanted = _received(organisation_id).where(Notice.ref.in_(open_duty), Obligation.state == "open")
    ordered = wanted.order_by(is_overdue.desc(), Obligation.heightened.desc(), Notice.id.desc())
    return session.execute(page.of(ordered)).all()


def received(session: Session, organisation_id: int, *, kind: str | None, page: Page) -> Sequence[AnyRow]:
    """Every notice that came to the organisation, newest first."""
    wanted = _received(organisation_id)
    if kind:
        wanted = wanted.where(Notice.kind == kind)
    return session.execute(page.of(wanted.order_by(NoticeRecipient.id.desc()))).all()


def received_notice(session: Session, organisation_id: int, ref: str) -> AnyRow | None:
    """The notice *ref* as it stands at the organisation's desk."""
    return session.execute(_received(organisation_id).where(Notice.ref == ref)).first()


def received_among(session: Session, organisation_id: int, refs: Collection[str]) -> set[str]:
    """Of these notices, those that came to the organisation."""
    mine = select(Notice.ref).join(NoticeRecipient, NoticeRecipient.notice_id == Notice.id)
    mine = mine.where(NoticeRecipient.organisation_id == organisation_id, Notice.state.in_(SENT))
    return set(session.scalars(mine.where(Notice.ref.in_(list(refs)))))


def next_steps(session: Session, organisation_id: int, codes: Collection[str], *, page: Page) -> Sequence[AnyRow]:
    """What the organisation still owes as host about a placement, soonest due first, with the newest notice that came of it."""
    newest = (
        select(func.max(Notice.id))
        .join(NoticeRecipient, NoticeRecipient.notice_id == Notice.id)
        .where(
            Notice.placement_id == Placement.id,
            Notice.state == "registered",
            NoticeRecipient.organisation_id == organisation_id,
            NoticeRecipient.capacity == "host_authority",
        )
        .correlate(Placement)
        .scalar_subquery()
    )
    wanted: AnySelect = select(Obligation, Placement, Notice, SENDER)
    wanted = wanted.join(Placement, Placement.ref == Obligation.subject_ref).join(Notice, Notice.id == newest)
    wanted = wanted.join(SENDER, SENDER.id == Notice.sender_id)
    wanted = wanted.where(IS_OPEN, *_owes(organisation_id, codes))
    return session.execute(page.of(wanted.order_by(Obligation.due_at, Obligation.id))).all()


def _owes(organisation_id: int, codes: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return Obligation.owed_by_id == organisation_id, Obligation.duty_code.in_(list(codes))


# --- counts -----------------------------------------------------------------------------------------------------------


def counted(session: Session, organisation_id: int, codes: Collection[str], *, now: datetime) -> dict[str, int]:
    """How many wait: ``acknowledge``, ``acknowledge_overdue``, ``next``, ``next_overdue``; each at most a thousand."""
    to_read, owed = _owes(organisation_id, [_EACK]), _owes(organisation_id, codes)
    return {
        "acknowledge": count_bounded(session, IS_OPEN, *to_read),
        "acknowledge_overdue": count_bounded(session, IS_OPEN, *to_read, Obligation.due_at < now),
        "next": count_bounded(session, IS_OPEN, *owed),
        "next_overdue": count_bounded(session, IS_OPEN, *owed, Obligation.due_at < now),
    }


def doubtful_matches(session: Session, organisation_id: int) -> int:
    """How many matches wait for the organisation to decide."""
    return len(
        link_queries.listed(
            session, organisation_id=organisation_id, states=("doubtful",), after=None, at_most=COUNTED_AT_MOST
        )
    )
