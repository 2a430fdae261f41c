"""API clients and their keys. (People and sessions follow in issue B1.)"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class ApiClient(Keyed, Base):
    """A system that acts for one organisation, within its scopes."""

    __tablename__ = "api_client"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ApiKey(Keyed, Base):
    """One key of a client: two may be good at once, so that a key can be changed without a gap."""

    __tablename__ = "api_key"

    ref: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(BigId, ForeignKey("api_client.id"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    """The part that may be shown and logged."""
    secret_hash: Mapped[bytes] = mapped_column(info={"secret": True})
    """SHA-256 of the secret part, which holds 256 random bits: no slow hash is needed."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
