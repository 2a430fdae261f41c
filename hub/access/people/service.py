"""People of an organisation: who they are, what they are called, which roles they hold, disabled and enabled again.

An administrator looks after the people of their own organisation and nobody else's. They never change themselves, so that one
stolen session cannot help itself; and an organisation that has an administrator keeps one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.checking import refuse_borrowed
from hub.access.models import Person
from hub.access.people import address_queries, queries
from hub.access.permissions import ROLES, scopes_of
from hub.access.sign_in import passwords
from hub.access.sign_in import queries as sign_in_queries
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.service import email_index, normal_email
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import Database, keys_of
from hub.core.errors import EditConflict, Invalid, NotFound, NotPermitted, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory.queries import Brief
from hub.directory.tenancy import owner

ADMINISTRATOR: Final = "administrator"
_NOBODY: Final = "There is nobody here that you can see. List your own organisation's people."
_YOURSELF: Final = "You cannot change your own account. Ask another administrator of your organisation."
_CHANGED: Final = "Somebody else changed this account since you read it. Read it again, then decide."
_LAST: Final = "This is your organisation's last administrator. Make somebody else an administrator first."


@dataclass(frozen=True)
class Told:
    """What is sealed of a person or an invitation."""

    name: str = field(repr=False)
    email: str = field(repr=False)


def told(session: Session, person: Person) -> Told:
    """A person's name and e-mail address."""
    return Told(**keys_of(session).open(person.ref, person.sealed))


def find(session: Session, actor: Actor, ref: str) -> Person:
    """The person *ref* of the actor's organisation (of any, for the operator). Raises ``NotFound``."""
    return _found(session, ref, owner(actor))


def own(session: Session, actor: Actor, ref: str) -> Person:
    """The person *ref* of the actor's own organisation. Raises ``NotFound``."""
    return _found(session, ref, None if actor.kind == "system" else actor.organisation)


def _found(session: Session, ref: str, owner_id: int | None) -> Person:
    person = queries.person(session, ref, owner_id) if is_ref(ref, "per") else None
    if person is None:
        raise NotFound(_NOBODY)
    return person


def by_id(session: Session, person_id: int) -> Person:
    """The person *person_id*, as they stand now."""
    person = sign_in_queries.person_by_id(session, person_id)
    if person is None:
        raise NotFound(_NOBODY)
    return person


def add(
    session: Session,
    organisation: Brief,
    *,
    name: str,
    email: str,
    roles: Sequence[str],
    now: datetime,
    password_hash: str | None = None,
    provider: tuple[int, str] | None = None,
    because: str = "invitation",
) -> Person:
    """Add a person to *organisation*; *provider*: the id of the one that vouches for them, and who they are to it.

    Raises ``Conflict`` (code ``has_account``) where the address has an account, in whichever organisation; ``Invalid`` for a
    role that the organisation's kind does not have.
    """
    ref, held = new_ref("per"), checked_roles(organisation.kind, roles)
    if sign_in.person_with(session, email) is not None:
        raise queries.has_account()
    row: dict[str, Any] = {
        "ref": ref,
        "organisation_id": organisation.id,
        "sealed": keys_of(session).seal(ref, {"name": name, "email": normal_email(email)}),
        "email_index": email_index(keys_of(session), email),
        "password_hash": password_hash,
        "roles": held,
        "provider_id": provider[0] if provider else None,
        "provider_subject": provider[1] if provider else None,
        "created_at": now,
    }
    queries.add_person(session, row)
    person = _found(session, ref, organisation.id)
    details = {"roles": held, "because": because}
    audit.record(
        session, sessions.person_actor(person, organisation), Event.PERSON_JOINED, ref, now=now, details=details
    )
    return person


def checked_roles(kind: str, roles: Iterable[str]) -> list[str]:
    """*roles*, sorted, if an organisation of *kind* has them all. Raises ``Invalid`` (field ``roles``) saying which it has."""
    wanted = sorted(set(roles))
    here = [name for name, role in ROLES.items() if kind in role.kinds]
    foreign = [role for role in wanted if role not in here]
    if not wanted or foreign:
        fault = worded("“{role}” is no role here.", role=foreign[0]) if foreign else "Choose at least one role."
        raise Invalid(fault, fields={"roles": [worded("Choose from: {roles}.", roles=", ".join(here))]})
    return wanted


# --- changed ------------------------------------------------------------------------------------------------------------


def change_roles(
    session: Session, actor: Actor, ref: str, roles: Iterable[str], *, version: int, now: datetime
) -> Person:
    """Give a person of the actor's organisation other roles. Where one is taken away, their sessions end.

    Raises ``NotFound``, ``NotPermitted`` for oneself and to a client that lacks what a new role allows, ``Invalid``,
    ``EditConflict``, and ``StateConflict`` for the last administrator.
    """
    person = own(session, actor, ref)
    refuse_oneself(actor, person)
    if person.version != version:
        raise EditConflict(_CHANGED)
    wanted = checked_roles(sessions.organisation_of(session, person).kind, roles)
    refuse_borrowed(actor, scopes_of(set(wanted) - set(person.roles)))
    return set_roles(session, actor, person, wanted, now=now)


def set_roles(session: Session, actor: Actor, person: Person, roles: Sequence[str], *, now: datetime) -> Person:
    """Make *roles* (checked) those of *person*.

    Raises ``EditConflict`` and ``StateConflict``.
    """
    lost, gained = sorted(set(person.roles) - set(roles)), sorted(set(roles) - set(person.roles))
    if not (lost or gained):
        return person
    if ADMINISTRATOR in lost and person.disabled_at is None:
        refuse_last_administrator(session, person)
    change(session, person, {"roles": list(roles)})
    if lost:
        sessions.end_all(session, person.id, because="roles_changed", now=now, actor=actor)
    details = {"gained": gained, "lost": lost}
    audit.record(session, actor, Event.PERSON_CHANGED, person.ref, now=now, details=details)
    return _found(session, person.ref, person.organisation_id)


def rename(session: Session, actor: Actor, ref: str, name: str, *, version: int, now: datetime) -> Person:
    """Call a person of the actor's organisation *name* from now on; what they did before stays under their reference.

    Raises ``NotFound``, ``NotPermitted`` for oneself, and ``EditConflict``.
    """
    person = own(session, actor, ref)
    refuse_oneself(actor, person)
    if person.version != version:
        raise EditConflict(_CHANGED)
    return _called(session, actor, person, name, now)


def rename_oneself(session: Session, actor: Actor, name: str, *, now: datetime) -> Person:
    """Be called *name* from now on. Raises ``NotPermitted`` (``proof_needed``) unless the factors were given lately."""
    sessions.refuse_unless_recent(actor, now=now)
    return _called(session, actor, own(session, actor, actor.ref), name, now)


def _called(session: Session, actor: Actor, person: Person, name: str, now: datetime) -> Person:
    said = told(session, person)
    if said.name != name:
        change(session, person, {"sealed": keys_of(session).seal(person.ref, {"name": name, "email": said.email})})
        audit.record(session, actor, Event.PERSON_RENAMED, person.ref, now=now)
    return by_id(session, person.id)


def change(session: Session, person: Person, values: Mapping[str, Any]) -> None:
    """Change *person*, who is as read. Raises ``EditConflict``, and ``Conflict`` where the address has an account."""
    if not queries.change_person(session, person.id, person.version, values):
        raise EditConflict(_CHANGED)


def disable(session: Session, actor: Actor, ref: str, *, now: datetime) -> Person:
    """Disable a person: their sessions, sign-ins under way and links end at once. Again changes nothing.

    Raises ``NotFound``, and ``StateConflict`` for the last administrator (the operator may disable even that one).
    """
    person = find(session, actor, ref)
    if ADMINISTRATOR in person.roles and person.disabled_at is None and actor.organisation_id == person.organisation_id:
        refuse_last_administrator(session, person)
    if queries.set_disabled(session, person.id, now):
        put_out(session, actor, person, because="disabled", now=now)
        audit.record(session, actor, Event.PERSON_DISABLED, ref, now=now)
    return find(session, actor, ref)


def enable(session: Session, actor: Actor, ref: str, *, now: datetime) -> Person:
    """Enable a person of the actor's organisation again, in the roles they had. Again changes nothing.

    Raises ``NotFound``, and ``NotPermitted`` for oneself.
    """
    person = own(session, actor, ref)
    refuse_oneself(actor, person)
    if queries.set_disabled(session, person.id, None):
        audit.record(session, actor, Event.PERSON_ENABLED, ref, now=now)
    return own(session, actor, ref)


def put_out(session: Session, actor: Actor, person: Person, *, because: str, now: datetime) -> None:
    """End whatever lets *person* in, or could in a moment: sessions, sign-ins under way, links to set a password or address."""
    sessions.end_all(session, person.id, because=because, now=now, actor=actor)
    sign_in_queries.use_up_of(session, person.id)
    queries.withdraw_all_of(session, person.id, now)
    address_queries.withdraw_of(session, person.id, now)


def refuse_oneself(actor: Actor, person: Person) -> None:
    """Refuse whoever acts on their own account, also through a key that they issued. Raises ``NotPermitted``."""
    if person.ref in (actor.ref, actor.hand):
        raise NotPermitted(_YOURSELF)


def refuse_last_administrator(session: Session, person: Person) -> None:
    """Refuse to take away the last administrator of an organisation. Two who try to at once take turns."""
    queries.take_turns(session, person.organisation_id)
    others = [roles for number, roles in queries.enabled_roles(session, person.organisation_id) if number != person.id]
    if not any(ADMINISTRATOR in roles for roles in others):
        raise StateConflict(_LAST)


def has_administrator(session: Session, organisation_id: int) -> bool:
    """Whether an organisation has an administrator who is not disabled."""
    return any(ADMINISTRATOR in roles for _, roles in queries.enabled_roles(session, organisation_id))


# --- one's own password -----------------------------------------------------------------------------------------------


def change_own_password(database: Database, actor: Actor, password: str, *, now: datetime) -> Person:
    """Set another password for oneself; every other session ends.

    Raises ``Invalid`` saying what is wrong with it, ``NotPermitted`` (``proof_needed``) unless the factors were given lately.
    """
    sessions.refuse_unless_recent(actor, now=now)
    with database.read() as session:
        person = own(session, actor, actor.ref)
        said, organisation = told(session, person), sessions.organisation_of(session, person)
    passwords.refuse_weak(password, passwords.Owner(said.email, said.name, organisation.name))
    kept = passwords.hashed(password)
    with database.write() as session:
        queries.set_password(session, person.id, kept)
        sessions.end_all(session, person.id, because="password_changed", now=now, actor=actor, but=actor.session_ref)
        sign_in_queries.use_up_of(session, person.id)
        audit.record(session, actor, Event.PASSWORD_CHANGED, person.ref, now=now)
    return person
