"""Which party is an organisation to a record, of whatever kind? For ``hub access explain``: each package knows its own."""

from sqlalchemy.orm import Session

from hub.lookup.party_queries import parties_to as parties_elsewhere
from hub.spotpurchase.party_queries import PREFIXES
from hub.spotpurchase.party_queries import parties_to as parties_to_interviews


def parties_to(session: Session, ref: str, organisation_id: int) -> frozenset[str] | None:
    """Which parties the organisation is to the record *ref*; ``None``: there is no such record."""
    if ref[:3] in PREFIXES:
        return parties_to_interviews(session, ref, organisation_id)
    return parties_elsewhere(session, ref, organisation_id)
