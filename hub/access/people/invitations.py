"""Invitations: an administrator asks somebody in, or lets somebody set a new password. A link works once, for some days.

The link goes to the invited person alone: who invites never sees it, so that nobody can take an account by inviting its owner
anew. What is wrong with a link is said to whoever holds it; whether an address has an account elsewhere is told to nobody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.access import policy, sessions
from hub.access.checking import refuse_borrowed
from hub.access.models import Invitation, Person
from hub.access.people import queries
from hub.access.people import service as people
from hub.access.people.service import ADMINISTRATOR, Told
from hub.access.permissions import scopes_of
from hub.access.sign_in import factors, passwords
from hub.access.sign_in import service as sign_in
from hub.access.single_sign_on import queries as single_sign_on_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import Database, keys_of
from hub.core.errors import Conflict, HubError, Invalid, NotFound, NotPermitted, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.contact_addresses import checked_address
from hub.directory.queries import Brief
from hub.directory.tenancy import owner

PATH: Final = "/invitation/"
_GUEST: Final = "guest"
_NO_LINK: Final = "This link is not one of ours. Copy the whole link from the newest message, without spaces."
_USED: Final = "This link was used already. Sign in; if it was not you who used it, tell your administrator at once."
_WITHDRAWN: Final = "This invitation was withdrawn. Ask your organisation's administrator, if you did not expect that."
_NOT_HERE: Final = "There is no invitation here that you can see. List those of your own organisation."
_NO_LONGER: Final = "This invitation was accepted or withdrawn meanwhile. List those that wait."
_ONLY_FIRST: Final = (
    "The operator invites the first administrator of an organisation, and nobody else there. Ask its administrator."
)


@dataclass(frozen=True)
class Letter:
    """What the invited person is sent; ``path`` holds the link's token. Who invited sees ``ref`` and ``expires_at`` alone."""

    ref: str
    path: str = field(repr=False)
    email: str = field(repr=False)
    name: str = field(repr=False)
    organisation: str
    by: str = field(repr=False)
    expires_at: datetime
    is_new_password: bool


@dataclass(frozen=True)
class Invited:
    """What the holder of a link is shown before they choose a password."""

    ref: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    organisation: str
    is_new_password: bool
    expires_at: datetime


# --- asked in -----------------------------------------------------------------------------------------------------------


def invite(
    session: Session, actor: Actor, organisation: Brief, *, name: str, email: str, roles: Iterable[str], now: datetime
) -> Letter:
    """Invite somebody into *organisation*: the actor's own; or, by the operator, as another's first administrator.

    Raises ``Invalid`` for an address that cannot be written to or a role that the organisation's kind does not have;
    ``NotPermitted``, also to a client that lacks what the roles allow; ``Conflict`` where the address has an account or an
    invitation in this organisation.
    """
    held = people.checked_roles(organisation.kind, roles)
    address = checked_email(email)
    _refuse_strangers(session, actor, organisation, held, now)
    _refuse_known(session, organisation, address)
    ref, token = new_ref("inv"), sessions.new_token()
    row = {
        "ref": ref,
        "organisation_id": organisation.id,
        "sealed": keys_of(session).seal(ref, {"name": name, "email": address}),
        "email_index": sign_in.email_index(keys_of(session), address),
        "roles": held,
        "token_hash": sessions.hash_of(token),
        "invited_by": actor.ref,
        "invited_at": now,
        "expires_at": now + policy.in_force().invitation_lifetime,
    }
    queries.add_invitation(session, row)
    details = {"organisation": organisation.ref, "roles": held}
    audit.record(session, actor, Event.PERSON_INVITED, ref, now=now, details=details)
    return _letter(session, actor, _found(session, ref, organisation.id), token)


def checked_email(email: str) -> str:
    """*email* as it is kept. Raises ``Invalid`` (field ``email``)."""
    try:
        return sign_in.normal_email(checked_address("email", email, private_webhooks=False))
    except Invalid as fault:
        said = "Enter one e-mail address, such as priya.shah@council.example, and nothing else."
        raise Invalid(said, fields={"email": [said]}) from fault


def _refuse_strangers(session: Session, actor: Actor, organisation: Brief, roles: list[str], now: datetime) -> None:
    if organisation.valid_to is not None and organisation.valid_to <= london_date(now):
        raise StateConflict("This organisation is closed, so nobody can be invited to it.")
    if actor.organisation_id == organisation.id:
        refuse_borrowed(actor, scopes_of(roles))
        return
    if actor.kind == "system":
        return
    if not actor.is_operator:
        raise NotFound(_NOT_HERE)
    if roles != [ADMINISTRATOR] or people.has_administrator(session, organisation.id):
        raise NotPermitted(_ONLY_FIRST)


def _refuse_known(session: Session, organisation: Brief, email: str) -> None:
    known = sign_in.person_with(session, email)
    if known is not None and known.organisation_id == organisation.id:
        said = "Somebody in your organisation has an account with this e-mail address. Change their roles instead."
        raise Conflict(said, fields={"email": [said]})
    indexes = keys_of(session).blinds(sign_in.EMAIL, email)
    if queries.waiting_for(session, organisation.id, indexes) is not None:
        said = "This e-mail address is invited already. Send that invitation again, or withdraw it first."
        raise Conflict(said, fields={"email": [said]})


def repeat(session: Session, actor: Actor, ref: str, *, now: datetime) -> Letter:
    """Send an invitation again, with a new link and its whole time; the link before is worth nothing from now on.

    Raises ``NotFound``, and ``StateConflict`` when it was accepted or withdrawn.
    """
    invitation, token = find(session, actor, ref), sessions.new_token()
    if not queries.renew(session, ref, sessions.hash_of(token), now + policy.in_force().invitation_lifetime):
        raise StateConflict(_NO_LONGER)
    audit.record(session, actor, Event.INVITATION_REPEATED, ref, now=now)
    return _letter(session, actor, _found(session, ref, invitation.organisation_id), token)


def withdraw(session: Session, actor: Actor, ref: str, *, now: datetime) -> None:
    """Withdraw an invitation; its link is worth nothing from now on. Again changes nothing.

    Raises ``NotFound``, and ``StateConflict`` when it was accepted: then disable the person.
    """
    invitation = find(session, actor, ref)
    if invitation.accepted_at is not None:
        raise StateConflict("This invitation was accepted. Disable the person's account instead.")
    if queries.withdraw(session, ref, now):
        audit.record(session, actor, Event.INVITATION_WITHDRAWN, ref, now=now)


def new_password(session: Session, actor: Actor, person_ref: str, *, forgets_factors: bool, now: datetime) -> Letter:
    """Let a person set a new password by a link: the old one, their sessions and links end at once.

    *forgets_factors*: their second factors too, when they have lost them all. For a person of the actor's organisation
    or, by the operator, an administrator elsewhere. Raises ``NotFound``, ``NotPermitted`` for oneself, ``StateConflict``
    where they are disabled or sign in through an identity provider that is in use.
    """
    person = people.find(session, actor, person_ref)
    people.refuse_oneself(actor, person)
    _refuse_operator(actor, person)
    if person.disabled_at is not None:
        raise StateConflict("This account is disabled. Enable it first.")
    if person.provider_id is not None and single_sign_on_queries.is_in_use(session, person.provider_id):
        raise StateConflict("This person signs in at your organisation's own provider, which keeps their password.")
    people.put_out(session, actor, person, because="password_changed", now=now)
    queries.set_password(session, person.id, None)
    if forgets_factors:
        factors.forget_all(session, actor, person, now=now)
    return _letter_for_password(session, actor, person, now)


def _refuse_operator(actor: Actor, person: Person) -> None:
    is_elsewhere = actor.kind != "system" and actor.organisation_id != person.organisation_id
    if is_elsewhere and ADMINISTRATOR not in person.roles:
        raise NotPermitted("The operator helps an organisation's administrators, who help everybody else there.")


def _letter_for_password(session: Session, actor: Actor, person: Person, now: datetime) -> Letter:
    said, ref, token = people.told(session, person), new_ref("inv"), sessions.new_token()
    row = {
        "ref": ref,
        "organisation_id": person.organisation_id,
        "sealed": keys_of(session).seal(ref, {"name": said.name, "email": said.email}),
        "email_index": sign_in.email_index(keys_of(session), said.email),
        "roles": list(person.roles),
        "token_hash": sessions.hash_of(token),
        "invited_by": actor.ref,
        "invited_at": now,
        "expires_at": now + policy.in_force().invitation_lifetime,
        "person_id": person.id,
    }
    queries.add_invitation(session, row)
    details = {"person": person.ref, "for": "new_password"}
    audit.record(session, actor, Event.PERSON_INVITED, ref, now=now, details=details)
    return _letter(session, actor, _found(session, ref, person.organisation_id), token)


def find(session: Session, actor: Actor, ref: str) -> Invitation:
    """The invitation *ref* of the actor's organisation (of any, for the operator). Raises ``NotFound``."""
    return _found(session, ref, owner(actor))


def _found(session: Session, ref: str, owner_id: int | None) -> Invitation:
    invitation = queries.invitation(session, ref, owner_id) if is_ref(ref, "inv") else None
    if invitation is None:
        raise NotFound(_NOT_HERE)
    return invitation


def told(session: Session, invitation: Invitation) -> Told:
    """Whom an invitation is for."""
    return Told(**keys_of(session).open(invitation.ref, invitation.sealed))


def _letter(session: Session, actor: Actor, invitation: Invitation, token: str) -> Letter:
    said, organisation = told(session, invitation), _organisation(session, invitation)
    return Letter(
        ref=invitation.ref,
        path=PATH + token,
        email=said.email,
        name=said.name,
        organisation=organisation.name,
        by=name_of(session, actor),
        expires_at=invitation.expires_at,
        is_new_password=invitation.person_id is not None,
    )


def name_of(session: Session, actor: Actor) -> str:
    """What whoever asks is called in a letter: a person by name, a system by its organisation's."""
    if actor.kind == "person" and (person := queries.person(session, actor.ref, actor.organisation_id)):
        return people.told(session, person).name
    if actor.organisation_id is None:
        return "The hub's operator"
    return str(directory.by_ids(session, [actor.organisation_id])[actor.organisation_id].name)


def _organisation(session: Session, invitation: Invitation) -> Brief:
    return directory.by_ids(session, [invitation.organisation_id])[invitation.organisation_id]


# --- followed -----------------------------------------------------------------------------------------------------------


def look(session: Session, token: str, *, now: datetime) -> Invited:
    """What the link with *token* leads to. Changes nothing: mail scanners follow links.

    Raises ``NotFound``, and ``StateConflict`` with code ``invitation_used``, ``invitation_withdrawn``, ``invitation_expired``.
    """
    invitation = _followed(session, token)
    if refusal := _refusal(session, invitation, now):
        raise refusal
    said, organisation = told(session, invitation), _organisation(session, invitation)
    is_new_password = invitation.person_id is not None
    return Invited(invitation.ref, said.name, said.email, organisation.name, is_new_password, invitation.expires_at)


def note_refusal(session: Session, token: str, *, now: datetime) -> None:
    """Record why the link with *token* leads nowhere any more, if it is a link of ours that does not."""
    invitation = queries.invitation_with(session, sessions.hash_of(token))
    if invitation is not None and (refusal := _refusal(session, invitation, now)):
        _record_refusal(session, invitation, refusal, now)


def accept(database: Database, token: str, password: str, *, now: datetime) -> Person:
    """Accept an invitation with a password of one's own, once; who it is from then on. Then ``sign_in.go_on``.

    Raises as :func:`look`; ``Invalid`` for a weak password; ``Conflict`` (``has_account``) where the address has an account
    in another organisation. A refusal of the link is recorded. argon2 runs outside every transaction.
    """
    kept = _checked_password(database, token, password, now)
    with database.write() as session:
        outcome = _accepted(session, token, kept, now)
    if isinstance(outcome, HubError):
        raise outcome
    return outcome


def _checked_password(database: Database, token: str, password: str, now: datetime) -> str | None:
    """The hash to keep; ``None`` where the link is refused, which is then found (and recorded) once more."""
    with database.read() as session:
        try:
            invited = look(session, token, now=now)
        except StateConflict:
            return None
    passwords.refuse_weak(password, passwords.Owner(invited.email, invited.name, invited.organisation))
    return passwords.hashed(password)


def _accepted(session: Session, token: str, kept: str | None, now: datetime) -> Person | HubError:
    invitation = _followed(session, token, held=True)
    refusal = _claim(session, invitation, kept, now)
    if refusal is not None:
        _record_refusal(session, invitation, refusal, now)
        return refusal
    if invitation.person_id is not None:
        return _with_new_password(session, invitation, kept, now)
    said, organisation = told(session, invitation), _organisation(session, invitation)
    person = people.add(
        session, organisation, name=said.name, email=said.email, roles=invitation.roles, password_hash=kept, now=now
    )
    queries.belongs_to(session, invitation.id, person.id)
    return person


def _record_refusal(session: Session, invitation: Invitation, refusal: HubError, now: datetime) -> None:
    guest = Actor(kind="guest", ref=_GUEST, organisation_id=invitation.organisation_id)
    details = {"because": refusal.reason}
    audit.record(session, guest, Event.INVITATION_REFUSED, invitation.ref, now=now, details=details)


def _claim(session: Session, invitation: Invitation, kept: str | None, now: datetime) -> HubError | None:
    """Take the invitation for whoever has its link now; or why not. Of two at once, one has it."""
    if refusal := _refusal(session, invitation, now):
        return refusal
    email = told(session, invitation).email
    if invitation.person_id is None and sign_in.person_with(session, email) is not None:
        return queries.has_account()
    if kept is None or not queries.accept(session, invitation.id, invitation.token_hash, now):
        return StateConflict(_USED, code="invitation_used")
    return None


def _with_new_password(session: Session, invitation: Invitation, kept: str | None, now: datetime) -> Person:
    person = people.by_id(session, invitation.person_id or 0)
    queries.set_password(session, person.id, kept)
    organisation = _organisation(session, invitation)
    actor = sessions.person_actor(person, organisation)
    sessions.end_all(session, person.id, because="password_changed", now=now, actor=actor)
    audit.record(session, actor, Event.PASSWORD_CHANGED, person.ref, now=now)
    return people.by_id(session, person.id)


def _followed(session: Session, token: str, *, held: bool = False) -> Invitation:
    invitation = queries.invitation_with(session, sessions.hash_of(token), held=held) if token else None
    if invitation is None:
        raise NotFound(_NO_LINK)
    return invitation


def _refusal(session: Session, invitation: Invitation, now: datetime) -> StateConflict | None:
    if invitation.accepted_at is not None:
        return StateConflict(_USED, code="invitation_used")
    if invitation.withdrawn_at is not None:
        return StateConflict(_WITHDRAWN, code="invitation_withdrawn")
    if invitation.expires_at <= now:
        day = london_date(invitation.expires_at)
        sentence = worded(
            "This link was good until {day}. Ask your organisation's administrator to send it again.", day=day
        )
        return StateConflict(sentence, code="invitation_expired")
    organisation = _organisation(session, invitation)
    if organisation.valid_to is not None and organisation.valid_to <= london_date(now):
        return StateConflict(_WITHDRAWN, code="invitation_withdrawn")
    return None
