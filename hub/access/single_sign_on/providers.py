"""An organisation's own OpenID Connect provider: who vouches for its people, and which of its groups hold which roles here.

A provider's issuer never changes: whom it calls by which ``sub`` is only true of that issuer, so that another one would make
one person of two. Whoever moves to another provider adds it, and disables the old one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.checking import refuse_borrowed
from hub.access.models import IdentityProvider
from hub.access.permissions import ROLES, scopes_of
from hub.access.single_sign_on import provider_queries as queries
from hub.access.single_sign_on.addresses import AddressUnfit, Reach, checked_issuer
from hub.access.spoken import spoken
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import EditConflict, Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded

GROUPS_CLAIM: Final = "groups"
_PLAIN: Final = ("name", "client_id", "groups_claim", "group_roles", "proves_second_factor")


def add(session: Session, actor: Actor, wanted: Mapping[str, Any], *, reach: Reach, now: datetime) -> IdentityProvider:
    """Add a provider to the actor's organisation; its people may sign in through it at once.

    *wanted*: ``name``, ``issuer``, ``client_id``, ``client_secret`` (or ``None`` for a public client), ``groups_claim``,
    ``group_roles`` (group → role), ``proves_second_factor``. Raises Invalid (fields), and NotPermitted to a client that lacks
    what a role allows.
    """
    _refuse_roles(actor, wanted["group_roles"])
    ref = new_ref("idp")
    row = {name: wanted[name] for name in _PLAIN}
    row |= {"ref": ref, "organisation_id": actor.organisation, "created_at": now}
    row |= {"issuer": _issuer(wanted["issuer"], reach), "sealed_secret": _sealed(session, ref, wanted["client_secret"])}
    queries.add(session, row)
    audit.record(session, actor, Event.IDENTITY_PROVIDER_ADDED, ref, now=now, details=_told(row))
    return provider_of(session, actor, ref)


def change(
    session: Session, actor: Actor, ref: str, version: int, changes: Mapping[str, Any], *, now: datetime
) -> IdentityProvider:
    """Change what *changes* names of *ref*, which was read at *version*: all but its issuer.

    Whom a new map of groups leaves without a role is out at their next sign-in. Raises NotFound, Invalid, EditConflict,
    StateConflict (disabled), and NotPermitted to a client that lacks what a role allows to which it lets groups lead.
    """
    found = provider_of(session, actor, ref)
    if not changes:
        raise Invalid("Send at least one field to change.")
    if found.disabled_at is not None:
        raise StateConflict("This identity provider is disabled. Add a new one.")
    if "group_roles" in changes or "groups_claim" in changes:
        _refuse_roles(actor, changes.get("group_roles", found.group_roles))
    columns = {name: changes[name] for name in _PLAIN if name in changes}
    if "client_secret" in changes:
        columns["sealed_secret"] = _sealed(session, ref, changes["client_secret"])
    _guarded(session, found, version, columns)
    details = {"fields": sorted(changes)} | _told(changes)
    audit.record(session, actor, Event.IDENTITY_PROVIDER_CHANGED, ref, now=now, details=details)
    return found


def disable(session: Session, actor: Actor, ref: str, *, now: datetime) -> None:
    """Disable *ref* for good: nobody signs in through it, and those who sign in through it are signed out now.

    Disabling it again changes nothing. Raises NotFound.
    """
    found = provider_of(session, actor, ref)
    if found.disabled_at is not None:
        return
    _guarded(session, found, found.version, {"disabled_at": now, "sealed_secret": None})
    people = queries.people_of(session, found.id)
    ended = sum(sessions.end_all(session, person, because="revoked", now=now, actor=actor) for person in people)
    details = {"people": len(people), "sessions_ended": ended}
    audit.record(session, actor, Event.IDENTITY_PROVIDER_DISABLED, ref, now=now, details=details)


def provider_of(session: Session, actor: Actor, ref: str) -> IdentityProvider:
    """The provider *ref*, if it is the actor's organisation's. Raises NotFound."""
    found = queries.provider(session, ref, actor.organisation) if is_ref(ref, "idp") else None
    if found is None:
        raise NotFound("There is no identity provider here that you can see. List your own organisation's.")
    return found


def _issuer(issuer: str, reach: Reach) -> str:
    try:
        return checked_issuer(issuer, reach)
    except AddressUnfit as fault:
        raise Invalid(str(fault), fields={"issuer": [str(fault)]}) from None


def _refuse_roles(actor: Actor, group_roles: Mapping[str, str]) -> None:
    """Groups lead to roles that this kind of organisation has (so the operator's role stays with the operator), and that
    whoever says so may give."""
    kind = actor.organisation_kind or ""
    has = [name for name, role in ROLES.items() if kind in role.kinds]
    faults = {
        f"group_roles.{group}": [
            worded(
                "A {kind} has no role “{role}”. Choose from: {roles}.",
                kind=spoken(kind),
                role=role,
                roles=", ".join(has),
            )
        ]
        for group, role in group_roles.items()
        if role not in has
    }
    if faults:
        raise Invalid("Some groups lead to roles that your organisation does not have.", fields=faults)
    refuse_borrowed(actor, scopes_of(group_roles.values()))


def _sealed(session: Session, ref: str, secret: str | None) -> bytes | None:
    return keys_of(session).seal(ref, {"secret": secret}) if secret else None


def _guarded(session: Session, found: IdentityProvider, version: int, columns: Mapping[str, Any]) -> None:
    if queries.change(session, found.ref, version, columns) != 1:
        raise EditConflict(
            "This identity provider was changed since it was read. Read it again, then send your change."
        )
    session.refresh(found)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit keeps: the roles that can be had, never a group's name or the secret."""
    roles = {"roles": sorted(set(row["group_roles"].values()))} if "group_roles" in row else {}
    return roles | {name: row[name] for name in ("issuer", "proves_second_factor") if name in row}
