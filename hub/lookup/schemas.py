"""What is asked and answered of look-ups, as JSON and as forms."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from hub.core.http import PageQuery
from hub.lookup.policy import FIELDS, RELATIONS, STAGES
from hub.lookup.telling import STAGES as STAGES_ASKED
from hub.registry.schemas_out import OrganisationOut, maybe
from hub.registry.schemas_parts import PERSONAL, DateOfBirth, IdentifiersIn, Words, gss_code, one_of, ref_of

OUTCOMES: Final = ("proper", "explained", "improper")
_BY = "Enter your name and role."
_CODE: Final = validate.Regexp(r"^[a-z][a-z_]{1,39}$", error="Choose one of the purposes.")


# --- what is asked ----------------------------------------------------------------------------------------------------


class LookUpIn(Schema):
    """Purpose and incident reference, then what is known of the child: enough to mean one, and no more than is known."""

    purpose = fields.String(
        required=True, validate=_CODE, error_messages={"required": "Say what you look the child up for."}
    )
    incident_reference = Words(
        60,
        required=True,
        error_messages={"required": "Enter the incident reference: nothing is looked up without one."},
    )
    by = Words(
        160, metadata={"description": "Of a control-room system: who asks, by name or number. Limits count them."}
    )
    family_name = Words(100, personal=True)
    given_names = Words(100, personal=True)
    born_on = DateOfBirth(metadata=PERSONAL)
    born_year = fields.Integer(strict=True, validate=validate.Range(1990, 2100, error="Check the year."))
    born_month = fields.Integer(strict=True, validate=validate.Range(1, 12, error="Enter a month from 1 to 12."))
    age = fields.Integer(strict=True, validate=validate.Range(0, 25, error="Enter an age from 0 to 25."))
    postcode = Words(12, personal=True, metadata={"description": "Of where the child lives, or was placed"})
    home = Words(160, personal=True, metadata={"description": "The home's name, reference or Ofsted number"})
    phone = Words(40, personal=True, metadata={"description": "The carer's or the home's"})
    identifiers = fields.Nested(IdentifiersIn, metadata=PERSONAL)
    placing_authority = gss_code(metadata={"description": "The council whose own number `identifiers.local_id` is"})

    @validates_schema
    def _one_birth(self, given: dict[str, Any], **_: Any) -> None:
        if "born_month" in given and "born_year" not in given:
            raise ValidationError({"born_year": ["Give the year with the month."]})
        if sum(name in given for name in ("born_on", "born_year", "age")) > 1:
            raise ValidationError({"born_on": ["Give the date of birth, or its year, or the age: one of them."]})
        if "local_id" in given.get("identifiers", {}) and "placing_authority" not in given:
            raise ValidationError({"placing_authority": ["Say whose number it is: the council's GSS code."]})


_CANDIDATE = "The child's `candidate` in this look-up"


class LookUpDisclosureIn(Schema):
    """Which child of the look-up, which stage, and the purpose confirmed for that child."""

    candidate = ref_of("cnd", required=True, metadata={"description": _CANDIDATE})
    stage = one_of(STAGES_ASKED, load_default="confirmed")
    purpose = fields.String(
        required=True, validate=_CODE, error_messages={"required": "Confirm the purpose for this child."}
    )
    because = Words(500, personal=True, metadata={"description": "Of a weak match: how you know that it is the child"})
    by = Words(160)


class BreakGlassIn(Schema):
    """Why the shield of this child is broken. It is reviewed by two privacy leads."""

    candidate = ref_of("cnd", required=True, metadata={"description": _CANDIDATE})
    purpose = fields.String(
        required=True, validate=_CODE, error_messages={"required": "Confirm the purpose for this child."}
    )
    reason = Words(
        1000,
        personal=True,
        required=True,
        error_messages={"required": "Say why ringing the number cannot wait."},
    )
    by = Words(160)


class ShieldIn(Schema):
    """Why look-ups of this child say only whom to ring; or do so no more."""

    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why."})
    by = Words(160, required=True, error_messages={"required": _BY})


class ReviewOutcomeIn(Schema):
    """What the privacy lead found."""

    outcome = one_of(OUTCOMES, required=True, error_messages={"required": "Say whether it was proper."})
    note = Words(2000, personal=True)
    by = Words(160, required=True, error_messages={"required": _BY})

    @validates_schema
    def _say_why(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("outcome") in ("explained", "improper") and "note" not in given:
            raise ValidationError({"note": ["Say what you found."]})


class LookUpsQuery(PageQuery):
    """Which look-ups of the organisation's."""

    incident_reference = Words(60, load_default=None)
    mine = fields.Boolean(load_default=False)


# --- what is answered -------------------------------------------------------------------------------------------------


class ShownTelephoneOut(Schema):
    """A desk and its number."""

    desk = fields.String(required=True)
    phone = fields.String(required=True)


class ShownOnDutyOut(ShownTelephoneOut):
    """Who answers now. ``kind``: desk, out_of_hours, override, notice (as the notice said), fallback (nobody is on duty)."""

    kind = fields.String(required=True)
    until = maybe(fields.AwareDateTime)
    then = fields.Nested(ShownTelephoneOut, required=True, allow_none=True)


class ShownStatusOut(Schema):
    """Whether the child lives there: current, to_come, ended, none."""

    status = fields.String(required=True)
    starts_at = maybe(fields.AwareDateTime)
    ends_at = maybe(fields.AwareDateTime)


class ShownCarerOut(Schema):
    """Somebody who looks after the child."""

    name = maybe(fields.String, metadata=PERSONAL)
    phone = maybe(fields.String)


class ShownWorkerOut(ShownCarerOut):
    """The child's social worker."""

    email = maybe(fields.String)


class ShownMarkerOut(Schema):
    """A marker that the asker may see."""

    ref = fields.String(required=True)
    marker = fields.String(required=True, metadata=PERSONAL)
    author = maybe(fields.String)
    organisation = fields.String(required=True)
    noted_on = maybe(fields.Date)
    review_on = maybe(fields.Date)
    is_due_for_review = fields.Boolean(required=True)


class ShownMarkerDetailOut(Schema):
    """What stands behind a marker."""

    ref = fields.String(required=True)
    marker = fields.String(required=True, metadata=PERSONAL)
    detail = maybe(fields.String, metadata=PERSONAL)
    source = maybe(fields.String, metadata=PERSONAL)


class ShownAdviceOut(Schema):
    """Do not grade as lowest risk: why, who says so, until when."""

    because = fields.List(fields.String(), required=True)
    authors = fields.List(fields.String(), required=True)
    expires_on = fields.Date(required=True)
    is_due_for_review = fields.Boolean(required=True)


class ShownEpisodeOut(Schema):
    """A time that the child was missing before."""

    category = fields.String(required=True)
    state = fields.String(required=True)
    missing_from_at = fields.AwareDateTime(required=True)
    located_at = maybe(fields.AwareDateTime)
    returned_at = maybe(fields.AwareDateTime)
    grade = maybe(fields.String)


class ShownHeldOut(Schema):
    """That a plan or form exists, and who holds it."""

    held = fields.Boolean(required=True)
    by = maybe(fields.String)
    updated_on = maybe(fields.Date)


class ShownFieldsOut(Schema):
    """The fields that the policy allows here, and no other; one of which nothing is known is null."""

    initials = fields.String(allow_none=True, metadata=PERSONAL)
    year_of_birth = fields.Integer(allow_none=True, metadata=PERSONAL)
    home = fields.String(allow_none=True, metadata=PERSONAL)
    town = fields.String(allow_none=True, metadata=PERSONAL)
    placing_authority = fields.Nested(OrganisationOut, allow_none=True)
    out_of_hours = fields.Nested(ShownOnDutyOut, allow_none=True)
    placement_status = fields.Nested(ShownStatusOut)
    carer = fields.Nested(ShownCarerOut, allow_none=True, metadata=PERSONAL)
    markers = fields.List(fields.Nested(ShownMarkerOut), metadata=PERSONAL)
    grade_advice = fields.Nested(ShownAdviceOut, allow_none=True, metadata=PERSONAL)
    last_episodes = fields.List(fields.Nested(ShownEpisodeOut), metadata=PERSONAL)
    trigger_plan = fields.Nested(ShownHeldOut, allow_none=True)
    philomena = fields.Nested(ShownHeldOut, allow_none=True)
    marker_details = fields.List(fields.Nested(ShownMarkerDetailOut), metadata=PERSONAL)
    specialist_care = fields.String(allow_none=True, metadata=PERSONAL)
    child_protection_plan = fields.Boolean(allow_none=True, metadata=PERSONAL)
    social_worker = fields.Nested(ShownWorkerOut, allow_none=True)
    ring = fields.Nested(ShownOnDutyOut, allow_none=True)


class PossibleMatchOut(Schema):
    """A child who may be meant. ``band``: strong from the disclosure threshold on, else weak."""

    candidate = fields.String(required=True)
    band = fields.String(required=True, validate=validate.OneOf(("strong", "weak")))
    is_shielded = fields.Boolean(required=True)
    fields_ = fields.Nested(ShownFieldsOut, required=True, data_key="fields", attribute="fields", metadata=PERSONAL)


class LookedUpOut(Schema):
    """Who may be meant. Until ``open_until`` a child can be confirmed."""

    ref = fields.String(required=True)
    purpose = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    open_until = fields.AwareDateTime(required=True)
    matches = fields.List(fields.Nested(PossibleMatchOut), required=True)


class ShownChildOut(Schema):
    """What is shown of one child, and the reference under which it stands on record.

    ``relation``: what your organisation is to the child; null of a shielded one, unless it is your own.
    """

    ref = fields.String(required=True)
    look_up = fields.String(required=True)
    candidate = fields.String(required=True)
    purpose = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    relation = maybe(fields.String, validate=validate.OneOf(RELATIONS))
    is_shielded = fields.Boolean(required=True)
    broke_glass = fields.Boolean(required=True)
    shown_at = fields.AwareDateTime(required=True)
    fields_ = fields.Nested(ShownFieldsOut, required=True, data_key="fields", attribute="fields", metadata=PERSONAL)


class LookUpPurposeOut(Schema):
    """A purpose that the asker's organisation may give."""

    code = fields.String(required=True)
    says = fields.String(required=True)


class LookUpPurposesOut(Schema):
    """What may be asked for, and how the organisation's incident references are written."""

    purposes = fields.List(fields.Nested(LookUpPurposeOut), required=True)
    incident_example = fields.String(required=True)
    incident_pattern = fields.String(required=True)
    open_minutes = fields.Integer(required=True)


class LookUpBriefOut(Schema):
    """A look-up in a list: nothing of the child, nothing of the incident."""

    ref = fields.String(required=True)
    actor = fields.String(required=True)
    purpose = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    stage = fields.String(required=True)
    candidates = fields.Integer(required=True)
    best_band = maybe(fields.String)


class DisclosureShownOut(Schema):
    """What was shown of one child, by the codes of the fields, and no more of the child than was shown then.

    ``relation`` and ``placing_authority`` are null until they were told, ``likeness`` of a shielded child.
    """

    ref = fields.String(required=True)
    actor = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    relation = maybe(fields.String, validate=validate.OneOf(RELATIONS))
    band = fields.String(required=True)
    likeness = maybe(fields.Integer)
    fields_ = fields.List(
        fields.String(validate=validate.OneOf(FIELDS)), required=True, data_key="fields", attribute="fields"
    )
    is_shielded = fields.Boolean(required=True)
    broke_glass = fields.Boolean(required=True)
    shown_at = fields.AwareDateTime(required=True)
    placing_authority = maybe(fields.String)
    reasons = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=PERSONAL)


class ReviewMadeOut(Schema):
    """How a look-up was judged."""

    ref = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reviewed_at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    note = maybe(fields.String, metadata=PERSONAL)


class LookUpOut(LookUpBriefOut):
    """A look-up of one's own organisation, whole: the incident, what was asked by, what was shown, how it was judged."""

    incident_reference = fields.String(required=True)
    by = maybe(fields.String)
    asked = fields.Dict(keys=fields.String(), required=True, metadata=PERSONAL)
    disclosures = fields.List(fields.Nested(DisclosureShownOut), required=True)
    review = fields.Nested(ReviewMadeOut, required=True, allow_none=True)


class LookUpReceiptOut(Schema):
    """Who was shown what of one of our children, and what for."""

    ref = fields.String(required=True)
    look_up = fields.String(required=True)
    organisation = fields.Nested(OrganisationOut, required=True)
    actor = fields.String(required=True)
    purpose = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS))
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    is_shielded = fields.Boolean(required=True)
    broke_glass = fields.Boolean(required=True)
    shown_at = fields.AwareDateTime(required=True)
    placement = maybe(fields.String)


class ChildShieldOut(Schema):
    """A child's shield."""

    ref = fields.String(required=True)
    placement = fields.String(required=True)
    set_at = fields.AwareDateTime(required=True)
    set_by = fields.String(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True, metadata=PERSONAL)
    lifted_at = maybe(fields.AwareDateTime)


class ReviewOwedOut(Schema):
    """A review that a broken shield has made owed, or that was made of one."""

    ref = fields.String(required=True)
    look_up = fields.String(required=True)
    organisation = fields.Nested(OrganisationOut, required=True)
    actor = fields.String(required=True)
    purpose = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    due_at = maybe(fields.AwareDateTime)
    is_late = fields.Boolean(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    reason = maybe(fields.String, metadata=PERSONAL)
    by = maybe(fields.String)
    made = fields.Nested(ReviewMadeOut, required=True, allow_none=True)


class WorkItemOut(LookUpBriefOut):
    """A look-up to review, why it is unusual, and how heavy that weighs."""

    weight = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    is_reviewed = fields.Boolean(required=True)


class LookUpWorklistOut(Schema):
    """The privacy lead's sample: reviewed in so many minutes, it is done for the day."""

    target_minutes = fields.Integer(required=True)
    looked_through = fields.Integer(required=True)
    items = fields.List(fields.Nested(WorkItemOut), required=True)
