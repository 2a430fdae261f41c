"""Setting up the first second factor, on the way in: an authenticator app or a passkey; then recovery codes, shown once."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.access import browser
from hub.access.models import Person, SignIn
from hub.access.sign_in import factor_queries, factors, passkeys, totp
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.passkeys import Refused
from hub.access.sign_in.service import Step
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound, Unauthenticated
from hub.core.http import resource
from hub.web.account.pages import (
    FIRST_PAGE,
    install_refusals,
    name_and_email,
    party,
    party_or_refusal,
    phone_now,
)
from hub.web.account.setup import app_page, codes_page, passkey_name, passkey_page, qr_image
from hub.web.health import public
from hub.web.pages import led_to, page, with_status
from hub.web.sign_in import steps

BASE = "/sign-in/enrol"
blp = Blueprint("sign_in_enrol", __name__, url_prefix=BASE, template_folder="templates")
install_refusals(blp)


@blp.get("")
@public
def choose() -> Response:
    """What can be set up."""
    with resource(Database).read() as session:
        _enrolling(session)
    return page("account/enrol.html", base=BASE, has_passkeys=party() is not None)


def _enrolling(session: Session, *, adds: bool = False) -> tuple[SignIn, Person]:
    """The sign-in in this browser that waits for a first second factor, and whose it is.

    Raises ``Unauthenticated``: also where the account has one meanwhile, set up in another browser. A sign-in that began
    before it must not put another in its place. With *adds*, two who add the first take turns at the person's row.
    """
    row, person = steps.under_way(session, "enrol", now=utc_now())
    if adds:
        factor_queries.person_by_id(session, person.id, lock=True)
    if factors.enrolled(session, person.id):
        said = gettext("A second step was set up for this account meanwhile. Begin again, and sign in with it.")
        raise Unauthenticated(said, code="begin_again")
    return row, person


# --- the app ----------------------------------------------------------------------------------------------------------


@blp.post("/app")
@public
def propose_app() -> Response:
    """Make a secret for an app."""
    with resource(Database).write() as session:
        totp.propose(session, _enrolling(session)[1])
    return led_to(url_for("sign_in_enrol.show_app"))


@blp.get("/app")
@public
def show_app() -> Any:
    """The secret, as a picture and as text, and the form for its first code."""
    return _app_page()


def _app_page(error: str = "") -> Any:
    with resource(Database).read() as session:
        made = app_page(session, _enrolling(session)[1], BASE, error)
    return made or redirect(url_for("sign_in_enrol.choose"), 303)


@blp.get("/app/qr.svg")
@public
def app_qr() -> Response:
    """The secret as a QR code."""
    with resource(Database).read() as session:
        made = qr_image(session, _enrolling(session)[1])
    if made is None:
        raise NotFound(gettext("No app waits to be set up. Begin again."))
    return made


@blp.post("/app/code")
@public
def confirm_app() -> Any:
    """Take the app's first code; then the recovery codes are shown, once."""
    code, now = request.form.get("code", ""), utc_now()

    def add(session: Session, person: Person) -> Refused | None:
        is_right = factors.add_app(session, person, code, phone_now=phone_now(), now=now)
        return (
            None
            if is_right
            else Refused("wrong_totp", gettext("That is not the code that the app shows now. Try the next."))
        )

    outcome = _enrolled("totp", add)
    return _app_page(outcome.sentence) if isinstance(outcome, Refused) else outcome


# --- a passkey --------------------------------------------------------------------------------------------------------


@blp.post("/passkey")
@public
def ask_for_passkey() -> Response:
    """Make a challenge for a new passkey."""
    party_or_refusal()
    now = utc_now()
    with resource(Database).write() as session:
        person = _enrolling(session)[1]
        token = passkeys.begin(session, "register", person_id=person.id, now=now)
    response: Response = redirect(url_for("sign_in_enrol.show_passkey"), 303)  # type: ignore[assignment]
    browser.set_cookie(response, steps.CEREMONY, token)
    return response


@blp.get("/passkey")
@public
def show_passkey() -> Any:
    """The page whose script asks the device for a new passkey."""
    return _passkey_page()


def _passkey_page(errors: dict[str, str] | None = None) -> Any:
    with resource(Database).read() as session:
        _, person = _enrolling(session)
        _, email = name_and_email(session, person)
        token = steps.token_of(steps.CEREMONY)
        options = passkeys.options(session, token, "register", party_or_refusal(), email=email, now=utc_now())
    if options is None:
        return redirect(url_for("sign_in_enrol.choose"), 303)
    return passkey_page(options, action=f"{BASE}/passkey/answer", back=BASE, is_new=True, errors=errors)


@blp.post("/passkey/answer")
@public
def add_passkey() -> Any:
    """Keep the passkey; then the recovery codes are shown, once."""
    name, errors = passkey_name()
    if errors:
        return with_status(_passkey_page(errors), 422)
    token, credential, now = steps.token_of(steps.CEREMONY), request.form.get("credential", ""), utc_now()

    def add(session: Session, person: Person) -> Refused | None:
        outcome = factors.add_passkey(session, person, token, credential, name=name, party=party_or_refusal(), now=now)
        return outcome if isinstance(outcome, Refused) else None

    outcome = _enrolled("passkey", add)
    if isinstance(outcome, Refused):
        return with_status(
            page("account/enrol.html", base=BASE, has_passkeys=True, errors={"passkey": outcome.sentence}), 422
        )
    return outcome


# --- arrived ----------------------------------------------------------------------------------------------------------


def _enrolled(factor: str, add: Callable[[Session, Person], Refused | None]) -> Response | Refused:
    """Add a factor, make recovery codes, and go on into the session: all of it, or nothing but the record of a refusal."""
    now = utc_now()
    with resource(Database).write() as session:
        row, person = _enrolling(session, adds=True)
        if refused := add(session, person):
            return refused
        onward = sign_in.recalled(session, row).get("next", FIRST_PAGE)
        codes = factors.new_codes(session, person, now=now)
        step = _gone_on(session, row, person, factor)
    return steps.arrived(codes_page(codes, onward=onward, csrf=browser.csrf_token(step.token)), step)


def _gone_on(session: Session, row: SignIn, person: Person, factor: str) -> Step:
    device, now = browser.device(request), utc_now()
    return sign_in.go_on(session, person, factors=[factor], pending=row, device=device, now=now)
