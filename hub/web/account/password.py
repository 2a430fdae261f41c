"""A new password of one's own: after a recent proof; every other session ends."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext

from hub.access import policy, sessions
from hub.access.people import service as people
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotPermitted
from hub.core.http import resource
from hub.web.account.pages import acting_person, for_account, install_refusals, person_acting, tell
from hub.web.pages import page, with_status

blp = Blueprint("account_password", __name__, url_prefix="/account/password", template_folder="templates")
install_refusals(blp)


@blp.get("")
@for_account
def form() -> Response:
    """The form for a new password."""
    _may_change()
    return _form()


def _may_change() -> Actor:
    actor = acting_person()
    sessions.refuse_unless_recent(actor, now=utc_now())
    with resource(Database).read() as session:
        if person_acting(session, actor).password_hash is None:
            raise NotPermitted(gettext("You sign in at your organisation's own provider, which keeps your password."))
    return actor


def _form(error: str = "", status: int = 200) -> Response:
    rules = policy.in_force().password
    made = page("account/password.html", errors={"password": error} if error else {}, shortest=rules.shortest)
    return with_status(made, status)


@blp.post("")
@for_account
def change() -> Any:
    """Take the new password."""
    actor, password, now = _may_change(), request.form.get("password", ""), utc_now()
    if not password:
        return _form(gettext("Enter a new password."), 422)
    try:
        person = people.change_own_password(resource(Database), actor, password, now=now)
    except Invalid as refusal:
        return _form(refusal.sentence, 422)
    with resource(Database).write() as session:
        tell(session, person, "person.password_changed", now=now, at=now)
    return redirect(url_for("account.show"), 303)
