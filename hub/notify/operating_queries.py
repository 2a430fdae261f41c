"""What whoever runs the hub looks at: what waits, what was given up, which workers live. Never what anything is about.

Each count stops at ``COUNTED_TO``, and each question is answered through an index that holds only what is wrong or next.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, literal_column, select
from sqlalchemy.orm import Session

from hub.core.db import changed
from hub.directory.models import ContactPoint, Organisation
from hub.notify.backlog_queries import COUNTED_TO
from hub.notify.models import Alert, Beat, Delivery, PersonalMail

GIVEN_UP: ColumnElement[bool] = literal_column("delivery.state IN ('failed','bounced','suppressed')")
"""Written out as the index has it: neither database uses a partial index for a condition that it cannot see."""
_QUEUED = Delivery.state == literal_column("'queued'")
_MAIL_QUEUED = PersonalMail.state == literal_column("'queued'")

GivenUp = Any
"""``ref, state, channel, closed_at, last_code, attempts, kind, role, organisation_ref, organisation_name, contact_point_ref``."""


def queued(session: Session, *, now: datetime) -> dict[str, int]:
    """How many deliveries wait: in all, for their hour or a digest, to be tried again, and due by now; and e-mails to people."""
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "queued": (),
        "held": (Delivery.held_for.is_not(None),),
        "retried": (Delivery.attempts > 0,),
        "due": (Delivery.next_attempt_at <= now,),
    }
    counts = {
        name: _count(session, select(Delivery.id).where(_QUEUED, *condition)) for name, condition in conditions.items()
    }
    return counts | {"mails": _count(session, select(PersonalMail.id).where(_MAIL_QUEUED))}


def oldest_queued(session: Session) -> datetime | None:
    """When the delivery that has waited longest for its next attempt was to be sent."""
    wanted = select(Delivery.next_attempt_at).where(_QUEUED).order_by(Delivery.next_attempt_at, Delivery.id)
    return session.scalar(wanted.limit(1))


def given_up_since(session: Session, since: datetime) -> dict[str, int]:
    """How many deliveries were given up since then: failed, bounced, or kept back by a flag."""
    wanted = select(Delivery.state, func.count()).where(GIVEN_UP, Delivery.closed_at >= since).group_by(Delivery.state)
    found = {state: count for state, count in session.execute(wanted)}
    return {state: found.get(state, 0) for state in ("failed", "bounced", "suppressed")}


def given_up(session: Session, *, before: str | None, at_most: int) -> Sequence[GivenUp]:
    """The deliveries that were given up and are still wanted, newest first; from the one before the reference *before* on."""
    wanted = _GIVEN_UP.where(GIVEN_UP, Alert.cancelled_at.is_(None))
    if before:
        last = select(Delivery.closed_at, Delivery.id).where(Delivery.ref == before)
        if (found := session.execute(last).first()) and found.closed_at is not None:
            closed_at, number = found
            wanted = wanted.where(
                (Delivery.closed_at < closed_at) | ((Delivery.closed_at == closed_at) & (Delivery.id < number))
            )
    return session.execute(wanted.order_by(Delivery.closed_at.desc(), Delivery.id.desc()).limit(at_most)).all()


_GIVEN_UP: Any = (
    select(
        Delivery.ref,
        Delivery.state,
        Delivery.channel,
        Delivery.closed_at,
        Delivery.last_code,
        Delivery.attempts,
        Alert.kind,
        Alert.role,
        Organisation.ref.label("organisation_ref"),
        Organisation.name.label("organisation_name"),
        ContactPoint.ref.label("contact_point_ref"),
    )
    .join(Alert, Alert.id == Delivery.alert_id)
    .join(Organisation, Organisation.id == Alert.organisation_id)
    .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
)


def set_aside(session: Session, *, at_most: int) -> Sequence[Row[str, str, str, datetime | None, str, str]]:
    """The contact points that were found broken: ``ref, role, channel, flagged_at, organisation_ref, organisation_name``."""
    wanted = (
        select(
            ContactPoint.ref,
            ContactPoint.role,
            ContactPoint.channel,
            ContactPoint.flagged_at,
            Organisation.ref.label("organisation_ref"),
            Organisation.name.label("organisation_name"),
        )
        .join(Organisation, Organisation.id == ContactPoint.organisation_id)
        .where(ContactPoint.flagged_at.is_not(None), ContactPoint.valid_to.is_(None))
    )
    return session.execute(wanted.order_by(ContactPoint.flagged_at.desc()).limit(at_most)).all()


def beats(session: Session, prefix: str) -> Sequence[Beat]:
    """The last words of the jobs whose names begin with *prefix*."""
    return session.scalars(select(Beat).where(Beat.job.startswith(prefix, autoescape=True)).order_by(Beat.job)).all()


def forget_beat(session: Session, job: str) -> None:
    """Drop a job's last word: it has ended as it should."""
    changed(session, delete(Beat).where(Beat.job == job))


def _count(session: Session, wanted: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.limit(COUNTED_TO).subquery())) or 0
