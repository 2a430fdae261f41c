"""Which party is an organisation to a look-up, a review, a receipt? As the policy page says; otherwise as others answer."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hub.lookup.models import Disclosure, LookUp, LookUpReview
from hub.missing.party_queries import parties_to as parties_elsewhere

_COLUMNS: Final[Mapping[str, tuple[Any, str, Any]]] = {
    "lku": (LookUp, "own", LookUp.organisation_id),
    "rvw": (LookUpReview, "own", LookUpReview.organisation_id),
    "dsc": (Disclosure, "placing", Disclosure.placing_authority_id),
}
"""Of each kind of reference: its table, the one party that there is to it, and the column that says who that is."""


def parties_to(session: Session, ref: str, organisation_id: int) -> frozenset[str] | None:
    """As ``hub.registry.party_queries.parties_to``, for look-ups, reviews of them and receipts too."""
    if ref[:3] not in _COLUMNS:
        return parties_elsewhere(session, ref, organisation_id)
    model, party, column = _COLUMNS[ref[:3]]
    if not session.scalar(select(exists().where(model.ref == ref))):
        return None
    is_party = session.scalar(select(exists().where(model.ref == ref, column == organisation_id)))
    return frozenset({party} if is_party else ())
