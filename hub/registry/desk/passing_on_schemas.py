"""What a host did after it was told, as JSON and as forms."""

from marshmallow import Schema, fields, validate

from hub.registry.desk.passing_on import STEPS, WAYS
from hub.registry.schemas_parts import PERSONAL, Day, Words, one_of, ref_of

_BY = "Enter your name and role."


def _maybe(kind: type[fields.Field]) -> fields.Field:  # type: ignore[type-arg]
    return kind(required=True, allow_none=True)


class HostStepIn(Schema):
    """A step that the host took: what, how, when, and whom it told."""

    step = one_of(STEPS, required=True, error_messages={"required": "Say what was done."})
    method = one_of(WAYS, required=True, error_messages={"required": "Say how it was done."})
    done_on = Day(load_default=None, metadata={"description": "the day it was done; none: today"})
    to = Words(200, load_default=None, metadata={"description": "who was told, where it was not through the hub"})
    organisation = ref_of("org", load_default=None, metadata={"description": "who is told now, through the hub"})
    note = Words(1000, personal=True, load_default=None)
    by = Words(160, required=True, error_messages={"required": _BY})


class TakingBackIn(Schema):
    """Why a step that was recorded does not stand."""

    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why it is taken back."})
    by = Words(160, required=True, error_messages={"required": _BY})


class HostStepOut(Schema):
    """One step as it was recorded."""

    ref = fields.String(required=True)
    step = fields.String(required=True, validate=validate.OneOf(STEPS))
    method = fields.String(required=True, validate=validate.OneOf(WAYS))
    done_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    to = fields.String(required=True)
    by = fields.String(required=True)
    note = fields.String(required=True, metadata=PERSONAL)
    taken_back_at = _maybe(fields.AwareDateTime)


class ItemOut(Schema):
    """One line of the checklist, and how the duty that asks for it stands; null: no duty does."""

    step = fields.String(required=True, validate=validate.OneOf(STEPS))
    is_done = fields.Boolean(required=True)
    duty_code = _maybe(fields.String)
    standing = _maybe(fields.String)
    basis = _maybe(fields.String)
    due_at = _maybe(fields.AwareDateTime)
    due_on = _maybe(fields.Date)
    promise_on = _maybe(fields.Date)
    taken = fields.List(fields.Nested(HostStepOut), required=True)


class ChecklistOut(Schema):
    """What the host has done about one placement, and has still to do."""

    notice = fields.String(required=True)
    placement = fields.String(required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)
