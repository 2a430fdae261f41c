"""Guest pick-up of a missing episode: an organisation that has not joined opens with a code what an e-mail told it of."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.errors import NotFound
from hub.missing.standing import NOT_SEEN
from hub.missing.views import EpisodeSeen, read_episode
from hub.registry.pickup import service as pickup
from hub.registry.pickup.service import Entered, Link, Refused

_SHOWN = ("child", "forces", "host_authority", "places", "placing_authority", "provider", "timeline")
"""The parts of an episode that a page shows, for the record of the reading."""


@dataclass(frozen=True)
class OpenedEpisode:
    """An episode as a party that has not joined sees it, the reading recorded. Nothing is answered to it."""

    entered: Entered
    seen: EpisodeSeen = field(repr=False)

    @property
    def link(self) -> Link:
        """Where the link leads."""
        return self.entered.link


def open_episode(session: Session, alert_ref: str, code: str, *, now: datetime) -> OpenedEpisode | Refused:
    """Open the episode with a code. Commit before showing what it returns, and before saying that the code was wrong.

    A wrong code counts against every code of the link that is good. Raises ``NotFound``, and ``StateConflict`` for a code used.
    """
    entered = pickup.enter(session, alert_ref, code, now=now)
    if isinstance(entered, Refused):
        return entered
    if not entered.link.is_episode:
        raise NotFound(NOT_SEEN)
    seen = read_episode(session, entered.guest, entered.link.subject_ref, now=now)
    subjects = [entered.link.subject_ref, *({seen.ref, *seen.merged} - {entered.link.subject_ref})]
    pickup.record_opening(session, entered, subjects, fields=_SHOWN, now=now)
    return OpenedEpisode(entered, seen)
