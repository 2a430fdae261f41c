"""Every statement over appointments, attempts, offers to children, and what happened to a child before its interview."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.core.db import changed
from hub.missing.models import MissingEpisode
from hub.missing.states import EPISODE, STANDING
from hub.notify.models import Alert
from hub.registry.models import Child, Placement
from hub.spotpurchase.interviews.models import Appointment, Attempt, ChildOffer, InterviewNews
from hub.spotpurchase.models import IS_UNDER_WAY, Commission, InterviewEpisode, InterviewRequest

AnyRow = Row[*tuple[Any, ...]]
_FRESH = {"populate_existing": True}
_OVER = tuple(state for state in EPISODE.states if state not in STANDING)
"""Asked for by what it is not, an episode is looked up by its child: SQLite would read every standing one for each request."""


# --- writing ----------------------------------------------------------------------------------------------------------


def add_offer(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an offer to a child; its id."""
    return session.execute(insert(ChildOffer).values(dict(row)).returning(ChildOffer.id)).scalar_one()


def add_appointment(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an appointment; its id."""
    return session.execute(insert(Appointment).values(dict(row)).returning(Appointment.id)).scalar_one()


def add_attempt(session: Session, row: Mapping[str, Any]) -> int:
    """Insert an attempt; its id."""
    return session.execute(insert(Attempt).values(dict(row)).returning(Attempt.id)).scalar_one()


ABOUT = {"missing_again": "episode_id", "moved": "placement_id"}
"""Kind of news → the column that says what it is about."""


def add_news(session: Session, kind: str, row: Mapping[str, Any], about_id: int) -> None:
    """Insert what happened before an interview; what is there already breaks a unique constraint."""
    session.execute(insert(InterviewNews).values({**row, ABOUT[kind]: about_id}))


def change_appointment(session: Session, appointment: Appointment, values: Mapping[str, Any]) -> int:
    """Change a booked appointment that still is at this version, but not its state; how many rows changed."""
    same = (Appointment.id == appointment.id, Appointment.version == appointment.version, Appointment.state == "booked")
    return changed(session, update(Appointment).where(*same).values(version=appointment.version + 1, **values))


def ask_carer(session: Session, offer_id: int, *, at: datetime, sealed: bytes) -> int:
    """Note that a parent or carer was asked instead; how many rows changed (0: it was noted already)."""
    fresh = (ChildOffer.id == offer_id, ChildOffer.carer_offered_at.is_(None), ChildOffer.taken_back_at.is_(None))
    return changed(session, update(ChildOffer).where(*fresh).values(carer_offered_at=at, sealed=sealed))


def take_back(session: Session, model: type[ChildOffer] | type[Attempt], row_id: int, *, now: datetime) -> int:
    """Mark an offer or an attempt as taken back; how many rows changed (0: it was already)."""
    fresh = (model.id == row_id, model.taken_back_at.is_(None))
    return changed(session, update(model).where(*fresh).values(taken_back_at=now))


def answer_news(session: Session, conditions: Sequence[ColumnElement[bool]], values: Mapping[str, Any]) -> int:
    """Answer what waits for an answer and satisfies the conditions; how many rows changed."""
    waits = update(InterviewNews).where(InterviewNews.answered_at.is_(None), *conditions)
    return changed(session, waits.values(**values))


# --- one thing --------------------------------------------------------------------------------------------------------


def appointment_with(session: Session, ref: str) -> tuple[Appointment, str] | None:
    """The appointment *ref* and the reference of its request, whoever asks."""
    wanted = select(Appointment, InterviewRequest.ref).join(Commission, Commission.id == Appointment.commission_id)
    wanted = wanted.join(InterviewRequest, InterviewRequest.id == Commission.request_id).where(Appointment.ref == ref)
    found = session.execute(wanted.execution_options(**_FRESH)).one_or_none()
    return (found[0], found[1]) if found else None


def attempt_with(session: Session, ref: str) -> tuple[Attempt, str] | None:
    """The attempt *ref* and the reference of its request, whoever asks."""
    wanted = select(Attempt, InterviewRequest.ref).join(Commission, Commission.id == Attempt.commission_id)
    wanted = wanted.join(InterviewRequest, InterviewRequest.id == Commission.request_id).where(Attempt.ref == ref)
    found = session.execute(wanted.execution_options(**_FRESH)).one_or_none()
    return (found[0], found[1]) if found else None


def offer_with(session: Session, ref: str) -> tuple[ChildOffer, str] | None:
    """The offer to a child *ref* and the reference of its request, whoever asks."""
    wanted = select(ChildOffer, InterviewRequest.ref).join(
        InterviewRequest, InterviewRequest.id == ChildOffer.request_id
    )
    found = session.execute(wanted.where(ChildOffer.ref == ref).execution_options(**_FRESH)).one_or_none()
    return (found[0], found[1]) if found else None


def news_with(session: Session, ref: str) -> tuple[InterviewNews, str] | None:
    """What happened before an interview, by its reference, and the reference of its request, whoever asks."""
    wanted = select(InterviewNews, InterviewRequest.ref)
    wanted = wanted.join(InterviewRequest, InterviewRequest.id == InterviewNews.request_id)
    found = session.execute(wanted.where(InterviewNews.ref == ref).execution_options(**_FRESH)).one_or_none()
    return (found[0], found[1]) if found else None


def news(session: Session, news_id: int) -> InterviewNews:
    """What happened before an interview, as it is now."""
    return session.scalars(select(InterviewNews).where(InterviewNews.id == news_id).execution_options(**_FRESH)).one()


def appointment(session: Session, appointment_id: int) -> Appointment:
    """The appointment as it is now."""
    wanted = select(Appointment).where(Appointment.id == appointment_id).execution_options(**_FRESH)
    return session.scalars(wanted).one()


def attempt(session: Session, attempt_id: int) -> Attempt:
    """The attempt as it is now."""
    return session.scalars(select(Attempt).where(Attempt.id == attempt_id).execution_options(**_FRESH)).one()


def offer(session: Session, offer_id: int) -> ChildOffer:
    """The offer as it is now."""
    return session.scalars(select(ChildOffer).where(ChildOffer.id == offer_id).execution_options(**_FRESH)).one()


# --- of a request, of a commission ------------------------------------------------------------------------------------


def booked(session: Session, commission_id: int) -> Appointment | None:
    """The appointment that is to be held under a commission; at most one is."""
    wanted = select(Appointment).where(Appointment.commission_id == commission_id, Appointment.state == "booked")
    return session.scalars(wanted.order_by(Appointment.id.desc()).limit(1).execution_options(**_FRESH)).first()


def appointments_of(session: Session, request_id: int) -> Sequence[Appointment]:
    """Every appointment of a request, under whichever commission, in the order of booking."""
    wanted = select(Appointment).join(Commission, Commission.id == Appointment.commission_id)
    wanted = wanted.where(Commission.request_id == request_id).order_by(Appointment.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def attempts_of(session: Session, request_id: int) -> Sequence[Attempt]:
    """Every attempt of a request, under whichever commission, in the order in which they were recorded."""
    wanted = select(Attempt).join(Commission, Commission.id == Attempt.commission_id)
    wanted = wanted.where(Commission.request_id == request_id).order_by(Attempt.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def offers_of(session: Session, request_ids: Collection[int]) -> Sequence[ChildOffer]:
    """What the child was offered under these requests, in the order of the offers, those taken back too."""
    wanted = select(ChildOffer).where(ChildOffer.request_id.in_(list(request_ids)))
    return session.scalars(wanted.order_by(ChildOffer.offered_at, ChildOffer.id).execution_options(**_FRESH)).all()


def news_of(session: Session, request_id: int) -> Sequence[InterviewNews]:
    """What happened before the interview of a request, in the order in which it was noticed."""
    wanted = select(InterviewNews).where(InterviewNews.request_id == request_id).order_by(InterviewNews.id)
    return session.scalars(wanted.execution_options(**_FRESH)).all()


def tries_used(session: Session, commission_id: int) -> int:
    """How many attempts under a commission came to nothing; what was taken back, and a mere rearranging, does not count."""
    a = Attempt
    failed = (a.commission_id == commission_id, a.taken_back_at.is_(None), a.outcome.not_in(("held", "rearranged")))
    return session.execute(select(func.count()).select_from(a).where(*failed)).scalar_one()


# --- for what is owed -------------------------------------------------------------------------------------------------


def requests_serving(session: Session, episode_ids: Collection[int]) -> list[int]:
    """Ids of the requests that serve any of these episodes."""
    wanted = select(InterviewEpisode.request_id).where(InterviewEpisode.episode_id.in_(list(episode_ids))).distinct()
    return list(session.scalars(wanted))


def held_for(session: Session, request_ids: Collection[int]) -> Sequence[Appointment]:
    """The interviews that were held under these requests, the earliest first."""
    wanted = select(Appointment).join(Commission, Commission.id == Appointment.commission_id)
    wanted = wanted.where(Commission.request_id.in_(list(request_ids)), Appointment.state == "held")
    return session.scalars(wanted.order_by(Appointment.held_at, Appointment.id).execution_options(**_FRESH)).all()


# --- what happened meanwhile ------------------------------------------------------------------------------------------


def missing_again(session: Session, *, at_most: int) -> Sequence[AnyRow]:
    """(request id, episode id) of children who went missing again before their interview, and nobody was told yet."""
    r, e, served = InterviewRequest, MissingEpisode, InterviewEpisode
    asked, theirs = aliased(Child), aliased(Child)
    known = exists().where(InterviewNews.request_id == r.id, InterviewNews.episode_id == e.id)
    wanted = select(r.id, e.id).select_from(r).join(asked, asked.id == r.child_id)
    wanted = wanted.join(theirs, _same_child(theirs, asked)).join(e, e.child_id == theirs.id)
    wanted = wanted.where(
        IS_UNDER_WAY,
        e.state.not_in(_OVER),
        e.missing_from_at >= r.returned_at,
        ~exists().where(served.request_id == r.id, served.episode_id == e.id),
        ~known,
    )
    return session.execute(wanted.order_by(r.id, e.id).limit(at_most)).all()


def moved(session: Session, *, now: datetime, at_most: int) -> Sequence[AnyRow]:
    """(request id, placement id) of children who live elsewhere by now than where they were to be seen, and nobody was told."""
    r, p, last = InterviewRequest, Placement, aliased(Placement)
    asked, theirs = aliased(Child), aliased(Child)
    known = exists().where(InterviewNews.request_id == r.id, InterviewNews.placement_id == p.id)
    wanted = select(r.id, p.id).select_from(r).join(asked, asked.id == r.child_id)
    wanted = wanted.join(theirs, _same_child(theirs, asked)).join(p, p.child_id == theirs.id)
    wanted = wanted.join(last, last.id == r.placement_id)
    wanted = wanted.where(
        IS_UNDER_WAY,
        _runs(p, now),
        p.id != r.placement_id,
        p.starts_at > last.starts_at,
        ~known,
    )
    return session.execute(wanted.order_by(r.id, p.id).limit(at_most)).all()


def restated(session: Session, *, at_most: int) -> Sequence[int]:
    """Ids of requests under way that serve an episode whose return is another by now than when it was asked for."""
    r, served, own, root = InterviewRequest, InterviewEpisode, aliased(MissingEpisode), aliased(MissingEpisode)
    wanted = select(r.id).join(served, served.request_id == r.id).join(own, own.id == served.episode_id)
    wanted = wanted.join(root, root.id == func.coalesce(own.merged_into_id, own.id))
    wanted = wanted.where(IS_UNDER_WAY, root.returned_at.is_not(None), root.returned_at != served.returned_at)
    return session.scalars(wanted.distinct().order_by(r.id).limit(at_most)).all()


def told_meanwhile(session: Session, request_ref: str, organisation_id: int) -> Sequence[Alert]:
    """The alerts by which an organisation was told that something happened before the interview of a request, in order."""
    ours = (Alert.subject_ref == request_ref, Alert.organisation_id == organisation_id)
    wanted = select(Alert).where(*ours, Alert.kind == "interview.meanwhile")
    return session.scalars(wanted.order_by(Alert.id)).all()


def is_noted(session: Session, request_id: int, kind: str, about_id: int) -> bool:
    """Whether this was noted already."""
    column = getattr(InterviewNews, ABOUT[kind])
    wanted = exists().where(InterviewNews.request_id == request_id, column == about_id)
    return bool(session.execute(select(wanted)).scalar_one())


def settled_meanwhile(session: Session, *, at_most: int) -> list[tuple[int, str]]:
    """(id, how it was answered) of what still waits for a decision though an episode was added, or does not stand any longer."""
    n, e, served = InterviewNews, MissingEpisode, InterviewEpisode
    is_served = exists().where(served.request_id == n.request_id, served.episode_id == n.episode_id)
    wanted = select(n.id, is_served.label("is_served")).join(e, e.id == n.episode_id)
    wanted = wanted.where(n.answered_at.is_(None), or_(is_served, e.state.not_in(STANDING)))
    rows = session.execute(wanted.order_by(n.id).limit(at_most))
    return [(row.id, "one_interview" if row.is_served else "withdrawn") for row in rows]


def was_missing_at(session: Session, child_ids: Collection[int], at: datetime) -> bool:
    """Whether the child was missing at that instant, as far as it is known: gone, and neither found nor back."""
    e = MissingEpisode
    back_at = func.coalesce(e.located_at, e.returned_at)
    gone = (e.child_id.in_(list(child_ids)), e.state.in_(STANDING), e.missing_from_at <= at)
    wanted = exists().where(*gone, or_(back_at.is_(None), back_at > at))
    return bool(session.execute(select(wanted)).scalar_one())


def commission(session: Session, commission_id: int) -> Commission:
    """The commission as it is now, kept from other writers until the end of the transaction."""
    wanted = select(Commission).where(Commission.id == commission_id).with_for_update()
    return session.scalars(wanted.execution_options(**_FRESH)).one()


def _same_child(one: Any, other: Any) -> ColumnElement[bool]:
    """*one* is the row of the child of *other*, or merged into it: asked so that the indexes of both columns serve."""
    root = func.coalesce(other.merged_into_id, other.id)
    return or_(one.id == root, one.merged_into_id == root)


def _runs(p: type[Placement], now: datetime) -> ColumnElement[bool]:
    """The child lives there now."""
    stands = p.state.in_(("unconfirmed", "confirmed"))
    return stands & (p.starts_at <= now) & or_(p.ends_at.is_(None), p.ends_at > now)
