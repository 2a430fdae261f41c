"""What speaks against a low grade: the markers that the force may see, which of them protect, and where the child is placed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from hub.duties.rulebook import Rulebook
from hub.missing import subjects
from hub.missing.models import MissingEpisode

_FORCE = "police_force"


@dataclass(frozen=True)
class Risk:
    """Codes only. ``protecting``: the markers that ask for a reason beside a low grade."""

    markers: frozenset[str] = field(repr=False)
    protecting: frozenset[str]
    is_out_of_area: bool


def known_risk(session: Session, episode: MissingEpisode, *, rules: Rulebook, now: datetime) -> Risk:
    """What is known of the child's risk that a force may see."""
    subject = subjects.subject_of_episode(session, episode)
    placement = subject.placement
    told = subjects.placement_document(session, placement).get("markers", ())
    seen = frozenset(each["marker"] for each in told if _FORCE in each.get("audience", ()))
    out_of_area = placement is not None and placement.relation not in (None, "in_area")
    return Risk(seen, frozenset(rules.policy.risk.markers), out_of_area)
