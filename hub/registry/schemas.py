"""What is sent and what is answered: one body for every kind of notice, told apart by ``kind``."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from hub.duties.words import LEGAL_STATUSES, SETTINGS
from hub.notify.states import DUTY_OF_PROMISE
from hub.registry import schemas_parts as parts
from hub.registry.models import NOTICE_KINDS
from hub.registry.schemas_parts import PERSONAL, Day, Fact, Instant, Words, gss_code, one_of, ref_of

COUNTRIES: Final = ("Scotland", "Northern Ireland", "Channel Islands", "Isle of Man", "outside_uk")
END_REASONS: Final = (
    "planned_move",
    "returned_home",
    "adopted",
    "turned_18",
    "responsibility_transferred",
    "order_ended",
    "breakdown",
    "immediate_risk",
    "detained",
    "died",
    "other",
)


class NoticeIn(Schema):
    """A notice of any kind, complete or not: drafts are kept as far as they go, submission asks for the legal minimum."""

    kind = one_of(NOTICE_KINDS, required=True, error_messages={"required": "Say which kind of notice this is."})
    placement = ref_of("pla", metadata={"description": "The placement that it is about, once the hub knows it"})
    prior_notice = ref_of(
        "ntc", metadata={"description": "An earlier notice that it follows, such as the consultation"}
    )
    author = fields.Nested(parts.AuthorIn)
    manager = fields.Nested(parts.AuthorIn)

    child = fields.Nested(parts.ChildIn, metadata=PERSONAL)
    placing_authority = gss_code(metadata={"description": "In a provider's notice: the council responsible"})
    placing_body = fields.Nested(parts.ContactIn, metadata={"description": "Who placed the child, when not a council"})
    legal_status = one_of(LEGAL_STATUSES)
    s20_or_s21 = Fact(metadata={"description": "Accommodated under section 20 or 21 (reg 41)"})
    s31 = Fact(metadata={"description": "Subject to a care or supervision order under section 31 (reg 41)"})
    legal_note = Words(300, personal=True)
    short_break = fields.Nested(parts.ShortBreakIn)

    setting = one_of(SETTINGS)
    address = fields.Nested(parts.AddressIn, metadata=PERSONAL)
    country = one_of(COUNTRIES, metadata={"description": "Only when neither in England nor in Wales"})
    receiving_body = fields.Nested(parts.ReceivingBodyIn)
    area = fields.Nested(parts.AreaIn)
    provider = fields.Nested(parts.ProviderIn)
    carer = fields.Nested(parts.ContactIn, metadata=PERSONAL)
    specialist_care = Words(1000, personal=True)

    starts_at = Instant()
    starts_on = Day()
    ends_at = Instant()
    ends_on = Day()
    changed_at = Instant()
    changed_on = Day()
    changes = Words(2000, personal=True)
    end_reason = one_of(END_REASONS)
    end_note = Words(1000, personal=True)
    expected_length = Words(200)
    emergency = fields.Nested(parts.EmergencyIn)
    reason_not_notified_earlier = Words(1000, personal=True)

    needs_assessment = Words(20000, personal=True)
    suitability_reasons = Words(20000, personal=True)
    care_plan = fields.Nested(parts.CarePlanIn)
    files = fields.List(fields.Nested(parts.FileIn), validate=validate.Length(max=20, error="At most twenty files."))
    approval = fields.Nested(parts.ApprovalIn)

    social_worker = fields.Nested(parts.ContactIn)
    out_of_hours = fields.Nested(parts.ContactIn)
    iro = fields.Nested(parts.IroIn)
    ehc_plan = fields.Nested(parts.EhcPlanIn)
    school = fields.Nested(parts.PlaceIn)
    gp = fields.Nested(parts.PlaceIn)
    child_protection_plan = Fact(metadata=PERSONAL)
    functions_agreed = Words(1000)

    markers = fields.List(
        fields.Nested(parts.MarkerIn), validate=validate.Length(max=40, error="At most forty markers.")
    )
    trigger_plan = fields.Nested(parts.HeldIn)
    philomena = fields.Nested(parts.HeldIn)
    contacts_withheld = fields.List(fields.Nested(parts.WithheldIn), validate=validate.Length(max=20))

    @validates_schema
    def _one_time_each(self, given: dict[str, Any], **_: Any) -> None:
        """An event has a time or only a day, not both."""
        both = [stem for stem in ("starts", "ends", "changed") if {f"{stem}_at", f"{stem}_on"} <= given.keys()]
        if both:
            raise ValidationError(
                {f"{stem}_on": ["Give the day alone, or the day with its time; not both."] for stem in both}
            )

    @validates_schema
    def _one_place(self, given: dict[str, Any], **_: Any) -> None:
        if "country" in given and "area" in given:
            raise ValidationError({"country": ["Name a council of England or Wales, or another country; not both."]})


class WithdrawalIn(Schema):
    """Why a notice is taken back."""

    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say why you withdraw it."})


class AcknowledgementIn(Schema):
    """Who has read it, and what they promise to do by when."""

    by = Words(160, required=True, error_messages={"required": "Enter the name and role of whoever has read it."})
    promise = one_of(tuple(DUTY_OF_PROMISE))
    promise_on = Day()

    @validates_schema
    def _promise_has_a_day(self, given: dict[str, Any], **_: Any) -> None:
        if ("promise" in given) != ("promise_on" in given):
            raise ValidationError({"promise_on": ["Say what is promised and by which day, or neither."]})


class RedirectIn(Schema):
    """It is not ours: whose it is, and why."""

    host_authority = gss_code(required=True, error_messages={"required": "Enter the council whose area it is."})
    reason = Words(1000, personal=True, required=True, error_messages={"required": "Say how you know."})
    by = Words(160, required=True, error_messages={"required": "Enter your name and role."})


class AcceptanceIn(Schema):
    """The host confirms that the address lies in its area."""

    by = Words(160, required=True, error_messages={"required": "Enter your name and role."})
