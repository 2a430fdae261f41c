"""What is said about a missing episode, as JSON and as forms. Instants have a time: a day alone starts no clock of hours."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from hub.core.http import PageQuery
from hub.core.sentences import worded
from hub.duties.words import LEGAL_STATUSES, SETTINGS
from hub.missing.matching import REASONS as MERGE_REASONS
from hub.missing.models import CATEGORIES, GRADES
from hub.missing.policy import DUTIES, KINDS, MOST
from hub.missing.states import EPISODE
from hub.missing.taking_back import REASONS, WHAT
from hub.registry.schemas_parts import (
    PERSONAL,
    AddressIn,
    AreaIn,
    ChildIn,
    Day,
    Fact,
    Instant,
    ProviderIn,
    Words,
    gss_code,
    one_of,
    ref_of,
)

_BY = {"required": "Enter your name and role."}
REPORTERS = ("staff", "carer", "officer", "social_worker")
PARTS = ("placing", "host", "provider", "placed", "reported", "found", "home")
STATES = tuple(state for state in EPISODE.states if state != "merged")


class LastPlaceIn(Schema):
    """A place, in words and by its postcode; either is enough."""

    place = Words(300, personal=True)
    postcode = Words(12, personal=True)


class ReportIn(Schema):
    """That a child is missing, or away without authorisation. A force may describe the child in place of naming a placement."""

    placement = ref_of("pla", metadata={"description": "the placement that the child is missing from"})
    child = fields.Nested(ChildIn, metadata={**PERSONAL, "description": "police only: the child as described"})
    placing_authority = gss_code(metadata={"description": "police only: who is thought to be responsible"})
    address = fields.Nested(AddressIn, metadata={**PERSONAL, "description": "police only: where the child lives"})
    area = fields.Nested(AreaIn, metadata={"description": "police only: the council of that address"})
    provider = fields.Nested(ProviderIn, metadata={"description": "police only: the home or agency"})
    setting = one_of(SETTINGS)
    legal_status = one_of(LEGAL_STATUSES)
    starts_on = Day(metadata={"description": "police only: since when the child lives there"})
    category = one_of(CATEGORIES, load_default="missing")
    missing_from_at = Instant(
        required=True, error_messages={"required": "Enter when the child was last known to be where they should be."}
    )
    reported_at = Instant(metadata={"description": "when the police were told; now, if left out"})
    reporter = one_of(REPORTERS, metadata={"description": "`carer`: a foster carer, through the agency"})
    by = Words(160, required=True, error_messages=_BY)
    reference = Words(80, personal=True, metadata={**PERSONAL, "description": "the incident's number at the reporter"})
    said = Words(
        4000, personal=True, metadata={**PERSONAL, "description": "the circumstances, in the reporter's words"}
    )
    last_seen = fields.Nested(LastPlaceIn, metadata=PERSONAL)
    companions = fields.List(
        Words(160, personal=True), validate=validate.Length(max=10, error="Name at most ten."), metadata=PERSONAL
    )
    missing_with = fields.List(
        ref_of("mis"),
        validate=validate.Length(max=10, error="Name at most ten."),
        metadata={"description": "episodes of children missing together with this one"},
    )

    @validates_schema
    def _one_subject(self, given: dict[str, Any], **_: Any) -> None:
        if "placement" in given and given.keys() & {"child", "address", "area", "provider", "placing_authority"}:
            raise ValidationError({"placement": ["Name the placement, or describe the child; not both."]})


class DescriptionIn(Schema):
    """What became known of a child who was described, as far as it did: the later word counts, the earlier stays on record."""

    child = fields.Nested(ChildIn, metadata=PERSONAL)
    placing_authority = gss_code(metadata={"description": "who is thought to be responsible"})
    address = fields.Nested(AddressIn, metadata={**PERSONAL, "description": "where the child lives"})
    area = fields.Nested(AreaIn, metadata={"description": "the council of that address"})
    provider = fields.Nested(ProviderIn, metadata={"description": "the home or agency"})
    setting = one_of(SETTINGS)
    legal_status = one_of(LEGAL_STATUSES)
    starts_on = Day(metadata={"description": "since when the child lives there"})
    by = Words(160, required=True, error_messages=_BY)
    note = Words(4000, personal=True)


class GradeIn(Schema):
    """A grade of risk, as the force calls it."""

    grade = Words(60, required=True, error_messages={"required": "Enter the grade: very low, low, medium or high."})
    label = Words(80, metadata={"description": "what the force calls it, where that is something else"})
    graded_at = Instant(metadata={"description": "now, if left out"})
    by = Words(160, required=True, error_messages=_BY)
    childrens_services_asked = Fact(load_default=False)
    reason = Words(2000, personal=True, metadata={**PERSONAL, "description": "of a low grade, where one is asked for"})
    note = Words(2000, personal=True)


class GradeReasonIn(Schema):
    """Why a low grade stands."""

    grade = ref_of("mgr", required=True)
    reason = Words(2000, personal=True, required=True, error_messages={"required": "Write why the grade is low."})
    by = Words(160, required=True, error_messages=_BY)


class _HappenedIn(Schema):
    by = Words(160, required=True, error_messages=_BY)
    note = Words(4000, personal=True)


class LocationIn(_HappenedIn):
    """When and where the child was found."""

    located_at = Instant(required=True, error_messages={"required": "Enter when the child was found."})
    place = fields.Nested(LastPlaceIn, metadata=PERSONAL)


class ReturnIn(_HappenedIn):
    """When the child came back."""

    returned_at = Instant(required=True, error_messages={"required": "Enter when the child came back."})


class PreventionInterviewIn(_HappenedIn):
    """The police's talk with the child; ``note`` is the summary for the councils."""

    held_at = Instant(required=True, error_messages={"required": "Enter when the police spoke with the child."})


class MergeIn(Schema):
    """Whether two episodes are one, and how you know."""

    other = fields.String(
        required=True,
        validate=validate.Regexp(r"^(mis|mma)_[0-9a-hjkmnp-tv-z]{26}$", error="Name a missing episode or a match."),
        metadata={"description": "the other episode (mis_…), or the question that waits (mma_…)"},
    )
    same = Fact(load_default=True)
    reason = one_of(MERGE_REASONS, required=True, error_messages={"required": "Say how you know."})
    note = Words(1000, personal=True)


class UndoIn(Schema):
    """What is taken back, and why. Each organisation takes back what it said itself."""

    what = one_of((*WHAT, "merge"), required=True, error_messages={"required": "Say what is taken back."})
    reason = one_of(REASONS, required=True, error_messages={"required": "Say why."})
    note = Words(1000, personal=True)


class EpisodesQuery(PageQuery):
    """Which episodes to list: those of children who are awaited still, unless a state is asked for."""

    part = one_of(PARTS, load_default=None, metadata={"description": "only those in which you have this part"})
    state = one_of(STATES, load_default=None)
    grade = one_of((*GRADES, "none"), load_default=None, metadata={"description": "`none`: not graded"})


class PatternsQuery(Schema):
    """Over how many days."""

    days = fields.Integer(load_default=90, validate=validate.Range(1, 730))


class ThresholdIn(Schema):
    """``count`` episodes within ``window_days``; missing for ``hours``; or ``count`` children together."""

    kind = one_of(KINDS, required=True)
    duty = one_of(DUTIES, required=True, metadata={"description": "EREP: a meeting; EREV: a review of the care plan"})
    count = fields.Integer(strict=True, validate=validate.Range(2, 1000))
    window_days = fields.Integer(strict=True, validate=validate.Range(1, 1000))
    hours = fields.Integer(strict=True, validate=validate.Range(1, 1000))
    also_away = Fact(load_default=False)


class ThresholdsIn(Schema):
    """All of the council's thresholds."""

    thresholds = fields.List(
        fields.Nested(ThresholdIn),
        required=True,
        validate=validate.Length(max=MOST, error=worded("Give at most {most} thresholds.", most=MOST)),
    )
