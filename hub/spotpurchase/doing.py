"""One act over HTTP, done once and answered with what it made: what the APIs of requests, interviews and reports share."""

from collections.abc import Callable, Mapping
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
    about: Any,
    body: Mapping[str, Any],
    seen: Callable[[Session, Actor, Any], Any],
) -> Any:
    """Do *act* once, and answer with what it made, as the actor may see it.

    *about*: to what it is done, mostly a reference; *body*: by name what else it takes.
    """
    now, rules = utc_now(), resource(Rulebook)

    def do(session: Session) -> Any:
        return seen(session, actor, act(session, actor, about, **body, rules=rules, now=now))

    with resource(Database).write() as session:
        return once(session, lambda: do(session))
