"""Who acts, for which organisation, by which route. The system is an actor too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

ActorKind = Literal["api_client", "person", "guest", "system"]


def nation_of(gss_code: str | None) -> str:
    """The nation that a GSS code of England or Wales belongs to; England where there is none."""
    return "Wales" if (gss_code or "").startswith("W") else "England"


@dataclass(frozen=True)
class Actor:
    """One who acts. ``ref`` is the client's or person's reference; ``organisation_id`` is ``None`` only for the system."""

    kind: ActorKind
    ref: str
    organisation_id: int | None = None
    organisation_ref: str | None = None
    organisation_kind: str | None = None
    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """Of a person; their scopes follow from these (hub/access/permissions.py)."""
    session_ref: str | None = None
    proved_at: datetime | None = None
    """When this person last gave every factor: sensitive acts ask anew after some minutes."""
    key_from: str | None = None
    """Of a client: who in its own organisation issued the key that it used, if somebody there did."""
    organisation_gss: str | None = None
    """The GSS code of a council or force, where one acts with a key or in a session."""
    organisation_area: str | None = None
    """The GSS code of the council in whose area a home stands, likewise."""

    @property
    def nation(self) -> str:
        """Whose law asks things of it: a council's own nation's, a home's that of where it stands; England where not known."""
        return nation_of(self.organisation_gss or self.organisation_area)

    @property
    def organisation(self) -> int:
        """The organisation acted for; asking this of the system is a fault in our code."""
        if self.organisation_id is None:
            raise LookupError(f"{self.kind} {self.ref} acts for no organisation")
        return self.organisation_id

    @property
    def hand(self) -> str:
        """Whose act it is where two must act: a key counts as the hand of whoever issued it."""
        return self.key_from or self.ref

    @property
    def is_operator(self) -> bool:
        """Whether it may act for every organisation: the system, or a hub operator's client with the scope ``operate``."""
        return self.kind == "system" or (self.organisation_kind == "hub_operator" and "operate" in self.scopes)


SYSTEM: Final = Actor(kind="system", ref="system")
