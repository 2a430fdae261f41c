"""Requests for return home interviews over HTTP: ask, answer, commission, cancel. The same rules as on pages."""

from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.core.idempotency import Once
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import answering, asking, cancelling, commissioning, requesting, schemas, views
from hub.spotpurchase.doing import done
from hub.spotpurchase.models import Commission, InterviewAsk, InterviewRequest
from hub.spotpurchase.schemas_out import InterviewAskOut, InterviewRequestBriefOut, InterviewRequestOut

Body = dict[str, Any]
blp = Blueprint(
    "interview_requests",
    __name__,
    url_prefix="/api/v1",
    description="Return home interviews: asked for, offered, declined, commissioned",
)
_ONE, _ASK = "/interview-requests/<ref>", "/interview-asks/<ref>"


@route(
    blp,
    "POST",
    "/interview-requests",
    permission="interview.request",
    body=schemas.InterviewRequestIn,
    out=InterviewRequestOut,
    status=201,
    idempotent=True,
)
def request_interview(actor: Actor, body: Body, once: Once) -> Any:
    """Ask for a return home interview after a return; the first provider is asked at once."""
    return done(once, actor, requesting.request, body, {"areas": resource(Areas)}, _request_seen)


@route(
    blp,
    "GET",
    "/interview-requests",
    permission="interview.read",
    query=schemas.RequestsQuery,
    out=InterviewRequestBriefOut,
    paged=True,
)
def list_interview_requests(actor: Actor, query: Body) -> Any:
    """See the requests that concern your organisation, newest first; the reading is recorded."""
    with resource(Database).write() as session:
        found = views.list_requests(
            session,
            actor,
            part=query["part"],
            states=[query["state"]] if query["state"] else None,
            after=query["cursor"],
            at_most=query["limit"] + 1,
            now=utc_now(),
        )
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", _ONE, permission="interview.read", out=InterviewRequestOut)
def show_interview_request(actor: Actor, ref: str) -> Any:
    """See a request as far as your organisation's part in it goes; the reading is recorded."""
    with resource(Database).write() as session:
        return views.read_request(session, actor, ref, rules=resource(Rulebook), now=utc_now())


@route(
    blp,
    "POST",
    f"{_ONE}/episodes",
    permission="interview.request",
    body=schemas.InterviewEpisodeIn,
    out=InterviewRequestOut,
    status=201,
    idempotent=True,
)
def add_interview_episode(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Let one interview serve another episode of the same child too; each keeps its own 72 hours."""
    return done(once, actor, requesting.add_episode, ref, body, _request_seen)


@route(
    blp,
    "POST",
    f"{_ONE}/asks",
    permission="interview.commission",
    body=schemas.AskProvidersIn,
    out=InterviewRequestOut,
    status=201,
    idempotent=True,
)
def ask_providers(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Put the request to several providers at once, beside those that the hub asks by itself."""
    return done(once, actor, asking.ask_by_hand, ref, body, _request_seen)


@route(
    blp,
    "POST",
    f"{_ONE}/commission",
    permission="interview.commission",
    body=schemas.CommissionIn,
    out=InterviewRequestOut,
    status=201,
    idempotent=True,
)
def commission_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Decide who holds the interview: an offer, your own interviewer, or the child's social worker as not independent."""
    return done(once, actor, commissioning.commission, ref, body, _commissioned_seen)


@route(
    blp,
    "POST",
    f"{_ONE}/commission/ending",
    permission="interview.commission",
    out=InterviewRequestOut,
    idempotent=True,
)
def take_commission_back(actor: Actor, ref: str, once: Once) -> Any:
    """Take the interview back from whoever was commissioned; others are asked, and the clock runs on."""
    return done(once, actor, commissioning.take_back, ref, {}, _request_seen)


@route(
    blp,
    "POST",
    f"{_ONE}/cancellation",
    permission="interview.cancel",
    body=schemas.InterviewCancellationIn,
    out=InterviewRequestOut,
    idempotent=True,
)
def cancel_interview_request(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say that the interview is not sought any longer; everybody concerned is told."""
    return done(once, actor, cancelling.cancel, ref, body, _request_seen)


@route(
    blp,
    "POST",
    f"{_ONE}/renewal",
    permission="interview.request",
    body=schemas.InterviewRenewalIn,
    out=InterviewRequestOut,
    idempotent=True,
)
def renew_interview_request(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Seek an interview again that nobody took, that the child declined, or that was cancelled."""
    return done(once, actor, cancelling.renew, ref, body, _request_seen)


# --- asks -------------------------------------------------------------------------------------------------------------


@route(
    blp,
    "GET",
    "/interview-asks",
    permission="interview.answer",
    query=schemas.AsksQuery,
    out=InterviewAskOut,
    paged=True,
)
def list_interview_asks(actor: Actor, query: Body) -> Any:
    """See what your organisation was asked, newest first; the reading is recorded."""
    with resource(Database).write() as session:
        found = views.list_asks(
            session,
            actor,
            states=[query["state"]] if query["state"] else None,
            after=query["cursor"],
            at_most=query["limit"] + 1,
            now=utc_now(),
        )
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", _ASK, permission="interview.converse", out=InterviewAskOut)
def show_interview_ask(actor: Actor, ref: str) -> Any:
    """See an ask, with what may be seen of the request before anybody is commissioned; the reading is recorded."""
    with resource(Database).write() as session:
        return views.read_ask(session, actor, ref, now=utc_now())


@route(
    blp,
    "POST",
    f"{_ASK}/offer",
    permission="interview.answer",
    body=schemas.OfferIn,
    out=InterviewAskOut,
    status=201,
    idempotent=True,
)
def offer_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Offer to hold the interview, priced by your rate card; the first offer within the terms may win at once."""
    return done(once, actor, answering.offer, ref, {"told": body}, _ask_seen)


@route(
    blp,
    "POST",
    f"{_ASK}/decline",
    permission="interview.answer",
    body=schemas.DeclineIn,
    out=InterviewAskOut,
    idempotent=True,
)
def decline_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say no, with a reason, or take an offer back; the next provider is asked at once."""
    return done(once, actor, answering.decline, ref, body, _ask_seen)


@route(
    blp,
    "POST",
    f"{_ASK}/referral",
    permission="interview.answer",
    body=schemas.OnwardReferralIn,
    out=InterviewAskOut,
    idempotent=True,
)
def refer_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Name another provider, which is then asked."""
    return done(once, actor, answering.refer, ref, body, _ask_seen)


@route(
    blp,
    "POST",
    f"{_ASK}/messages",
    permission="interview.converse",
    body=schemas.AskMessageIn,
    out=InterviewAskOut,
    status=201,
    idempotent=True,
)
def converse_about_interview(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Ask a question about an ask, or answer one; write nothing by which the child could be known."""
    return done(once, actor, answering.converse, ref, body, _ask_seen)


def _request_seen(session: Session, actor: Actor, request: InterviewRequest) -> Any:
    return views.request_seen(session, actor, request.id, rules=resource(Rulebook), now=utc_now())


def _commissioned_seen(session: Session, actor: Actor, made: Commission) -> Any:
    return views.request_seen(session, actor, made.request_id, rules=resource(Rulebook), now=utc_now())


def _ask_seen(session: Session, actor: Actor, ask: InterviewAsk) -> Any:
    return views.ask_seen(session, actor, ask.ref, now=utc_now())
