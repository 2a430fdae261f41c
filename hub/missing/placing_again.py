"""A child whom the police described turns out to be one whom the hub knows: the episode, and its placement, become that child's.

The placement that was made for the description is combined with the known one, by what combines two notices' placements; where
none was made, the child's row alone is merged. Both can be undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import StateConflict
from hub.duties.rulebook import Rulebook
from hub.missing import queries
from hub.missing.models import EpisodeMatch, MissingEpisode
from hub.missing.subjects import subject_of_placement
from hub.registry import placement_queries
from hub.registry.links import merging as link_merging
from hub.registry.links import queries as link_queries
from hub.registry.models import Match

_ABOUT = ("child_id", "placement_id", "placing_authority_id", "host_authority_id", "provider_id", "is_discovered")


@dataclass(frozen=True)
class _Sides:
    """The two placements, as what combines them asks for them. No match of notices has the number 0."""

    placement_id: int
    own_placement_id: int | None
    id: int = 0


def place(session: Session, actor: Actor, match: EpisodeMatch, *, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Make the episode of *match* one of the child in its placement; return what is needed to undo it."""
    if match.placement_id is None:
        raise StateConflict("There is nothing to join: no placement is named.")
    episode = queries.locked(session, queries.root_id_of(session, match.episode_id))
    undo: dict[str, Any] = {"about": {name: getattr(episode, name) for name in _ABOUT}}
    known = placement_queries.placement_by_id(session, match.placement_id)
    if episode.placement_id is not None and episode.placement_id != known.id:
        undo["own_placement"] = episode.placement_id
        undo["placements"] = link_merging.merge(
            session, actor, _sides(known.id, episode.placement_id), rules=rules, now=now
        )
    elif episode.child_id is not None:
        undo["children"] = _one_child(session, episode.child_id, known.child_id)
    subject = subject_of_placement(session, placement_queries.placement_by_id(session, known.id))
    _change(session, episode, {**subject.columns(), "child_id": known.child_id})
    if subject.force is not None:
        queries.add_forces(session, episode.id, [(subject.force.id, "placed")])
    return undo


def take_back(
    session: Session, actor: Actor, match: EpisodeMatch, undo: Mapping[str, Any], *, rules: Rulebook, now: datetime
) -> None:
    """The episode is of the child as described again."""
    if "placements" in undo and match.placement_id is not None:
        sides = _sides(match.placement_id, undo["own_placement"])
        link_merging.unmerge(session, actor, sides, undo["placements"], rules=rules, now=now)
    for child_id, into_id in undo.get("children", ()):
        link_queries.merge_children(session, [child_id], into_id)
    episode = queries.locked(session, queries.root_id_of(session, match.episode_id))
    _change(session, episode, undo["about"])


def _sides(known_id: int, own_id: int) -> Match:
    return cast(Match, _Sides(known_id, own_id))


def _one_child(session: Session, described: int, known: int) -> list[list[int | None]]:
    source, target = link_queries.root_of(session, described), link_queries.root_of(session, known)
    if source == target:
        return []
    followers = link_queries.merged_into(session, source)
    link_queries.merge_children(session, [source, *followers], target)
    before: list[list[int | None]] = [[source, None]]
    before.extend([follower, source] for follower in followers)
    return before


def _change(session: Session, episode: MissingEpisode, values: Mapping[str, Any]) -> None:
    if not queries.change_episode(session, episode.id, episode.version, values):
        raise StateConflict("This missing episode has just been changed by somebody else. Read it again.")
