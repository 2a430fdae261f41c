"""Which party is an organisation to a missing episode? As the policy page speaks of them; otherwise as the registry answers.

Queries are scoped by ``queries.may_see``. This is the same said party by party, so that a decision can be explained.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from hub.missing import queries
from hub.missing.models import MissingEpisode
from hub.registry.party_queries import parties_to as parties_in_registry

_COLUMNS: Final = {
    "placing": MissingEpisode.placing_authority_id,
    "host": MissingEpisode.host_authority_id,
    "provider": MissingEpisode.provider_id,
}


def parties_to(session: Session, ref: str, organisation_id: int) -> frozenset[str] | None:
    """As ``hub.registry.party_queries.parties_to``, for missing episodes (``mis_…``) too."""
    if not ref.startswith("mis_"):
        return parties_in_registry(session, ref, organisation_id)
    if not _there_is(session, ref):
        return None
    found = {name for name, column in _COLUMNS.items() if _there_is(session, ref, column == organisation_id)}
    if _there_is(session, ref, queries.is_force(organisation_id)):
        found.add("force")
    return frozenset(found)


def _there_is(session: Session, ref: str, *conditions: ColumnElement[bool]) -> bool:
    wanted: Any = select(MissingEpisode.id).where(MissingEpisode.ref == ref, *conditions)
    return bool(session.scalar(select(exists(wanted))))
