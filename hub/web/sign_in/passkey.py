"""Signing in with a passkey: a challenge is made, the browser's script asks the device, a form brings the answer."""

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import browser
from hub.access.models import SignIn
from hub.access.sign_in import factor_queries, factors, passkeys
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.passkeys import Refused
from hub.access.sign_in.service import Step
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Unauthenticated
from hub.core.http import resource
from hub.core.limits import RateLimits
from hub.web.account.pages import install_refusals, next_path, party_or_refusal
from hub.web.account.setup import passkey_page
from hub.web.health import public
from hub.web.sign_in import steps

blp = Blueprint("sign_in_passkey", __name__, url_prefix="/sign-in/passkey", template_folder="templates")
install_refusals(blp)

PER_MINUTE: Final = 60
"""Challenges made for one network: a control room of people behind one address, not a flood of rows."""


@blp.post("")
@public
def ask() -> Response:
    """Make a challenge. After a password it is for that person's passkeys alone."""
    party_or_refusal()
    now, database = utc_now(), resource(Database)
    network = database.keys.blind("passkey limit", browser.network(request)).hex()
    resource(RateLimits).spend(f"passkeys {network}", PER_MINUTE, now=now)
    with database.write() as session:
        waiting = _waiting(session, now)
        token = passkeys.begin(session, "sign_in", person_id=waiting.person_id if waiting else None, now=now)
    response: Response = redirect(url_for("sign_in_passkey.show", next=next_path()), 303)  # type: ignore[assignment]
    browser.set_cookie(response, steps.CEREMONY, token)
    return response


def _waiting(session: Session, now: datetime) -> SignIn | None:
    """The sign-in in this browser that waits for its second factor, if there is one."""
    try:
        return steps.under_way(session, "second_factor", now=now)[0]
    except Unauthenticated:
        return None


@blp.get("")
@public
def show() -> Any:
    """The page whose script asks the device."""
    with resource(Database).read() as session:
        token = steps.token_of(steps.CEREMONY)
        options = passkeys.options(session, token, "sign_in", party_or_refusal(), now=utc_now())
    if options is None:
        return redirect(url_for("sign_in.form", next=next_path()), 303)
    onward = next_path()
    back = url_for("sign_in.form", next=onward)
    return passkey_page(options, action=url_for("sign_in_passkey.answer"), back=back, onward=onward)


@blp.post("/answer")
@public
def answer() -> Any:
    """Take the device's answer."""
    outcome = _judged(request.form.get("credential", ""))
    if isinstance(outcome, Refused):
        raise Unauthenticated(outcome.sentence, code="passkey_refused")
    return steps.arrived_at(outcome, next_path())


def _judged(credential: str) -> Step | Refused:
    now, relying_party = utc_now(), party_or_refusal()
    with resource(Database).write() as session:
        token = steps.token_of(steps.CEREMONY)
        outcome = factors.check_passkey(session, token, credential, purpose="sign_in", party=relying_party, now=now)
        if isinstance(outcome, Refused):
            return outcome
        person = factor_queries.person_by_id(session, outcome.person_id)
        if person is None:
            return Refused("unknown_person", gettext("The hub does not know this passkey. Sign in another way."))
        waiting = _waiting(session, now)
        pending = waiting if waiting and waiting.person_id == person.id else None
        device = browser.device(request)
        try:
            step = sign_in.go_on(session, person, factors=["passkey"], pending=pending, device=device, now=now)
        except Unauthenticated as refusal:
            return Refused("out", refusal.sentence)
        steps.tell_of_new_device(session, person, now=now)
        return step
