"""What a reader is shown of a report, of what was given of it, and of what became of it. Each reading is recorded.

The placing authority and whoever wrote it read the whole. Of what was given to others the writer sees how it stands, and the
question that came back, but not why it was given; a recipient sees what it was given, as it was given, until that is recalled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound
from hub.core.ids import is_ref
from hub.directory import queries as directory
from hub.missing.queries import seen_by as episode_seen_by
from hub.missing.views import named
from hub.notify.inbox import read_about
from hub.spotpurchase import queries as requests
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports import queries
from hub.spotpurchase.reports.briefs import Names, ReportBrief, brief, parties
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare, SafeguardingReferral
from hub.spotpurchase.reports.policy import load_views
from hub.spotpurchase.reports.sharing import NO_REPORT, NO_SHARE, TO_HOST, content_of

_ANSWER: Final = ("answer", "outcome", "reason", "words", "by", "done_by", "on", "at", "organisation")


@dataclass(frozen=True)
class RecommendationSeen:
    """A recommendation and its answers, the newest last. ``is_ours``: the reader is to answer it."""

    ref: str
    number: int
    to: dict[str, Any] | None
    state: str
    passed_on_at: datetime | None
    answered_at: datetime | None
    is_ours: bool
    text: str = field(repr=False)
    answers: list[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True)
class ReferralSeen:
    """A safeguarding referral and what was said became of it, the newest last. ``made_at`` ``None``: it is asked for."""

    ref: str
    number: int
    state: str
    made_at: datetime | None
    outcome: str | None
    answered_at: datetime | None
    kind: str = field(repr=False)
    what: str = field(repr=False)
    to_whom: str = field(repr=False)
    answers: list[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True)
class ShareStands:
    """How a share stands. ``decision``: why it was given and what, for the placing authority alone."""

    ref: str
    recipient: dict[str, Any] | None
    view: str
    state: str
    number: int
    """Of the version of the report that it is a view of."""
    given_at: datetime
    acknowledged_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    recalled_at: datetime | None
    question: str | None = field(repr=False)
    answer: str | None = field(repr=False)
    decision: dict[str, Any] | None = field(repr=False)


@dataclass(frozen=True)
class ReportSeen(ReportBrief):
    """A report as who answers for the child, or who wrote it, reads it. ``content``: line by line, by codes of ``FIELDS``."""

    episodes: list[dict[str, Any]]
    newest: str
    """The version that stands: another than this where it was corrected."""
    correction: str | None
    content: dict[str, Any] = field(repr=False)
    submitted_by: str | None = field(repr=False)
    acknowledged_by: str | None = field(repr=False)
    recommendations: list[RecommendationSeen]
    referrals: list[ReferralSeen]
    shares: list[ShareStands]


@dataclass(frozen=True)
class SharedBrief:
    """A view that was given, in a list of what the reader's organisation received."""

    ref: str
    view: str
    state: str
    placing_authority: dict[str, Any] | None
    recipient: dict[str, Any] | None
    given_at: datetime
    acknowledged_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    recalled_at: datetime | None
    is_corrected: bool
    """A corrected report has taken the place of the one that it shows."""
    episodes: list[str]
    """References of the missing episodes that it is about, of those that the reader may see."""


@dataclass(frozen=True)
class SharedSeen(SharedBrief):
    """What was given, as it was given. ``content`` ``None``: it was recalled, or is not for the reader.

    ``report``: of which report it is a view, for who may read that.
    """

    report: str | None
    content: dict[str, Any] | None = field(repr=False)
    given_by: str | None = field(repr=False)
    question: str | None = field(repr=False)
    answer: str | None = field(repr=False)
    recommendations: list[RecommendationSeen]


# --- the whole report -------------------------------------------------------------------------------------------------


def read_report(session: Session, actor: Actor, ref: str, *, now: datetime) -> ReportSeen:
    """A report that was sent, for the placing authority and for who wrote it; the reading is recorded. Raises ``NotFound``."""
    report = queries.seen_by(session, ref, actor.organisation) if is_ref(ref, "irp") else None
    if report is None or report.state not in queries.SENT:
        raise NotFound(NO_REPORT)
    audit.record(session, actor, Event.INTERVIEW_REPORT_READ, ref, now=now, details={"view": "full"})
    read_about(session, actor, ref, now=now)
    return report_seen(session, actor, report)


def report_seen(session: Session, actor: Actor, report: InterviewReport) -> ReportSeen:
    """A report as the actor's organisation sees it, after an act of its own, which is recorded as that."""
    request = requests.request_by_id(session, report.request_id)
    document = keys_of(session).open(report.ref, report.sealed)
    versions = queries.sent_of(session, request.id)
    shares = queries.shares_of(session, [each.id for each in versions])
    recommended = queries.recommendations_of(session, report.id)
    referred = queries.referrals_of(session, report.id)
    names = _names(session, request, report, *(each.recipient_id for each in shares))
    numbers = {each.id: each.number for each in versions}
    is_placing = actor.organisation == request.placing_authority_id
    return ReportSeen(
        **vars(brief(actor, report, request, names, _unanswered(recommended, referred))),
        episodes=document["facts"]["episodes"],
        newest=versions[0].ref,
        correction=document.get("correction"),
        content=content_of(session, report, load_views()["full"]).content,
        submitted_by=document.get("by"),
        acknowledged_by=document.get("acknowledged_by"),
        recommendations=[_recommendation(session, actor, each, names, is_placing) for each in recommended],
        referrals=[_referral(session, each) for each in referred],
        shares=[_stands(session, each, numbers[each.report_id], names, is_placing) for each in shares],
    )


def report_of_share(session: Session, actor: Actor, row: ReportShare) -> ReportSeen:
    """The report that a share is a view of, as the placing authority sees it after giving it."""
    return report_seen(session, actor, queries.report_by_id(session, row.report_id))


def _names(session: Session, request: InterviewRequest, report: InterviewReport, *others: int) -> Names:
    return directory.by_ids(session, {*parties(request, report), *others})


def _unanswered(*points: Sequence[Recommendation | SafeguardingReferral]) -> int:
    return sum(each.state == "open" for listed in points for each in listed)


def _recommendation(
    session: Session, actor: Actor, row: Recommendation, names: Names, is_placing: bool
) -> RecommendationSeen:
    document = keys_of(session).open(row.ref, row.sealed)
    is_ours = row.to_id == actor.organisation if row.passed_on_at else is_placing
    return RecommendationSeen(
        row.ref,
        row.number,
        named(names.get(row.to_id)),
        row.state,
        row.passed_on_at,
        row.answered_at,
        is_ours,
        document["text"],
        _answers(document),
    )


def _referral(session: Session, row: SafeguardingReferral) -> ReferralSeen:
    document = keys_of(session).open(row.ref, row.sealed)
    said = (document["kind"], document["what"], document["to_whom"])
    return ReferralSeen(
        row.ref, row.number, row.state, row.made_at, row.outcome, row.answered_at, *said, _answers(document)
    )


def _answers(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{name: each[name] for name in _ANSWER if each.get(name)} for each in document["answers"]]


def _stands(session: Session, row: ReportShare, number: int, names: Names, is_placing: bool) -> ShareStands:
    document = keys_of(session).open(row.ref, row.sealed)
    said = ("content", "necessity", "necessity_words", "proportionality", "override", "by", "recall")
    decision: dict[str, Any] = {name: document[name] for name in said if document.get(name)}
    decision |= {"wishes": row.wishes, "redacted": list(row.redacted)}
    return ShareStands(
        row.ref,
        named(names.get(row.recipient_id)),
        row.view,
        row.state,
        number,
        row.given_at,
        row.acknowledged_at,
        row.asked_at,
        row.answered_at,
        row.recalled_at,
        document.get("question"),
        document.get("answer"),
        decision if is_placing else None,
    )


# --- what was given ---------------------------------------------------------------------------------------------------


def read_share(session: Session, actor: Actor, ref: str, *, now: datetime) -> SharedSeen:
    """What was given, as it was given, for its recipient and for the placing authority; the reading is recorded.

    Who wrote the report sees how it stands and what was asked, and not what was given. Of what was recalled nobody is shown more
    than that. Raises ``NotFound`` for everybody else.
    """
    own = actor.organisation
    mine = (ReportShare.recipient_id == own, queries.share_given_by(own), queries.share_written_by(own))
    row = queries.share_where(session, ref, *mine) if is_ref(ref, "shr") else None
    if row is None:
        raise NotFound(NO_SHARE)
    details = {"view": row.view, "state": row.state}
    audit.record(session, actor, Event.INTERVIEW_REPORT_READ, ref, now=now, details=details)
    read_about(session, actor, ref, now=now)
    return share_seen(session, actor, row)


def share_seen(session: Session, actor: Actor, row: ReportShare) -> SharedSeen:
    """A share as the actor's organisation sees it, after an act of its own, which is recorded as that."""
    report = queries.report_by_id(session, row.report_id)
    request = requests.request_by_id(session, report.request_id)
    names = _names(session, request, report, row.recipient_id)
    document = keys_of(session).open(row.ref, row.sealed)
    is_given = actor.organisation in (row.recipient_id, request.placing_authority_id)
    is_there = row.state in queries.STANDING_SHARES and is_given
    is_placing = actor.organisation == request.placing_authority_id
    put = _put(document) if is_there and TO_HOST in row.fields else {}
    rows = queries.recommendations_by_ref(session, put)
    recommended = [_recommendation(session, actor, each, names, is_placing) for each in rows]
    return SharedSeen(
        **vars(_shared_brief(session, actor, row, report, request, names)),
        report=None if actor.organisation == row.recipient_id else report.ref,
        content=document["content"] if is_there else None,
        given_by=document.get("by") if is_there else None,
        question=document.get("question"),
        answer=document.get("answer"),
        recommendations=[_as_given(actor, each, put[each.ref], is_placing) for each in recommended],
    )


def _put(document: Mapping[str, Any]) -> dict[str, str]:
    """By its reference each recommendation as it was given: with the names covered that its recipient does not need."""
    said = [each["text"] for each in document["content"][TO_HOST]]
    return dict(zip(document["recommendations"], said, strict=True))


def _as_given(actor: Actor, seen: RecommendationSeen, text: str, is_placing: bool) -> RecommendationSeen:
    """What its recipient reads of a recommendation: the text as it was given, and of the answers its own."""
    answers = [each for each in seen.answers if is_placing or each["organisation"] == actor.organisation_ref]
    return replace(seen, text=text, answers=answers)


def list_shares(
    session: Session,
    actor: Actor,
    *,
    state: str | None,
    after: str | None,
    at_most: int,
    episode: str | None = None,
    now: datetime,
) -> list[SharedBrief]:
    """What the actor's organisation was given of reports, newest first; the reading is recorded.

    *episode*: the reference of a missing episode, for what is about that one alone.
    """
    rows = queries.shares_for(session, actor.organisation, state=state, after=after, at_most=at_most, episode=episode)
    names = directory.by_ids(
        session, {actor.organisation, *(row.InterviewRequest.placing_authority_id for row in rows)}
    )
    found = [
        _shared_brief(session, actor, row.ReportShare, row.InterviewReport, row.InterviewRequest, names) for row in rows
    ]
    if found:
        details = {"shares": [each.ref for each in found]}
        own = actor.organisation_ref or ""
        audit.record(session, actor, Event.INTERVIEW_LISTED, own, now=now, details=details)
    return found


def _shared_brief(
    session: Session,
    actor: Actor,
    row: ReportShare,
    report: InterviewReport,
    request: InterviewRequest,
    names: Names,
) -> SharedBrief:
    return SharedBrief(
        ref=row.ref,
        view=row.view,
        state=row.state,
        placing_authority=named(names.get(request.placing_authority_id)),
        recipient=named(names.get(row.recipient_id)),
        given_at=row.given_at,
        acknowledged_at=row.acknowledged_at,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        recalled_at=row.recalled_at,
        is_corrected=report.state == "superseded",
        episodes=_seen_episodes(session, actor, request),
    )


def _seen_episodes(session: Session, actor: Actor, request: InterviewRequest) -> list[str]:
    refs = (episode.ref for _, episode in queries.episodes_of(session, request.id))
    return [ref for ref in refs if episode_seen_by(session, ref, actor.organisation) is not None]
