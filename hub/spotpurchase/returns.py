"""Returns after which an interview is owed and nobody has asked for one: where the broker's work begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.missing import queries as episode_queries
from hub.missing.views import EpisodeBrief, read_briefs
from hub.spotpurchase import return_queries


@dataclass(frozen=True)
class Unasked:
    """An episode that has ended, and when its 72 hours end."""

    episode: EpisodeBrief
    latest_at: datetime | None


def unasked(session: Session, actor: Actor, *, at_most: int, now: datetime) -> list[Unasked]:
    """The returns for which the actor's council owes an interview and has asked for none; the reading is recorded.

    Those whose 72 hours still run come first, the least time left first of all.
    """
    rows = return_queries.unasked(session, actor.organisation, now=now, at_most=at_most)
    briefs = read_briefs(session, actor, [row.id for row in rows], now=now)
    return [Unasked(briefs[row.id], row.due_at) for row in rows]


def count_unasked(session: Session, actor: Actor, *, now: datetime, at_most: int = 1000) -> int:
    """How many there are, up to a bound."""
    return len(return_queries.unasked(session, actor.organisation, now=now, at_most=at_most))


def others_of(session: Session, actor: Actor, child_id: int, *, but_for: Sequence[int], now: datetime) -> list[Unasked]:
    """Other returns of the same child for which an interview is owed and none was asked for."""
    child = episode_queries.same_child(session, child_id)
    rows = return_queries.unasked(session, actor.organisation, child_ids=child, now=now, at_most=10)
    others = [row for row in rows if row.id not in but_for]
    briefs = read_briefs(session, actor, [row.id for row in others], now=now)
    return [Unasked(briefs[row.id], row.due_at) for row in others]
