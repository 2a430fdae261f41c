"""What of an interview's course is shown to whom: instants and codes to every part, what was written to whoever needs it.

The placing authority reads all of it; whoever holds the interview what its own organisation wrote; the host when the child is
seen and what came of it, without a word of what was written. Whoever was only asked sees nothing of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries as directory
from hub.missing import queries as episode_queries
from hub.missing.views import named
from hub.notify.models import Alert
from hub.spotpurchase import queries as request_queries
from hub.spotpurchase import standing
from hub.spotpurchase.interviews import calendar, queries
from hub.spotpurchase.interviews.acting import NO_APPOINTMENT, record
from hub.spotpurchase.interviews.attempting import most_attempts
from hub.spotpurchase.interviews.meanwhile import ANSWERS
from hub.spotpurchase.interviews.models import Appointment, Attempt, ChildOffer, InterviewNews
from hub.spotpurchase.interviews.offering import NO_OFFER
from hub.spotpurchase.interviews.taking_back import NO_ATTEMPT
from hub.spotpurchase.models import Commission, InterviewRequest
from hub.spotpurchase.states import UNDER_WAY

SEES: Final = ("placing", "host", "performer")
"""Parts that see the course of an interview."""


@dataclass(frozen=True)
class Course:
    """How an interview went so far. The three instants: first offered to the child, first tried, carried out."""

    request: str
    state: str
    latest_at: datetime
    first_offered_at: datetime | None
    first_tried_at: datetime | None
    carried_out_at: datetime | None
    is_within_72_hours: bool | None
    tries_left: int | None
    offers: list[dict[str, Any]] = field(repr=False)
    appointments: list[dict[str, Any]] = field(repr=False)
    attempts: list[dict[str, Any]] = field(repr=False)
    news: list[dict[str, Any]] = field(repr=False)
    told: list[dict[str, Any]] = field(repr=False)
    """What the reader was told of beside that: ``what`` (``return_corrected``, or ``nothing_said`` of a time that is over)."""


@dataclass(frozen=True)
class Reader:
    """For whom it is shown, and the names of the organisations in it."""

    session: Session
    organisation: int
    is_placing: bool
    names: Mapping[int, Any]

    def words(self, row: Any, whose: int) -> dict[str, Any]:
        """What was written with a row, for whoever placed the child or wrote it; nobody else."""
        if not self.is_placing and whose != self.organisation:
            return {}
        opened: dict[str, Any] = keys_of(self.session).open(row.ref, row.sealed)
        return opened

    def name(self, organisation_id: int) -> dict[str, Any] | None:
        return named(self.names.get(organisation_id))


def read_course(session: Session, actor: Actor, ref: str, *, now: datetime) -> Course:
    """The course of the interview *ref*, for the actor; the reading is recorded. Raises ``NotFound`` for who has no part."""
    request = standing.request_for(session, actor, ref, parts=SEES)
    record(session, actor, Event.INTERVIEW_READ, request, now, what="course")
    return course_of(session, actor, request)


def course_of(session: Session, actor: Actor, request: InterviewRequest) -> Course:
    """The course of a request that the actor has a part in."""
    commissions = {each.id: each for each in request_queries.commissions_of(session, request.id)}
    offers = queries.offers_of(session, [request.id])
    appointments = queries.appointments_of(session, request.id)
    attempts = queries.attempts_of(session, request.id)
    ids = {request.placing_authority_id, *(each.organisation_id for each in offers)}
    ids |= {each.performer_id for each in commissions.values()}
    is_placing = request.placing_authority_id == actor.organisation
    reader = Reader(session, actor.organisation, is_placing, directory.by_ids(session, ids))
    held_at = first(each.held_at for each in appointments if each.state == "held")
    return Course(
        request=request.ref,
        state=request.state,
        latest_at=request.latest_at,
        first_offered_at=first(each.offered_at for each in offers if each.taken_back_at is None),
        first_tried_at=first(each.at for each in attempts if each.taken_back_at is None),
        carried_out_at=held_at,
        is_within_72_hours=held_at <= request.latest_at if held_at else None,
        tries_left=_tries_left(session, commissions.values()),
        offers=[offer_seen(reader, each) for each in offers],
        appointments=[appointment_seen(reader, each, commissions[each.commission_id]) for each in appointments],
        attempts=[attempt_seen(reader, each, commissions[each.commission_id]) for each in attempts],
        news=_news_seen(reader, queries.news_of(session, request.id)),
        told=_told(queries.told_meanwhile(session, request.ref, actor.organisation)),
    )


def is_missing(session: Session, request: InterviewRequest, *, now: datetime) -> bool:
    """Whether the child whose interview is to be held is missing, by what is known: gone again, or the return was taken back."""
    children = episode_queries.same_child(session, request.child_id)
    return request.state in UNDER_WAY and queries.was_missing_at(session, children, now)


def _told(rows: Sequence[Alert]) -> list[dict[str, Any]]:
    """What is no news of the course, in which that stands by itself."""
    return [
        {"what": "nothing_said", "was_at": None, "latest_at": None, **each.details, "at": each.raised_at}
        for each in rows
        if "news" not in each.details
    ]


def first(instants: Iterable[datetime | None]) -> datetime | None:
    """The earliest of them, ``None`` left out."""
    return min((at for at in instants if at is not None), default=None)


def _tries_left(session: Session, commissions: Iterable[Commission]) -> int | None:
    """How many attempts may still come to nothing; ``None`` where nobody holds it."""
    for each in commissions:
        if each.state == "standing":
            return max(0, most_attempts(each) - queries.tries_used(session, each.id))
    return None


def offer_seen(reader: Reader, row: ChildOffer) -> dict[str, Any]:
    """An offer to the child, as the reader may see it."""
    shown = {
        name: getattr(row, name)
        for name in ("ref", "offered_at", "how", "said", "recorded_at", "carer_offered_at", "taken_back_at")
    }
    return shown | {"organisation": reader.name(row.organisation_id), **reader.words(row, row.organisation_id)}


def appointment_seen(reader: Reader, row: Appointment, commission: Commission) -> dict[str, Any]:
    """An appointment, as the reader may see it."""
    names = (
        *("ref", "state", "starts_at", "ends_at", "mode", "sequence", "booked_at", "held_at", "held_until"),
        *("cancelled_at", "cancel_reason", "late_reason"),
    )
    shown = {name: getattr(row, name) for name in names}
    return shown | {"performer": reader.name(commission.performer_id), **reader.words(row, commission.performer_id)}


def attempt_seen(reader: Reader, row: Attempt, commission: Commission) -> dict[str, Any]:
    """An attempt, as the reader may see it."""
    shown = {
        name: getattr(row, name) for name in ("ref", "at", "how", "outcome", "miles", "recorded_at", "taken_back_at")
    }
    return shown | {"performer": reader.name(commission.performer_id), **reader.words(row, commission.performer_id)}


def _news_seen(reader: Reader, rows: Sequence[InterviewNews]) -> list[dict[str, Any]]:
    """What happened before the interview; which episode it was is for the placing authority."""
    ids = [row.episode_id for row in rows if row.episode_id is not None]
    episodes = {each.id: each.ref for each in episode_queries.episodes(reader.session, ids)} if ids else {}
    return [_news(reader, row, episodes.get(row.episode_id or 0)) for row in rows]


def _news(reader: Reader, row: InterviewNews, episode: str | None) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("ref", "kind", "noticed_at", "answered_at", "answer")}
    is_open = reader.is_placing and row.answered_at is None
    return shown | {
        "episode": episode if reader.is_placing else None,
        "answers": list(ANSWERS[row.kind]) if is_open else [],
    }


# --- one thing, as it was just made -----------------------------------------------------------------------------------


def offer_made(session: Session, actor: Actor, row: ChildOffer) -> dict[str, Any]:
    """An offer that the actor has just recorded or changed, with its request."""
    request = request_queries.locked(session, row.request_id)
    return offer_seen(_reader(session, actor, request, row.organisation_id), row) | _of(request)


def appointment_made(session: Session, actor: Actor, row: Appointment) -> dict[str, Any]:
    """An appointment that the actor has just made or changed, with its request."""
    commission = queries.commission(session, row.commission_id)
    request = request_queries.locked(session, commission.request_id)
    return appointment_seen(_reader(session, actor, request, commission.performer_id), row, commission) | _of(request)


def attempt_made(session: Session, actor: Actor, row: Attempt) -> dict[str, Any]:
    """An attempt that the actor has just recorded or taken back, with its request."""
    commission = queries.commission(session, row.commission_id)
    request = request_queries.locked(session, commission.request_id)
    return attempt_seen(_reader(session, actor, request, commission.performer_id), row, commission) | _of(request)


def news_made(session: Session, actor: Actor, row: InterviewNews) -> dict[str, Any]:
    """What the actor has just decided about, with its request."""
    request = request_queries.locked(session, row.request_id)
    [shown] = _news_seen(_reader(session, actor, request, actor.organisation), [row])
    return shown | _of(request)


def _reader(session: Session, actor: Actor, request: InterviewRequest, other: int) -> Reader:
    is_placing = request.placing_authority_id == actor.organisation
    return Reader(session, actor.organisation, is_placing, directory.by_ids(session, {other}))


def _of(request: InterviewRequest) -> dict[str, Any]:
    return {"request": request.ref, "request_state": request.state}


# --- whose it is ------------------------------------------------------------------------------------------------------


def request_of(session: Session, actor: Actor, ref: str) -> str:
    """The request of the appointment or attempt *ref*, for whoever holds or held it. Raises ``NotFound`` for everybody else."""
    is_attempt = is_ref(ref, "att")
    find, none = (queries.attempt_with, NO_ATTEMPT) if is_attempt else (queries.appointment_with, NO_APPOINTMENT)
    found: Any = find(session, ref) if is_attempt or is_ref(ref, "apt") else None
    if found is None or queries.commission(session, found[0].commission_id).performer_id != actor.organisation:
        raise NotFound(none)
    return str(found[1])


def read_offer(session: Session, actor: Actor, ref: str, *, now: datetime) -> dict[str, Any]:
    """The offer *ref* to a child, with its request, for whoever recorded it or acts on the interview; the reading is recorded.

    ``is_ours``: the actor's organisation recorded it, and reads it also once the interview is no longer its own. Raises
    ``NotFound`` for everybody else.
    """
    found = queries.offer_with(session, ref) if is_ref(ref, "cof") else None
    if found is None:
        raise NotFound(NO_OFFER)
    row, request_ref = found
    is_ours = row.organisation_id == actor.organisation
    if not is_ours and request_queries.seen_by(session, request_ref, actor.organisation, standing.ACTING) is None:
        raise NotFound(NO_OFFER)
    record(session, actor, Event.INTERVIEW_READ, request_queries.locked(session, row.request_id), now, offer=ref)
    return offer_made(session, actor, row) | {"is_ours": is_ours}


def own_offers(session: Session, actor: Actor, request_ref: str) -> list[dict[str, Any]]:
    """What the actor's organisation itself recorded of offers to the child of a request, whoever has the interview now."""
    request = request_queries.by_ref(session, request_ref)
    rows = queries.offers_of(session, [request.id]) if request else []
    reader = Reader(session, actor.organisation, False, {})
    return [offer_seen(reader, each) for each in rows if each.organisation_id == actor.organisation]


# --- for calendars ----------------------------------------------------------------------------------------------------


def calendar_file(session: Session, actor: Actor, ref: str, *, base_url: str, now: datetime) -> bytes:
    """The appointment *ref* as RFC 5545, for whoever has a part in it; the reading is recorded. Raises ``NotFound``."""
    found = queries.appointment_with(session, ref) if is_ref(ref, "apt") else None
    if found is None:
        raise NotFound(NO_APPOINTMENT)
    request = standing.request_for(session, actor, found[1], parts=SEES)
    row, performer_id = found[0], queries.commission(session, found[0].commission_id).performer_id
    if actor.organisation not in (performer_id, request.placing_authority_id, request.host_authority_id):
        raise NotFound(NO_APPOINTMENT)
    area = directory.by_gss(session, request.area_gss)
    entry = calendar.Entry(
        ref=row.ref,
        request_ref=request.ref,
        starts_at=row.held_at or row.starts_at,
        ends_at=row.held_until or row.ends_at,
        sequence=row.sequence,
        is_cancelled=row.state in ("cancelled", "taken_back"),
        mode=row.mode,
        area=area.name if area else request.area_gss,
        performer=directory.by_ids(session, [performer_id])[performer_id].name,
    )
    record(session, actor, Event.INTERVIEW_READ, request, now, what="calendar", appointment=ref)
    return calendar.written(entry, base_url=base_url, now=now)
