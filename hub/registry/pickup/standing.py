"""How what a guest's link leads to stands, before any code: a notice, or an obligation. Nothing about a child."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.core.errors import NotFound
from hub.registry.pickup import queries
from hub.registry.pickup.service import NOWHERE, Link
from hub.registry.recipients import REDIRECTED_FROM


@dataclass(frozen=True)
class NoticeStanding:
    """How a notice stands for one organisation. ``capacity``: as what it was told; ``newer``: the link to what took its place."""

    state: str
    capacity: str | None
    acknowledged_at: datetime | None
    newer: str | None

    @property
    def may_answer(self) -> bool:
        """Whether an acknowledgement of this organisation is still asked for."""
        return (
            self.state != "withdrawn" and self.capacity not in (None, REDIRECTED_FROM) and self.acknowledged_at is None
        )

    @property
    def may_redirect(self) -> bool:
        """Whether this organisation may say that the address is in another council's area."""
        return self.state == "registered" and self.capacity == "host_authority"


def notice_standing(session: Session, link: Link) -> NoticeStanding:
    """How the notice stands for the link's organisation. Raises ``NotFound``."""
    row = queries.standing_as(session, link.subject_ref, link.organisation_id)
    if row is None:
        raise NotFound(NOWHERE)
    at = queries.acknowledged_at(session, link.subject_ref, link.organisation_id)
    newest = link.subject_ref
    while newer := queries.correction_of(session, newest):
        newest = newer
    told = queries.link_to_notice(session, newest, link.organisation_id) if newest != link.subject_ref else None
    return NoticeStanding(row.state, row.capacity, at, told)


def obligation_of(session: Session, link: Link) -> tuple[queries.AnyRow | None, str | None]:
    """The obligation that a link is about, with the parties' names, and the organisation's link to its notice or episode."""
    if link.obligation_id is None:
        return None, None
    row = queries.obligation_shown(session, link.obligation_id)
    if row is None:
        return None, None
    about = row.Obligation.subject_ref
    origin = queries.link_to_episode if about.startswith("mis_") else queries.link_to_notice
    return row, origin(session, about, link.organisation_id)
