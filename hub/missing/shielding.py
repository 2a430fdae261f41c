"""From whom is a missing child shielded? From every force: its people could look for the child for reasons of their own.

A look-up says of a shielded child only whom to ring; an episode says no more of who and where the child is, or a report of one
made up would be a way round the shield. The placing authority, which shields the child, tells a force what that force needs.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.registry import shield_queries


def shielded_from(session: Session, actor: Actor, child_ids: Collection[int | None]) -> set[int]:
    """Those of *child_ids* who are shielded from the actor; ``None``, a child nobody knows, is nobody."""
    known = {number for number in child_ids if number is not None}
    return shield_queries.shielded_among(session, known) if actor.organisation_kind == "police_force" else set()
