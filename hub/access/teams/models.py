"""Teams: how an organisation's people share its work."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, BigId, Keyed


class Team(Keyed, Base):
    """Some of an organisation's people, under a name of its own choosing."""

    __tablename__ = "team"

    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """Closed: it has no people any more, and nothing is given to it; what it had keeps its worker."""
    version: Mapped[int] = mapped_column(default=1)


class TeamMember(Keyed, Base):
    """Somebody belongs to a team. Of several teams the one joined first is the one to which a person's new work goes."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(BigId, ForeignKey("team.id"))
    person_ref: Mapped[str] = mapped_column(ForeignKey("person.ref"), index=True)

    __table_args__ = (UniqueConstraint("team_id", "person_ref"),)
