"""What providers say of themselves and charge, and what councils agree, as JSON. Money is in whole pence."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from hub.core.http import PageQuery
from hub.core.sentences import worded
from hub.directory.schemas import OpeningHours
from hub.registry.schemas_out import OrganisationOut, maybe
from hub.registry.schemas_parts import Day, Fact, Words, gss_code, one_of
from hub.spotpurchase.pence import Pence, refuse_pounds
from hub.spotpurchase.providers.models import AGREEMENTS, BASES, MODES
from hub.spotpurchase.states import AGREEMENT

GENDERS: Final = ("female", "male")
"""Of interviewers."""
SIDES: Final = ("host", "placing")
MOST_PENCE: Final = 1_000_000
SLIP_UNDER_PENCE: Final = 1_000
"""No interview and no hour of one costs less than £10.00 and more than nothing."""


class Whole(fields.Integer):
    """A whole number between two bounds; ``1.5``, ``"2"`` and ``true`` are none."""

    def __init__(self, least: int, most: int, **given: Any) -> None:
        sentence = worded("Enter a whole number from {least} to {most}.", least=least, most=most)
        bounds = validate.Range(least, most, error=sentence)
        given["error_messages"] = {"invalid": sentence, **given.pop("error_messages", {})}
        super().__init__(strict=True, validate=bounds, **given)

    def _deserialize(self, value: Any, *given: Any, **named: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        number: int = super()._deserialize(value, *given, **named)
        return number


def _some(inner: fields.Field[Any], most: int, **given: Any) -> fields.List[Any]:
    length = validate.Length(1, most, error=worded("Name 1 to {most}.", most=most))
    return fields.List(inner, required=True, validate=length, **given)


def _language() -> fields.String:
    sentence = "Enter a language's code of two small letters (ISO 639-1), such as en or pl."
    return fields.String(validate=validate.Regexp(r"^[a-z]{2}\Z", error=sentence))


class InterviewProviderIn(Schema):
    """What a provider of interviews covers and offers. Whether it can take on more, it says apart: `/capacity`."""

    run_by = gss_code(
        load_default=None,
        allow_none=True,
        metadata={"description": "the council whose own team it is, by GSS code; that council confirms it"},
    )
    covers_everywhere = Fact(load_default=False, metadata={"description": "all of England and Wales"})
    areas = fields.List(
        gss_code(),
        load_default=list,
        validate=validate.Length(max=200, error="Name at most 200 areas, or say that it covers everywhere."),
        metadata={"description": "GSS codes of the councils whose areas it covers; former codes are followed"},
    )
    is_independent = Fact(
        required=True, error_messages={"required": "Say whether it is independent of children's care."}
    )
    independence = Words(
        500,
        required=True,
        error_messages={
            "required": "Say on what its independence rests: who runs it, and that they look after no child."
        },
    )
    languages = _some(_language(), 60)
    genders = _some(one_of(GENDERS), 2)
    modes = _some(one_of(MODES), 3)
    ages = fields.List(
        Whole(0, 25),
        required=True,
        validate=validate.Length(equal=2, error="Give the youngest and the oldest age, such as [8, 17]."),
        metadata={"example": [8, 17]},
    )
    opening_hours = fields.Nested(OpeningHours, load_default=None, allow_none=True)

    @validates_schema
    def _holds_together(self, given: dict[str, Any], **_: Any) -> None:
        if given["covers_everywhere"] == bool(given["areas"]):
            raise ValidationError(
                {"areas": ["Name the areas that it covers, or say that it covers everywhere; not both."]}
            )
        if given["ages"][0] > given["ages"][1]:
            raise ValidationError({"ages": ["Give the youngest age first."]})


class InterviewCapacityIn(Schema):
    """The capacity switch: whether anything new is taken on, and how many interviews beside those in hand."""

    is_taking = Fact(required=True, error_messages={"required": "Say whether you take on interviews now."})
    capacity = Whole(0, 999, metadata={"description": "as it was, if left out; counted anew from now on, if given"})


class RateCardIn(Schema):
    """A new version of a rate card. Prices are in whole pence, without VAT."""

    basis = one_of(BASES, required=True, metadata={"description": "`hourly`: of each quarter of an hour begun"})
    price_pence = Pence(
        MOST_PENCE,
        slip_under=SLIP_UNDER_PENCE,
        required=True,
        metadata={"description": "of an interview with its report, or of an hour; whole pence; 0: nothing is charged"},
        error_messages={"required": "Enter the price in whole pence, such as 18500 for £185.00."},
    )
    least_minutes = Whole(0, 600, load_default=0, metadata={"description": "hourly only: charged at the least"})
    travel_pence_per_mile = Pence(500, load_default=0)
    out_of_hours_percent = Whole(0, 200, load_default=0)
    abortive_percent = Whole(0, 100, load_default=100)
    free_cancel_hours = Whole(0, 168, load_default=24)
    late_cancel_percent = Whole(0, 100, load_default=50)
    vat_percent = Whole(0, 30, load_default=0)
    report_working_days = Whole(1, 20, load_default=2)
    most_attempts = Whole(1, 10, load_default=3)
    quote_hours = Whole(1, 168, load_default=24)
    valid_from = Day(load_default=None, allow_none=True, metadata={"description": "today, if left out"})

    @pre_load
    def _no_pounds(self, given: Any, **_: Any) -> Any:
        refuse_pounds(given)
        return given

    @validates_schema
    def _holds_together(self, given: dict[str, Any], **_: Any) -> None:
        if given["basis"] == "fixed" and given["least_minutes"]:
            raise ValidationError({"least_minutes": ["Leave this out: a fixed price does not count minutes."]})


class InterviewProvidersQuery(PageQuery):
    """Which providers: those that cover an area, if one is named."""

    area = gss_code(load_default=None, metadata={"description": "GSS code of the council in whose area the child is"})


class InterviewTeamIn(Schema):
    """A council's word on whether a provider is its own team."""

    is_ours = Fact(required=True, error_messages={"required": "Say whether this is your council's own team."})


class InterviewAgreementIn(Schema):
    """What a council proposes to another. Without `with`, a host pays for the children of every council."""

    kind = one_of(
        AGREEMENTS,
        required=True,
        error_messages={"required": worded("Say who pays: {kinds}.", kinds=", ".join(AGREEMENTS))},
    )
    side = one_of(
        SIDES,
        load_default="host",
        metadata={"description": "your council's: `host`, the child lives with you; or `placing`. Reciprocal: either"},
    )
    with_ = gss_code(
        data_key="with", load_default=None, allow_none=True, metadata={"description": "the other council, by GSS code"}
    )
    valid_from = Day(load_default=None, allow_none=True, metadata={"description": "today, if left out"})
    valid_to = Day(load_default=None, allow_none=True, metadata={"description": "the last day; open, if left out"})
    terms = Words(1000, metadata={"description": "in your words; nothing about a child"})


class InterviewAgreementAnswerIn(Schema):
    """Whether a council agrees."""

    is_agreed = Fact(required=True, error_messages={"required": "Say whether your council agrees."})


class InterviewAgreementsQuery(PageQuery):
    """Which agreements."""

    state = one_of(AGREEMENT.states, load_default=None)


# --- answers


class AgreedCardOut(Schema):
    """A rate card as it is when it is agreed. Prices in whole pence, without VAT."""

    ref = fields.String(required=True)
    version = fields.Integer(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(BASES))
    price_pence = fields.Integer(required=True)
    least_minutes = fields.Integer(required=True)
    travel_pence_per_mile = fields.Integer(required=True)
    out_of_hours_percent = fields.Integer(required=True)
    abortive_percent = fields.Integer(required=True)
    free_cancel_hours = fields.Integer(required=True)
    late_cancel_percent = fields.Integer(required=True)
    vat_percent = fields.Integer(required=True)
    report_working_days = fields.Integer(required=True)
    most_attempts = fields.Integer(required=True)


class RateCardOut(AgreedCardOut):
    """A version of a rate card, as it was published."""

    quote_hours = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    published_at = fields.AwareDateTime(required=True)


class RateCardsOut(Schema):
    """Every version of a provider's rate card, the newest first."""

    items = fields.List(fields.Nested(RateCardOut), required=True)


class InterviewProviderOut(Schema):
    """A provider of interviews as the directory has it. ``team`` names the entry, for the council whose team it says it is."""

    organisation = fields.Nested(OrganisationOut, required=True)
    team = fields.String(required=True)
    run_by = fields.Nested(OrganisationOut, required=True, allow_none=True)
    says_run_by = fields.Nested(
        OrganisationOut,
        required=True,
        allow_none=True,
        metadata={"description": "the council that has yet to confirm that it is its team"},
    )
    covers_everywhere = fields.Boolean(required=True)
    areas = fields.List(fields.String(), required=True)
    is_taking = fields.Boolean(required=True)
    capacity = fields.Integer(required=True, metadata={"description": "as it said at `capacity_at`"})
    capacity_at = fields.AwareDateTime(required=True)
    room = fields.Integer(required=True, metadata={"description": "what is left of it now"})
    is_independent = fields.Boolean(required=True)
    independence = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    genders = fields.List(fields.String(), required=True)
    modes = fields.List(fields.String(), required=True)
    ages = fields.List(fields.Integer(), required=True)
    opening_hours = maybe(fields.Dict)
    rate_card = fields.Nested(RateCardOut, required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class InterviewAgreementOut(Schema):
    """An agreement between councils. ``placing_authority`` null: whichever council placed the child."""

    ref = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(AGREEMENTS))
    state = fields.String(required=True, validate=validate.OneOf(AGREEMENT.states))
    host_authority = fields.Nested(OrganisationOut, required=True)
    placing_authority = fields.Nested(OrganisationOut, required=True, allow_none=True)
    proposed_by = fields.Nested(OrganisationOut, required=True)
    proposed_at = fields.AwareDateTime(required=True)
    answered_at = maybe(fields.AwareDateTime)
    ended_at = maybe(fields.AwareDateTime)
    valid_from = fields.Date(required=True)
    valid_to = maybe(fields.Date)
    terms = fields.String(required=True)
    version = fields.Integer(required=True)
