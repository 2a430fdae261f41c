"""What the pages of sign-in and of accounts share: who acts, what the telephone's clock says, refusals as pages, e-mails."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from hub.access.admission import way_back_after_proof
from hub.access.browser import local_path
from hub.access.held_forms.holding import never_held
from hub.access.models import Person
from hub.access.sign_in import factor_queries, passkeys
from hub.access.sign_in.passkeys import RelyingParty
from hub.core.actor import Actor
from hub.core.clock import machine_now
from hub.core.db import keys_of
from hub.core.errors import HubError, NotPermitted, StateConflict, Unauthenticated
from hub.core.http import resource
from hub.core.settings import Settings
from hub.notify import personal_mail
from hub.web import refusals

PERMISSION: Final = "account.use"
FACTOR_WORDS: Final = {
    "password": lazy_gettext("password"),
    "totp": lazy_gettext("code from the app"),
    "recovery_code": lazy_gettext("recovery code"),
    "passkey": lazy_gettext("passkey"),
    "provider": lazy_gettext("your organisation"),
    "provider_mfa": lazy_gettext("your organisation, with a second factor"),
}
_BEGIN_AGAIN: Final = frozenset({"begin_again", "passkey_refused", "invitation_used"})
_SIGN_IN: Final = ("/sign-in", lazy_gettext("Sign in"))
FIRST_PAGE: Final = "/today"
_ACCOUNT: Final = ("/account", lazy_gettext("Go to your account"))
View = TypeVar("View")


def for_account(view: View) -> View:
    """Mark a page that anybody who is signed in may see: it is about their own account."""
    view.permission = PERMISSION  # type: ignore[attr-defined]
    return never_held(view)


def acting_person() -> Actor:
    """Who is signed in. Raises ``NotPermitted`` for a system's key, which has no account."""
    actor: Actor = g.actor
    if actor.kind != "person":
        raise NotPermitted(gettext("An API key has no account. Open this page in a browser, and sign in."))
    return actor


def person_acting(session: Session, actor: Actor) -> Person:
    """The row of *actor*, a person. Raises ``Unauthenticated`` where it is gone."""
    found = factor_queries.person_by_ref(session, actor.ref)
    if found is None:
        raise Unauthenticated(gettext("You are not signed in any more. Sign in again."))
    return found


def name_and_email(session: Session, person: Person) -> tuple[str, str]:
    """What a person is called, and their e-mail address."""
    said: Mapping[str, str] = keys_of(session).open(person.ref, person.sealed)
    return said["name"], said["email"]


def phone_now() -> datetime:
    """What a person's telephone has: the machine's own time, which no rehearsal moves."""
    return datetime.fromtimestamp(machine_now(), UTC)


def party() -> RelyingParty | None:
    """Who the hub is to authenticators; ``None`` where it is reached by a number, and passkeys cannot work."""
    return passkeys.relying_party(resource(Settings).base_url)


def party_or_refusal() -> RelyingParty:
    """As :func:`party`. Raises ``StateConflict`` where passkeys cannot work."""
    found = party()
    if found is None:
        raise StateConflict(
            gettext("Passkeys need the hub's name, and here it has but a number. Use an authenticator app.")
        )
    return found


def tell(session: Session, person: Person, kind: str, *, now: datetime, **details: Any) -> None:
    """Queue an e-mail to *person* about their own account."""
    name, email = name_and_email(session, person)
    personal_mail.queue(session, kind=kind, ref=person.ref, email=email, name=name, details=details, now=now)


def next_path() -> str:
    """Where to go afterwards, as the form or the address says: a path of this hub, else everybody's first page."""
    asked = request.form.get("next") or request.args.get("next")
    return local_path(asked) if asked else FIRST_PAGE


# --- refusals, as pages -----------------------------------------------------------------------------------------------


def install_refusals(blp: Blueprint) -> None:
    """Let *blp* answer what refuses a request with a page that says what to do next."""
    blp.register_error_handler(HubError, _refused)
    blp.register_error_handler(HTTPException, _failed)


def _refused(error: HubError) -> Any:
    if error.reason == "proof_needed":
        back = way_back_after_proof("/account/factors")
        return redirect(url_for("account_prove.form", next=back), 303)
    return refusals.refused(error, onward=_SIGN_IN if error.reason in _BEGIN_AGAIN else _ACCOUNT)


def _failed(error: HTTPException) -> Response:
    return refusals.failed(error, onward=_ACCOUNT)
