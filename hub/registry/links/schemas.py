"""What is asked and answered about matches: references, codes and sentences, never a value of a child's."""

from marshmallow import Schema, fields, validate

from hub.core.http import PageQuery
from hub.registry.links.decisions import REASONS, UNDECIDED
from hub.registry.links.states import MATCH
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas_parts import Fact, Words, one_of

STATES = ("linked", *MATCH.states)


class MatchesQuery(PageQuery):
    """Which matches to list: those that wait for a decision, unless another state is asked for."""

    state = one_of(STATES, load_default=UNDECIDED[0])


class MatchOut(Schema):
    """Two placements thought to be one: how sure, why, on what the senders disagree, and what was decided."""

    ref = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    score = fields.Integer(required=True, validate=validate.Range(0, 100))
    reasons = fields.List(
        fields.String(), required=True, metadata={"description": "What agreed and what did not, as codes"}
    )
    explanation = fields.List(fields.String(), required=True, metadata={"description": "The reasons as sentences"})
    differences = fields.List(
        fields.String(), required=True, metadata={"description": "Fields on which the two senders disagree"}
    )
    notice = fields.String(required=True, metadata={"description": "The notice that raised the question"})
    notice_kind = fields.String(required=True, validate=validate.OneOf(NOTICE_KINDS))
    placement = fields.String(required=True, metadata={"description": "The placement that was known already"})
    own_placement = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The placement made for the notice; null where it was linked by itself"},
    )
    created_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    decision_reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(REASONS))


class _Because(Schema):
    reason = one_of(REASONS, required=True, error_messages={"required": "Say how you know."})
    note = Words(1000, personal=True)


class DecisionIn(_Because):
    """Whether the two are one placement, and how you know."""

    same = Fact(required=True, error_messages={"required": "Say whether they are the same placement."})


class UndoingIn(_Because):
    """Why the match is taken back."""
