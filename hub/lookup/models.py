"""Look-ups, what was shown in answer to them, and how they were reviewed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class LookUp(Keyed, Base):
    """Somebody asked which child is meant: who, for which organisation, what for, in which incident, and by what."""

    __tablename__ = "look_up"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    """The person or client that asked."""
    purpose: Mapped[str]
    """A code of config/policy/disclosure.toml."""
    incident_index: Mapped[bytes] = mapped_column(info={"blind": True})
    """Of the incident reference, so that all look-ups of one incident can be found. The asker's own: others never see it."""
    asked_at: Mapped[datetime]
    candidates: Mapped[int]
    """How many children were offered as possibly meant."""
    best_band: Mapped[str | None]
    """How like the best of them is: ``strong`` or ``weak``; ``None``: nobody was offered."""
    stage: Mapped[str]
    """How far it has come: ``asked``, ``possible_match``, ``confirmed``, ``risk_detail``."""
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"incident": …, "by": who at the organisation's system asked, "asked": what was asked by}``"""

    __table_args__ = (
        CheckConstraint("best_band IN ('strong','weak')", name="best_band"),
        CheckConstraint("stage IN ('asked','possible_match','confirmed','risk_detail')", name="stage"),
        Index("ix_look_up_organisation_id", "organisation_id", "asked_at"),
        Index("ix_look_up_incident_index", "organisation_id", "incident_index"),
        Index("ix_look_up_actor_ref", "actor_ref", "asked_at"),
    )


class Disclosure(Keyed, Base):
    """What was shown of one child in one stage of one look-up. Committed before anything is shown; never changed."""

    __tablename__ = "disclosure"

    ref: Mapped[str] = mapped_column(unique=True)
    look_up_id: Mapped[int] = mapped_column(BigId, ForeignKey("look_up.id"), index=True)
    child_id: Mapped[int] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    placing_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Who has the receipt."""
    actor_ref: Mapped[str]
    """To whom it was shown."""
    stage: Mapped[str]
    relation: Mapped[str]
    """What the asker is to the child: ``force_of_placement``, ``other_force``, ``placing_authority``, …"""
    band: Mapped[str]
    likeness: Mapped[int]
    """How like what was asked the child is, 0 to 100."""
    fields: Mapped[list[Any]]
    """The codes of the fields that were shown: one line of the policy for each."""
    is_shielded: Mapped[bool] = mapped_column(default=False, server_default=false())
    broke_glass: Mapped[bool] = mapped_column(default=False, server_default=false())
    shown_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """``{"by": …, "reason": why the shield was broken, "because": how the child was known on a weak likeness}``"""

    __table_args__ = (
        CheckConstraint("stage IN ('possible_match','confirmed','risk_detail')", name="stage"),
        CheckConstraint("band IN ('strong','weak')", name="band"),
        Index("ix_disclosure_placing_authority_id", "placing_authority_id", "id"),
    )


class LookUpReview(Keyed, Base):
    """A privacy lead's judgement of a look-up: of one from the sample, or owed because a shield was broken."""

    __tablename__ = "look_up_review"

    ref: Mapped[str] = mapped_column(unique=True)
    look_up_id: Mapped[int] = mapped_column(BigId, ForeignKey("look_up.id"))
    disclosure_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("disclosure.id"), index=True)
    """The disclosure by which a shield was broken; ``None``: the look-up was taken from the sample."""
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    """Whose privacy lead reviews it."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    chase_at: Mapped[datetime | None] = mapped_column()
    """While it is owed: when the next one up is told."""
    chased: Mapped[int] = mapped_column(default=0)
    """How often somebody was told that it waits."""
    outcome: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """``{"by": the reviewer, "note": what they found}``"""

    __table_args__ = (
        CheckConstraint("outcome IN ('proper','explained','improper')", name="outcome"),
        UniqueConstraint("look_up_id", "organisation_id", "disclosure_id"),
        Index("ix_look_up_review_organisation_id", "organisation_id", "reviewed_at", "id"),
        Index(
            "ix_look_up_review_chase_at",
            "chase_at",
            sqlite_where=chase_at.is_not(None),
            postgresql_where=chase_at.is_not(None),
        ),
    )
