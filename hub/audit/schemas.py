"""What the audit's routes take and show."""

import marshmallow as ma

from hub.audit.events import Event
from hub.core.http import NO_CURSOR, PageQuery
from hub.core.sentences import choose

_EVENTS = [event.label for event in Event]
_REF = ma.validate.Length(max=60)


class EntriesQuery(PageQuery):
    """Which entries, oldest first. Nothing asked for: all that one may see."""

    cursor = ma.fields.String(
        load_default="0",
        validate=ma.validate.Regexp(r"^[0-9]{1,18}$", error=NO_CURSOR),
        metadata={"description": "`next_cursor` of the page before: the number of its last entry"},
    )
    subject = ma.fields.String(
        load_default=None, validate=_REF, metadata={"description": "The reference that the entries are about"}
    )
    actor = ma.fields.String(
        load_default=None, validate=_REF, metadata={"description": "The reference of who acted: a person or a client"}
    )
    event = ma.fields.String(load_default=None, validate=ma.validate.OneOf(_EVENTS, error=choose(_EVENTS)))
    since = ma.fields.AwareDateTime(load_default=None, metadata={"description": "From this instant on"})
    until = ma.fields.AwareDateTime(load_default=None, metadata={"description": "Before this instant"})


class EntryOut(ma.Schema):
    """One act: who, for whom, what, about which reference, when. Never a name or free text about a child."""

    number = ma.fields.Integer(attribute="id", required=True)
    at = ma.fields.AwareDateTime(required=True)
    operation = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    actor_kind = ma.fields.String(required=True)
    actor = ma.fields.String(attribute="actor_ref", required=True)
    subject = ma.fields.String(attribute="subject_ref", required=True)
    details = ma.fields.Dict(required=True)
    is_sealed = ma.fields.Function(lambda entry: entry.batch_id is not None, metadata={"type": "boolean"})


class VerdictOut(ma.Schema):
    """Whether the record is whole."""

    is_whole = ma.fields.Boolean(required=True)
    entries = ma.fields.Integer(required=True)
    batches = ma.fields.Integer(required=True)
    fault = ma.fields.String(required=True, allow_none=True)
    broken_entry = ma.fields.Integer(required=True, allow_none=True)
