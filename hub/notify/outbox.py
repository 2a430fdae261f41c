"""The outbox: alerts, their deliveries and the event feed, written in the caller's own transaction.

Nothing is sent here. What is written commits or vanishes with the change it tells of; ``deliver`` sends it afterwards.
Whatever the number of alerts, the number of statements is the same: one SELECT for every desk, one INSERT a table.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import SYSTEM, Actor
from hub.core.clock import iso, london_date
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.directory.opening_hours import is_open, next_digest, next_opening
from hub.directory.queries import Desk, desk
from hub.duties.rulebook import Rulebook
from hub.notify import outbox_queries as queries
from hub.notify.messages.kinds import KINDS, NEVER_HELD, PICKUP_CODE

OUT_OF_HOURS = "out_of_hours"
SENDABLE = ("email", "webhook")
"""Channels the hub sends through by itself. A telephone number is listed for people; an inbox is reached by the commit."""
_WORD = re.compile(r"[^\s\x80-\U0010ffff]{0,80}")


@dataclass(frozen=True)
class Wanted:
    """An alert that is wanted: *kind* to the desk *role* of an organisation, about *subject_ref*.

    ``details`` holds references, codes, numbers and instants, never words about a child: text with a space in it is
    refused. Of it messages use ``duty_code``, ``due_at`` (instant), ``due_on`` (date: the end of that day) and ``code`` (the
    one-time code of ``pickup.code``, sealed as it is stored), and delivery uses ``placement`` (``pla_…``, whose obligations
    are met when the alert arrives). ``not_through``: ids of contact points not to use.
    """

    kind: str
    organisation_id: int
    role: str
    subject_ref: str
    obligation_id: int | None = None
    is_urgent: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    not_through: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Raised:
    """What became of one :class:`Wanted`. ``contact_points`` is how many it goes to; 0: it reached nobody and nothing was
    written (``alert_ref`` is ``None``). ``reached_now``: it stands in the inbox of an organisation that has joined."""

    alert_ref: str | None
    reached_now: bool
    contact_points: int
    organisation_id: int
    role: str


@dataclass(frozen=True)
class FeedItem:
    """One event for one organisation's feed. ``details``: references, codes and instants only."""

    organisation_id: int
    type: str
    subject_ref: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Plan:
    """One wanted alert, its reference, and the delivery rows it comes to (without the alert's id)."""

    wanted: Wanted
    alert_ref: str
    details: dict[str, Any]
    deliveries: list[dict[str, Any]]
    has_joined: bool

    @property
    def raised(self) -> Raised:
        ref = self.alert_ref if self.deliveries else None
        inbox = any(row["channel"] == "inbox" for row in self.deliveries)
        return Raised(ref, inbox, len(self.deliveries), self.wanted.organisation_id, self.wanted.role)


def raise_alerts(
    session: Session, wanted: Sequence[Wanted], *, rules: Rulebook, now: datetime, actor: Actor = SYSTEM
) -> list[Raised]:
    """Write alerts and their deliveries in the caller's transaction; one answer for each of *wanted*, in order.

    An inbox of an organisation that has joined is reached by the commit itself. Mailboxes and webhooks are queued: urgent ones
    for now (and to the out-of-hours contact as well while the desk is closed), others when the desk opens, or for its digest.
    An organisation that has joined also gets an event of the same type in its feed. Raises ``ValueError`` for an unknown kind
    or for details that could hold free text: both are faults in our code.
    """
    if not wanted:
        return []
    desks, cleaned = desk(session, _pairs(wanted), london_date(now)), _cleaned(wanted)
    plans = [_plan(session, one, cleaned[id(one.details)], desks, rules, now) for one in wanted]
    written = [plan for plan in plans if plan.deliveries]
    if written:
        _write(session, written, actor, now)
    return [plan.raised for plan in plans]


def cancel_alerts(
    session: Session,
    *,
    now: datetime,
    obligation_ids: Sequence[int] | None = None,
    subject_ref: str | None = None,
    organisation_id: int | None = None,
    kinds: Sequence[str] | None = None,
) -> int:
    """What they were about is settled: cancel the alerts that all the given conditions select, and their queued deliveries.

    Returns how many alerts were cancelled. Without any condition nothing is.
    """
    if obligation_ids is None and subject_ref is None and organisation_id is None:
        return 0
    which = queries.alerts_where(obligation_ids, subject_ref, organisation_id, kinds)
    queries.cancel_deliveries(session, which, now=now)
    return queries.cancel(session, which, now=now)


def publish(session: Session, items: Sequence[FeedItem], *, now: datetime) -> None:
    """Put events into organisations' feeds, in the caller's transaction. Alerts publish themselves."""
    queries.add_feed_events(session, [_feed_row(item, _plain_details(item.details), now) for item in items])


def _pairs(wanted: Sequence[Wanted]) -> set[tuple[int, str]]:
    desks = {(one.organisation_id, one.role) for one in wanted}
    return desks | {(one.organisation_id, OUT_OF_HOURS) for one in wanted if one.is_urgent}


def _plan(
    session: Session,
    wanted: Wanted,
    details: dict[str, Any],
    desks: Mapping[tuple[int, str], list[Desk]],
    rules: Rulebook,
    now: datetime,
) -> _Plan:
    if wanted.kind not in KINDS:
        raise ValueError(f"there is no kind of alert called {wanted.kind!r}: add its template to notify/messages first")
    ref = new_ref("alt")
    points = _points(wanted, desks, rules, now)
    rows = [_delivery_row(point, wanted, rules, now) for point in points]
    has_joined = any(point.joined_at is not None for point in points)
    return _Plan(wanted, ref, _sealed(session, ref, details), rows, has_joined)


def _points(wanted: Wanted, desks: Mapping[tuple[int, str], list[Desk]], rules: Rulebook, now: datetime) -> list[Desk]:
    """The contact points of the desk that can be reached, and while it is closed the out-of-hours ones of what is urgent."""
    points = [point for point in desks[wanted.organisation_id, wanted.role] if _can_take(point, wanted)]
    sent = [point for point in points if point.channel in SENDABLE]
    is_closed = any(not is_open(point.opening_hours, now, calendar=rules.calendar) for point in sent)
    if wanted.is_urgent and is_closed and wanted.role != OUT_OF_HOURS:
        bypass = [point for point in desks[wanted.organisation_id, OUT_OF_HOURS] if _can_take(point, wanted)]
        points += [point for point in bypass if point.channel in SENDABLE]
    return points


def _can_take(point: Desk, wanted: Wanted) -> bool:
    if point.id in wanted.not_through:
        return False
    channel: str = point.channel
    if wanted.kind == PICKUP_CODE:
        return channel == "email"
    return channel in SENDABLE or (channel == "inbox" and point.joined_at is not None)


def _delivery_row(point: Desk, wanted: Wanted, rules: Rulebook, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ref": new_ref("dlv"),
        "contact_point_id": point.id,
        "channel": point.channel,
        "state": "queued",
        "held_for": None,
        "queued_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "accepted_at": None,
        "closed_at": None,
    }
    if point.channel == "inbox":
        row |= {"state": "delivered", "next_attempt_at": None, "accepted_at": now, "closed_at": now}
    elif not wanted.is_urgent and wanted.kind not in NEVER_HELD:
        row |= _hold(point, rules, now)
    return row


def _hold(point: Desk, rules: Rulebook, now: datetime) -> dict[str, Any]:
    """Why and until when what is not urgent waits; nothing when it need not."""
    if point.takes_digest:
        goes_out = next_digest(now, rules.policy.delivery.digest_at, calendar=rules.calendar)
        return {"held_for": "digest", "next_attempt_at": goes_out}
    opens = next_opening(point.opening_hours, now, calendar=rules.calendar)
    return {"held_for": "opening_hours", "next_attempt_at": opens} if opens > now else {}


def _write(session: Session, plans: Sequence[_Plan], actor: Actor, now: datetime) -> None:
    ids = queries.add_alerts(session, [_alert_row(plan, now) for plan in plans])
    rows = [{**row, "alert_id": number} for number, plan in zip(ids, plans, strict=True) for row in plan.deliveries]
    queries.add_deliveries(session, rows)
    queries.add_feed_events(session, [_alert_event(plan, now) for plan in plans if _goes_to_feed(plan)])
    audit.record_many(session, _entries(session, plans, actor, now))


def _alert_row(plan: _Plan, now: datetime) -> dict[str, Any]:
    wanted = plan.wanted
    return {
        "ref": plan.alert_ref,
        "kind": wanted.kind,
        "subject_ref": wanted.subject_ref,
        "obligation_id": wanted.obligation_id,
        "organisation_id": wanted.organisation_id,
        "role": wanted.role,
        "is_urgent": wanted.is_urgent,
        "details": plan.details,
        "raised_at": now,
    }


def _goes_to_feed(plan: _Plan) -> bool:
    return plan.has_joined and plan.wanted.kind != PICKUP_CODE


def _alert_event(plan: _Plan, now: datetime) -> dict[str, Any]:
    wanted = plan.wanted
    said = {"alert": plan.alert_ref, "role": wanted.role, "is_urgent": wanted.is_urgent, **plan.details}
    return _feed_row(FeedItem(wanted.organisation_id, wanted.kind, wanted.subject_ref), said, now)


def _feed_row(item: FeedItem, details: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref("evt"),
        "organisation_id": item.organisation_id,
        "type": item.type,
        "subject_ref": item.subject_ref,
        "at": now,
        "details": details,
    }


def _entries(session: Session, plans: Sequence[_Plan], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """One audit entry for each subject, naming its alerts."""
    told: dict[str, list[str]] = {}
    for plan in plans:
        told.setdefault(plan.wanted.subject_ref, []).append(plan.alert_ref)
    return [
        audit.entry(session, actor, Event.ALERT_RAISED, subject, now=now, details={"alerts": refs})
        for subject, refs in told.items()
    ]


def _cleaned(wanted: Sequence[Wanted]) -> dict[int, dict[str, Any]]:
    """The plain details of each, by the identity of those given: the alerts of one step share theirs."""
    given = {id(one.details): one.details for one in wanted}
    return {number: _plain_details(details) for number, details in given.items()}


def _sealed(session: Session, alert_ref: str, details: dict[str, Any]) -> dict[str, Any]:
    """The details as stored: a one-time code is sealed, for it opens a notice to whoever reads it."""
    if "code" not in details:
        return details
    return {**details, "code": keys_of(session).seal(alert_ref, details["code"]).hex()}


def _plain_details(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(name, value) for name, value in details.items()}


def _plain(name: str, value: Any) -> Any:
    """*value* as JSON can hold it. Refuses, without repeating it, whatever could be free text."""
    if isinstance(value, str):
        return _word(name, value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(name, part) for part in value]
    if value is None or isinstance(value, bool | int):
        return value
    raise _free_text(name)


def _word(name: str, value: str) -> str:
    if _WORD.fullmatch(value) is None:
        raise _free_text(name)
    return value


def _free_text(name: str) -> ValueError:
    return ValueError(f"“{name}” of an alert must be a reference, a code, a number or an instant, never free text")
