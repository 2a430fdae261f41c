"""What a desk that was told keeps beside a notice: questions and disputes about it, and what the host did next."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class Question(Keyed, Base):
    """A recipient asks the sender about a notice, or disputes what it says. Both sides see it, and nobody else."""

    __tablename__ = "question"

    ref: Mapped[str] = mapped_column(unique=True)
    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"), index=True)
    kind: Mapped[str]
    """``question`` or ``dispute``"""
    field: Mapped[str | None]
    """Which part of the notice it is about, by its name in the notice's body; ``None``: the whole."""
    asked_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    asked_of_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The sender of the notice."""
    state: Mapped[str] = mapped_column(default="open")
    asked_at: Mapped[datetime]
    turned_at: Mapped[datetime]
    """Since when it has been the turn of whoever is to speak next: the sender while it is open, then the recipient."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind IN ('question','dispute')", name="kind"),
        CheckConstraint("state IN ('open','answered','closed')", name="state"),
        Index("ix_question_asked_by_id", "asked_by_id", "state", "id"),
        Index("ix_question_asked_of_id", "asked_of_id", "state", "id"),
    )


class QuestionEntry(Keyed, Base):
    """One thing that one side said in the matter of a question. Appended, never changed."""

    __tablename__ = "question_entry"

    ref: Mapped[str] = mapped_column(unique=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("question.id"), index=True)
    act: Mapped[str]
    """``asked``, ``answered``, ``asked_again``, ``closed``"""
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by": the officer, "text": what they wrote}``"""

    __table_args__ = (CheckConstraint("act IN ('asked','answered','asked_again','closed')", name="act"),)


class HostStep(Keyed, Base):
    """What a host did after it was told of a child: entered it in its register, passed it on to health or to education, …"""

    __tablename__ = "host_step"

    ref: Mapped[str] = mapped_column(unique=True)
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"))
    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"))
    """The notice that was passed on."""
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The host that did it."""
    step: Mapped[str]
    """``register``, ``health``, ``education``, ``school``, ``gp``, ``youth_justice``, ``reply``, ``other``"""
    method: Mapped[str]
    """``hub`` (to an organisation that has joined), ``not_needed``, or how it was done elsewhere: ``letter``, ``telephone``, …"""
    to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Through the hub: who was told."""
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_ref: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by": the officer, "to": who was told elsewhere, "note": …, "taken_back": {…}}``"""
    taken_back_at: Mapped[datetime | None]
    """It had been recorded in error."""

    __table_args__ = (Index("ix_host_step_placement_id", "placement_id", "organisation_id", "id"),)
