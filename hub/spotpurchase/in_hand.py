"""What whoever holds interviews has in hand: each with the time that is booked, its report, and the next thing to do about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.duties.rulebook import Rulebook
from hub.notify import worklists
from hub.notify.queries import Listing
from hub.spotpurchase import queries, views
from hub.spotpurchase.interviews import queries as course
from hub.spotpurchase.interviews.models import Appointment
from hub.spotpurchase.views import RequestBrief

TO_DO: Final = ("commissioned", "scheduled", "completed")
OVER: Final = ("reported", "declined_by_child", "cancelled")
_REPORT: Final = "ERRP"


@dataclass(frozen=True)
class InHand:
    """An interview that the organisation was commissioned to hold, and what is to be done about it next.

    ``next``: ``book``, ``go``, ``record``, ``report`` or ``read``; ``due_at``: until when, where there is a time.
    """

    brief: RequestBrief = field(repr=False)
    next: str
    due_at: datetime | None
    starts_at: datetime | None
    mode: str | None


def in_hand(
    session: Session,
    actor: Actor,
    *,
    states: Collection[str] = TO_DO,
    after: str | None = None,
    at_most: int,
    rules: Rulebook,
    now: datetime,
) -> list[InHand]:
    """What the actor's organisation performs, in *states*: what is due first stands first. The reading is recorded."""
    briefs = views.list_requests(
        session, actor, part="performer", states=list(states), after=after, at_most=at_most, now=now
    )
    due = _reports_due(session, actor, briefs, at_most=at_most, rules=rules, now=now)
    found = [_one(session, each, due, now=now) for each in briefs]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or now))


def _reports_due(
    session: Session, actor: Actor, briefs: Sequence[RequestBrief], *, at_most: int, rules: Rulebook, now: datetime
) -> Mapping[str, datetime | None]:
    """By reference of the request: when its report is owed."""
    held = [each.ref for each in briefs if each.state == "completed"]
    if not held:
        return {}
    wanted = Listing(side="owed_by_us", state="open", duty_code=_REPORT, subject_ref=held)
    rows = worklists.obligations(session, actor, wanted, after=None, at_most=at_most, rules=rules, now=now)
    return {row["subject_ref"]: row["due_at"] for row in rows}


def _one(session: Session, brief: RequestBrief, due: Mapping[str, datetime | None], *, now: datetime) -> InHand:
    request = queries.by_ref(session, brief.ref)
    standing = queries.standing_commission(session, request.id) if request else None
    booked = course.booked(session, standing.id) if standing else None
    step = next_of(brief.state, booked, now=now)
    due_at = {
        "book": standing.respond_by if standing else None,
        "go": booked.starts_at if booked else None,
        "record": booked.ends_at if booked else None,
        "report": due.get(brief.ref),
    }
    return InHand(brief, step, due_at.get(step), booked.starts_at if booked else None, booked.mode if booked else None)


def next_of(state: str, booked: Appointment | None, *, now: datetime) -> str:
    """The next thing to do about an interview in *state*, for which *booked* stands."""
    if state == "completed":
        return "report"
    if booked is None:
        return "book" if state in ("commissioned", "scheduled") else "read"
    return "record" if booked.starts_at <= now else "go"
