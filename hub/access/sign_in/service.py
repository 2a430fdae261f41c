"""Signing in: the password, then the second factor (or setting one up), then a session.

Between the steps a row of ``sign_in`` waits for a few minutes; the browser holds its token. It is used up once. Every refusal is
recorded, without an address; what was tried is counted before it is judged (``throttle``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from hub.access import policy, sessions
from hub.access.models import Person, SignIn
from hub.access.sign_in import factors as second_factors
from hub.access.sign_in import passwords, queries, throttle, waiting
from hub.access.sign_in.throttle import Bucket
from hub.access.single_sign_on import queries as single_sign_on_queries
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import Database, keys_of
from hub.core.errors import HubError, Invalid, Unauthenticated
from hub.core.secrets import KeyRing

Stage = Literal["second_factor", "enrol"]
NOBODY: Final = "nobody"
EMAIL: Final = "person email"
"""The kind of blind index under which e-mail addresses are kept."""
_WRONG: Final = (
    "That e-mail address and password do not belong together here. Check both. If you do not know the password any more, ask "
    "your organisation's administrator for a new one."
)
_LATE: Final = "That took too long, or was done already. Begin again with your e-mail address and password."
_PROVIDER_FIRST: Final = "You sign in through your organisation. Begin there: your passkey or code is the second step."
_WRONG_AGAIN: Final = "That is not your password. Check it and try again."


@dataclass(frozen=True)
class Step:
    """What comes next. ``token``: of the sign-in under way; of the session when ``signed_in``."""

    kind: Literal["second_factor", "enrol", "signed_in"]
    token: str = field(repr=False)
    person_ref: str
    session_ref: str | None = None


def normal_email(email: str) -> str:
    """*email* as it is kept and looked up."""
    return email.strip().casefold()


def email_index(keys: KeyRing, email: str) -> bytes:
    """The blind index under which an e-mail address is kept."""
    return keys.blind(EMAIL, normal_email(email))


def person_with(session: Session, email: str) -> Person | None:
    """The person with this e-mail address, in whichever organisation, disabled or not."""
    return queries.person_by_email(session, keys_of(session).blinds(EMAIL, normal_email(email)))


def with_password(
    database: Database,
    email: str,
    password: str,
    *,
    network: str,
    device_cookie: str | None,
    now: datetime,
    device: str = "",
) -> Step:
    """The first step. *network*: ``browser.network(request)``; *device_cookie*: as the browser sent it.

    Raises ``Unauthenticated`` and ``TooMany``: an account that does not exist, a wrong password and a wait read the same
    and take as long whether or not there is such an account. Takes the database, not a session: a try is committed before
    it is judged, and argon2 runs outside every transaction.
    """
    known = _account(database, email, network, device_cookie, now)
    if known.waits:
        raise throttle.refusal(known.waits)
    is_right = passwords.matches(known.password_hash, password)
    anew = passwords.hashed(password) if is_right and passwords.needs_new_hash(known.password_hash or "") else None
    with database.write() as session:
        # Asked about nobody, too: a question left out would show in the time of the answer.
        person = queries.person_by_id(session, known.person_id or 0)
        outcome = _judged(session, person, known, is_right, device, now)
        if anew and person is not None and isinstance(outcome, Step):
            queries.set_password(session, person.id, anew, instead_of=known.password_hash)
    if isinstance(outcome, HubError):
        raise outcome
    return outcome


@dataclass(frozen=True)
class _Account:
    """What was found before the password is looked at; ``waits``: the seconds until it may be tried."""

    person_id: int | None
    password_hash: str | None = field(repr=False)
    buckets: Sequence[Bucket]
    device: str | None
    waits: int


def _account(database: Database, email: str, network: str, device_cookie: str | None, now: datetime) -> _Account:
    keys = database.keys
    account = email_index(keys, email).hex()
    with database.write() as session:
        person = person_with(session, email)
        device = throttle.known_device(keys, device_cookie, person.ref if person else NOBODY)
        buckets = throttle.for_password(keys, account, network=network, device=device)
        waits = throttle.spend(session, buckets, now=now)
        if waits:
            _record_refusal(session, person, "too_many", now)
    if person is None:
        return _Account(None, None, buckets, device, waits)
    return _Account(person.id, person.password_hash, buckets, device, waits)


def _judged(
    session: Session, person: Person | None, known: _Account, is_right: bool, device: str, now: datetime
) -> Step | HubError:
    if person is None or not is_right or person.password_hash != known.password_hash:
        _record_refusal(session, person, "password" if person else "no_account", now)
        return Unauthenticated(_WRONG, code="sign_in_refused")
    try:
        _refuse_out_on_record(session, person, now)
    except Unauthenticated as refusal:
        return refusal
    throttle.forgive(session, [each for each in known.buckets if each.limit == "network"])
    remembered = {
        "device": known.device,
        "buckets": [each.key.hex() for each in known.buckets if each.limit == "account"],
    }
    return _next(session, person, ["password"], remembered, device, now, None, None)


def go_on(
    session: Session,
    person: Person,
    *,
    factors: Sequence[str],
    now: datetime,
    pending: SignIn | None = None,
    device: str = "",
    provider_session: str | None = None,
    provider_token: str | None = None,
) -> Step:
    """What comes after *factors* were proved: the second factor, setting one up, or the session.

    *pending*: the sign-in that these factors go on; its own factors count too, and it is used up. Raises
    ``Unauthenticated`` when it was used up before, the person is disabled, or their organisation's provider, which alone
    lets them in, has not: commit all the same, for the refusal is on record.
    """
    _refuse_out_on_record(session, person, now)
    given, remembered = list(factors), dict[str, Any]()
    if pending is not None:
        if pending.person_id not in (None, person.id) or not queries.use_up(session, pending.id):
            raise Unauthenticated(_LATE, code="begin_again")
        given, remembered = [*pending.factors, *factors], recalled(session, pending)
    _refuse_without_provider(session, person, given, now)
    return _next(session, person, given, remembered, device, now, provider_session, provider_token)


def _refuse_out_on_record(session: Session, person: Person, now: datetime) -> None:
    try:
        refuse_if_out(session, person, now=now)
    except Unauthenticated:
        _record_refusal(session, person, "disabled", now)
        raise


def _refuse_without_provider(session: Session, person: Person, given: Collection[str], now: datetime) -> None:
    """Whom an organisation's provider vouches for gets in through it alone: a passkey is no way round being stopped there."""
    if person.provider_id is None or "provider" in given:
        return
    if single_sign_on_queries.is_in_use(session, person.provider_id):
        _record_refusal(session, person, "provider_first", now)
        raise Unauthenticated(_PROVIDER_FIRST, code="provider_first")


def _next(
    session: Session,
    person: Person,
    given: Sequence[str],
    remembered: dict[str, Any],
    device: str,
    now: datetime,
    provider_session: str | None,
    provider_token: str | None,
) -> Step:
    given = list(dict.fromkeys(given))
    provider = {"provider_session": provider_session, "provider_token": provider_token}
    provider = {name: said for name, said in provider.items() if said is not None}
    if not is_complete(given):
        stage: Stage = "second_factor" if second_factors.enrolled(session, person.id) else "enrol"
        token = _wait_for(session, person, stage, given, remembered | provider, now)
        return Step(stage, token, person.ref)
    _forgive(session, person, remembered)
    kept = {name: remembered[name] for name in ("provider_session", "provider_token") if name in remembered} | provider
    begun = sessions.begin(session, person, factors=given, device=device, now=now, **kept)
    return Step("signed_in", begun.token, person.ref, begun.ref)


def is_complete(factors: Collection[str]) -> bool:
    """Whether *factors* prove two things: what somebody knows (or their organisation vouches for) and what they have.

    A passkey proves both by itself: the device, and the finger, face or PIN that opened it.
    """
    given = set(factors)
    if given & {"passkey", "provider_mfa"}:
        return True
    return bool(given & {"password", "provider"}) and bool(given & {"totp", "recovery_code"})


def _wait_for(
    session: Session, person: Person, stage: Stage, given: list[str], remembered: dict[str, Any], now: datetime
) -> str:
    rules = policy.in_force()
    lasts = rules.enrol if stage == "enrol" else rules.step
    return waiting.begin(session, stage, remembered, person_id=person.id, factors=given, now=now, lasts=lasts)


def _forgive(session: Session, person: Person, remembered: dict[str, Any]) -> None:
    keys = keys_of(session)
    passwords_tried = [Bucket(bytes.fromhex(key), "account") for key in remembered.get("buckets", [])]
    throttle.forgive(session, passwords_tried)
    throttle.forgive(session, throttle.for_codes(keys, person.ref, device=remembered.get("device")))


def pending(session: Session, token: str, *, stages: Collection[str], now: datetime) -> SignIn:
    """The sign-in under way with *token*, at one of *stages*. Raises ``Unauthenticated``, code ``begin_again``."""
    found = waiting.find(session, token, stages, now=now)
    if found is None:
        raise Unauthenticated(_LATE, code="begin_again")
    return found


def person_of(session: Session, under_way: SignIn) -> Person:
    """Whose sign-in it is. Raises ``Unauthenticated`` where they were disabled meanwhile."""
    person = queries.person_by_id(session, under_way.person_id or 0)
    if person is None:
        raise Unauthenticated(_LATE, code="begin_again")
    return person


def recalled(session: Session, under_way: SignIn) -> dict[str, Any]:
    """What a sign-in under way knows (its sealed document)."""
    return waiting.known_to(keys_of(session), under_way)


def remember(session: Session, under_way: SignIn, **more: Any) -> None:
    """Add to what a sign-in under way knows, for example where to go afterwards."""
    waiting.know(session, under_way, recalled(session, under_way) | more)


def spend_code(session: Session, under_way: SignIn, person: Person, *, now: datetime) -> int:
    """Count one try of a code before it is looked at; 0, or the seconds to wait (``throttle.refusal`` says so). Commit it."""
    device = recalled(session, under_way).get("device")
    waits = throttle.spend(session, throttle.for_codes(keys_of(session), person.ref, device=device), now=now)
    if waits:
        _record_refusal(session, person, "too_many_codes", now)
    return waits


# --- again, in a session -----------------------------------------------------------------------------------------------


def password_again(database: Database, actor: Actor, password: str, *, now: datetime) -> None:
    """The owner of the session gives the password again, before a sensitive act.

    Raises ``Invalid`` for a wrong one and ``TooMany``. :func:`proved` notes the proof when every factor was given.
    """
    with database.write() as session:
        person = queries.person_by_ref(session, actor.ref)
        waits = spend_proof(session, actor, now=now)
    if waits:
        raise throttle.refusal(waits)
    if not passwords.matches(person.password_hash if person else None, password):
        with database.write() as session:
            _record_refusal(session, person, "password_again", now)
        raise Invalid(_WRONG_AGAIN, fields={"password": [_WRONG_AGAIN]})


def spend_proof(session: Session, actor: Actor, *, now: datetime) -> int:
    """Count one try of proving again; 0, or the seconds to wait. Commit it before judging the try."""
    buckets = throttle.for_proof(keys_of(session), actor.session_ref or actor.ref)
    waits = throttle.spend(session, buckets, now=now)
    if waits:
        audit.record(session, actor, Event.SIGN_IN_REFUSED, actor.ref, now=now, details={"because": "too_many"})
    return waits


def proved(session: Session, actor: Actor, *, factors: Sequence[str], now: datetime) -> None:
    """*actor* has just given *factors* again: sensitive acts go on for a while. Raises ``Unauthenticated``."""
    ref = actor.session_ref or ""
    sessions.prove_again(session, ref, factors=factors, now=now)
    throttle.forgive(session, throttle.for_proof(keys_of(session), ref))
    audit.record(session, actor, Event.SESSION_PROVED, ref, now=now, details={"factors": list(factors)})


# --- refusals -----------------------------------------------------------------------------------------------------------


def refuse_if_out(session: Session, person: Person, *, now: datetime) -> None:
    """Refuse somebody disabled, or whose organisation is closed. Raises ``Unauthenticated``."""
    if refusal := sessions.refusal_of(person, sessions.organisation_of(session, person), now=now):
        raise Unauthenticated(refusal, code="sign_in_refused")


def _record_refusal(session: Session, person: Person | None, because: str, now: datetime) -> None:
    guest = Actor(kind="guest", ref="guest", organisation_id=person.organisation_id if person else None)
    subject = person.ref if person else NOBODY
    audit.record(session, guest, Event.SIGN_IN_REFUSED, subject, now=now, details={"because": because})


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop sign-ins whose time is over, and failures that are forgotten."""
    queries.forget_sign_ins(session, now)
    queries.forget_buckets(session, now - policy.in_force().throttle.forget)
