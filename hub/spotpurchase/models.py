"""Requests for return home interviews, whom they were put to, and who was commissioned."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed
from hub.spotpurchase.states import ASK, COMMISSION, INTERVIEW_REQUEST, UNDER_WAY

AWARDS = ("first_acceptable", "by_hand")
PERFORMERS = ("provider", "own_interviewer", "social_worker")
WAITING = text("next_step_at IS NULL AND state IN ('requested', 'unplaced', 'commissioned', 'scheduled')")
"""Under way, and no step of the hub's is to come: somebody must owe something, or hold the commission."""


class InterviewRequest(Keyed, Base):
    """One return home interview that a placing authority asks for, of one child, after one return or several."""

    __tablename__ = "interview_request"

    ref: Mapped[str] = mapped_column(unique=True)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    placing_authority_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    host_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    area_gss: Mapped[str]
    """The council in whose area the child is to be seen."""
    state: Mapped[str] = mapped_column(default=INTERVIEW_REQUEST.start)
    returned_at: Mapped[datetime]
    """The earliest return that the interview is owed for: its 72 hours run from here, and never move."""
    latest_at: Mapped[datetime]
    """The 72nd hour."""
    award: Mapped[str]
    """``first_acceptable``: the first offer within the terms is commissioned at once; ``by_hand``: a person chooses."""
    needs: Mapped[dict[str, Any]]
    """What every provider that is asked may see: ``age_band``, ``languages``, ``gender``, ``modes``, ``times``; codes only."""
    price_cap_pence: Mapped[int | None]
    purchase_order: Mapped[str | None]
    purchase_order_pence: Mapped[int | None]
    """What the order allows in all: whatever else was agreed or charged under the same order counts against it."""
    payer_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Who pays by the agreements in force when it was asked for; the placing authority where there is none."""
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("interview_agreement.id"))
    next_step_at: Mapped[datetime | None] = mapped_column()
    """When the hub looks at it again; ``None``: it waits for a person who owes something, or is over."""
    step: Mapped[int] = mapped_column(default=0)
    """How far down the cascade it has come."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"preferences": who, where, when, how the child would like it, "risk": …, "contact": …, "by": who asks}``, and
    ``"funding_consent"``: who consented to the cost, where there is no order."""

    __table_args__ = (
        CheckConstraint(f"state IN {INTERVIEW_REQUEST.states}", name="state"),
        CheckConstraint("award IN ('first_acceptable','by_hand')", name="award"),
        Index("ix_interview_request_placing_authority_id", "placing_authority_id", "state", "id"),
        Index("ix_interview_request_host_authority_id", "host_authority_id", "state", "id"),
        Index(
            "ix_interview_request_next_step_at",
            "next_step_at",
            sqlite_where=next_step_at.is_not(None),
            postgresql_where=next_step_at.is_not(None),
        ),
        Index("ix_interview_request_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )


IS_UNDER_WAY = InterviewRequest.state.in_([literal_column(f"'{each}'") for each in UNDER_WAY])
"""Written out, not bound: neither database uses a partial index for a condition it cannot see when it plans."""
Index(
    "ix_interview_request_under_way",
    InterviewRequest.child_id,
    sqlite_where=IS_UNDER_WAY,
    postgresql_where=IS_UNDER_WAY,
)


class InterviewEpisode(Keyed, Base):
    """An episode that an interview is owed for. Each keeps its own clock, whichever interview serves it."""

    __tablename__ = "interview_episode"

    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"))
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    returned_at: Mapped[datetime]
    latest_at: Mapped[datetime]
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    reason: Mapped[str | None]
    """Why one interview serves this episode too, as a code; ``None`` for the first."""

    __table_args__ = (UniqueConstraint("request_id", "episode_id"),)


class InterviewAsk(Keyed, Base):
    """One provider, asked to take one request: what was asked, by when, and what it said."""

    __tablename__ = "interview_ask"

    ref: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"))
    provider_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(default=ASK.start)
    step: Mapped[int]
    """Which step of the cascade asked; 0: a person did."""
    why: Mapped[list[Any]]
    """Why this provider, in this place of the order, as codes (``matching.py``)."""
    asked_at: Mapped[datetime]
    reply_by: Mapped[datetime]
    goes_on_at: Mapped[datetime | None]
    """When the next is asked, where that is before ``reply_by``: whoever is closed stays asked, and is not waited for."""
    answered_at: Mapped[datetime | None]
    decline_code: Mapped[str | None]
    """A code of ``reasons.py``."""
    referred_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    rate_card_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("rate_card.id"))
    """By which the offer is priced."""
    quoted_pence: Mapped[int | None]
    """What the interview is expected to come to by it, travel and VAT included."""
    earliest_at: Mapped[datetime | None]
    """When the provider could see the child."""
    mode: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    """Until when the offer stands."""
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by": who answered, "note": …, "conversation": [{"from", "by", "at", "text"}]}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {ASK.states}", name="state"),
        UniqueConstraint("request_id", "provider_id"),
        Index("ix_interview_ask_provider_id", "provider_id", "state", "id"),
    )


class Commission(Keyed, Base):
    """Who was commissioned to hold the interview, on which terms. At most one stands for a request at any time."""

    __tablename__ = "interview_commission"

    ref: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_request.id"))
    ask_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("interview_ask.id"))
    """The offer that won; ``None``: the placing authority does it itself."""
    performer_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    performer: Mapped[str]
    """``provider``, ``own_interviewer`` or, where there is nobody else, ``social_worker``: recorded as not independent."""
    is_independent: Mapped[bool]
    state: Mapped[str] = mapped_column(default=COMMISSION.start)
    terms: Mapped[dict[str, Any] | None]
    """The rate card as it was when it was agreed (its columns, ``ref`` and ``version``); ``None``: nothing is charged."""
    agreed_pence: Mapped[int] = mapped_column(default=0)
    """What it may come to without being asked again: the quote."""
    payer_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    purchase_order: Mapped[str | None] = mapped_column()
    commissioned_at: Mapped[datetime]
    commissioned_by: Mapped[str]
    respond_by: Mapped[datetime]
    """When whoever accepted must have booked or attempted it, or be thought to have vanished."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by": who commissioned, "interviewer": …, "reason": why not independent, "note": …}``"""

    __table_args__ = (
        CheckConstraint(f"state IN {COMMISSION.states}", name="state"),
        CheckConstraint("performer IN ('provider','own_interviewer','social_worker')", name="performer"),
        Index(
            "ix_interview_commission_purchase_order",
            "payer_id",
            "purchase_order",
            sqlite_where=purchase_order.is_not(None),
            postgresql_where=purchase_order.is_not(None),
        ),
        Index(
            "uq_interview_commission_request_id",
            "request_id",
            unique=True,
            sqlite_where=state == COMMISSION.start,
            postgresql_where=state == COMMISSION.start,
        ),
    )
