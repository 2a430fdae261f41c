"""Setting up a second factor: the same pages at the first sign-in and from the account."""

import io
import json
from typing import Any, Final

import segno
from flask import Response, make_response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.sign_in import passkeys, totp
from hub.web.account.pages import name_and_email
from hub.web.pages import page, with_status

_DEVICE_WORDS: Final = {
    "begin": lazy_gettext("When you have named it, your browser asks for the device."),
    "asking": lazy_gettext("Asking your device."),
    "waiting": lazy_gettext("Waiting for your device. Follow what it says."),
    "given": lazy_gettext("Thank you. One moment."),
    "known": lazy_gettext("This device already holds a passkey of yours. Choose another device."),
    "not_given": lazy_gettext("No passkey was given. Try again, or go back and choose another way."),
    "not_here": lazy_gettext("This browser could not use a passkey here. Go back and choose another way."),
    "unable": lazy_gettext("This browser has no passkeys. Go back and choose another way."),
}
"""What the page's script says while it asks the device."""


def app_page(session: Session, person: Person, base: str, error: str = "") -> Response | None:
    """The page with the secret of the app, as a picture and as text; ``None`` when none was proposed."""
    secret = totp.proposed(session, person)
    if secret is None:
        return None
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    made = page("account/app.html", base=base, secret=groups, errors={"code": error} if error else {})
    return with_status(made, 422 if error else 200)


def qr_image(session: Session, person: Person) -> Response | None:
    """The proposed secret as a QR code (SVG), never kept; ``None`` when none was proposed."""
    secret = totp.proposed(session, person)
    if secret is None:
        return None
    drawn = io.BytesIO()
    _, email = name_and_email(session, person)
    segno.make(totp.setup_address(email, secret), error="m", micro=False).save(drawn, kind="svg", scale=5, light="#fff")
    response = make_response(drawn.getvalue())
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "no-store"
    return response


def passkey_page(
    options: dict[str, Any],
    *,
    action: str,
    back: str,
    onward: str = "",
    is_new: bool = False,
    errors: dict[str, str] | None = None,
) -> Response:
    """The page whose script asks a device for a passkey, or (*is_new*) to make one."""
    return page(
        "account/passkey.html",
        options=json.dumps(options),
        words=json.dumps({name: str(words) for name, words in _DEVICE_WORDS.items()}),
        typed=request.form,
        action=action,
        back=back,
        next=onward,
        is_new=is_new,
        errors=errors or {},
    )


def codes_page(codes: list[str], *, onward: str, csrf: str) -> Response:
    """The page that shows recovery codes, this once. *csrf*: the token of the session that its form will be sent in."""
    return page("account/codes.html", codes=codes, onward=onward, csrf=csrf)


def passkey_name() -> tuple[str, dict[str, str]]:
    """What the form calls a new passkey, and what is wrong with that."""
    name = " ".join(request.form.get("name", "").split())
    if not name:
        return "", {"name": gettext("Give the passkey a name by which you will know the device, such as “Work phone”.")}
    if len(name) > passkeys.LONGEST_NAME or not name.isprintable():
        return "", {"name": gettext("Use at most %(count)s letters, digits and signs.", count=passkeys.LONGEST_NAME)}
    return name, {}
