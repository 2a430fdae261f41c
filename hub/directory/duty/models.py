"""What stands beside the contact points: overrides of a desk, calendar feeds, and what gaps were reported."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class DutyOverride(Keyed, Base):
    """For a while somebody else answers the telephone of an organisation than its desks' hours say."""

    __tablename__ = "duty_override"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"name": whose desk, "phone", "reason"}``: an officer may be named in each."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("until_at > from_at", name="in_order"),
        Index("ix_duty_override_organisation_id", "organisation_id", "until_at"),
    )


class DutyFeed(Keyed, Base):
    """A secret address at which somebody's calendar reads who is on duty. One for each person or system that asked for it."""

    __tablename__ = "duty_feed"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    holder_ref: Mapped[str]
    """Whose it is: a person or a client."""
    token_hash: Mapped[bytes] = mapped_column(unique=True, info={"secret": True})
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """On which day it was last read, at most once a day."""
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_duty_feed_holder_ref", "holder_ref", "organisation_id"),)


class DutyGapReport(Base):
    """What the administrators of an organisation were last told of times at which nobody is on duty."""

    __tablename__ = "duty_gap_report"

    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), primary_key=True)
    found: Mapped[str]
    """The gaps, from when until when, as one word; empty: there were none."""
    reported_at: Mapped[datetime]
