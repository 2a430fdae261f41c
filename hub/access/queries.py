"""Every statement over API clients and their keys."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from hub.access.models import ApiClient, ApiKey
from hub.core.db import changed, connection_of
from hub.directory.models import Organisation

WHOM_ONE_ACTS_FOR: Final = (
    Organisation.id.label("organisation_id"),
    Organisation.ref.label("organisation_ref"),
    Organisation.kind.label("organisation_kind"),
    Organisation.gss_code.label("organisation_gss"),
    Organisation.area_gss.label("organisation_area"),
    Organisation.valid_to.label("organisation_valid_to"),
)
"""What is read of the organisation of whoever asks, with a key or signed in."""
Holder = Row[
    str,
    bytes,
    datetime,
    datetime | None,
    datetime | None,
    str | None,
    str,
    list[Any],
    datetime | None,
    int,
    str,
    str,
    str | None,
    str | None,
    date | None,
]
"""Whose key it is: ``prefix, secret_hash, expires_at, revoked_at, used_at, issued_by, client_ref, scopes, disabled_at,
organisation_id, organisation_ref, organisation_kind, organisation_gss, organisation_area, organisation_valid_to``."""

_HOLDER: Select[Any] = (
    select(
        ApiKey.prefix,
        ApiKey.secret_hash,
        ApiKey.expires_at,
        ApiKey.revoked_at,
        ApiKey.used_at,
        ApiKey.issued_by,
        ApiClient.ref.label("client_ref"),
        ApiClient.scopes,
        ApiClient.disabled_at,
        *WHOM_ONE_ACTS_FOR,
    )
    .join(ApiClient, ApiClient.id == ApiKey.client_id)
    .join(Organisation, Organisation.id == ApiClient.organisation_id)
    .where(ApiKey.prefix == bindparam("prefix"))
)


def holder_of(session: Session, prefix: str) -> Holder | None:
    """The key with *prefix*, its client and organisation: one statement, by a unique index."""
    return connection_of(session).execute(_HOLDER, {"prefix": prefix}).first()


def client(session: Session, ref: str, owner_id: int | None) -> ApiClient | None:
    """The client *ref*, if it is *owner_id*'s (``None``: whosever it is, for the operator)."""
    wanted = select(ApiClient).where(ApiClient.ref == ref)
    if owner_id is not None:
        wanted = wanted.where(ApiClient.organisation_id == owner_id)
    return session.scalars(wanted).one_or_none()


def clients(session: Session, organisation_id: int, *, after: str | None, at_most: int) -> Sequence[ApiClient]:
    """The clients of one organisation, disabled ones too, by reference."""
    mine = select(ApiClient).where(ApiClient.organisation_id == organisation_id)
    if after:
        mine = mine.where(ApiClient.ref > after)
    return session.scalars(mine.order_by(ApiClient.ref).limit(at_most)).all()


def keys_of_clients(session: Session, client_ids: Sequence[int]) -> Mapping[int, list[ApiKey]]:
    """The keys of these clients, oldest first, by client id."""
    found: dict[int, list[ApiKey]] = {number: [] for number in client_ids}
    wanted = select(ApiKey).where(ApiKey.client_id.in_(client_ids)).order_by(ApiKey.id)
    for key in session.scalars(wanted):
        found[key.client_id].append(key)
    return found


def good_keys(session: Session, client_id: int, now: datetime) -> Sequence[ApiKey]:
    """The keys of one client with which it may ask at *now*, oldest first."""
    mine = select(ApiKey).where(ApiKey.client_id == client_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
    return session.scalars(mine.order_by(ApiKey.id)).all()


def key_with_owner(session: Session, ref: str, owner_id: int | None) -> Row[str, datetime | None, str] | None:
    """``ref, revoked_at, client_ref`` of the key *ref*, if it is a key of *owner_id*'s (``None``: whosever it is)."""
    wanted = select(ApiKey.ref, ApiKey.revoked_at, ApiClient.ref.label("client_ref")).join(
        ApiClient, ApiClient.id == ApiKey.client_id
    )
    if owner_id is not None:
        wanted = wanted.where(ApiClient.organisation_id == owner_id)
    return session.execute(wanted.where(ApiKey.ref == ref)).first()


def add_client(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one client and return its id."""
    return session.execute(insert(ApiClient).values(row).returning(ApiClient.id)).scalar_one()


def add_key(session: Session, row: Mapping[str, Any]) -> int:
    """Insert one key and return its id."""
    return session.execute(insert(ApiKey).values(row).returning(ApiKey.id)).scalar_one()


def revoke_key(session: Session, ref: str, now: datetime) -> int:
    """Revoke one key; return how many rows changed (0: it was revoked before)."""
    guarded = update(ApiKey).where(ApiKey.ref == ref, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    return _changed(session, guarded)


def note_used(session: Session, prefix: str, *, before: datetime, now: datetime) -> int:
    """Note that a key was used, if it was last used by *before*; return how many rows changed."""
    mine = update(ApiKey).where(ApiKey.prefix == prefix, or_(ApiKey.used_at.is_(None), ApiKey.used_at <= before))
    return _changed(session, mine.values(used_at=now))


def disable_client(session: Session, client_id: int, now: datetime) -> int:
    """Disable one client; return how many rows changed (0: it was disabled before)."""
    guarded = update(ApiClient).where(ApiClient.id == client_id, ApiClient.disabled_at.is_(None))
    return _changed(session, guarded.values(disabled_at=now))


def _changed(session: Session, statement: Any) -> int:
    return changed(session, statement)
