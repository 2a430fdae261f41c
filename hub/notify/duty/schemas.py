"""The rota as it is shown, and an override as it is sent. As JSON and as forms."""

from typing import Any, Final

import marshmallow as ma

from hub.directory.schemas import Line

KINDS: Final = ("override", "desk", "out_of_hours", "fallback")


class _Instant(ma.fields.AwareDateTime):
    """An instant with its offset."""

    def __init__(self, **given: Any) -> None:
        said = {
            "invalid": "Enter a date and time like 2026-03-31T14:30:00+01:00.",
            "invalid_awareness": "Say which zone the time is in: end it with Z or an offset like +01:00.",
        }
        super().__init__(format="iso", error_messages={**said, **given.pop("error_messages", {})}, **given)


class OverrideIn(ma.Schema):
    """For a while another desk answers."""

    name = Line(
        required=True, longest=120, error_messages={"required": "Enter which desk answers, such as “Storm desk”."}
    )
    phone = Line(required=True, longest=30, error_messages={"required": "Enter the telephone number of that desk."})
    reason = Line(required=True, longest=500, error_messages={"required": "Say why."})
    from_at = _Instant(required=True, error_messages={"required": "Enter from when it answers."})
    until_at = _Instant(required=True, error_messages={"required": "Enter until when it answers."})


class OverrideOut(ma.Schema):
    """An override. ``removed_at``: when somebody ended it early."""

    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    phone = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    from_at = ma.fields.AwareDateTime(required=True)
    until_at = ma.fields.AwareDateTime(required=True)
    entered_at = ma.fields.AwareDateTime(required=True)
    entered_by = ma.fields.String(required=True)
    removed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class WhoAnswersOut(ma.Schema):
    """Who answers. ``kind`` ``fallback``: nobody is on duty, and this number is best tried."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    ref = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    phone = ma.fields.String(required=True)


class OnDutyOut(WhoAnswersOut):
    """Who answers now. ``until``: when that changes, ``null`` where no change is known; ``then``: who answers after it."""

    until = ma.fields.AwareDateTime(required=True, allow_none=True)
    then = ma.fields.Nested(WhoAnswersOut, required=True, allow_none=True)


class ShiftOut(ma.Schema):
    """From when until when one answer holds. ``who``: ``null`` where there is no number at all."""

    from_at = ma.fields.AwareDateTime(required=True)
    until = ma.fields.AwareDateTime(required=True)
    is_gap = ma.fields.Boolean(required=True)
    who = ma.fields.Nested(WhoAnswersOut, required=True, allow_none=True)


class RotaOut(ma.Schema):
    """An organisation's rota for the days to come: who answers now, what changes when, when nobody does, what overrides it."""

    organisation = ma.fields.String(required=True)
    now = ma.fields.Nested(OnDutyOut, required=True, allow_none=True)
    shifts = ma.fields.List(ma.fields.Nested(ShiftOut), required=True)
    gaps = ma.fields.List(ma.fields.Nested(ShiftOut), required=True)
    overrides = ma.fields.List(ma.fields.Nested(OverrideOut), required=True)
