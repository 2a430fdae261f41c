"""How much waits, in counts that cost little however much is stored: for the metrics page and the operator."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.directory.models import ContactPoint
from hub.notify.models import Beat, Delivery, Obligation

COUNTED_TO = 10_000
"""Counting stops here: a count without a bound has taken services down (a figure of 10,000 means that or more)."""


def backlog(session: Session, *, now: datetime) -> dict[str, float]:
    """What waits: steps and deliveries that are due, how old the oldest is (seconds), channels set aside, the auditor's word.

    A contact point that was retired is nobody's care any more: the operator's page does not list it either.
    """
    due_steps = select(Obligation.id).where(Obligation.state == "open", Obligation.next_step_at <= now)
    due_sends = select(Delivery.id).where(Delivery.state == "queued", Delivery.next_attempt_at <= now)
    oldest = select(func.min(Delivery.next_attempt_at)).where(
        Delivery.state == "queued", Delivery.next_attempt_at <= now
    )
    oldest_step = select(func.min(Obligation.next_step_at)).where(
        Obligation.state == "open", Obligation.next_step_at <= now
    )
    set_aside = select(ContactPoint.id).where(ContactPoint.flagged_at.is_not(None), ContactPoint.valid_to.is_(None))
    beat = session.execute(select(Beat.at, Beat.is_well).where(Beat.job == "auditor")).first()
    return {
        "steps_due": _up_to(session, due_steps),
        "oldest_step_due_seconds": _age(session.scalar(oldest_step), now),
        "deliveries_due": _up_to(session, due_sends),
        "oldest_delivery_due_seconds": _age(session.scalar(oldest), now),
        "contact_points_set_aside": _up_to(session, set_aside),
        "auditor_is_well": float(bool(beat and beat.is_well)),
        "auditor_age_seconds": (now - beat.at).total_seconds() if beat else float("inf"),
    }


def _age(instant: datetime | None, now: datetime) -> float:
    return (now - instant).total_seconds() if instant else 0


def _up_to(session: Session, wanted: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.limit(COUNTED_TO).subquery())) or 0
