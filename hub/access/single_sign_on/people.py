"""Who is it that a provider vouches for, and what may they do here? Made at the first sign-in; roles follow groups at each.

A person is known by the provider and its ``sub``, never by an e-mail address: addresses are handed on when people leave, and in
many a directory anybody may write another's into their own entry. So somebody who has an account with a password here is not
taken over by whoever signs in elsewhere under the same address. They are joined only by the account's owner, who proves both
within ten minutes in one browser: signed in here (every factor given lately), they ask for it, and sign in there; the addresses
must then be the same, and not one that the provider says it has not checked. From then on the provider alone lets them in: the
password is dropped, so that whoever is stopped there is stopped here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.models import Person
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.access.people.invitations import checked_email
from hub.access.permissions import ROLES
from hub.access.sign_in import service as sign_in
from hub.access.single_sign_on import provider_queries as providers_queries
from hub.access.single_sign_on import queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.errors import Conflict, EditConflict, Invalid, NotPermitted
from hub.directory import queries as directory
from hub.directory.queries import Brief

_NO_ROLE: Final = (
    "None of your groups at your organisation has a role in the hub. Ask your organisation's administrator to add you to one "
    "that has."
)
_NO_EMAIL: Final = (
    "Your organisation's sign-in did not give your e-mail address, or one that it has not checked. Ask your administrator to "
    "have it release the claims name and email to the hub."
)
_OWN_ACCOUNT: Final = (
    "You have an account with a password here. Sign in with it, then choose on your account page to sign in through your "
    "organisation from now on."
)
_ELSEWHERE: Final = "No account can be made for your e-mail address here. Ask your organisation's administrator."
_NOT_YOURS: Final = "You signed in there under another e-mail address than you have here. Sign in there as yourself."
_TAKEN: Final = (
    "That sign-in belongs to another account here. Ask your organisation's administrator which of the two is to go."
)
_OTHER_ORGANISATION: Final = "This is another organisation's sign-in. Choose your own."
_RACE: Final = "Your account was changed at the same moment. Sign in again."


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody, read from its claims."""

    subject: str
    email: str | None = field(repr=False)
    email_is_unchecked: bool
    name: str | None = field(repr=False)
    groups: frozenset[str] = field(repr=False)


def vouched(claims: Mapping[str, Any], groups_claim: str) -> Vouched:
    """What *claims* (judged) say; what is not of the right shape says nothing."""
    return Vouched(
        subject=str(claims["sub"]),
        email=_email(claims.get("email")),
        email_is_unchecked=claims.get("email_verified", True) not in (True, "true"),
        name=_name(claims),
        groups=_groups(claims.get(groups_claim)),
    )


def roles_for(group_roles: Mapping[str, str], groups: Iterable[str], kind: str) -> list[str]:
    """The roles that *groups* lead to, in an organisation of *kind*; a role that it does not have gives nothing."""
    led_to = {group_roles[group] for group in groups if group in group_roles}
    return sorted(role for role in led_to if role in ROLES and kind in ROLES[role].kinds)


def admit(session: Session, party: queries.Party, said: Vouched, *, now: datetime) -> Person:
    """The person whom the provider vouches for, with the roles of today's groups: made now, if this is the first time.

    Somebody known whose groups lead to no role any more loses what they had and is returned without: the caller refuses
    them when that is committed. Raises ``NotPermitted`` and ``Conflict``, having stored nothing.
    """
    organisation = directory.by_ids(session, [party.organisation_id])[party.organisation_id]
    roles = roles_for(party.group_roles, said.groups, organisation.kind)
    known = queries.person_of_subject(session, party.id, said.subject)
    if known is not None:
        return _with_roles(session, known, organisation, roles, now)
    if not roles:
        raise no_role()
    return _first_time(session, party, organisation, said, roles, now)


def no_role() -> NotPermitted:
    """What refuses somebody whose groups lead to no role."""
    return NotPermitted(_NO_ROLE, code="no_role")


def open_to(session: Session, person: Person, *, now: datetime) -> Sequence[Row[str, str, str]]:
    """The providers that *person* may join the account to: ``ref, name, organisation_name``; none for one who has."""
    if person.provider_id is not None and queries.is_in_use(session, person.provider_id):
        return []
    return providers_queries.offered(session, london_date(now), organisation_id=person.organisation_id)


def may_link(session: Session, party: queries.Party, actor: Actor, *, now: datetime) -> int:
    """The id of the person *actor*, if they may join their account to the provider. Raises ``NotPermitted``."""
    sessions.refuse_unless_recent(actor, now=now)
    person = people_queries.person(session, actor.ref, party.organisation_id) if actor.kind == "person" else None
    if person is None:
        raise NotPermitted(_OTHER_ORGANISATION)
    if person.provider_id is not None and queries.is_in_use(session, person.provider_id):
        raise Conflict("You sign in through your organisation already.")
    return person.id


def link(session: Session, party: queries.Party, person_id: int, said: Vouched, *, now: datetime) -> Person:
    """Join the account *person_id*, whose owner asked for it, to whom the provider vouches for; its groups rule from now on.

    Raises ``NotPermitted``, ``Conflict``, ``Unauthenticated``, having stored nothing.
    """
    person = people.by_id(session, person_id)
    sign_in.refuse_if_out(session, person, now=now)
    organisation = sessions.organisation_of(session, person)
    roles = roles_for(party.group_roles, said.groups, organisation.kind)
    if not roles:
        raise no_role()
    if said.email is None or said.email_is_unchecked or not _has_address(session, person, said.email):
        raise NotPermitted(_NOT_YOURS, code="another_address")
    if queries.person_of_subject(session, party.id, said.subject) is not None:
        raise Conflict(_TAKEN, code="has_account")
    columns = {"provider_id": party.id, "provider_subject": said.subject, "password_hash": None}
    if not people_queries.change_person(session, person.id, person.version, columns):
        raise EditConflict(_RACE)
    actor = sessions.person_actor(person, organisation)
    audit.record(session, actor, Event.PERSON_LINKED, person.ref, now=now, details={"provider": party.ref})
    return _with_roles(session, people.by_id(session, person.id), organisation, roles, now)


def _first_time(
    session: Session, party: queries.Party, organisation: Brief, said: Vouched, roles: list[str], now: datetime
) -> Person:
    if said.email is None or said.email_is_unchecked:
        raise NotPermitted(_NO_EMAIL, code="no_address")
    known = sign_in.person_with(session, said.email)
    if known is not None:
        # Whether another organisation knows the address is nobody's business here.
        is_own = known.organisation_id == organisation.id
        raise Conflict(_OWN_ACCOUNT if is_own else _ELSEWHERE, code="has_account")
    name = said.name or said.email.partition("@")[0]
    vouching = (party.id, said.subject)
    return people.add(
        session, organisation, name=name, email=said.email, roles=roles, now=now, provider=vouching, because="provider"
    )


def _with_roles(session: Session, person: Person, organisation: Brief, roles: list[str], now: datetime) -> Person:
    """*person* with *roles*. The provider decides, even over the last administrator: the operator then invites another."""
    lost, gained = sorted(set(person.roles) - set(roles)), sorted(set(roles) - set(person.roles))
    if person.disabled_at is not None or not (lost or gained):
        return person
    if not people_queries.change_person(session, person.id, person.version, {"roles": roles}):
        raise EditConflict(_RACE)
    if lost:
        sessions.end_all(session, person.id, because="roles_changed", now=now)
    actor = sessions.person_actor(person, organisation)
    details = {"gained": gained, "lost": lost, "because": "provider"}
    audit.record(session, actor, Event.PERSON_CHANGED, person.ref, now=now, details=details)
    return people.by_id(session, person.id)


def _has_address(session: Session, person: Person, email: str) -> bool:
    return person.email_index in keys_of(session).blinds(sign_in.EMAIL, sign_in.normal_email(email))


def _email(said: object) -> str | None:
    try:
        return checked_email(said) if isinstance(said, str) else None
    except Invalid:
        return None


def _name(claims: Mapping[str, Any]) -> str | None:
    parts = [claims.get("name")] if claims.get("name") else [claims.get("given_name"), claims.get("family_name")]
    name = " ".join(" ".join(part for part in parts if isinstance(part, str)).split())
    return name if 0 < len(name) <= 200 and name.isprintable() else None


def _groups(said: object) -> frozenset[str]:
    listed = said if isinstance(said, list) else [said]
    return frozenset(group for group in listed if isinstance(group, str))
