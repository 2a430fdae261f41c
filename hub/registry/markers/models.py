"""Markers of a child, version by version: nothing that was once said is overwritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

_CURRENT = "state = 'current'"


class MarkerVersion(Keyed, Base):
    """One version of one marker. A change, a review and an end are new versions that supersede the last."""

    __tablename__ = "marker"

    ref: Mapped[str] = mapped_column(unique=True)
    marker_ref: Mapped[str]
    """Which marker it is a version of: the reference of the first version, by which people know it."""
    version: Mapped[int] = mapped_column(default=1)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Whose marker it is: the organisation that first said so here."""
    by_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Which organisation made this version: the author's, or the placing authority."""
    act: Mapped[str]
    """``added``, ``carried`` (from the placement before), ``changed``, ``reviewed``, ``ended``."""
    state: Mapped[str] = mapped_column(default="current")
    notice_ref: Mapped[str | None]
    """The notice that said so; ``None``: somebody did, beside any notice."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"marker": its code, "detail", "author": who says so, "source", "by", "reason": who made this version, and why}``"""
    audience: Mapped[list[Any]]
    """The parties that may see it, besides its author's organisation."""
    noted_on: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When its author's organisation was last reminded to review it."""

    __table_args__ = (
        CheckConstraint("act IN ('added','carried','changed','reviewed','ended')", name="act"),
        CheckConstraint("state IN ('current','superseded','ended')", name="state"),
        UniqueConstraint("marker_ref", "version"),
        Index("ix_marker_placement_id", "placement_id", "state", "id"),
        Index("ix_marker_review_on", "review_on", "id", sqlite_where=text(_CURRENT), postgresql_where=text(_CURRENT)),
    )
