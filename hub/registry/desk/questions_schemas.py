"""What is asked and answered about a notice, as JSON and as forms."""

from marshmallow import Schema, fields, validate

from hub.registry.desk.question_states import QUESTION
from hub.registry.desk.questions import FIELDS, KINDS
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas_out import OrganisationOut
from hub.registry.schemas_parts import PERSONAL, Words, one_of

_BY = "Enter your name and role."


class QuestionIn(Schema):
    """A question about a notice, or word that something in it is disputed."""

    kind = one_of(KINDS, load_default="question")
    field = one_of(FIELDS, load_default=None, metadata={"description": "which part of the notice; none: the whole"})
    text = Words(4000, personal=True, required=True, error_messages={"required": "Write what you ask or dispute."})
    by = Words(160, required=True, error_messages={"required": _BY})


class AnswerIn(Schema):
    """What the sender answers, or what is asked again."""

    text = Words(4000, personal=True, required=True, error_messages={"required": "Write your answer."})
    by = Words(160, required=True, error_messages={"required": _BY})


class AskedAgainIn(AnswerIn):
    """Why the answer does not settle it."""

    text = Words(4000, personal=True, required=True, error_messages={"required": "Write what you still ask."})


class SettledIn(Schema):
    """Who says that it is settled."""

    text = Words(4000, personal=True)
    by = Words(160, required=True, error_messages={"required": _BY})


class SaidOut(Schema):
    """What one side said."""

    act = fields.String(required=True, validate=validate.OneOf(("asked", "answered", "asked_again", "closed")))
    at = fields.AwareDateTime(required=True)
    organisation = fields.Nested(OrganisationOut, required=True)
    by = fields.String(required=True)
    text = fields.String(required=True, metadata=PERSONAL)


class QuestionOut(Schema):
    """A question about a notice, with everything that was said. ``turned_at``: since when one side waits for the other."""

    ref = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    field = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(QUESTION.states))
    notice = fields.String(required=True)
    notice_kind = fields.String(required=True, validate=validate.OneOf(NOTICE_KINDS))
    asked_by = fields.Nested(OrganisationOut, required=True)
    asked_of = fields.Nested(OrganisationOut, required=True)
    asked_at = fields.AwareDateTime(required=True)
    turned_at = fields.AwareDateTime(required=True)
    entries = fields.List(fields.Nested(SaidOut), required=True)


class QuestionsOut(Schema):
    """The questions about one notice."""

    items = fields.List(fields.Nested(QuestionOut), required=True)
