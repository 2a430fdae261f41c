"""Appointments, attempts, and what the child was offered and said."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed
from hub.spotpurchase.states import APPOINTMENT

HOW = ("in_person", "video", "phone", "message", "through_carer")
CHILD_SAID = ("accepted", "declined", "no_response", "not_possible")
NEWS = ("missing_again", "moved")
OUTCOMES = ("held", "child_declined", "not_there", "missing_again", "moved", "no_contact", "unsafe", "rearranged")


class ChildOffer(Keyed, Base):
    """An interview was offered to the child: when, how, by whom, and what they said. The first one fulfils the duty to offer."""

    __tablename__ = "interview_child_offer"

    ref: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    offered_at: Mapped[datetime]
    how: Mapped[str]
    said: Mapped[str]
    recorded_at: Mapped[datetime]
    carer_offered_at: Mapped[datetime | None]
    """When a parent or carer was asked for what they know instead, because the child declined."""
    taken_back_at: Mapped[datetime | None]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by", "reason": in the child's words, "note"}``"""

    __table_args__ = (CheckConstraint("said IN ('accepted','declined','no_response','not_possible')", name="said"),)


class Appointment(Keyed, Base):
    """A time at which the child is to be seen. It keeps its UID when it is moved, and counts how often it was."""

    __tablename__ = "interview_appointment"

    ref: Mapped[str] = mapped_column(unique=True)
    commission_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_commission.id"), index=True)
    state: Mapped[str] = mapped_column(default=APPOINTMENT.start)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    """RFC 5545 SEQUENCE: how often what calendars hold of it has changed: moved, cancelled, held otherwise, taken back."""
    booked_at: Mapped[datetime]
    booked_by: Mapped[str]
    held_at: Mapped[datetime | None]
    """When the interview began."""
    held_until: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    late_reason: Mapped[str | None]
    """Why it was held after the 72nd hour, as a code."""
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"place", "interviewer", "present", "interpreter", "note", "by"}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {APPOINTMENT.states}", name="state"),
        Index("ix_interview_appointment_starts_at", "starts_at"),
    )


class Attempt(Keyed, Base):
    """One attempt to see the child or to reach somebody about it, kept whatever came of it."""

    __tablename__ = "interview_attempt"

    ref: Mapped[str] = mapped_column(unique=True)
    commission_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_commission.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("interview_appointment.id"))
    at: Mapped[datetime]
    how: Mapped[str]
    outcome: Mapped[str]
    miles: Mapped[int] = mapped_column(default=0)
    """Travelled for it, there and back."""
    actor_ref: Mapped[str]
    recorded_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by", "note"}``"""

    __table_args__ = (CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),)


class InterviewNews(Keyed, Base):
    """Something that happened before the interview, which the placing authority is to decide about: each once.

    ``missing_again``: another episode of the child (``episode_id``); ``moved``: the child lives elsewhere (``placement_id``).
    """

    __tablename__ = "interview_news"

    ref: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"))
    kind: Mapped[str]
    episode_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("missing_episode.id"))
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"))
    noticed_at: Mapped[datetime]
    noticed_by: Mapped[str]
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
    """A code of ``meanwhile.py``; while it is ``None``, somebody owes a decision."""

    __table_args__ = (
        CheckConstraint(f"kind IN {NEWS}", name="kind"),
        UniqueConstraint("request_id", "episode_id"),
        UniqueConstraint("request_id", "placement_id"),
        Index(
            "ix_interview_news_unanswered",
            "id",
            sqlite_where=answered_at.is_(None),
            postgresql_where=answered_at.is_(None),
        ),
    )
