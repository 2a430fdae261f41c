"""What an administrator changes of a person: what they are called, and the e-mail address that they are written to at."""

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.people import new_addresses
from hub.access.people import service as people
from hub.access.people.schemas import NameIn, NewAddressIn
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict
from hub.core.http import resource
from hub.web import api_people, forms
from hub.web.organisation.parts import BASE, group, shown
from hub.web.organisation.people import told
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may
from hub.web.stale import differing, version_sent

blp = group("person_details", "/people/<ref>")
_NAME, _EMAIL = ("name",), ("email",)
_NO_NAME = {"name": lazy_gettext("Enter the person’s name.")}
_NO_EMAIL = {"email": lazy_gettext("Enter the new e-mail address at work, such as priya.shah@council.example.")}


def _page_of(ref: str, done: str) -> str:
    return f"{BASE}/people/{ref}?done={done}"


def _other(session: Session, ref: str) -> Person:
    """A colleague: whoever administers changes nothing of their own here."""
    person = people.own(session, acting(), ref)
    people.refuse_oneself(acting(), person)
    return person


@blp.get("/name")
@may("person.change")
def name_form(ref: str) -> Response:
    """What the person is called."""
    with resource(Database).read() as session:
        typed: forms.Typed = {"name": people.told(session, _other(session, ref)).name}
    return _name_form(ref, forms.Filled(typed=typed), 200)


def _name_form(ref: str, given: forms.Filled, status: int) -> Response:
    is_stale = status == EditConflict.status
    with resource(Database).read() as session:
        person = _other(session, ref)
        stands: forms.Typed = {"name": people.told(session, person).name}
        return shown(
            "person_name",
            status=status,
            version=person.version,
            differences=differing({"name": gettext("Name")}, stands, given.typed) if is_stale else None,
            typed=given.typed,
            errors={} if is_stale else given.errors,
            **told(session, person),
        )


@blp.post("/name")
@may("person.change")
def rename(ref: str) -> Response:
    """Call the person so from now on."""
    given = forms.filled(NameIn(), _NAME, request.form)

    def act(session: Session) -> str:
        people.rename(session, acting(), ref, given.loaded["name"], version=version_sent(), now=utc_now())
        return _page_of(ref, "renamed")

    return sent(asked(given, _NO_NAME), _NAME, act, lambda now, status: _name_form(ref, now, status))


@blp.get("/email")
@may("person.change")
def email_form(ref: str) -> Response:
    """Which address is to take the place of the one that stands."""
    return _email_form(ref, forms.Filled(), 200)


def _email_form(ref: str, given: forms.Filled, status: int) -> Response:
    with resource(Database).read() as session:
        person = _other(session, ref)
        return shown("person_email", status=status, typed=given.typed, errors=given.errors, **told(session, person))


@blp.post("/email")
@may("person.change")
def ask_for_address(ref: str) -> Response:
    """Send a link to the new address, and word of it to the old one."""
    given = forms.filled(NewAddressIn(), _EMAIL, request.form)

    def act(session: Session) -> str:
        now = utc_now()
        letters = new_addresses.ask(session, acting(), ref, given.loaded["email"], now=now)
        api_people.send_to_both(session, letters, now=now)
        return _page_of(ref, "address-asked")

    return sent(asked(given, _NO_EMAIL), _EMAIL, act, lambda now, status: _email_form(ref, now, status))


@blp.post("/email/withdraw")
@may("person.change")
def withdraw_address(ref: str) -> Response:
    """The address that was asked for is not wanted after all."""

    def act(session: Session) -> str:
        api_people.withdraw_new_address(session, acting(), ref, now=utc_now())
        return _page_of(ref, "address-withdrawn")

    return done_once(act)
