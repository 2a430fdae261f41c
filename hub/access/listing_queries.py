"""Every system that may act in the hub, for whoever runs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.models import ApiClient, ApiKey
from hub.directory.models import Organisation

Owned = Any
"""``ref, name, scopes, disabled_at, created_at, organisation_ref, organisation_name, good_keys``."""


def with_owners(session: Session, *, now: datetime, after: str | None, at_most: int) -> Sequence[Owned]:
    """Systems with the organisation that each acts for and how many keys are good at *now*, by reference."""
    good = (
        select(func.count(ApiKey.id))
        .where(ApiKey.client_id == ApiClient.id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
        .correlate(ApiClient)
        .scalar_subquery()
    )
    rows = (
        select(
            ApiClient.ref,
            ApiClient.name,
            ApiClient.scopes,
            ApiClient.disabled_at,
            ApiClient.created_at,
            Organisation.ref.label("organisation_ref"),
            Organisation.name.label("organisation_name"),
            good.label("good_keys"),
        )
        .join(Organisation, Organisation.id == ApiClient.organisation_id)
        .order_by(ApiClient.ref)
        .limit(at_most)
    )
    return session.execute(rows.where(ApiClient.ref > after) if after else rows).all()
