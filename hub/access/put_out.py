"""Whoever still comes with a session or a key that somebody ended: refused like any who is unknown, and on record.

What ran out by itself is an ordinary thing; what was revoked may be in the hands of a thief. It is recorded once an hour at most,
and not when a page that was left open asks for itself again: the record must not be a way to fill the disk.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import Request

from hub.access import browser, queries, sessions
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.limits import Allowance, take

EVERY_SECONDS: Final = 3600


def note_session(asked: Request) -> None:
    """Record that the session of *asked* was refused, if somebody had ended it, or disabled its owner."""
    token = browser.session_token(asked)
    if token is None or browser.refreshes_itself(asked):
        return
    with resource(Database).read() as session:
        found = sessions.put_out(session, token)
    if found is not None:
        said = {"because": found.because, "person": found.person_ref}
        _record(Event.SESSION_REFUSED, found.ref, found.organisation_id, said)


def note_key(holder: queries.Holder) -> None:
    """Record that the key of *holder*, who has its secret, was refused, if somebody revoked it or disabled its client."""
    because = "revoked" if holder.revoked_at is not None else "disabled" if holder.disabled_at is not None else None
    if because is not None:
        said = {"because": because, "prefix": holder.prefix}
        _record(Event.KEY_REFUSED, holder.client_ref, holder.organisation_id, said)


def _record(event: Event, ref: str, organisation_id: int, said: Mapping[str, Any]) -> None:
    now = utc_now()
    # Whoever holds the token or the key need not be its owner: so it is nobody's act.
    guest = Actor(kind="guest", ref="guest", organisation_id=organisation_id)
    once = Allowance(f"{event.label} {said.get('prefix', ref)}", 1, EVERY_SECONDS)
    with resource(Database).write() as session:
        if take(session, [once], now=now) is None:
            audit.record(session, guest, event, ref, now=now, details=said)
