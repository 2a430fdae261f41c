"""Reports of interviews, what of them was given to whom and why, and what was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed
from hub.spotpurchase.states import INTERVIEW_REPORT, RECOMMENDATION, REFERRAL, SHARE

VIEWS = ("full", "summary", "intelligence")
WAITS = ("sending", "acknowledgement", "answers", "nothing")
"""What a report may wait for, or rather those who wrote it and were sent it."""
WISHES = ("agrees", "objects", "agrees_in_part", "not_asked", "could_not_say")


class InterviewReport(Keyed, Base):
    """What was written of one interview: a structured record and a narrative. A correction is the next version."""

    __tablename__ = "interview_report"

    ref: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"), index=True)
    commission_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_commission.id"))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    number: Mapped[int] = mapped_column(default=1)
    """Of this version of the report, from 1."""
    state: Mapped[str] = mapped_column(default=INTERVIEW_REPORT.start)
    begun_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    """By the placing authority."""
    acknowledged_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    """Of the draft, for the page that saves itself."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"record": as ``schemas.InterviewRecordIn`` loads it, "narrative", "facts": of the interview as it was held, "by",
    "acknowledged_by", "correction": why this version was begun}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {INTERVIEW_REPORT.states}", name="state"),
        UniqueConstraint("request_id", "number"),
    )


class Recommendation(Keyed, Base):
    """One recommendation of a report: it is owed an answer, which its author sees."""

    __tablename__ = "interview_recommendation"

    ref: Mapped[str] = mapped_column(unique=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_report.id"), index=True)
    number: Mapped[int]
    to_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    """Who is to answer it: the placing authority, or the host."""
    passed_on_at: Mapped[datetime | None]
    """Of one that is put to the host: when it was given it. Until then it is the placing authority's to pass on."""
    state: Mapped[str] = mapped_column(default=RECOMMENDATION.start)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"text", "answers": [{"answer", "reason", "by", "done_by", "on", "at"}]}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {RECOMMENDATION.states}", name="state"),
        UniqueConstraint("report_id", "number"),
    )


class SafeguardingReferral(Keyed, Base):
    """A referral that the interviewer made or asked for: somebody must say what became of it."""

    __tablename__ = "interview_referral"

    ref: Mapped[str] = mapped_column(unique=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_report.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=REFERRAL.start)
    made_at: Mapped[datetime | None]
    """When it was made; ``None``: the interviewer asks that it be made."""
    outcome: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"kind", "what", "to_whom", "answers": [{"outcome", "words", "by", "at"}]}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {REFERRAL.states}", name="state"),
        UniqueConstraint("report_id", "number"),
    )


class ReportShare(Keyed, Base):
    """A view of a report given to one organisation, as it was given: what, why it was necessary and no more than that."""

    __tablename__ = "interview_share"

    ref: Mapped[str] = mapped_column(unique=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_report.id"), index=True)
    recipient_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    view: Mapped[str]
    state: Mapped[str] = mapped_column(default=SHARE.start)
    wishes: Mapped[str]
    """What the child said to it being shared with this recipient."""
    fields: Mapped[list[Any]]
    """The codes of what was given: one line of the policy for each."""
    redacted: Mapped[list[Any]]
    """What was left out or covered: ``[{"field", "reason"}]``, codes only."""
    given_at: Mapped[datetime]
    given_by: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    """When the recipient put its one question."""
    answered_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"content": the view as it was given, "recommendations": references of those in it, "necessity", "necessity_words",
    "proportionality", "override", "by", "question", "asked_by", "answer", "answered_by", "recall": why}``"""

    __table_args__ = (
        CheckConstraint("view IN ('full','summary','intelligence')", name="view"),
        CheckConstraint(f"state IN {SHARE.states}", name="state"),
        Index("ix_interview_share_recipient_state", "recipient_id", "state", "id"),
    )
