"""What came in and went out: alerts, deliveries, events."""

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.notify.inbox_queries import place as place_events
from hub.notify.inbox_queries import unplaced
from hub.notify.models import Alert, Delivery, FeedEvent
from tests.access.matrix_world import MEMBERS, NOISE, record

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder


def add_what_was_sent(builder: "Builder") -> None:
    """Alerts and events of the notices, and a delivery of each organisation's that failed."""
    with builder.database.write() as session:
        place_events(session, unplaced(session, at_most=1000))
        names = {number: member for member, number in builder.ids.items()}
        for alert, delivery in session.execute(
            select(Alert, Delivery).join(Delivery, Delivery.alert_id == Alert.id).order_by(Delivery.id)
        ):
            member = names.get(alert.organisation_id, "")
            if alert.kind == "notice.registered" and member in (*MEMBERS, *NOISE):
                _sent(builder, session, member, alert, delivery)
        for event in session.scalars(select(FeedEvent)):
            if (member := names.get(event.organisation_id, "")) in MEMBERS:
                builder.records.setdefault("event", []).append(record(event.ref, **{member: "own"}))


def _sent(builder: "Builder", session: Session, member: str, alert: Alert, delivery: Delivery) -> None:
    if member in NOISE:
        builder.noise |= {"alert": alert.ref, "delivery": delivery.ref}
        return
    sender = "leeds" if alert.subject_ref == builder.records["notice"][0].ref else "willow_house"
    if alert.subject_ref not in {one.ref for one in builder.records["notice"]}:
        return
    session.execute(update(Delivery).where(Delivery.id == delivery.id).values(state="failed", next_attempt_at=None))
    builder.records.setdefault("alert", []).append(record(alert.ref, **{member: "own"}))
    builder.records.setdefault("delivery", []).append(record(delivery.ref, **{member: "own", sender: "sender"}))
