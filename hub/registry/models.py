"""Children, placements, notices, and what belongs to them.

Everything about a child that could name or find them is in a ``sealed`` document, bound to its row's reference
(ADR 0010). What must be counted, routed or clocked is in plain columns: organisations, codes, instants.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

NOTICE_KINDS = (
    "consultation",
    "placement_start",
    "placement_change",
    "placement_move",
    "placement_end",
    "home_admission",
    "home_discharge",
    "supported_admission",
    "supported_discharge",
    "fostering_arrival",
    "fostering_leaving",
)


UNSPREAD = "spread_version IS NULL OR spread_version <> version"
"""Condition on a child, placement or home: it was added or changed since the job last wrote down by what it can be found."""


def _unspread_index(table: str) -> Index:
    waiting = text(UNSPREAD)
    return Index(f"ix_{table}_unspread", "id", sqlite_where=waiting, postgresql_where=waiting)


class Child(Keyed, Base):
    """A child, as one or more senders describe them."""

    __tablename__ = "child"

    ref: Mapped[str] = mapped_column(unique=True)
    placing_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The council responsible; ``None`` while no sender has named it."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"family_name", "given_names", "aliases", "born_on", "sex", "identifiers": {…}}``"""
    merged_into_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("child.id"))
    """Found to be the same child as another row; reversible, so nothing is deleted."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    spread_version: Mapped[int | None]
    """The version whose names stand in ``name_variant`` and ``name_pair``: a job sees to that, so that no notice waits for it."""

    __table_args__ = (
        _unspread_index("child"),
        Index(
            "ix_child_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )


class ChildIndex(Base):
    """Keyed blind indexes: what a child can be found by, without being readable."""

    __tablename__ = "child_index"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """``family``, ``given``, ``name_sound``, ``born_on``, ``identifier``; written later, by a job: ``name_pair``"""
    value: Mapped[bytes] = mapped_column(primary_key=True, info={"blind": True})
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), primary_key=True)

    __table_args__ = (Index("ix_child_index_child_id", "child_id"),)


class NameVariant(Base):
    """A name that some child has, under itself, under itself with a letter or two left out, and under how it may be spelt in
    another alphabet: what a misspelt name leads to.

    Of each name once, however many children have it.
    """

    __tablename__ = "name_variant"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """``family`` or ``given``"""
    variant: Mapped[bytes] = mapped_column(primary_key=True, info={"blind": True})
    value: Mapped[bytes] = mapped_column(primary_key=True)
    """The ``ChildIndex.value`` of the name."""


class PlacementIndex(Base):
    """Keyed blind indexes of where a child lives: what an address or a telephone number leads to. Written by a job."""

    __tablename__ = "placement_index"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """``postcode``, ``phone``: of the placement's address, of the carer"""
    value: Mapped[bytes] = mapped_column(primary_key=True, info={"blind": True})
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"), primary_key=True)

    __table_args__ = (Index("ix_placement_index_placement_id", "placement_id"),)


class HomeIndex(Base):
    """Keyed blind indexes of homes: what their postcode or telephone number leads to. Written by a job."""

    __tablename__ = "home_index"

    kind: Mapped[str] = mapped_column(primary_key=True)
    """``postcode``, ``phone``"""
    value: Mapped[bytes] = mapped_column(primary_key=True, info={"blind": True})
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), primary_key=True)

    __table_args__ = (Index("ix_home_index_organisation_id", "organisation_id"),)


class Placement(Keyed, Base):
    """One child's arrangement at one address, for a time. A new address or carer is a new placement."""

    __tablename__ = "placement"

    ref: Mapped[str] = mapped_column(unique=True)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    placing_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    host_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """``None`` outside England and Wales, or while the area is not known."""
    police_force_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    provider_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """The home, supported accommodation or fostering agency."""
    state: Mapped[str] = mapped_column(default="proposed")
    setting: Mapped[str]
    legal_status: Mapped[str]
    relation: Mapped[str | None]
    """``in_area``, ``adjoining``, ``distant``; ``None`` while unknown."""
    area_confirmed: Mapped[bool] = mapped_column(default=True)
    """False when the sender chose the area from a list; the host's acceptance confirms it."""
    area_accepted_by: Mapped[str | None]
    """Name and role of the officer who accepted it for the host."""
    area_accepted_at: Mapped[datetime | None]
    country: Mapped[str | None]
    """When not England or Wales."""
    is_emergency: Mapped[bool] = mapped_column(default=False)
    first_source: Mapped[str]
    """Who first made it known: ``placing_authority``, ``home``, ``agency``, ``police``, ``import``."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """When it ended, or is to end."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"address": {…}, "carer": …, "markers": […], "contacts": {…}}``"""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    spread_version: Mapped[int | None]
    """The version whose postcode and telephone stand in ``placement_index``: written by a job."""

    __table_args__ = (
        CheckConstraint("state IN ('proposed','unconfirmed','confirmed','ended','cancelled')", name="state"),
        _unspread_index("placement"),
        Index("ix_placement_host_authority_id", "host_authority_id", "state", "id"),
        Index("ix_placement_placing_authority_id", "placing_authority_id", "state", "id"),
        Index("ix_placement_police_force_id", "police_force_id", "state", "id"),
        Index("ix_placement_provider_id", "provider_id", "state", "id"),
    )


class Approval(Keyed, Base):
    """The nominated officer's, or the director's, approval of an out-of-area placement (SI 2010/959 reg 11)."""

    __tablename__ = "approval"

    ref: Mapped[str] = mapped_column(unique=True)
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"name": …, "role": …}`` of the approver."""
    delegation_ref: Mapped[str | None]
    approved_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class Notice(Keyed, Base):
    """The written notification. A draft can be edited; a registered notice cannot: a correction is a new version."""

    __tablename__ = "notice"

    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    sender_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    sender_actor: Mapped[str]
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    """1 for the first, one more for each correction."""
    supersedes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("notice.id"))
    event_at: Mapped[datetime | None]
    """When what it tells of happens: start, admission, end."""
    drafted_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """What was sent, as validated."""
    content_hash: Mapped[bytes | None]
    """SHA-256 of the canonical content: proof of what was sent, without saying it."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state IN ('draft','registered','superseded','withdrawn','discarded')", name="state"),
        CheckConstraint(f"kind IN {NOTICE_KINDS}", name="kind"),
        Index("ix_notice_sender_id", "sender_id", "state", "id"),
        Index(
            "ix_notice_supersedes_id",
            "supersedes_id",
            sqlite_where=supersedes_id.is_not(None),
            postgresql_where=supersedes_id.is_not(None),
        ),
    )


class NoticeRecipient(Keyed, Base):
    """An organisation that a notice is for, and when it was first reached."""

    __tablename__ = "notice_recipient"

    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    capacity: Mapped[str]
    """``host_authority``, ``police_force``, ``placing_authority``, ``redirected_from`` …"""
    told_at: Mapped[datetime]
    reached_at: Mapped[datetime | None]
    redirected_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """It said it is not the host, and named this one."""
    redirected_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("notice_id", "organisation_id"),
        Index("ix_notice_recipient_organisation_id", "organisation_id", "id"),
    )


class StoredFile(Keyed, Base):
    """A care plan, assessment or other file: typed by content, hashed, sealed at rest."""

    __tablename__ = "stored_file"

    ref: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Who uploaded it."""
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes]
    """Of the content as uploaded."""
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    scan: Mapped[str]
    """``not_configured``, ``quarantined``, ``clean``, ``refused``."""
    sealed_name: Mapped[bytes] = mapped_column(info={"personal": True})
    """The file's name, which may hold a child's."""

    __table_args__ = (Index("ix_stored_file_owner_id", "owner_id", "sha256"),)


class NoticeFile(Keyed, Base):
    """A file supplied with a notice, and as what."""

    __tablename__ = "notice_file"

    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"))
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("stored_file.id"), index=True)
    part: Mapped[str]
    """``care_plan``, ``needs_assessment``, ``risk_assessment``, ``trigger_plan``, ``other``."""

    __table_args__ = (UniqueConstraint("notice_id", "file_id", "part"),)


class Match(Keyed, Base):
    """Two placements, or two children, thought to be the same: how sure, why, and what was decided. Reversible."""

    __tablename__ = "match"

    ref: Mapped[str] = mapped_column(unique=True)
    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notice.id"), index=True)
    """The notice whose arrival raised the question."""
    placement_id: Mapped[int] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    """The placement already known that it may tell of."""
    own_placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"))
    """The placement made for the notice while the question was open."""
    score: Mapped[int]
    """0 to 100."""
    reasons: Mapped[list[Any]]
    """What agreed and what did not, as codes: never a value."""
    differences: Mapped[list[Any]]
    """Fields on which the two senders disagree, as codes."""
    state: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]
    sealed_undo: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """What a merge changed, so that it can be undone."""
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state IN ('linked','doubtful','confirmed','rejected','undone')", name="state"),
        Index("ix_match_state", "state", "id"),
        Index("ix_match_own_placement_id", "own_placement_id"),
    )


class Pickup(Keyed, Base):
    """One code sent to an organisation that has not joined, with which somebody at its desk opens what one alert tells of."""

    __tablename__ = "pickup"

    ref: Mapped[str] = mapped_column(unique=True)
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"))
    """The alert whose link was opened."""
    code_alert_ref: Mapped[str] = mapped_column(unique=True)
    """The alert by which the code was sent."""
    code_hash: Mapped[bytes] = mapped_column(info={"secret": True})
    sent_at: Mapped[datetime]
    code_until: Mapped[datetime]
    misses: Mapped[int] = mapped_column(default=0)
    """How often a wrong code was typed while this one was good."""
    opened_at: Mapped[datetime | None]
    """When the code was used: once."""
    pass_hash: Mapped[bytes | None] = mapped_column(info={"secret": True})
    """Of the pass in the form on the page that was opened."""
    pass_until: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When the pass was used, to acknowledge or to pass on: once."""

    __table_args__ = (Index("ix_pickup_alert_id", "alert_id", "id"),)
