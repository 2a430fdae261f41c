"""From whom is a shielded child withheld? From every police force, whatever its part: its people could look for the child for
reasons of their own.

However a force comes upon a shielded child (a look-up, a notice it was sent, a placement, a file, a marker, a missing episode),
it is told that the child is shielded and which council to ring, and no more of who and where the child is; else each of these
would be a way round the others. What it needs the placing authority tells, which has shielded the child; what cannot wait is
opened by breaking the glass of a look-up, and reviewed. Councils, and whoever looks after the child, see it as before.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.registry import shield_queries

WITHHELD: Final = (
    "This child is shielded: ring the council that placed the child. Who answers there now stands on the page of the placement, "
    "and in the answer to a look-up."
)


def shielded_from(session: Session, actor: Actor, child_ids: Collection[int | None]) -> set[int]:
    """Those of *child_ids* who are shielded from the actor; ``None``, a child nobody knows, is nobody."""
    if actor.organisation_kind != "police_force":
        return set()
    return shield_queries.shielded_among(session, {number for number in child_ids if number is not None})


def placements_shielded_from(
    session: Session, actor: Actor, placement_ids: Collection[int | None]
) -> dict[int, datetime]:
    """Those of *placement_ids* whose child is shielded from the actor → since when."""
    if actor.organisation_kind != "police_force":
        return {}
    children = shield_queries.children_of(session, {number for number in placement_ids if number is not None})
    since = shield_queries.standing_since(session, set(children.values()))
    return {placement: since[child] for placement, child in children.items() if child in since}


def shielded_since(session: Session, placement_id: int | None) -> datetime | None:
    """Since when the child of a placement is shielded; ``None`` where it is not."""
    children = shield_queries.children_of(session, [] if placement_id is None else [placement_id])
    return next(iter(shield_queries.standing_since(session, children.values()).values()), None)


def refuse_shielded(session: Session, actor: Actor, placement_ids: Collection[int | None]) -> None:
    """Raise ``NotFound``, with whom to ring, where the child of any of these placements is shielded from the actor."""
    if placements_shielded_from(session, actor, placement_ids):
        raise NotFound(WITHHELD)
