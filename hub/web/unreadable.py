"""A record that does not open: whoever asked is told so, and the operator finds its reference in the log and the audit.

Whichever part of the hub answers refusals at an address (the API with a problem document, pages with a page), it answers this
one too; here it is recorded first.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, g
from sqlalchemy.exc import SQLAlchemyError

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.http import resource
from hub.core.logs import log
from hub.core.secrets import SealBroken

Answer = Callable[[Any], Any]


def install(app: Flask) -> None:
    """Put the recording before every handler of refusals that *app* and its blueprints have by now."""
    for by_code in list(app.error_handler_spec.values()):
        answer = by_code[None].get(HubError)
        if answer is not None:
            by_code[None][SealBroken] = _recording(answer)


def _recording(answer: Answer) -> Answer:
    def recorded(error: SealBroken) -> Any:
        record(error)
        return answer(error)

    return recorded


def record(error: SealBroken) -> None:
    """Log it, and put it on record in a transaction of its own: the one that met it has stored nothing."""
    log(__name__).error("record.unreadable", record=error.ref)
    try:
        with resource(Database).write() as session:
            actor = g.get("actor") or SYSTEM
            audit.record(
                session, actor, Event.RECORD_UNREADABLE, error.ref, now=utc_now(), details={"found_by": "request"}
            )
    except SQLAlchemyError as fault:
        log(__name__).error("record.unreadable_not_recorded", record=error.ref, fault=fault)
