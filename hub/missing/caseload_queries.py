"""The missing episodes of the children whom somebody looks after: what is owed about them is theirs to follow."""

from typing import Any

from sqlalchemy import Select, select

from hub.missing.models import MissingEpisode


def episodes_of(placements: Select[int]) -> Any:
    """For a condition: the references of the episodes that began in these *placements* (ids)."""
    return select(MissingEpisode.ref).where(MissingEpisode.placement_id.in_(placements))
