"""Organisations and the points at which they are reached."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

KINDS = (
    "local_authority",
    "police_force",
    "childrens_home",
    "supported_accommodation",
    "fostering_agency",
    "rhi_provider",
    "health_body",
    "oversight",
    "hub_operator",
    "other_body",
)
_UNSPREAD = text("sealed IS NOT NULL AND (spread_version IS NULL OR spread_version <> version)")
CHANNELS = ("inbox", "email", "webhook", "phone")


class Organisation(Keyed, Base):
    """A council, force, home, agency or other body. It receives from the start; ``joined_at``: since when it uses the hub."""

    __tablename__ = "organisation"

    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    gss_code: Mapped[str | None] = mapped_column(unique=True)
    """Councils and forces only."""
    urn: Mapped[str | None] = mapped_column(unique=True)
    """Ofsted's number of a home or agency: ``SC`` and six digits, or six or seven digits."""
    area_gss: Mapped[str | None]
    """The council in whose area a home stands."""
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """``{"address": …, "phone": …, "postcode": …}`` of a home: where its children live, which Ofsted withholds."""
    joined_at: Mapped[datetime | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    spread_version: Mapped[int | None]
    """The version whose postcode and telephone can be looked up by (``home_index``): written by a job."""

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_organisation_area_gss", "area_gss"),
        Index("ix_organisation_unspread", "id", sqlite_where=_UNSPREAD, postgresql_where=_UNSPREAD),
    )


class ContactPoint(Keyed, Base):
    """Where one desk of an organisation is reached: which role, by which channel, when, and who has verified it."""

    __tablename__ = "contact_point"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    role: Mapped[str]
    """Whose desk: ``duty_desk``, ``social_worker``, … ``out_of_hours``; the words of config/policy/escalation.toml."""
    channel: Mapped[str]
    address: Mapped[str]
    """A mailbox, an https address, a telephone number; empty for the inbox."""
    purpose: Mapped[str]
    """What it is for, in the organisation's words."""
    opening_hours: Mapped[dict[str, Any] | None]
    """``{"mon": ["09:00", "17:00"], …, "bank_holidays": false}`` in Europe/London; absent: always open."""
    takes_digest: Mapped[bool] = mapped_column(default=False)
    """Everything not urgent is gathered into one message each working morning."""
    entered_by: Mapped[str | None]
    """The actor that last entered the role or address. Of a council or force another one verifies it (two people)."""
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    """After this day it must be verified again; until then it is used, and reported."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    hard_failures: Mapped[int] = mapped_column(default=0)
    """In a row, since the last success."""
    flagged_at: Mapped[datetime | None]
    """When it was found broken (three hard failures); nothing is sent to it until it is verified again."""
    sealed_secret: Mapped[bytes | None] = mapped_column(info={"secret": True})
    """Of a webhook: the signing secrets, newest first, sealed."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        UniqueConstraint("organisation_id", "role", "channel", "address"),
    )


_WAITING = "state = 'proposed'"


class Proposal(Keyed, Base):
    """A change to how a council or force is reached, or to its ladders, that waits for a second person."""

    __tablename__ = "proposal"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    act: Mapped[str]
    """What is proposed: ``contact_point.change``, ``contact_point.retire``, ``contact_point.rotate``, ``ladder.save``."""
    subject_ref: Mapped[str]
    """The contact point, or the ladder's name."""
    content: Mapped[dict[str, Any]]
    """``{"body": the request's, as it will be done, "seen": the version that it changes}``."""
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_hand: Mapped[str]
    """``Actor.hand`` of whoever proposed it: the same hand does not confirm it."""
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """``{"reason": why it was refused, in the words of whoever refused it}``."""

    __table_args__ = (
        CheckConstraint("state IN ('proposed','confirmed','refused','withdrawn','expired')", name="state"),
        Index("ix_proposal_organisation_id", "organisation_id", "state"),
        Index("ix_proposal_waiting", "expires_at", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
    )


class AreaCorrection(Keyed, Base):
    """A postcode that the tables give to one council, and another has accepted an address at: for the operator to decide."""

    __tablename__ = "area_correction"

    ref: Mapped[str] = mapped_column(unique=True)
    from_gss: Mapped[str | None]
    """The council that the tables name; ``None`` where they know nothing of the postcode."""
    to_gss: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"postcode": …}``: a child lives there. Nothing here says which."""
    postcode_index: Mapped[bytes] = mapped_column(info={"blind": True})
    """Of a kind of its own: it tells nobody which placements have the postcode."""
    state: Mapped[str]
    accepted_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('proposed','confirmed','refused','replaced')", name="state"),
        Index("ix_area_correction_postcode_index", "postcode_index"),
        Index("ix_area_correction_state", "state", "ref"),
    )
