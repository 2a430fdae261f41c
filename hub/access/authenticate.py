"""Who is asking? ``Authorization: Bearer hub_<prefix>_<secret>``, looked up by its prefix, compared by its hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.access import queries
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import Database
from hub.core.errors import Unauthenticated
from hub.core.ids import ALPHABET

PREFIX_LETTERS: Final = 12
USED_EVERY: Final = timedelta(hours=1)
_LONGEST_HEADER: Final = 200
_NO_HASH: Final = bytes(32)

_NO_KEY: Final = "Send your API key with every request, in the header “Authorization: Bearer hub_…”."
_UNKNOWN: Final = (
    "The hub does not know this API key. Check that the whole key was copied, or ask your administrator for a new one."
)
_REVOKED: Final = "This API key was revoked. Use the key that replaced it, or ask your administrator for a new one."
_EXPIRED: Final = "This API key has expired. Ask your administrator for a new one."
_DISABLED: Final = "This API client was disabled. Ask your administrator whether it should be set up again."
_CLOSED: Final = "The organisation of this API key is closed in the hub. Ask the hub's operator which one follows it."


@dataclass(frozen=True)
class KeyText:
    """A key as its holder sees it, once. Only ``prefix`` may be shown, stored or logged."""

    prefix: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """What goes after ``Bearer``."""
        return f"hub_{self.prefix}_{self.secret}"

    @property
    def secret_hash(self) -> bytes:
        """What is stored: SHA-256 of the secret, which holds 256 random bits, so that no slow hash is needed."""
        return hash_of(self.secret)


class KeyEnded(Unauthenticated):
    """The key is genuine and no longer good: its ``holder`` has its secret, and may have stolen it."""

    def __init__(self, sentence: str, holder: queries.Holder) -> None:
        super().__init__(sentence)
        self.holder = holder


def new_key_text() -> KeyText:
    """A new random key."""
    return KeyText("".join(secrets.choice(ALPHABET) for _ in range(PREFIX_LETTERS)), secrets.token_urlsafe(32))


def hash_of(secret: str) -> bytes:
    """SHA-256 of a key's secret part."""
    return hashlib.sha256(secret.encode()).digest()


def authenticate(session: Session, header: str | None, *, now: datetime) -> Actor:
    """Who sends *header* (the value of ``Authorization``) at *now*. Raises as :func:`holder_in`."""
    return actor_of(holder_in(session, header, now=now))


def holder_in(session: Session, header: str | None, *, now: datetime) -> queries.Holder:
    """Whose key *header* holds. Nothing is cached: a revoked key ends at once.

    Raises ``Unauthenticated``, ``KeyEnded`` among them. Whether the prefix or the secret was wrong is not told, by words or
    by time; that a key was revoked or has expired is told only to one who holds its secret.
    """
    prefix, secret = _parts(header)
    holder = queries.holder_of(session, prefix)
    genuine = hmac.compare_digest(hash_of(secret), holder.secret_hash if holder else _NO_HASH)
    if holder is None or not genuine:
        raise Unauthenticated(_UNKNOWN)
    if refusal := _refusal(holder, now):
        raise KeyEnded(refusal, holder)
    return holder


def actor_of(holder: queries.Holder) -> Actor:
    """Who acts with the key of *holder*."""
    return Actor(
        kind="api_client",
        ref=holder.client_ref,
        organisation_id=holder.organisation_id,
        organisation_ref=holder.organisation_ref,
        organisation_kind=holder.organisation_kind,
        scopes=frozenset(holder.scopes),
        key_from=holder.issued_by,
        organisation_gss=holder.organisation_gss,
        organisation_area=holder.organisation_area,
    )


def note_used(database: Database, holder: queries.Holder, *, now: datetime) -> None:
    """Note that a key was used: at most once an hour, so that asking seldom writes."""
    if holder.used_at is None or holder.used_at <= now - USED_EVERY:
        with database.write() as session:
            queries.note_used(session, holder.prefix, before=now - USED_EVERY, now=now)


def _parts(header: str | None) -> tuple[str, str]:
    scheme, _, text = (header or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Unauthenticated(_NO_KEY)
    hub, _, rest = text.strip().partition("_")
    prefix, _, secret = rest.partition("_")
    if hub != "hub" or not secret or len(text) > _LONGEST_HEADER or not text.isascii() or "\x00" in text:
        raise Unauthenticated(_UNKNOWN)
    return prefix, secret


def _refusal(holder: queries.Holder, now: datetime) -> str | None:
    if holder.revoked_at is not None:
        return _REVOKED
    if holder.expires_at <= now:
        return _EXPIRED
    if holder.disabled_at is not None:
        return _DISABLED
    closed_on = holder.organisation_valid_to
    return _CLOSED if closed_on is not None and closed_on <= london_date(now) else None
