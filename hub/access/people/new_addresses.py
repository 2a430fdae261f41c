"""Another e-mail address for a person's account: asked for, proved by a link sent there, and in force only then.

Their administrator asks for it, or they themselves after showing again that it is them. The link proves that the address is
read; that it is the same person who reads it is proved by signing in as before. So an administrator who has a wrong or a false
address put in gains nothing: only the account's owner can bring it into force, and the old address is told twice. Sessions go
on. Whether an address has an account elsewhere is told to nobody but whoever was sent the link.

Somebody for whom an identity provider vouches is known by what the provider calls them (``sub``), never by an address: theirs
may be changed here too, and changes nothing of how they sign in.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.access import policy, sessions
from hub.access.models import AddressChange, Person
from hub.access.people import address_queries as queries
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.access.people.invitations import checked_email, name_of
from hub.access.sign_in import service as sign_in
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Conflict, HubError, Invalid, NotFound, StateConflict
from hub.core.ids import new_ref

PATH: Final = "/account/new-address/"
_NO_LINK: Final = (
    "This link is not one of ours, or not for the account that you are signed in to. Copy the whole link from the newest "
    "message, and sign in to the account that it is for."
)
_USED: Final = "This link was used already: the new address is in force. Sign in with it from now on."
_WITHDRAWN: Final = (
    "This address is not asked for any more. If you still need it, ask for it again on your account page."
)
_EXPIRED: Final = (
    "This link has expired. Ask for the new address again, on your account page or at your administrator's."
)
_SAME: Final = "This is the address already. Enter the new one."
_TAKEN: Final = "This e-mail address has an account of its own. Ask for another address, or sign in with that account."
_KNOWN: Final = "Somebody in your organisation has an account with this e-mail address. Enter another."


@dataclass(frozen=True)
class Waiting:
    """An address that was asked for and has not proved itself."""

    person_ref: str
    email: str = field(repr=False)
    asked_by: str
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Letters:
    """What is written to both addresses. ``path`` holds the link's token, and goes to the new address alone."""

    waiting: Waiting
    path: str = field(repr=False)
    name: str = field(repr=False)
    old_email: str = field(repr=False)
    organisation: str
    by: str = field(repr=False)


@dataclass(frozen=True)
class Changed:
    """A new address is in force; the old one is told."""

    person: Person
    name: str = field(repr=False)
    old_email: str = field(repr=False)


# --- asked for --------------------------------------------------------------------------------------------------------


def ask(session: Session, actor: Actor, ref: str, email: str, *, now: datetime) -> Letters:
    """Ask for *email* as the address of a person of the actor's organisation; one that was asked for before is withdrawn.

    Raises ``NotFound``, ``NotPermitted`` for oneself, ``Invalid`` for what is no address, ``Conflict`` where somebody of the
    organisation has it, and ``StateConflict`` where the account is disabled.
    """
    person = people.own(session, actor, ref)
    people.refuse_oneself(actor, person)
    if person.disabled_at is not None:
        raise StateConflict("This account is disabled. Enable it first.")
    known = sign_in.person_with(session, checked_email(email))
    if known is not None and known.organisation_id == person.organisation_id and known.id != person.id:
        raise Conflict(_KNOWN, fields={"email": [_KNOWN]})
    return _asked(session, actor, person, email, now)


def ask_for_oneself(session: Session, actor: Actor, email: str, *, now: datetime) -> Letters:
    """Ask for *email* as one's own address. Whether somebody has it is not told here.

    Raises ``Invalid``, and ``NotPermitted`` (``proof_needed``) unless the factors were given lately.
    """
    sessions.refuse_unless_recent(actor, now=now)
    return _asked(session, actor, people.own(session, actor, actor.ref), email, now)


def _asked(session: Session, actor: Actor, person: Person, email: str, now: datetime) -> Letters:
    address, said = checked_email(email), people.told(session, person)
    if address == said.email:
        raise Invalid(_SAME, fields={"email": [_SAME]})
    queries.withdraw_of(session, person.id, now)
    ref, token, until = new_ref("adc"), sessions.new_token(), now + policy.in_force().invitation_lifetime
    row = {
        "ref": ref,
        "person_id": person.id,
        "sealed": keys_of(session).seal(ref, {"email": address}),
        "token_hash": sessions.hash_of(token),
        "asked_by": actor.ref,
        "asked_at": now,
        "expires_at": until,
    }
    queries.add(session, row)
    audit.record(session, actor, Event.PERSON_ADDRESS_ASKED, person.ref, now=now)
    waits = Waiting(person.ref, address, actor.ref, now, until)
    organisation = sessions.organisation_of(session, person).name
    return Letters(waits, PATH + token, said.name, said.email, organisation, name_of(session, actor))


def waiting(session: Session, people_ids: Collection[int], *, now: datetime) -> dict[int, Waiting]:
    """Person id → the address that was asked for them and still may prove itself."""
    return {row.person_id: _waiting(session, row, ref) for row, ref in queries.waiting(session, people_ids, now)}


def _waiting(session: Session, row: AddressChange, person_ref: str) -> Waiting:
    email = keys_of(session).open(row.ref, row.sealed)["email"]
    return Waiting(person_ref, email, row.asked_by, row.asked_at, row.expires_at)


def withdraw(session: Session, actor: Actor, ref: str, *, now: datetime) -> None:
    """The address asked for a person of the actor's organisation, or for oneself, is not wanted. Again changes nothing."""
    person = people.own(session, actor, ref)
    if queries.withdraw_of(session, person.id, now):
        audit.record(session, actor, Event.PERSON_ADDRESS_WITHDRAWN, person.ref, now=now)


# --- proved -----------------------------------------------------------------------------------------------------------


def look(session: Session, actor: Actor, token: str, *, now: datetime) -> Waiting:
    """The address that the link with *token* brings into force for the actor. Changes nothing: mail scanners follow links.

    Raises ``NotFound``, also for another account's; ``StateConflict`` with code ``address_used``, ``address_withdrawn``,
    ``address_expired``; and ``NotPermitted`` (``proof_needed``).
    """
    sessions.refuse_unless_recent(actor, now=now)
    row = _followed(session, actor, token)
    if refusal := _refusal(row, now):
        raise refusal
    return _waiting(session, row, actor.ref)


def note_refusal(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """Record why the link with *token*, of the actor's own, leads nowhere any more, if it does not."""
    row = queries.with_token(session, sessions.hash_of(token), actor.ref)
    if row is not None and (refusal := _refusal(row, now)):
        _record_refusal(session, actor, refusal, now)


def confirm(session: Session, actor: Actor, token: str, *, now: datetime) -> Changed | HubError:
    """Bring the address into force for the actor, once. Commit whatever comes of it: a refusal is on record.

    Raises ``NotFound``, ``NotPermitted`` (``proof_needed``), and ``Conflict`` (``has_account``) where two take one address at
    the same time.
    """
    sessions.refuse_unless_recent(actor, now=now)
    row = _followed(session, actor, token, held=True)
    email = keys_of(session).open(row.ref, row.sealed)["email"]
    if refusal := _refusal(row, now) or _taken(session, email) or _used_up(session, row, now):
        _record_refusal(session, actor, refusal, now)
        return refusal
    return _in_force(session, actor, email, now)


def _record_refusal(session: Session, actor: Actor, refusal: HubError, now: datetime) -> None:
    details = {"because": refusal.reason}
    audit.record(session, actor, Event.PERSON_ADDRESS_REFUSED, actor.ref, now=now, details=details)


def _followed(session: Session, actor: Actor, token: str, *, held: bool = False) -> AddressChange:
    row = queries.with_token(session, sessions.hash_of(token), actor.ref, held=held)
    if row is None:
        raise NotFound(_NO_LINK)
    return row


def _refusal(row: AddressChange, now: datetime) -> HubError | None:
    if row.confirmed_at is not None:
        return StateConflict(_USED, code="address_used")
    if row.withdrawn_at is not None:
        return StateConflict(_WITHDRAWN, code="address_withdrawn")
    if row.expires_at <= now:
        return StateConflict(_EXPIRED, code="address_expired")
    return None


def _taken(session: Session, email: str) -> HubError | None:
    return Conflict(_TAKEN, code="has_account") if sign_in.person_with(session, email) is not None else None


def _used_up(session: Session, row: AddressChange, now: datetime) -> HubError | None:
    """Use the link up; of two at once, one does."""
    return None if queries.confirm(session, row.id, now) else StateConflict(_USED, code="address_used")


def _in_force(session: Session, actor: Actor, email: str, now: datetime) -> Changed:
    person = people.own(session, actor, actor.ref)
    said, keys = people.told(session, person), keys_of(session)
    sealed = keys.seal(person.ref, {"name": said.name, "email": email})
    people.change(session, person, {"sealed": sealed, "email_index": sign_in.email_index(keys, email)})
    # Whoever still reads the old mailbox must find no link there that lets them set a password.
    people_queries.withdraw_all_of(session, person.id, now)
    audit.record(session, actor, Event.PERSON_ADDRESS_CHANGED, person.ref, now=now)
    return Changed(people.by_id(session, person.id), said.name, said.email)
