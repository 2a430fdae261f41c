"""What is said of a marker beside any notice, and how the markers of a placement are shown. As JSON and as forms."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from hub.duties.words import MARKERS
from hub.registry.schemas_out import OrganisationOut
from hub.registry.schemas_parts import AUDIENCES, PERSONAL, USUAL_AUDIENCE, Day, Words, one_of

ACTS: Final = ("added", "carried", "changed", "reviewed", "ended")
_WHO: Final = "Enter the name and role of whoever says so."


def _audience(**given: Any) -> fields.List[Any]:
    described = {"metadata": {"description": "who may see it, besides the organisation that says it"}}
    return fields.List(one_of(AUDIENCES), validate=validate.Length(max=len(AUDIENCES)), **{**described, **given})


class MarkerAddIn(Schema):
    """Something to look out for with a child: what, who says so, whence it is known, who may see it."""

    marker = one_of(MARKERS, required=True, metadata=PERSONAL, error_messages={"required": "Choose what it is."})
    detail = Words(1000, personal=True)
    author = Words(120, required=True, error_messages={"required": _WHO})
    source = Words(200, personal=True)
    noted_on = Day(metadata={"description": "when it was noted; at the latest today"})
    review_on = Day(metadata={"description": "when it is to be looked at again; where left out, the policy says"})
    audience = _audience(load_default=lambda: list(USUAL_AUDIENCE))


class _VersionIn(Schema):
    """Which version was read, and who makes the next."""

    by = Words(120, required=True, error_messages={"required": "Enter your name and role."})
    version = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=1),
        error_messages={"required": "Send the version of the marker that you read."},
    )


class MarkerChangeIn(_VersionIn):
    """What is to be said of it from now on, and why; what is left out stays, and ``null`` takes it out."""

    detail = Words(1000, personal=True, allow_none=True)
    author = Words(120)
    source = Words(200, personal=True, allow_none=True)
    noted_on = Day(allow_none=True)
    review_on = Day()
    audience = _audience()
    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why you change it."})


class MarkerReviewIn(_VersionIn):
    """It was looked at, and still holds."""

    reason = Words(1000, personal=True, metadata={"description": "what was found"})
    review_on = Day(metadata={"description": "when it is to be looked at again; where left out, the policy says"})


class MarkerEndIn(_VersionIn):
    """It holds no more."""

    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why it holds no more."})


class _WordsOut(Schema):
    """What is said of a marker."""

    detail = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    author = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    noted_on = fields.Date(required=True, allow_none=True)
    review_on = fields.Date(required=True)
    audience = fields.List(fields.String(validate=validate.OneOf(AUDIENCES)), required=True)


class VersionOut(_WordsOut):
    """One version of a marker: what was done, by which organisation and officer, by which notice if by one, and why."""

    version = fields.Integer(required=True)
    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    at = fields.AwareDateTime(required=True)
    organisation = fields.Nested(OrganisationOut, required=True)
    by = fields.String(required=True, allow_none=True)
    notice = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata=PERSONAL)


class MarkerOut(_WordsOut):
    """A marker as it stands, with what stood before. ``organisation``: whose it is."""

    ref = fields.String(required=True)
    placement = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("current", "ended")))
    marker = fields.String(required=True, attribute="code", validate=validate.OneOf(MARKERS), metadata=PERSONAL)
    organisation = fields.Nested(OrganisationOut, required=True)
    is_due_for_review = fields.Boolean(required=True)
    may_change = fields.Boolean(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    history = fields.List(fields.Nested(VersionOut), required=True)


class AdviceOut(Schema):
    """Do not grade as of lowest risk: advice, not control. ``because``: markers and ``out_of_area``."""

    because = fields.List(fields.String(), required=True, metadata=PERSONAL)
    authors = fields.List(fields.String(), required=True)
    expires_on = fields.Date(required=True)
    is_due_for_review = fields.Boolean(required=True)
    policy = fields.Date(required=True)


class HeldOut(Schema):
    """Whether one exists and who holds it."""

    is_held = fields.Boolean(required=True)
    by = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    updated_on = fields.Date(required=True, allow_none=True)
    said_by = fields.String(required=True)


class HeldPapersOut(Schema):
    """Trigger plan and Philomena form; ``null``: nobody said anything about it."""

    trigger_plan = fields.Nested(HeldOut, required=True, allow_none=True)
    philomena = fields.Nested(HeldOut, required=True, allow_none=True)


class PlacementMarkersOut(Schema):
    """The markers of a placement that your organisation may see, those that stand first, and what follows from them."""

    placement = fields.String(required=True)
    party = fields.String(required=True)
    markers = fields.List(fields.Nested(MarkerOut), required=True)
    advice = fields.Nested(AdviceOut, required=True, allow_none=True)
    held = fields.Nested(HeldPapersOut, required=True)
