"""One's own name and e-mail address: after a recent proof; a new address counts once the link that was sent there was opened."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext
from marshmallow import Schema
from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.people import new_addresses
from hub.access.people import service as people
from hub.access.people.schemas import NameIn, NewAddressIn
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import HubError, Invalid, StateConflict
from hub.core.http import resource
from hub.notify import personal_mail
from hub.web import api_people, forms
from hub.web.account.pages import (
    acting_person,
    for_account,
    install_refusals,
    name_and_email,
    person_acting,
)
from hub.web.pages import led_to, page, with_status
from hub.web.sending import asked, refused_of

BASE = "/account"
blp = Blueprint("account_details", __name__, url_prefix=BASE, template_folder="templates")
install_refusals(blp)
_NO_NAME = {"name": lazy_gettext("Enter your name.")}
_NO_EMAIL = {"email": lazy_gettext("Enter your new e-mail address at work, such as priya.shah@council.example.")}


def _recent() -> Actor:
    """Who acts, if they gave every factor lately. Raises ``NotPermitted``, code ``proof_needed``: a page then asks for them."""
    actor = acting_person()
    sessions.refuse_unless_recent(actor, now=utc_now())
    return actor


def _form(template: str, given: forms.Filled, status: int = 200) -> Response:
    with resource(Database).read() as session:
        name, email = name_and_email(session, person_acting(session, _recent()))
    typed = given.typed or {"name": name}
    return with_status(page(f"account/{template}.html", email=email, typed=typed, errors=given.errors), status)


def _sent(template: str, schema: Schema, missing: dict[str, Any], act: Any) -> Response:
    """Do *act* with what the form says and go back to the account; or the form again, with one sentence where each fault lies."""
    names = tuple(missing)
    given = asked(forms.filled(schema, names, request.form), missing)
    if given.errors:
        return _form(template, given, Invalid.status)
    try:
        act(_recent(), given.loaded)
    except Invalid as refusal:
        return _form(template, refused_of(given, refusal, names), refusal.status)
    return led_to(BASE)


# --- the name ---------------------------------------------------------------------------------------------------------


@blp.get("/name")
@for_account
def name_form() -> Response:
    """What I am called."""
    return _form("name", forms.Filled())


@blp.post("/name")
@for_account
def rename() -> Response:
    """Be called so from now on."""

    def act(actor: Actor, said: dict[str, Any]) -> None:
        with resource(Database).write() as session:
            people.rename_oneself(session, actor, said["name"], now=utc_now())

    return _sent("name", NameIn(), _NO_NAME, act)


# --- the e-mail address -----------------------------------------------------------------------------------------------


@blp.get("/email")
@for_account
def email_form() -> Response:
    """Which address is to take the place of the one that stands."""
    return _form("email", forms.Filled())


@blp.post("/email")
@for_account
def ask_for_address() -> Response:
    """Send a link to the new address, and word of it to the old one."""

    def act(actor: Actor, said: dict[str, Any]) -> None:
        now = utc_now()
        with resource(Database).write() as session:
            letters = new_addresses.ask_for_oneself(session, actor, said["email"], now=now)
            api_people.send_to_both(session, letters, now=now)

    return _sent("email", NewAddressIn(), _NO_EMAIL, act)


@blp.post("/email/withdraw")
@for_account
def withdraw_address() -> Response:
    """The address that was asked for is not wanted after all."""
    actor = acting_person()
    with resource(Database).write() as session:
        api_people.withdraw_new_address(session, actor, actor.ref, now=utc_now())
    return led_to(BASE)


@blp.get("/new-address/<token>")
@for_account
def look(token: str) -> Response:
    """The address that the link brings into force: opening it changes nothing."""
    waiting = _looked(acting_person(), token)
    with resource(Database).read() as session:
        _, email = name_and_email(session, person_acting(session, acting_person()))
    return page("account/new_address.html", token=token, waiting=waiting, email=email, errors={})


def _looked(actor: Actor, token: str) -> new_addresses.Waiting:
    """What the link leads to. That one was followed which leads nowhere any more is on record."""
    now, database = utc_now(), resource(Database)
    try:
        with database.read() as session:
            return new_addresses.look(session, actor, token, now=now)
    except StateConflict:
        with database.write() as session:
            new_addresses.note_refusal(session, actor, token, now=now)
        raise


@blp.post("/new-address/<token>")
@for_account
def confirm(token: str) -> Response:
    """The new address is in force; the old one is told."""
    now = utc_now()
    with resource(Database).write() as session:
        outcome = new_addresses.confirm(session, acting_person(), token, now=now)
        if isinstance(outcome, new_addresses.Changed):
            _tell_old_address(session, outcome, now)
    if isinstance(outcome, HubError):
        raise outcome
    return led_to(BASE)


def _tell_old_address(session: Session, done: new_addresses.Changed, now: datetime) -> None:
    personal_mail.queue(
        session,
        kind="person.address_changed",
        ref=done.person.ref,
        email=done.old_email,
        name=done.name,
        details={"at": now},
        now=now,
    )
