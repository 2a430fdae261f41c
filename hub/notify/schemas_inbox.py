"""The inbox, the feed and the evidence of deliveries as JSON."""

from typing import Any

import marshmallow as ma

from hub.core.http import PageQuery
from hub.core.ids import REF_PATTERN
from hub.notify.inbox import title_of
from hub.notify.messages.kinds import KINDS, PICKUP_CODE


def _instant(what: str, *, attribute: str | None = None, may_lack: bool = False) -> ma.fields.AwareDateTime:
    return ma.fields.AwareDateTime(
        required=True, allow_none=may_lack, format="iso", attribute=attribute, metadata={"description": what}
    )


class InboxQuery(PageQuery):
    """Which alerts of the inbox to list."""

    unread = ma.fields.Boolean(load_default=None, metadata={"description": "true: neither read nor settled"})
    urgent = ma.fields.Boolean(load_default=None)
    kind = ma.fields.String(load_default=None, validate=ma.validate.OneOf(sorted(KINDS - {PICKUP_CODE})))


class EventsQuery(PageQuery):
    """Where in the feed to go on."""

    cursor = ma.fields.String(
        load_default=None, metadata={"description": "`ref` of the last event you have seen; none: from the first"}
    )


class DeliveriesQuery(PageQuery):
    """Whose deliveries to show."""

    subject = ma.fields.String(
        required=True,
        validate=ma.validate.Regexp(REF_PATTERN, error="Send the reference of a notice or a placement."),
        metadata={"description": "the notice or placement that was told of"},
    )


class AlertOut(ma.Schema):
    """One alert in the inbox: a nudge that something waits. It says nothing about a child."""

    ref = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.Function(title_of, required=True, metadata={"type": "string"})
    subject = ma.fields.String(required=True, attribute="subject_ref")
    role = ma.fields.String(required=True)
    is_urgent = ma.fields.Boolean(required=True)
    raised_at = _instant("when it was raised")
    read_at = _instant("when it was first marked as read", may_lack=True)
    settled_at = _instant("when what it was about was settled", attribute="cancelled_at", may_lack=True)
    duty_code = ma.fields.String(required=True, allow_none=True)
    due_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    due_on = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        if attr in ("duty_code", "due_at", "due_on"):
            return obj.details.get(attr)
        return super().get_attribute(obj, attr, default)


class EventOut(ma.Schema):
    """One event of the feed."""

    ref = ma.fields.String(required=True, metadata={"description": "the cursor with which to go on after it"})
    type = ma.fields.String(required=True)
    subject = ma.fields.String(required=True, attribute="subject_ref")
    at = _instant("when it happened")
    details = ma.fields.Dict(required=True, keys=ma.fields.String(), metadata={"description": "references and codes"})


class AttemptOut(ma.Schema):
    """One try at one delivery."""

    number = ma.fields.Integer(required=True)
    at = _instant("when its outcome was recorded")
    outcome = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"description": "the reply code, or a word such as timeout"})


class ToldOut(ma.Schema):
    """Who was told."""

    ref = ma.fields.String(required=True, attribute="organisation_ref")
    name = ma.fields.String(required=True, attribute="organisation_name")
    role = ma.fields.String(required=True)
    contact_point = ma.fields.String(required=True, attribute="contact_point_ref")


class DeliveryOut(ma.Schema):
    """One alert by one channel, and every attempt at it."""

    ref = ma.fields.String(required=True, attribute="row.ref")
    alert = ma.fields.String(required=True, attribute="row.alert_ref")
    kind = ma.fields.String(required=True, attribute="row.kind")
    subject = ma.fields.String(required=True, attribute="row.subject_ref")
    told = ma.fields.Nested(ToldOut, required=True, attribute="row")
    channel = ma.fields.String(required=True, attribute="row.channel")
    state = ma.fields.String(required=True, attribute="row.state")
    held_for = ma.fields.String(required=True, allow_none=True, attribute="row.held_for")
    raised_at = _instant("when the alert was raised", attribute="row.raised_at")
    next_attempt_at = _instant("when it is tried next", attribute="row.next_attempt_at", may_lack=True)
    accepted_at = _instant("when the other side took it", attribute="row.accepted_at", may_lack=True)
    closed_at = _instant("when it was over", attribute="row.closed_at", may_lack=True)
    read_at = _instant("when the alert was marked as read", attribute="row.read_at", may_lack=True)
    last_code = ma.fields.String(required=True, allow_none=True, attribute="row.last_code")
    attempts = ma.fields.List(ma.fields.Nested(AttemptOut), required=True)
