"""What is said to the broker of interviews, as JSON and as forms. Money is in whole pence; reasons are codes."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from hub.core.http import PageQuery
from hub.core.sentences import worded
from hub.registry.schemas_parts import (
    PERSONAL,
    ContactIn,
    Fact,
    Instant,
    Words,
    gss_code,
    one_of,
    ref_of,
)
from hub.spotpurchase.asking import AT_ONCE
from hub.spotpurchase.models import AWARDS, PERFORMERS
from hub.spotpurchase.pence import Pence, refuse_pounds
from hub.spotpurchase.providers.models import GENDERS, MODES
from hub.spotpurchase.reasons import CANCELLING, COMBINING, DECLINES
from hub.spotpurchase.states import ASK, INTERVIEW_REQUEST

TIMES: Final = ("before_school", "school_hours", "after_school", "evening", "weekend")
PARTS: Final = ("placing", "host", "performer", "asked")
MOST_PENCE: Final = 1_000_000
ORDER_MOST_PENCE: Final = 100_000_000
SLIP_UNDER_PENCE: Final = 1_000
_ORDER: Final = r"^[A-Za-z]{0,12}[ /._-]?[0-9][0-9A-Za-z/._-]{0,46}\Z"
_SAY_ORDER: Final = "Enter the number of the order alone, such as PO-4711: it stands on statements."
_BY: Final = {"required": "Enter your name and role."}
_NOT_A_NAME: Final = "Write nothing by which the child could be known."
_UNKNOWN: Final = {**PERSONAL, "description": _NOT_A_NAME}


def _some(inner: fields.Field[Any], most: int) -> fields.List[Any]:
    return fields.List(inner, validate=validate.Length(1, most, error=worded("Name 1 to {most}.", most=most)))


class NeedsIn(Schema):
    """What whoever holds the interview must bring. Every provider that is asked sees it: codes, so that nothing can slip in."""

    languages = fields.List(
        fields.String(
            validate=validate.Regexp(
                r"^[a-z]{2}\Z", error="Enter a language's code of two small letters (ISO 639-1), such as en or pl."
            )
        ),
        validate=validate.Length(max=5, error="Name at most five languages."),
    )
    gender = one_of(GENDERS)
    modes = _some(one_of(MODES), len(MODES))
    times = fields.List(one_of(TIMES), validate=validate.Length(max=len(TIMES), error="Name each time once."))


class PreferencesIn(Schema):
    """How the child would like it, in their words. For whoever is commissioned, and nobody before."""

    who = Words(300, personal=True)
    where = Words(300, personal=True)
    when = Words(300, personal=True)
    how = Words(300, personal=True)


class InterviewRequestIn(Schema):
    """A return home interview that is asked for, after one return or several. What the hub knows it fills in itself."""

    episodes = fields.List(
        ref_of("mis"),
        required=True,
        validate=validate.Length(1, 10, error="Name one to ten episodes."),
        error_messages={"required": "Name the episode from which the child has returned."},
    )
    reason = one_of(tuple(COMBINING), metadata={"description": "why one interview serves several episodes"})
    area = gss_code(metadata={"description": "the council in whose area the child is to be seen, if not the host's"})
    needs = fields.Nested(NeedsIn, load_default=dict)
    preferences = fields.Nested(PreferencesIn, metadata=PERSONAL)
    risk = Words(
        4000,
        personal=True,
        required=True,
        error_messages={"required": "Write what the interviewer must know to work safely, or that nothing is known."},
    )
    contact = fields.Nested(
        ContactIn,
        required=True,
        metadata=PERSONAL,
        error_messages={"required": "Say whom the interviewer rings."},
    )
    award = one_of(
        AWARDS,
        load_default="first_acceptable",
        metadata={"description": "`first_acceptable`: the first offer within the terms is commissioned at once"},
    )
    price_cap_pence = Pence(MOST_PENCE, slip_under=SLIP_UNDER_PENCE)
    purchase_order = fields.String(validate=validate.Regexp(_ORDER, error=_SAY_ORDER))
    purchase_order_pence = Pence(
        ORDER_MOST_PENCE,
        slip_under=SLIP_UNDER_PENCE,
        metadata={"description": "what the order allows in all; what else was agreed under it counts"},
    )
    funding_consent = Words(160, metadata={"description": "who consented to the cost, where there is no order"})
    by = Words(160, required=True, error_messages=_BY)

    @pre_load
    def _in_pence(self, given: Any, **_: Any) -> Any:
        refuse_pounds(given)
        return given

    @validates_schema
    def _contact_reaches(self, given: dict[str, Any], **_: Any) -> None:
        contact = given.get("contact", {})
        if contact and not contact.get("phone") and not contact.get("email"):
            raise ValidationError({"contact": {"phone": ["Give a telephone number or an e-mail address."]}})
        if given.get("purchase_order_pence") is not None and "purchase_order" not in given:
            raise ValidationError({"purchase_order": ["Give the order whose amount this is."]})


class InterviewEpisodeIn(Schema):
    """Another episode that the interview is to serve."""

    episode = ref_of("mis", required=True, error_messages={"required": "Name the episode."})
    reason = one_of(tuple(COMBINING), required=True, error_messages={"required": "Say why one interview serves both."})


class AskProvidersIn(Schema):
    """Providers to be asked together."""

    providers = fields.List(
        ref_of("org"),
        required=True,
        validate=validate.Length(1, AT_ONCE, error=worded("Name 1 to {at_once} providers.", at_once=AT_ONCE)),
        error_messages={"required": "Name the providers to ask."},
    )


class CommissionIn(Schema):
    """Who is to hold the interview: an offer, or the council itself."""

    performer = one_of(PERFORMERS, load_default="provider")
    ask = ref_of("ask", metadata={"description": "the ask whose offer is accepted, of a provider"})
    is_independent = Fact(
        load_default=True, metadata={"description": "an own interviewer does not look after the child"}
    )
    interviewer = Words(160, metadata={"description": "who holds it, of the council's own"})
    reason = Words(1000, metadata={"description": "of a dear offer, or of an interviewer who is not independent"})
    note = Words(2000, personal=True)
    by = Words(160, required=True, error_messages=_BY)

    @validates_schema
    def _names_an_offer(self, given: dict[str, Any], **_: Any) -> None:
        if given["performer"] == "provider" and "ask" not in given:
            raise ValidationError({"ask": ["Name the ask whose offer is accepted."]})
        if given["performer"] != "provider" and "ask" in given:
            raise ValidationError({"ask": ["An offer is accepted of a provider alone. Leave this out."]})


class InterviewCancellationIn(Schema):
    """Why the interview is not sought any longer."""

    reason = one_of(tuple(CANCELLING), required=True, error_messages={"required": "Say why."})
    note = Words(2000, personal=True)
    by = Words(160, required=True, error_messages=_BY)


class InterviewRenewalIn(Schema):
    """That it is sought again."""

    by = Words(160, required=True, error_messages=_BY)


class OfferIn(Schema):
    """An offer to hold the interview. The hub prices it by the rate card in force: no price is sent."""

    earliest_at = Instant(required=True, error_messages={"required": "Enter when you could see the child."})
    mode = one_of(MODES, required=True, error_messages={"required": "Say how you would hold it."})
    minutes = fields.Integer(
        strict=True,
        validate=validate.Range(15, 480, error="Enter 15 to 480 minutes."),
        metadata={"description": "how long it is expected to take, for an hourly card"},
    )
    miles = fields.Integer(
        strict=True,
        validate=validate.Range(0, 2000, error="Enter 0 to 2000 miles."),
        metadata={"description": "to be travelled for it, there and back"},
    )
    note = Words(1000, personal=True, metadata=_UNKNOWN)
    by = Words(160, required=True, error_messages=_BY)

    @pre_load
    def _no_price(self, given: Any, **_: Any) -> Any:
        if isinstance(given, dict):
            faults = {
                name: [_PRICED_BY_CARD] for name in given if "price" in name or "pence" in name or name in _POUNDS
            }
            if faults:
                raise ValidationError(faults)
        return given


_POUNDS: Final = ("amount", "cost", "fee")
_PRICED_BY_CARD: Final = (
    "Send no price: the hub works it out, in whole pence, by the rate card that you have published."
)


class DeclineIn(Schema):
    """Why a provider says no."""

    code = one_of(tuple(DECLINES), required=True, error_messages={"required": "Choose a reason."})
    note = Words(1000, personal=True, metadata=_UNKNOWN)
    by = Words(160, required=True, error_messages=_BY)


class OnwardReferralIn(Schema):
    """Which provider should be asked instead."""

    to = ref_of("org", required=True, error_messages={"required": "Name the provider to ask instead."})
    note = Words(1000, personal=True, metadata=_UNKNOWN)
    by = Words(160, required=True, error_messages=_BY)


class AskMessageIn(Schema):
    """A question about an ask, or an answer."""

    text = Words(
        2000, personal=True, metadata=_UNKNOWN, required=True, error_messages={"required": "Write your message."}
    )
    by = Words(160, required=True, error_messages=_BY)


class RequestsQuery(PageQuery):
    """Which requests to list."""

    part = one_of(PARTS, load_default=None, metadata={"description": "our part in it; any, if left out"})
    state = one_of(INTERVIEW_REQUEST.states, load_default=None)


class AsksQuery(PageQuery):
    """Which asks to list."""

    state = one_of(ASK.states, load_default=None)
