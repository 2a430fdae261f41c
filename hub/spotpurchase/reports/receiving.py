"""What a recipient does with what it was given: acknowledge it, and ask one question back, which whoever knows answers."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as requests
from hub.spotpurchase.reports import queries, telling
from hub.spotpurchase.reports.models import InterviewReport, ReportShare
from hub.spotpurchase.reports.sharing import NO_SHARE
from hub.spotpurchase.states import SHARE

RECALLED: Final = "This was recalled: it was given by mistake. There is nothing to do about it."
_CONVERSED: Final = "interview.conversation"


def acknowledge_share(
    session: Session, actor: Actor, ref: str, *, by: str, rules: Rulebook, now: datetime
) -> ReportShare:
    """*by*, at the recipient, has read it. To acknowledge it again changes nothing.

    Raises ``NotFound`` for anybody but the recipient, ``StateConflict`` where it was recalled.
    """
    row = _received(session, actor, ref)
    if row.state == "acknowledged":
        return row
    sealed = _with(session, row, acknowledged_by=by)
    said = {"acknowledged_at": now, "acknowledged_by": actor.ref, "version": row.version + 1, "sealed": sealed}
    same = (ReportShare.id == row.id) & (ReportShare.version == row.version)
    SHARE.apply_one(session, ReportShare, "acknowledge", same, said)
    report = queries.report_by_id(session, row.report_id)
    audit.record(session, actor, Event.INTERVIEW_REPORT_ACKNOWLEDGED, row.ref, now=now, details={"report": report.ref})
    placing = requests.request_by_id(session, report.request_id).placing_authority_id
    telling.note(session, "interview.report_answered", report.ref, [placing, report.author_id], now=now, share=row.ref)
    telling.note(session, "interview.report_answered", row.ref, [actor.organisation], now=now)
    return queries.share(session, row.id)


def ask(session: Session, actor: Actor, ref: str, *, text: str, by: str, rules: Rulebook, now: datetime) -> ReportShare:
    """The recipient's one question back. Raises ``NotFound`` for others; ``StateConflict`` for a second, or once recalled."""
    row = _received(session, actor, ref)
    asked = {"asked_at": now, "sealed": _with(session, row, question=text, asked_by=by)}
    if not queries.change_share(session, row, asked, ReportShare.asked_at.is_(None)):
        raise StateConflict(
            "You have asked already: one question can be put back. Ring who gave it for anything further."
        )
    report = queries.report_by_id(session, row.report_id)
    placing = requests.request_by_id(session, report.request_id).placing_authority_id
    _record(session, actor, report, row, "question", now)
    whom: list[int | None] = [placing, report.author_id]
    telling.tell(session, actor, _CONVERSED, report.ref, alerted=whom, rules=rules, now=now, share=row.ref)
    return queries.share(session, row.id)


def answer(
    session: Session, actor: Actor, ref: str, *, text: str, by: str, rules: Rulebook, now: datetime
) -> ReportShare:
    """The placing authority, or whoever wrote the report, answers the recipient's question; once.

    Raises ``NotFound`` for anybody else, ``StateConflict`` where nothing is asked, where it was answered, and once recalled.
    """
    own = actor.organisation
    mine = queries.share_given_by(own), queries.share_written_by(own)
    row = queries.share_where(session, ref, *mine) if is_ref(ref, "shr") else None
    if row is None:
        raise NotFound(NO_SHARE)
    _refuse_recalled(row)
    if row.asked_at is None:
        raise StateConflict("The recipient has not asked anything.")
    answered = {"answered_at": now, "sealed": _with(session, row, answer=text, answered_by=by)}
    if not queries.change_share(session, row, answered, ReportShare.answered_at.is_(None)):
        raise StateConflict("This question was answered already.")
    report = queries.report_by_id(session, row.report_id)
    _record(session, actor, report, row, "answer", now)
    telling.tell(session, actor, _CONVERSED, row.ref, alerted=[row.recipient_id], rules=rules, now=now)
    placing = requests.request_by_id(session, report.request_id).placing_authority_id
    others = [each for each in (placing, report.author_id) if each != own]
    telling.note(session, _CONVERSED, report.ref, others, now=now, share=row.ref)
    return queries.share(session, row.id)


def _received(session: Session, actor: Actor, ref: str) -> ReportShare:
    mine = ReportShare.recipient_id == actor.organisation
    row = queries.share_where(session, ref, mine) if is_ref(ref, "shr") else None
    if row is None:
        raise NotFound(NO_SHARE)
    _refuse_recalled(row)
    return row


def _refuse_recalled(row: ReportShare) -> None:
    if row.state == "recalled":
        raise StateConflict(RECALLED)


def _with(session: Session, row: ReportShare, **said: Any) -> bytes:
    keys = keys_of(session)
    return keys.seal(row.ref, keys.open(row.ref, row.sealed) | said)


def _record(
    session: Session, actor: Actor, report: InterviewReport, row: ReportShare, what: str, now: datetime
) -> None:
    details = {"report": report.ref, "what": what}
    audit.record(session, actor, Event.INTERVIEW_REPORT_CONVERSED, row.ref, now=now, details=details)
