"""Signing in: e-mail address and password, then a code; or a passkey. And signing out.

Nothing changes on GET. Works without JavaScript, but for passkeys, which browsers give to scripts alone.
"""

from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import browser, sessions
from hub.access.admission import signed_in_person
from hub.access.models import Person, SignIn
from hub.access.sign_in import factors, throttle
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.passkeys import Refused
from hub.access.sign_in.service import Step
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import TooMany, Unauthenticated
from hub.core.http import resource
from hub.web.account.pages import FIRST_PAGE, for_account, install_refusals, next_path, party, phone_now
from hub.web.health import public
from hub.web.pages import page, with_status
from hub.web.sign_in import single_sign_on, steps

blp = Blueprint("sign_in", __name__, template_folder="templates")
install_refusals(blp)

LONGEST_EMAIL: Final = 254


# --- the first step ---------------------------------------------------------------------------------------------------


@blp.get("/sign-in")
@public
def form() -> Any:
    """The form for e-mail address and password; whoever is signed in is led on."""
    if signed_in_person():
        return redirect(next_path(), 303)
    return _form()


def _form(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    email = request.form.get("email", "")[:LONGEST_EMAIL]
    made = page(
        "account/sign_in.html",
        errors=errors or {},
        typed={"email": email},
        next=next_path(),
        why=_why_signed_out() if not errors else "",
        has_passkeys=party() is not None,
    )
    return with_status(made, status)


def _why_signed_out() -> str:
    """Why the session that this browser still holds has ended; empty where it holds none."""
    token = browser.session_token(request)
    if token is None:
        return ""
    try:
        with resource(Database).read() as session:
            sessions.actor_of(session, token, now=utc_now())
    except Unauthenticated as refusal:
        return refusal.sentence
    return ""


@blp.post("/sign-in")
@public
def give_password() -> Any:
    """Take e-mail address and password."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    if errors := _missing(email, password):
        return _form(errors, 422)
    now = utc_now()
    try:
        step = sign_in.with_password(
            resource(Database),
            email,
            password,
            network=browser.network(request),
            device_cookie=browser.device_cookie(request),
            device=browser.device(request),
            now=now,
        )
    except Unauthenticated as refusal:
        return _form({"email": refusal.sentence}, 401)
    except TooMany as refusal:
        return _later(_form({"email": refusal.sentence}, 429), refusal)
    return steps.waits(step, next_path(), now=now)


def _missing(email: str, password: str) -> dict[str, str]:
    errors = {}
    if not email or "@" not in email or len(email) > LONGEST_EMAIL:
        errors["email"] = gettext("Enter your e-mail address, such as name@council.example.")
    if not password:
        errors["password"] = gettext("Enter your password.")
    return errors


def _later(response: Response, refusal: TooMany) -> Response:
    response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


# --- the second factor ------------------------------------------------------------------------------------------------


@blp.get("/sign-in/second-factor")
@public
def second_factor_form() -> Response:
    """The form for a code of the app or from paper."""
    return _code_form()


def _code_form(error: str = "", status: int = 200) -> Response:
    with resource(Database).read() as session:
        row, person = steps.under_way(session, "second_factor", now=utc_now())
        enrolled = factors.enrolled(session, person.id)
        onward = sign_in.recalled(session, row).get("next", FIRST_PAGE)
    made = page(
        "account/second_factor.html",
        errors={"code": error} if error else {},
        next=onward,
        has_app="totp" in enrolled,
        has_passkey="passkey" in enrolled and party() is not None,
    )
    return with_status(made, status)


@blp.post("/sign-in/second-factor")
@public
def give_code() -> Any:
    """Take a code. The try is counted, and committed, before the code is looked at."""
    code, now = request.form.get("code", ""), utc_now()
    if not code.strip():
        return _code_form(gettext("Enter the six digits that the app shows now, or a recovery code."), 422)
    with resource(Database).write() as session:
        row, person = steps.under_way(session, "second_factor", now=now)
        seconds = sign_in.spend_code(session, row, person, now=now)
    if seconds:
        refusal = throttle.refusal(seconds)
        return _later(_code_form(refusal.sentence, 429), refusal)
    outcome, onward = _judged(code)
    if isinstance(outcome, Refused):
        return _refused(outcome)
    return steps.arrived_at(outcome, onward)


def _judged(code: str) -> tuple[Step | Refused, str]:
    now = utc_now()
    with resource(Database).write() as session:
        row, person = steps.under_way(session, "second_factor", now=now)
        onward: str = sign_in.recalled(session, row).get("next", FIRST_PAGE)
        outcome = factors.check_code(session, person, code, sign_in_id=row.id, phone_now=phone_now(), now=now)
        if isinstance(outcome, Refused):
            return outcome, onward
        return _gone_on(session, row, person, outcome), onward


def _gone_on(session: Session, row: SignIn, person: Person, factor: str) -> Step | Refused:
    """The session; or why not, which is committed with the record of it, as is that the code was used."""
    now = utc_now()
    try:
        step = sign_in.go_on(session, person, factors=[factor], pending=row, device=browser.device(request), now=now)
    except Unauthenticated as refusal:
        return Refused("out", refusal.sentence, may_try_again=False)
    steps.tell_of_new_device(session, person, now=now)
    return step


def _refused(outcome: Refused) -> Response:
    if not outcome.may_try_again:
        raise Unauthenticated(outcome.sentence, code="begin_again")
    return _code_form(outcome.sentence, 401)


# --- signing out ------------------------------------------------------------------------------------------------------


@blp.post("/sign-out")
@for_account
def sign_out() -> Any:
    """End this browser's session; where it began at the organisation's sign-in, that one's too."""
    actor, left = signed_in_person(), None
    if actor is not None and actor.session_ref:
        left = single_sign_on.left_behind(actor.session_ref)
        with resource(Database).write() as session:
            sessions.end(session, actor, actor.session_ref, because="signed_out", now=utc_now())
    address = single_sign_on.way_out(left)
    if address is not None:
        return browser.signed_out(single_sign_on.onward_page(address, gettext("You are signed out here")))
    return browser.signed_out(redirect(url_for("sign_in.signed_out"), 303))  # type: ignore[arg-type]


@blp.get("/signed-out")
@public
def signed_out() -> Response:
    """That nobody is signed in here any more."""
    return page("account/signed_out.html")
