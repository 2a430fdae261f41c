"""Asking somebody in: the invitation, its letter again, and taking it back."""

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.access.people import invitations
from hub.access.people.schemas import InvitationIn
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.notify import personal_mail
from hub.web import api_people, forms
from hub.web.organisation import words
from hub.web.organisation.parts import BASE, group, own, shown, ticked
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may

blp = group("invitations", "/invitations")
_NAMES = ("name", "email", "roles")
_MISSING = {
    "name": lazy_gettext("Enter the person’s name."),
    "email": lazy_gettext("Enter the person’s e-mail address at work, such as priya.shah@council.example."),
    "roles": lazy_gettext("Choose at least one role. You can change the roles later."),
}
_PEOPLE = f"{BASE}/people?done="


@blp.get("/new")
@may("person.invite")
def form() -> Response:
    """Whom to ask in, and as what."""
    return _form(forms.Filled(), 200)


def _form(given: forms.Filled, status: int) -> Response:
    with resource(Database).read() as session:
        kind = own(session).kind
    return shown(
        "invite",
        status=status,
        options=words.role_options(kind),
        explained=words.roles_explained(kind),
        typed=given.typed,
        errors=given.errors,
    )


@blp.post("/new")
@may("person.invite")
def invite() -> Response:
    """Send the invitation."""
    given = forms.filled(InvitationIn(), _NAMES, ticked(request.form, "roles"))
    given.typed["roles"] = request.form.getlist("roles")

    def act(session: Session) -> str:
        now, wanted = utc_now(), {name: given.loaded[name] for name in _NAMES}
        letter = invitations.invite(session, acting(), own(session), **wanted, now=now)
        api_people.send(session, letter, now=now)
        return f"{_PEOPLE}invited"

    return sent(asked(given, _MISSING), _NAMES, act, _form)


@blp.get("/<ref>/again")
@may("person.invite")
def again_form(ref: str) -> Response:
    """What sending again does, before it is done."""
    return _confirmation("invitation_again", ref)


@blp.post("/<ref>/again")
@may("person.invite")
def send_again(ref: str) -> Response:
    """Send an invitation's letter again, with a new link."""

    def act(session: Session) -> str:
        now = utc_now()
        api_people.send(session, invitations.repeat(session, acting(), ref, now=now), now=now)
        return f"{_PEOPLE}sent-again"

    return done_once(act)


@blp.get("/<ref>/withdraw")
@may("person.disable")
def withdraw_form(ref: str) -> Response:
    """What withdrawing does, before it is done."""
    return _confirmation("invitation_withdraw", ref)


@blp.post("/<ref>/withdraw")
@may("person.disable")
def withdraw(ref: str) -> Response:
    """Withdraw an invitation, and its letter if that still waits."""

    def act(session: Session) -> str:
        now = utc_now()
        invitations.withdraw(session, acting(), ref, now=now)
        personal_mail.take_back(session, ref, now=now)
        return f"{_PEOPLE}withdrawn"

    return done_once(act)


def _confirmation(template: str, ref: str) -> Response:
    with resource(Database).read() as session:
        invitation = invitations.find(session, acting(), ref)
        said = invitations.told(session, invitation)
    return shown(template, ref=ref, name=said.name, email=said.email)
