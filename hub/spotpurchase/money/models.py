"""Entries of money: each once, for one event, never changed. A mistake is put right by an entry against it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

ENTRY_KINDS = ("interview", "out_of_hours", "travel", "abortive", "cancellation", "adjustment")


class PurchaseEntry(Keyed, Base):
    """One line of what one organisation owes another. The total of a statement is the sum of its lines, to the penny."""

    __tablename__ = "purchase_entry"

    ref: Mapped[str] = mapped_column(unique=True)
    commission_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_commission.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    seller_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    kind: Mapped[str]
    event_ref: Mapped[str]
    """What it is charged for: an appointment, an attempt, a commission."""
    net_pence: Mapped[int]
    vat_pence: Mapped[int]
    occurred_at: Mapped[datetime]
    month: Mapped[date]
    """The first of the month (London) in whose statement it stands: that of its event, or, once that is closed, the next."""
    entered_at: Mapped[datetime]
    reason: Mapped[str | None]
    """Of an adjustment: why, as a code."""
    corrects_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("purchase_entry.id"), unique=True)

    __table_args__ = (
        CheckConstraint(f"kind IN {ENTRY_KINDS}", name="kind"),
        Index(
            "uq_purchase_entry_event_ref",
            "event_ref",
            "kind",
            unique=True,
            sqlite_where=corrects_id.is_(None),
            postgresql_where=corrects_id.is_(None),
        ),
        Index("ix_purchase_entry_pair", "buyer_id", "seller_id", "month"),
        Index("ix_purchase_entry_seller_id", "seller_id", "month"),
    )
