"""Sign-ins under way: a row that waits some minutes, found by a random token, with what it alone knows sealed for that row.

What is sealed is bound to the hash of the row's token, so that nobody who can write to the database gives one sign-in the
challenge, the nonce or the way on of another.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.models import SignIn
from hub.access.sign_in import queries
from hub.core.db import keys_of
from hub.core.secrets import KeyRing


def begin(
    session: Session,
    stage: str,
    known: Mapping[str, Any],
    *,
    now: datetime,
    lasts: timedelta,
    person_id: int | None = None,
    provider_id: int | None = None,
    factors: Sequence[str] = (),
) -> str:
    """Let a sign-in wait at *stage*, knowing *known*; the token by which its browser comes back, which is nowhere kept."""
    token = sessions.new_token()
    token_hash = sessions.hash_of(token)
    row = {
        "token_hash": token_hash,
        "stage": stage,
        "person_id": person_id,
        "provider_id": provider_id,
        "factors": list(factors),
        "sealed": keys_of(session).seal(_bound_to(token_hash), dict(known)),
        "wrong_codes": 0,
        "began_at": now,
        "ends_at": now + lasts,
    }
    queries.add(session, row)
    return token


def find(session: Session, token: str, stages: Collection[str], *, now: datetime) -> SignIn | None:
    """The sign-in that waits for *token* at one of *stages*, while its time is not over."""
    return queries.under_way(session, sessions.hash_of(token), stages, now) if token else None


def take(session: Session, token: str, stage: str) -> queries.Taken | None:
    """Take the sign-in that waits for *token* at *stage* out, once, whether or not its time is over."""
    return queries.take(session, sessions.hash_of(token), stage) if token else None


def known_to(keys: KeyRing, row: SignIn | queries.Taken) -> dict[str, Any]:
    """What the sign-in knows. Raises ``SealBroken`` for what was sealed for another."""
    found: dict[str, Any] = keys.open(_bound_to(row.token_hash), row.sealed) if row.sealed else {}
    return found


def know(session: Session, row: SignIn, known: Mapping[str, Any]) -> None:
    """Let the sign-in know *known* from now on, and nothing else."""
    queries.keep(session, row.id, keys_of(session).seal(_bound_to(row.token_hash), dict(known)))


def _bound_to(token_hash: bytes) -> str:
    """As ``SignIn.sealed`` says that it is sealed."""
    return f"sign_in {token_hash.hex()}"
