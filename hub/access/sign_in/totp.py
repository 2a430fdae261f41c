"""The authenticator app: time-based one-time codes (RFC 6238) as a second factor.

A new secret is *proposed*; it counts from its first right code. Until then an app that was set up before goes on working, so that
nobody is locked out half-way through changing telephones. Each 30-second step is taken once, by a guarded UPDATE: a code that
was looked over somebody's shoulder is worth nothing, in whichever process it is tried.

``phone_now`` is what the person's telephone has: the machine's own time, which no rehearsal moves (``clock.machine_now``).
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import pyotp
from sqlalchemy.orm import Session

from hub.access.models import Person
from hub.access.sign_in import factor_queries as queries
from hub.core.db import keys_of

ISSUER: Final = "Placement notification hub"
DIGITS: Final = 6
STEP_SECONDS: Final = 30
_EITHER_SIDE: Final = 1


def propose(session: Session, person: Person) -> None:
    """Propose a new secret to *person*'s app; it counts when :func:`confirm` is given a code of it. Ends an older proposal."""
    row = queries.totp(session, person.id, lock=True)
    kept = keys_of(session).open(person.ref, row.sealed) if row is not None else {}
    sealed = keys_of(session).seal(person.ref, kept | {"proposed": pyotp.random_base32()})
    if row is None:
        queries.add_totp(session, {"person_id": person.id, "sealed": sealed, "last_step": 0})
    else:
        queries.change_totp(session, person.id, {"sealed": sealed})


def proposed(session: Session, person: Person) -> str | None:
    """The secret that waits for its first code, in base 32; ``None`` when none does."""
    return _secrets(session, person).get("proposed")


def setup_address(person_email: str, secret: str) -> str:
    """The ``otpauth://`` address that a QR code carries into the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=person_email, issuer_name=ISSUER)


def confirm(session: Session, person: Person, code: str, *, phone_now: datetime, now: datetime) -> bool:
    """Take the proposed secret if *code* is one of its codes: from now on it is the person's, and the one before is not."""
    row = queries.totp(session, person.id, lock=True)
    secret = _secrets(session, person).get("proposed")
    if row is None or secret is None:
        return False
    steps = _steps_of(secret, code, phone_now)
    if not steps:
        return False
    sealed = keys_of(session).seal(person.ref, {"secret": secret})
    queries.change_totp(session, person.id, {"sealed": sealed, "confirmed_at": now, "last_step": steps[-1]})
    return True


def check(session: Session, person: Person, code: str, *, phone_now: datetime) -> bool:
    """Whether *code* is one of the person's app: of the present step or one either side, and of none that was taken.

    Takes the step. Whoever comes second with the same code, or with an older one, is refused.
    """
    secret = _secrets(session, person).get("secret")
    if secret is None:
        return False
    return any(queries.take_step(session, person.id, step) for step in _steps_of(secret, code, phone_now))


def _secrets(session: Session, person: Person) -> Mapping[str, str]:
    row = queries.totp(session, person.id)
    found: dict[str, Any] = keys_of(session).open(person.ref, row.sealed) if row is not None else {}
    return found


def _steps_of(secret: str, code: str, phone_now: datetime) -> list[int]:
    """The steps near *phone_now* whose code this is, oldest first. Every step is compared, so that time tells nothing."""
    typed, app, present = (
        code_as_typed(code),
        pyotp.TOTP(secret, digits=DIGITS),
        int(phone_now.timestamp()) // STEP_SECONDS,
    )
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
        return []
    codes = {step: app.generate_otp(step) for step in range(present - _EITHER_SIDE, present + _EITHER_SIDE + 1)}
    return [step for step, right in codes.items() if hmac.compare_digest(right, typed)]


def code_as_typed(text: str) -> str:
    """A code without the spaces and hyphens that people put into it."""
    return "".join(letter for letter in text if letter not in " -\u00a0\t\u2013")
