"""How far a rotation of keys has come: one row for each kind of thing that is put under the new key."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId


class KeyRotation(Base):
    """One part of one rotation. What is left to do stands in the rows themselves: this is for whoever watches."""

    __tablename__ = "key_rotation"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    """The key under which everything is put."""
    part: Mapped[str] = mapped_column(primary_key=True)
    """``child.sealed``, ``files`` …"""
    total: Mapped[int] = mapped_column(BigId)
    """How much there was to do when it began."""
    done: Mapped[int] = mapped_column(BigId)
    unreadable: Mapped[int] = mapped_column(default=0)
    """How much does not open with any key, and was left as it is."""
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
