"""How guessing is slowed, without a way to lock somebody else out.

Failures are counted per *bucket*, in the database, so that they hold over all processes. The bucket of a password is the account
*as seen from one network*; a second one is the network itself, for those who try one password on many accounts. A browser
from which somebody has signed in before is known by a signed cookie, and has a bucket of its own: whoever guesses
elsewhere delays nobody there. An account that does not exist has buckets like any other.

A try is counted before it is judged, and forgiven when it was right: so a hundred guesses at once are a hundred failures.
Codes of the second factor are few enough to be guessed from many networks, by one who has the password already; these
are counted per account, but again not for a known browser.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy.orm import Session

from hub.access import policy
from hub.access.sign_in import queries as sign_in_queries
from hub.core.errors import TooMany
from hub.core.secrets import KeyRing
from hub.core.sentences import worded

Limit = Literal["account", "network", "codes"]
_MOST_DOUBLINGS: Final = 30
_PEOPLE_A_DEVICE: Final = 8
_PROOF_LETTERS: Final = 32


@dataclass(frozen=True)
class Bucket:
    """Where tries are counted: a keyed hash, from which neither an address nor an account can be read."""

    key: bytes
    limit: Limit

    @property
    def free(self) -> int:
        """How many failures cost no wait."""
        rules = policy.in_force()
        free = {"account": rules.throttle.account_failures, "network": rules.throttle.network_failures}
        return free.get(self.limit, rules.wrong_codes)


def for_password(keys: KeyRing, account: str, *, network: str, device: str | None) -> list[Bucket]:
    """The buckets of a password tried on *account* (any text that stands for it alone)."""
    if device is not None:
        return [_bucket(keys, "account", f"{account}\x1fdevice\x1f{device}")]
    return [_bucket(keys, "account", f"{account}\x1fnetwork\x1f{network}"), _bucket(keys, "network", network)]


def for_codes(keys: KeyRing, person_ref: str, *, device: str | None) -> list[Bucket]:
    """The bucket of codes tried by one who has given *person_ref*'s password."""
    return [_bucket(keys, "codes", f"{person_ref}\x1f{device or ''}")]


def for_proof(keys: KeyRing, session_ref: str) -> list[Bucket]:
    """The bucket of what is tried to prove again, in a session, that it is its owner."""
    return [_bucket(keys, "codes", f"again\x1f{session_ref}")]


def _bucket(keys: KeyRing, limit: Limit, text: str) -> Bucket:
    return Bucket(keys.blind("sign-in throttle", f"{limit}\x1f{text}"), limit)


def spend(session: Session, buckets: Iterable[Bucket], *, now: datetime) -> int:
    """Count one try in each bucket before it is judged; 0. Or, where one waits, count nothing: the seconds to wait.

    Commit it before judging the try.
    """
    held = [(each, _failures(session, each, now)) for each in sorted(buckets, key=lambda each: each.key)]
    seconds = max((left for _, (_, left) in held), default=0)
    if seconds == 0:
        for bucket, (failures, _) in held:
            waits = _wait(failures + 1 - bucket.free)
            sign_in_queries.count_failure(session, bucket.key, failures + 1, now, now + waits if waits else None)
    return seconds


def _failures(session: Session, bucket: Bucket, now: datetime) -> tuple[int, int]:
    """How many failures stand in the bucket, and how many seconds it waits. Others' tries wait for this transaction."""
    row = sign_in_queries.held_bucket(session, bucket.key)
    if row.last_at <= now - policy.in_force().throttle.forget:
        return 0, 0
    left = (row.waits_until - now).total_seconds() if row.waits_until else 0.0
    return row.failures, int(left) + 1 if left > 0 else 0


def _wait(beyond: int) -> timedelta:
    """The wait after the failure that is *beyond* what is free (0: the last that is)."""
    rules = policy.in_force().throttle
    return min(rules.first_wait * 2 ** min(beyond, _MOST_DOUBLINGS), rules.longest_wait) if beyond >= 0 else timedelta()


def forgive(session: Session, buckets: Sequence[Bucket]) -> None:
    """The try was right: the account's failures are forgotten; of the network's, this one alone."""
    for bucket in buckets:
        if bucket.limit == "network":
            sign_in_queries.forgive_one(session, bucket.key, bucket.free)
        else:
            sign_in_queries.forget_bucket(session, bucket.key)


def refusal(seconds: int) -> TooMany:
    """What to say to somebody who has to wait."""
    minutes = -(-seconds // 60)
    told = worded("{count} seconds", count=seconds) if seconds < 120 else worded("{count} minutes", count=minutes)
    return TooMany(
        worded(
            "Too many tries from where you are. Wait {told}, then try again. A browser in which you signed in before does "
            "not have to wait for what others do.",
            told=told,
        ),
        retry_after_seconds=seconds,
    )


def known_device(keys: KeyRing, cookie: str | None, person_ref: str) -> str | None:
    """The browser's number, where *cookie* proves that *person_ref* has signed in from it before."""
    number, *proofs = (cookie or "").split(".")
    genuine = [each.hex()[:_PROOF_LETTERS] for each in keys.digests(_device_said(number, person_ref))]
    return number if number and any(proof in genuine for proof in proofs) else None


def device_cookie(keys: KeyRing, cookie: str | None, person_ref: str, *, number: str) -> str:
    """*cookie*, after *person_ref* has signed in from this browser: a new *number* where it had none worth keeping.

    A browser in a control room is shared: it keeps proofs for the last eight people.
    """
    held, *proofs = (cookie or "").split(".")
    proofs = [proof for proof in proofs if len(proof) == _PROOF_LETTERS]
    if not (held.isascii() and held.isalnum() and 16 <= len(held) <= 64):
        held, proofs = number, []
    own = keys.digest(_device_said(held, person_ref)).hex()[:_PROOF_LETTERS]
    return ".".join([held, own, *[proof for proof in proofs if proof != own][: _PEOPLE_A_DEVICE - 1]])


def _device_said(number: str, person_ref: str) -> bytes:
    return f"device\x1f{number}\x1f{person_ref}".encode("utf-8", "replace")
