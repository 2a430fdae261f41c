"""Interviews over HTTP: offered to the child, booked with a calendar file, tried, held, taken back."""

from typing import Any, Final

from flask import Response

from hub.core import calendars
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, resource, route
from hub.core.idempotency import Once
from hub.core.settings import Settings
from hub.spotpurchase.doing import done
from hub.spotpurchase.interviews import schemas as said
from hub.spotpurchase.interviews import schemas_out as out
from hub.spotpurchase.interviews import service, views

blp = Blueprint(
    "interviews", __name__, url_prefix="/api/v1", description="Return home interviews: offered, booked, tried, held"
)
Body = dict[str, Any]
_ONE: Final = "/interview-requests/<ref>"
_TIME: Final = "/interview-appointments/<ref>"
CALENDAR: Final = {
    "description": "The appointment as an iCalendar file: reference and link, nothing about the child",
    "content": {calendars.MEDIA_TYPE: {"schema": {"type": "string"}}},
}


@route(blp, "GET", f"{_ONE}/course", permission="interview.follow", out=out.CourseOut)
def show_course(actor: Actor, ref: str) -> Any:
    """See how an interview went so far: offers, times, attempts, what happened before it; the reading is recorded."""
    with resource(Database).write() as session:
        return views.read_course(session, actor, ref, now=utc_now())


# --- the child ----------------------------------------------------------------------------------------------------------


@route(
    blp,
    "POST",
    f"{_ONE}/child-offers",
    permission="interview.offer_to_child",
    body=said.ChildOfferIn,
    out=out.ChildOfferMadeOut,
    status=201,
    idempotent=True,
)
def offer_to_child(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the child was offered the interview, and what they said; a child who declines can be offered it again."""
    return done(once, actor, service.offer_to_child, ref, body, views.offer_made)


@route(
    blp,
    "POST",
    "/interview-child-offers/<ref>/carer-offer",
    permission="interview.offer_to_child",
    body=said.CarerOfferIn,
    out=out.ChildOfferMadeOut,
    status=201,
    idempotent=True,
)
def offer_to_carer(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that a parent or carer was asked for what they know, because the child declined."""
    return done(once, actor, service.offer_to_carer, ref, body, views.offer_made)


@route(
    blp,
    "POST",
    "/interview-child-offers/<ref>/taking-back",
    permission="interview.offer_to_child",
    body=said.InterviewTakingBackIn,
    out=out.ChildOfferMadeOut,
    idempotent=True,
)
def take_back_offer(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Take back what your organisation recorded in error of an offer to the child."""
    return done(once, actor, service.take_back_offer, ref, body, views.offer_made)


# --- a time -------------------------------------------------------------------------------------------------------------


@route(
    blp,
    "POST",
    f"{_ONE}/appointments",
    permission="interview.hold",
    body=said.BookingIn,
    out=out.AppointmentMadeOut,
    status=201,
    idempotent=True,
)
def book(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Book a time with the child; the placing authority and the host are told."""
    return done(once, actor, service.book, ref, body, views.appointment_made)


@route(
    blp,
    "POST",
    f"{_TIME}/change",
    permission="interview.hold",
    body=said.ChangeIn,
    out=out.AppointmentMadeOut,
    idempotent=True,
)
def rearrange(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Move an appointment; calendars that hold it move it too."""
    return done(once, actor, service.rearrange, ref, body, views.appointment_made)


@route(
    blp,
    "POST",
    f"{_TIME}/cancellation",
    permission="interview.cancel_appointment",
    body=said.AppointmentCancellationIn,
    out=out.AppointmentMadeOut,
    idempotent=True,
)
def cancel(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Cancel an appointment; what it costs is by the rate card, and the interview is still sought."""
    return done(once, actor, service.cancel, ref, body, views.appointment_made)


@route(blp, "GET", "/interview-appointments/<ref>.ics", permission="interview.follow")
@blp.doc(responses={"200": CALENDAR})  # type: ignore[untyped-decorator]
def show_calendar(actor: Actor, ref: str) -> Response:
    """Give an appointment as an iCalendar file, for Outlook or Google; the reading is recorded."""
    with resource(Database).write() as session:
        base_url = resource(Settings).base_url
        text = views.calendar_file(session, actor, ref, base_url=base_url, now=utc_now())
    return Response(text, mimetype=calendars.MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})


# --- what came of it ----------------------------------------------------------------------------------------------------


@route(
    blp,
    "POST",
    f"{_TIME}/holding",
    permission="interview.hold",
    body=said.HoldingIn,
    out=out.AppointmentMadeOut,
    idempotent=True,
)
def hold(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the interview was held: what was owed is met, late or in time, and its report is owed."""
    return done(once, actor, service.hold, ref, body, views.appointment_made)


@route(
    blp,
    "POST",
    f"{_ONE}/holding",
    permission="interview.hold",
    body=said.UnbookedHoldingIn,
    out=out.AppointmentMadeOut,
    status=201,
    idempotent=True,
)
def hold_unbooked(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record that the interview was held though no time had been booked for it."""
    return done(once, actor, service.hold_unbooked, ref, body, views.appointment_made)


@route(
    blp,
    "POST",
    f"{_TIME}/taking-back",
    permission="interview.hold",
    body=said.InterviewTakingBackIn,
    out=out.AppointmentMadeOut,
    idempotent=True,
)
def take_back_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Take back that an interview was held: it is owed again, at the hour it always was."""
    return done(once, actor, service.take_back_interview, ref, body, views.appointment_made)


@route(
    blp,
    "POST",
    f"{_ONE}/attempts",
    permission="interview.hold",
    body=said.AttemptIn,
    out=out.AttemptMadeOut,
    status=201,
    idempotent=True,
)
def attempt(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Record an attempt that came to nothing, and why; a visit is charged by the rate card."""
    return done(once, actor, service.attempt, ref, body, views.attempt_made)


@route(
    blp,
    "POST",
    "/interview-attempts/<ref>/taking-back",
    permission="interview.hold",
    body=said.InterviewTakingBackIn,
    out=out.AttemptMadeOut,
    idempotent=True,
)
def take_back_attempt(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Take back an attempt that your organisation recorded in error."""
    return done(once, actor, service.take_back_attempt, ref, body, views.attempt_made)


@route(
    blp,
    "POST",
    f"{_ONE}/giving-back",
    permission="interview.give_back",
    body=said.GivingBackIn,
    out=out.GivenBackOut,
    idempotent=True,
)
def give_back(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Give an interview back that you cannot hold, or take it back from whoever was to hold it; others are asked."""
    return done(
        once, actor, service.give_back, ref, body, lambda _s, _a, row: {"request": row.ref, "request_state": row.state}
    )


@route(
    blp,
    "POST",
    "/interview-news/<ref>/answer",
    permission="interview.commission",
    body=said.NewsAnswerIn,
    out=out.InterviewNewsMadeOut,
    idempotent=True,
)
def answer_news(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Decide how it goes on after the child went missing again or moved before the interview."""
    return done(once, actor, service.answer_news, ref, body, views.news_made)
