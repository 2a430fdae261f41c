"""Showing again that it is you, before a sensitive act: password and code, or a passkey; then back to where you were."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext

from hub.access import browser
from hub.access.sign_in import factor_queries, factors, passkeys, throttle
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.passkeys import Refused
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, TooMany
from hub.core.http import resource
from hub.web.account.pages import (
    acting_person,
    for_account,
    install_refusals,
    next_path,
    party,
    party_or_refusal,
    person_acting,
    phone_now,
)
from hub.web.account.setup import passkey_page
from hub.web.pages import page, with_status
from hub.web.sign_in import steps

blp = Blueprint("account_prove", __name__, url_prefix="/account/prove", template_folder="templates")
install_refusals(blp)


@blp.get("")
@for_account
def form() -> Response:
    """The form for password and code."""
    return _form()


def _form(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    with resource(Database).read() as session:
        person = person_acting(session, acting_person())
        enrolled = factors.enrolled(session, person.id)
    made = page(
        "account/prove.html",
        errors=errors or {},
        next=next_path(),
        has_password=person.password_hash is not None,
        has_app="totp" in enrolled,
        has_passkey="passkey" in enrolled and party() is not None,
    )
    return with_status(made, status)


@blp.post("")
@for_account
def prove() -> Any:
    """Take password and code. Each try is counted before it is looked at."""
    actor, password, code = acting_person(), request.form.get("password", ""), request.form.get("code", "")
    if errors := _missing(actor, password, code):
        return _form(errors, 422)
    try:
        given = _password_given(actor, password)
        outcome = _code_given(actor, code, given)
    except Invalid as refusal:
        return _form({name: " ".join(said) for name, said in refusal.fields.items()}, 401)
    except TooMany as refusal:
        response = _form({"code": refusal.sentence}, 429)
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
        return response
    return _form({"code": outcome.sentence}, 401) if outcome else redirect(next_path(), 303)


def _missing(actor: Actor, password: str, code: str) -> dict[str, str]:
    errors = {}
    if not password and _has_password(actor):
        errors["password"] = gettext("Enter your password.")
    if not code.strip():
        errors["code"] = gettext("Enter the six digits that the app shows now, or a recovery code.")
    return errors


def _has_password(actor: Actor) -> bool:
    with resource(Database).read() as session:
        return person_acting(session, actor).password_hash is not None


def _password_given(actor: Actor, password: str) -> list[str]:
    """The factor that the password is; none for one who signs in at their organisation, whose try still is counted."""
    now, database = utc_now(), resource(Database)
    if _has_password(actor):
        sign_in.password_again(database, actor, password, now=now)
        return ["password"]
    with database.write() as session:
        seconds = sign_in.spend_proof(session, actor, now=now)
    if seconds:
        raise throttle.refusal(seconds)
    return []


def _code_given(actor: Actor, code: str, given: list[str]) -> Refused | None:
    now = utc_now()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        outcome = factors.check_code(session, person, code, sign_in_id=None, phone_now=phone_now(), now=now)
        if isinstance(outcome, Refused):
            return outcome
        sign_in.proved(session, actor, factors=[*given, outcome], now=now)
    return None


# --- with a passkey ---------------------------------------------------------------------------------------------------


@blp.post("/passkey")
@for_account
def ask_for_passkey() -> Response:
    """Make a challenge for this person's passkeys."""
    actor, _ = acting_person(), party_or_refusal()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        token = passkeys.begin(session, "prove", person_id=person.id, now=utc_now())
    response: Response = redirect(url_for("account_prove.show_passkey", next=next_path()), 303)  # type: ignore[assignment]
    browser.set_cookie(response, steps.CEREMONY, token)
    return response


@blp.get("/passkey")
@for_account
def show_passkey() -> Any:
    """The page whose script asks the device."""
    acting_person()
    token, back = steps.token_of(steps.CEREMONY), url_for("account_prove.form", next=next_path())
    with resource(Database).read() as session:
        options = passkeys.options(session, token, "prove", party_or_refusal(), now=utc_now())
    if options is None:
        return redirect(back, 303)
    return passkey_page(options, action=url_for("account_prove.answer"), back=back, onward=next_path())


@blp.post("/passkey/answer")
@for_account
def answer() -> Any:
    """Take the device's answer."""
    actor, now, token = acting_person(), utc_now(), steps.token_of(steps.CEREMONY)
    credential, relying_party = request.form.get("credential", ""), party_or_refusal()
    with resource(Database).write() as session:
        outcome = factors.check_passkey(session, token, credential, purpose="prove", party=relying_party, now=now)
        if not isinstance(outcome, Refused):
            owner = factor_queries.person_by_id(session, outcome.person_id)
            outcome = _own(actor, owner.ref if owner else "") or outcome
        if not isinstance(outcome, Refused):
            sign_in.proved(session, actor, factors=["passkey"], now=now)
    return _form({"passkey": outcome.sentence}, 401) if isinstance(outcome, Refused) else redirect(next_path(), 303)


def _own(actor: Actor, owner_ref: str) -> Refused | None:
    """A ceremony that another account began in this browser proves nothing about this one."""
    if owner_ref == actor.ref:
        return None
    return Refused("other_account", gettext("That passkey belongs to another account. Choose one of your own."))
