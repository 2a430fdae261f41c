"""Providers of return home interviews: what they cover, what they charge, and councils' agreements about who pays."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

MODES = ("in_person", "video", "phone")
GENDERS = ("female", "male", "any")
BASES = ("fixed", "hourly")
AGREEMENTS = ("host_pays", "reciprocal", "placing_pays")


class InterviewProvider(Keyed, Base):
    """What an organisation that holds interviews says of itself. One row an organisation; it is the directory's entry."""

    __tablename__ = "interview_provider"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), unique=True)
    run_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    """The council whose own team it is, by its own word and the council's; ``None``: a charity, or a national provider."""
    says_run_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    """The council whose team it says that it is, until that council has confirmed it or denied it."""
    covers_everywhere: Mapped[bool] = mapped_column(default=False)
    """All of England and Wales; else the areas in ``interview_coverage``."""
    is_taking: Mapped[bool] = mapped_column(default=True)
    """The capacity switch: off, nobody asks it until it is on again."""
    capacity: Mapped[int] = mapped_column(default=0)
    """Interviews it could take on, beside those that it had at ``capacity_at``."""
    capacity_at: Mapped[datetime]
    """When it said so: what it was commissioned to do since, and still does, takes from it."""
    is_independent: Mapped[bool]
    independence: Mapped[str]
    """On what its independence rests, in its own words: nobody who looks after the child."""
    languages: Mapped[list[Any]]
    """ISO 639-1 codes."""
    genders: Mapped[list[Any]]
    """Of its interviewers: ``female``, ``male``."""
    modes: Mapped[list[Any]]
    ages: Mapped[list[Any]]
    """From and to, in years, both counted."""
    opening_hours: Mapped[dict[str, Any] | None]
    """When its coordinators answer, as of a contact point; absent: always."""
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class InterviewCoverage(Keyed, Base):
    """An area that a provider covers."""

    __tablename__ = "interview_coverage"

    provider_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_provider.id"))
    gss_code: Mapped[str]

    __table_args__ = (
        UniqueConstraint("provider_id", "gss_code"),
        Index("ix_interview_coverage_gss_code", "gss_code"),
    )


class RateCard(Keyed, Base):
    """What a provider charges. Never changed: the next version stands beside it. All money in whole pence."""

    __tablename__ = "rate_card"

    ref: Mapped[str] = mapped_column(unique=True)
    provider_id: Mapped[int] = mapped_column(BigId, ForeignKey("interview_provider.id"))
    version: Mapped[int]
    basis: Mapped[str]
    """``fixed``: the price of an interview with its report; ``hourly``: of each hour begun in quarters."""
    price_pence: Mapped[int]
    least_minutes: Mapped[int] = mapped_column(default=0)
    """Of an hourly card: what is charged at the least."""
    travel_pence_per_mile: Mapped[int] = mapped_column(default=0)
    out_of_hours_percent: Mapped[int] = mapped_column(default=0)
    """On top, for an interview that begins outside the hours in ``opening_hours`` of the provider."""
    abortive_percent: Mapped[int] = mapped_column(default=100)
    """Of the price, for a visit at which no interview could be held."""
    free_cancel_hours: Mapped[int] = mapped_column(default=24)
    """Cancelled at least so long before it begins, an appointment costs nothing."""
    late_cancel_percent: Mapped[int] = mapped_column(default=50)
    """Of the price, for one cancelled later than that."""
    vat_percent: Mapped[int] = mapped_column(default=0)
    report_working_days: Mapped[int] = mapped_column(default=2)
    most_attempts: Mapped[int] = mapped_column(default=3)
    valid_from: Mapped[date]
    quote_hours: Mapped[int] = mapped_column(default=24)
    """How long an offer made by it stands."""
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("basis IN ('fixed','hourly')", name="basis"),
        CheckConstraint("price_pence >= 0", name="price"),
        UniqueConstraint("provider_id", "version"),
    )


class InterviewAgreement(Keyed, Base):
    """What two councils have agreed about interviews: who pays. ``host_pays`` for all comers needs no second council."""

    __tablename__ = "interview_agreement"

    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    host_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    """In whose area the child lives. Of a reciprocal one: the council that proposed it, and it holds both ways."""
    placing_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    """``None``: whichever council placed the child (``host_pays`` only, as Stoke does)."""
    state: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    terms: Mapped[str]
    """In the councils' words; nothing about a child."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind IN ('host_pays','reciprocal','placing_pays')", name="kind"),
        CheckConstraint("state IN ('proposed','agreed','refused','ended')", name="state"),
    )
