"""Reports of interviews over HTTP: written, sent, read, given in views, acknowledged, answered.

What is shown leaves after the transaction that records the showing has committed. A draft is saved with ``If-Match``: the version
that was read; ``"0"`` where nothing was saved yet.
"""

from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.doing import done
from hub.spotpurchase.reports import reading, schemas, service
from hub.spotpurchase.reports import schemas_out as out
from hub.spotpurchase.reports.drafts import Draft

Body = dict[str, Any]
blp = Blueprint(
    "interview_reports", __name__, url_prefix="/api/v1", description="Reports of interviews: written, given, answered"
)
_DRAFT: Final = "/interview-requests/<ref>/report"
_REPORT: Final = "/interview-reports/<ref>"
_SHARE: Final = "/interview-shares/<ref>"


# --- writing ----------------------------------------------------------------------------------------------------------


@route(blp, "GET", _DRAFT, permission="report.write", out=out.ReportDraftOut)
def show_draft(actor: Actor, ref: str) -> Any:
    """See the report of an interview as far as you have written it, or as you sent it; the reading is recorded."""
    with resource(Database).write() as session:
        return _tagged(service.read_draft(session, actor, ref, now=utc_now()))


@route(blp, "PUT", _DRAFT, permission="report.write", body=schemas.ReportDraftIn, out=out.ReportDraftOut, edits=True)
def save_draft(actor: Actor, ref: str, body: Body) -> Any:
    """Save the report of an interview as far as it is written. Whoever saves over what they have not read is refused."""
    version = expected_version()
    with resource(Database).write() as session:
        return _tagged(service.save_draft(session, actor, ref, body, version=version, now=utc_now()))


@route(
    blp,
    "POST",
    f"{_DRAFT}/submission",
    permission="report.write",
    body=schemas.SubmissionIn,
    out=out.InterviewReportOut,
    edits=True,
    idempotent=True,
)
def submit(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Send the report as it was saved last. What is missing is said field by field, and nothing is sent."""
    now, rules, version = utc_now(), resource(Rulebook), expected_version()

    def do(session: Session) -> Any:
        report = service.submit(session, actor, ref, version=version, by=body["by"], rules=rules, now=now)
        return reading.report_seen(session, actor, report)

    with resource(Database).write() as session:
        return once(session, lambda: do(session))


@route(
    blp,
    "POST",
    f"{_DRAFT}/correction",
    permission="report.write",
    body=schemas.CorrectionIn,
    out=out.ReportDraftOut,
    status=201,
    idempotent=True,
)
def begin_correction(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Begin the next version of a report that was sent. What was sent stands until you send this one."""
    now = utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: service.begin_correction(session, actor, ref, reason=body["reason"], now=now))


def _tagged(draft: Draft) -> Any:
    return tagged(draft, draft.version)


# --- reading ----------------------------------------------------------------------------------------------------------


@route(
    blp,
    "GET",
    "/interview-reports",
    permission="report.read",
    query=schemas.ReportsQuery,
    out=out.ReportBriefOut,
    paged=True,
)
def list_reports(actor: Actor, query: Body) -> Any:
    """See the reports that you wrote or were sent, newest first; the reading is recorded."""
    with resource(Database).write() as session:
        narrowed = {"waits_for": query["waits_for"], "episode": query["episode"]}
        found = service.list_reports(session, actor, **_page(query), **narrowed, now=utc_now())
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", _REPORT, permission="report.read", out=out.InterviewReportOut)
def show_report(actor: Actor, ref: str) -> Any:
    """See a whole report that you wrote or were sent, and what became of each of its points; the reading is recorded."""
    with resource(Database).write() as session:
        return service.read_report(session, actor, ref, now=utc_now())


@route(
    blp,
    "GET",
    "/interview-shares",
    permission="report.read",
    query=schemas.SharesQuery,
    out=out.SharedBriefOut,
    paged=True,
)
def list_shares(actor: Actor, query: Body) -> Any:
    """See what you were given of reports, newest first; the reading is recorded."""
    with resource(Database).write() as session:
        found = service.list_shares(session, actor, **_page(query), episode=query["episode"], now=utc_now())
        return page_of(found, query, ref=lambda each: each.ref)


@route(blp, "GET", _SHARE, permission="report.read", out=out.SharedViewOut)
def show_share(actor: Actor, ref: str) -> Any:
    """See what was given of a report, as it was given; of what was recalled, that it was. The reading is recorded."""
    with resource(Database).write() as session:
        return service.read_share(session, actor, ref, now=utc_now())


def _page(query: Body) -> Body:
    return {"state": query["state"], "after": query["cursor"], "at_most": query["limit"] + 1}


# --- giving -----------------------------------------------------------------------------------------------------------


@route(blp, "GET", f"{_REPORT}/recipients", permission="report.share", out=out.ShareChoicesOut)
def show_recipients(actor: Actor, ref: str) -> Any:
    """See who may be given something of a report, and which views. Nobody is given anything by default."""
    with resource(Database).write() as session:
        return {"recipients": service.recipients(session, actor, ref)}


@route(
    blp,
    "POST",
    f"{_REPORT}/shares",
    permission="report.share",
    body=schemas.ShareIn,
    out=out.InterviewReportOut,
    status=201,
    idempotent=True,
)
def share(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Give a view of a report to one recipient: what for, why no less would do, and what the child said to it."""
    return done(once, actor, service.share, ref, {"told": body}, reading.report_of_share)


@route(
    blp,
    "POST",
    f"{_SHARE}/recall",
    permission="report.share",
    body=schemas.RecallIn,
    out=out.SharedViewOut,
    idempotent=True,
)
def recall(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Take back what was given by mistake: its recipient sees that it was recalled, and nothing of it."""
    return done(once, actor, service.recall, ref, body, reading.share_seen)


# --- answering --------------------------------------------------------------------------------------------------------


@route(
    blp,
    "POST",
    f"{_REPORT}/acknowledgement",
    permission="report.acknowledge",
    body=schemas.ReportAcknowledgementIn,
    out=out.InterviewReportOut,
    idempotent=True,
)
def acknowledge(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Acknowledge a report; whoever wrote it sees that it was read."""
    return done(once, actor, service.acknowledge, ref, body, reading.report_seen)


@route(
    blp,
    "POST",
    "/interview-recommendations/<ref>/answer",
    permission="recommendation.answer",
    body=schemas.RecommendationAnswerIn,
    out=out.PointAnsweredOut,
    idempotent=True,
)
def answer_recommendation(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Answer a recommendation: accepted, declined, done; or open again."""
    return done(once, actor, service.answer_recommendation, ref, {"told": body}, _as_it_is)


@route(
    blp,
    "POST",
    "/interview-referrals/<ref>/answer",
    permission="recommendation.answer",
    body=schemas.ReferralAnswerIn,
    out=out.PointAnsweredOut,
    idempotent=True,
)
def answer_referral(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Say what became of a safeguarding referral; or that what was said does not stand any more."""
    return done(once, actor, service.answer_referral, ref, {"told": body}, _as_it_is)


@route(
    blp,
    "POST",
    f"{_SHARE}/acknowledgement",
    permission="report.acknowledge_view",
    body=schemas.ReportAcknowledgementIn,
    out=out.SharedViewOut,
    idempotent=True,
)
def acknowledge_share(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Acknowledge what you were given of a report."""
    return done(once, actor, service.acknowledge_share, ref, body, reading.share_seen)


@route(
    blp,
    "POST",
    f"{_SHARE}/question",
    permission="report.ask",
    body=schemas.SharedQuestionIn,
    out=out.SharedViewOut,
    idempotent=True,
)
def ask(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Put one question back about what you were given."""
    return done(once, actor, service.ask, ref, body, reading.share_seen)


@route(
    blp,
    "POST",
    f"{_SHARE}/answer",
    permission="report.answer",
    body=schemas.SharedAnswerIn,
    out=out.SharedViewOut,
    idempotent=True,
)
def answer(actor: Actor, ref: str, body: Body, once: Once) -> Any:
    """Answer the question of whoever was given a view of a report."""
    return done(once, actor, service.answer, ref, body, reading.share_seen)


def _as_it_is(_session: Session, _actor: Actor, row: Any) -> Any:
    return row
