"""What is answered about the course of an interview. Instants are UTC; what was written is there for whoever may read it."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.registry.schemas_out import maybe, maybe_organisation
from hub.registry.schemas_parts import PERSONAL
from hub.spotpurchase.interviews.models import CHILD_SAID, HOW, NEWS, OUTCOMES
from hub.spotpurchase.providers.models import MODES
from hub.spotpurchase.states import APPOINTMENT, INTERVIEW_REQUEST


def _code(words: tuple[str, ...], **given: Any) -> fields.Field[Any]:
    return fields.String(required=True, validate=validate.OneOf(words), **given)


def _words() -> fields.String:
    return fields.String(metadata=PERSONAL)


class ChildOfferOut(Schema):
    """The child was offered an interview, and said something."""

    ref = fields.String(required=True)
    offered_at = fields.AwareDateTime(required=True)
    how = _code(HOW)
    said = _code(CHILD_SAID)
    recorded_at = fields.AwareDateTime(required=True)
    carer_offered_at = maybe(fields.AwareDateTime)
    taken_back_at = maybe(fields.AwareDateTime)
    organisation = maybe_organisation()
    by = fields.String()
    reason = _words()
    note = _words()
    carer_by = fields.String()
    carer_note = _words()


class AppointmentOut(Schema):
    """A time at which the child is to be seen, or was."""

    ref = fields.String(required=True)
    state = _code(APPOINTMENT.states)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    mode = _code(MODES)
    sequence = fields.Integer(
        required=True, metadata={"description": "how often what calendars hold of it has changed"}
    )
    booked_at = fields.AwareDateTime(required=True)
    held_at = maybe(fields.AwareDateTime)
    held_until = maybe(fields.AwareDateTime)
    cancelled_at = maybe(fields.AwareDateTime)
    cancel_reason = maybe(fields.String)
    late_reason = maybe(fields.String)
    performer = maybe_organisation()
    by = fields.String()
    place = _words()
    interviewer = _words()
    present = _words()
    interpreter = _words()
    note = _words()


class InterviewAttemptOut(Schema):
    """An attempt to see the child, or to reach somebody about it."""

    ref = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    how = _code(HOW)
    outcome = _code(OUTCOMES)
    miles = fields.Integer(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    taken_back_at = maybe(fields.AwareDateTime)
    performer = maybe_organisation()
    by = fields.String()
    note = _words()


class InterviewNewsOut(Schema):
    """Something that happened before the interview. `answers`: what you may decide; none where nothing waits for you."""

    ref = fields.String(required=True)
    kind = _code(NEWS)
    episode = maybe(fields.String)
    noticed_at = fields.AwareDateTime(required=True)
    answered_at = maybe(fields.AwareDateTime)
    answer = maybe(fields.String)
    answers = fields.List(fields.String(), required=True)


class _OfRequest(Schema):
    request = fields.String(required=True)
    request_state = _code(INTERVIEW_REQUEST.states)


class ChildOfferMadeOut(ChildOfferOut, _OfRequest):
    """An offer to a child, and how its request stands by it."""


class AppointmentMadeOut(AppointmentOut, _OfRequest):
    """An appointment, and how its request stands by it."""


class AttemptMadeOut(InterviewAttemptOut, _OfRequest):
    """An attempt, and how its request stands by it."""


class InterviewNewsMadeOut(InterviewNewsOut, _OfRequest):
    """What was decided, and how the request stands by it."""


class GivenBackOut(_OfRequest):
    """How the request stands after it was given back."""


class CourseOut(Schema):
    """How an interview went so far."""

    request = fields.String(required=True)
    state = _code(INTERVIEW_REQUEST.states)
    latest_at = fields.AwareDateTime(required=True, metadata={"description": "the 72nd hour, which never moves"})
    first_offered_at = maybe(fields.AwareDateTime)
    first_tried_at = maybe(fields.AwareDateTime)
    carried_out_at = maybe(fields.AwareDateTime)
    is_within_72_hours = maybe(fields.Boolean)
    tries_left = maybe(fields.Integer)
    offers = fields.List(fields.Nested(ChildOfferOut), required=True)
    appointments = fields.List(fields.Nested(AppointmentOut), required=True)
    attempts = fields.List(fields.Nested(InterviewAttemptOut), required=True)
    news = fields.List(fields.Nested(InterviewNewsOut), required=True)
