"""The children of whom other organisations are told only whom to ring."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class ChildShield(Keyed, Base):
    """A child of whom look-ups, and missing episodes to a force, say only whom to ring: the placing authority has decided so."""

    __tablename__ = "child_shield"

    ref: Mapped[str] = mapped_column(unique=True)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The placing authority that decided it."""
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None] = mapped_column()
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"reason": …, "by": …, "lifted": {"reason": …, "by": …}}``"""

    __table_args__ = (
        Index(
            "uq_child_shield_child_id",
            "child_id",
            unique=True,
            sqlite_where=lifted_at.is_(None),
            postgresql_where=lifted_at.is_(None),
        ),
    )
