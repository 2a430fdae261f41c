"""One act over HTTP, answered with what it made: what the APIs of interviews and of their reports share."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.idempotency import Once
from hub.duties.rulebook import Rulebook


def done(
    once: Once,
    actor: Actor,
    act: Callable[..., Any],
    ref: str,
    body: dict[str, Any],
    seen: Callable[[Session, Actor, Any], Any],
) -> Any:
    """Do *act* to *ref* once, and answer with what it made, as the actor may see it."""
    now, rules = utc_now(), resource(Rulebook)

    def do(session: Session) -> Any:
        return seen(session, actor, act(session, actor, ref, **body, rules=rules, now=now))

    with resource(Database).write() as session:
        return once(session, lambda: do(session))
