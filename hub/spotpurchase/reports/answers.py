"""Closing the loop: a report is acknowledged, each recommendation answered, and of each referral it is said what became of it.

Whoever wrote the report sees all of it. What was answered may be answered anew; then it is owed anew, and who waits for it knows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import iso, london_date
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.registry.content import plain
from hub.spotpurchase import queries as requests
from hub.spotpurchase.reports import duties, queries, telling
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, SafeguardingReferral
from hub.spotpurchase.reports.sharing import placing_report
from hub.spotpurchase.states import RECOMMENDATION, REFERRAL

ANSWERED: Final = "interview.report_answered"
NO_RECOMMENDATION: Final = "There is no recommendation with this reference that is put to you."
NO_REFERRAL: Final = "There is no referral with this reference that you are to answer."
LEFT_OUT: Final = "The report was corrected, and does not say this any more. There is nothing to answer."
_MOVES: Final = {"accepted": "accept", "declined": "decline", "done": "carry_out", "open": "reopen"}
Told = Mapping[str, Any]


def acknowledge(
    session: Session, actor: Actor, report_ref: str, *, by: str, rules: Rulebook, now: datetime
) -> InterviewReport:
    """*by*, at the placing authority, has read the report. To acknowledge it again changes nothing.

    Raises ``NotFound`` for anybody but the placing authority, and ``StateConflict`` for a version that was corrected meanwhile.
    """
    report, _ = placing_report(session, actor, report_ref)
    if report.acknowledged_at is not None:
        return report
    if report.state != "submitted":
        raise StateConflict("A corrected report has taken the place of this one. Read and acknowledge that.")
    keys = keys_of(session)
    sealed = keys.seal(report.ref, keys.open(report.ref, report.sealed) | {"acknowledged_by": by})
    if not queries.acknowledge(session, report.id, by=actor.ref, at=now, sealed=sealed):
        return queries.report_by_id(session, report.id)
    duties.met(session, actor, report.ref, "ERAK", by_ref=report.ref, rules=rules, now=now)
    audit.record(session, actor, Event.INTERVIEW_REPORT_ACKNOWLEDGED, report.ref, now=now)
    telling.tell(session, actor, ANSWERED, report.ref, alerted=[report.author_id], rules=rules, now=now)
    return queries.report_by_id(session, report.id)


# --- recommendations --------------------------------------------------------------------------------------------------


def answer_recommendation(
    session: Session, actor: Actor, ref: str, told: Told, *, rules: Rulebook, now: datetime
) -> Recommendation:
    """Answer a recommendation. *told*: as ``schemas.RecommendationAnswerIn`` loads it; ``open`` re-opens what was answered.

    What is put to the host is the host's to answer once it was given it, and until then the placing authority's. Raises
    ``NotFound`` for everybody else; ``Invalid`` for an answer without what belongs to it; ``StateConflict`` where it was answered
    in this way already, or the report does not say it any more.
    """
    row = queries.recommendation_for(session, ref, actor.organisation) if is_ref(ref, "rec") else None
    if row is None:
        raise NotFound(NO_RECOMMENDATION)
    report = queries.locked_report(session, row.report_id)
    if report.state == "superseded":
        raise StateConflict(LEFT_OUT)
    answer = told["answer"]
    _refuse_incomplete(answer, told, now=now)
    values = _answered(session, actor, row, told, is_open=answer == "open", now=now)
    same = (Recommendation.id == row.id) & (Recommendation.version == row.version)
    RECOMMENDATION.apply_one(session, Recommendation, _MOVES[answer], same, values)
    _settle(session, actor, row.ref, "ERRA", is_open=answer == "open", rules=rules, now=now)
    details = {"report": report.ref, "state": answer}
    audit.record(session, actor, Event.RECOMMENDATION_ANSWERED, row.ref, now=now, details=details)
    placing = requests.request_by_id(session, report.request_id).placing_authority_id
    _tell(session, actor, report, placing, recommendation=row.ref, rules=rules, now=now)
    return queries.recommendations_by_ref(session, [row.ref])[0]


def _refuse_incomplete(answer: str, told: Told, *, now: datetime) -> None:
    faults = {}
    if answer == "declined" and not told.get("reason"):
        faults["reason"] = ["Write why the recommendation is declined."]
    if answer == "open" and not told.get("reason"):
        faults["reason"] = ["Write why it is to be answered anew."]
    if answer == "done":
        faults |= {} if told.get("done_by") else {"done_by": ["Enter who did it."]}
        faults |= {} if told.get("on") else {"on": ["Enter when it was done."]}
        if told.get("on") and told["on"] > london_date(now):
            faults["on"] = ["That is in the future. If it is still to be done, answer that you accept it."]
    if faults:
        raise Invalid("The answer is not complete: see the fields.", fields=faults)


# --- referrals --------------------------------------------------------------------------------------------------------


def answer_referral(
    session: Session, actor: Actor, ref: str, told: Told, *, rules: Rulebook, now: datetime
) -> SafeguardingReferral:
    """Say what became of a referral. *told*: as ``schemas.ReferralAnswerIn`` loads it; ``open``: what was said does not stand.

    Raises ``NotFound`` for anybody but the placing authority; ``Invalid`` for what must be explained; ``StateConflict`` where it
    was answered already, or the report does not tell of it any more.
    """
    row = queries.referral_for(session, ref, actor.organisation) if is_ref(ref, "sfr") else None
    if row is None:
        raise NotFound(NO_REFERRAL)
    report = queries.locked_report(session, row.report_id)
    if report.state == "superseded":
        raise StateConflict(LEFT_OUT)
    outcome, is_open = told["outcome"], told["outcome"] == "open"
    if outcome in ("no_further_action", "not_received", "open") and not told.get("words"):
        sentence = "Write why, so that who made the referral understands it."
        raise Invalid(sentence, fields={"words": [sentence]})
    values = _answered(session, actor, row, told, is_open=is_open, now=now)
    same = (SafeguardingReferral.id == row.id) & (SafeguardingReferral.version == row.version)
    values |= {"outcome": None if is_open else outcome}
    REFERRAL.apply_one(session, SafeguardingReferral, "reopen" if is_open else "answer", same, values)
    _settle(session, actor, row.ref, "ERSO", is_open=is_open, rules=rules, now=now)
    details = {"report": report.ref, "outcome": outcome}
    audit.record(session, actor, Event.REFERRAL_ANSWERED, row.ref, now=now, details=details)
    _tell(session, actor, report, None, referral=row.ref, rules=rules, now=now)
    return queries.referral(session, row.id)


# --- both -------------------------------------------------------------------------------------------------------------


def _answered(
    session: Session,
    actor: Actor,
    row: Recommendation | SafeguardingReferral,
    told: Told,
    *,
    is_open: bool,
    now: datetime,
) -> dict[str, Any]:
    """The columns with the answer; what was answered before stays beside it."""
    keys = keys_of(session)
    document = keys.open(row.ref, row.sealed)
    answers = [*document["answers"], plain(dict(told)) | {"at": iso(now), "organisation": actor.organisation_ref}]
    return {
        "answered_at": None if is_open else now,
        "answered_by": None if is_open else actor.ref,
        "version": row.version + 1,
        "sealed": keys.seal(row.ref, {**document, "answers": answers}),
    }


def _settle(
    session: Session, actor: Actor, ref: str, code: str, *, is_open: bool, rules: Rulebook, now: datetime
) -> None:
    if is_open:
        duties.owed_again(session, actor, ref, by_refs=[ref], reason=duties.OPENED_ANEW, rules=rules, now=now)
        return
    duties.met(session, actor, ref, code, by_ref=ref, owed_by_id=actor.organisation, rules=rules, now=now)


def _tell(
    session: Session,
    actor: Actor,
    report: InterviewReport,
    placing_id: int | None,
    *,
    rules: Rulebook,
    now: datetime,
    **details: Any,
) -> None:
    """Whoever wrote the report is told; and the placing authority, where another answered."""
    whom = [report.author_id, placing_id]
    telling.tell(session, actor, ANSWERED, report.ref, alerted=whom, rules=rules, now=now, **details)
