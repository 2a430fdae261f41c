"""The inbox of an organisation, and the evidence of deliveries: who was told, when, through what, and at which attempt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.notify import inbox_queries as queries
from hub.notify.delivery_states import DELIVERY
from hub.notify.inbox_queries import ShownRow
from hub.notify.messages.render import template_of
from hub.notify.models import Alert, Attempt, Delivery
from hub.notify.queries import COUNTED_AT_MOST


@dataclass(frozen=True)
class Shown:
    """One delivery with its attempts, as whoever may see it sees it: never an address."""

    row: ShownRow
    attempts: Sequence[Attempt]


def alerts_for(
    session: Session,
    actor: Actor,
    *,
    unread: bool | None,
    urgent: bool | None,
    kind: str | None,
    cursor: str | None,
    at_most: int,
) -> Sequence[Alert]:
    """The alerts of the actor's organisation, newest first, from the one with the reference *cursor* on."""
    before = _id_of(session, actor, cursor) if cursor else None
    return queries.alerts_of(
        session, actor.organisation, unread=unread, urgent=urgent, kind=kind, before=before, at_most=at_most
    )


def read_alert(session: Session, actor: Actor, ref: str, *, now: datetime) -> Alert:
    """Mark an alert of the actor's organisation as read, once: the first reading stands. Raises ``NotFound``.

    Reading an alert acknowledges nothing: an acknowledgement is a named person's, of the notice.
    """
    alert = alert_for(session, actor, ref)
    if queries.mark_read(session, alert.id, now=now):
        audit.record(session, actor, Event.ALERT_READ, alert.subject_ref, now=now, details={"alert": ref})
        session.refresh(alert)
    return alert


def alerts_on_page(
    session: Session,
    actor: Actor,
    *,
    unread: bool = False,
    urgent: bool = False,
    kind: str | None = None,
    skip: int,
    at_most: int,
) -> Sequence[Alert]:
    """*at_most* of the alerts of the actor's organisation, after the first *skip*: urgent unread ones first, then the newest."""
    return queries.alerts_on_page(
        session, actor.organisation, unread=unread, urgent=urgent, kind=kind, skip=skip, at_most=at_most
    )


def count_unread(session: Session, actor: Actor, *, urgent: bool = False) -> int:
    """How many alerts wait that nobody at the actor's organisation has read, up to a thousand."""
    return queries.count_unread(session, actor.organisation, urgent=urgent, at_most=COUNTED_AT_MOST)


def alert_for(session: Session, actor: Actor, ref: str) -> Alert:
    """One alert of the actor's organisation. Raises ``NotFound``."""
    alert = queries.alert_of(session, actor.organisation, ref)
    if alert is None:
        raise NotFound("There is no alert here that you can see. List your inbox.")
    return alert


def read_about(session: Session, actor: Actor, subject_ref: str, *, now: datetime) -> None:
    """Whoever opens a record has read the alerts that told of it."""
    for alert in queries.unread_about(session, actor.organisation, subject_ref):
        if queries.mark_read(session, alert.id, now=now):
            audit.record(session, actor, Event.ALERT_READ, subject_ref, now=now, details={"alert": alert.ref})


def title_of(alert: Alert) -> str:
    """What the alert is about, in a few words."""
    return template_of(alert.kind).title


def deliveries_about(
    session: Session, actor: Actor, subject_ref: str, *, cursor: str | None, at_most: int
) -> list[Shown]:
    """The deliveries about *subject_ref*: all of them for its sender and the operator, its own for a recipient.

    Raises ``NotFound`` when there is nothing the actor may see.
    """
    sees_all = actor.is_operator or queries.made_it_known(session, actor.organisation, subject_ref)
    whose = None if sees_all else actor.organisation
    after = _delivery_id(session, cursor, whose) if cursor else 0
    rows = queries.deliveries_about(session, subject_ref, organisation_id=whose, after=after, at_most=at_most)
    if not rows and not cursor:
        raise NotFound("There is no delivery here that you can see.")
    return _with_attempts(session, rows)


def resend(session: Session, actor: Actor, ref: str, *, now: datetime) -> Shown:
    """Queue again, now, a delivery that failed: by whom it was meant for, or the operator.

    It keeps its reference, so that a receiver which had it after all can drop the repeat. Raises ``NotFound``, and
    ``StateConflict`` when it did not fail or what it tells of is settled.
    """
    whose = None if actor.is_operator else actor.organisation
    row = queries.delivery_shown(session, ref, organisation_id=whose)
    if row is None:
        raise NotFound("There is no delivery here that you can see.")
    if row.cancelled_at is not None:
        raise StateConflict("What this delivery tells of is settled, so it is not sent again.")
    again = {"next_attempt_at": now, "closed_at": None, "attempts": 0}
    DELIVERY.apply_one(session, Delivery, "resend", Delivery.id == row.id, again)
    audit.record(session, actor, Event.DELIVERY_RESENT, row.subject_ref, now=now, details={"delivery": ref})
    [shown] = _with_attempts(session, [_reread(session, ref)])
    return shown


def _reread(session: Session, ref: str) -> ShownRow:
    row = queries.delivery_shown(session, ref, organisation_id=None)
    if row is None:
        raise LookupError(f"{ref} is gone, though nothing deletes deliveries")
    return row


def _with_attempts(session: Session, rows: Sequence[ShownRow]) -> list[Shown]:
    made: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in queries.attempts_at(session, [row.id for row in rows]):
        made[attempt.delivery_id].append(attempt)
    return [Shown(row, made[row.id]) for row in rows]


def _id_of(session: Session, actor: Actor, cursor: str) -> int:
    alert = queries.alert_of(session, actor.organisation, cursor)
    if alert is None:
        raise _bad_cursor()
    return alert.id


def _delivery_id(session: Session, cursor: str, organisation_id: int | None) -> int:
    row = queries.delivery_shown(session, cursor, organisation_id=organisation_id)
    if row is None:
        raise _bad_cursor()
    return int(row.id)


def _bad_cursor() -> Invalid:
    sentence = "This cursor is not from this list. Send `next_cursor` of the page before, or none."
    return Invalid(sentence, fields={"cursor": [sentence]})
