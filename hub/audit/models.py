"""The audit's two tables: entries, written with what they record, and batches, which seal them into a chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed

OPERATIONS = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure")


class AuditEntry(Keyed, Base):
    """One act. Never changed or deleted (a trigger refuses it), but for ``batch_id``, once, when it is sealed."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime]
    operation: Mapped[str]
    """One of the six of DPA 2018 s62, or ``administration`` for acts that touch no personal data."""
    event: Mapped[str]
    """Past tense, ``subject.verb``: ``hub.audit.events.Event``."""
    actor_kind: Mapped[str]
    actor_ref: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(BigId)
    """For whom the actor acted."""
    subject_ref: Mapped[str]
    details: Mapped[dict[str, Any]]
    """References, codes and counts: never a name or free text about a child."""
    digest: Mapped[bytes]
    """Keyed digest of the entry's content: without the hub's keys none can be forged."""
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("audit_batch.id"))

    __table_args__ = (
        CheckConstraint(
            "operation IN ('collection','alteration','consultation','disclosure','combination','erasure','administration')",
            name="operation",
        ),
        Index("ix_audit_entry_unsealed", "id", sqlite_where=batch_id.is_(None), postgresql_where=batch_id.is_(None)),
        Index(
            "ix_audit_entry_batch_id",
            "batch_id",
            sqlite_where=batch_id.is_not(None),
            postgresql_where=batch_id.is_not(None),
        ),
        Index("ix_audit_entry_subject_ref", "subject_ref"),
        Index("ix_audit_entry_actor_ref", "actor_ref"),
        Index("ix_audit_entry_organisation_id", "organisation_id", "id"),
    )


class AuditBatch(Keyed, Base):
    """A run of entries sealed together and linked to the batch before: the chain that does not make writers queue."""

    __tablename__ = "audit_batch"

    sealed_at: Mapped[datetime]
    previous_id: Mapped[int | None] = mapped_column(BigId)
    """Unique: of two processes sealing at once, one fails and nothing is sealed twice."""
    entries: Mapped[int]
    manifest: Mapped[bytes]
    """For each entry in order: its id (8 bytes, big-endian) and its digest (32)."""
    root: Mapped[bytes]
    """Keyed digest of the previous root and the manifest."""

    __table_args__ = (UniqueConstraint("previous_id"),)
