"""Who is signed in? A session is a row; the browser holds a random token, the row its SHA-256.

Nothing is cached. Every request reads the session, its owner and their organisation, so that somebody who was disabled, or
whose session was ended, is out at their next request, whichever process takes it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import policy, session_queries
from hub.access.models import Person
from hub.access.permissions import ROLES, scopes_of
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.errors import NotFound, NotPermitted, Unauthenticated
from hub.core.ids import is_ref, new_ref
from hub.directory import queries as directory
from hub.directory.queries import Brief

SEEN_EVERY: Final = timedelta(minutes=1)
_LONGEST_TOKEN: Final = 100

_UNKNOWN: Final = "You are not signed in any more. Sign in again."
_OVER: Final = "You signed in a whole shift ago, so you were signed out. Sign in again."
_IDLE: Final = "You were signed out because nothing was done here for a while. Sign in again."
_DISABLED: Final = "Your account is disabled. Ask your organisation's administrator."
_CLOSED: Final = "Your organisation is closed in the hub. Ask the hub's operator which one follows it."
_ENDED: Final = {
    "signed_out": "You signed out. Sign in again.",
    "revoked": "This session was ended by you or your administrator. Sign in again, and ask if you did not expect it.",
    "disabled": _DISABLED,
    "password_changed": "The password was changed, so you were signed out. Sign in again.",
    "roles_changed": "Your roles were changed, so you were signed out. Sign in again.",
    "provider_signed_out": "You signed out at your organisation. Sign in again.",
}


@dataclass(frozen=True)
class Begun:
    """A new session. ``token`` goes into the cookie and is nowhere kept."""

    token: str = field(repr=False)
    ref: str
    person_ref: str
    ends_at: datetime


@dataclass(frozen=True)
class PutOut:
    """A session that somebody ended before its time, or whose owner is disabled: whose it was, and why it is no good."""

    ref: str
    person_ref: str
    organisation_id: int
    because: str


@dataclass(frozen=True)
class SignedIn:
    """Who a token stands for, and when it was last noted that the session was used."""

    actor: Actor
    seen_at: datetime


def begin(
    session: Session,
    person: Person,
    *,
    factors: Sequence[str],
    device: str,
    now: datetime,
    provider_session: str | None = None,
    provider_token: str | None = None,
) -> Begun:
    """Begin a session of *person*, who has given *factors*, in a browser of kind *device*.

    Raises ``Unauthenticated`` where the person is disabled or the organisation closed.
    """
    organisation = organisation_of(session, person)
    if refusal := refusal_of(person, organisation, now=now):
        raise Unauthenticated(refusal)
    token, ref, ends_at = new_token(), new_ref("ses"), now + policy.in_force().session.absolute
    row: dict[str, Any] = {
        "ref": ref,
        "token_hash": hash_of(token),
        "person_id": person.id,
        "factors": list(factors),
        "device": device,
        "began_at": now,
        "seen_at": now,
        "proved_at": now,
        "ends_at": ends_at,
        "provider_session": provider_session,
        "sealed_provider_token": keys_of(session).seal(ref, provider_token) if provider_token else None,
    }
    session_queries.add(session, row)
    details = {"person": person.ref, "factors": list(factors)}
    audit.record(session, person_actor(person, organisation), Event.SESSION_BEGAN, ref, now=now, details=details)
    return Begun(token, ref, person.ref, ends_at)


def actor_of(session: Session, token: str, *, now: datetime) -> Actor:
    """Who holds *token*. Raises ``Unauthenticated`` with a sentence that says why they are signed out."""
    return signed_in(session, token, now=now).actor


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn:
    """Who holds *token*, and when they were last seen. Raises ``Unauthenticated``; its code is ``session_ended``."""
    held = session_queries.held(session, hash_of(token)) if 0 < len(token) <= _LONGEST_TOKEN else None
    if held is None:
        raise Unauthenticated(_UNKNOWN, code="session_ended")
    if refusal := _refusal(held, now):
        raise Unauthenticated(refusal, code="session_ended")
    roles = roles_that_hold(held.roles, held.organisation_kind)
    actor = Actor(
        kind="person",
        ref=held.person_ref,
        organisation_id=held.organisation_id,
        organisation_ref=held.organisation_ref,
        organisation_kind=held.organisation_kind,
        scopes=scopes_of(roles),
        roles=roles,
        session_ref=held.ref,
        proved_at=held.proved_at,
        organisation_gss=held.organisation_gss,
        organisation_area=held.organisation_area,
    )
    return SignedIn(actor, held.seen_at)


def put_out(session: Session, token: str) -> PutOut | None:
    """The session that *token* stood for, if somebody ended it or its owner; nothing for one that ran out by itself."""
    held = session_queries.held(session, hash_of(token)) if 0 < len(token) <= _LONGEST_TOKEN else None
    if held is None or (held.ended_at is None and held.disabled_at is None):
        return None
    because = held.ended_because if held.ended_at is not None else "disabled"
    return PutOut(held.ref, held.person_ref, held.organisation_id, because or "revoked")


def owner_of(session: Session, token: str, *, now: datetime) -> str | None:
    """Whose session *token* is, or was before it ended; nothing for one who is disabled, or whose organisation is closed."""
    held = session_queries.held(session, hash_of(token)) if 0 < len(token) <= _LONGEST_TOKEN else None
    if held is None or _refusal_of_person(held.disabled_at, held.organisation_valid_to, now):
        return None
    person_ref: str = held.person_ref
    return person_ref


def note_seen(database: Database, found: SignedIn, *, now: datetime) -> None:
    """Note that a session was used: at most once a minute, so that reading a page seldom writes."""
    if found.seen_at <= now - SEEN_EVERY and found.actor.session_ref:
        with database.write() as session:
            session_queries.note_seen(session, found.actor.session_ref, before=now - SEEN_EVERY, now=now)


def end(session: Session, actor: Actor, ref: str, *, because: str, now: datetime) -> None:
    """End one session: one's own, or that of a person of the organisation whose people *actor* looks after.

    Ending it again changes nothing. Raises ``NotFound``.
    """
    found = session_queries.owned(session, ref) if is_ref(ref, "ses") else None
    if found is None or not _may_end(actor, found.person_ref, found.organisation_id):
        raise NotFound("There is no session here that you can see. The list of sessions shows those that last.")
    _end(session, actor, ref, found.person_ref, because, now)


def end_all(
    session: Session, person_id: int, *, because: str, now: datetime, actor: Actor = SYSTEM, but: str | None = None
) -> int:
    """End every session of a person (but the session *but*); return how many."""
    refs = [ref for ref in session_queries.live_refs(session, person_id, now) if ref != but]
    for ref in refs:
        _end(session, actor, ref, None, because, now)
    return len(refs)


def end_of_provider(session: Session, provider_id: int, provider_session: str, *, now: datetime) -> int:
    """End the sessions that began with a session of an identity provider, which has ended there; return how many."""
    refs = session_queries.of_provider(session, provider_session, provider_id, now)
    for ref in refs:
        _end(session, SYSTEM, ref, None, "provider_signed_out", now)
    return len(refs)


def prove_again(session: Session, session_ref: str, *, factors: Sequence[str], now: datetime) -> None:
    """The owner of this session has given *factors* again just now. Raises ``Unauthenticated`` where it has ended."""
    if not session_queries.note_proved(session, session_ref, factors, now):
        raise Unauthenticated(_UNKNOWN, code="session_ended")


def refuse_unless_recent(actor: Actor, *, now: datetime) -> None:
    """Refuse a sensitive act of a person who last gave every factor too long ago. A system's key is its own proof.

    Raises ``NotPermitted`` with code ``proof_needed``.
    """
    if actor.kind == "person" and not is_recent(actor, now=now):
        raise NotPermitted("Show again that it is you: give your password or passkey, then go on.", code="proof_needed")


def is_recent(actor: Actor, *, now: datetime) -> bool:
    """Whether *actor*, a person, gave every factor a short while ago."""
    return actor.proved_at is not None and now < actor.proved_at + policy.in_force().session.reauthenticate


def provider_token(session: Session, session_ref: str) -> str | None:
    """The ID token with which this session began, for signing out at the identity provider; ask before ending it."""
    sealed = session_queries.provider_token(session, session_ref)
    return keys_of(session).open(session_ref, sealed) if sealed else None


def person_actor(person: Person, organisation: Brief) -> Actor:
    """*person* as one who acts, outside any session."""
    roles = roles_that_hold(person.roles, organisation.kind)
    return Actor("person", person.ref, organisation.id, organisation.ref, organisation.kind, scopes_of(roles), roles)


def refusal_of(person: Person, organisation: Brief, *, now: datetime) -> str | None:
    """Why *person* may not be signed in at all: disabled, or the organisation is closed."""
    return _refusal_of_person(person.disabled_at, organisation.valid_to, now)


def organisation_of(session: Session, person: Person) -> Brief:
    """The organisation that *person* belongs to."""
    return directory.by_ids(session, [person.organisation_id])[person.organisation_id]


def roles_that_hold(roles: Iterable[str], kind: str) -> frozenset[str]:
    """Those of *roles* that an organisation of *kind* has: any other gives nothing."""
    return frozenset(role for role in roles if role in ROLES and kind in ROLES[role].kinds)


def new_token() -> str:
    """256 random bits, as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """SHA-256 of a token, which holds 256 random bits: what is stored and looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _refusal(held: session_queries.Held, now: datetime) -> str | None:
    if refusal := _refusal_of_person(held.disabled_at, held.organisation_valid_to, now):
        return refusal
    if held.ended_at is not None:
        return _ENDED.get(held.ended_because or "", _UNKNOWN)
    if held.ends_at <= now:
        return _OVER
    return _IDLE if held.seen_at + policy.in_force().session.idle_for(held.roles) <= now else None


def _refusal_of_person(disabled_at: datetime | None, closed_on: Any, now: datetime) -> str | None:
    if disabled_at is not None:
        return _DISABLED
    return _CLOSED if closed_on is not None and closed_on <= london_date(now) else None


def _may_end(actor: Actor, person_ref: str, organisation_id: int) -> bool:
    if actor.kind == "system" or actor.ref == person_ref:
        return True
    return "people" in actor.scopes and actor.organisation_id == organisation_id


def _end(session: Session, actor: Actor, ref: str, person_ref: str | None, because: str, now: datetime) -> None:
    if session_queries.end(session, ref, because, now):
        details = {"because": because} | ({"person": person_ref} if person_ref else {})
        audit.record(session, actor, Event.SESSION_ENDED, ref, now=now, details=details)
