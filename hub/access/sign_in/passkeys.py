"""Passkeys (WebAuthn): a key pair in somebody's telephone, computer or security key, opened by a finger, a face or a PIN.

User verification is always asked for, so a passkey counts as both factors: the device, and what opens it. Every passkey is
discoverable: nobody need type an e-mail address first. A ceremony begins with a challenge, kept sealed in a row of
``sign_in``; the row is used up before the answer is looked at, so that no answer is judged twice. An authenticator that
counts must count upwards: one that does not may be a copy, and is refused.
"""

import base64
import ipaddress
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from hub.access.models import Person, SignIn
from hub.access.sign_in import factor_queries as queries
from hub.access.sign_in import queries as sign_in_queries
from hub.access.sign_in import waiting
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.core.sentences import worded

Purpose = Literal["sign_in", "prove", "register"]
STAGE: Final = "passkey"
MINUTES: Final = 5
LONGEST_NAME: Final = 60
MOST: Final = 10


@dataclass(frozen=True)
class RelyingParty:
    """Who we are to an authenticator: the host name, and the origin of our pages."""

    host: str
    origin: str


@dataclass(frozen=True)
class Refused:
    """Why a factor was not taken: ``because`` for the record, ``sentence`` for the person; ``about``: the passkey, if known."""

    because: str
    sentence: str
    about: str = ""
    may_try_again: bool = True


@dataclass(frozen=True)
class Answered:
    """Whose passkey it was, and which."""

    person_id: int
    passkey_ref: str


_LATE: Final = Refused("late", worded("That took too long, or the page was used before. Ask for the passkey again."))
_UNKNOWN: Final = Refused(
    "unknown_passkey",
    worded("The hub does not know this passkey. Choose another, or sign in with your e-mail address."),
)
_BROKEN: Final = Refused(
    "not_verified", worded("The passkey could not be checked. Try again, or use another way to sign in.")
)
_COPY: Final = Refused(
    "sign_count",
    worded(
        "This passkey has been used elsewhere since, so it may be a copy, and was refused. Sign in another way, remove the "
        "passkey from your account, and tell your administrator."
    ),
)


def relying_party(base_url: str) -> RelyingParty | None:
    """Who we are at *base_url*; ``None`` where passkeys cannot work: browsers know them by names, not by numbers."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}")
    return None


# --- beginning --------------------------------------------------------------------------------------------------------


def begin(session: Session, purpose: Purpose, *, person_id: int | None, now: datetime) -> str:
    """Begin a ceremony, for one person or (signing in) for whoever answers; the token by which its browser comes back."""
    known = {"challenge": secrets.token_urlsafe(32), "purpose": purpose}
    return waiting.begin(session, STAGE, known, person_id=person_id, now=now, lasts=timedelta(minutes=MINUTES))


def options(
    session: Session, token: str, purpose: Purpose, party: RelyingParty, *, email: str = "", now: datetime
) -> dict[str, Any] | None:
    """What the browser is asked, as WebAuthn's JSON; ``None`` when no ceremony for *purpose* waits under *token*.

    *email* (to register) is what the authenticator shows its owner.
    """
    from hub.access.sign_in import authenticators  # here: it loads a large library, and few processes meet a passkey

    under_way = _under_way(session, token, purpose, now)
    if under_way is None:
        return None
    row, challenge = under_way
    known = queries.passkeys(session, row.person_id) if row.person_id is not None else []
    listed = [each.credential_id for each in known]
    if purpose != "register":
        return authenticators.options_to_answer(party, challenge, listed)
    person = queries.person_by_id(session, row.person_id or 0)
    return authenticators.options_to_register(party, challenge, listed, ref=person.ref, email=email) if person else None


# --- answers ----------------------------------------------------------------------------------------------------------


def register(
    session: Session, person: Person, token: str, answer: str, *, name: str, party: RelyingParty, now: datetime
) -> str | Refused:
    """Keep the passkey in *answer* (the browser's JSON) as *person*'s, under *name*; its reference."""
    from hub.access.sign_in import authenticators  # here, as above

    under_way = _use_up(session, token, "register", now)
    if under_way is None or under_way[0].person_id != person.id:
        return _LATE
    made = authenticators.registered(answer, under_way[1], party)
    if made is None:
        return _BROKEN
    if queries.passkey_by_credential(session, made.credential_id) is not None:
        return Refused("known_passkey", worded("This passkey is registered already. Choose another device."))
    if len(queries.passkeys(session, person.id)) >= MOST:
        return Refused(
            "too_many_passkeys",
            worded("You have {most} passkeys. Remove one that you no longer use, then add this.", most=MOST),
        )
    row = {"ref": new_ref("psk"), "person_id": person.id, "name": name, "credential_id": made.credential_id}
    counted = {"public_key": made.credential_public_key, "sign_count": made.sign_count, "added_at": now}
    queries.add_passkey(session, row | counted)
    return str(row["ref"])


def authenticate(
    session: Session, token: str, answer: str, *, purpose: Purpose, party: RelyingParty, now: datetime
) -> Answered | Refused:
    """Whose passkey gave *answer* (the browser's JSON) to the ceremony under *token*.

    Commit whatever comes of it: the challenge is used up either way.
    """
    from hub.access.sign_in import authenticators  # here, as above

    under_way = _use_up(session, token, purpose, now)
    if under_way is None:
        return _LATE
    row, challenge = under_way
    credential = authenticators.read(answer)
    if credential is None:
        return _BROKEN
    passkey = queries.passkey_by_credential(session, credential.raw_id)
    if passkey is None or row.person_id not in (None, passkey.person_id):
        return _UNKNOWN
    count = authenticators.verified_count(credential, challenge, passkey.public_key, party)
    if count is None:
        return replace(_BROKEN, about=passkey.ref)
    if not queries.use_passkey(session, passkey.id, count, now):
        return replace(_COPY, about=passkey.ref)
    return Answered(passkey.person_id, passkey.ref)


def _use_up(session: Session, token: str, purpose: Purpose, now: datetime) -> tuple[SignIn, bytes] | None:
    under_way = _under_way(session, token, purpose, now)
    return under_way if under_way is not None and sign_in_queries.use_up(session, under_way[0].id) else None


def _under_way(session: Session, token: str, purpose: Purpose, now: datetime) -> tuple[SignIn, bytes] | None:
    row = waiting.find(session, token, [STAGE], now=now)
    if row is None:
        return None
    kept = waiting.known_to(keys_of(session), row)
    return (row, base64.urlsafe_b64decode(kept["challenge"] + "=")) if kept["purpose"] == purpose else None
