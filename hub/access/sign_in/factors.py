"""Second factors: what a person has, what they need, and how one is added, used and removed.

The app (``totp``) and each passkey are second factors; recovery codes stand in for them. Adding or removing one needs a recent
proof of all factors, so that a screen left open is not enough. The last one cannot be removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.access import policy
from hub.access.models import Passkey, Person
from hub.access.sign_in import factor_queries as queries
from hub.access.sign_in import passkeys, recovery_codes, totp
from hub.access.sign_in.passkeys import Answered, Purpose, Refused, RelyingParty
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import NotFound, StateConflict
from hub.core.sentences import worded

GUEST: Final = Actor(kind="guest", ref="guest")
BEGIN_AGAIN: Final = worded("That was the last try. Begin again with your e-mail address and password.")


@dataclass(frozen=True)
class Standing:
    """A person's factors: since when the app, which passkeys, how many recovery codes are left."""

    app_since: datetime | None
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def is_last(self) -> bool:
        """Whether there is but one, which therefore cannot be removed."""
        return (self.app_since is not None) + len(self.passkeys) <= 1


def required(person: Person) -> bool:
    """Whether *person* must have a second factor: whoever holds a role, for each sees children or lets others see them."""
    return bool(person.roles)


def enrolled(session: Session, person_id: int) -> set[str]:
    """Which second factors a person has: of ``totp`` and ``passkey``. Recovery codes stand in for one and are none."""
    app = queries.totp(session, person_id)
    has_app = app is not None and app.confirmed_at is not None
    return ({"totp"} if has_app else set()) | ({"passkey"} if queries.passkeys(session, person_id) else set())


def standing(session: Session, person: Person) -> Standing:
    """Every factor of *person*, for their own page."""
    app = queries.totp(session, person.id)
    since = app.confirmed_at if app is not None else None
    return Standing(since, queries.passkeys(session, person.id), recovery_codes.left(session, person))


# --- used: to sign in, or to prove again -------------------------------------------------------------------------------


def check_code(
    session: Session, person: Person, code: str, *, sign_in_id: int | None, phone_now: datetime, now: datetime
) -> str | Refused:
    """Which factor *code* is: ``totp`` or ``recovery_code``; or why it was refused. Commit whatever comes of it.

    A try of the sign-in is counted before the code is looked at, over all processes; the policy says how many there are.
    *phone_now* is the machine's own time, which the person's telephone has.
    """
    if sign_in_id is not None and not queries.take_try(session, sign_in_id, at_most=policy.in_force().wrong_codes):
        return _refused(session, person, Refused("too_many_tries", BEGIN_AGAIN, may_try_again=False), now)
    if recovery_codes.looks_like_one(code):
        if recovery_codes.use(session, person, code, now=now):
            return "recovery_code"
        return _refused(session, person, _wrong(session, sign_in_id, "recovery_code"), now)
    if totp.check(session, person, code, phone_now=phone_now):
        return "totp"
    return _refused(session, person, _wrong(session, sign_in_id, "totp"), now)


def _wrong(session: Session, sign_in_id: int | None, factor: str) -> Refused:
    cure = (
        worded("That recovery code is not good. Check it letter by letter; each works once.")
        if factor == "recovery_code"
        else worded("That code is not right, or was used before. Enter the one that the app shows now.")
    )
    if sign_in_id is None:
        return Refused(f"wrong_{factor}", cure)
    left = policy.in_force().wrong_codes - queries.tries_taken(session, sign_in_id)
    if left == 0:
        return Refused(
            f"wrong_{factor}", worded("That code is not right. {cure}", cure=BEGIN_AGAIN), may_try_again=False
        )
    if left == 1:
        return Refused(f"wrong_{factor}", worded("{cure} You have 1 more try.", cure=cure))
    return Refused(f"wrong_{factor}", worded("{cure} You have {left} more tries.", cure=cure, left=left))


def check_passkey(
    session: Session, token: str, answer: str, *, purpose: Purpose, party: RelyingParty, now: datetime
) -> Answered | Refused:
    """As :func:`hub.access.sign_in.passkeys.authenticate`, and a refusal is recorded. Commit whatever comes of it."""
    outcome = passkeys.authenticate(session, token, answer, purpose=purpose, party=party, now=now)
    if isinstance(outcome, Refused):
        details = {"because": outcome.because}
        audit.record(session, GUEST, Event.FACTOR_REFUSED, outcome.about or "passkey", now=now, details=details)
    return outcome


def _refused(session: Session, person: Person, refused: Refused, now: datetime) -> Refused:
    _record_refusal(session, person, refused.because, now)
    return refused


def _record_refusal(session: Session, person: Person, because: str, now: datetime) -> None:
    audit.record(session, _self(person), Event.FACTOR_REFUSED, person.ref, now=now, details={"because": because})


# --- added ------------------------------------------------------------------------------------------------------------


def add_app(session: Session, person: Person, code: str, *, phone_now: datetime, now: datetime) -> bool:
    """Take the app that was proposed, if *code* is one of its codes. Commit whatever comes of it: a refusal is on record."""
    if not totp.confirm(session, person, code, phone_now=phone_now, now=now):
        _record_refusal(session, person, "wrong_totp", now)
        return False
    _record(session, person, Event.FACTOR_ADDED, "totp", now)
    return True


def add_passkey(
    session: Session, person: Person, token: str, answer: str, *, name: str, party: RelyingParty, now: datetime
) -> str | Refused:
    """Keep a passkey under *name*; its reference, or why not."""
    outcome = passkeys.register(session, person, token, answer, name=name, party=party, now=now)
    if isinstance(outcome, Refused):
        return _refused(session, person, outcome, now)
    _record(session, person, Event.FACTOR_ADDED, "passkey", now, passkey=outcome)
    return outcome


def new_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Ten recovery codes in place of those before, to be shown once."""
    codes = recovery_codes.make(session, person, now=now)
    _record(session, person, Event.FACTOR_ADDED, "recovery_codes", now)
    return codes


# --- removed ----------------------------------------------------------------------------------------------------------


def remove_app(session: Session, person: Person, *, now: datetime) -> None:
    """Remove the app. Raises ``StateConflict`` when it is the last factor; removing none changes nothing."""
    _refuse_last(session, person)
    if queries.remove_totp(session, person.id):
        _record(session, person, Event.FACTOR_REMOVED, "totp", now)


def remove_passkey(session: Session, person: Person, ref: str, *, now: datetime) -> None:
    """Remove one passkey. Raises ``NotFound`` for one that is not the person's, ``StateConflict`` for their last factor."""
    if ref not in {each.ref for each in queries.passkeys(session, person.id)}:
        raise NotFound(worded("You have no such passkey. Your account lists those that you have."))
    _refuse_last(session, person)
    if queries.remove_passkey(session, person.id, ref):
        _record(session, person, Event.FACTOR_REMOVED, "passkey", now, passkey=ref)


def forget_all(session: Session, actor: Actor, person: Person, *, now: datetime) -> None:
    """Remove every factor of somebody who has lost them all: at the next sign-in they set up new ones.

    For the administrator's act, which needs a recent proof of the administrator; the password still is asked for.
    """
    removed = [name for name in sorted(enrolled(session, person.id))]
    queries.remove_totp(session, person.id)
    queries.remove_passkeys(session, person.id)
    queries.remove_codes(session, person.id)
    audit.record(session, actor, Event.FACTOR_REMOVED, person.ref, now=now, details={"all_of": removed})


def _refuse_last(session: Session, person: Person) -> None:
    """Two removals at once take turns at the person's row: each sees what the other left."""
    queries.person_by_id(session, person.id, lock=True)
    if required(person) and queries.count_factors(session, person.id) <= 1:
        raise StateConflict(worded("This is your last second factor. Add another first, then remove this one."))


def _record(session: Session, person: Person, event: Event, factor: str, now: datetime, **more: str) -> None:
    audit.record(session, _self(person), event, person.ref, now=now, details={"factor": factor} | more)


def _self(person: Person) -> Actor:
    return Actor(kind="person", ref=person.ref, organisation_id=person.organisation_id)
