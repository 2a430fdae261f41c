"""What somebody had typed when their session ended, or when they were asked to show again that it is them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Keyed


class HeldForm(Keyed, Base):
    """A form that was sent and not taken. Kept for minutes, for one person at one browser, and never sent by itself."""

    __tablename__ = "held_form"

    ref: Mapped[str] = mapped_column(unique=True)
    person_ref: Mapped[str] = mapped_column(ForeignKey("person.ref"), index=True)
    browser_hash: Mapped[bytes] = mapped_column(info={"secret": True})
    """SHA-256 of the token of the session that the form was made for: its browser still has it."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"person": …, "path": …, "fields": [[name, value]…], "files": [name…]}``, sealed for ``ref``."""
    held_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
