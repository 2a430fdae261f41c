"""A ladder is saved by one person or by two: done, or kept as a proposal (``proposals.takes_two``)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.directory import proposals
from hub.directory import queries as directory
from hub.directory.models import Proposal
from hub.duties.rulebook import Rulebook
from hub.notify import ladders
from hub.notify.models import Ladder


def save(
    session: Session,
    actor: Actor,
    name: str,
    rungs: Sequence[Mapping[str, Any]],
    *,
    seen: int | None = None,
    rules: Rulebook,
    now: datetime,
) -> Ladder | Proposal:
    """``ladders.save_ladder`` for the actor's own organisation, or the proposal of it.

    *seen*: which of its own versions was read; ``None``: whichever is newest now. Raises as ``save_ladder``.
    """

    def act() -> Ladder:
        return ladders.save_ladder(session, actor, name, rungs, seen=seen, rules=rules, now=now)

    own = directory.by_ids(session, [actor.organisation])[actor.organisation]
    if not proposals.takes_two(actor, own):
        return act()
    read = ladders.own_version(session, actor, name) if seen is None else seen
    content = {"body": {"rungs": [dict(rung) for rung in rungs]}, "seen": read}
    return proposals.propose(
        session, actor, organisation=own, act="ladder.save", subject_ref=name, content=content, trial=act, now=now
    )
