"""The event feed: what concerns an organisation, in an order that never changes behind a reader's back.

Events are written unordered in the transactions they tell of. One job at a time gives positions to what has committed, so a
reader who has seen position n has seen everything before it: ids cannot promise that, for transactions commit out of order.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.notify import inbox_queries as queries
from hub.notify.models import FeedEvent

_PLACED_AT_ONCE: Final = 1_000


def place_events_once(database: Database) -> int:
    """Give positions to events that have committed; return how many (0 as well when another process is at it)."""
    with database.read() as session:
        if not queries.unplaced(session, at_most=1):
            return 0
    with database.write() as session:
        if not queries.only_placer(session, is_sqlite=database.is_sqlite):
            return 0
        waiting = queries.unplaced(session, at_most=_PLACED_AT_ONCE)
        if waiting:
            queries.place(session, waiting)
        return len(waiting)


def events_after(session: Session, actor: Actor, *, cursor: str | None, at_most: int) -> Sequence[FeedEvent]:
    """The actor's organisation's events after the one with the reference *cursor* (``None``: from the first).

    Raises ``Invalid`` for a cursor that is none of its events.
    """
    after = queries.position_of(session, actor.organisation, cursor) if cursor else 0
    if after is None:
        sentence = "This cursor is none of your events. Send the reference of the last event you have seen, or none."
        raise Invalid(sentence, fields={"cursor": [sentence]})
    return queries.events_of(session, actor.organisation, after=after, at_most=at_most)
