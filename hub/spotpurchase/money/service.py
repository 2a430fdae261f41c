"""What each organisation owes another for interviews: entered once for each event, in the transaction of the event.

Nothing is charged where no terms were agreed, where a council is served by itself or by its own team, and where it was the seller
that could not. An interview is never charged beyond what was agreed for it: what lies over it is told to both (``uncharged``),
and only the payer can agree to more (``correcting.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.ids import new_ref
from hub.core.turns import take_turns
from hub.duties.rulebook import Rulebook
from hub.notify.outbox import FeedItem, publish
from hub.spotpurchase.interviews.models import Appointment, Attempt
from hub.spotpurchase.models import Commission
from hub.spotpurchase.money import pricing, queries
from hub.spotpurchase.money.pricing import Card, Line, Priced

NO_CHARGE_FOR: Final = frozenset({"held", "rearranged"})
"""Outcomes of an attempt that no abortive visit is charged for."""


@dataclass(frozen=True)
class Entered:
    """What was entered for an event: nothing, where nothing is charged or it stood already."""

    refs: tuple[str, ...] = ()
    total_pence: int = 0
    over_pence: int = 0
    """What the card comes to beyond what was agreed, and was therefore not charged."""


def enter_held(
    session: Session,
    actor: Actor,
    commission: Commission,
    appointment: Appointment,
    *,
    miles: int,
    rules: Rulebook,
    now: datetime,
) -> Entered:
    """Enter what an interview costs that was held; *miles* (whole) were travelled for it, there and back.

    Its length is from ``held_at`` to ``held_until``; where the end is not known, what was booked.
    """
    card = _charged_by(session, commission)
    if card is None:
        return Entered()
    full = _full(card, appointment, miles, rules)
    priced, began = pricing.capped(card, full, commission.agreed_pence), _began(appointment)
    return _enter(session, actor, commission, appointment.ref, priced, full, occurred_at=began, now=now)


def _began(appointment: Appointment) -> datetime:
    return appointment.held_at or appointment.starts_at


def _full(card: Card, appointment: Appointment, miles: int, rules: Rulebook) -> Priced:
    """What an interview that was held comes to by the card alone."""
    began = _began(appointment)
    until = appointment.held_until or began + (appointment.ends_at - appointment.starts_at)
    is_out = pricing.is_out_of_hours(card, began, calendar=rules.calendar)
    return pricing.held(card, minutes=minutes_between(began, until), miles=miles, is_out_of_hours=is_out)


@dataclass(frozen=True)
class Uncharged:
    """What an interview that was held comes to by the card and is not charged, for less was agreed. VAT included.

    ``agreed_pence``: so much of it was agreed to meanwhile, so that the seller may put its line right.
    """

    pence: int = 0
    agreed_pence: int = 0


def uncharged(session: Session, commission: Commission, *, rules: Rulebook) -> Uncharged:
    """What of the interview held under *commission* is not charged; nothing, where the seller has put it right by hand."""
    card, held = _charged_by(session, commission), queries.held_under(session, commission.id)
    if card is None or held is None:
        return Uncharged()
    entries = queries.entries_of_event(session, held.Appointment.ref)
    if any(each.corrects_id is not None for each in entries):
        return Uncharged()
    charged = sum(each.net_pence + each.vat_pence for each in entries)
    full = _full(card, held.Appointment, held.miles, rules).total_pence
    return Uncharged(max(full - charged, 0), max(min(full, commission.agreed_pence) - charged, 0))


def enter_abortive(
    session: Session,
    actor: Actor,
    commission: Commission,
    attempt: Attempt,
    *,
    appointment: Appointment | None = None,
    now: datetime,
) -> Entered:
    """Enter what a visit costs at which no interview could be held. A call or a message is no visit.

    *appointment*: the one it was made for. No more visits are charged than the card allows attempts.
    """
    card = _charged_by(session, commission)
    if card is None or attempt.how != "in_person" or attempt.outcome in NO_CHARGE_FOR:
        return Entered()
    take_turn(session, commission.ref)
    if queries.abortive_visits(session, commission.id) >= card.most_attempts:
        return Entered()
    minutes = minutes_between(appointment.starts_at, appointment.ends_at) if appointment else None
    full = pricing.abortive(card, attempt.miles, minutes=minutes)
    return _enter(session, actor, commission, attempt.ref, full, full, occurred_at=attempt.at, now=now)


def enter_cancellation(
    session: Session,
    actor: Actor,
    commission: Commission,
    appointment: Appointment,
    *,
    cancelled_at: datetime,
    by_seller: bool | None = None,
    now: datetime,
) -> Entered:
    """Enter what an appointment costs that was cancelled, by the card: nothing if early enough, or if the seller could not.

    *by_seller*: whether it was the seller's doing; ``None``: it was, if the seller is who acts.
    """
    card = _charged_by(session, commission)
    if by_seller is None:
        by_seller = actor.organisation_id == commission.performer_id
    if card is None or by_seller:
        return Entered()
    minutes = minutes_between(appointment.starts_at, appointment.ends_at)
    full = pricing.cancelled(card, minutes=minutes, starts_at=appointment.starts_at, cancelled_at=cancelled_at)
    return _enter(session, actor, commission, appointment.ref, full, full, occurred_at=cancelled_at, now=now)


def minutes_between(began: datetime, until: datetime) -> int:
    """Whole minutes, one that was begun counted."""
    return max(0, -(-(until - began) // timedelta(minutes=1)))


def month_of(occurred_at: datetime, *, now: datetime) -> date:
    """The first of the month (London) in whose statement an event stands that is entered at *now*.

    That of the event; or, where that is over and its statement therefore closed, the present one.
    """
    return london_date(max(occurred_at, now)).replace(day=1)


def take_turn(session: Session, commission_ref: str) -> None:
    """From here to the end of the transaction nobody else enters anything for this commission."""
    take_turns(session, [sha256(f"purchase {commission_ref}".encode()).digest()])


def row_of(
    commission_id: int, buyer_id: int, seller_id: int, event_ref: str, line: Line, occurred_at: datetime, now: datetime
) -> dict[str, Any]:
    """The row of one entry."""
    return {
        "ref": new_ref("pur"),
        "commission_id": commission_id,
        "buyer_id": buyer_id,
        "seller_id": seller_id,
        "kind": line.kind,
        "event_ref": event_ref,
        "net_pence": line.net_pence,
        "vat_pence": line.vat_pence,
        "occurred_at": occurred_at,
        "month": month_of(occurred_at, now=now),
        "entered_at": now,
        "reason": None,
        "corrects_id": None,
    }


def record(
    session: Session,
    actor: Actor,
    commission: Commission,
    rows: Iterable[dict[str, Any]],
    *,
    now: datetime,
    **said: Any,
) -> None:
    """Record that lines were entered for a commission, and let buyer and seller know by their feeds: references and pence."""
    lines = [{"entry": row["ref"], "kind": row["kind"], "pence": row["net_pence"] + row["vat_pence"]} for row in rows]
    audit.record(session, actor, Event.PURCHASE_ENTERED, commission.ref, now=now, details={"lines": lines, **said})
    told = {"entries": len(lines), "pence": sum(line["pence"] for line in lines), **said}
    ends = (commission.payer_id, commission.performer_id)
    publish(session, [FeedItem(end, "purchase.entered", commission.ref, told) for end in ends], now=now)


def _charged_by(session: Session, commission: Commission) -> Card | None:
    """The card that a commission is charged by; ``None``: nothing is charged."""
    is_free = commission.terms is None or commission.performer != "provider"
    if is_free or commission.payer_id in (commission.performer_id, queries.run_by(session, commission.performer_id)):
        return None
    return Card.of_terms(commission.terms or {})


def _enter(
    session: Session,
    actor: Actor,
    commission: Commission,
    event_ref: str,
    priced: Priced,
    full: Priced,
    *,
    occurred_at: datetime,
    now: datetime,
) -> Entered:
    """Enter *priced* for the event, unless it has been; *full*: what the card alone would say."""
    take_turn(session, commission.ref)
    if queries.entries_of_event(session, event_ref):
        return Entered()
    between = (commission.id, commission.payer_id, commission.performer_id)
    rows = [row_of(*between, event_ref, line, occurred_at, now) for line in priced.lines]
    queries.add_entries(session, rows)
    over = full.total_pence - priced.total_pence
    if rows:
        record(session, actor, commission, rows, now=now, event=event_ref, over_pence=over)
    return Entered(tuple(row["ref"] for row in rows), priced.total_pence, over)
