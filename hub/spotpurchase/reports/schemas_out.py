"""What is answered about reports of interviews. Instants are UTC; ``content`` is line by line, by the codes of the policy."""

from typing import Any

from marshmallow import Schema, fields, validate

from hub.registry.schemas_out import OrganisationOut, maybe, maybe_organisation
from hub.registry.schemas_parts import PERSONAL
from hub.spotpurchase.reports.models import VIEWS, WAITS, WISHES
from hub.spotpurchase.reports.policy import OWN
from hub.spotpurchase.reports.record import FIELDS
from hub.spotpurchase.reports.schemas import NECESSITY, OUTCOMES, RECALLS, RECOMMENDATION_ANSWERS, InterviewRecordIn
from hub.spotpurchase.reports.views import LEFT_OUT, NAME_COVERED, NOT_IN_VIEW
from hub.spotpurchase.states import INTERVIEW_REPORT, RECOMMENDATION, REFERRAL, SHARE


def _state(states: tuple[str, ...]) -> fields.Field[Any]:
    return fields.String(required=True, validate=validate.OneOf(states))


def _lines(**given: Any) -> fields.Field[Any]:
    described = {**PERSONAL, "description": "line by line, by its code"}
    names = fields.String(validate=validate.OneOf(FIELDS))
    return fields.Dict(keys=names, values=fields.Raw(), required=True, metadata=described, **given)


class ReportDraftOut(Schema):
    """A report as its author has it. `version` is its ETag; 0: nothing was saved yet. `state` tells whether it was sent."""

    request = fields.String(required=True)
    ref = maybe(fields.String)
    number = fields.Integer(required=True)
    version = fields.Integer(required=True)
    state = _state(INTERVIEW_REPORT.states)
    begun_at = maybe(fields.AwareDateTime)
    record = fields.Dict(
        required=True, metadata={**PERSONAL, "description": f"as {InterviewRecordIn.__name__} was sent"}
    )
    narrative = maybe(fields.String, metadata=PERSONAL)


class ReportBriefOut(Schema):
    """A report in a list. ``part``: what you are to it; ``unanswered``: how many of its points nobody has answered."""

    ref = fields.String(required=True)
    request = fields.String(required=True)
    number = fields.Integer(required=True)
    state = _state(INTERVIEW_REPORT.states)
    part = fields.String(required=True, validate=validate.OneOf(OWN))
    placing_authority = maybe_organisation()
    host_authority = maybe_organisation()
    author = maybe_organisation()
    begun_at = fields.AwareDateTime(required=True)
    submitted_at = maybe(fields.AwareDateTime)
    acknowledged_at = maybe(fields.AwareDateTime)
    unanswered = fields.Integer(required=True)
    waits_for = fields.String(required=True, validate=validate.OneOf(WAITS))


class PointAnswerOut(Schema):
    """One answer, to a recommendation or about a referral."""

    answer = fields.String(validate=validate.OneOf(RECOMMENDATION_ANSWERS))
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    reason = fields.String(metadata=PERSONAL)
    words = fields.String(metadata=PERSONAL)
    by = fields.String()
    done_by = fields.String()
    on = fields.String()
    at = fields.String()
    organisation = fields.String()


class RecommendationOut(Schema):
    """A recommendation and its answers. ``is_ours``: you are to answer it. ``passed_on_at``: since when the host knows of it."""

    ref = fields.String(required=True)
    number = fields.Integer(required=True)
    to = maybe_organisation()
    state = _state(RECOMMENDATION.states)
    passed_on_at = maybe(fields.AwareDateTime)
    answered_at = maybe(fields.AwareDateTime)
    is_ours = fields.Boolean(required=True)
    text = fields.String(required=True, metadata=PERSONAL)
    answers = fields.List(fields.Nested(PointAnswerOut), required=True, metadata=PERSONAL)


class ReferralOut(Schema):
    """A safeguarding referral, and what became of it. ``made_at`` null: the interviewer asks that it be made."""

    ref = fields.String(required=True)
    number = fields.Integer(required=True)
    state = _state(REFERRAL.states)
    made_at = maybe(fields.AwareDateTime)
    outcome = maybe(fields.String)
    answered_at = maybe(fields.AwareDateTime)
    kind = fields.String(required=True, metadata=PERSONAL)
    what = fields.String(required=True, metadata=PERSONAL)
    to_whom = fields.String(required=True, metadata=PERSONAL)
    answers = fields.List(fields.Nested(PointAnswerOut), required=True, metadata=PERSONAL)


class RedactionOut(Schema):
    """A line that was left out, or in which a name was covered."""

    field = fields.String(required=True, validate=validate.OneOf(FIELDS))
    reason = fields.String(required=True, validate=validate.OneOf((NOT_IN_VIEW, LEFT_OUT, NAME_COVERED)))


class ShareDecisionOut(Schema):
    """Why a view was given, and what: for the placing authority, which answers for it."""

    content = fields.Dict(metadata=PERSONAL)
    necessity = fields.List(fields.String(validate=validate.OneOf(NECESSITY)))
    necessity_words = fields.String(metadata=PERSONAL)
    proportionality = fields.String(metadata=PERSONAL)
    override = fields.String(metadata=PERSONAL)
    by = fields.String()
    recall = fields.String(validate=validate.OneOf(RECALLS))
    wishes = fields.String(validate=validate.OneOf(WISHES), metadata=PERSONAL)
    redacted = fields.List(fields.Nested(RedactionOut), metadata=PERSONAL)


class ShareStandsOut(Schema):
    """How a view that was given stands. ``number``: of the version of the report that it shows."""

    ref = fields.String(required=True)
    recipient = maybe_organisation()
    view = _state(VIEWS)
    state = _state(SHARE.states)
    number = fields.Integer(required=True)
    given_at = fields.AwareDateTime(required=True)
    acknowledged_at = maybe(fields.AwareDateTime)
    asked_at = maybe(fields.AwareDateTime)
    answered_at = maybe(fields.AwareDateTime)
    recalled_at = maybe(fields.AwareDateTime)
    question = maybe(fields.String, metadata=PERSONAL)
    answer = maybe(fields.String, metadata=PERSONAL)
    decision = fields.Nested(ShareDecisionOut, required=True, allow_none=True, metadata=PERSONAL)


class ReportedEpisodeOut(Schema):
    """An episode that the interview was for. ``in_time``: within 72 hours of its own return."""

    ref = fields.String(required=True)
    returned_at = fields.String(required=True)
    in_time = fields.Boolean(required=True)


class InterviewReportOut(ReportBriefOut):
    """A report as the placing authority, or whoever wrote it, reads it. ``newest``: the version that stands."""

    episodes = fields.List(fields.Nested(ReportedEpisodeOut), required=True)
    newest = fields.String(required=True)
    correction = maybe(fields.String)
    content = _lines()
    submitted_by = maybe(fields.String)
    acknowledged_by = maybe(fields.String)
    recommendations = fields.List(fields.Nested(RecommendationOut), required=True, metadata=PERSONAL)
    referrals = fields.List(fields.Nested(ReferralOut), required=True, metadata=PERSONAL)
    shares = fields.List(fields.Nested(ShareStandsOut), required=True, metadata=PERSONAL)


class SharedBriefOut(Schema):
    """A view that you were given, in a list. ``is_corrected``: a corrected report has taken the place of what it shows."""

    ref = fields.String(required=True)
    view = _state(VIEWS)
    state = _state(SHARE.states)
    placing_authority = maybe_organisation()
    recipient = maybe_organisation()
    given_at = fields.AwareDateTime(required=True)
    acknowledged_at = maybe(fields.AwareDateTime)
    asked_at = maybe(fields.AwareDateTime)
    answered_at = maybe(fields.AwareDateTime)
    recalled_at = maybe(fields.AwareDateTime)
    is_corrected = fields.Boolean(required=True)
    episodes = fields.List(
        fields.String(), required=True, metadata={"description": "missing episodes that you may see"}
    )


class SharedViewOut(SharedBriefOut):
    """What was given of a report, as it was given. ``content`` null: it was recalled, or is not for you. ``report``: which it is
    a view of, if you may read that.
    """

    report = maybe(fields.String)
    content = _lines(allow_none=True)
    given_by = maybe(fields.String)
    question = maybe(fields.String, metadata=PERSONAL)
    answer = maybe(fields.String, metadata=PERSONAL)
    recommendations = fields.List(fields.Nested(RecommendationOut), required=True, metadata=PERSONAL)


class ShareChoiceOut(Schema):
    """Somebody who may be given something of a report, and which views."""

    organisation = fields.Nested(OrganisationOut, required=True)
    part = fields.String(required=True)
    views = fields.List(fields.String(validate=validate.OneOf(VIEWS)), required=True)


class ShareChoicesOut(Schema):
    """Everybody who may be given something of a report."""

    recipients = fields.List(fields.Nested(ShareChoiceOut), required=True)


class PointAnsweredOut(Schema):
    """How a recommendation or referral stands after an answer."""

    ref = fields.String(required=True)
    state = fields.String(required=True)
    answered_at = maybe(fields.AwareDateTime)
