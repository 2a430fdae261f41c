"""API clients and their keys: added, issued, rotated, revoked, disabled. A key's text is seen once, by whoever asked for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.access import queries
from hub.access.authenticate import new_key_text
from hub.access.checking import refuse_borrowed, scopes_for_clients
from hub.access.models import ApiClient
from hub.access.permissions import SCOPES
from hub.access.spoken import spoken
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import Invalid, NotFound, NotPermitted, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.tenancy import owner

LIFETIME_DAYS: Final = 365
LONGEST_LIFETIME_DAYS: Final = 2 * 365
GOOD_AT_ONCE: Final = 2


@dataclass(frozen=True)
class IssuedKey:
    """A new key. ``text`` goes after ``Bearer``; it is nowhere kept and cannot be shown again."""

    ref: str
    prefix: str
    text: str = field(repr=False)
    expires_at: datetime


def add_client(
    session: Session, actor: Actor, organisation_id: int, name: str, scopes: Iterable[str], *, now: datetime
) -> ApiClient:
    """Add a client of the actor's own organisation (of any, for the hub itself). It can do nothing until it has a key.

    Raises Invalid for an unknown scope, and NotPermitted for one that this kind of organisation may not hold, or that the
    actor, itself a client, lacks.
    """
    organisation = directory.by_ids(session, [organisation_id]).get(organisation_id)
    if organisation is None or (actor.kind != "system" and actor.organisation != organisation_id):
        raise NotFound("There is no organisation here for which you may add a client. Add one for your own.")
    wanted = _allowed(actor, organisation.kind, scopes)
    row = {"ref": new_ref("cli"), "organisation_id": organisation_id, "name": name, "scopes": wanted, "created_at": now}
    queries.add_client(session, row)
    details = {"organisation": organisation.ref, "scopes": wanted}
    audit.record(session, actor, Event.CLIENT_ADDED, str(row["ref"]), now=now, details=details)
    return client_of(session, actor, str(row["ref"]))


def issue_key(
    session: Session, actor: Actor, client_ref: str, *, lifetime_days: int = LIFETIME_DAYS, now: datetime
) -> IssuedKey:
    """Issue another key to a client: its first, or the next one while the old one still is good.

    Raises NotFound; Invalid for a lifetime outside 1 to 730 days; StateConflict where the client is disabled or has two good
    keys already (revoke one first); NotPermitted where the client may do what the actor, itself a client, may not.
    """
    if not 1 <= lifetime_days <= LONGEST_LIFETIME_DAYS:
        sentence = worded("Choose from 1 to {longest_lifetime_days} days.", longest_lifetime_days=LONGEST_LIFETIME_DAYS)
        raise Invalid(sentence, fields={"lifetime_days": [sentence]})
    client = _own(session, actor, client_ref)
    refuse_borrowed(actor, client.scopes)
    _refuse_third(session, client, now)
    key, ref, expires_at = new_key_text(), new_ref("key"), now + timedelta(days=lifetime_days)
    row = {"ref": ref, "client_id": client.id, "prefix": key.prefix, "secret_hash": key.secret_hash}
    hand = actor.hand if actor.organisation_id == client.organisation_id else None
    queries.add_key(session, row | {"issued_by": hand, "created_at": now, "expires_at": expires_at})
    details = {"client": client.ref, "prefix": key.prefix, "lifetime_days": lifetime_days}
    audit.record(session, actor, Event.KEY_ISSUED, ref, now=now, details=details)
    return IssuedKey(ref, key.prefix, key.text, expires_at)


def rotate_key(
    session: Session,
    actor: Actor,
    client_ref: str,
    *,
    lifetime_days: int = LIFETIME_DAYS,
    now: datetime,
) -> IssuedKey:
    """Issue the next key and leave the newest old one good beside it, until it is revoked; a second old one ends now.

    Raises as :func:`issue_key`, but never for want of room.
    """
    client = _own(session, actor, client_ref)
    for old in queries.good_keys(session, client.id, now)[: -(GOOD_AT_ONCE - 1)]:
        revoke_key(session, actor, old.ref, now=now)
    return issue_key(session, actor, client_ref, lifetime_days=lifetime_days, now=now)


def revoke_key(session: Session, actor: Actor, key_ref: str, *, now: datetime) -> None:
    """Revoke a key: the next request made with it is refused. Revoking it again changes nothing. Raises NotFound."""
    key = queries.key_with_owner(session, key_ref, owner(actor)) if is_ref(key_ref, "key") else None
    if key is None:
        raise NotFound("There is no key here that you can see. Your clients list their keys.")
    if queries.revoke_key(session, key_ref, now):
        audit.record(session, actor, Event.KEY_REVOKED, key_ref, now=now, details={"client": key.client_ref})


def disable_client(session: Session, actor: Actor, client_ref: str, *, now: datetime) -> None:
    """Disable a client for good, with every key it has. Disabling it again changes nothing. Raises NotFound."""
    client = client_of(session, actor, client_ref)
    if queries.disable_client(session, client.id, now):
        audit.record(session, actor, Event.CLIENT_DISABLED, client_ref, now=now)


def client_of(session: Session, actor: Actor, client_ref: str) -> ApiClient:
    """The client *client_ref*, if it is the actor's organisation's, or for the operator. Raises NotFound."""
    return _found(session, client_ref, owner(actor))


def _own(session: Session, actor: Actor, client_ref: str) -> ApiClient:
    return _found(session, client_ref, None if actor.kind == "system" else actor.organisation)


def _found(session: Session, client_ref: str, owner_id: int | None) -> ApiClient:
    client = queries.client(session, client_ref, owner_id) if is_ref(client_ref, "cli") else None
    if client is None:
        raise NotFound("There is no client here that you can see. List your own organisation's.")
    return client


def _allowed(actor: Actor, organisation_kind: str, scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted or (unknown := [scope for scope in wanted if scope not in SCOPES]):
        told = worded("Choose from: {scopes}.", scopes=", ".join(SCOPES))
        raise Invalid(
            "Say what the client may do." if not wanted else worded("“{scope}” is no scope.", scope=unknown[0]),
            fields={"scopes": [told]},
        )
    if idle := [scope for scope in wanted if scope not in scopes_for_clients(organisation_kind)]:
        raise NotPermitted(
            worded(
                "The scope “{scope}” is not for a {kind}. Leave it out.", scope=idle[0], kind=spoken(organisation_kind)
            )
        )
    refuse_borrowed(actor, wanted)
    return wanted


def _refuse_third(session: Session, client: ApiClient, now: datetime) -> None:
    if client.disabled_at is not None:
        raise StateConflict("This client is disabled. Add a new client.")
    if len(queries.good_keys(session, client.id, now)) >= GOOD_AT_ONCE:
        raise StateConflict(
            "This client has two good keys. Revoke the one that is no longer used, then ask for the next."
        )
