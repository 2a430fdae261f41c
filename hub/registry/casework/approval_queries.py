"""Every statement over approvals that were asked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from hub.directory.models import Organisation
from hub.notify.models import Obligation
from hub.registry.casework.models import ApprovalRequest, Assignment
from hub.registry.models import Notice, Placement
from hub.registry.states import APPROVAL_REQUEST

AnyRow = Row[*tuple[Any, ...]]
HOST = aliased(Organisation, name="host")
_FRESH = {"populate_existing": True}
_BEGINNINGS = ("placement_start", "placement_move", "consultation")


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one; a second that waits for the same placement violates ``uq_approval_request_waiting``."""
    session.execute(insert(ApprovalRequest).values(row))


def answer(session: Session, action: str, request_id: int, values: Mapping[str, Any]) -> None:
    """Take a request to where *action* leads. Raises ``StateConflict`` where it is answered already."""
    anew = {**values, "version": ApprovalRequest.version + 1}
    APPROVAL_REQUEST.apply_one(session, ApprovalRequest, action, ApprovalRequest.id == request_id, anew)


def answer_waiting(session: Session, action: str, placement_id: int, values: Mapping[str, Any]) -> int:
    """As :func:`answer`, for the one that waits for a placement, if one does; how many rows changed."""
    anew = {**values, "version": ApprovalRequest.version + 1}
    return APPROVAL_REQUEST.apply(session, ApprovalRequest, action, ApprovalRequest.placement_id == placement_id, anew)


def _code(codes: Collection[str]) -> Any:
    """The newest duty of *codes* that stands about the placement."""
    stands = (Obligation.subject_ref == Placement.ref, Obligation.duty_code.in_(codes), Obligation.state != "void")
    newest = select(Obligation.duty_code).where(*stands).order_by(Obligation.id.desc()).limit(1)
    return newest.correlate(Placement).scalar_subquery()


def _shown(codes: Collection[str]) -> Select[*tuple[Any, ...]]:
    wanted: Any = select(ApprovalRequest, Placement, HOST, _code(codes).label("duty_code"))
    wanted = wanted.join(Placement, Placement.id == ApprovalRequest.placement_id)
    shown: Select[*tuple[Any, ...]] = wanted.outerjoin(HOST, HOST.id == Placement.host_authority_id)
    return shown


def shown(session: Session, ref: str, organisation_id: int, codes: Collection[str]) -> AnyRow | None:
    """One request of the organisation, its placement, the host, and which duty of *codes* asks for the approval."""
    mine = (ApprovalRequest.ref == ref, ApprovalRequest.organisation_id == organisation_id)
    return session.execute(_shown(codes).where(*mine), execution_options=_FRESH).first()


def listed(
    session: Session,
    organisation_id: int,
    states: Collection[str],
    codes: Collection[str],
    *,
    among: Collection[str] | None = None,
    after: str | None,
    at_most: int,
) -> Sequence[AnyRow]:
    """Requests of the organisation in these states, the placement that starts first in front (*among*: for these duties).

    One for which no duty stands any more is anybody's.
    """
    wanted = _shown(codes).where(ApprovalRequest.organisation_id == organisation_id, ApprovalRequest.state.in_(states))
    if among is not None:
        wanted = wanted.where(or_(_code(codes).in_(among), _code(codes).is_(None)))
    if after:
        wanted = wanted.where(_beyond(after))
    return session.execute(wanted.order_by(Placement.starts_at, ApprovalRequest.id).limit(at_most)).all()


def _beyond(after: str) -> ColumnElement[bool]:
    last = (
        select(Placement.starts_at, ApprovalRequest.id)
        .join(Placement, Placement.id == ApprovalRequest.placement_id)
        .where(ApprovalRequest.ref == after)
        .subquery()
    )
    starts, number = select(last.c.starts_at).scalar_subquery(), select(last.c.id).scalar_subquery()
    return or_(Placement.starts_at > starts, (Placement.starts_at == starts) & (ApprovalRequest.id > number))


def counted(
    session: Session, organisation_id: int, codes: Collection[str], among: Collection[str] | None, *, at_most: int
) -> int:
    """How many wait, up to *at_most* (*among*: for these duties)."""
    wanted = select(ApprovalRequest.id).join(Placement, Placement.id == ApprovalRequest.placement_id)
    wanted = wanted.where(ApprovalRequest.organisation_id == organisation_id, ApprovalRequest.state == "waiting")
    if among is not None:
        wanted = wanted.where(or_(_code(codes).in_(among), _code(codes).is_(None)))
    return session.scalar(select(func.count()).select_from(wanted.limit(at_most).subquery())) or 0


def about(session: Session, placement_id: int, organisation_id: int) -> Sequence[ApprovalRequest]:
    """Every request about a placement, oldest first."""
    mine = (ApprovalRequest.placement_id == placement_id, ApprovalRequest.organisation_id == organisation_id)
    wanted = select(ApprovalRequest).where(*mine).order_by(ApprovalRequest.id)
    return session.scalars(wanted, execution_options=_FRESH).all()


def sent_back_to(
    session: Session, organisation_id: int, person_ref: str | None, codes: Collection[str], *, at_most: int
) -> Sequence[AnyRow]:
    """Requests that were sent back and not asked again, of which the placement still waits for its approval.

    *person_ref*: those that this person asked, or whose placement they look after; ``None``: everybody's.
    """
    later = aliased(ApprovalRequest)
    again = select(literal(1)).where(later.placement_id == ApprovalRequest.placement_id, later.id > ApprovalRequest.id)
    owed = select(literal(1)).where(
        Obligation.subject_ref == Placement.ref, Obligation.duty_code.in_(codes), Obligation.state == "open"
    )
    mine = ApprovalRequest.organisation_id == organisation_id
    wanted = _shown(codes).where(mine, ApprovalRequest.state == "sent_back", ~again.exists(), owed.exists())
    if person_ref is not None:
        theirs = select(Assignment.placement_id).where(
            Assignment.organisation_id == organisation_id, Assignment.worker_ref == person_ref
        )
        wanted = wanted.where(or_(ApprovalRequest.asked_by == person_ref, ApprovalRequest.placement_id.in_(theirs)))
    return session.execute(wanted.order_by(Placement.starts_at, ApprovalRequest.id).limit(at_most)).all()


def requests_on(session: Session, placement_id: int, organisation_id: int, codes: Collection[str]) -> Sequence[AnyRow]:
    """Every request about a placement, as :func:`shown` shows one; oldest first."""
    mine = (ApprovalRequest.placement_id == placement_id, ApprovalRequest.organisation_id == organisation_id)
    wanted = _shown(codes).where(*mine).order_by(ApprovalRequest.id)
    return session.execute(wanted, execution_options=_FRESH).all()


def drafts_on(session: Session, placement_ids: Collection[int], sender_id: int) -> dict[int, str]:
    """Placement → the reference of the newest draft of *sender_id* that tells of it, as :func:`draft_on` finds it."""
    mine = (Notice.placement_id.in_(placement_ids), Notice.sender_id == sender_id, Notice.state == "draft")
    wanted = select(Notice.placement_id, Notice.ref).where(*mine, Notice.kind.in_(_BEGINNINGS)).order_by(Notice.id)
    return {placement_id: ref for placement_id, ref in session.execute(wanted) if placement_id is not None}


def draft_on(session: Session, placement_id: int, sender_id: int | None) -> Notice | None:
    """The newest draft of a placing authority that tells of a placement."""
    mine = (Notice.placement_id == placement_id, Notice.sender_id == sender_id, Notice.state == "draft")
    wanted = select(Notice).where(*mine, Notice.kind.in_(_BEGINNINGS)).order_by(Notice.id.desc()).limit(1)
    return session.scalars(wanted, execution_options=_FRESH).one_or_none()
