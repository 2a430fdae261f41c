"""Who was told that they may not: each refusal (403) of somebody known is on record, and no flood of them.

What one may not *see* looks as if it did not exist (404) and is an ordinary answer; a 403 says that somebody tried what their
roles, their scopes or their kind of organisation do not allow. So many a minute of one actor are recorded, and what is beyond
goes to the log alone: the record must not be a way to fill the disk.
"""

from typing import Final

from flask import Flask, Response, g, request

from hub.access.admission import present_view
from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import TooMany
from hub.core.http import resource
from hub.core.ids import is_any_ref
from hub.core.limits import RateLimits
from hub.core.logs import log

RECORDED_PER_MINUTE: Final = 10
_ASKED_TO_PROVE: Final = "proof_needed"


def install(app: Flask) -> None:
    """Record refusals after the answer was made, in a transaction of their own."""
    app.after_request(note_denial)


def note_denial(response: Response) -> Response:
    """Record *response* where it refuses somebody known."""
    actor: Actor | None = g.get("actor")
    if response.status_code == 403 and actor is not None:
        code = (response.get_json(silent=True) or {}).get("code") if response.is_json else None
        if code != _ASKED_TO_PROVE:
            _record(actor, code)
    return response


def _record(actor: Actor, code: str | None) -> None:
    now, permission = utc_now(), getattr(present_view(), "permission", None)
    try:
        resource(RateLimits).spend(f"denials {actor.ref}", RECORDED_PER_MINUTE, now=now)
    except TooMany:
        log(__name__).warning("denial.not_recorded", actor=actor.ref, permission=permission)
        return
    said = {"permission": permission, "code": code}
    with resource(Database).write() as session:
        audit.record(session, actor, Event.PERMISSION_DENIED, _subject(actor), now=now, details=said)


def _subject(actor: Actor) -> str:
    """What was asked for, where the address names a reference; else who asked."""
    named = [str(value) for value in (request.view_args or {}).values()]
    return next((value for value in named if is_any_ref(value)), actor.ref)
