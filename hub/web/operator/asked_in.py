"""What the operator does for an organisation that cannot yet do it itself: its first administrator, and where it is reached."""

from typing import Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access.people import invitations
from hub.access.people.schemas import InvitationIn
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory import contact_points
from hub.directory import queries as directory
from hub.directory.models import Organisation
from hub.directory.schemas import ContactPointIn
from hub.directory.tenancy import known
from hub.web import api_people, forms
from hub.web.forms import Filled
from hub.web.operator.organisations import PATH
from hub.web.operator.parts import group, in_order, shown
from hub.web.organisation.contact_points import MISSING, role_options
from hub.web.organisation.words import CHANNEL_WORDS
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, may

blp = group("asked_in", "/organisations")
_PERSON: Final = ("name", "email")
_POINT: Final = ("role", "channel", "address", "purpose")
CHANNELS: Final = ("email", "phone")
"""A webhook needs a secret that only its receiver may see: the organisation adds it itself, once it has joined."""
_NOBODY: Final = {
    "name": lazy_gettext("Enter the administrator’s name."),
    "email": lazy_gettext("Enter the administrator’s own e-mail address at work."),
}


def _row(ref: str) -> Organisation:
    with resource(Database).read() as session:
        return known(session, ref)


# --- the first administrator ------------------------------------------------------------------------------------------


@blp.get("/<ref>/administrator")
@may("person.invite")
def person_form(ref: str) -> Response:
    """Whom to ask in first."""
    return _person(_row(ref), Filled(), 200)


def _person(row: Organisation, given: Filled, status: int) -> Response:
    return shown("administrator", status=status, row=row, typed=given.typed, errors=in_order(given.errors, _PERSON))


@blp.post("/<ref>/administrator")
@may("person.invite")
def invite(ref: str) -> Response:
    """Send the link to the organisation's first administrator."""
    row = _row(ref)
    form = request.form.copy()
    form["roles"] = "administrator"
    given = forms.filled(InvitationIn(), (*_PERSON, "roles"), form)

    def act(session: Session) -> str:
        now, whose = utc_now(), directory.by_ids(session, [row.id])[row.id]
        wanted = {name: given.loaded[name] for name in (*_PERSON, "roles")}
        letter = invitations.invite(session, acting(), whose, **wanted, now=now)
        api_people.send(session, letter, now=now)
        return f"{PATH}/{ref}?done=invited"

    return sent(asked(given, _NOBODY), _PERSON, act, lambda again, status: _person(row, again, status))


# --- a contact point --------------------------------------------------------------------------------------------------


@blp.get("/<ref>/contact-points/new")
@may("contact_point.add")
def point_form(ref: str) -> Response:
    """A mailbox or telephone of one that has not joined."""
    return _point(_row(ref), Filled(typed={"role": "duty_desk", "channel": "email"}), 200)


def _point(row: Organisation, given: Filled, status: int) -> Response:
    channels = [(name, CHANNEL_WORDS[name]) for name in CHANNELS]
    said = {
        "typed": given.typed,
        "errors": in_order(given.errors, _POINT),
        "channels": channels,
        "options": role_options(),
    }
    return shown("contact_point", status=status, row=row, **said)


@blp.post("/<ref>/contact-points/new")
@may("contact_point.add")
def add_point(ref: str) -> Response:
    """Add it. Another than whoever added it verifies it."""
    row = _row(ref)
    given = forms.filled(ContactPointIn(), _POINT, request.form)
    if not given.body.get("address"):
        given.errors["address"] = str(MISSING["address"])
    if given.body.get("channel") not in (None, *CHANNELS):
        given.errors["channel"] = gettext("Choose e-mail or telephone.")

    def act(session: Session) -> str:
        private, now = resource(Settings).webhook_private_addresses, utc_now()
        contact_points.add(session, acting(), ref, given.loaded, private_webhooks=private, now=now)
        return f"{PATH}/{ref}?done=point-added"

    return sent(asked(given, MISSING), _POINT, act, lambda again, status: _point(row, again, status))
