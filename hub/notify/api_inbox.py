"""The inbox, the event feed and the evidence of deliveries over HTTP."""

from typing import Any

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import Blueprint, page_of, resource, route
from hub.notify import feed, inbox
from hub.notify.schemas_inbox import AlertOut, DeliveriesQuery, DeliveryOut, EventOut, EventsQuery, InboxQuery

blp = Blueprint(
    "inbox", __name__, url_prefix="/api/v1", description="What waits for you, and what became of what was sent"
)


@route(blp, "GET", "/inbox", permission="inbox.read", query=InboxQuery, out=AlertOut, paged=True)
def alerts(actor: Actor, query: dict[str, Any]) -> Any:
    """The alerts of your organisation, newest first."""
    with resource(Database).read() as session:
        rows = inbox.alerts_for(
            session,
            actor,
            unread=query["unread"],
            urgent=query["urgent"],
            kind=query["kind"],
            cursor=query["cursor"],
            at_most=query["limit"] + 1,
        )
        return page_of(rows, query, ref=lambda alert: alert.ref)


@route(blp, "POST", "/inbox/<ref>/reading", permission="inbox.read", out=AlertOut)
def reading(actor: Actor, ref: str) -> Any:
    """Mark an alert as read. It acknowledges nothing: an acknowledgement is a named person's, of the notice."""
    with resource(Database).write() as session:
        return inbox.read_alert(session, actor, ref, now=utc_now())


@route(blp, "GET", "/events", permission="event.read", query=EventsQuery, out=EventOut, paged=True)
def events(actor: Actor, query: dict[str, Any]) -> Any:
    """What happened that concerns your organisation, in order: go on after the last event you have seen."""
    with resource(Database).read() as session:
        rows = feed.events_after(session, actor, cursor=query["cursor"], at_most=query["limit"] + 1)
        return page_of(rows, query, ref=lambda event: event.ref)


@route(blp, "GET", "/deliveries", permission="delivery.read", query=DeliveriesQuery, out=DeliveryOut, paged=True)
def deliveries(actor: Actor, query: dict[str, Any]) -> Any:
    """Who was told of one notice or placement, when, through what, and each attempt."""
    with resource(Database).read() as session:
        rows = inbox.deliveries_about(
            session, actor, query["subject"], cursor=query["cursor"], at_most=query["limit"] + 1
        )
        return page_of(rows, query, ref=lambda shown: str(shown.row.ref))


@route(blp, "POST", "/deliveries/<ref>/resend", permission="delivery.resend", out=DeliveryOut)
def resend(actor: Actor, ref: str) -> Any:
    """Queue a delivery that failed again, now, under the same reference."""
    with resource(Database).write() as session:
        return inbox.resend(session, actor, ref, now=utc_now())
