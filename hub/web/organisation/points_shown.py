"""Contact points as their organisation sees them: where each leads, whether it is used, what went through it lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.directory import contact_points, proposal_queries, proposals, queries, reachability
from hub.directory.models import ContactPoint
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.notify import channel_queries
from hub.web.organisation import hours, words
from hub.web.organisation.parts import who

MOST_DELIVERIES: Final = 10
MOST_PROPOSALS: Final = 200


@dataclass(frozen=True)
class Listed:
    """One contact point. ``standing``: words and colour; ``last``: the newest delivery through it."""

    point: ContactPoint
    standing: tuple[str, str]
    needs_care: bool
    last: channel_queries.Sent | None

    @property
    def last_words(self) -> tuple[Any, str] | None:
        """What became of the newest delivery, in words and colour."""
        return words.DELIVERY_WORDS[self.last.state] if self.last else None

    @property
    def last_at(self) -> datetime | None:
        """When the newest delivery was accepted, given up, or else queued."""
        return (self.last.accepted_at or self.last.closed_at or self.last.queued_at) if self.last else None


def listed(session: Session, whose: Brief, *, now: datetime) -> list[Listed]:
    """The contact points of *whose* that are in force, by role and channel."""
    points = queries.contact_points_of(session, [whose.id], london_date(now))
    rows = _listed(session, points, london_date(now))
    return sorted(rows, key=lambda row: (words.role(row.point.role), row.point.channel, row.point.address))


def one(session: Session, point: ContactPoint, *, now: datetime) -> Listed:
    """One contact point, in force or not."""
    return _listed(session, [point], london_date(now))[0]


def _listed(session: Session, points: Sequence[ContactPoint], on: date) -> list[Listed]:
    newest = channel_queries.newest(session, [point.id for point in points])
    made = []
    for point in points:
        standing = standing_of(point, on)
        made.append(Listed(point, standing, standing[1] not in ("green", "grey"), newest.get(point.id)))
    return made


def standing_of(point: ContactPoint, on: date) -> tuple[str, str]:
    """How a contact point stands on the day *on*: words, and the colour of their tag."""
    if point.valid_to is not None and point.valid_to <= on:
        return gettext("Retired"), "grey"
    if point.flagged_at is not None:
        return gettext("Messages fail"), "red"
    if point.verified_at is None:
        return gettext("Not verified"), "orange"
    if point.expires_on is not None and point.expires_on < on:
        return gettext("Verify again"), "orange"
    if point.expires_on is not None and point.expires_on <= on + timedelta(days=reachability.WARNED_DAYS):
        return gettext("Verify again soon"), "yellow"
    return gettext("In use"), "green"


def report(session: Session, whose: Brief, rules: Rulebook, *, now: datetime) -> reachability.Report | None:
    """How *whose* can be reached today; ``None`` where it has left the directory."""
    row = queries.organisation(session, whose.ref)
    return reachability.report_on(session, [row], rules, on=london_date(now))[0] if row else None


def told(session: Session, actor: Actor, point: ContactPoint, *, now: datetime) -> dict[str, Any]:
    """What the page of one contact point says."""
    whose = contact_points.organisation_of(session, point)
    takes_two = proposals.takes_two(actor, whose)
    return {
        "row": one(session, point, now=now),
        "point": point,
        "hours": hours.lines(point.opening_hours),
        "entered_by": who(session, actor, point.entered_by),
        "sent": _sent(session, point),
        "takes_two": takes_two,
        "needs_second": whose.kind in contact_points.NEEDS_TWO and point.entered_by == actor.hand,
        "waiting": waiting_about(session, whose, point.ref) if takes_two else [],
        "is_retired": point.valid_to is not None and point.valid_to <= london_date(now),
    }


def _sent(session: Session, point: ContactPoint) -> list[tuple[channel_queries.Sent, tuple[Any, str]]]:
    rows = channel_queries.lately(session, point.id, at_most=MOST_DELIVERIES)
    return [(row, words.DELIVERY_WORDS[row.state]) for row in rows]


def waiting_about(session: Session, whose: Brief, subject_ref: str) -> list[Any]:
    """The proposals about a contact point or a ladder that wait for a second person."""
    rows = proposal_queries.proposals(session, whose.id, state="proposed", after=None, at_most=MOST_PROPOSALS)
    return [row for row in rows if row.subject_ref == subject_ref]
