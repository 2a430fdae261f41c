"""A form posted when the session had ended is held, sealed, for a quarter of an hour, and given back to the same person alone.

It is bound to the person and to the session that the form was made for, whose token their browser still has: a form that
somebody else plants, or a reference that somebody else learns, shows nothing. It is never sent by itself: its owner looks at it
and presses a button (ADR 0020).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.access import sessions
from hub.access.held_forms import queries
from hub.core.db import Database, keys_of
from hub.core.ids import is_ref, new_ref

KEPT: Final = timedelta(minutes=15)
LONGEST: Final = 500_000
"""Characters in all: more than the longest notice."""
MOST_EACH: Final = 5
"""Of one person: as many tabs."""
_PREFIX: Final = "hld"


@dataclass(frozen=True)
class Filling:
    """A form as it was sent: where to, what was in its controls, in their order, and which of them held files."""

    path: str
    fields: Sequence[tuple[str, str]] = field(repr=False)
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Held:
    """A held form, as its owner gets it back."""

    ref: str
    filling: Filling
    expires_at: datetime
    is_expired: bool


def hold(session: Session, person_ref: str, filling: Filling, *, token: str, now: datetime) -> str | None:
    """Hold *filling* for *person_ref* at the browser that has *token*; return its reference, or nothing where it is too long.

    The sixth of one person takes the place of their oldest.
    """
    if sum(len(name) + len(value) for name, value in filling.fields) > LONGEST:
        return None
    ref = new_ref(_PREFIX)
    content = {"person": person_ref, "path": filling.path, "fields": filling.fields, "files": filling.files}
    row: dict[str, Any] = {
        "ref": ref,
        "person_ref": person_ref,
        "browser_hash": sessions.hash_of(token),
        "sealed": keys_of(session).seal(ref, content),
        "held_at": now,
        "expires_at": now + KEPT,
    }
    queries.add(session, row)
    queries.drop(session, queries.newest_refs(session, person_ref)[MOST_EACH:], person_ref)
    return ref


def held_for(session: Session, ref: str, person_ref: str, *, tokens: Collection[str], now: datetime) -> Held | None:
    """The held form *ref*, if it is this person's and was made in the browser that has *tokens*; else nothing."""
    row = queries.held(session, ref) if is_ref(ref, _PREFIX) else None
    if row is None or row.person_ref != person_ref or row.browser_hash not in map(sessions.hash_of, tokens):
        return None
    content = keys_of(session).open(row.ref, row.sealed)
    if content["person"] != person_ref:
        return None
    fields = [(name, value) for name, value in content["fields"]]
    filling = Filling(content["path"], fields, content["files"])
    return Held(row.ref, filling, row.expires_at, is_expired=row.expires_at <= now)


def drop(session: Session, ref: str, person_ref: str) -> None:
    """Drop a held form of this person's, whose content was taken, or is not wanted any more. Again changes nothing."""
    if is_ref(ref, _PREFIX):
        queries.drop(session, [ref], person_ref)


def forget_expired_once(database: Database, *, now: datetime) -> int:
    """Delete what nobody can have any more; return how many there were."""
    with database.write() as session:
        return queries.drop_expired(session, now)
