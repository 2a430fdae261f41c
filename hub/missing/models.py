"""Missing episodes and what belongs to them: reports, grades, what happened after, places, forces, companions, matches.

What was said is a row that stays: a report, a grade or a step taken back is marked, never removed or changed. The columns of an
episode that tell where it stands are made from those rows anew whenever one is added or taken back (``account.py``).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

GRADES = ("very_low", "low", "medium", "high")
CATEGORIES = ("missing", "away")
STEPS = ("located", "returned", "interviewed")
PARTS = ("placed", "reported", "found", "home")


class MissingEpisode(Keyed, Base):
    """One time that one child was missing, or away without authorisation, however many told of it."""

    __tablename__ = "missing_episode"

    ref: Mapped[str] = mapped_column(unique=True)
    child_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("child.id"), index=True)
    """``None`` while nobody knows who it is."""
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    placing_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    host_authority_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    provider_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    category: Mapped[str]
    """``missing``, or ``away`` without authorisation; missing as soon as one report that stands says so."""
    state: Mapped[str] = mapped_column(default="reported")
    is_discovered: Mapped[bool] = mapped_column(default=False)
    """The police found out that the child is looked after: nobody had told the hub."""
    missing_from_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    """When somebody first told the police or another organisation: clocks of telling run from here."""
    located_at: Mapped[datetime | None]
    """Found. Somebody found who has not come back is shown so; the interview's clock does not run yet."""
    returned_at: Mapped[datetime | None]
    interviewed_at: Mapped[datetime | None]
    """When the police held the prevention interview. It is not a return home interview."""
    grade: Mapped[str | None]
    """The latest that stands; the history is in ``episode_grade``."""
    graded_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    """It tells of the same episode as that one. Reversible, so nothing moves."""
    opened_at: Mapped[datetime]
    """When the hub came to know."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state IN ('reported','located','returned','withdrawn','merged')", name="state"),
        CheckConstraint("category IN ('missing','away')", name="category"),
        Index("ix_missing_episode_state", "state", "id"),
        Index("ix_missing_episode_placing_authority_id", "placing_authority_id", "state", "id"),
        Index("ix_missing_episode_host_authority_id", "host_authority_id", "state", "id"),
        Index("ix_missing_episode_provider_id", "provider_id", "state", "id"),
    )


class EpisodeReport(Keyed, Base):
    """One organisation's report of an episode: credited to it, with what it said."""

    __tablename__ = "episode_report"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    source: Mapped[str]
    """``police``, ``home``, ``agency``, ``carer`` (through the agency), ``placing_authority``, ``host_authority``"""
    category: Mapped[str]
    missing_from_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by", "reference", "said", "companions": […], "child": {…} as described by who did not know the hub's}``"""
    taken_back_at: Mapped[datetime | None]


class EpisodeDescription(Keyed, Base):
    """What became known after the report of a child whom nobody had told the hub of. Never overwritten: the later word counts."""

    __tablename__ = "episode_description"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by", "note", "child": {…}, "address": {…}, "area", "provider", "placing_authority", …}``, as far as it was told"""

    @property
    def taken_back_at(self) -> datetime | None:
        """Never: a later description says otherwise."""
        return None


class EpisodeGrade(Keyed, Base):
    """One grade of risk as a force gave it. Never overwritten: the next one stands beside it."""

    __tablename__ = "episode_grade"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    force_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    grade: Mapped[str]
    graded_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    reasons_asked: Mapped[list[Any]]
    """Why a reason was asked for, as codes; empty: it was not."""
    reason_given_at: Mapped[datetime | None]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"label": the grade in the force's own words, "by", "note", "reason", "reason_by"}``"""
    taken_back_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(f"grade IN {GRADES}", name="grade"),)


class EpisodeStep(Keyed, Base):
    """What somebody said happened after: found, returned, interviewed by the police."""

    __tablename__ = "episode_step"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    kind: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    actor_ref: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"by", "note"}``"""
    taken_back_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(f"kind IN {STEPS}", name="kind"),)


class EpisodePlace(Keyed, Base):
    """A place of an episode: where the child was last seen, or found. Equal ones are known by a keyed index."""

    __tablename__ = "episode_place"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    kind: Mapped[str]
    """``last_seen`` or ``found``"""
    said_in: Mapped[str]
    """The report or step in which it was said: taken back with it."""
    recorded_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(info={"personal": True})
    """``{"place": in words, "postcode"}``"""
    place_index: Mapped[bytes] = mapped_column(info={"blind": True})
    """Of the postcode, or of the place in words where no postcode is given (``places.py``)."""

    __table_args__ = (
        CheckConstraint("kind IN ('last_seen','found')", name="kind"),
        Index("ix_episode_place_place_index", "place_index", "episode_id"),
    )


class EpisodeForce(Keyed, Base):
    """A police force that an episode concerns, and how: where the child is placed, was reported, or was found."""

    __tablename__ = "episode_force"

    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"))
    force_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    part: Mapped[str]
    """``placed``, ``reported``, ``found``; ``home``: the force for the area of the placing authority, which is not told."""

    __table_args__ = (
        CheckConstraint(f"part IN {PARTS}", name="part"),
        UniqueConstraint("episode_id", "force_id", "part"),
        Index("ix_episode_force_force_id", "force_id", "part", "episode_id"),
    )


class EpisodeCompanion(Keyed, Base):
    """Two episodes of children who went missing together. Once for each pair, the earlier episode first."""

    __tablename__ = "episode_companion"

    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"))
    with_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    said_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("episode_id", "with_id"),)


class EpisodeMatch(Keyed, Base):
    """Two reports of what may be one episode, or a child described to the police who may be one the hub knows. Reversible."""

    __tablename__ = "episode_match"

    ref: Mapped[str] = mapped_column(unique=True)
    episode_id: Mapped[int] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    """The one that came second, and goes into the other."""
    other_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("missing_episode.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("placement.id"), index=True)
    """Where no other episode is meant: the placement whose child it may be."""
    state: Mapped[str]
    reasons: Mapped[list[Any]]
    """Why, as codes."""
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]
    sealed: Mapped[bytes | None] = mapped_column(info={"personal": True})
    """What joining changed, so that it can be undone, and what people wrote."""

    __table_args__ = (
        CheckConstraint("state IN ('joined','doubtful','confirmed','rejected','undone')", name="state"),
        Index("ix_episode_match_state", "state", "id"),
    )


class MissingThresholds(Keyed, Base):
    """An organisation's own thresholds, in place of the hub's. The newest version counts."""

    __tablename__ = "missing_thresholds"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    version: Mapped[int]
    rules: Mapped[list[Any]]
    """As in config/policy/missing.toml."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]

    __table_args__ = (UniqueConstraint("organisation_id", "version"),)
