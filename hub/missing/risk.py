"""What speaks against a low grade: the markers that a force may see, which of them protect, and where the child is placed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from hub.duties.rulebook import Rulebook
from hub.missing import subjects
from hub.missing.models import MissingEpisode
from hub.registry.markers.reading import is_out_of_area
from hub.registry.markers.service import shown_to

_FORCE = "police_force"


@dataclass(frozen=True)
class Risk:
    """Codes only. ``protecting``: the markers that ask for a reason beside a low grade (``config/policy/markers.toml``)."""

    markers: frozenset[str] = field(repr=False)
    protecting: frozenset[str]
    is_out_of_area: bool


def known_risk(session: Session, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> Risk:
    """What is known of the child's risk that a force may see."""
    placement = subjects.subject_of_episode(session, episode).placement
    policy = rules.policy.markers
    if placement is None:
        return Risk(frozenset(), frozenset(policy.protecting), False)
    seen = shown_to(session, [placement.id], _FORCE, now=now)[placement.id]
    out_of_area = policy.out_of_area and is_out_of_area(placement)
    return Risk(frozenset(each.code for each in seen), frozenset(policy.protecting), out_of_area)
