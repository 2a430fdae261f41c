"""Every statement over requests for interviews, asks and commissions; who is a party to a request."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.missing.models import MissingEpisode
from hub.notify.models import Obligation
from hub.registry.models import Child
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.models import WAITING, Commission, InterviewAsk, InterviewEpisode, InterviewRequest
from hub.spotpurchase.money.models import PurchaseEntry
from hub.spotpurchase.providers.models import RateCard
from hub.spotpurchase.states import UNDER_WAY

_FRESH = {"populate_existing": True}
PARTS = ("placing", "host", "performer", "asked")
"""What an organisation may be to a request."""


# --- writing ----------------------------------------------------------------------------------------------------------


def add_request(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a request; its id."""
    return session.execute(insert(InterviewRequest).values(dict(row)).returning(InterviewRequest.id)).scalar_one()


def add_episodes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the episodes that a request serves."""
    session.execute(insert(InterviewEpisode), [dict(row) for row in rows])


def add_asks(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert asks."""
    session.execute(insert(InterviewAsk), [dict(row) for row in rows])


def add_commission(session: Session, row: Mapping[str, Any]) -> int:
    """Insert a commission; its id. A second that stands for the same request breaks a unique index."""
    return session.execute(insert(Commission).values(dict(row)).returning(Commission.id)).scalar_one()


def change_request(session: Session, request: InterviewRequest, values: Mapping[str, Any]) -> int:
    """Change a request that still is at this version, but not its state; how many rows changed (0: somebody else did)."""
    same = (InterviewRequest.id == request.id, InterviewRequest.version == request.version)
    return changed(session, update(InterviewRequest).where(*same).values(version=request.version + 1, **values))


def change_episode(session: Session, served_id: int, values: Mapping[str, Any]) -> None:
    """Change when an episode that a request serves ended, by what is known of it now."""
    changed(session, update(InterviewEpisode).where(InterviewEpisode.id == served_id).values(**values))


def change_ask(session: Session, ask: InterviewAsk, values: Mapping[str, Any]) -> int:
    """Change an ask that still is at this version, but not its state; how many rows changed (0: somebody else did)."""
    same = (InterviewAsk.id == ask.id, InterviewAsk.version == ask.version)
    return changed(session, update(InterviewAsk).where(*same).values(version=ask.version + 1, **values))


def change_commission(session: Session, commission_id: int, values: Mapping[str, Any]) -> int:
    """Change a commission that stands, but not its state; how many rows changed."""
    stands = (Commission.id == commission_id, Commission.state == "standing")
    return changed(session, update(Commission).where(*stands).values(**values))


# --- one request ------------------------------------------------------------------------------------------------------


def locked(session: Session, request_id: int) -> InterviewRequest:
    """The request as it is now, kept from other writers until the end of the transaction."""
    wanted = select(InterviewRequest).where(InterviewRequest.id == request_id).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one()


def request_by_id(session: Session, request_id: int) -> InterviewRequest:
    """The request as it is now, not kept from anybody."""
    wanted = select(InterviewRequest).where(InterviewRequest.id == request_id)
    return session.scalars(wanted.execution_options(**_FRESH)).one()


def by_ref(session: Session, ref: str) -> InterviewRequest | None:
    """The request *ref*, whoever asks: for callers that have asked whose it is."""
    wanted = select(InterviewRequest).where(InterviewRequest.ref == ref).execution_options(**_FRESH)
    return session.scalars(wanted).one_or_none()


def has_part(organisation_id: int, part: str) -> ColumnElement[bool]:
    """Condition: the organisation is ``placing`` authority of a request, its ``host``, its ``performer``, or was ``asked``."""
    match part:
        case "placing":
            return InterviewRequest.placing_authority_id == organisation_id
        case "host":
            return InterviewRequest.host_authority_id == organisation_id
        case "asked":
            return exists().where(
                InterviewAsk.request_id == InterviewRequest.id, InterviewAsk.provider_id == organisation_id
            )
        case _:
            return exists().where(
                Commission.request_id == InterviewRequest.id,
                Commission.performer_id == organisation_id,
                Commission.state != "ended",
            )


def seen_by(session: Session, ref: str, organisation_id: int, parts: Collection[str]) -> InterviewRequest | None:
    """The request *ref*, if the organisation has one of *parts* in it."""
    party = or_(*(has_part(organisation_id, part) for part in parts))
    wanted = select(InterviewRequest).where(InterviewRequest.ref == ref, party)
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def parts_in(session: Session, request_id: int, organisation_id: int) -> list[str]:
    """Which parts the organisation has in a request, of ``placing``, ``host``, ``performer`` and ``asked``, in this order."""
    return parts_in_all(session, [request_id], organisation_id)[request_id]


def parts_in_all(session: Session, request_ids: Collection[int], organisation_id: int) -> dict[int, list[str]]:
    """By id of the request which parts the organisation has in it, as in :func:`parts_in`."""
    columns = [has_part(organisation_id, part).label(part) for part in PARTS]
    rows = session.execute(select(InterviewRequest.id, *columns).where(InterviewRequest.id.in_(list(request_ids))))
    return {number: [part for part, has in zip(PARTS, parts, strict=True) if has] for number, *parts in rows}


def performed_by(session: Session, organisation_id: int, refs: Collection[str]) -> set[str]:
    """Of these requests those that the organisation performs or performed."""
    wanted = select(InterviewRequest.ref).where(InterviewRequest.ref.in_(list(refs)))
    return set(session.scalars(wanted.where(has_part(organisation_id, "performer")))) if refs else set()


def episodes_of(session: Session, request_id: int) -> Sequence[InterviewEpisode]:
    """The episodes that a request serves, the earliest return first."""
    wanted = select(InterviewEpisode).where(InterviewEpisode.request_id == request_id)
    wanted = wanted.order_by(InterviewEpisode.returned_at, InterviewEpisode.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def episodes_of_all(session: Session, request_ids: Collection[int]) -> Sequence[InterviewEpisode]:
    """The episodes that these requests serve, the earliest return first."""
    wanted = select(InterviewEpisode).where(InterviewEpisode.request_id.in_(list(request_ids)))
    wanted = wanted.order_by(InterviewEpisode.returned_at, InterviewEpisode.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def children(session: Session, ids: Collection[int]) -> Sequence[Child]:
    """These children, as they are now."""
    return session.scalars(select(Child).where(Child.id.in_(list(ids))).execution_options(**_FRESH)).all()


def missing_episodes(session: Session, ids: Collection[int]) -> Sequence[MissingEpisode]:
    """These missing episodes, the earliest first."""
    wanted = select(MissingEpisode).where(MissingEpisode.id.in_(list(ids))).order_by(MissingEpisode.missing_from_at)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def under_way_for(session: Session, episode_ids: Collection[int]) -> Sequence[InterviewRequest]:
    """The requests that serve one of these episodes and whose interview is still to be held."""
    served = select(InterviewEpisode.request_id).where(InterviewEpisode.episode_id.in_(list(episode_ids)))
    wanted = select(InterviewRequest).where(InterviewRequest.id.in_(served), InterviewRequest.state.in_(UNDER_WAY))
    return session.scalars(wanted.order_by(InterviewRequest.id).execution_options(**_FRESH)).all()


# --- commissions ------------------------------------------------------------------------------------------------------


def standing_commission(session: Session, request_id: int) -> Commission | None:
    """The commission that stands for a request; at most one does."""
    wanted = select(Commission).where(Commission.request_id == request_id, Commission.state == "standing")
    return session.scalars(wanted.execution_options(**_FRESH)).one_or_none()


def commissions_of(session: Session, request_id: int) -> Sequence[Commission]:
    """Every commission that a request ever had, in their order."""
    wanted = select(Commission).where(Commission.request_id == request_id).order_by(Commission.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def commissions_of_all(session: Session, request_ids: Collection[int]) -> Sequence[Commission]:
    """Every commission that these requests ever had, in their order."""
    wanted = select(Commission).where(Commission.request_id.in_(list(request_ids))).order_by(Commission.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def commission_by_ref(session: Session, ref: str) -> Commission:
    """The commission *ref*, which is there."""
    return session.scalars(select(Commission).where(Commission.ref == ref).execution_options(**_FRESH)).one()


def spent_under(session: Session, payer_id: int, order: str, *, but_for: int) -> int:
    """Pence of one purchase order that are spoken for: what was agreed, or charged where that is more.

    Of a commission that ended what was charged all the same; of *but_for* (id of a request) nothing else than that.
    """
    charged = select(func.coalesce(func.sum(PurchaseEntry.net_pence + PurchaseEntry.vat_pence), 0)).where(
        PurchaseEntry.commission_id == Commission.id
    )
    pence, is_over = charged.correlate(Commission).scalar_subquery(), Commission.state == "ended"
    spent = case((or_(is_over, pence > Commission.agreed_pence), pence), else_=Commission.agreed_pence)
    total = select(func.coalesce(func.sum(spent), 0)).where(
        Commission.payer_id == payer_id,
        Commission.purchase_order == order,
        or_(is_over, Commission.request_id != but_for),
    )
    return int(session.execute(total).scalar_one())


# --- asks -------------------------------------------------------------------------------------------------------------


def asks_of(session: Session, request_id: int) -> Sequence[InterviewAsk]:
    """Every ask of a request, in the order in which they were first put."""
    wanted = select(InterviewAsk).where(InterviewAsk.request_id == request_id).order_by(InterviewAsk.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def ask_by_ref(session: Session, ref: str) -> InterviewAsk | None:
    """The ask *ref*, whoever asks: for callers that go on to ask whose it is."""
    wanted = select(InterviewAsk).where(InterviewAsk.ref == ref).execution_options(**_FRESH)
    return session.scalars(wanted).one_or_none()


def rate_card(session: Session, card_id: int) -> RateCard:
    """A version of a rate card: versions never change."""
    return session.scalars(select(RateCard).where(RateCard.id == card_id)).one()


def ask_by_id(session: Session, ask_id: int) -> InterviewAsk:
    """The ask as it is now."""
    return session.scalars(select(InterviewAsk).where(InterviewAsk.id == ask_id).execution_options(**_FRESH)).one()


# --- what the hub does by itself ----------------------------------------------------------------------------------------


def due(session: Session, *, now: datetime, at_most: int) -> Sequence[int]:
    """Ids of the requests at which the hub is to look, the longest due first."""
    wanted = select(InterviewRequest.id).where(
        InterviewRequest.next_step_at.is_not(None), InterviewRequest.next_step_at <= now
    )
    return session.scalars(wanted.order_by(InterviewRequest.next_step_at).limit(at_most)).all()


def claim(session: Session, request_id: int, *, now: datetime) -> InterviewRequest | None:
    """The request, if its step is still due, for this transaction alone; ``None``: another worker took it."""
    still = (InterviewRequest.id == request_id, InterviewRequest.next_step_at <= now)
    taken = update(InterviewRequest).where(*still).values(version=InterviewRequest.version + 1)
    return locked(session, request_id) if changed(session, taken) else None


def postpone(session: Session, request_id: int, *, now: datetime, until: datetime) -> str | None:
    """Look at a request that raised again at *until*; its reference, or ``None`` where its step is not due any more."""
    still = (InterviewRequest.id == request_id, InterviewRequest.next_step_at <= now)
    moved = update(InterviewRequest).where(*still).values(next_step_at=until, version=InterviewRequest.version + 1)
    return session.execute(moved.returning(InterviewRequest.ref)).scalar_one_or_none()


def stalled(session: Session, *, before: datetime, at_most: int) -> Sequence[str]:
    """References of requests at which the hub should have looked before that instant."""
    wanted = select(InterviewRequest.ref).where(
        InterviewRequest.next_step_at.is_not(None), InterviewRequest.next_step_at < before
    )
    return session.scalars(wanted.order_by(InterviewRequest.next_step_at).limit(at_most)).all()


def unattended(session: Session, *, at_most: int) -> Sequence[str]:
    """References of requests under way that nobody has: no step of the hub's, nothing owed, no commission."""
    owed = exists().where(Obligation.subject_ref == InterviewRequest.ref, Obligation.state == "open")
    held = exists().where(Commission.request_id == InterviewRequest.id, Commission.state == "standing")
    wanted = select(InterviewRequest.ref).where(WAITING, ~owed, ~held).order_by(InterviewRequest.id)
    return session.scalars(wanted.limit(at_most)).all()


def booked(session: Session, commission_id: int) -> Sequence[Appointment]:
    """The appointments of a commission that are booked, the earliest first."""
    wanted = select(Appointment).where(Appointment.commission_id == commission_id, Appointment.state == "booked")
    return session.scalars(wanted.order_by(Appointment.starts_at).execution_options(**_FRESH)).all()


def last_heard_at(session: Session, commission_id: int) -> datetime | None:
    """When its performer last booked, cancelled or tried anything; ``None``: never."""
    said = [
        select(func.max(Appointment.booked_at)).where(Appointment.commission_id == commission_id),
        select(func.max(Appointment.cancelled_at)).where(Appointment.commission_id == commission_id),
        select(func.max(Attempt.recorded_at)).where(Attempt.commission_id == commission_id),
    ]
    instants = [session.execute(each).scalar_one() for each in said]
    return max((at for at in instants if at is not None), default=None)
