"""Who looks after a placement at each of its parties, and what its approver was asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class Assignment(Keyed, Base):
    """Who at one of its parties looks after a placement: a worker, their team, or both."""

    __tablename__ = "assignment"

    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    worker_ref: Mapped[str | None]
    """The person; at first whoever made the placement known there."""
    team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("team.id"))
    since: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("placement_id", "organisation_id"),
        Index("ix_assignment_worker_ref", "worker_ref", "organisation_id"),
        Index("ix_assignment_team_id", "team_id", "organisation_id"),
    )


class ApprovalRequest(Keyed, Base):
    """A placement waits for the approval that the law asks for (SI 2010/959 reg 11): asked, and given or sent back."""

    __tablename__ = "approval_request"

    ref: Mapped[str] = mapped_column(unique=True)
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The placing authority."""
    state: Mapped[str] = mapped_column(default="waiting")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    approval_ref: Mapped[str | None]
    """The approval that answered it."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"asked_by_name", "note", "answered_by_name", "reason"}``: who wrote what, as far as somebody did."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state IN ('waiting','approved','sent_back','withdrawn')", name="state"),
        Index("ix_approval_request_organisation_id", "organisation_id", "state", "id"),
    )


Index(
    "uq_approval_request_waiting",
    ApprovalRequest.placement_id,
    unique=True,
    sqlite_where=ApprovalRequest.state == "waiting",
    postgresql_where=ApprovalRequest.state == "waiting",
)
