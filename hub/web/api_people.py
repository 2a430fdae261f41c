"""People, invitations and sessions over HTTP. Letters to people are queued in the transaction of the act they tell of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from hub.access import session_queries, sessions
from hub.access.models import Invitation, Person
from hub.access.people import invitations, new_addresses
from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.access.people.invitations import Letter
from hub.access.people.schemas import (
    InvitationIn,
    InvitationOut,
    NameIn,
    NewAddressIn,
    NewAddressOut,
    NewPasswordIn,
    PeopleQuery,
    PersonOut,
    RolesIn,
    SessionOut,
    SessionsQuery,
)
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotPermitted
from hub.core.http import Blueprint, expected_version, page_of, resource, route, tagged
from hub.core.idempotency import Once
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.directory.tenancy import own_or_any
from hub.notify import personal_mail

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="People, invitations and sessions.")

Body = dict[str, Any]


# --- people -----------------------------------------------------------------------------------------------------------


@route(blp, "GET", "/people", permission="person.read", query=PeopleQuery, out=PersonOut, paged=True)
def list_people(actor: Actor, query: Body) -> Body:
    """List the people of an organisation, disabled ones too."""
    with resource(Database).read() as session:
        organisation = _organisation(session, actor, query["organisation"])
        rows = people_queries.people(session, organisation.id, after=query["cursor"], at_most=query["limit"] + 1)
        shown = _people(session, rows)
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(blp, "GET", "/people/<ref>", permission="person.read", out=PersonOut)
def show_person(actor: Actor, ref: str) -> Any:
    """Show one person, with the ETag to change their name or roles."""
    with resource(Database).read() as session:
        person = people.find(session, actor, ref)
        return tagged(_person(session, person), person.version)


@route(blp, "PUT", "/people/<ref>/roles", permission="person.change", body=RolesIn, out=PersonOut, edits=True)
def change_roles(actor: Actor, ref: str, body: Body) -> Any:
    """Give a person other roles; where one is taken away, their sessions end."""
    version, now = expected_version(), utc_now()
    with resource(Database).write() as session:
        person = people.change_roles(session, actor, ref, body["roles"], version=version, now=now)
        return tagged(_person(session, person), person.version)


@route(blp, "PUT", "/people/<ref>/name", permission="person.change", body=NameIn, out=PersonOut, edits=True)
def rename(actor: Actor, ref: str, body: Body) -> Any:
    """Change what a person is called; their sessions go on."""
    version, now = expected_version(), utc_now()
    with resource(Database).write() as session:
        person = people.rename(session, actor, ref, body["name"], version=version, now=now)
        return tagged(_person(session, person), person.version)


@route(
    blp,
    "POST",
    "/people/<ref>/new-address",
    permission="person.change",
    body=NewAddressIn,
    out=NewAddressOut,
    status=201,
)
def ask_for_address(actor: Actor, ref: str, body: Body) -> Any:
    """Ask for another e-mail address: in force once the person has followed the link that is sent there; the old one is told."""
    now = utc_now()
    with resource(Database).write() as session:
        letters = new_addresses.ask(session, actor, ref, body["email"], now=now)
        send_to_both(session, letters, now=now)
    return letters.waiting


@route(blp, "DELETE", "/people/<ref>/new-address", permission="person.change", status=204)
def withdraw_address(actor: Actor, ref: str) -> None:
    """Withdraw an address that was asked for: its link is worth nothing from now on."""
    with resource(Database).write() as session:
        withdraw_new_address(session, actor, ref, now=utc_now())


@route(blp, "POST", "/people/<ref>/disabling", permission="person.disable", out=PersonOut)
def disable_person(actor: Actor, ref: str) -> Any:
    """Disable a person: they are out at their next request."""
    now = utc_now()
    with resource(Database).write() as session:
        was_disabled = people.find(session, actor, ref).disabled_at
        person = people.disable(session, actor, ref, now=now)
        if was_disabled is None:
            tell_disabled(session, person, now)
        return tagged(_person(session, person), person.version)


@route(blp, "DELETE", "/people/<ref>/disabling", permission="person.change", out=PersonOut)
def enable_person(actor: Actor, ref: str) -> Any:
    """Enable a person again, in the roles they had."""
    now = utc_now()
    with resource(Database).write() as session:
        person = people.enable(session, actor, ref, now=now)
        return tagged(_person(session, person), person.version)


@route(
    blp,
    "POST",
    "/people/<ref>/new-password",
    permission="person.reset",
    body=NewPasswordIn,
    out=InvitationOut,
    status=201,
)
def let_set_password(actor: Actor, ref: str, body: Body) -> Body:
    """Send a person a link to set a new password; the old one and their sessions end now."""
    now = utc_now()
    with resource(Database).write() as session:
        letter = invitations.new_password(session, actor, ref, forgets_factors=body["forgets_factors"], now=now)
        return _sent(session, actor, letter, now)


@route(blp, "DELETE", "/people/<ref>/sessions", permission="session.end", status=204)
def end_sessions(actor: Actor, ref: str) -> None:
    """End every session of a person; of one's own, all but this one."""
    with resource(Database).write() as session:
        _refuse_prying(actor, ref)
        person = people.own(session, actor, ref)
        but = actor.session_ref if person.ref == actor.ref else None
        sessions.end_all(session, person.id, because="revoked", now=utc_now(), actor=actor, but=but)


# --- invitations ------------------------------------------------------------------------------------------------------


@route(blp, "GET", "/invitations", permission="person.read", query=PeopleQuery, out=InvitationOut, paged=True)
def list_invitations(actor: Actor, query: Body) -> Body:
    """List the invitations that were neither accepted nor withdrawn."""
    with resource(Database).read() as session:
        organisation = _organisation(session, actor, query["organisation"])
        rows = people_queries.invitations(session, organisation.id, after=query["cursor"], at_most=query["limit"] + 1)
        shown = _invitations(session, rows)
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(
    blp,
    "POST",
    "/invitations",
    permission="person.invite",
    body=InvitationIn,
    out=InvitationOut,
    status=201,
    idempotent=True,
)
def invite(actor: Actor, body: Body, once: Once) -> Any:
    """Ask somebody in: a link goes to their e-mail address."""
    now = utc_now()
    with resource(Database).write() as session:
        return once(session, lambda: _invited(session, actor, body, now))


@route(blp, "DELETE", "/invitations/<ref>", permission="person.disable", status=204)
def withdraw_invitation(actor: Actor, ref: str) -> None:
    """Withdraw an invitation: its link is worth nothing from now on."""
    now = utc_now()
    with resource(Database).write() as session:
        invitations.withdraw(session, actor, ref, now=now)
        personal_mail.take_back(session, ref, now=now)


@route(blp, "POST", "/invitations/<ref>/letter", permission="person.invite", out=InvitationOut, status=201)
def send_again(actor: Actor, ref: str) -> Body:
    """Send an invitation again, with a new link and its whole time."""
    now = utc_now()
    with resource(Database).write() as session:
        return _sent(session, actor, invitations.repeat(session, actor, ref, now=now), now)


def _invited(session: Session, actor: Actor, body: Body, now: datetime) -> Body:
    wanted = {name: body[name] for name in ("name", "email", "roles")}
    organisation = _organisation(session, actor, body["organisation"])
    return _sent(session, actor, invitations.invite(session, actor, organisation, **wanted, now=now), now)


# --- sessions ---------------------------------------------------------------------------------------------------------


@route(blp, "GET", "/sessions", permission="session.read", query=SessionsQuery, out=SessionOut, paged=True)
def list_sessions(actor: Actor, query: Body) -> Body:
    """List the browsers in which a person is signed in."""
    person_ref = query["person"] or actor.ref
    _refuse_prying(actor, person_ref)
    with resource(Database).read() as session:
        rows = session_queries.listed(
            session,
            person_ref,
            actor.organisation,
            utc_now(),
            after=query["cursor"],
            at_most=query["limit"] + 1,
        )
    shown = [_session(row) for row in rows]
    return page_of(shown, query, ref=lambda row: str(row["ref"]))


@route(blp, "DELETE", "/sessions/<ref>", permission="session.end", status=204)
def end_session(actor: Actor, ref: str) -> None:
    """End a session: its next request is refused."""
    because = "signed_out" if ref == actor.session_ref else "revoked"
    with resource(Database).write() as session:
        sessions.end(session, actor, ref, because=because, now=utc_now())


def _refuse_prying(actor: Actor, person_ref: str) -> None:
    if person_ref != actor.ref and "people" not in actor.scopes:
        raise NotPermitted("Other people's sessions are for your organisation's administrator. Ask for your own.")


# --- shown and sent -----------------------------------------------------------------------------------------------------


def _organisation(session: Session, actor: Actor, ref: str | None) -> Brief:
    number = actor.organisation if ref is None else own_or_any(session, actor, ref).id
    return directory.by_ids(session, [number])[number]


def _person(session: Session, person: Person) -> Body:
    return _people(session, [person])[0]


def _people(session: Session, rows: Sequence[Person]) -> list[Body]:
    waiting = new_addresses.waiting(session, [row.id for row in rows], now=utc_now())
    return [_one(session, row, waiting.get(row.id)) for row in rows]


def _one(session: Session, person: Person, waiting: new_addresses.Waiting | None) -> Body:
    said = people.told(session, person)
    means = "provider" if person.provider_id else "password" if person.password_hash else "none"
    row = {name: getattr(person, name) for name in ("ref", "roles", "created_at", "disabled_at")}
    new_email = waiting.email if waiting else None
    return row | {"name": said.name, "email": said.email, "new_email": new_email, "signs_in_with": means}


def _invitations(session: Session, rows: Sequence[Invitation]) -> list[Body]:
    ids = {row.person_id for row in rows if row.person_id is not None}
    refs = people_queries.refs_of(session, ids)
    mails = personal_mail.newest_about(session, [row.ref for row in rows])
    return [_invitation(session, row, refs.get(row.person_id or 0), mails.get(row.ref)) for row in rows]


def _invitation(session: Session, row: Invitation, person_ref: str | None, mail: personal_mail.Mailed | None) -> Body:
    said = invitations.told(session, row)
    kept = {name: getattr(row, name) for name in ("ref", "roles", "invited_by", "invited_at", "expires_at")}
    return kept | {"name": said.name, "email": said.email, "person": person_ref, "mail": mail}


def _session(row: session_queries.Listed) -> Body:
    mine = row._asdict()
    return mine | {"person": mine["person_ref"], "is_this_one": row.ref == g.actor.session_ref}


def _sent(session: Session, actor: Actor, letter: Letter, now: datetime) -> Body:
    """Queue the letter with its link; what whoever asked for it is shown."""
    send(session, letter, now=now)
    return _invitations(session, [invitations.find(session, actor, letter.ref)])[0]


def send(session: Session, letter: Letter, *, now: datetime) -> None:
    """Queue the e-mail that carries the link of *letter*."""
    details: Body = {"path": letter.path, "expires_at": letter.expires_at}
    if not letter.is_new_password:
        details |= {"organisation": letter.organisation, "by": letter.by}
    kind = "person.new_password" if letter.is_new_password else "person.invited"
    personal_mail.queue(
        session, kind=kind, ref=letter.ref, email=letter.email, name=letter.name, details=details, now=now
    )


def tell_disabled(session: Session, person: Person, now: datetime) -> None:
    """Queue the e-mail that tells a person that their account was disabled."""
    said, organisation = people.told(session, person), sessions.organisation_of(session, person)
    details = {"organisation": organisation.name, "at": now}
    personal_mail.queue(
        session,
        kind="person.disabled",
        ref=person.ref,
        email=said.email,
        name=said.name,
        details=details,
        now=now,
    )


def send_to_both(session: Session, letters: new_addresses.Letters, *, now: datetime) -> None:
    """Queue the e-mail with the link to the new address, and word of it to the old one."""
    waiting = letters.waiting
    same: Body = {"ref": waiting.person_ref, "name": letters.name, "now": now}
    link = {"path": letters.path, "expires_at": waiting.expires_at, "organisation": letters.organisation}
    link |= {"by": letters.by}
    personal_mail.queue(session, kind="person.new_address", email=waiting.email, details=link, **same)
    said = {"by": letters.by, "at": now}
    personal_mail.queue(session, kind="person.address_asked", email=letters.old_email, details=said, **same)


def withdraw_new_address(session: Session, actor: Actor, ref: str, *, now: datetime) -> None:
    """Withdraw the address that was asked for a person, and its letter if that still waits."""
    new_addresses.withdraw(session, actor, ref, now=now)
    personal_mail.take_back(session, ref, now=now)
