"""A person's own second factors: added and removed after a recent proof; new recovery codes, shown once."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request
from flask_babel import gettext

from hub.access import browser, sessions
from hub.access.models import Person
from hub.access.sign_in import factors, passkeys, recovery_codes, totp
from hub.access.sign_in.passkeys import Refused
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.http import resource
from hub.web.account.pages import (
    acting_person,
    for_account,
    install_refusals,
    name_and_email,
    party,
    party_or_refusal,
    person_acting,
    phone_now,
    tell,
)
from hub.web.account.setup import app_page, codes_page, passkey_name, passkey_page, qr_image
from hub.web.pages import led_to, page, with_status
from hub.web.sign_in import steps

BASE = "/account/factors"
blp = Blueprint("account_factors", __name__, url_prefix=BASE, template_folder="templates")
install_refusals(blp)


def _recent() -> Actor:
    """Who acts, if they gave every factor lately. Raises ``NotPermitted``, code ``proof_needed``: a page then asks for them."""
    actor = acting_person()
    sessions.refuse_unless_recent(actor, now=utc_now())
    return actor


@blp.get("")
@for_account
def show() -> Response:
    """Every factor, and what can be done with it."""
    return _page()


def _page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    actor, now = acting_person(), utc_now()
    with resource(Database).read() as session:
        standing = factors.standing(session, person_acting(session, actor))
    made = page(
        "account/factors.html",
        base=BASE,
        standing=standing,
        has_passkeys=party() is not None,
        is_recent=sessions.is_recent(actor, now=now),
        errors=errors or {},
    )
    return with_status(made, status)


# --- the app ----------------------------------------------------------------------------------------------------------


@blp.post("/app")
@for_account
def propose_app() -> Response:
    """Make a secret for an app; the app before it works until the new one has given a code."""
    actor = _recent()
    with resource(Database).write() as session:
        totp.propose(session, person_acting(session, actor))
    return led_to(f"{BASE}/app")


@blp.get("/app")
@for_account
def show_app() -> Any:
    """The secret, as a picture and as text, and the form for its first code."""
    return _app_page()


def _app_page(error: str = "") -> Any:
    actor = _recent()
    with resource(Database).read() as session:
        made = app_page(session, person_acting(session, actor), BASE, error)
    return made or redirect(BASE, 303)


@blp.get("/app/qr.svg")
@for_account
def app_qr() -> Response:
    """The secret as a QR code."""
    actor = _recent()
    with resource(Database).read() as session:
        made = qr_image(session, person_acting(session, actor))
    if made is None:
        raise NotFound(gettext("No app waits to be set up. Your account's page begins it."))
    return made


@blp.post("/app/code")
@for_account
def confirm_app() -> Any:
    """Take the app's first code."""
    actor, now = _recent(), utc_now()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        is_right = factors.add_app(session, person, request.form.get("code", ""), phone_now=phone_now(), now=now)
        if is_right:
            tell(session, person, "person.factor_added", now=now, factor="totp", at=now)
    return (
        redirect(BASE, 303)
        if is_right
        else _app_page(gettext("That is not the code that the app shows now. Try the next."))
    )


@blp.post("/app/remove")
@for_account
def remove_app() -> Any:
    """Remove the app."""
    return _removed("totp", lambda session, person, now: factors.remove_app(session, person, now=now))


# --- passkeys ---------------------------------------------------------------------------------------------------------


@blp.post("/passkey")
@for_account
def ask_for_passkey() -> Response:
    """Make a challenge for a new passkey."""
    actor, _ = _recent(), party_or_refusal()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        token = passkeys.begin(session, "register", person_id=person.id, now=utc_now())
    response: Response = redirect(f"{BASE}/passkey", 303)  # type: ignore[assignment]
    browser.set_cookie(response, steps.CEREMONY, token)
    return response


@blp.get("/passkey")
@for_account
def show_passkey() -> Any:
    """The page whose script asks the device for a new passkey."""
    return _passkey_page()


def _passkey_page(errors: dict[str, str] | None = None) -> Any:
    actor, token = _recent(), steps.token_of(steps.CEREMONY)
    with resource(Database).read() as session:
        _, email = name_and_email(session, person_acting(session, actor))
        options = passkeys.options(session, token, "register", party_or_refusal(), email=email, now=utc_now())
    if options is None:
        return redirect(BASE, 303)
    return passkey_page(options, action=f"{BASE}/passkey/answer", back=BASE, is_new=True, errors=errors)


@blp.post("/passkey/answer")
@for_account
def add_passkey() -> Any:
    """Keep the passkey."""
    actor, now = _recent(), utc_now()
    name, errors = passkey_name()
    if errors:
        return with_status(_passkey_page(errors), 422)
    token, credential = steps.token_of(steps.CEREMONY), request.form.get("credential", "")
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        outcome = factors.add_passkey(session, person, token, credential, name=name, party=party_or_refusal(), now=now)
        if not isinstance(outcome, Refused):
            tell(session, person, "person.factor_added", now=now, factor="passkey", at=now)
    if isinstance(outcome, Refused):
        return _page({"passkey": outcome.sentence}, 422)
    return redirect(BASE, 303)


@blp.post("/passkey/<ref>/remove")
@for_account
def remove_passkey(ref: str) -> Any:
    """Remove one passkey."""
    return _removed("passkey", lambda session, person, now: factors.remove_passkey(session, person, ref, now=now))


def _removed(factor: str, remove: Any) -> Any:
    actor, now = _recent(), utc_now()
    try:
        with resource(Database).write() as session:
            person = person_acting(session, actor)
            remove(session, person, now)
            tell(session, person, "person.factor_removed", now=now, factor=factor, at=now)
    except StateConflict as refusal:
        return _page({factor: refusal.sentence}, 409)
    return redirect(BASE, 303)


# --- recovery codes ---------------------------------------------------------------------------------------------------


@blp.post("/codes")
@for_account
def new_codes() -> Response:
    """Ten new codes, shown once; those before are worth nothing."""
    actor, now = _recent(), utc_now()
    with resource(Database).write() as session:
        person = person_acting(session, actor)
        codes = factors.new_codes(session, person, now=now)
        tell(session, person, "person.factor_added", now=now, factor="recovery_codes", at=now)
    return codes_page(codes, onward=BASE, csrf=browser.csrf_token())


@blp.post("/codes/file")
@for_account
def codes_file() -> Response:
    """The codes that this browser has just been shown, as a file; it brings them, for the hub has not kept them."""
    actor, codes = acting_person(), request.form.getlist("code")[: recovery_codes.HOW_MANY]
    with resource(Database).read() as session:
        person: Person = person_acting(session, actor)
        if not recovery_codes.are_unused(session, person, codes):
            raise Invalid(gettext("These are not your unused recovery codes. Make new ones, then save those."))
    said = gettext("Recovery codes for the placement notification hub. Each works once. Keep them where only you are.")
    response = make_response(said + "\n\n" + "\n".join(codes) + "\n")
    response.mimetype = "text/plain"
    response.headers.set("Content-Disposition", "attachment", filename="recovery-codes.txt")
    return response
