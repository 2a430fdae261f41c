"""After something was said or taken back: where the episode stands now, and what everybody owes by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound, StateConflict
from hub.core.ids import is_ref
from hub.duties.rulebook import Rulebook
from hub.missing import duties, queries, telling
from hub.missing.account import account_of
from hub.missing.models import MissingEpisode
from hub.missing.states import EPISODE, STANDING, move_to
from hub.missing.thresholds import meetings_for

NOT_SEEN = "There is no missing episode with this reference that you can see."


class Follower(Protocol):
    """What rests on an episode, and is brought in line in the transaction in which the episode was settled."""

    def __call__(self, session: Session, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> None: ...


FOLLOWERS: Final[list[Follower]] = []
"""Packages that may import this one, and that this one may not import, enter themselves when they are loaded (interviews)."""


def root_seen_by(session: Session, actor: Actor, ref: str) -> MissingEpisode:
    """The episode *ref*, or the one it was merged into, kept from other writers. Raises ``NotFound`` for who is no party."""
    seen = queries.seen_by(session, ref, actor.organisation) if is_ref(ref, "mis") else None
    if seen is None:
        raise NotFound(NOT_SEEN)
    return queries.locked(session, queries.root_id_of(session, seen.id))


def own_id(session: Session, actor: Actor, episode: MissingEpisode) -> int:
    """Of an episode of several reports the part that the actor's organisation reported, so that parting them parts this too."""
    reports = queries.reports_of(session, queries.group_of(session, episode.id))
    own = [each.episode_id for each in reports if each.organisation_id == actor.organisation]
    return own[0] if own else episode.id


def refuse_unless_standing(episode: MissingEpisode) -> None:
    """Raise ``StateConflict`` where the episode was withdrawn: nothing more is said of it until a report stands again."""
    if episode.state not in STANDING:
        raise StateConflict("This report was withdrawn. If the child is missing, report it anew.")


def settle(session: Session, actor: Actor, root_id: int, *, rules: Rulebook, now: datetime) -> MissingEpisode:
    """Put the episode where what was said of it puts it, and bring what is owed in line; the row as it is then."""
    restand(session, root_id)
    episode = queries.locked(session, root_id)
    meetings = meetings_for(session, episode, rules=rules, now=now)
    duties.bring_in_line(session, actor, episode, meetings, rules=rules, now=now)
    for follow in FOLLOWERS:
        follow(session, episode, rules=rules, now=now)
    telling.quiet(session, episode, now=now)
    return episode


def restand(session: Session, root_id: int) -> None:
    """Put the episode where what was said of it, and of those merged into it, puts it."""
    episode, ids = queries.locked(session, root_id), queries.group_of(session, root_id)
    account = account_of(
        queries.reports_of(session, ids), queries.grades_of(session, ids), queries.steps_of(session, ids)
    )
    values = {name: value for name, value in vars(account).items() if name != "state"}
    move(session, episode, account.state, values)


def move(session: Session, episode: MissingEpisode, state: str, values: Mapping[str, Any]) -> None:
    """Change the row, and its state where it is another: one guarded UPDATE. Raises ``StateConflict`` for who comes second."""
    same = (MissingEpisode.id == episode.id) & (MissingEpisode.version == episode.version)
    if episode.state == state:
        if not queries.change_episode(session, episode.id, episode.version, values):
            raise StateConflict("This missing episode has just been changed by somebody else. Read it again.")
        return
    action = move_to(episode.state, state)
    EPISODE.apply_one(session, MissingEpisode, action, same, {**values, "version": episode.version + 1})
