"""Following the link of an invitation, or of a new password: GET shows, POST accepts with a password of one's own."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from hub.access import browser, policy
from hub.access.people import invitations
from hub.access.people.invitations import Invited
from hub.access.sign_in import service as sign_in
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, StateConflict
from hub.core.http import resource
from hub.core.limits import RateLimits
from hub.web.account.pages import install_refusals, next_path
from hub.web.health import public
from hub.web.pages import page, with_status
from hub.web.sign_in import steps

blp = Blueprint("account_invitation", __name__, url_prefix="/invitation", template_folder="templates")
install_refusals(blp)

PER_MINUTE = 20
"""Passwords taken from one network: each is hashed, which is made to be slow."""


@blp.get("/<token>")
@public
def show(token: str) -> Response:
    """Who is invited, by which organisation, and the form for a password."""
    return _form(token)


def _form(token: str, error: str = "", status: int = 200) -> Response:
    invited = _looked(token)
    rules = policy.in_force().password
    made = page(
        "account/invitation.html",
        token=token,
        invited=invited,
        shortest=rules.shortest,
        errors={"password": error} if error else {},
    )
    return with_status(made, status)


def _looked(token: str) -> Invited:
    """What the link leads to. That one was followed which leads nowhere any more is on record."""
    now, database = utc_now(), resource(Database)
    try:
        with database.read() as session:
            return invitations.look(session, token, now=now)
    except StateConflict:
        with database.write() as session:
            invitations.note_refusal(session, token, now=now)
        raise


@blp.post("/<token>")
@public
def accept(token: str) -> Any:
    """Take the password; then the second factor is set up, or asked for."""
    now, database, password = utc_now(), resource(Database), request.form.get("password", "")
    network = database.keys.blind("invitation limit", browser.network(request)).hex()
    resource(RateLimits).spend(f"invitations {network}", PER_MINUTE, now=now)
    if not password:
        return _form(token, gettext("Enter a password."), 422)
    try:
        person = invitations.accept(database, token, password, now=now)
    except Invalid as refusal:
        return _form(token, refusal.sentence, 422)
    with database.write() as session:
        step = sign_in.go_on(session, person, factors=["password"], device=browser.device(request), now=now)
    return steps.waits(step, next_path(), now=now)
