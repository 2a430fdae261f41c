"""Sending a report: judged once, as a whole; from then on it stands, and everybody who is to do something about it owes that.

A correction is the next version. It takes the place of what was sent; what was given of the earlier one stays as it was given,
and whoever gave it sees that there is a newer one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, StateConflict
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import standing
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports import duties, points, queries, telling
from hub.spotpurchase.reports.complete import faults_of
from hub.spotpurchase.reports.drafts import SENT, Performed, StaleDraft, draft_seen, performed
from hub.spotpurchase.reports.duties import Side
from hub.spotpurchase.reports.facts import facts_of, has_host, known_of, with_facts
from hub.spotpurchase.reports.models import InterviewReport
from hub.spotpurchase.reports.points import Points
from hub.spotpurchase.reports.policy import load_views
from hub.spotpurchase.reports.views import viewed
from hub.spotpurchase.states import INTERVIEW_REPORT
from hub.spotpurchase.telling import note

NOT_HELD: Final = (
    "The interview is not recorded as held. Record first that it was held, and when; then send its report."
)
Document = Mapping[str, Any]


def submit(
    session: Session, actor: Actor, request_ref: str, *, version: int, by: str, rules: Rulebook, now: datetime
) -> InterviewReport:
    """Send the report of an interview, or the correction of one, as it was saved at *version*. *by*: who sends it.

    Raises ``NotFound`` for who does not hold the interview; ``StateConflict`` before it was held, where nothing is written and
    where it was sent; ``StaleDraft`` where somebody saved meanwhile; ``Invalid`` with a sentence at each field not ready.
    """
    own = performed(session, actor, request_ref)
    row, document = _draft(session, actor, own, version)
    held = queries.held(session, own.commission.id)
    if held is None:
        raise StateConflict(NOT_HELD)
    facts = facts_of(session, own.request, held)
    faults = faults_of(document["record"], document.get("narrative"), known_of(session, own.request, facts), now=now)
    if faults:
        raise Invalid("The report cannot be sent yet: see what is asked for.", fields=faults)
    sealed = keys_of(session).seal(row.ref, {**document, "facts": facts, "by": by})
    said = {"submitted_at": now, "submitted_by": actor.ref, "sealed": sealed, "version": version + 1}
    same = (InterviewReport.id == row.id) & (InterviewReport.version == version)
    INTERVIEW_REPORT.apply_one(session, InterviewReport, "submit", same, said)
    _stands(
        session, actor, own, queries.report_by_id(session, row.id), {**document, "facts": facts}, rules=rules, now=now
    )
    return queries.report_by_id(session, row.id)


def _draft(session: Session, actor: Actor, own: Performed, version: int) -> tuple[InterviewReport, dict[str, Any]]:
    row = queries.newest_of(session, own.request.id, actor.organisation)
    if row is None:
        raise StateConflict("Nothing is written of this interview yet.")
    if row.state != "draft":
        raise StateConflict(SENT)
    document: dict[str, Any] = keys_of(session).open(row.ref, row.sealed)
    if row.version != version:
        raise StaleDraft(draft_seen(own.request, row, document))
    return row, document


def _stands(
    session: Session,
    actor: Actor,
    own: Performed,
    report: InterviewReport,
    document: Document,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """What follows from a report that was sent: its points, what is owed, who is told."""
    request = own.request
    before = next(
        (row for row in queries.sent_of(session, request.id) if row.state == "submitted" and row.id != report.id), None
    )
    if before is not None:
        INTERVIEW_REPORT.apply_one(session, InterviewReport, "correct", InterviewReport.id == before.id)
    entered = points.enter(session, request, report.id, document["record"], before_id=before.id if before else None)
    if request.state == "completed":
        request = standing.move(session, request, "report")
    _owe(session, actor, request, report, entered, rules=rules, now=now)
    _owe_extract(session, actor, request, report, document, before, rules=rules, now=now)
    if before is not None:
        _not_owed(session, actor, before, entered, now=now)
    details = {
        "request": request.ref,
        "number": report.number,
        "recommendations": entered.recommended,
        "referrals": entered.referred,
    }
    audit.record(session, actor, Event.INTERVIEW_REPORT_SUBMITTED, report.ref, now=now, details=details)
    _tell(session, actor, request, report, before, rules=rules, now=now)


def _owe(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    report: InterviewReport,
    entered: Points,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    duties.met(session, actor, request.ref, "ERRP", by_ref=report.ref, rules=rules, now=now)
    by, to = Side(request.placing_authority_id, duties.PLACING), Side(report.author_id, duties.PERFORMER)
    own = [ref for ref in entered.recommended if ref not in entered.put_to_host]
    for code, refs, because in (
        ("ERAK", [report.ref], "The report of the interview came."),
        ("ERRA", own, "The report of the interview recommends something to the placing authority."),
        (
            "ERRA",
            entered.put_to_host,
            "The report recommends something to the host authority, which is to be told of it.",
        ),
        ("ERSO", entered.referred, "The report of the interview tells of a safeguarding referral."),
    ):
        duties.owe(session, actor, code, refs, by=by, to=to, because=because, rules=rules, now=now)


def _owe_extract(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    report: InterviewReport,
    document: Document,
    before: InterviewReport | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The police are owed what the report says is for them; of a correction only where they have not been given the same."""
    if not document["record"]["intelligence"]["for_police"]:
        return
    if before is not None and _was_given(session, before, document):
        return
    by, to = Side(request.placing_authority_id, duties.PLACING), Side(None, "police_force")
    because = "The report of the interview says that there is something in it for the police."
    duties.owe(session, actor, "ERIN", [report.ref], by=by, to=to, because=because, rules=rules, now=now)


def _was_given(session: Session, before: InterviewReport, document: Document) -> bool:
    earlier = keys_of(session).open(before.ref, before.sealed)
    view = load_views()["intelligence"]
    texts = [
        viewed(with_facts(each["record"], each["facts"]), each["narrative"], view).content
        for each in (earlier, document)
    ]
    given = [
        share
        for share in queries.shares_of(session, [before.id])
        if share.view == "intelligence" and share.state in queries.STANDING_SHARES
    ]
    return texts[0] == texts[1] and bool(given)


def _not_owed(session: Session, actor: Actor, before: InterviewReport, entered: Points, *, now: datetime) -> None:
    """The corrected version is acknowledged in place of the earlier one; what it does not say any more is not answered."""
    reason = duties.CORRECTED
    duties.not_owed(session, actor, [before.ref], ["ERAK", "ERIN"], reason=reason, now=now)
    duties.not_owed(session, actor, entered.left_out, ["ERRA", "ERSO"], reason=reason, now=now)


def _tell(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    report: InterviewReport,
    before: InterviewReport | None,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The placing authority is told, and is to act; the host sees in its feed that the interview was reported on, and no more.

    *before*: the version whose place it takes.
    """
    kind, details = "interview.report_sent", {"request": request.ref, "number": report.number}
    details |= {"corrects": before.ref} if before is not None else {}
    to, author = [request.placing_authority_id], [report.author_id]
    telling.tell(session, actor, kind, report.ref, alerted=to, noted=author, rules=rules, now=now, **details)
    if before is None and has_host(request):
        note(session, request, kind, [request.host_authority_id], now=now)
